package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.server.ScriptedHouse.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever a provider writes about when to come back, in whatever notation: it is not believed for
/// longer than the configuration says.
final class LongRestsTest {
    private static final Duration MOST = Duration.ofMinutes(30);

    private static final List<Map<String, String>> WORDS =
            List.of(
                    Map.of(),
                    Map.of("retry-after", "86399"),
                    Map.of("retry-after", "99999999999999999"),
                    Map.of("retry-after", "999999999999999999999999999999"),
                    Map.of("retry-after", "1e99"),
                    Map.of("retry-after", "-86400"),
                    Map.of("retry-after", "soon; \"tomorrow\""),
                    Map.of("retry-after", ""),
                    Map.of("retry-after", "Fri, 31 Dec 9999 23:59:59 GMT"),
                    Map.of("retry-after", "Thu, 01 Jan 1970 00:00:00 GMT"),
                    Map.of("retry-after", "Friday, 31-Dec-99 23:59:59 GMT"),
                    Map.of("retry-after-ms", "86399000"),
                    Map.of("retry-after-ms", "999999999999999999"),
                    Map.of("retry-after-ms", "-1", "retry-after", "86399"),
                    Map.of(
                            "x-ratelimit-remaining-requests",
                            "0",
                            "x-ratelimit-reset-requests",
                            "720h",
                            "x-ratelimit-remaining-tokens",
                            "0",
                            "x-ratelimit-reset-tokens",
                            "720h"),
                    Map.of(
                            "anthropic-ratelimit-requests-remaining",
                            "0",
                            "anthropic-ratelimit-requests-reset",
                            "9999-12-31T23:59:59Z"));

    private static ScriptedHouse house;

    @BeforeAll
    static void open() {
        house =
                ScriptedHouse.open(
                        "resilience: { rest: { max: 30m }, breaker: { failures: 0,"
                                + " minimum-calls: 10000 }, retry: {"
                                + " attempts: 1 } }\n");
    }

    @AfterAll
    static void close() {
        house.close();
    }

    private static Stream<Arguments> answers() {
        var rows = new ArrayList<Arguments>();
        for (String upstream : List.of("chat", "claude", "google", "ollama")) {
            rows.add(Arguments.of(upstream, 200, "", false));
            rows.add(Arguments.of(upstream, 401, "wrong api key", true));
            rows.add(Arguments.of(upstream, 402, "insufficient credits", true));
            rows.add(Arguments.of(upstream, 403, "your account has been suspended", true));
            rows.add(Arguments.of(upstream, 404, "the model `m` does not exist", true));
            rows.add(Arguments.of(upstream, 429, "too many requests", true));
            rows.add(Arguments.of(upstream, 500, "it broke", false));
            rows.add(Arguments.of(upstream, 503, "no room", false));
            rows.add(Arguments.of(upstream, 529, "overloaded", false));
        }
        return rows.stream();
    }

    /// @param rests whether something rests even where no time is named
    @ParameterizedTest
    @MethodSource("answers")
    void no_answer_keeps_anything_away_for_longer_than_the_configuration_says(
            String provider, int status, String message, boolean rests) {
        GuardedUpstream<?, ?> upstream =
                house.gateway().upstreams().stream()
                        .filter(one -> one.id().provider().equals(provider))
                        .findFirst()
                        .orElseThrow();
        for (int i = 0; i < WORDS.size(); i++) {
            String model = "m-" + status + "-" + i;
            upstream.rests().clear();
            upstream.account().clear();
            house.answers(provider, answer(provider, status, message, WORDS.get(i)));
            int before = house.received(provider).size();

            house.post("/v1/chat/completions", House.plain(provider + "/" + model));

            assertThat(house.received(provider).size()).as("asked").isEqualTo(before + 1);
            Duration rest =
                    upstream.resting(model).map(one -> one.remaining()).orElse(Duration.ZERO);
            assertThat(rest).as(WORDS.get(i).toString()).isLessThanOrEqualTo(MOST);
            assertThat(upstream.limiter().waitNanos(model, 1))
                    .as(WORDS.get(i).toString())
                    .isLessThanOrEqualTo(MOST.toNanos());
            assertThat(upstream.breaker().retryAfter()).isLessThanOrEqualTo(MOST);
            if (rests) {
                assertThat(rest).as(WORDS.get(i).toString()).isPositive();
            }
        }
    }

    private static Answer answer(
            String provider, int status, String message, Map<String, String> headers) {
        Answer answer =
                status == 200
                        ? ScriptedHouse.usual(provider)
                        : Answer.json(
                                status,
                                "{\"error\":{\"message\":\"" + message + "\",\"type\":\"x\"}}");
        for (Map.Entry<String, String> header : headers.entrySet()) {
            answer = answer.with(header.getKey(), header.getValue());
        }
        return answer;
    }
}
