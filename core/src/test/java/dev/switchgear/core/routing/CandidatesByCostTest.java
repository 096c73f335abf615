package dev.switchgear.core.routing;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.breaker.BreakerSettings;
import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.guard.GuardSettings;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.health.HealthSettings;
import dev.switchgear.core.health.RestSettings;
import dev.switchgear.core.health.Rests;
import dev.switchgear.core.score.ScoreWeights;
import dev.switchgear.core.time.ManualTime;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Who is cheapest depends on the call.
class CandidatesByCostTest {
    private static final ScoreWeights COST_ALONE = new ScoreWeights(0, 0, 1, 0);

    private final ManualTime time = new ManualTime();

    /// 4 for every call.
    private final Target<String, String> flat = target("flat", _ -> 4);

    /// Cheap for short calls.
    private final Target<String, String> byLength = target("by-length", String::length);

    private final Target<String, String> unpriced = target("unpriced", _ -> CallPrice.UNKNOWN);

    @Test
    void the_cheapest_for_this_call_comes_first_and_the_unpriced_last() {
        Route<String, String> route = route(Strategy.COST, List.of(unpriced, flat, byLength));

        assertThat(order(route, "ab")).containsExactly("by-length", "flat", "unpriced");
        assertThat(order(route, "abcdefgh")).containsExactly("flat", "by-length", "unpriced");
    }

    @Test
    void those_that_are_all_unpriced_stay_as_they_stand() {
        Route<String, String> route =
                route(Strategy.COST, List.of(unpriced, target("too", _ -> CallPrice.UNKNOWN)));

        assertThat(order(route, "ab")).containsExactly("unpriced", "too");
    }

    @Test
    void a_score_takes_cost_beside_the_dearest_of_this_call() {
        Route<String, String> route = route(Strategy.SCORE, List.of(flat, byLength, unpriced));

        assertThat(scores(route, "ab")).containsExactly(0.5, 0.0, 0.0);
        assertThat(scores(route, "abcdefgh")).containsExactly(0.5, 0.0, 0.0);
        assertThat(order(route, "ab").getFirst()).isEqualTo("by-length");
        assertThat(order(route, "abcdefgh").getFirst()).isEqualTo("flat");
    }

    @Test
    void where_all_is_free_all_have_the_points_for_it_but_the_unpriced() {
        Route<String, String> route =
                route(Strategy.SCORE, List.of(unpriced, target("free", _ -> 0)));

        assertThat(order(route, "ab")).containsExactly("free", "unpriced");
        assertThat(scores(route, "ab")).containsExactly(1.0, 0.0);
    }

    private List<String> order(Route<String, String> route, String request) {
        return rank(route, request).explain().stream()
                .map(candidate -> candidate.upstream().provider())
                .toList();
    }

    private List<Double> scores(Route<String, String> route, String request) {
        return rank(route, request).explain().stream().map(Candidate::score).toList();
    }

    private static Candidates<String, String> rank(Route<String, String> route, String request) {
        return Candidates.rank(route, request, 0, new SplittableRandom(1));
    }

    private Route<String, String> route(Strategy strategy, List<Target<String, String>> targets) {
        return new Route<>(
                "r", strategy, targets, RetrySettings.DEFAULT, Optional.empty(), COST_ALONE);
    }

    private Target<String, String> target(String name, CallPrice<String> price) {
        var upstream =
                new GuardedUpstream<>(
                        new FakeUpstream(name, time),
                        new GuardSettings(
                                BreakerSettings.DEFAULT,
                                new BulkheadSettings(10, 10, ofSeconds(1)),
                                Optional.empty(),
                                List.of(),
                                HealthSettings.DEFAULT,
                                RestSettings.DEFAULT),
                        new Rests(time),
                        new Journal(10),
                        time,
                        new SplittableRandom(7));
        return new Target<>(upstream, "m", 1, price, Long.MAX_VALUE, Place.USUAL);
    }
}
