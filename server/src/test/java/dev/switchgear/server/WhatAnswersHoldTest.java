package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.server.ScriptedHouse.Answer;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// What an answer holds reaches its client, or is named; and what its dialect promises is there.
final class WhatAnswersHoldTest {
    private static final String PNG = "iVBORw0KGgo=";
    private static final String WAV = "UklGRiQAAABXQVZF";
    private static ScriptedHouse house;

    @BeforeAll
    static void open() {
        house = ScriptedHouse.open();
    }

    @AfterAll
    static void close() {
        house.close();
    }

    private static Answer plain(String body) {
        return Answer.json(200, body);
    }

    private static String chat(String message, String more) {
        return "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1790000000,"
                + "\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
                + message
                + "},\"finish_reason\":\"stop\""
                + more;
    }

    private static String gemini(String parts, String more) {
        return "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":["
                + parts
                + "]},\"finishReason\":\"STOP\",\"index\":0"
                + more
                + "}],\"usageMetadata\":{\"promptTokenCount\":3,\"candidatesTokenCount\":1,"
                + "\"totalTokenCount\":4},\"modelVersion\":\"g\",\"responseId\":\"r1\"}";
    }

    private static String claude(String blocks) {
        return "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"c\","
                + "\"content\":["
                + blocks
                + "],\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}";
    }

    private static String responses(String items) {
        return "{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"completed\",\"model\":\"m\","
                + "\"output\":["
                + items
                + "],\"usage\":{\"input_tokens\":3,\"output_tokens\":1,\"total_tokens\":4}}";
    }

    /// An upstream, its answer, and the name of what no other dialect can say.
    static Stream<Arguments> unsayable() {
        String text = "\"content\":\"Hello\"";
        String end =
                "}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1,\"total_tokens\":4}";
        String message =
                "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"content\":["
                        + "{\"type\":\"output_text\",\"text\":\"Hello\",\"annotations\":[%s],"
                        + "\"logprobs\":[%s]}]}";
        return Stream.of(
                Arguments.of(
                        "chat",
                        chat(text + ",\"annotations\":[{\"type\":\"url_citation\"}]", end + "}"),
                        "annotations"),
                Arguments.of(
                        "xai", chat(text, end + ",\"citations\":[\"https://a.b\"]}"), "citations"),
                Arguments.of(
                        "chat",
                        chat(text, ",\"logprobs\":{\"content\":[]}" + end + "}"),
                        "logprobs"),
                Arguments.of(
                        "chat",
                        chat(
                                text,
                                "},{\"index\":1,\"message\":{\"content\":\"Other\"},\"finish_reason\":\"stop\""
                                        + end
                                        + "}"),
                        "choices[1]"),
                Arguments.of(
                        "google",
                        gemini(
                                "{\"text\":\"Hello\"}",
                                ",\"groundingMetadata\":{\"webSearchQueries\":[\"a\"]}"),
                        "groundingMetadata"),
                Arguments.of(
                        "google",
                        gemini(
                                "{\"executableCode\":{\"language\":\"PYTHON\",\"code\":\"1\"}},{\"text\":\"Hello\"}",
                                ""),
                        "executableCode"),
                Arguments.of(
                        "google",
                        gemini(
                                "{\"inlineData\":{\"mimeType\":\"application/pdf\",\"data\":\"AAAA\"}},{\"text\":\"Hello\"}",
                                ""),
                        "inlineData"),
                Arguments.of(
                        "claude",
                        claude(
                                "{\"type\":\"server_tool_use\",\"id\":\"s\",\"name\":\"web_search\",\"input\":{}},{\"type\":\"text\",\"text\":\"Hello\"}"),
                        "server_tool_use"),
                Arguments.of(
                        "claude",
                        claude(
                                "{\"type\":\"text\",\"text\":\"Hello\",\"citations\":[{\"type\":\"char_location\"}]}"),
                        "citations"),
                Arguments.of(
                        "resp",
                        responses(
                                "{\"id\":\"ws_1\",\"type\":\"web_search_call\",\"status\":\"completed\"},"
                                        + message.formatted("", "")),
                        "web_search_call"),
                Arguments.of(
                        "resp",
                        responses(message.formatted("{\"type\":\"url_citation\"}", "")),
                        "output_text.annotations"),
                Arguments.of(
                        "resp",
                        responses(message.formatted("", "{\"token\":\"H\"}")),
                        "output_text.logprobs"));
    }

    @ParameterizedTest
    @MethodSource("unsayable")
    void what_the_clients_dialect_cannot_say_is_named(String upstream, String body, String what) {
        for (AskedAs client : AskedAs.values()) {
            if (client.speaksLike(upstream)) {
                continue;
            }
            house.answers(upstream, plain(body));

            HttpResponse<String> answer = client.ask(house, upstream + "/m", false);

            assertThat(client.text(answer, false)).isEqualTo("Hello");
            assertThat(answer.headers().firstValue("x-switchgear-dropped").orElse(""))
                    .as(upstream + " to " + client)
                    .contains("answer." + what);
        }
    }

    @Test
    void what_is_left_out_of_a_stream_is_named_in_its_head_or_before_its_end() {
        String call =
                "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,"
                        + "\"content_block\":{\"type\":\"web_search_tool_result\",\"content\":[]}}\n\n"
                        + "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n";
        Speaks speaks = Speaks.anthropic();
        String start = speaks.begun().substring(0, speaks.begun().indexOf("\n\n") + 2);
        String rest =
                speaks.stream().substring(start.length()).replace("\"index\":0", "\"index\":1");
        house.answers(
                "claude",
                Answer.events(
                        start
                                + call
                                + rest.replace(
                                        "event: message_delta", cited() + "event: message_delta")));

        HttpResponse<String> answer = AskedAs.CHAT.ask(house, "claude/m", true);

        assertThat(AskedAs.CHAT.text(answer, true)).isEqualTo("Hello");
        assertThat(answer.headers().firstValue("x-switchgear-dropped"))
                .contains("answer.web_search_tool_result");
        assertThat(answer.body())
                .contains(
                        "\n\n: x-switchgear-dropped: answer.web_search_tool_result, answer.code_execution_tool_result\ndata: ");
    }

    private static String cited() {
        return "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":2,"
                + "\"content_block\":{\"type\":\"code_execution_tool_result\",\"content\":{}}}\n\n"
                + "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":2}\n\n";
    }

    static Stream<Arguments> pictures() {
        String url = "data:image/png;base64," + PNG;
        return Stream.of(
                Arguments.of(
                        "google",
                        gemini(
                                "{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\""
                                        + PNG
                                        + "\"}},{\"text\":\"Hello\"}",
                                "")),
                Arguments.of(
                        "router",
                        chat(
                                "\"content\":\"Hello\",\"images\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\""
                                        + url
                                        + "\"}}]",
                                "}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1,\"total_tokens\":4}}")),
                Arguments.of(
                        "resp",
                        responses(
                                "{\"id\":\"ig_1\",\"type\":\"image_generation_call\",\"status\":\"completed\",\"result\":\""
                                        + PNG
                                        + "\"},"
                                        + "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"Hello\",\"annotations\":[]}]}")),
                Arguments.of(
                        "ollama",
                        "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"Hello\",\"images\":[\""
                                + PNG
                                + "\"]},"
                                + "\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":3,\"eval_count\":1}"));
    }

    @ParameterizedTest
    @MethodSource("pictures")
    void a_picture_is_shown_wherever_the_dialect_has_a_place_for_one(String upstream, String body) {
        for (boolean streamed : new boolean[] {false, true}) {
            for (AskedAs client : AskedAs.values()) {
                if (client.speaksLike(upstream)
                        || (upstream.equals("router") && client == AskedAs.RESPONSES)) {
                    continue;
                }
                house.answers(upstream, plain(body));

                HttpResponse<String> answer = client.ask(house, upstream + "/m", streamed);

                String what = upstream + " to " + client + ": " + answer.body();
                assertThat(client.text(answer, streamed)).as(what).isEqualTo("Hello");
                if (client == AskedAs.ANTHROPIC || client == AskedAs.GENERATE) {
                    assertThat(answer.body()).as(what).doesNotContain(PNG);
                    assertThat(
                                    answer.headers().firstValue("x-switchgear-dropped").orElse("")
                                            + answer.body())
                            .as(what)
                            .containsPattern("answer\\.image|\"dropped\":\\[\"image\"\\]");
                } else {
                    assertThat(answer.body()).as(what).contains(PNG);
                }
            }
        }
    }

    static Stream<Arguments> sounds() {
        return Stream.of(
                Arguments.of(
                        "google",
                        gemini(
                                "{\"inlineData\":{\"mimeType\":\"audio/wav\",\"data\":\""
                                        + WAV
                                        + "\"}},{\"text\":\"Hello\"}",
                                "")),
                Arguments.of(
                        "chat",
                        chat(
                                "\"content\":null,\"audio\":{\"id\":\"a1\",\"expires_at\":1,\"transcript\":\"Hello\",\"data\":\""
                                        + WAV
                                        + "\"}",
                                "}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1,\"total_tokens\":4}}")));
    }

    @ParameterizedTest
    @MethodSource("sounds")
    void a_sound_is_carried_wherever_the_dialect_has_a_place_for_one(String upstream, String body) {
        for (boolean streamed : new boolean[] {false, true}) {
            for (AskedAs client : AskedAs.values()) {
                if (client.speaksLike(upstream)) {
                    continue;
                }
                house.answers(upstream, plain(body));

                HttpResponse<String> answer = client.ask(house, upstream + "/m", streamed);

                String what = upstream + " to " + client + ": " + answer.body();
                assertThat(client.text(answer, streamed)).as(what).isEqualTo("Hello");
                switch (client) {
                    case CHAT ->
                            assertThat(answer.body())
                                    .as(what)
                                    .contains("\"audio\":{", "\"data\":\"" + WAV);
                    case GEMINI, GEMINI_LIST, OWN ->
                            assertThat(answer.body()).as(what).contains(WAV, "audio/wav");
                    case RESPONSES, ANTHROPIC, OLLAMA, GENERATE -> {
                        assertThat(answer.body()).as(what).doesNotContain(WAV);
                        assertThat(
                                        answer.headers()
                                                        .firstValue("x-switchgear-dropped")
                                                        .orElse("")
                                                + answer.body())
                                .as(what)
                                .containsPattern("answer\\.audio|\"dropped\":\\[\"audio\"\\]");
                    }
                }
            }
        }
    }

    /// Calls of Gemini 3 are signed; clients of Anthropic that turned no thinking on find them first,
    /// and give the signature back all the same.
    @Test
    void a_signed_call_comes_first_and_its_signature_comes_back() {
        String tools = "\"tools\":[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\"}}],";
        String calls =
                "{\"functionCall\":{\"name\":\"f\",\"args\":{\"a\":1},\"id\":\"x1\"},\"thoughtSignature\":\"c2ln\"},"
                        + "{\"functionCall\":{\"name\":\"f\",\"args\":{},\"id\":\"x2\"}}";
        for (boolean streamed : new boolean[] {false, true}) {
            house.answers("google", plain(gemini(calls, "")));

            HttpResponse<String> answer = AskedAs.ANTHROPIC.ask(house, "google/g", streamed, tools);
            List<JsonNode> blocks =
                    streamed
                            ? AskedAs.ANTHROPIC.events(answer.body()).stream()
                                    .filter(event -> event.has("content_block"))
                                    .map(event -> event.path("content_block"))
                                    .toList()
                            : Json.read(answer.body()).path("content").valueStream().toList();
            house.answers("google", ScriptedHouse.usual("google"));
            house.post(
                    "/v1/messages",
                    "{\"model\":\"google/g\",\"max_tokens\":9,"
                            + tools
                            + "\"messages\":[{\"role\":\"user\",\"content\":\"go\"},{\"role\":\"assistant\",\"content\":"
                            + blocks
                            + "},{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"x1\",\"content\":\"1\"},"
                            + "{\"type\":\"tool_result\",\"tool_use_id\":\"x2\",\"content\":\"2\"}]}]}");

            assertThat(blocks)
                    .extracting(block -> block.path("type").asString(""))
                    .containsExactly("tool_use", "redacted_thinking", "tool_use");
            JsonNode turn =
                    Json.read(house.received("google").getLast().body()).at("/contents/1/parts");
            assertThat(turn.at("/0/functionCall/name").asString("")).isEqualTo("f");
            assertThat(turn.at("/0/thoughtSignature").asString("")).isEqualTo("c2ln");
            assertThat(turn.at("/1/functionCall/name").asString("")).isEqualTo("f");
            assertThat(turn.size()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(AskedAs.class)
    void usage_is_there_where_the_dialect_promises_it_and_marked_where_reckoned(AskedAs client) {
        for (String upstream : List.of("chat", "resp", "claude", "google", "ollama")) {
            if (client.speaksLike(upstream)) {
                continue;
            }
            house.answers(upstream, plain(withoutUsage(upstream)));

            HttpResponse<String> answer = client.ask(house, upstream + "/m", false);

            assertThat(client.text(answer, false)).isEqualTo("Hello");
            assertThat(client.tokens(Json.read(answer.body())))
                    .as(upstream + " to " + client)
                    .allMatch(n -> n > 0);
            assertThat(answer.headers().firstValue("x-switchgear-estimated")).contains("true");
        }
    }

    private static String withoutUsage(String upstream) {
        return switch (upstream) {
            case "chat" -> chat("\"content\":\"Hello\"", "}]}");
            case "resp" -> Speaks.all().get(6).whole().replaceAll(",\"usage\":\\{[^}]*\\}", "");
            case "claude" -> Speaks.anthropic().whole().replaceAll(",\"usage\":\\{[^}]*\\}", "");
            case "google" ->
                    Speaks.gemini().whole().replaceAll(",\"usageMetadata\":\\{[^}]*\\}", "");
            default -> Speaks.ollama().whole().replaceAll(",\"(prompt_)?eval_count\":\\d", "");
        };
    }

    @Test
    void what_passes_without_usage_is_reckoned_for_the_books_and_stays_as_it_came() {
        for (AskedAs client :
                List.of(
                        AskedAs.CHAT,
                        AskedAs.RESPONSES,
                        AskedAs.ANTHROPIC,
                        AskedAs.GEMINI,
                        AskedAs.OLLAMA)) {
            for (String upstream : List.of("chat", "resp", "claude", "google", "ollama")) {
                if (!client.speaksLike(upstream)) {
                    continue;
                }
                house.answers(upstream, plain(withoutUsage(upstream)));
                long before = tokensBooked();

                HttpResponse<String> answer = client.ask(house, upstream + "/m", false);

                assertThat(answer.body()).isEqualTo(withoutUsage(upstream));
                assertThat(answer.headers().firstValue("x-switchgear-estimated"))
                        .as(upstream)
                        .contains("true");
                assertThat(tokensBooked()).as(upstream).isGreaterThan(before);

                house.answers(upstream, ScriptedHouse.usual(upstream));
                assertThat(
                                client.ask(house, upstream + "/m", false)
                                        .headers()
                                        .firstValue("x-switchgear-estimated"))
                        .as(upstream)
                        .isEmpty();
            }
        }
    }

    /// Of output, by all calls so far.
    private static long tokensBooked() {
        return house.get("/metrics")
                .body()
                .lines()
                .filter(line ->
                        line.startsWith("gen_ai_client_token_usage_sum")
                                && line.contains("\"output\""))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Test
    void vectors_that_pass_without_usage_are_reckoned_for_the_books() {
        String vectors =
                "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":[1,0]}],\"model\":\"m\"}";
        house.answers("chat", plain(vectors));

        HttpResponse<String> answer =
                house.post("/v1/embeddings", "{\"model\":\"chat/m\",\"input\":\"some words\"}");

        assertThat(answer.body()).isEqualTo(vectors);
        assertThat(answer.headers().firstValue("x-switchgear-estimated")).contains("true");
    }

    @Test
    void a_stream_says_before_its_end_what_its_provider_charges() {
        String stream =
                Speaks.chat("router").stream()
                        .replace("\"total_tokens\":4}", "\"total_tokens\":4,\"cost\":0.000784}");
        for (AskedAs client : List.of(AskedAs.ANTHROPIC, AskedAs.CHAT)) {
            house.answers("router", Answer.events(stream));

            HttpResponse<String> answer = client.ask(house, "router/m", true);

            assertThat(client.text(answer, true)).isEqualTo("Hello");
            if (client == AskedAs.CHAT) {
                assertThat(answer.body()).isEqualTo(stream);
            } else {
                assertThat(answer.body())
                        .contains(
                                ": x-switchgear-cost-usd: 0.000784000\n",
                                ": x-switchgear-cost-reported: true\n");
            }
        }
    }

    @Test
    void a_stream_without_usage_ends_with_a_marked_estimate_and_opens_with_one() {
        house.answers(
                "chat",
                Answer.events(
                        Speaks.chat("chat").stream().replaceAll(",\"usage\":\\{[^}]*\\}", "")));

        HttpResponse<String> answer = AskedAs.ANTHROPIC.ask(house, "chat/m", true);

        List<JsonNode> events = AskedAs.ANTHROPIC.events(answer.body());
        assertThat(events.getFirst().at("/message/usage/input_tokens").asInt(0)).isPositive();
        JsonNode delta = events.get(events.size() - 2);
        assertThat(delta.at("/usage/output_tokens").asInt(0)).isPositive();
        assertThat(answer.body()).contains("\n\n: x-switchgear-estimated: true\nevent: ");
    }

    @Test
    void embeddings_say_what_they_took() {
        house.answers("google", plain("{\"embeddings\":[{\"values\":[1,0]}]}"));

        HttpResponse<String> answer =
                house.post(
                        "/v1/embeddings",
                        "{\"model\":\"google/m\",\"input\":\"some words to embed\"}");

        assertThat(Json.read(answer.body()).at("/usage/prompt_tokens").asInt(0)).isPositive();
        assertThat(answer.headers().firstValue("x-switchgear-estimated")).contains("true");

        house.answers("ollama", plain("{\"embeddings\":[[1,0]],\"prompt_eval_count\":4}"));
        HttpResponse<String> counted =
                house.post("/v1/embeddings", "{\"model\":\"ollama/m\",\"input\":\"words\"}");

        assertThat(Json.read(counted.body()).at("/usage/prompt_tokens").asInt(0)).isEqualTo(4);
        assertThat(counted.headers().firstValue("x-switchgear-estimated")).isEmpty();
    }

    @Test
    void what_a_provider_says_it_charges_is_what_the_call_cost() {
        for (Map.Entry<String, String> charged :
                Map.of(
                                "router",
                                "\"cost\":0.000784,\"is_byok\":false",
                                "xai",
                                "\"cost_in_usd_ticks\":7840000")
                        .entrySet()) {
            String body =
                    chat(
                            "\"content\":\"Hello\"",
                            "}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1,\"total_tokens\":4,"
                                    + charged.getValue()
                                    + "}}");
            for (AskedAs client : List.of(AskedAs.CHAT, AskedAs.ANTHROPIC)) {
                house.answers(charged.getKey(), plain(body));

                HttpResponse<String> answer = client.ask(house, charged.getKey() + "/m", false);

                assertThat(answer.headers().firstValue("x-switchgear-cost-usd"))
                        .as(charged.getKey() + " to " + client)
                        .contains("0.000784000");
                assertThat(answer.headers().firstValue("x-switchgear-cost-reported"))
                        .contains("true");
            }
        }
    }

    @Test
    void who_did_not_ask_for_thoughts_gets_the_text_first() {
        String thought = "\"reasoning_content\":\"hm\",\"content\":\"Hello\"";
        String end =
                "}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1,\"total_tokens\":4}}";
        Map<String, String> bodies =
                Map.of(
                        "deep",
                        chat(thought, end),
                        "google",
                        gemini(
                                "{\"text\":\"hm\",\"thought\":true,\"thoughtSignature\":\"c2ln\"},{\"text\":\"Hello\"}",
                                ""),
                        "claude",
                        claude(
                                "{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"sig\"},{\"type\":\"text\",\"text\":\"Hello\"}"),
                        "resp",
                        responses(
                                "{\"id\":\"rs_1\",\"type\":\"reasoning\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"hm\"}],\"encrypted_content\":\"e\"},"
                                        + "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"Hello\",\"annotations\":[]}]}"));
        bodies.forEach((upstream, body) -> {
            for (AskedAs client : List.of(AskedAs.ANTHROPIC, AskedAs.GEMINI, AskedAs.RESPONSES)) {
                if (client.speaksLike(upstream)
                        || (upstream.equals("deep") && client == AskedAs.RESPONSES)) {
                    continue;
                }
                for (boolean streamed : new boolean[] {false, true}) {
                    house.answers(upstream, plain(body));
                    HttpResponse<String> answer = client.ask(house, upstream + "/m", streamed);

                    assertThat(client.text(answer, streamed)).isEqualTo("Hello");
                    assertThat(answer.body()).as(upstream + " to " + client).doesNotContain("hm");
                    if (!streamed) {
                        JsonNode told = Json.read(answer.body());
                        assertThat(
                                        switch (client) {
                                            case ANTHROPIC -> told.at("/content/0/text");
                                            case GEMINI ->
                                                    told.at("/candidates/0/content/parts/0/text");
                                            default -> told.at("/output/0/content/0/text");
                                        })
                                .as(upstream + " to " + client)
                                .isEqualTo(Json.read("\"Hello\""));
                    }
                }
            }
        });
    }

    @Test
    void an_error_in_the_middle_passes_as_it_came_and_is_translated_with_code_and_words() {
        String error =
                "data: {\"error\":{\"message\":\"The engine is overheated\",\"type\":\"server_error\",\"code\":\"engine_hot\"}}\n\n";
        Speaks speaks = Speaks.chat("chat");
        house.answers("chat", Answer.events(speaks.begun(), error));

        HttpResponse<String> same = AskedAs.CHAT.ask(house, "chat/m", true);
        HttpResponse<String> other = AskedAs.RESPONSES.ask(house, "chat/m", true);

        assertThat(same.body()).isEqualTo(speaks.begun() + error);
        assertThat(other.body())
                .contains("engine_hot", "The engine is overheated", "response.failed");
    }

    @Test
    void an_error_that_sdks_would_miss_is_told_in_a_form_they_know() {
        Speaks speaks = Speaks.gemini();
        house.answers(
                "google",
                Answer.events(
                        speaks.begun(),
                        """
                        {
                          "error": {
                            "code": 503,
                            "message": "Overloaded",
                            "status": "UNAVAILABLE"
                          }
                        }
                        """));

        HttpResponse<String> answer = AskedAs.GEMINI.ask(house, "google/m", true);

        List<JsonNode> events = AskedAs.GEMINI.events(answer.body());
        assertThat(events.getLast().at("/error/code").asInt(0)).isEqualTo(503);
        assertThat(events.getLast().at("/error/message").asString("")).contains("Overloaded");
    }
}
