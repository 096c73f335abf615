package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.identity.ClientKey;
import dev.switchgear.server.config.ConfigLoader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What pages in browsers may do here.
final class CrossOriginTest {
    private static final String PAGE = "https://app.example";
    private static final String CHAT =
            "{\"model\":\"chat/m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    private static final String STREAM = "{\"stream\":true," + CHAT.substring(1);
    private static final ClientKey KEY = ClientKey.generate(new Random(1));

    private static final ScriptedHouse.Answer EVENTS =
            ScriptedHouse.Answer.events(
                    "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
                            + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"ok\"},\"finish_reason\":\"stop\"}]}\n\n",
                    "data: [DONE]\n\n");

    private static ScriptedHouse house(String cors, String more) {
        return ScriptedHouse.of(
                ScriptedHouse.PROVIDERS.replace(
                                "server: { port: 0 }", "server: { port: 0" + cors + " }")
                        + more);
    }

    private static ScriptedHouse of(String origins) {
        return house(", cors: { origins: [" + origins + "] }", "");
    }

    private static String clients() {
        return """
        clients:
          - { name: app, key-hash: "%s" }
        """
                .formatted(KEY.stored(Secret.of(House.PEPPER)).text());
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("-");
    }

    private static HttpResponse<String> preflight(
            ScriptedHouse house, String path, String origin, String headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + house.port() + path))
                        .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                        .header("origin", origin)
                        .header("access-control-request-method", "POST");
        if (!headers.isEmpty()) {
            request.header("access-control-request-headers", headers);
        }
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/chat/completions",
                "/v1/responses",
                "/v1/completions",
                "/v1/embeddings",
                "/v1/models",
                "/v1/messages",
                "/anthropic/v1/messages",
                "/v1beta/models/chat/m:generateContent",
                "/api/chat",
                "/api/llm/chat",
                "/openai/v1/chat/completions",
                "/openai/deployments/m/chat/completions",
                "/nowhere",
            })
    void a_page_that_is_named_may_ask_beforehand_at_every_path(String path) throws Exception {
        String headers =
                "authorization,x-api-key,anthropic-version,x-goog-api-key,x-stainless-os,content-type";
        try (ScriptedHouse house = house(", cors: { origins: [\"" + PAGE + "\"] }", clients())) {
            HttpResponse<String> asked = preflight(house, path, PAGE, headers);
            HttpResponse<String> unsaid = preflight(house, path, PAGE, "");

            assertThat(asked.statusCode()).isEqualTo(204);
            assertThat(header(asked, "access-control-allow-origin")).isEqualTo(PAGE);
            assertThat(header(asked, "access-control-allow-methods")).contains("POST", "GET");
            assertThat(header(asked, "access-control-allow-headers")).isEqualTo(headers);
            assertThat(header(asked, "access-control-max-age")).isEqualTo("600");
            assertThat(header(asked, "access-control-allow-credentials")).isEqualTo("-");
            assertThat(header(asked, "vary")).isEqualTo("origin");
            assertThat(header(unsaid, "access-control-allow-headers"))
                    .contains("authorization", "x-api-key", "anthropic-version", "x-goog-api-key");
        }
    }

    @Test
    void what_a_page_that_is_named_is_answered_it_may_read_with_all_its_headers() {
        try (ScriptedHouse house = of("\"" + PAGE + "\", \"http://localhost:3000\"")) {
            HttpResponse<String> plain = house.post("/v1/chat/completions", CHAT, "origin", PAGE);
            house.answers("chat", EVENTS);
            HttpResponse<String> streamed =
                    house.post("/v1/chat/completions", STREAM, "origin", PAGE);
            HttpResponse<String> wrong = house.post("/v1/chat/completions", "{", "origin", PAGE);
            HttpResponse<String> nowhere = house.post("/v1/nowhere", CHAT, "origin", PAGE);

            assertThat(plain.statusCode()).as(plain.body()).isEqualTo(200);
            assertThat(streamed.statusCode()).isEqualTo(200);
            assertThat(header(streamed, "content-type")).startsWith("text/event-stream");
            assertThat(wrong.statusCode()).isEqualTo(400);
            assertThat(nowhere.statusCode()).isEqualTo(404);
            for (HttpResponse<String> answer : List.of(plain, streamed, wrong, nowhere)) {
                assertThat(header(answer, "access-control-allow-origin")).isEqualTo(PAGE);
                assertThat(header(answer, "vary")).isEqualTo("origin");
                assertThat(header(answer, "access-control-expose-headers"))
                        .contains("x-request-id");
            }
            assertThat(header(plain, "access-control-expose-headers"))
                    .contains("x-switchgear-provider", "x-switchgear-attempts")
                    .doesNotContain("content-type");
        }
    }

    /// The page can read why it was refused, and needs a key where clients are configured.
    @Test
    void a_page_that_is_named_needs_a_key_where_clients_do() {
        try (ScriptedHouse house = house(", cors: { origins: [\"" + PAGE + "\"] }", clients())) {
            HttpResponse<String> without = house.post("/v1/chat/completions", CHAT, "origin", PAGE);
            HttpResponse<String> with =
                    house.post(
                            "/v1/chat/completions",
                            CHAT,
                            "origin",
                            PAGE,
                            "authorization",
                            "Bearer " + KEY.reveal());

            assertThat(without.statusCode()).isEqualTo(401);
            assertThat(header(without, "access-control-allow-origin")).isEqualTo(PAGE);
            assertThat(with.statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "https://app.example.evil.test",
                "http://app.example",
                "https://app.example:8443",
                "https://evil.app.example",
                "*",
                "https://",
            })
    void any_other_page_gets_no_header_and_nothing_without_a_key(String origin) throws Exception {
        try (ScriptedHouse house = of("\"" + PAGE + "\"")) {
            HttpResponse<String> asked = preflight(house, "/v1/chat/completions", origin, "");
            HttpResponse<String> sent = house.post("/v1/chat/completions", CHAT, "origin", origin);

            for (HttpResponse<String> answer : List.of(asked, sent)) {
                assertThat(answer.headers().map().keySet())
                        .noneMatch(name -> name.startsWith("access-control-"));
                assertThat(header(answer, "vary")).isEqualTo("origin");
            }
            assertThat(sent.statusCode()).isEqualTo(401);
            assertThat(house.received("chat")).isEmpty();
        }
    }

    /// Every page, but none that shows no key: else any page would spend what this machine may.
    @Test
    void all_pages_may_read_where_the_operator_wrote_so_but_need_a_key() throws Exception {
        String any = ", cors: { origins: [\"*\"] }";
        try (ScriptedHouse open = house(any, "");
                ScriptedHouse keyed = house(any, clients())) {
            HttpResponse<String> asked = preflight(keyed, "/v1/models", "https://any.test", "");
            HttpResponse<String> refused =
                    open.post("/v1/chat/completions", CHAT, "origin", "https://any.test");
            HttpResponse<String> served =
                    keyed.post(
                            "/v1/chat/completions",
                            CHAT,
                            "origin",
                            "https://any.test",
                            "authorization",
                            "Bearer " + KEY.reveal());

            assertThat(asked.statusCode()).isEqualTo(204);
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(served.statusCode()).isEqualTo(200);
            for (HttpResponse<String> answer : List.of(asked, refused, served)) {
                assertThat(header(answer, "access-control-allow-origin")).isEqualTo("*");
                assertThat(header(answer, "access-control-allow-credentials")).isEqualTo("-");
            }
        }
    }

    @Test
    void unless_it_is_set_no_page_is_told_anything() throws Exception {
        try (ScriptedHouse house = ScriptedHouse.open()) {
            HttpResponse<String> asked = preflight(house, "/v1/chat/completions", PAGE, "");
            HttpResponse<String> sent = house.post("/v1/chat/completions", CHAT);

            for (HttpResponse<String> answer : List.of(asked, sent)) {
                assertThat(answer.headers().map().keySet())
                        .noneMatch(
                                name -> name.startsWith("access-control-") || name.equals("vary"));
            }
            assertThat(header(asked, "allow")).isEqualTo("OPTIONS, POST");
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            textBlock =
                    """
                    https://app.example/,      https://app.example
                    https://app.example/chat,  https://app.example
                    app.example,               https://app.example
                    localhost:3000,            http://localhost:3000
                    https://app.example:443,   https://app.example
                    http://app.example:80/,    http://app.example
                    https://*.app.example,     *
                    null,                      *
                    '',                        *
                    """)
    void what_no_browser_sends_is_refused_with_what_it_does_send(String origin, String meant) {
        var loaded =
                ConfigLoader.parse(
                        "a.yaml",
                        "server:\n  cors:\n    origins: [\"http://localhost:3000\", \""
                                + origin
                                + "\"]\n",
                        Map.of());

        assertThat(loaded.problems()).hasSize(1);
        assertThat(loaded.problems().getFirst().toString())
                .contains("line=3,", "is not an origin as browsers send it", "`" + meant + "`");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "https://app.example",
                "http://localhost:3000",
                "http://127.0.0.1:8081",
                "http://[::1]:3000",
                "chrome-extension://abcdefghijklmnop",
                "tauri://localhost",
            })
    void what_browsers_send_is_taken(String origin) {
        var loaded =
                ConfigLoader.parse(
                        "a.yaml", "server: { cors: { origins: [\"" + origin + "\"] } }", Map.of());

        assertThat(loaded.config()).as(loaded.problems().toString()).isPresent();
    }
}
