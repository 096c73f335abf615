package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// How many things a request may hold: each list of each dialect, up to its bound and one beyond,
/// whether it passes or is translated.
class CountedRequestsTest {
    private static final int MESSAGES = 12;
    private static final int PARTS = 20;
    private static final int TOOLS = 7;
    private static final int VALUES = 1_000;

    private static ScriptedHouse house;

    @BeforeAll
    static void open() {
        house =
                ScriptedHouse.of(
                        ScriptedHouse.PROVIDERS.replace(
                                "server: { port: 0 }",
                                "server: { port: 0, limits: { messages: "
                                        + MESSAGES
                                        + ", parts: "
                                        + PARTS
                                        + ", tools: "
                                        + TOOLS
                                        + ", json-values: "
                                        + VALUES
                                        + " } }"));
    }

    @AfterAll
    static void close() {
        house.close();
    }

    /// One list of one dialect.
    ///
    /// @param path with `%s` for the model where it stands there
    /// @param fixed how many more of the kind the request has beside the list
    /// @param body with so many entries, and `MODEL` for the model
    private record Case(
            String name,
            String path,
            int most,
            int fixed,
            String setting,
            IntFunction<String> body) {}

    private static String many(int count, String each) {
        return String.join(",", Collections.nCopies(count, each));
    }

    private static String many(int count, String one, String other) {
        var all = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            all.add(i % 2 == 0 ? one : other);
        }
        return String.join(",", all);
    }

    private static final String USER = "{\"role\":\"user\",\"content\":\"go\"}";
    private static final String ASSISTANT = "{\"role\":\"assistant\",\"content\":\"ok\"}";
    private static final String TEXT = "{\"type\":\"text\",\"text\":\"go\"}";
    private static final String FUNCTION =
            "{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}}";
    private static final String CALL =
            "{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}";

    private static List<Case> cases() {
        var cases = new ArrayList<Case>();
        String chat = "/v1/chat/completions";
        cases.add(messages("chat", chat, n -> "\"messages\":[" + many(n, USER, ASSISTANT) + "]"));
        cases.add(
                parts(
                        "chat content",
                        chat,
                        0,
                        n ->
                                "\"messages\":[{\"role\":\"user\",\"content\":["
                                        + many(n, TEXT)
                                        + "]}]"));
        cases.add(
                parts(
                        "chat tool calls",
                        chat,
                        0,
                        n ->
                                "\"messages\":["
                                        + USER
                                        + ",{\"role\":\"assistant\",\"tool_calls\":["
                                        + many(n, CALL)
                                        + "]}]"));
        cases.add(
                parts(
                        "chat parts of several messages",
                        chat,
                        2,
                        n ->
                                "\"messages\":[{\"role\":\"user\",\"content\":["
                                        + many(2, TEXT)
                                        + "]},"
                                        + ASSISTANT
                                        + ",{\"role\":\"user\",\"content\":["
                                        + many(n, TEXT)
                                        + "]}]"));
        cases.add(
                tools(
                        "chat",
                        chat,
                        n -> "\"messages\":[" + USER + "],\"tools\":[" + many(n, FUNCTION) + "]"));
        cases.add(
                tools(
                        "chat functions",
                        chat,
                        n ->
                                "\"messages\":["
                                        + USER
                                        + "],\"functions\":["
                                        + many(
                                                n,
                                                "{\"name\":\"f\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}")
                                        + "]"));
        cases.add(
                values(
                        "chat schema",
                        chat,
                        n ->
                                "\"messages\":["
                                        + USER
                                        + "],\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"s\",\"schema\":{\"type\":\"object\",\"properties\":{\"a\":{\"enum\":["
                                        + many(n, "\"x\"")
                                        + "]}}}}}"));
        cases.add(
                values(
                        "chat stop",
                        chat,
                        n -> "\"messages\":[" + USER + "],\"stop\":[" + many(n, "\"x\"") + "]"));
        cases.add(
                values(
                        "chat metadata",
                        chat,
                        n -> "\"messages\":[" + USER + "],\"metadata\":{" + keys(n) + "}"));
        cases.add(
                values(
                        "chat routing",
                        chat,
                        n ->
                                "\"messages\":["
                                        + USER
                                        + "],\"provider\":{\"x\":["
                                        + many(n, "\"x\"")
                                        + "]}"));
        cases.add(
                messages(
                        "embeddings",
                        "/v1/embeddings",
                        n -> "\"input\":[" + many(n, "\"go\"") + "]"));
        cases.add(
                messages(
                        "completions",
                        "/v1/completions",
                        n -> "\"prompt\":[" + many(n, "\"go\"") + "]"));
        cases.add(
                messages(
                        "responses",
                        "/v1/responses",
                        n ->
                                "\"input\":["
                                        + many(n, "{\"role\":\"user\",\"content\":\"go\"}")
                                        + "]"));
        cases.add(
                parts(
                        "responses content",
                        "/v1/responses",
                        0,
                        n ->
                                "\"input\":[{\"role\":\"user\",\"content\":["
                                        + many(n, "{\"type\":\"input_text\",\"text\":\"go\"}")
                                        + "]}]"));
        cases.add(
                tools(
                        "responses",
                        "/v1/responses",
                        n ->
                                "\"input\":\"go\",\"tools\":["
                                        + many(
                                                n,
                                                "{\"type\":\"function\",\"name\":\"f\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}")
                                        + "]"));
        String claude = "/v1/messages";
        cases.add(
                messages(
                        "anthropic",
                        claude,
                        n -> "\"max_tokens\":9,\"messages\":[" + many(n, USER, ASSISTANT) + "]"));
        cases.add(
                parts(
                        "anthropic content",
                        claude,
                        0,
                        n ->
                                "\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":["
                                        + many(n, TEXT)
                                        + "]}]"));
        cases.add(
                parts(
                        "anthropic tool result",
                        claude,
                        2,
                        n ->
                                "\"max_tokens\":9,\"messages\":["
                                        + USER
                                        + ",{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"f\",\"input\":{}}]}"
                                        + ",{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t1\",\"content\":["
                                        + many(n, TEXT)
                                        + "]}]}],\"tools\":[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\"}}]"));
        cases.add(
                parts(
                        "anthropic system",
                        claude,
                        0,
                        n ->
                                "\"max_tokens\":9,\"system\":["
                                        + many(n, TEXT)
                                        + "],\"messages\":["
                                        + USER
                                        + "]"));
        cases.add(
                tools(
                        "anthropic",
                        claude,
                        n ->
                                "\"max_tokens\":9,\"messages\":["
                                        + USER
                                        + "],\"tools\":["
                                        + many(
                                                n,
                                                "{\"name\":\"f\",\"input_schema\":{\"type\":\"object\"}}")
                                        + "]"));
        cases.add(
                messages(
                        "anthropic count",
                        "/v1/messages/count_tokens",
                        n -> "\"messages\":[" + many(n, USER, ASSISTANT) + "]"));
        String google = "/v1beta/models/%s:generateContent";
        String content = "{\"role\":\"user\",\"parts\":[{\"text\":\"go\"}]}";
        String answer = "{\"role\":\"model\",\"parts\":[{\"text\":\"ok\"}]}";
        cases.add(
                messages("gemini", google, n -> "\"contents\":[" + many(n, content, answer) + "]"));
        cases.add(
                parts(
                        "gemini parts",
                        google,
                        0,
                        n ->
                                "\"contents\":[{\"role\":\"user\",\"parts\":["
                                        + many(n, "{\"text\":\"go\"}")
                                        + "]}]"));
        cases.add(
                parts(
                        "gemini system",
                        google,
                        1,
                        n ->
                                "\"systemInstruction\":{\"parts\":["
                                        + many(n, "{\"text\":\"go\"}")
                                        + "]},\"contents\":["
                                        + content
                                        + "]"));
        cases.add(
                tools(
                        "gemini declarations",
                        google,
                        n ->
                                "\"contents\":["
                                        + content
                                        + "],\"tools\":[{\"functionDeclarations\":["
                                        + many(n - 1, "{\"name\":\"f\"}")
                                        + "]}]"));
        cases.add(
                messages(
                        "gemini count",
                        "/v1beta/models/%s:countTokens",
                        n ->
                                "\"generateContentRequest\":{\"model\":\"models/x\",\"contents\":["
                                        + many(n, content, answer)
                                        + "]}"));
        cases.add(
                messages(
                        "gemini batch",
                        "/v1beta/models/%s:batchEmbedContents",
                        n ->
                                "\"requests\":["
                                        + many(
                                                n,
                                                "{\"model\":\"models/x\",\"content\":"
                                                        + content
                                                        + "}")
                                        + "]"));
        cases.add(
                messages(
                        "ollama",
                        "/api/chat",
                        n -> "\"stream\":false,\"messages\":[" + many(n, USER, ASSISTANT) + "]"));
        cases.add(
                parts(
                        "ollama images",
                        "/api/chat",
                        0,
                        n ->
                                "\"stream\":false,\"messages\":[{\"role\":\"user\",\"content\":\"go\",\"images\":["
                                        + many(n, "\"iVBORw0KGgo=\"")
                                        + "]}]"));
        cases.add(
                tools(
                        "ollama",
                        "/api/chat",
                        n ->
                                "\"stream\":false,\"messages\":["
                                        + USER
                                        + "],\"tools\":["
                                        + many(n, FUNCTION)
                                        + "]"));
        cases.add(
                messages(
                        "ollama embed",
                        "/api/embed",
                        n -> "\"input\":[" + many(n, "\"go\"") + "]"));
        cases.add(
                messages(
                        "own",
                        "/api/llm/chat",
                        n ->
                                "\"messages\":["
                                        + many(
                                                n,
                                                "{\"role\":\"user\",\"text\":\"go\"}",
                                                "{\"role\":\"assistant\",\"text\":\"ok\"}")
                                        + "]"));
        cases.add(
                tools(
                        "own",
                        "/api/llm/chat",
                        n -> "\"prompt\":\"go\",\"tools\":[" + many(n, "{\"name\":\"f\"}") + "]"));
        return cases;
    }

    private static String keys(int count) {
        var keys = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            keys.add("\"k" + i + "\":\"v\"");
        }
        return String.join(",", keys);
    }

    private static Case messages(String name, String path, IntFunction<String> body) {
        return new Case(name + ": messages", path, MESSAGES, 0, "messages", body);
    }

    private static Case parts(String name, String path, int fixed, IntFunction<String> body) {
        return new Case(name + ": parts", path, PARTS, fixed, "parts", body);
    }

    private static Case tools(String name, String path, IntFunction<String> body) {
        return new Case(name + ": tools", path, TOOLS, 0, "tools", body);
    }

    private static Case values(String name, String path, IntFunction<String> body) {
        return new Case(name + ": values", path, VALUES, -1, "json-values", body);
    }

    @TestFactory
    Stream<DynamicTest> one_more_than_the_bound_is_refused_with_the_count_and_the_setting() {
        return cases().stream()
                .flatMap(one ->
                        Stream.of("chat", "claude", "google", "ollama")
                                .map(upstream ->
                                        DynamicTest.dynamicTest(
                                                one.name() + " to " + upstream,
                                                () -> bounded(one, upstream))));
    }

    private void bounded(Case one, String upstream) {
        int more = one.fixed() < 0 ? VALUES + 20 : one.most() - one.fixed() + 1;
        int asked = house.received(upstream).size();

        HttpResponse<String> refused = ask(one, upstream, more);

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        assertThat(refused.body())
                .contains(
                        "at most " + one.most() + ", setting server.limits." + one.setting() + ")");
        if (one.fixed() >= 0) {
            assertThat(refused.body()).contains((one.most() + 1) + " ");
        }
        JsonNode error = JsonMapper.shared().readTree(refused.body());
        assertThat(error.has("error") || error.has("code")).as("the dialect's shape").isTrue();
        assertThat(house.received(upstream)).as("sent").hasSize(asked);

        HttpResponse<String> taken =
                ask(one, upstream, one.fixed() < 0 ? VALUES - 50 : one.most() - one.fixed());

        assertThat(taken.body()).doesNotContain("server.limits");
    }

    private static HttpResponse<String> ask(Case one, String upstream, int count) {
        String model = upstream + "/m";
        boolean inPath = one.path().contains("%s");
        String path = inPath ? one.path().formatted(upstream + "%2Fm") : one.path();
        String named = inPath ? "" : "\"model\":\"" + model + "\",";
        return house.post(path, "{" + named + one.body().apply(count) + "}");
    }
}
