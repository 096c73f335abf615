package dev.switchgear.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.identity.ClientKey;
import dev.switchgear.server.ScriptedHouse.Answer;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
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
        assertThat(HOUSE.post("/v1/responses/" + id + "/mend", "").statusCode()).isEqualTo(405);
    }

    @Test
    void whether_its_events_are_wanted_is_said_in_the_words_of_any_language() {
        String id =
                json(HOUSE.post("/v1/responses", create("claude/m", false, "")))
                        .path("id")
                        .stringValue();
        polled(id);

        for (String yes : List.of("true", "True", "TRUE", "1")) {
            assertThat(events(HOUSE.get("/v1/responses/" + id + "?stream=" + yes))).isNotEmpty();
        }
        for (String no : List.of("false", "False", "0", "")) {
            assertThat(status(json(HOUSE.get("/v1/responses/" + id + "?stream=" + no))))
                    .isEqualTo("completed");
        }
        HttpResponse<String> neither = HOUSE.get("/v1/responses/" + id + "?stream=perhaps");
        assertThat(neither.statusCode()).isEqualTo(400);
        assertThat(Json.read(neither.body()).at("/error/param").stringValue()).isEqualTo("stream");
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

    private static String begun(ScriptedHouse house, String... headers) {
        return json(house.post("/v1/responses", create("claude/m", false, ""), headers))
                .path("id")
                .stringValue();
    }

    @Test
    void it_is_cancelled_while_a_provider_works_on_it_and_stays_so() throws InterruptedException {
        try (var house = ScriptedHouse.open()) {
            CountDownLatch held = house.hold("claude");
            String id = begun(house);
            house.waitFor("claude", 1);
            assertThat(status(json(house.get("/v1/responses/" + id))))
                    .isIn("queued", "in_progress");

            for (int i = 0; i < 2; i++) {
                assertThat(status(json(house.post("/v1/responses/" + id + "/cancel", ""))))
                        .isEqualTo("cancelled");
            }
            held.countDown();

            assertThat(status(polled(house, id))).isEqualTo("cancelled");
            JsonNode last = events(house.get("/v1/responses/" + id + "?stream=true")).getLast();
            assertThat(last.path("type").stringValue()).isEqualTo("response.incomplete");
            assertThat(status(last.path("response"))).isEqualTo("cancelled");
            HttpResponse<String> next =
                    house.post(
                            "/v1/responses",
                            create("claude/m", false, ",\"previous_response_id\":\"" + id + "\""));
            assertThat(next.statusCode()).as("gone on from").isEqualTo(400);
            assertThat(status(polled(house, begun(house)))).as("another").isEqualTo("completed");
        }
    }

    @Test
    void what_is_deleted_while_a_provider_works_on_it_does_not_come_back()
            throws InterruptedException {
        try (var house =
                ScriptedHouse.open("responses: { background: { running-per-client: 1 } }")) {
            CountDownLatch held = house.hold("claude");
            String id = begun(house);
            house.waitFor("claude", 1);

            assertThat(house.delete("/v1/responses/" + id).statusCode()).isEqualTo(200);
            held.countDown();
            // Its place is free once its work has ended.
            while (house.post("/v1/responses", create("chat/m", false, "")).statusCode() == 429) {
                Thread.onSpinWait();
            }

            assertThat(house.get("/v1/responses/" + id).statusCode()).isEqualTo(404);
            assertThat(house.post("/v1/responses/" + id + "/cancel", "").statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void readers_hear_it_live_and_one_that_goes_does_not_end_it() throws Exception {
        try (var house = ScriptedHouse.open();
                var client = HttpClient.newHttpClient()) {
            CountDownLatch held = house.hold("claude");
            URI place = URI.create("http://127.0.0.1:" + house.port() + "/v1/responses");
            HttpResponse<InputStream> gone =
                    client.send(
                            HttpRequest.newBuilder(place)
                                    .header("content-type", "application/json")
                                    .POST(BodyPublishers.ofString(create("claude/m", true, "")))
                                    .build(),
                            BodyHandlers.ofInputStream());
            var lines = new BufferedReader(new InputStreamReader(gone.body(), UTF_8));
            lines.readLine();
            String id = Json.read(lines.readLine().substring(6)).at("/response/id").stringValue();
            house.waitFor("claude", 1);
            gone.body().close();

            var readers = new ArrayList<CompletableFuture<List<JsonNode>>>();
            for (int after = 0; after < 3; after++) {
                String query = "?stream=true&starting_after=" + after;
                readers.add(
                        CompletableFuture.supplyAsync(
                                () -> events(house.get("/v1/responses/" + id + query))));
            }
            held.countDown();

            assertThat(status(polled(house, id))).isEqualTo("completed");
            List<JsonNode> all = events(house.get("/v1/responses/" + id + "?stream=true"));
            for (int after = 0; after < 3; after++) {
                assertThat(readers.get(after).get()).isEqualTo(all.subList(after + 1, all.size()));
            }
        }
    }

    private static final ClientKey ONE = ClientKey.generate(new Random(1));
    private static final ClientKey OTHER = ClientKey.generate(new Random(2));

    private static String client(String name, ClientKey key) {
        return "{ name: %s, key-hash: \"%s\" }"
                .formatted(name, key.stored(Secret.of(House.PEPPER)).text());
    }

    private static String[] by(ClientKey key) {
        return new String[] {"authorization", "Bearer " + key.reveal()};
    }

    @Test
    void another_client_finds_nothing_of_it() throws InterruptedException {
        String clients =
                "clients: [ " + client("one", ONE) + ", " + client("other", OTHER) + " ]\n";
        try (var house = ScriptedHouse.open(clients)) {
            CountDownLatch held = house.hold("claude");
            String id = begun(house, by(ONE));
            house.waitFor("claude", 1);

            String path = "/v1/responses/" + id;
            assertThat(house.get(path, by(OTHER)).statusCode()).isEqualTo(404);
            assertThat(house.get(path + "?stream=true", by(OTHER)).statusCode()).isEqualTo(404);
            assertThat(house.post(path + "/cancel", "", by(OTHER)).statusCode()).isEqualTo(404);
            held.countDown();
            while (!status(json(house.get(path, by(ONE)))).equals("completed")) {
                Thread.onSpinWait();
            }
            assertThat(house.get(path, by(OTHER)).body())
                    .isEqualTo(
                            house.get("/v1/responses/resp_nobodys", by(OTHER))
                                    .body()
                                    .replace("resp_nobodys", id));
        }
    }

    @Test
    void so_many_run_at_once_as_the_settings_say() throws InterruptedException {
        String settings = "responses: { background: { running: 2, running-per-client: 1 } }\n";
        String clients =
                "clients: [ " + client("one", ONE) + ", " + client("other", OTHER) + " ]\n";
        try (var house = ScriptedHouse.open(settings + clients)) {
            CountDownLatch held = house.hold("claude");
            begun(house, by(ONE));

            HttpResponse<String> second =
                    house.post("/v1/responses", create("claude/m", false, ""), by(ONE));
            assertThat(second.statusCode()).isEqualTo(429);
            assertThat(second.body()).contains("responses.background.running-per-client");
            assertThat(second.headers().firstValue("retry-after")).isPresent();
            begun(house, by(OTHER));
            held.countDown();
        }
        try (var none = ScriptedHouse.open("responses: { background: { running: 0 } }")) {
            HttpResponse<String> came = none.post("/v1/responses", create("claude/m", false, ""));
            assertThat(came.statusCode()).isEqualTo(429);
            assertThat(came.body()).contains("responses.background.running)");
        }
    }

    @Test
    void it_takes_no_longer_than_the_settings_say() {
        try (var house = ScriptedHouse.open("responses: { background: { time: 1s } }")) {
            CountDownLatch held = house.hold("claude");

            JsonNode done = polled(house, begun(house));

            assertThat(status(done)).isEqualTo("failed");
            assertThat(done.at("/error/message").stringValue()).contains("SG-1204");
            held.countDown();
        }
    }

    @Test
    void what_is_asked_takes_no_more_memory_than_the_settings_say() {
        try (var house = ScriptedHouse.open("responses: { background: { memory: 0.1%% } }")) {
            String large = ",\"metadata\":{\"a\":\"" + "x".repeat(8_000_000) + "\"}";

            HttpResponse<String> came =
                    house.post("/v1/responses", create("claude/m", false, large));

            assertThat(came.statusCode()).isEqualTo(503);
            assertThat(came.body()).contains("responses.background.memory");
        }
    }

    @Test
    void a_gateway_that_ends_tells_readers_that_it_failed() throws Exception {
        String quick = ScriptedHouse.PROVIDERS.replace("{ port: 0 }", "{ port: 0, drain: 2s }");
        try (var house = ScriptedHouse.of(quick)) {
            CountDownLatch held = house.hold("claude");
            CompletableFuture<List<JsonNode>> reader =
                    CompletableFuture.supplyAsync(() ->
                            events(house.post("/v1/responses", create("claude/m", true, ""))));
            house.waitFor("claude", 1);

            house.gateway().shutDown();

            JsonNode last = reader.get().getLast();
            assertThat(last.path("type").stringValue()).isEqualTo("response.failed");
            assertThat(last.at("/response/error/message").stringValue()).contains("SG-1206");
            held.countDown();
        }
    }

    @Test
    void a_gateway_that_ends_waits_for_what_nobody_reads() throws Exception {
        try (var house = ScriptedHouse.open()) {
            CountDownLatch held = house.hold("claude");
            begun(house);
            house.waitFor("claude", 1);
            CompletableFuture<Boolean> finished =
                    CompletableFuture.supplyAsync(() -> {
                        try {
                            return house.gateway().shutDown();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    });
            held.countDown();

            assertThat(finished.get()).isTrue();
        }
    }
}
