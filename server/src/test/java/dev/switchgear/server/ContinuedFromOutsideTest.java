package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.ScriptedHouse.Answer;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A client of Responses that refers to what was said before is understood by every provider, and by the
/// next one when the first fails in the middle.
class ContinuedFromOutsideTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int TURNS = 5;

    private static ScriptedHouse house;

    /// How a client says what was before.
    enum Way {
        PREVIOUS,
        CONVERSATION,
        REFERENCES
    }

    record Case(Speaks speaks, Way way, boolean streamed) {}

    record Lost(Case conversation, int turn) {}

    @BeforeAll
    static void open() {
        var routes = new StringBuilder("routes:\n");
        for (Speaks speaks : Speaks.all()) {
            String other = other(speaks);
            routes.append(
                    """
                      - match: { model: pair-%s }
                        strategy: priority
                        to: [ { provider: %s, model: m }, { provider: %s, model: m } ]
                    """
                            .formatted(speaks.upstream(), speaks.upstream(), other));
        }
        house = ScriptedHouse.open(routes.toString());
    }

    @AfterAll
    static void close() {
        house.close();
    }

    private static String other(Speaks speaks) {
        return speaks.upstream().equals("resp") ? "claude" : "resp";
    }

    static Stream<Case> conversations() {
        return Speaks.all().stream()
                .map(speaks -> speaks.to(AskedAs.RESPONSES))
                .flatMap(speaks ->
                        Stream.of(Way.values())
                                .flatMap(way ->
                                        Stream.of(false, true)
                                                .map(streamed -> new Case(speaks, way, streamed))));
    }

    static Stream<Lost> losses() {
        return conversations()
                .flatMap(each -> Stream.of(2, 3, 4, 5).map(turn -> new Lost(each, turn)));
    }

    private static Answer answer(Speaks speaks, int turn, boolean streamed) {
        String text = streamed ? speaks.stream() : speaks.whole();
        String told =
                text.replace("\"Hel\"", "\"answer-\"")
                        .replace("\"lo\"", "\"" + turn + "\"")
                        .replace("Hello", "answer-" + turn)
                        .replace("resp_1", "resp_" + speaks.upstream() + System.nanoTime())
                        .replace("msg_1", "msg_" + speaks.upstream() + System.nanoTime());
        return new Answer(
                200,
                Map.of("content-type", streamed ? speaks.streamType() : "application/json"),
                List.of(told));
    }

    /// The client's side of one conversation.
    private static final class Talk {
        private final String model;
        private final Case each;
        private final List<String> items = new ArrayList<>();
        private String refers = "";

        Talk(String model, Case each) {
            this.model = model;
            this.each = each;
            if (each.way() == Way.CONVERSATION) {
                String made = house.post("/v1/conversations", "{}").body();
                refers = ",\"conversation\":\"" + JSON.readTree(made).get("id").asString() + '"';
            }
        }

        JsonNode say(int turn) {
            String said = "{\"role\":\"user\",\"content\":\"say-" + turn + "\"}";
            items.add(said);
            String input = each.way() == Way.REFERENCES ? String.join(",", items) : said;
            HttpResponse<String> answered =
                    house.post(
                            "/v1/responses",
                            "{\"model\":\"%s\",\"stream\":%s,\"input\":[%s]%s}"
                                    .formatted(model, each.streamed(), input, refers));
            assertThat(answered.statusCode()).as(answered.body()).isEqualTo(200);
            JsonNode response = response(answered.body(), each.streamed());
            assertThat(
                            response.path("output")
                                    .get(0)
                                    .path("content")
                                    .get(0)
                                    .path("text")
                                    .asString())
                    .isEqualTo("answer-" + turn);
            switch (each.way()) {
                case PREVIOUS ->
                        refers =
                                ",\"previous_response_id\":\""
                                        + response.get("id").asString()
                                        + '"';
                case CONVERSATION -> {}
                case REFERENCES ->
                        items.add(
                                "{\"type\":\"item_reference\",\"id\":\""
                                        + response.get("output").get(0).get("id").asString()
                                        + "\"}");
            }
            return response;
        }
    }

    private static JsonNode response(String body, boolean streamed) {
        if (!streamed) {
            return JSON.readTree(body);
        }
        JsonNode last =
                body.lines()
                        .filter(line -> line.startsWith("data: "))
                        .map(line -> JSON.readTree(line.substring(6)))
                        .reduce((_, next) -> next)
                        .orElseThrow();
        assertThat(last.get("type").asString()).isEqualTo("response.completed");
        return last.get("response");
    }

    /// All that was said up to a turn, in order and once, and nothing that only we understand.
    private static void isWhole(String body, int turn) {
        var said = new ArrayList<String>();
        for (int i = 1; i <= turn; i++) {
            said.add("say-" + i);
            if (i < turn) {
                said.add("answer-" + i);
            }
        }
        assertThat(body).containsSubsequence(said);
        for (String words : said) {
            assertThat(body.split(words, -1)).as(words + " in " + body).hasSize(2);
        }
        assertThat(body)
                .doesNotContain("item_reference", "previous_response_id", "\"conversation\"");
    }

    private static String asked(String upstream) {
        return house.received(upstream).getLast().body();
    }

    @ParameterizedTest
    @MethodSource("conversations")
    void every_provider_is_told_what_was_before(Case each) {
        Speaks speaks = each.speaks();
        var talk = new Talk(speaks.model(), each);

        for (int turn = 1; turn <= TURNS; turn++) {
            house.answers(speaks.upstream(), answer(speaks, turn, each.streamed()));
            talk.say(turn);

            isWhole(asked(speaks.upstream()), turn);
        }
    }

    @ParameterizedTest
    @MethodSource("losses")
    void the_next_provider_goes_on_where_the_first_one_failed(Lost lost) {
        Speaks speaks = lost.conversation().speaks();
        boolean streamed = lost.conversation().streamed();
        String upstream = speaks.upstream();
        Speaks other =
                Speaks.all().stream()
                        .filter(each -> each.upstream().equals(other(speaks)))
                        .findFirst()
                        .orElseThrow();
        var talk = new Talk("pair-" + upstream, lost.conversation());

        for (int turn = 1; turn <= TURNS; turn++) {
            boolean fails = turn == lost.turn();
            int before = house.received(other.upstream()).size();
            house.answers(
                    upstream, fails ? Answer.json(500, "{}") : answer(speaks, turn, streamed));
            house.answers(other.upstream(), answer(other, turn, streamed));
            talk.say(turn);

            assertThat(house.received(other.upstream()).size() - before).isEqualTo(fails ? 1 : 0);
            isWhole(asked(fails ? other.upstream() : upstream), turn);
        }
    }

    /// An answer of an account that keeps it.
    private static Answer keptThere(int turn, boolean streamed) {
        Answer answer = answer(speaks("resp"), turn, streamed);
        return new Answer(
                200,
                answer.headers(),
                answer.parts().stream()
                        .map(part ->
                                part.replace(
                                        "\"status\":\"completed\",\"model\"",
                                        "\"status\":\"completed\",\"store\":true,\"model\""))
                        .toList());
    }

    private static Speaks speaks(String upstream) {
        return Speaks.all().stream()
                .filter(each -> each.upstream().equals(upstream))
                .findFirst()
                .orElseThrow();
    }

    static Stream<Case> withNames() {
        return Stream.of(Way.PREVIOUS, Way.REFERENCES)
                .flatMap(way ->
                        Stream.of(false, true)
                                .map(streamed -> new Case(speaks("resp"), way, streamed)));
    }

    @ParameterizedTest
    @MethodSource("withNames")
    void who_keeps_a_conversation_is_asked_in_the_clients_own_bytes(Case each) {
        var talk = new Talk("resp/m", each);

        for (int turn = 1; turn <= TURNS; turn++) {
            house.answers("resp", keptThere(turn, each.streamed()));
            talk.say(turn);

            String asked = asked("resp");
            assertThat(asked).contains("say-" + turn).doesNotContain("answer-");
            if (turn > 1) {
                assertThat(asked)
                        .contains(
                                each.way() == Way.PREVIOUS
                                        ? "previous_response_id"
                                        : "item_reference");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("withNames")
    void who_keeps_it_no_longer_is_asked_for_the_whole(Case each) {
        var talk = new Talk("resp/m", each);
        house.answers("resp", keptThere(1, each.streamed()));
        talk.say(1);
        house.answers(
                "resp",
                each.way() == Way.PREVIOUS
                        ? Answer.json(
                                400,
                                """
                                {"error":{"message":"Previous response with id 'resp_9' not found.",
                                "type":"invalid_request_error","param":"previous_response_id",
                                "code":"previous_response_not_found"}}\
                                """)
                        : Answer.json(
                                404,
                                """
                                {"error":{"message":"Item with id 'msg_9' not found.",
                                "type":"invalid_request_error","param":"input","code":null}}\
                                """),
                keptThere(2, each.streamed()));

        talk.say(2);

        isWhole(asked("resp"), 2);
    }

    @ParameterizedTest
    @MethodSource("withNames")
    void another_is_told_the_whole_of_what_the_first_one_kept(Case each) {
        var talk = new Talk("pair-resp", each);
        for (int turn = 1; turn <= TURNS; turn++) {
            boolean fails = turn == 3;
            house.answers(
                    "resp", fails ? Answer.json(500, "{}") : keptThere(turn, each.streamed()));
            house.answers("claude", answer(speaks("claude"), turn, each.streamed()));
            talk.say(turn);
            if (fails) {
                isWhole(asked("claude"), turn);
            } else if (turn > 3) {
                // A part of it lies elsewhere, or it goes on with what was said elsewhere.
                assertThat(asked("resp"))
                        .containsAnyOf("answer-3", "previous_response_id")
                        .doesNotContain("item_reference");
            }
        }
    }

    /// What a provider that keeps its own thoughts and gives out no seal has answered: nobody else can be
    /// told them, nor half of a call.
    @ParameterizedTest
    @ValueSource(strings = {"plain", "streamed"})
    void others_are_told_neither_thoughts_without_a_seal_nor_half_of_a_call(String form) {
        boolean streamed = form.equals("streamed");
        String items =
                """
                {"id":"rs_1","type":"reasoning","summary":[]},
                {"id":"fc_1","type":"function_call","status":"completed","call_id":"call_1","name":"look","arguments":"{}"},
                {"id":"fc_2","type":"function_call","status":"incomplete","call_id":"call_2","name":"look","arguments":"half"}
                """
                        .replace("\n", "");
        String response =
                "{\"id\":\"resp_cut\",\"object\":\"response\",\"created_at\":1,\"status\":\"incomplete\","
                        + "\"incomplete_details\":{\"reason\":\"max_output_tokens\"},\"model\":\"m\","
                        + "\"store\":true,\"output\":["
                        + items
                        + "]}";
        house.answers(
                "resp",
                streamed
                        ? Answer.events(
                                "data: {\"type\":\"response.created\",\"response\":{\"id\":\"resp_cut\"}}\n\n",
                                "data: {\"type\":\"response.incomplete\",\"response\":"
                                        + response
                                        + "}\n\n")
                        : Answer.json(200, response));
        house.post(
                "/v1/responses",
                "{\"model\":\"resp/m\",\"input\":\"hi\",\"stream\":" + streamed + "}");
        house.answers("claude", answer(speaks("claude"), 2, false));

        HttpResponse<String> next =
                house.post(
                        "/v1/responses",
                        "{\"model\":\"claude/m\",\"previous_response_id\":\"resp_cut\",\"input\":["
                                + "{\"type\":\"function_call_output\",\"call_id\":\"call_1\",\"output\":\"seen\"}]}");

        assertThat(next.statusCode()).as(next.body()).isEqualTo(200);
        assertThat(asked("claude")).contains("call_1", "seen").doesNotContain("call_2", "half");
    }

    /// Answers of which the last event lists nothing, though items came before.
    @Test
    void what_came_in_events_alone_is_kept_too() {
        house.answers(
                "resp",
                Answer.events(
                        "data: {\"type\":\"response.created\",\"response\":{\"id\":\"resp_bare\",\"status\":\"in_progress\"}}\n\n",
                        "data: {\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":"
                                + "{\"id\":\"msg_bare\",\"type\":\"message\",\"role\":\"assistant\",\"content\":"
                                + "[{\"type\":\"output_text\",\"text\":\"spoken\",\"annotations\":[]}]}}\n\n",
                        "data: {\"type\":\"response.completed\",\"response\":{\"id\":\"resp_bare\","
                                + "\"status\":\"completed\",\"output\":[],\"usage\":null}}\n\n"));
        house.post("/v1/responses", "{\"model\":\"resp/m\",\"input\":\"hi\",\"stream\":true}");
        house.answers("claude", answer(speaks("claude"), 2, false));

        house.post(
                "/v1/responses",
                "{\"model\":\"claude/m\",\"previous_response_id\":\"resp_bare\",\"input\":\"go on\"}");

        assertThat(asked("claude")).containsSubsequence("hi", "spoken", "go on");
        assertThat(house.get("/v1/responses/resp_bare").body()).contains("msg_bare");
    }

    @Test
    void what_is_longer_than_a_body_may_be_is_refused() {
        try (ScriptedHouse small =
                ScriptedHouse.of(
                        ScriptedHouse.PROVIDERS.replace(
                                "server: { port: 0 }",
                                "server: { port: 0, limits: { body-bytes: 4KiB } }"))) {
            String body = "{\"model\":\"claude/m\",\"input\":\"" + "x".repeat(3_000) + "\"%s}";
            String id =
                    JSON.readTree(small.post("/v1/responses", body.formatted("")).body())
                            .get("id")
                            .asString();

            HttpResponse<String> refused =
                    small.post(
                            "/v1/responses",
                            body.formatted(",\"previous_response_id\":\"" + id + "\""));

            assertThat(refused.statusCode()).isEqualTo(413);
            assertThat(refused.body()).contains("request_too_large", "server.limits.body-bytes");
            assertThat(small.received("claude")).hasSize(1);
        }
    }

    /// Two requests at once with one conversation: the second one is told to come back.
    @Test
    void one_request_at_a_time_goes_on_with_a_conversation() throws Exception {
        String conversation =
                JSON.readTree(house.post("/v1/conversations", "{}").body()).get("id").asString();
        String body =
                "{\"model\":\"claude/m\",\"input\":\"x\",\"conversation\":\""
                        + conversation
                        + "\"}";
        house.answers("claude", answer(speaks("claude"), 1, false));
        int before = house.received("claude").size();
        var held = house.hold("claude");
        var first = new Thread(() -> house.post("/v1/responses", body));
        first.start();
        house.waitFor("claude", before + 1);

        HttpResponse<String> second = house.post("/v1/responses", body);
        HttpResponse<String> items =
                house.post(
                        "/v1/conversations/" + conversation + "/items",
                        "{\"items\":[{\"role\":\"user\",\"content\":\"x\"}]}");
        held.countDown();
        first.join();

        assertThat(second.statusCode()).isEqualTo(400);
        assertThat(second.body()).contains("conversation_locked");
        assertThat(items.statusCode()).isEqualTo(400);
        assertThat(items.body()).contains("conversation_locked");
        assertThat(house.post("/v1/responses", body).statusCode()).isEqualTo(200);
    }
}
