package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.server.ScriptedHouse.Answer;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Responses that nobody waits for, at every provider.
@Timeout(60)
class BackgroundFromOutsideTest {
    private static final List<String> ALL =
            List.of(
                    "openai", "chat", "resp", "claude", "google", "router", "deep", "xai",
                    "mistral", "ollama");

    private static final String ROUTES =
            """
            routes:
              - match: { model: both }
                to: [ { provider: chat, model: m }, { provider: claude, model: claude-opus-4-5 } ]
            """;

    private static final ScriptedHouse HOUSE = ScriptedHouse.open();

    @BeforeEach
    void answer() {
        for (String upstream : ALL) {
            HOUSE.answers(upstream, ScriptedHouse.usual(upstream));
        }
        for (String upstream : List.of("openai", "router", "deep", "xai")) {
            HOUSE.answers(upstream, ScriptedHouse.usual("resp"));
        }
    }

    @AfterAll
    static void close() {
        HOUSE.close();
    }

    static Stream<Arguments> everywhere() {
        return ALL.stream()
                .flatMap(to -> Stream.of(Arguments.of(to, false), Arguments.of(to, true)));
    }

    private static String create(String model, boolean streamed, String more) {
        return "{\"model\":\"%s\",\"background\":true,\"stream\":%s,\"input\":\"hi\"%s}"
                .formatted(model, streamed, more);
    }

    private static JsonNode json(HttpResponse<String> came) {
        assertThat(came.statusCode()).as(came.body()).isEqualTo(200);
        return Json.read(came.body());
    }

    private static List<JsonNode> events(HttpResponse<String> came) {
        assertThat(came.statusCode()).as(came.body()).isEqualTo(200);
        var events = new ArrayList<JsonNode>();
        for (String line : came.body().split("\n", -1)) {
            if (line.startsWith("data: ")) {
                events.add(Json.read(line.substring(6)));
            }
        }
        return events;
    }

    /// How it ended.
    private static JsonNode polled(String id) {
        return polled(HOUSE, id);
    }

    private static JsonNode polled(ScriptedHouse house, String id) {
        while (true) {
            JsonNode response = json(house.get("/v1/responses/" + id));
            switch (response.path("status").stringValue()) {
                case "queued", "in_progress" -> Thread.onSpinWait();
                default -> {
                    return response;
                }
            }
        }
    }

    private static String status(JsonNode response) {
        return response.path("status").stringValue();
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void it_is_queued_polled_and_gone_on_from(String to, boolean streamed) {
        HttpResponse<String> came =
                HOUSE.post(
                        "/v1/responses",
                        create(to + "/m", streamed, ",\"metadata\":{\"a\":\"b\"}"));

        JsonNode queued = streamed ? events(came).getFirst().path("response") : json(came);
        String id = queued.path("id").stringValue();
        assertThat(status(queued)).isEqualTo("queued");
        assertThat(queued.path("background").booleanValue()).isTrue();
        assertThat(queued.at("/metadata/a").stringValue()).isEqualTo("b");
        assertThat(queued.path("output").size()).isZero();

        JsonNode done = polled(id);
        assertThat(status(done)).isEqualTo("completed");
        assertThat(done.path("id").stringValue()).isEqualTo(id);
        assertThat(done.path("background").booleanValue()).isTrue();
        assertThat(done.at("/output/0/content/0/text").stringValue()).isEqualTo("ok");
        assertThat(done.at("/usage/output_tokens").intValue()).isEqualTo(1);
        assertThat(HOUSE.received(to).getLast().body()).doesNotContain("background");

        JsonNode next =
                json(
                        HOUSE.post(
                                "/v1/responses",
                                "{\"model\":\"%s/m\",\"input\":\"and?\",\"previous_response_id\":\"%s\"}"
                                        .formatted(to, id)));
        assertThat(status(next)).isEqualTo("completed");
        assertThat(HOUSE.received(to).getLast().body()).contains("hi").contains("and?");

        assertThat(json(HOUSE.get("/v1/responses/" + id + "/input_items")).path("data").size())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void its_events_are_told_again_from_every_number_on(String to, boolean waited) {
        HttpResponse<String> came = HOUSE.post("/v1/responses", create(to + "/m", true, ""));
        List<JsonNode> live = events(came);
        String id = live.getFirst().at("/response/id").stringValue();
        if (waited) {
            polled(id);
        }

        assertThat(live.getFirst().path("type").stringValue()).isEqualTo("response.created");
        assertThat(live.get(1).path("type").stringValue()).isEqualTo("response.queued");
        assertThat(live.getLast().path("type").stringValue()).isEqualTo("response.completed");
        for (int i = 0; i < live.size(); i++) {
            assertThat(live.get(i).path("sequence_number").intValue()).isEqualTo(i);
            if (live.get(i).has("response")) {
                assertThat(live.get(i).at("/response/id").stringValue()).isEqualTo(id);
            }
        }
        assertThat(events(HOUSE.get("/v1/responses/" + id + "?stream=true"))).isEqualTo(live);
        for (int after = 0; after <= live.size(); after++) {
            List<JsonNode> rest =
                    events(
                            HOUSE.get(
                                    "/v1/responses/"
                                            + id
                                            + "?stream=true&starting_after="
                                            + after));
            assertThat(rest).isEqualTo(live.subList(Math.min(after + 1, live.size()), live.size()));
        }
    }

    /// Every way in which a first provider fails before it has said anything.
    static Stream<Arguments> failures() {
        return Stream.of(
                        Answer.json(500, "{\"error\":{\"message\":\"down\"}}"),
                        Answer.json(503, "busy"),
                        Answer.json(429, "{\"error\":{\"message\":\"slow\"}}"),
                        Answer.json(401, "{\"error\":{\"message\":\"bad key\"}}"),
                        Answer.json(200, "no json"),
                        Answer.json(200, ""),
                        Answer.events(
                                "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"}}]}\n\n"))
                .flatMap(one -> Stream.of(Arguments.of(one, false), Arguments.of(one, true)));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void it_fails_over_as_every_other_call_does(Answer failure, boolean streamed) {
        try (var house = ScriptedHouse.open(ROUTES).answers("chat", failure)) {
            HttpResponse<String> came = house.post("/v1/responses", create("both", streamed, ""));
            String id =
                    (streamed ? events(came).getFirst().path("response") : json(came))
                            .path("id")
                            .stringValue();

            JsonNode done = polled(house, id);
            assertThat(status(done)).as(done.toString()).isEqualTo("completed");
            assertThat(done.at("/output/0/content/0/text").stringValue()).isEqualTo("ok");
        }
    }

    @Test
    void what_no_provider_can_answer_has_failed_and_says_why() {
        Answer badKey = Answer.json(401, "{\"error\":{\"message\":\"bad key\"}}");
        try (var house = ScriptedHouse.open().answers("claude", badKey)) {
            String id =
                    json(house.post("/v1/responses", create("claude/m", false, "")))
                            .path("id")
                            .stringValue();
            JsonNode done = polled(house, id);

            assertThat(status(done)).isEqualTo("failed");
            assertThat(done.at("/error/message").stringValue()).contains("SG-1211");
            assertThat(status(json(house.post("/v1/responses/" + id + "/cancel", ""))))
                    .isEqualTo("failed");
            assertThat(
                            house.post(
                                            "/v1/responses",
                                            create(
                                                    "claude/m",
                                                    false,
                                                    ",\"previous_response_id\":\"" + id + "\""))
                                    .statusCode())
                    .as("gone on from")
                    .isEqualTo(400);
        }
    }

    @Test
    void what_cannot_begin_is_told_at_once() {
        HttpResponse<String> unknown =
                HOUSE.post("/v1/responses", create("nobody-has-this", false, ""));
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("SG-1203");

        HttpResponse<String> lost =
                HOUSE.post(
                        "/v1/responses",
                        create("claude/m", false, ",\"previous_response_id\":\"resp_nobodys\""));
        assertThat(lost.statusCode()).isEqualTo(400);
        assertThat(lost.body()).contains("previous_response_not_found");
    }

    @Test
    void it_must_be_kept() {
        HttpResponse<String> came =
                HOUSE.post("/v1/responses", create("claude/m", false, ",\"store\":false"));

        assertThat(came.statusCode()).isEqualTo(400);
        assertThat(Json.read(came.body()).at("/error/param").stringValue()).isEqualTo("store");
    }

    @Test
    void one_that_somebody_waited_for_cannot_be_cancelled_nor_heard_again() {
        String id =
                json(HOUSE.post("/v1/responses", "{\"model\":\"claude/m\",\"input\":\"hi\"}"))
                        .path("id")
                        .stringValue();

        assertThat(HOUSE.post("/v1/responses/" + id + "/cancel", "").statusCode()).isEqualTo(400);
        assertThat(HOUSE.get("/v1/responses/" + id + "?stream=true").statusCode()).isEqualTo(400);
        assertThat(HOUSE.post("/v1/responses/resp_nobodys/cancel", "").statusCode()).isEqualTo(404);
        assertThat(HOUSE.get("/v1/responses/resp_nobodys?stream=true").statusCode()).isEqualTo(404);
        assertThat(HOUSE.post("/v1/responses/" + id + "/mend", "").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "-1", "2147483648", "1.5"})
    void a_place_that_is_none_is_refused(String after) {
        String id =
                json(HOUSE.post("/v1/responses", create("claude/m", false, "")))
                        .path("id")
                        .stringValue();

        HttpResponse<String> came =
                HOUSE.get("/v1/responses/" + id + "?stream=true&starting_after=" + after);

        assertThat(came.statusCode()).isEqualTo(400);
        assertThat(Json.read(came.body()).at("/error/param").stringValue())
                .isEqualTo("starting_after");
    }

    @Test
    void what_is_deleted_is_forgotten_whole() {
        String id =
                json(HOUSE.post("/v1/responses", create("claude/m", false, "")))
                        .path("id")
                        .stringValue();
        polled(id);

        assertThat(HOUSE.delete("/v1/responses/" + id).statusCode()).isEqualTo(200);

        assertThat(HOUSE.get("/v1/responses/" + id).statusCode()).isEqualTo(404);
        assertThat(HOUSE.get("/v1/responses/" + id + "?stream=true").statusCode()).isEqualTo(404);
        assertThat(HOUSE.delete("/v1/responses/" + id).statusCode()).isEqualTo(404);
    }

    @Test
    void a_compaction_too_may_be_waited_for_by_nobody() {
        String input =
                "[{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"assistant\",\"content\":\"ho\"},"
                        + "{\"type\":\"compaction_trigger\"}]";
        JsonNode queued =
                json(
                        HOUSE.post(
                                "/v1/responses",
                                "{\"model\":\"claude/m\",\"background\":true,\"input\":%s}"
                                        .formatted(input)));

        JsonNode done = polled(queued.path("id").stringValue());

        assertThat(done.path("output").size()).isEqualTo(1);
        assertThat(done.at("/output/0/type").stringValue()).isEqualTo("compaction");
    }
}
