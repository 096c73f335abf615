package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.server.ScriptedHouse.Answer;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Conversations are compacted, and gone on with, at every provider.
class CompactionFromOutsideTest {
    private static final List<String> ALL =
            List.of(
                    "openai", "chat", "resp", "claude", "google", "router", "deep", "xai",
                    "mistral", "ollama");

    private static final String TOOLS =
            """
            "tools":[{"type":"function","name":"read","parameters":{"type":"object","properties":{"path":{"type":"string"}}}}]\
            """;
    private static final String HISTORY =
            """
            {"role":"developer","content":"Speak like a pirate."},\
            {"role":"user","content":"Mend the parser, please."},\
            {"type":"function_call","call_id":"call_1","name":"read","arguments":"{\\"path\\":\\"a.c\\"}"},\
            {"type":"function_call_output","call_id":"call_1","output":"int main(void);"},\
            {"role":"assistant","content":[{"type":"output_text","text":"Line 7 is wrong."}]}\
            """;

    private static final ScriptedHouse house = ScriptedHouse.open();

    /// Those that are asked in Responses call each of their answers by another name.
    @BeforeEach
    void answer() {
        for (String upstream : List.of("openai", "resp", "router", "deep", "xai")) {
            house.answers(
                    upstream,
                    IntStream.range(0, 4)
                            .mapToObj(number ->
                                    ScriptedHouse.usual("resp")
                                            .parts()
                                            .getFirst()
                                            .replace("resp_1", "resp_" + upstream + names++))
                            .map(body -> Answer.json(200, body))
                            .toArray(Answer[]::new));
        }
        for (String upstream : List.of("chat", "claude", "google", "mistral", "ollama")) {
            house.answers(upstream, ScriptedHouse.usual(upstream));
        }
    }

    private static int names;

    @AfterAll
    static void close() {
        house.close();
    }

    static Stream<Arguments> everywhere() {
        return ALL.stream()
                .flatMap(to -> Stream.of(Arguments.of(to, false), Arguments.of(to, true)));
    }

    /// The answer to a create, plain or streamed; of a stream the last event's.
    private JsonNode answer(HttpResponse<String> came, boolean streamed) {
        assertThat(came.statusCode()).as(came.body()).isEqualTo(200);
        return streamed ? events(came).getLast().path("response") : Json.read(came.body());
    }

    private static List<JsonNode> events(HttpResponse<String> came) {
        var events = new ArrayList<JsonNode>();
        for (String line : came.body().split("\n", -1)) {
            if (line.startsWith("data: ")) {
                events.add(Json.read(line.substring(6)));
            }
        }
        return events;
    }

    private static String create(String model, boolean streamed, String input) {
        return "{\"model\":\"%s\",\"store\":false,\"stream\":%s,%s,\"input\":[%s]}"
                .formatted(model, streamed, TOOLS, input);
    }

    private String lastAsked(String upstream) {
        return house.received(upstream).getLast().body();
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void a_conversation_is_compacted_where_it_says_so_and_goes_on(String to, boolean streamed) {
        String model = to + "/m";
        String trigger = HISTORY + ",{\"type\":\"compaction_trigger\"}";

        HttpResponse<String> came = house.post("/v1/responses", create(model, streamed, trigger));

        JsonNode compacted = answer(came, streamed);
        assertThat(compacted.path("status").stringValue()).isEqualTo("completed");
        assertThat(compacted.path("output").size()).isEqualTo(1);
        JsonNode item = compacted.at("/output/0");
        assertThat(item.path("type").stringValue()).isEqualTo("compaction");
        assertThat(item.path("encrypted_content").stringValue()).isNotEmpty();
        assertThat(compacted.at("/usage/output_tokens").intValue()).isEqualTo(1);
        if (streamed) {
            assertThat(events(came))
                    .extracting(event -> event.path("type").stringValue())
                    .containsExactly(
                            "response.created",
                            "response.in_progress",
                            "response.output_item.added",
                            "response.output_item.done",
                            "response.completed");
        }
        assertThat(lastAsked(to))
                .contains("Mend the parser")
                .contains("int main(void);")
                .contains("Open steps")
                .contains("\"read\"")
                .doesNotContain("compaction_trigger");

        String next =
                "{\"role\":\"user\",\"content\":\"Mend the parser, please.\"},"
                        + item
                        + ",{\"role\":\"user\",\"content\":\"Go on.\"}";
        JsonNode went =
                answer(house.post("/v1/responses", create(model, streamed, next)), streamed);

        assertThat(went.at("/output/0/content/0/text").stringValue()).isEqualTo("ok");
        assertThat(lastAsked(to))
                .as("what goes on")
                .contains("Speak like a pirate.")
                .contains("Mend the parser")
                .contains("This is a summary of what came before")
                .contains("go on from where it ends.\\n\\nok")
                .contains("Go on.")
                .doesNotContain("int main(void);")
                .doesNotContain("encrypted_content")
                .doesNotContain("\"compaction\"");
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void what_is_still_open_is_not_told_but_kept(String to, boolean streamed) {
        String model = to + "/m";
        String open =
                HISTORY
                        + ",{\"role\":\"user\",\"content\":\"And b.c?\"}"
                        + ",{\"type\":\"function_call\",\"call_id\":\"call_2\",\"name\":\"read\",\"arguments\":\"{\\\"path\\\":\\\"b.c\\\"}\"}";

        JsonNode compacted =
                answer(
                        house.post(
                                "/v1/responses",
                                create(
                                        model,
                                        streamed,
                                        open + ",{\"type\":\"compaction_trigger\"}")),
                        streamed);

        assertThat(lastAsked(to)).doesNotContain("{\\\"path\\\":\\\"b.c\\\"}").contains("And b.c?");

        String next =
                compacted.at("/output/0")
                        + ",{\"type\":\"function_call_output\",\"call_id\":\"call_2\",\"output\":\"int b;\"}";
        answer(house.post("/v1/responses", create(model, streamed, next)), streamed);

        String asked = lastAsked(to);
        assertThat(asked).contains("b.c").contains("int b;").doesNotContain("int main(void);");
        assertThat(asked.indexOf("b.c")).isLessThan(asked.indexOf("int b;"));
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void a_conversation_is_compacted_by_its_own_path(String to, boolean chained) {
        String body = "{\"model\":\"%s/m\",\"instructions\":\"Be brief.\",\"input\":[%s]}";
        if (chained) {
            JsonNode first =
                    answer(
                            house.post(
                                    "/v1/responses",
                                    "{\"model\":\"%s/m\",\"input\":[%s]}".formatted(to, HISTORY)),
                            false);
            body =
                    "{\"model\":\"%s/m\",\"instructions\":\"Be brief.\",\"previous_response_id\":\""
                            + first.path("id").stringValue()
                            + "\",\"input\":[]%s}";
        }

        HttpResponse<String> came =
                house.post("/v1/responses/compact", body.formatted(to, chained ? "" : HISTORY));

        assertThat(came.statusCode()).as(came.body()).isEqualTo(200);
        JsonNode compacted = Json.read(came.body());
        assertThat(compacted.path("object").stringValue()).isEqualTo("response.compaction");
        assertThat(compacted.path("id").stringValue()).startsWith("resp_");
        assertThat(compacted.path("created_at").longValue()).isPositive();
        assertThat(compacted.at("/usage/input_tokens").intValue()).isEqualTo(3);
        assertThat(compacted.path("output"))
                .extracting(item -> item.path("type").stringValue())
                .containsExactly("message", "compaction");
        assertThat(compacted.at("/output/0/content/0/text").stringValue())
                .isEqualTo("Mend the parser, please.");
        assertThat(lastAsked(to)).contains("Be brief.").contains("int main(void);");
        assertThat(house.get("/v1/responses/" + compacted.path("id").stringValue()).statusCode())
                .as("kept")
                .isEqualTo(404);

        ObjectNode next = Json.object().put("model", to + "/m");
        ArrayNode input = next.putArray("input");
        compacted.path("output").forEach(input::add);
        input.addObject().put("role", "user").put("content", "Go on.");
        answer(house.post("/v1/responses", next.toString()), false);

        assertThat(lastAsked(to))
                .contains("Speak like a pirate.")
                .contains("Mend the parser, please.")
                .contains("go on from where it ends.\\n\\nok")
                .doesNotContain("int main(void);");
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void a_kept_conversation_is_compacted_and_goes_on_from_there(String to, boolean streamed) {
        String id =
                answer(
                                house.post(
                                        "/v1/responses",
                                        "{\"model\":\"%s/m\",\"stream\":%s,\"input\":[%s]}"
                                                .formatted(to, streamed, HISTORY)),
                                streamed)
                        .path("id")
                        .stringValue();
        String turn =
                "{\"model\":\"%s/m\",\"stream\":%s,\"previous_response_id\":\"%s\",\"input\":[%s]}";

        id =
                answer(
                                house.post(
                                        "/v1/responses",
                                        turn.formatted(
                                                to,
                                                streamed,
                                                id,
                                                "{\"type\":\"compaction_trigger\"}")),
                                streamed)
                        .path("id")
                        .stringValue();
        assertThat(
                        Json.read(house.get("/v1/responses/" + id).body())
                                .at("/output/0/type")
                                .stringValue())
                .isEqualTo("compaction");

        answer(
                house.post(
                        "/v1/responses",
                        turn.formatted(
                                to, streamed, id, "{\"role\":\"user\",\"content\":\"Go on.\"}")),
                streamed);

        assertThat(lastAsked(to))
                .contains("Speak like a pirate.")
                .contains("Mend the parser, please.")
                .contains("go on from where it ends.\\n\\nok")
                .contains("Go on.")
                .doesNotContain("previous_response_id")
                .doesNotContain("int main(void);");
    }

    /// Else it would be asked in the client's own words, and its compaction taken for a summary.
    @Test
    void who_keeps_a_conversation_is_told_the_whole_to_compact_it() {
        String usual = ScriptedHouse.usual("resp").parts().getFirst();
        String kept =
                usual.replace("resp_1", "resp_kept" + names++)
                        .replace(
                                "\"status\":\"completed\",\"model\"",
                                "\"status\":\"completed\",\"store\":true,\"model\"");
        assertThat(kept).contains("\"store\":true");
        house.answers("resp", Answer.json(200, kept), Answer.json(200, usual));
        String id =
                Json.read(
                                house.post(
                                                "/v1/responses",
                                                "{\"model\":\"resp/m\",\"input\":\"Mend the parser, please.\"}")
                                        .body())
                        .path("id")
                        .stringValue();

        HttpResponse<String> came =
                house.post(
                        "/v1/responses",
                        "{\"model\":\"resp/m\",\"previous_response_id\":\"%s\",\"input\":[{\"type\":\"compaction_trigger\"}]}"
                                .formatted(id));

        assertThat(answer(came, false).at("/output/0/type").stringValue()).isEqualTo("compaction");
        assertThat(lastAsked("resp"))
                .contains("Mend the parser")
                .contains("Open steps")
                .doesNotContain("compaction_trigger")
                .doesNotContain("previous_response_id");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void it_fails_over_while_a_compaction_is_made_and_right_after_it(boolean streamed) {
        String routes =
                """
                routes:
                  - match: { model: both }
                    to: [ { provider: resp, model: gpt-5 }, { provider: claude, model: claude-opus-4-5 } ]
                  - match: { model: back }
                    to: [ { provider: google, model: gemini-3-pro }, { provider: chat, model: m } ]
                """;
        Answer down = Answer.json(500, "{\"error\":{\"message\":\"down\"}}");
        try (var failing =
                ScriptedHouse.open(routes).answers("resp", down).answers("google", down)) {
            JsonNode compacted =
                    answer(
                            failing.post(
                                    "/v1/responses",
                                    create(
                                            "both",
                                            streamed,
                                            HISTORY + ",{\"type\":\"compaction_trigger\"}")),
                            streamed);
            String next = compacted.at("/output/0") + ",{\"role\":\"user\",\"content\":\"Go on.\"}";
            for (String model : List.of("both", "back")) {
                answer(failing.post("/v1/responses", create(model, streamed, next)), streamed);
            }

            assertThat(failing.received("resp")).isNotEmpty();
            assertThat(failing.received("google")).isNotEmpty();
            for (String upstream : List.of("resp", "claude", "google", "chat")) {
                assertThat(failing.received(upstream).getLast().body())
                        .as(upstream)
                        .contains("go on from where it ends.\\n\\nok")
                        .contains("Go on.");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void tokens_of_a_compacted_conversation_are_counted(String to, boolean twice) {
        JsonNode compacted =
                answer(
                        house.post(
                                "/v1/responses",
                                create(
                                        to + "/m",
                                        false,
                                        HISTORY + ",{\"type\":\"compaction_trigger\"}")),
                        false);
        String item = compacted.at("/output/0").toString();
        house.answers(to, Answer.json(200, COUNTED));

        HttpResponse<String> counted =
                house.post(
                        "/v1/responses/input_tokens",
                        "{\"model\":\"%s/m\",\"input\":[%s]}"
                                .formatted(to, twice ? item + "," + item : item));

        assertThat(counted.statusCode()).as(counted.body()).isEqualTo(200);
    }

    private static final String COUNTED =
            "{\"object\":\"response.input_tokens\",\"input_tokens\":3,\"totalTokens\":3}";

    @Test
    void one_that_was_changed_is_refused_by_its_place_wherever_it_goes() {
        JsonNode compacted =
                answer(
                        house.post(
                                "/v1/responses",
                                create(
                                        "openai/m",
                                        false,
                                        HISTORY + ",{\"type\":\"compaction_trigger\"}")),
                        false);
        String sealed = compacted.at("/output/0/encrypted_content").stringValue();
        String changed =
                sealed.substring(0, 20)
                        + (sealed.charAt(20) == 'A' ? 'B' : 'A')
                        + sealed.substring(21);
        String item = "{\"type\":\"compaction\",\"encrypted_content\":\"" + changed + "\"}";

        for (String to : ALL) {
            HttpResponse<String> came = house.post("/v1/responses", create(to + "/m", false, item));
            assertThat(came.statusCode()).as(to).isEqualTo(400);
            assertThat(Json.read(came.body()).at("/error/param").stringValue())
                    .isEqualTo("input[0].encrypted_content");
        }
    }

    @Test
    void one_that_a_provider_made_passes_to_who_speaks_responses_and_to_nobody_else() {
        String item =
                "{\"type\":\"compaction\",\"id\":\"cmp_1\",\"encrypted_content\":\"gAAAAA\"},"
                        + "{\"role\":\"user\",\"content\":\"Go on.\"}";

        answer(house.post("/v1/responses", create("resp/m", false, item)), false);
        assertThat(lastAsked("resp")).contains("gAAAAA");

        HttpResponse<String> refused = house.post("/v1/responses", create("claude/m", false, item));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("compaction");
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void compacting_by_itself_is_left_to_who_speaks_responses_and_dropped_by_name_elsewhere(
            String to, boolean streamed) {
        String threshold = "[{\"type\":\"compaction\",\"compact_threshold\":2000}]";
        String asked =
                "{\"model\":\"%s/m\",\"stream\":%s,\"input\":\"hi\",\"context_management\":%s%s}";
        String id =
                Json.read(
                                house.post(
                                                "/v1/responses",
                                                asked.formatted(to, false, threshold, ""))
                                        .body())
                        .path("id")
                        .stringValue();

        for (String more : List.of("", ",\"previous_response_id\":\"" + id + "\"")) {
            HttpResponse<String> came =
                    house.post("/v1/responses", asked.formatted(to, streamed, threshold, more));

            answer(came, streamed);
            boolean passes = lastAsked(to).contains("\"context_management\":" + threshold);
            assertThat(passes).isEqualTo(AskedAs.RESPONSES.speaksLike(to));
            assertThat(
                            came.headers()
                                    .firstValue("x-switchgear-dropped")
                                    .orElse("")
                                    .contains("context_management"))
                    .as(more)
                    .isNotEqualTo(passes);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_model_that_gives_no_summary_compacts_nothing(boolean alone) {
        house.answers("claude", Answer.json(200, NO_TEXT));

        HttpResponse<String> came =
                alone
                        ? house.post(
                                "/v1/responses/compact",
                                "{\"model\":\"claude/m\",\"input\":[%s]}".formatted(HISTORY))
                        : house.post(
                                "/v1/responses",
                                create(
                                        "claude/m",
                                        false,
                                        HISTORY + ",{\"type\":\"compaction_trigger\"}"));

        assertThat(came.statusCode()).isEqualTo(422);
        assertThat(Json.read(came.body()).at("/error/code").stringValue())
                .isEqualTo("compaction_failed");
        assertThat(came.headers().firstValue("x-switchgear-provider")).hasValue("claude");
    }

    private static final String NO_TEXT =
            """
            {"id":"msg_1","type":"message","role":"assistant","model":"c",\
            "content":[{"type":"text","text":"half a su"}],"stop_reason":"max_tokens","stop_sequence":null,\
            "usage":{"input_tokens":3,"output_tokens":1}}\
            """;

    @Test
    void without_a_conversation_there_is_nothing_to_compact() {
        var before = house.received("claude");

        HttpResponse<String> came =
                house.post("/v1/responses/compact", "{\"model\":\"claude/m\",\"input\":[]}");

        assertThat(came.statusCode()).isEqualTo(400);
        assertThat(house.received("claude")).hasSameSizeAs(before);
    }
}
