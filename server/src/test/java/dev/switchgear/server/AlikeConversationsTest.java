package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.server.Asking.Told;
import dev.switchgear.server.ScriptedHouse.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Agents begin all their conversations alike, with one system prompt and one first question: where it is
/// said which answer a turn goes on with, it goes where that one came from, whatever became of the others.
class AlikeConversationsTest {
    private static final List<String> ALL = List.of("resp", "claude", "google");
    private static final String TARGETS =
            "to: [ { provider: resp, model: m }, { provider: claude, model: m }, { provider: google, model: m } ]";
    private static final ScriptedHouse HOUSE =
            ScriptedHouse.open(
                    "routes:\n  - { match: { model: round-robin }, strategy: round-robin, "
                            + TARGETS
                            + " }\n  - { match: { model: weighted }, strategy: weighted, "
                            + TARGETS
                            + " }\n");

    private static int names;

    @AfterAll
    static void close() {
        HOUSE.close();
    }

    /// How it is said what a turn goes on with.
    enum Way {
        PREVIOUS,
        CONVERSATION,
        REFERENCE
    }

    static Stream<Arguments> ways() {
        return Stream.of("round-robin", "weighted")
                .flatMap(strategy ->
                        Stream.of(Way.values())
                                .flatMap(way ->
                                        Stream.of(Asking.values())
                                                .map(asking ->
                                                        Arguments.of(strategy, way, asking))));
    }

    /// One conversation, and where it was answered.
    private static final class Talk {
        private final String strategy;
        private final Way way;
        private final Asking asking;
        private String refers = "";
        private String reference = "";
        private String last = "";

        Talk(String strategy, Way way, Asking asking) {
            this.strategy = strategy;
            this.way = way;
            this.asking = asking;
            if (way == Way.CONVERSATION) {
                String made = HOUSE.post("/v1/conversations", "{}").body();
                refers = ",\"conversation\":\"" + Json.read(made).path("id").stringValue("") + '"';
            }
        }

        /// Who answers it now.
        String turn() {
            for (String upstream : ALL) {
                HOUSE.answers(upstream, answer(upstream, asking != Asking.PLAIN));
            }
            Map<String, Integer> before = counts();
            String opening = "{\"role\":\"user\",\"content\":\"the same words\"}";
            String input =
                    last.isEmpty()
                            ? opening
                            : (way == Way.REFERENCE ? opening + ',' + reference + ',' : "")
                                    + "{\"role\":\"user\",\"content\":\"and?\"}";

            Told told =
                    asking.ask(
                            HOUSE,
                            "\"model\":\"%s\",\"instructions\":\"Be brief.\",\"input\":[%s]%s"
                                    .formatted(strategy, input, refers));

            assertThat(told.says()).as(told.text()).isEqualTo("completed");
            if (way == Way.PREVIOUS) {
                refers = ",\"previous_response_id\":\"" + told.id() + '"';
            }
            reference =
                    "{\"type\":\"item_reference\",\"id\":\""
                            + told.response().path("output").path(0).path("id").stringValue("")
                            + "\"}";
            last =
                    ALL.stream()
                            .filter(name ->
                                    counts().getOrDefault(name, 0) > before.getOrDefault(name, 0))
                            .findFirst()
                            .orElseThrow();
            return last;
        }
    }

    private static Map<String, Integer> counts() {
        return Map.of(
                "resp", HOUSE.received("resp").size(),
                "claude", HOUSE.received("claude").size(),
                "google", HOUSE.received("google").size());
    }

    private static Answer answer(String upstream, boolean streamed) {
        Speaks speaks =
                Speaks.all().stream()
                        .filter(each -> each.upstream().equals(upstream))
                        .findFirst()
                        .orElseThrow();
        String text = streamed ? speaks.stream() : speaks.whole();
        String number = "_" + ++names;
        return new Answer(
                200,
                Map.of("content-type", streamed ? speaks.streamType() : "application/json"),
                List.of(text.replace("resp_1", "resp" + number).replace("msg_1", "msg" + number)));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void each_goes_on_where_it_was_answered_last(String strategy, Way way, Asking asking) {
        var talks = new ArrayList<Talk>();
        for (int i = 0; i < 6; i++) {
            var talk = new Talk(strategy, way, asking);
            talk.turn();
            talks.add(talk);
        }
        assertThat(talks)
                .extracting(talk -> talk.last)
                .containsAll(strategy.equals("weighted") ? List.of() : ALL);

        for (int turn = 0; turn < 2; turn++) {
            for (Talk talk : talks) {
                String before = talk.last;
                assertThat(talk.turn()).isEqualTo(before);
            }
        }
    }
}
