package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.ScriptedHouse.Answer;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One client's mistake, seen from outside: who made it is told, and nobody else notices.
final class BlameFromOutsideTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    /// A client's dialect: where it asks, and with which words.
    enum Door {
        CHAT,
        RESPONSES,
        ANTHROPIC,
        GEMINI,
        OLLAMA,
        OWN;

        HttpResponse<String> ask(ScriptedHouse house, String model, boolean streamed) {
            String messages =
                    "\"model\":\""
                            + model
                            + "\",\"messages\":[{\"role\":\"user\",\"content\":\"go\"}]";
            String stream = ",\"stream\":" + streamed;
            return switch (this) {
                case CHAT -> house.post("/v1/chat/completions", "{" + messages + stream + "}");
                case RESPONSES ->
                        house.post(
                                "/v1/responses",
                                "{\"model\":\"" + model + "\",\"input\":\"go\"" + stream + "}");
                case ANTHROPIC ->
                        house.post(
                                "/v1/messages",
                                "{" + messages + ",\"max_tokens\":500" + stream + "}",
                                "anthropic-version",
                                "2023-06-01");
                case GEMINI ->
                        house.post(
                                "/v1beta/models/"
                                        + model
                                        + (streamed
                                                ? ":streamGenerateContent?alt=sse"
                                                : ":generateContent"),
                                "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"go\"}]}]}");
                case OLLAMA -> house.post("/api/chat", "{" + messages + stream + "}");
                case OWN ->
                        house.post(
                                streamed ? "/api/llm/stream" : "/api/llm/chat",
                                "{" + messages + "}");
            };
        }

        /// What the client is told went wrong, whether as an answer or as the last event.
        JsonNode error(HttpResponse<String> answer) {
            String last =
                    answer.body()
                            .lines()
                            .filter(line -> line.contains("\"error\""))
                            .reduce((_, later) -> later)
                            .orElse(answer.body());
            JsonNode root = JSON.readTree(last.startsWith("data:") ? last.substring(5) : last);
            JsonNode whole = root.has("response") ? root.path("response") : root;
            return whole.path("error");
        }

        String message(HttpResponse<String> answer) {
            JsonNode error = error(answer);
            return error.isString() ? error.asString() : error.path("message").asString("");
        }
    }

    record Upstream(String name, String model) {
        /// A plain "ok" in the dialect in which clients of `door` reach it.
        Answer good(Door door) {
            boolean responses = List.of("openai", "router", "deep", "xai").contains(name);
            return ScriptedHouse.usual(door == Door.RESPONSES && responses ? "resp" : name);
        }
    }

    private static final List<Upstream> UPSTREAMS =
            List.of(
                    new Upstream("openai", "openai/gpt-4o"),
                    new Upstream("chat", "chat/x"),
                    new Upstream("resp", "resp/gpt-5"),
                    new Upstream("claude", "claude/claude-opus-4-5"),
                    new Upstream("google", "google/gemini-2.5-flash"),
                    new Upstream("router", "router/openai/gpt-oss"),
                    new Upstream("deep", "deep/deepseek-chat"),
                    new Upstream("xai", "xai/grok-4"),
                    new Upstream("mistral", "mistral/mistral-large"),
                    new Upstream("ollama", "ollama/llama3"));

    private static String error(String message) {
        return "{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\",\"message\":\""
                + message
                + "\",\"code\":null}}";
    }

    /// Refusals that speak of one request, or say nothing.
    private static final List<Answer> OF_ONE_REQUEST =
            List.of(
                    Answer.json(404, error("Item with id 'rs_1' not found.")),
                    Answer.json(404, error("File not found: file_gone")),
                    Answer.json(404, error("No endpoints found that support tool use.")),
                    Answer.json(403, error("You do not have permission to access the File abc.")),
                    Answer.json(403, error("Blocked by the content filter")),
                    Answer.json(402, error("Fewer max_tokens: can only afford 3")),
                    Answer.json(429, error("Request too large: Limit 30000, Requested 54000"))
                            .with("retry-after", "60"),
                    Answer.json(404, "<html>Not Found</html>").with("content-type", "text/html"),
                    Answer.json(403, "{}"),
                    Answer.json(402, ""),
                    Answer.json(400, "{}"),
                    Answer.json(409, "{}"),
                    Answer.json(413, "no"),
                    Answer.json(422, "{\"detail\":\"no\"}"));

    private static Stream<Arguments> upstreamsAndDoors() {
        var all = new ArrayList<Arguments>();
        for (Upstream upstream : UPSTREAMS) {
            for (Door door : Door.values()) {
                all.add(Arguments.of(upstream, door));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("upstreamsAndDoors")
    void what_one_request_is_refused_for_is_told_to_its_client_and_noticed_by_nobody_else(
            Upstream upstream, Door door) {
        try (var house = ScriptedHouse.open()) {
            for (Answer refusal : OF_ONE_REQUEST) {
                for (boolean streamed : List.of(false, true)) {
                    int before = house.received(upstream.name()).size();
                    house.answers(upstream.name(), refusal);
                    HttpResponse<String> refused = door.ask(house, upstream.model(), streamed);
                    house.answers(upstream.name(), upstream.good(door));
                    HttpResponse<String> good = door.ask(house, upstream.model(), false);

                    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(refusal.status());
                    assertThat(refused.headers().firstValue("retry-after")).isEmpty();
                    assertThat(refused.headers().firstValue("x-should-retry")).contains("false");
                    assertThat(good.statusCode()).as(refusal + good.body()).isEqualTo(200);
                    assertThat(house.received(upstream.name())).hasSize(before + 2);
                }
            }
        }
    }

    @Test
    void a_route_of_two_is_asked_of_both_and_works_on() {
        String route =
                """
                routes:
                  - match: { model: both }
                    to: [{ provider: chat, model: x }, { provider: router, model: x }]
                    strategy: priority
                """;
        try (var house = ScriptedHouse.open(route)) {
            Answer refused = Answer.json(404, error("No endpoints found that support tool use."));
            house.answers("chat", refused, ScriptedHouse.usual("chat"));
            house.answers("router", refused);

            HttpResponse<String> first = Door.CHAT.ask(house, "both", false);
            HttpResponse<String> second = Door.CHAT.ask(house, "both", false);

            assertThat(first.statusCode()).isEqualTo(404);
            assertThat(first.body()).contains("No endpoints found that support tool use.");
            assertThat(house.received("router")).hasSize(1);
            assertThat(second.statusCode()).isEqualTo(200);
        }
    }

    private static Answer gemini(String finish, String message, String parts) {
        return Answer.json(
                200,
                "{\"candidates\":[{\"content\":{"
                        + parts
                        + "},\"finishReason\":\""
                        + finish
                        + "\",\"index\":0,\"finishMessage\":\""
                        + message
                        + "\"}],\"usageMetadata\":{\"promptTokenCount\":3,\"candidatesTokenCount\":1,"
                        + "\"totalTokenCount\":4},\"modelVersion\":\"g\",\"responseId\":\"r1\"}");
    }

    private static Answer streamed(Answer plain) {
        return Answer.events("data: " + plain.parts().getFirst() + "\r\n\r\n");
    }

    @ParameterizedTest
    @EnumSource(
            value = Door.class,
            names = {"GEMINI"},
            mode = EnumSource.Mode.EXCLUDE)
    void how_a_model_failed_is_told_once_with_its_reason_and_opens_no_breaker(Door door) {
        Answer failed = gemini("MALFORMED_FUNCTION_CALL", "Malformed function call: add(a=1)", "");
        try (var house = ScriptedHouse.open()) {
            for (int i = 0; i < 8; i++) {
                boolean streamed = i % 2 == 1;
                house.answers("google", streamed ? streamed(failed) : failed);

                HttpResponse<String> told = door.ask(house, "google/gemini-2.5-flash", streamed);

                assertThat(told.statusCode()).isEqualTo(422);
                assertThat(door.message(told))
                        .isEqualTo(
                                "MALFORMED_FUNCTION_CALL: Malformed function call: add(a=1)"
                                        + " (SG-1210)");
                assertThat(told.headers().firstValue("x-should-retry")).contains("false");
                assertThat(house.received("google")).as("asked once").hasSize(i + 1);
            }
            house.answers("google", ScriptedHouse.usual("google"));

            assertThat(door.ask(house, "google/gemini-2.5-flash", false).statusCode())
                    .isEqualTo(200);
            assertThat(door.ask(house, "google/gemini-2.5-pro", false).statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void how_a_model_failed_passes_untouched_to_clients_of_its_dialect(boolean streamed) {
        Answer google = gemini("MALFORMED_FUNCTION_CALL", "m", "");
        String chunk =
                "{\"id\":\"c\",\"object\":\"chat.completion\",\"model\":\"m\",\"choices\":[{\"index\":0,"
                        + "\"message\":{\"content\":null},\"delta\":{},\"finish_reason\":\"error\"}]}";
        Answer chat =
                streamed
                        ? Answer.events("data: " + chunk + "\n\n", "data: [DONE]\n\n")
                        : Answer.json(200, chunk);
        try (var house = ScriptedHouse.open()) {
            house.answers("google", streamed ? streamed(google) : google).answers("chat", chat);
            for (int i = 0; i < 7; i++) {
                HttpResponse<String> gemini =
                        Door.GEMINI.ask(house, "google/gemini-2.5-flash", streamed);
                HttpResponse<String> passed = Door.CHAT.ask(house, "chat/x", streamed);

                assertThat(gemini.statusCode()).isEqualTo(200);
                assertThat(gemini.body())
                        .contains("MALFORMED_FUNCTION_CALL", "\"totalTokenCount\":4");
                assertThat(passed.statusCode()).isEqualTo(200);
                assertThat(passed.body()).contains(chunk);
            }
            assertThat(house.received("google")).hasSize(7);
            assertThat(house.received("chat")).hasSize(7);
        }
    }

    /// @param upstream that ends an answer for a reason of its own
    private record Ended(Upstream upstream, String reason, Answer whole, Answer stream) {}

    private static List<Ended> ended(String reason, String text) {
        String chat =
                "{\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"%s\":{\"role\":\"assistant\","
                        + "\"content\":\"%s\"},\"finish_reason\":\"%s\"}]}";
        String block = text.isEmpty() ? "" : "{\"type\":\"text\",\"text\":\"" + text + "\"}";
        String blocks =
                text.isEmpty()
                        ? ""
                        : "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{"
                                + "\"type\":\"text\",\"text\":\"\"}}\n\n"
                                + "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
                                + "\"type\":\"text_delta\",\"text\":\""
                                + text
                                + "\"}}\n\n"
                                + "data: {\"type\":\"content_block_stop\",\"index\":0}\n\n";
        String ollama =
                "{\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00Z\",\"message\":{\"role\":"
                        + "\"assistant\",\"content\":\""
                        + text
                        + "\"},\"done\":true,\"done_reason\":\""
                        + reason
                        + "\"}\n";
        Answer google =
                gemini(
                        reason,
                        "m",
                        text.isEmpty() ? "" : "\"parts\":[{\"text\":\"" + text + "\"}]");
        return List.of(
                new Ended(UPSTREAMS.get(4), reason, google, streamed(google)),
                new Ended(
                        UPSTREAMS.get(1),
                        reason,
                        Answer.json(200, chat.formatted("message", text, reason)),
                        Answer.events(
                                "data: " + chat.formatted("delta", text, reason) + "\n\n",
                                "data: [DONE]\n\n")),
                new Ended(
                        UPSTREAMS.get(3),
                        reason,
                        Answer.json(
                                200,
                                """
                                {"id":"msg_1","type":"message","role":"assistant","model":"c",\
                                "content":[%s],"stop_reason":"%s","stop_sequence":null,\
                                "usage":{"input_tokens":3,"output_tokens":1}}\
                                """
                                        .formatted(block, reason)),
                        Answer.events(
                                "data: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"type\":"
                                        + "\"message\",\"role\":\"assistant\",\"model\":\"c\","
                                        + "\"content\":[],\"usage\":{\"input_tokens\":3,"
                                        + "\"output_tokens\":1}}}\n\n",
                                blocks.isEmpty() ? ": nothing\n\n" : blocks,
                                "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\""
                                        + reason
                                        + "\"},\"usage\":{\"output_tokens\":1}}\n\n",
                                "data: {\"type\":\"message_stop\"}\n\n")),
                new Ended(
                        UPSTREAMS.get(9),
                        reason,
                        Answer.json(200, ollama),
                        new Answer(
                                200,
                                Map.of("content-type", "application/x-ndjson"),
                                List.of(ollama))));
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void a_reason_that_nobody_knows_ends_an_answer_and_without_one_is_told(Door door) {
        try (var house = ScriptedHouse.open()) {
            for (boolean streamed : List.of(false, true)) {
                for (Ended with : ended("NEWER_THAN_US", "hello")) {
                    house.answers(with.upstream().name(), streamed ? with.stream() : with.whole());
                    HttpResponse<String> answer =
                            door.ask(house, with.upstream().model(), streamed);
                    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                    assertThat(answer.body()).contains("hello").doesNotContain("\"error\":{");
                }
                for (Ended without : ended("NEWER_THAN_US", "")) {
                    String name = without.upstream().name();
                    house.answers(name, streamed ? without.stream() : without.whole());
                    int before = house.received(name).size();
                    HttpResponse<String> answer =
                            door.ask(house, without.upstream().model(), streamed);
                    assertThat(answer.body()).as(name).contains("NEWER_THAN_US");
                    assertThat(house.received(name)).as("asked once").hasSize(before + 1);
                }
            }
        }
    }

    private static String failed(String error) {
        return "data: {\"type\":\"response.failed\",\"response\":{\"id\":\"resp_1\",\"object\":\"response\","
                + "\"created_at\":1790000000,\"model\":\"m\",\"output\":[],\"status\":\"failed\",\"error\":"
                + error
                + "},\"sequence_number\":2}\n\n";
    }

    private static final String CREATED =
            "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\","
                    + "\"object\":\"response\",\"created_at\":1790000000,\"model\":\"m\",\"output\":[],"
                    + "\"status\":\"in_progress\"},\"sequence_number\":0}\n\n";
    private static final String TEXT =
            "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\","
                    + "\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"delta\":\"hello\","
                    + "\"sequence_number\":1}\n\n";

    @ParameterizedTest
    @EnumSource(Door.class)
    void why_a_streamed_response_failed_is_told_as_it_is_of_a_plain_one(Door door) {
        String error =
                "{\"code\":\"context_length_exceeded\",\"message\":\"Your input exceeds the window.\"}";
        String event =
                "event: error\ndata: {\"type\":\"error\",\"sequence_number\":2,\"error\":"
                        + error
                        + "}\n\n";
        try (var house = ScriptedHouse.open()) {
            for (String before : List.of("", event)) {
                house.answers(
                        "resp",
                        Answer.events(CREATED, before.isEmpty() ? ":\n\n" : before, failed(error)));
                int asked = house.received("resp").size();

                HttpResponse<String> answer = door.ask(house, "resp/gpt-5", true);

                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
                assertThat(door.message(answer)).contains("Your input exceeds the window.");
                assertThat(house.received("resp")).as("asked once").hasSize(asked + 1);
            }
            house.answers("resp", Answer.events(CREATED, TEXT, failed(error)));
            HttpResponse<String> begun = door.ask(house, "resp/gpt-5", true);
            assertThat(begun.statusCode()).isEqualTo(200);
            assertThat(begun.body()).contains("hello", "Your input exceeds the window.");

            house.answers("resp", ScriptedHouse.usual("resp"));
            assertThat(door.ask(house, "resp/gpt-5", false).statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"code":"invalid_prompt","message":"Bad prompt."} | 400 | Bad prompt. | 1
                    {"code":"rate_limit_exceeded","message":"Slow down."} | 429 | Slow down. | 1
                    {"code":"server_error","message":"It broke."} | 502 | It broke. | 3
                    {"code":"newer_than_us","message":"Gave up."} | 422 | newer_than_us: Gave up. | 1
                    null | 422 | failed | 1
                    """)
    void each_reason_why_a_response_failed_goes_its_way(
            String error, int status, String words, int attempts) {
        try (var house = ScriptedHouse.open()) {
            house.answers("resp", Answer.events(CREATED, failed(error)));

            HttpResponse<String> answer = Door.CHAT.ask(house, "resp/gpt-5", true);

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
            assertThat(Door.CHAT.message(answer)).contains(words);
            assertThat(house.received("resp")).hasSize(attempts);
        }
    }

    @ParameterizedTest
    @MethodSource("upstreamsAndDoors")
    void a_limit_for_one_model_is_told_as_429_and_leaves_the_others_alone(
            Upstream upstream, Door door) {
        try (var house = ScriptedHouse.open()) {
            house.answers(
                    upstream.name(),
                    Answer.json(429, "{\"error\":{\"message\":\"slow down\"}}")
                            .with("retry-after", "45"),
                    upstream.good(door));

            HttpResponse<String> limited = door.ask(house, upstream.model(), false);
            HttpResponse<String> resting = door.ask(house, upstream.model(), true);
            HttpResponse<String> other = door.ask(house, upstream.name() + "/other", false);

            for (HttpResponse<String> told : List.of(limited, resting)) {
                assertThat(told.statusCode()).as(told.body()).isEqualTo(429);
                assertThat(told.headers().firstValue("retry-after")).contains("45");
                assertThat(door.message(told)).contains("(SG-1212)");
            }
            assertThat(other.statusCode()).as(other.body()).isEqualTo(200);
            assertThat(house.received(upstream.name())).hasSize(2);
        }
    }

    @Test
    void a_day_s_retry_after_is_believed_as_long_as_configured() {
        Answer day = Answer.json(429, "{}").with("retry-after", "86400");
        try (var house = ScriptedHouse.open();
                var shorter =
                        ScriptedHouse.open("resilience: { rest: { rate-limited-max: 20s } }\n")) {
            house.answers("chat", day);
            shorter.answers("chat", day);

            assertThat(Door.CHAT.ask(house, "chat/x", false).headers().firstValue("retry-after"))
                    .contains("600");
            assertThat(Door.CHAT.ask(shorter, "chat/x", false).headers().firstValue("retry-after"))
                    .contains("20");
        }
    }

    @Test
    void what_headers_say_is_left_refuses_no_larger_request_and_no_other_model() {
        try (var house = ScriptedHouse.open()) {
            house.answers(
                    "chat",
                    ScriptedHouse.usual("chat")
                            .with("x-ratelimit-remaining-tokens", "5")
                            .with("x-ratelimit-reset-tokens", "60s"));
            Door.CHAT.ask(house, "chat/x", false);

            assertThat(
                            house.post(
                                            "/v1/chat/completions",
                                            "{\"model\":\"chat/x\",\"max_tokens\":64000,\"messages\":"
                                                    + "[{\"role\":\"user\",\"content\":\"go\"}]}")
                                    .statusCode())
                    .isEqualTo(200);

            house.answers(
                    "chat",
                    ScriptedHouse.usual("chat")
                            .with("x-ratelimit-remaining-requests", "0")
                            .with("x-ratelimit-reset-requests", "60s"));
            Door.CHAT.ask(house, "chat/x", false);
            assertThat(Door.CHAT.ask(house, "chat/x", false).statusCode()).isEqualTo(503);
            assertThat(Door.CHAT.ask(house, "chat/y", false).statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CHAT, 401, 502, code, provider_key_rejected",
        "RESPONSES, 401, 502, code, provider_key_rejected",
        "ANTHROPIC, 401, 502, type, api_error",
        "GEMINI, 401, 502, status, INTERNAL",
        "OLLAMA, 401, 502, '', ''",
        "OWN, 401, 502, code, SG-1211",
        "CHAT, 402, 402, code, insufficient_quota",
        "RESPONSES, 402, 402, code, insufficient_quota",
        "ANTHROPIC, 402, 402, type, billing_error",
        "GEMINI, 402, 402, status, RESOURCE_EXHAUSTED",
        "OLLAMA, 402, 402, '', ''",
        "OWN, 402, 402, code, SG-1213",
        "CHAT, 429, 429, code, rate_limit_exceeded",
        "RESPONSES, 429, 429, code, rate_limit_exceeded",
        "ANTHROPIC, 429, 429, type, rate_limit_error",
        "GEMINI, 429, 429, status, RESOURCE_EXHAUSTED",
        "OLLAMA, 429, 429, '', ''",
        "OWN, 429, 429, code, SG-1212",
    })
    void a_rejected_key_an_empty_account_and_a_limit_are_told_as_what_they_are(
            Door door, int provider, int status, String field, String word) {
        String words = provider == 402 ? "Insufficient balance" : "not now";
        try (var house = ScriptedHouse.open()) {
            for (Upstream upstream : UPSTREAMS) {
                house.answers(
                        upstream.name(),
                        Answer.json(provider, "{\"error\":{\"message\":\"" + words + "\"}}"));
                for (int i = 0; i < 2; i++) {
                    // The second is told while the first one's trouble keeps the upstream at rest.
                    HttpResponse<String> told = door.ask(house, upstream.model(), i == 0);
                    assertThat(told.statusCode()).as(told.body()).isEqualTo(status);
                    assertThat(door.message(told)).contains("(SG-12");
                    if (!field.isEmpty()) {
                        assertThat(door.error(told).path(field).asString("")).isEqualTo(word);
                    }
                }
            }
        }
    }
}
