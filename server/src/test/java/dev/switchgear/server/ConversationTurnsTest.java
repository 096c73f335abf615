package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.server.Asking.Told;
import dev.switchgear.server.ScriptedHouse.Answer;
import dev.switchgear.server.door.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// A conversation holds every turn that was answered and none that was not, and whatever becomes of a
/// turn, the next one may go on.
class ConversationTurnsTest {
    private static final String CONFIG =
            """
            resilience: { breaker: { failures: 0, failure-ratio: 100%%, minimum-calls: 10000 } }
            routes:
              - { match: { model: hurried }, timeout: 1s, to: [ { provider: mistral, model: m } ] }
            """;

    private static final ScriptedHouse HOUSE = ScriptedHouse.open(CONFIG);

    @BeforeEach
    void well() {
        for (Speaks speaks : Speaks.all()) {
            HOUSE.answers(speaks.upstream(), ScriptedHouse.usual(speaks.upstream()));
        }
    }

    @AfterAll
    static void close() {
        HOUSE.close();
    }

    private static String begun(ScriptedHouse house) {
        String made =
                house.post(
                                "/v1/conversations",
                                "{\"items\":[{\"role\":\"user\",\"content\":\"before\"}]}")
                        .body();
        return Json.read(made).path("id").stringValue("");
    }

    private static String turn(String model, String conversation) {
        return "\"model\":\"%s\",\"conversation\":\"%s\",\"input\":\"now\""
                .formatted(model, conversation);
    }

    /// What was said in a conversation so far.
    private static List<String> said(ScriptedHouse house, String conversation) {
        JsonNode items =
                Json.read(
                        house.get("/v1/conversations/" + conversation + "/items?order=asc").body());
        var said = new ArrayList<String>();
        for (JsonNode item : items.path("data")) {
            said.add(item.path("content").path(0).path("text").stringValue(""));
        }
        return said;
    }

    /// The next turn, as soon as it may be.
    private static Told next(ScriptedHouse house, String conversation) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        String fields = turn("chat/m", conversation).replace("now", "next");
        Told told = Asking.PLAIN.ask(house, fields);
        while (told.code().equals("conversation_locked")) {
            assertThat(System.nanoTime()).as("still locked").isLessThan(end);
            told = Asking.PLAIN.ask(house, fields);
        }
        return told;
    }

    /// A turn of which nothing is left but that it was.
    private static void nothingIsLeft(ScriptedHouse house, String conversation) {
        Told next = next(house, conversation);

        assertThat(next.says()).as(next.text()).isEqualTo("completed");
        assertThat(said(house, conversation)).containsExactly("before", "next", "ok");
        // What runs in the background may be asked meanwhile.
        assertThat(house.received("chat"))
                .extracting(request -> request.body())
                .filteredOn(body -> body.contains("next"))
                .last()
                .asString()
                .contains("before")
                .doesNotContain("now");
    }

    /// What a provider says, as far as it comes.
    enum Ending {
        COMPLETED(true, true),
        INCOMPLETE(true, true),
        BROKEN_OFF(false, true),
        REFUSED(false, false),
        DOWN(false, false),
        GARBAGE(false, false);

        private final boolean added;
        private final boolean begins;

        /// @param added whether a conversation holds it
        /// @param begins whether there is an answer, as far as it comes
        Ending(boolean added, boolean begins) {
            this.added = added;
            this.begins = begins;
        }

        Answer of(Speaks speaks, boolean streamed) {
            String type = streamed ? speaks.streamType() : "application/json";
            String text = streamed ? speaks.stream() : speaks.whole();
            return switch (this) {
                case COMPLETED -> said(type, text);
                case INCOMPLETE -> said(type, incomplete(text));
                case BROKEN_OFF ->
                        said(
                                type,
                                streamed ? speaks.begun() : text.substring(0, text.length() / 2));
                case REFUSED -> Answer.json(400, "{\"error\":{\"message\":\"no\"}}");
                case DOWN -> Answer.json(500, "{}");
                case GARBAGE -> said(type, "no JSON");
            };
        }

        private static Answer said(String type, String text) {
            return new Answer(200, Map.of("content-type", type), List.of(text));
        }

        /// The same, cut off by its length.
        private static String incomplete(String text) {
            return text.replace("finish_reason\":\"stop", "finish_reason\":\"length")
                    .replace("done_reason\":\"stop", "done_reason\":\"length")
                    .replace("end_turn", "max_tokens")
                    .replace("\"STOP\"", "\"MAX_TOKENS\"")
                    .replace("response.completed", "response.incomplete")
                    .replace(
                            "\"status\":\"completed\",\"model\"",
                            "\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":"
                                    + "\"max_output_tokens\"},\"model\"");
        }
    }

    /// One whose bytes pass, and two that are read each in another way.
    private static final List<String> DIFFERENT = List.of("resp", "claude", "ollama");

    static Stream<Arguments> endings() {
        return Speaks.all().stream()
                .map(speaks -> speaks.to(AskedAs.RESPONSES))
                .flatMap(speaks ->
                        Stream.of(Ending.values())
                                .filter(ending ->
                                        ending.begins || DIFFERENT.contains(speaks.upstream()))
                                .flatMap(ending ->
                                        Stream.of(Asking.values())
                                                .map(asking ->
                                                        Arguments.of(speaks, ending, asking))));
    }

    @ParameterizedTest
    @MethodSource("endings")
    void what_was_answered_is_added_and_nothing_else(Speaks speaks, Ending ending, Asking asking) {
        String conversation = begun(HOUSE);
        HOUSE.answers(speaks.upstream(), ending.of(speaks, asking != Asking.PLAIN));

        Told told = asking.ask(HOUSE, turn(speaks.model(), conversation));

        HOUSE.answers("chat", ScriptedHouse.usual("chat"));
        if (ending.added) {
            assertThat(told.says()).as(told.text()).isEqualToIgnoringCase(ending.name());
            assertThat(said(HOUSE, conversation)).containsExactly("before", "now", "Hello");
            assertThat(next(HOUSE, conversation).says()).isEqualTo("completed");
            assertThat(HOUSE.received("chat").getLast().body())
                    .containsSubsequence("before", "now", "Hello", "next");
        } else {
            assertThat(told.says()).as(told.text()).isNotIn("completed", "incomplete");
            nothingIsLeft(HOUSE, conversation);
        }
    }

    private static final String HURRIED = "\"model\":\"hurried\",\"input\":\"now\"";

    /// Turns that are refused when their conversation is held already, before anybody is asked.
    static Stream<Arguments> refusals() {
        return Stream.of(
                        "\"model\":\"nobody-has-this\",\"input\":\"now\"",
                        "\"model\":\"chat/m\",\"input\":[{\"type\":\"item_reference\",\"id\":\"msg_none\"}]",
                        "\"model\":\"chat/m\",\"input\":[{\"role\":\"user\",\"content\":7}]",
                        HURRIED)
                .flatMap(fields ->
                        // What runs in the background has a time of its own.
                        (fields.equals(HURRIED) ? Asking.waitedFor() : Stream.of(Asking.values()))
                                .map(asking -> Arguments.of(fields, asking)));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void a_turn_that_was_refused_keeps_nobody_from_the_next(String fields, Asking asking) {
        String conversation = begun(HOUSE);
        CountDownLatch held = HOUSE.hold("mistral");

        Told told = asking.ask(HOUSE, fields + ",\"conversation\":\"" + conversation + '"');
        held.countDown();

        assertThat(told.says()).as(told.text()).isNotIn("completed", "incomplete");
        nothingIsLeft(HOUSE, conversation);
    }

    @ParameterizedTest
    @EnumSource
    void a_limit_keeps_nobody_from_the_next_turn(Asking asking) {
        try (var house =
                ScriptedHouse.open("address-limits: { requests-per-minute: 2 }\n" + CONFIG)) {
            String conversation = begun(house);
            assertThat(next(house, conversation).says()).isEqualTo("completed");
            Asking.PLAIN.ask(house, "\"model\":\"chat/m\",\"input\":\"x\"");
            for (int i = 0; i < 2; i++) {
                Told told = asking.ask(house, turn("chat/m", conversation));

                assertThat(told.status()).as(told.text()).isEqualTo(429);
                assertThat(told.code()).isNotEqualTo("conversation_locked");
            }
        }
    }

    static Stream<Arguments> leaving() {
        return Speaks.all().stream()
                .map(speaks -> speaks.to(AskedAs.RESPONSES))
                .filter(speaks -> DIFFERENT.contains(speaks.upstream()))
                .flatMap(speaks ->
                        Stream.of(Asking.values())
                                .flatMap(asking ->
                                        Stream.of(false, true)
                                                .map(middle ->
                                                        Arguments.of(speaks, asking, middle))));
    }

    /// The provider does not end before the next turn: that the client went is all that happens.
    @ParameterizedTest
    @MethodSource("leaving")
    void who_leaves_lets_the_next_turn_go_on(Speaks speaks, Asking asking, boolean middle)
            throws InterruptedException {
        String conversation = begun(HOUSE);
        String upstream = speaks.upstream();
        HOUSE.answers(
                upstream,
                asking == Asking.PLAIN
                        ? ScriptedHouse.usual(upstream)
                        : new Answer(
                                200,
                                Map.of("content-type", speaks.streamType()),
                                List.of(speaks.begun(), speaks.stop())));
        CountDownLatch latch = middle ? HOUSE.pause(upstream) : HOUSE.hold(upstream);
        int before = HOUSE.received(upstream).size();

        Asking.UnderWay turn = asking.begin(HOUSE, turn(speaks.model(), conversation));
        HOUSE.waitFor(upstream, before + 1);
        assertThat(Asking.PLAIN.ask(HOUSE, turn("chat/m", conversation)).code())
                .isEqualTo("conversation_locked");
        turn.leave();

        nothingIsLeft(HOUSE, conversation);
        latch.countDown();
    }

    @Test
    void what_is_deleted_while_it_runs_lets_the_next_turn_go_on() throws InterruptedException {
        String conversation = begun(HOUSE);
        CountDownLatch latch = HOUSE.hold("claude");
        int before = HOUSE.received("claude").size();
        String created =
                HOUSE.post(
                                "/v1/responses",
                                '{' + turn("claude/m", conversation) + ",\"background\":true}")
                        .body();
        HOUSE.waitFor("claude", before + 1);

        HOUSE.delete("/v1/responses/" + Json.read(created).path("id").stringValue(""));

        nothingIsLeft(HOUSE, conversation);
        latch.countDown();
    }

    /// What was begun of it would be kept as cancelled, for its client to look at.
    @Test
    void what_is_deleted_in_the_middle_of_its_answer_does_not_come_back() throws IOException {
        try (var house =
                ScriptedHouse.open("responses: { background: { running-per-client: 1 } }\n")) {
            String conversation = begun(house);
            Speaks claude = Speaks.anthropic();
            house.answers("claude", Answer.events(claude.begun(), claude.stop()));
            CountDownLatch latch = house.pause("claude");
            String body = '{' + turn("claude/m", conversation) + ",\"background\":true}";
            String id =
                    Json.read(house.post("/v1/responses", body).body()).path("id").stringValue("");
            String path = "/v1/responses/" + id;
            try (var reader = new RawClient(house.port())) {
                reader.send("GET " + path + "?stream=true HTTP/1.1\r\nhost: localhost\r\n\r\n");
                assertThat(reader.readUntil("response.output_text.delta"))
                        .endsWith("response.output_text.delta");
            }

            house.delete(path);
            // Its place is free once its work has ended.
            until(() ->
                    house.post(
                                            "/v1/responses",
                                            "{\"model\":\"chat/m\",\"input\":\"x\",\"background\":true}")
                                    .statusCode()
                            == 200);

            assertThat(house.get(path).statusCode()).isEqualTo(404);
            nothingIsLeft(house, conversation);
            latch.countDown();
        }
    }

    private static void until(BooleanSupplier holds) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
        }
    }

    @Test
    void sixteen_texts_describe_it_and_no_more() {
        String conversation = begun(HOUSE);
        for (String path : List.of("/v1/conversations", "/v1/conversations/" + conversation)) {
            assertThat(HOUSE.post(path, described(16)).statusCode()).isEqualTo(200);
            assertThat(HOUSE.post(path, described(17)).statusCode()).isEqualTo(400);
        }
        JsonNode shown = Json.read(HOUSE.get("/v1/conversations/" + conversation).body());
        assertThat(shown.path("metadata").size()).isEqualTo(16);
    }

    private static String described(int texts) {
        return IntStream.range(0, texts)
                .mapToObj(i -> "\"" + i + "\":\"x\"")
                .collect(Collectors.joining(",", "{\"metadata\":{", "}}"));
    }
}
