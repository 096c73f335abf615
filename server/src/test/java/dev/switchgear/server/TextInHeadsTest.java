package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.ScriptedHouse.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/// No text of a client or a provider breaks a head, towards either side: whatever a name holds, the
/// call is answered, by one answer.
class TextInHeadsTest {
    private static final List<String> UPSTREAMS =
            List.of(
                    "openai", "chat", "resp", "claude", "google", "router", "deep", "xai",
                    "mistral", "ollama");

    /// What a name may hold, and whether it is one.
    private static final Map<String, Boolean> NAMES = names();

    /// How each dialect asks: the model to the path and the body.
    private static final Map<String, BiFunction<String, Boolean, String[]>> DOORS = doors();

    private static BiFunction<String, Boolean, String[]> door(String name) {
        return Objects.requireNonNull(DOORS.get(name));
    }

    private static ScriptedHouse house;

    @BeforeAll
    static void open() {
        // What a scripted upstream answers does not fit every question; that is not the matter
        // here.
        house =
                ScriptedHouse.open(
                        "resilience: { breaker: { failures: 0, failure-ratio: 100%% } }");
    }

    @AfterAll
    static void close() {
        house.close();
    }

    private static Map<String, Boolean> names() {
        var names = new LinkedHashMap<String, Boolean>();
        names.put("m\r\nX-Injected: 1", false);
        names.put("m\rX", false);
        names.put("m\nX", false);
        names.put("m\0X", false);
        names.put("m\tX", false);
        names.put("m\u007FX", false);
        names.put("m\u0085X", false);
        names.put("m\u2028X", false);
        names.put("m\uD800X", false);
        names.put("n".repeat(10_000), false);
        names.put("modèle", true);
        names.put("m😀", true);
        names.put("日本", true);
        names.put("m X", true);
        names.put("m/../../x", true);
        names.put("..", true);
        names.put("m?key=stolen", true);
        names.put("m#x", true);
        names.put("m%2f%0d%0aX", true);
        names.put("m\\x", true);
        names.put("m\"x", true);
        names.put("m:x", true);
        names.put("n".repeat(300), true);
        return names;
    }

    private static String json(String text) {
        return JsonMapper.shared().writeValueAsString(text).replace("\uD800", "\\ud800");
    }

    private static Map<String, BiFunction<String, Boolean, String[]>> doors() {
        var doors = new LinkedHashMap<String, BiFunction<String, Boolean, String[]>>();
        doors.put(
                "chat",
                asking(
                        "/v1/chat/completions",
                        "\"messages\":[{\"role\":\"user\",\"content\":\"go\"}]"));
        doors.put("completions", asking("/v1/completions", "\"prompt\":\"go\""));
        doors.put("responses", asking("/v1/responses", "\"input\":\"go\""));
        doors.put(
                "anthropic",
                asking(
                        "/v1/messages",
                        "\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"go\"}]"));
        doors.put(
                "ollama",
                asking("/api/chat", "\"messages\":[{\"role\":\"user\",\"content\":\"go\"}]"));
        doors.put(
                "own",
                (model, streamed) ->
                        new String[] {
                            streamed ? "/api/llm/stream" : "/api/llm/chat",
                            "{\"model\":" + json(model) + ",\"prompt\":\"go\"}"
                        });
        doors.put(
                "gemini",
                (model, streamed) ->
                        new String[] {
                            "/v1beta/models/"
                                    + URLEncoder.encode(model, StandardCharsets.UTF_8)
                                            .replace("+", "%20")
                                    + (streamed
                                            ? ":streamGenerateContent?alt=sse"
                                            : ":generateContent"),
                            "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"go\"}]}]}"
                        });
        return doors;
    }

    private static BiFunction<String, Boolean, String[]> asking(String path, String rest) {
        return (model, streamed) ->
                new String[] {
                    path, "{\"model\":" + json(model) + ",\"stream\":" + streamed + "," + rest + "}"
                };
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatever_a_models_name_holds_the_call_is_answered_by_one_answer(boolean streamed)
            throws IOException {
        int answered = 0;
        for (var door : DOORS.entrySet()) {
            for (String upstream : UPSTREAMS) {
                for (var name : NAMES.entrySet()) {
                    String model = upstream + "/" + name.getKey();
                    String[] ask = door.getValue().apply(model, streamed);
                    String as = door.getKey() + " to " + upstream + ": " + json(name.getKey());

                    String answer = post(ask[0], ask[1]);

                    String head = headOf(answer, as);
                    // Half a character cannot come by a path: what stands for it there is a name.
                    boolean named =
                            name.getValue()
                                    || (door.getKey().equals("gemini")
                                            && name.getKey().contains("\uD800"));
                    String status = head.substring(9, 12);
                    if (!named) {
                        assertThat(status).as(as).isEqualTo("400");
                        continue;
                    }
                    // A scripted upstream answers a stream's question with one object, which is
                    // another matter; the head is sent all the same.
                    assertThat(status).as(as).isNotIn("500", "400");
                    answered += status.equals("200") ? 1 : 0;
                    if (status.equals("200")) {
                        String shown = field(head, "x-switchgear-model");
                        assertThat(
                                        URLDecoder.decode(
                                                shown.replace("+", "%2B"), StandardCharsets.UTF_8))
                                .as(as)
                                .isEqualTo(name.getKey().replace('\uD800', '?'));
                    }
                }
            }
        }
        assertThat(answered).as("calls answered well").isGreaterThan(700);
    }

    @Test
    void a_models_name_in_a_path_towards_a_provider_leads_nowhere_else() throws IOException {
        for (var name : NAMES.entrySet()) {
            if (!name.getValue()) {
                continue;
            }
            String[] ask = door("chat").apply("google/" + name.getKey(), false);

            post(ask[0], ask[1]);

            String path = house.received("google").getLast().path();
            assertThat(path)
                    .as(json(name.getKey()))
                    .startsWith("/google/v1beta/models/")
                    .endsWith(":generateContent");
            String segment =
                    path.substring("/google/v1beta/models/".length(), path.lastIndexOf(':'));
            assertThat(segment).doesNotContain("/", "?", "#").doesNotMatch("\\.+");
            assertThat(URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8))
                    .isEqualTo(name.getKey());
        }
    }

    @Test
    void whatever_a_clients_headers_hold_the_call_is_answered_and_the_provider_gets_no_more()
            throws IOException {
        List<String> headers =
                List.of(
                        "x-request-id",
                        "traceparent",
                        "tracestate",
                        "x-session-id",
                        "user-agent",
                        "openai-organization",
                        "openai-project",
                        "anthropic-beta",
                        "anthropic-version",
                        "x-switchgear-order",
                        "x-switchgear-only",
                        "x-switchgear-ignore",
                        "x-switchgear-fallbacks",
                        "x-switchgear-allow-fallbacks",
                        "x-goog-api-client",
                        "accept");
        for (String header : headers) {
            for (String value :
                    List.of(
                            "é",
                            "tab\tin",
                            "\u0080\u00ff",
                            "%0d%0aX: 1",
                            "/../",
                            "v".repeat(6_000))) {
                for (String upstream : List.of("openai", "claude")) {
                    String[] ask =
                            door(upstream.equals("claude") ? "anthropic" : "chat")
                                    .apply(upstream + "/m", false);
                    int before = house.received(upstream).size();

                    String answer = post(ask[0], ask[1], header + ": " + value);

                    String as = header + ": " + json(value);
                    String head = headOf(answer, as);
                    assertThat(head.substring(9, 12)).as(as).isIn("200", "400");
                    if (house.received(upstream).size() > before) {
                        house.received(upstream)
                                .getLast()
                                .headers()
                                .forEach((name, values) ->
                                        assertThat(values)
                                                .as(as + " as " + name)
                                                .allMatch(one -> one.matches("[ -~]{0,2000}")));
                    }
                }
            }
        }
    }

    @Test
    void whatever_a_providers_headers_hold_the_client_is_answered() throws IOException {
        List<String> headers =
                List.of(
                        "content-type",
                        "x-request-id",
                        "request-id",
                        "x-ratelimit-remaining-requests",
                        "x-ratelimit-reset-tokens",
                        "retry-after",
                        "openai-organization",
                        "set-cookie",
                        "server");
        for (String upstream : UPSTREAMS) {
            for (String header : headers) {
                for (String value :
                        List.of(
                                "é",
                                "application/json; x=é\u00ff",
                                "tab\tin",
                                "%0d%0aX: 1",
                                "v".repeat(6_000))) {
                    for (int status : new int[] {200, 400}) {
                        Answer usual = ScriptedHouse.usual(upstream);
                        house.answers(
                                upstream,
                                new Answer(status, usual.headers(), usual.parts())
                                        .with(header, value));
                        String[] ask = door("chat").apply(upstream + "/h", false);

                        String answer = post(ask[0], ask[1]);

                        String head = headOf(answer, upstream + " " + header + ": " + json(value));
                        assertThat(head.substring(9, 12)).isNotEqualTo("500");
                        assertThat(head).doesNotContain("v".repeat(300));
                    }
                }
            }
            house.answers(upstream, ScriptedHouse.usual(upstream));
        }
    }

    /// The head of the only answer: each line one field of printable ASCII.
    private static String headOf(String answer, String as) {
        int end = answer.indexOf("\r\n\r\n");
        assertThat(end).as(as + " was not answered").isPositive();
        String head = answer.substring(0, end);
        for (String line : head.split("\r\n", -1)) {
            assertThat(line).as(as).matches("[ -~]*");
        }
        assertThat(head.lines().skip(1))
                .as(as)
                .allMatch(line -> line.matches("[A-Za-z0-9-]+: .*"))
                .noneMatch(line -> line.startsWith("X-Injected") || line.equals("X"));
        assertThat(answer.indexOf("HTTP/1.1", end)).as(as).isEqualTo(-1);
        return head;
    }

    private static String field(String head, String name) {
        return head.lines()
                .filter(line -> line.startsWith(name + ": "))
                .findFirst()
                .map(line -> line.substring(name.length() + 2))
                .orElse("");
    }

    /// Asks over a connection of its own, as Latin-1, and reads to its end.
    private static String post(String path, String body, String... headers) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        var lines = new ArrayList<String>();
        lines.add("POST " + path + " HTTP/1.1");
        lines.add("host: 127.0.0.1");
        lines.add("connection: close");
        lines.add("content-type: application/json");
        lines.add("content-length: " + bytes.length);
        lines.addAll(List.of(headers));
        String head = String.join("\r\n", lines) + "\r\n\r\n";
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), house.port())) {
            socket.setSoTimeout(20_000);
            socket.setTcpNoDelay(true);
            byte[] first = head.getBytes(StandardCharsets.ISO_8859_1);
            byte[] all = new byte[first.length + bytes.length];
            System.arraycopy(first, 0, all, 0, first.length);
            System.arraycopy(bytes, 0, all, first.length, bytes.length);
            socket.getOutputStream().write(all);
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
