package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.ScriptedHouse.Answer;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ArrayNode;

/// Whoever is answered by another account than before hears in `x-switchgear-dropped` that thoughts which it
/// sent back were left out; and hears nothing of the kind where none were.
final class DroppedThoughtsTest {
    /// As the dialects of clients and providers call thoughts and what seals them.
    private static final Pattern TOLD = Pattern.compile("(?i).*(reasoning|thinking|signature).*");

    /// How what is wrapped for a client of another dialect begins, for Gemini's in base64.
    private static final List<String> WRAPPED = List.of("sg1.", "sgcall.", "sgopen.", "c2dn");

    /// Words of thoughts that are no words of answers.
    private static final Pattern WORDS = Pattern.compile("hm|\"one|first");

    private static ScriptedHouse house;

    @BeforeAll
    static void open() {
        house = ScriptedHouse.of(SealsStayHomeTest.config());
    }

    @AfterAll
    static void close() {
        house.close();
    }

    /// One turn of a provider, heard by an agent, which goes on.
    private record Case(ThinkingProvider one, ThinkingAgent agent, String turn, boolean streamed) {
        ArrayNode heard() {
            ArrayNode history = agent.begun();
            house.answers(one.upstream, one.says(turn, streamed));
            agent.take(history, ask(one.upstream + "/" + one.model, history).body(), streamed);
            return history;
        }

        HttpResponse<String> ask(String model, ArrayNode history) {
            HttpResponse<String> answer =
                    house.post(agent.path(model, streamed), agent.body(model, history, streamed));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return answer;
        }

        /// Whether something of the thoughts is not told to whoever was asked then.
        ///
        /// @param sent what the client sent back
        /// @param got what that account was asked
        boolean lost(String sent, String got) {
            List<String> seals = SealsStayHomeTest.seals(turn);
            // Calls of a provider that seals nothing may bear a mark of ours, which is no thought.
            boolean sealed =
                    !seals.isEmpty()
                            && Stream.concat(seals.stream(), WRAPPED.stream())
                                    .anyMatch(sent::contains);
            return sealed || (WORDS.matcher(sent).find() && !WORDS.matcher(got).find());
        }
    }

    private static String dropped(HttpResponse<String> answer) {
        return answer.headers().firstValue("x-switchgear-dropped").orElse("");
    }

    @Test
    void whoever_sends_thoughts_that_are_left_out_hears_of_it() {
        Map<String, String> wrong = new LinkedHashMap<>();
        int left = 0;
        for (ThinkingProvider one : ThinkingProvider.values()) {
            for (ThinkingAgent agent : ThinkingAgent.values()) {
                for (var turn : SealedThoughtsTest.turns(one).entrySet()) {
                    for (boolean streamed : new boolean[] {false, true}) {
                        if (one.speaks(agent)) {
                            continue;
                        }
                        var asked =
                                new Case(
                                        one,
                                        agent,
                                        SealedThoughtsTest.own(turn.getValue()),
                                        streamed);
                        ArrayNode history = asked.heard();
                        for (ThinkingProvider other : ThinkingProvider.values()) {
                            if (other.speaks(agent)) {
                                continue;
                            }
                            String away = other.upstream + "2";
                            house.answers(
                                    away,
                                    other.says(SealsStayHomeTest.turn(other, streamed), streamed));
                            HttpResponse<String> answer =
                                    asked.ask(away + "/" + other.model, history);

                            boolean lost =
                                    asked.lost(
                                            history.toString(),
                                            house.received(away).getLast().body());
                            left += lost ? 1 : 0;
                            if (lost != TOLD.matcher(dropped(answer)).matches()) {
                                wrong.put(
                                        one
                                                + " "
                                                + away
                                                + " "
                                                + agent
                                                + " "
                                                + streamed
                                                + ": "
                                                + turn.getKey(),
                                        (lost ? "was lost" : "was not lost")
                                                + ", told: "
                                                + dropped(answer)
                                                + "\n");
                            }
                        }
                    }
                }
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(left).isGreaterThan(500);
    }

    /// Thoughts in clear that a client of Responses is shown have a name that no provider knows; those that
    /// one keeps, another account of it does not.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_thought_that_is_only_known_by_name_is_left_out_where_it_is_not_known(boolean streamed) {
        ThinkingAgent agent = ThinkingAgent.RESPONSES_SHOWN;
        String named =
                """
                [{"type":"reasoning","id":"rs_kept","summary":[{"type":"summary_text","text":"hm"}]},
                 {"type":"function_call","id":"fc_kept","call_id":"call_1","name":"f","arguments":"{}"}]
                """;
        Answer notThere =
                Answer.json(
                        404,
                        "{\"error\":{\"message\":\"Item with id 'rs_1' not found. Items are not"
                                + " persisted when `store` is set to false.\",\"type\":"
                                + "\"invalid_request_error\",\"param\":\"input\",\"code\":null}}");
        for (ThinkingProvider one : List.of(ThinkingProvider.DEEP, ThinkingProvider.RESP)) {
            String first = one == ThinkingProvider.DEEP ? "chat" : "resp";
            String turn =
                    one == ThinkingProvider.DEEP
                            ? SealedThoughtsTest.turns(one).values().iterator().next()
                            : named;
            house.answers(first, one.says(SealedThoughtsTest.own(turn), streamed));
            ArrayNode history = agent.begun();
            String begun = agent.body(first + "/gpt-5", history, streamed);
            agent.take(history, house.post("/v1/responses", begun).body(), streamed);
            assertThat(history.toString()).contains("\"rs_").doesNotContain("encrypted");
            house.answers("resp2", notThere, ThinkingProvider.RESP.says(named, streamed));
            int before = house.received("resp2").size();

            HttpResponse<String> answer =
                    house.post("/v1/responses", agent.body("resp2/gpt-5", history, streamed));

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(dropped(answer)).matches(TOLD);
            List<ScriptedHouse.Received> asked = house.received("resp2");
            assertThat(asked).hasSize(before + 2);
            assertThat(asked.getLast().body())
                    .contains("function_call_output")
                    .doesNotContain("rs_", "fc_", "hm");
        }
    }

    /// One that names nothing of the kind is asked once, and told what the provider said.
    @Test
    void what_is_not_there_otherwise_is_told() {
        house.answers(
                "resp2",
                Answer.json(404, "{\"error\":{\"message\":\"Item with id 'x' not found.\"}}"));
        int before = house.received("resp2").size();

        HttpResponse<String> answer =
                house.post("/v1/responses", "{\"model\":\"resp2/gpt-5\",\"input\":\"go\"}");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(house.received("resp2")).hasSize(before + 1);
    }
}
