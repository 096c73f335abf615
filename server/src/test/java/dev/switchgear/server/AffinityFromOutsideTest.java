package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.simulator.fault.FaultKind;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Conversations go on where they went before, so that the provider's prompt cache is warm.
final class AffinityFromOutsideTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final List<String> ALL = List.of("alpha", "beta", "gamma");

    /// Where a strategy looks at latency, a favourite that has become slow is left: that is told on
    /// simulated time, in core.
    @ParameterizedTest
    @ValueSource(strings = {"round-robin", "weighted"})
    void a_conversation_stays_where_its_first_turn_went(String strategy) {
        try (House house = house(strategy, "")) {
            for (int i = 0; i < 5; i++) {
                HttpResponse<String> first = turns(house, "question " + i, 0);
                String went = provider(first);
                // Others come in between.
                house.chat("auto");

                HttpResponse<String> second = turns(house, "question " + i, 1);
                HttpResponse<String> third = turns(house, "question " + i, 2);

                assertThat(affinity(first)).as("nothing to go on with").isEmpty();
                assertThat(provider(second)).isEqualTo(went);
                assertThat(provider(third)).isEqualTo(went);
                assertThat(affinity(second)).contains("hit");
                assertThat(affinity(third)).contains("hit");
            }
        }
    }

    @Test
    void calls_that_begin_alike_are_still_spread() {
        try (House house = house("round-robin", "")) {
            for (int i = 0; i < 9; i++) {
                turns(house, "the same", 0);
            }

            assertThat(ALL)
                    .allSatisfy(
                            name -> assertThat(house.provider(name).requestCount()).isEqualTo(3));
        }
    }

    @Test
    void a_stream_stays_and_says_so_too() {
        try (House house = house("round-robin", "")) {
            String went = provider(house.stream("auto", "x-session-id", "s"));
            house.chat("auto");

            HttpResponse<String> again = house.stream("auto", "x-session-id", "s");

            assertThat(provider(again)).isEqualTo(went);
            assertThat(affinity(again)).contains("hit");
        }
    }

    @ParameterizedTest
    @CsvSource({"header", "body"})
    void a_session_may_have_a_name_whatever_it_says(String where) {
        try (House house = house("round-robin", "")) {
            var went = new HashSet<String>();
            var told = new ArrayList<String>();
            for (int i = 0; i < 6; i++) {
                HttpResponse<String> answer =
                        where.equals("header")
                                ? house.post(CHAT, body("", "words " + i, 0), "x-session-id", "me")
                                : house.post(
                                        CHAT,
                                        body("\"prompt_cache_key\":\"me\",", "words " + i, 0));
                went.add(provider(answer));
                told.add(affinity(answer).orElse("none"));
            }

            assertThat(went).hasSize(1);
            assertThat(told).containsExactly("miss", "hit", "hit", "hit", "hit", "hit");
        }
    }

    @Test
    void it_moves_when_its_upstream_fails_and_then_stays_there() {
        try (House house = house("round-robin", "")) {
            String first = provider(turns(house, "q", 0));
            house.provider(first).fault(new FaultKind.Status(500));

            HttpResponse<String> moved = turns(house, "q", 1);
            house.provider(first).heal();
            house.chat("auto");
            HttpResponse<String> after = turns(house, "q", 2);

            assertThat(moved.statusCode()).isEqualTo(200);
            assertThat(provider(moved)).isNotEqualTo(first);
            assertThat(affinity(moved)).contains("miss");
            assertThat(provider(after))
                    .as("its prompt is in the new one's cache now")
                    .isEqualTo(provider(moved));
            assertThat(affinity(after)).contains("hit");
        }
    }

    @Test
    void it_does_not_go_to_an_upstream_that_is_not_well() {
        try (House house = house("round-robin", "")) {
            String went = provider(turns(house, "q", 0));
            house.provider(went).fault(new FaultKind.Status(500));
            for (int i = 0; i < 20; i++) {
                house.chat("auto");
            }
            long before = house.provider(went).requestCount();

            HttpResponse<String> second = turns(house, "q", 1);

            assertThat(provider(second)).isNotEqualTo(went);
            assertThat(second.headers().firstValue("x-switchgear-attempts")).contains("1");
            assertThat(house.provider(went).requestCount()).isEqualTo(before);
        }
    }

    @Test
    void priority_goes_its_own_way() {
        try (House house = house("priority", "")) {
            house.provider("alpha").fault(new FaultKind.Status(500));
            turns(house, "q", 0);
            house.provider("alpha").heal();

            HttpResponse<String> second = turns(house, "q", 1);

            assertThat(provider(second)).isEqualTo("alpha");
            assertThat(affinity(second)).isEmpty();
        }
    }

    @Test
    void a_route_may_go_without_it() {
        try (House house = house("round-robin", "affinity: { enabled: false }")) {
            var went = new ArrayList<String>();
            for (int i = 0; i < 6; i++) {
                HttpResponse<String> answer = turns(house, "q", 1);
                went.add(provider(answer));
                assertThat(affinity(answer)).isEmpty();
            }

            assertThat(went).containsAll(ALL);
        }
    }

    @Test
    void a_wish_of_the_client_counts_before_it() {
        try (House house = house("round-robin", "")) {
            String went = provider(turns(house, "q", 0));
            String other = went.equals("beta") ? "gamma" : "beta";

            HttpResponse<String> second =
                    house.post(CHAT, body("", "q", 1), "x-switchgear-order", other);

            assertThat(provider(second)).isEqualTo(other);
            assertThat(affinity(second)).contains("miss");
        }
    }

    private static House house(String strategy, String more) {
        return House.open(
                """
                routes:
                  - match: { model: auto }
                    strategy: %s
                    %s
                    to: [ { provider: alpha, model: gpt-4o }, { provider: beta, model: gpt-4o }, { provider: gamma, model: gpt-4o } ]
                resilience: { retry: { base: 1ms, cap: 1ms } }
                """
                        .formatted(strategy, more));
    }

    private static HttpResponse<String> turns(House house, String question, int answered) {
        return house.post(CHAT, body("", question, answered));
    }

    private static String body(String field, String question, int answered) {
        var messages = new StringBuilder();
        for (int i = 0; i < answered; i++) {
            messages.append(",{\"role\":\"assistant\",\"content\":\"so " + i + "\"}")
                    .append(",{\"role\":\"user\",\"content\":\"and " + i + "?\"}");
        }
        return """
        {"model":"auto",%s"messages":[{"role":"system","content":"be brief"},{"role":"user","content":"%s"}%s]}\
        """
                .formatted(field, question, messages);
    }

    private static String provider(HttpResponse<String> answer) {
        return answer.headers()
                .firstValue("x-switchgear-provider")
                .orElseGet(() -> answer.statusCode() + " " + answer.body());
    }

    private static Optional<String> affinity(HttpResponse<String> answer) {
        return answer.headers().firstValue("x-switchgear-affinity");
    }
}
