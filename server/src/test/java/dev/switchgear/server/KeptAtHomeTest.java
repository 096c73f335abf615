package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.Asking.Told;
import dev.switchgear.server.ScriptedHouse.Answer;
import dev.switchgear.server.ScriptedHouse.Received;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What one account keeps of a conversation is asked of that account in its client's own bytes, and of
/// nobody else: everybody else is told the whole, another account of the same company too.
class KeptAtHomeTest {
    /// Beside the ten, `resp` with a second key, and its `twin`; all of them speak Responses.
    private static final String CONFIG =
            ScriptedHouse.PROVIDERS.replace(
                            "resp: { kind: openai, base-url: \"http://127.0.0.1:%1$d/resp/v1\", keys: [{ secret: \"sk-up\" }]",
                            """
                            twin: { kind: openai, base-url: "http://127.0.0.1:%1$d/twin/v1", keys: [{ secret: "sk-up" }], quirks: { chat: false } }
                              resp: { kind: openai, base-url: "http://127.0.0.1:%1$d/resp/v1", keys: [{ name: a, secret: "sk-a" }, { name: b, secret: "sk-b" }]\
                            """)
                    + """
                    routes:
                      - { match: { model: failing-b }, strategy: priority, to: [ { provider: resp, key: a, model: m }, { provider: resp, key: b, model: m } ] }
                      - { match: { model: continuing-a }, stream: { promise: continue }, to: [ { provider: resp, key: a, model: m } ] }
                      - { match: { model: at-a }, to: [ { provider: resp, key: a, model: m } ] }
                      - { match: { model: at-b }, to: [ { provider: resp, key: b, model: m } ] }
                    """
                    + routes();

    private static final List<String> OTHERS =
            Stream.concat(
                            Stream.of("b", "twin"),
                            Speaks.all().stream()
                                    .map(Speaks::upstream)
                                    .filter(name -> !name.equals("resp")))
                    .toList();

    private static final ScriptedHouse HOUSE = ScriptedHouse.of(CONFIG);

    private static int names;

    private static String routes() {
        var routes = new StringBuilder();
        Stream.concat(Stream.of("twin"), Speaks.all().stream().map(Speaks::upstream))
                .filter(name -> !name.equals("resp"))
                .forEach(name ->
                        routes.append(
                                """
                                  - { match: { model: failing-%1$s }, strategy: priority, to: [ { provider: resp, key: a, model: m }, { provider: %1$s, model: m } ] }
                                  - { match: { model: at-%1$s }, to: [ { provider: %1$s, model: m } ] }
                                """
                                        .formatted(name)));
        return routes.toString();
    }

    @BeforeEach
    void well() {
        HOUSE.answers("resp", ScriptedHouse.usual("resp"));
    }

    @AfterAll
    static void close() {
        HOUSE.close();
    }

    /// How a turn comes to another account than the one that keeps what was before.
    enum Reached {
        BY_NAME,
        BY_FAILURE
    }

    /// How a client refers to what was before.
    enum Refers {
        PREVIOUS,
        ITEM
    }

    record Case(String other, Reached reached, Refers refers, Asking asking) {}

    static Stream<Case> cases() {
        return OTHERS.stream()
                .flatMap(other ->
                        Stream.of(Reached.values())
                                .flatMap(reached ->
                                        Stream.of(Refers.values())
                                                .flatMap(refers ->
                                                        Stream.of(Asking.values())
                                                                .map(asking ->
                                                                        new Case(
                                                                                other, reached,
                                                                                refers, asking)))));
    }

    /// An answer by that name in the other's own words.
    private static Answer answer(String upstream, boolean streamed, boolean kept) {
        String name = upstream.equals("b") || upstream.equals("twin") ? "resp" : upstream;
        Speaks speaks =
                Speaks.all().stream()
                        .filter(each -> each.upstream().equals(name))
                        .findFirst()
                        .orElseThrow()
                        .to(AskedAs.RESPONSES);
        String number = "_" + ++names;
        String text =
                (streamed ? speaks.stream() : speaks.whole())
                        .replace("resp_1", "resp" + number)
                        .replace("msg_1", "msg" + number);
        return new Answer(
                200,
                Map.of("content-type", streamed ? speaks.streamType() : "application/json"),
                List.of(
                        kept
                                ? text.replace(
                                        "\"status\":\"completed\",\"model\"",
                                        "\"status\":\"completed\",\"store\":true,\"model\"")
                                : text));
    }

    private static boolean streamed(Asking asking) {
        return asking != Asking.PLAIN;
    }

    /// A first turn, which the account `a` keeps.
    private static Told first(ScriptedHouse house, Asking asking) {
        house.answers("resp", answer("resp", streamed(asking), true));
        Told told = asking.ask(house, "\"model\":\"at-a\",\"input\":\"the secret beginning\"");
        assertThat(told.says()).as(told.text()).isEqualTo("completed");
        return told;
    }

    private static String next(String model, Refers refers, Told first) {
        return switch (refers) {
            case PREVIOUS ->
                    "\"model\":\""
                            + model
                            + "\",\"previous_response_id\":\""
                            + first.id()
                            + "\",\"input\":\"and so on\"";
            case ITEM ->
                    "\"model\":\""
                            + model
                            + "\",\"input\":[{\"role\":\"user\",\"content\":\"the secret beginning\"},"
                            + "{\"type\":\"item_reference\",\"id\":\""
                            + first.response().path("output").path(0).path("id").stringValue("")
                            + "\"},{\"role\":\"user\",\"content\":\"and so on\"}]";
        };
    }

    private static String server(String account) {
        return account.equals("b") ? "resp" : account;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void whoever_else_answers_is_told_the_whole(Case each) {
        Told first =
                first(HOUSE, each.asking() == Asking.BACKGROUND ? Asking.STREAMED : each.asking());
        boolean fails = each.reached() == Reached.BY_FAILURE;
        Answer down = Answer.json(500, "{}");
        Answer second = answer(each.other(), streamed(each.asking()), false);
        String server = server(each.other());
        HOUSE.answers("resp", down);
        HOUSE.answers(
                server,
                server.equals("resp") && fails
                        ? List.of(down, second).toArray(Answer[]::new)
                        : new Answer[] {second});
        String model = (fails ? "failing-" : "at-") + each.other();

        Told told = each.asking().ask(HOUSE, next(model, each.refers(), first));

        assertThat(told.says()).as(told.text()).isEqualTo("completed");
        Received asked = HOUSE.received(server).getLast();
        if (server.equals("resp")) {
            assertThat(asked.headers().get("Authorization")).containsExactly("Bearer sk-b");
        }
        assertThat(asked.body())
                .doesNotContain("previous_response_id", "item_reference", first.id())
                .containsSubsequence("the secret beginning", "Hello", "and so on");
    }

    /// What an account says that is not about what it kept, and what its client is told then.
    static Stream<Arguments> complaints() {
        return Stream.of(
                        complaint(400, "invalid_value", "Invalid value: 'temperature'."),
                        complaint(
                                400,
                                "context_length_exceeded",
                                "Your input exceeds the context window of this model."),
                        complaint(400, "", "No tool output found for function call call_1."),
                        complaint(
                                400,
                                "",
                                "Item 'rs_1' of type 'reasoning' was provided without its required"
                                        + " following item."),
                        complaint(400, "", "The conversation was not found to be polite."),
                        complaint(
                                404,
                                "model_not_found",
                                "The model `m` does not exist or you do not have access to it."),
                        complaint(403, "", "Item with id 'msg_9' not found."),
                        complaint(422, "previous_response_not_found", "Previous response."))
                .flatMap(one ->
                        Stream.of(
                                Arguments.of(one, Refers.PREVIOUS, Asking.PLAIN),
                                Arguments.of(one, Refers.ITEM, Asking.STREAMED)));
    }

    private static Answer complaint(int status, String code, String message) {
        return Answer.json(
                status,
                "{\"error\":{\"message\":\"%s\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":%s}}"
                        .formatted(message, code.isEmpty() ? "null" : '"' + code + '"'));
    }

    @ParameterizedTest
    @MethodSource("complaints")
    void who_keeps_it_and_complains_of_something_else_is_asked_once(
            Answer complaint, Refers refers, Asking asking) {
        try (var house = ScriptedHouse.of(CONFIG)) {
            Told first = first(house, Asking.PLAIN);
            house.answers("resp", complaint, answer("resp", streamed(asking), true));

            Told told = asking.ask(house, next("at-a", refers, first));

            assertThat(told.says()).as(told.text()).isNotEqualTo("completed");
            assertThat(house.received("resp")).hasSize(2);
        }
    }

    /// Nobody is asked a third time, nor one twice that was told the whole.
    @ParameterizedTest
    @EnumSource
    void what_is_forgotten_is_said_again_once(Refers refers) {
        Answer forgotten = complaint(404, "", "Item with id 'msg_9' not found.");
        try (var house = ScriptedHouse.of(CONFIG)) {
            Told first = first(house, Asking.PLAIN);
            house.answers("resp", forgotten).answers("twin", forgotten);

            Told lost = Asking.PLAIN.ask(house, next("at-a", refers, first));
            Told elsewhere = Asking.STREAMED.ask(house, next("at-twin", refers, first));

            assertThat(lost.says()).as(lost.text()).isNotEqualTo("completed");
            assertThat(house.received("resp")).hasSize(3);
            assertThat(house.received("resp").getLast().body())
                    .contains("the secret beginning", "Hello", "and so on");
            assertThat(elsewhere.says()).as(elsewhere.text()).isNotEqualTo("completed");
            assertThat(house.received("twin")).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void tokens_are_counted_of_what_each_account_is_told(Refers refers) {
        Told first = first(HOUSE, Asking.PLAIN);
        Answer count =
                Answer.json(200, "{\"object\":\"response.input_tokens\",\"input_tokens\":77}");
        HOUSE.answers("resp", count).answers("twin", count);
        String path = "/v1/responses/input_tokens";

        String home = HOUSE.post(path, '{' + next("at-a", refers, first) + '}').body();
        String elsewhere = HOUSE.post(path, '{' + next("at-twin", refers, first) + '}').body();

        assertThat(List.of(home, elsewhere)).allMatch(body -> body.contains("77"));
        assertThat(HOUSE.received("resp").getLast().body())
                .containsAnyOf("previous_response_id", "item_reference")
                .doesNotContain("Hello");
        assertThat(HOUSE.received("twin").getLast().body())
                .contains("Hello")
                .doesNotContain("previous_response_id", "item_reference");
    }

    /// What has a name of ours, in the background or worded anew for a stream that may be continued, or is
    /// a compaction that only we can open, no account knows by its name.
    @ParameterizedTest
    @EnumSource
    void what_only_this_gateway_keeps_is_asked_of_no_account_by_name(Asking asking) {
        Told inBackground = first(HOUSE, Asking.BACKGROUND);
        Told began = first(HOUSE, Asking.PLAIN);
        HOUSE.answers("resp", answer("resp", streamed(asking), true));
        Told compacted =
                asking.ask(
                        HOUSE,
                        "\"model\":\"at-a\",\"previous_response_id\":\""
                                + began.id()
                                + "\",\"input\":[{\"type\":\"compaction_trigger\"}]");
        assertThat(compacted.text()).contains("\"compaction\"");

        HOUSE.answers("resp", answer("resp", true, true));
        Told worded =
                Asking.STREAMED.ask(
                        HOUSE, "\"model\":\"continuing-a\",\"input\":\"the secret beginning\"");

        for (Told before : List.of(inBackground, compacted, worded)) {
            HOUSE.answers("resp", answer("resp", streamed(asking), true));
            int asked = HOUSE.received("resp").size();

            Told told = asking.ask(HOUSE, next("at-a", Refers.PREVIOUS, before));

            assertThat(told.says()).as(told.text()).isEqualTo("completed");
            assertThat(HOUSE.received("resp")).hasSize(asked + 1);
            assertThat(HOUSE.received("resp").getLast().body())
                    .doesNotContain("previous_response_id", "encrypted_content")
                    .contains("the secret beginning", "Hello", "and so on");
        }
    }
}
