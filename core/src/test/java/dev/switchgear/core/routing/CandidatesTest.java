package dev.switchgear.core.routing;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.breaker.BreakerSettings;
import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.call.Forced;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.guard.GuardSettings;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.health.ForcedState;
import dev.switchgear.core.health.HealthSettings;
import dev.switchgear.core.health.RestSettings;
import dev.switchgear.core.health.Rests;
import dev.switchgear.core.score.ScoreWeights;
import dev.switchgear.core.time.ManualTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Who is asked first, by each strategy, and where several are alike.
class CandidatesTest {
    private static final int CALLS = 600;

    private final ManualTime time = new ManualTime();
    private final SplittableRandom random = new SplittableRandom(5);

    private GuardedUpstream<String, String> upstream(String name) {
        var settings =
                new GuardSettings(
                        BreakerSettings.DEFAULT,
                        BulkheadSettings.DEFAULT,
                        Optional.empty(),
                        List.of(),
                        HealthSettings.DEFAULT,
                        RestSettings.DEFAULT);
        return new GuardedUpstream<>(
                new FakeUpstream(name, time),
                settings,
                new Rests(time),
                new Journal(10),
                time,
                random);
    }

    private Target<String, String> target(int millis, int underWay, double weight, double cost) {
        GuardedUpstream<String, String> made = upstream("u" + millis + "-" + underWay);
        for (int i = 0; i < 20 && millis > 0; i++) {
            made.history().record(true, ofMillis(millis).toNanos());
        }
        made.history().inFlight(underWay);
        return new Target<>(made, "m", weight, cost, Long.MAX_VALUE);
    }

    private int[] firsts(Strategy strategy, List<Target<String, String>> targets) {
        var route =
                new Route<>(
                        "r",
                        strategy,
                        targets,
                        RetrySettings.DEFAULT,
                        Optional.empty(),
                        ScoreWeights.DEFAULT);
        var firsts = new int[targets.size()];
        for (int i = 0; i < CALLS; i++) {
            firsts[targets.indexOf(Candidates.rank(route, "q", 1, random).at(0))]++;
        }
        return firsts;
    }

    /// Latency in milliseconds and calls under way of the lighter and of the busier; a latency of 0 is one
    /// that nobody knows yet.
    @ParameterizedTest
    @CsvSource({
        "10, 0,   10, 1",
        "10, 4,   10, 5",
        "10, 0,   50, 0",
        "10, 3,   50, 3",
        "10, 3,  100, 0",
        "100, 0,  10, 20",
        "0, 0,    10, 0",
        "10, 5,    0, 1"
    })
    void least_latency_asks_the_lighter_of_two_wherever_it_stands(
            int lightMillis, int lightUnderWay, int busyMillis, int busyUnderWay) {
        Target<String, String> light = target(lightMillis, lightUnderWay, 1, 0);
        Target<String, String> busy = target(busyMillis, busyUnderWay, 1, 0);

        assertThat(firsts(Strategy.LEAST_LATENCY, List.of(light, busy))).containsExactly(CALLS, 0);
        assertThat(firsts(Strategy.LEAST_LATENCY, List.of(busy, light))).containsExactly(0, CALLS);
    }

    /// Of two drawn at random the lighter: so among three the lightest comes first in two draws of three,
    /// the busiest never.
    @ParameterizedTest
    @CsvSource({"0, 1, 2", "0, 2, 1", "1, 0, 2", "1, 2, 0", "2, 0, 1", "2, 1, 0"})
    void least_latency_never_asks_the_busiest_of_three_first(int one, int two, int three) {
        int[] loads = {one, two, three};
        var targets = new ArrayList<Target<String, String>>();
        for (int load : loads) {
            targets.add(target(10, 3 * load, 1, 0));
        }

        int[] firsts = firsts(Strategy.LEAST_LATENCY, targets);

        for (int i = 0; i < 3; i++) {
            switch (loads[i]) {
                case 0 -> assertThat(firsts[i]).as("lightest").isBetween(350, 450);
                case 1 -> assertThat(firsts[i]).as("between").isBetween(150, 250);
                default -> assertThat(firsts[i]).as("busiest").isZero();
            }
        }
    }

    @Test
    void least_latency_spreads_calls_among_those_that_are_alike() {
        int[] firsts =
                firsts(
                        Strategy.LEAST_LATENCY,
                        List.of(target(10, 2, 1, 0), target(10, 2, 1, 0), target(10, 2, 1, 0)));

        for (int count : firsts) {
            assertThat(count).isBetween(140, 260);
        }
    }

    @Test
    void what_is_no_longer_under_way_weighs_no_longer() {
        Target<String, String> one = target(10, 5, 1, 0);
        Target<String, String> other = target(10, 3, 1, 0);
        assertThat(firsts(Strategy.LEAST_LATENCY, List.of(one, other))).containsExactly(0, CALLS);

        one.upstream().history().inFlight(-5);

        assertThat(firsts(Strategy.LEAST_LATENCY, List.of(one, other))).containsExactly(CALLS, 0);
    }

    @Test
    void priority_goes_by_the_order_alone() {
        assertThat(firsts(Strategy.PRIORITY, List.of(target(500, 9, 0, 9), target(10, 0, 5, 1))))
                .containsExactly(CALLS, 0);
    }

    @Test
    void cost_asks_the_cheapest_and_of_several_the_first() {
        assertThat(
                        firsts(
                                Strategy.COST,
                                List.of(
                                        target(10, 0, 1, 3),
                                        target(90, 7, 1, 2),
                                        target(10, 0, 1, 2))))
                .containsExactly(0, CALLS, 0);
    }

    @Test
    void weights_are_shares_and_a_weight_of_nothing_comes_last() {
        int[] firsts =
                firsts(
                        Strategy.WEIGHTED,
                        List.of(target(10, 9, 3, 0), target(10, 0, 1, 0), target(10, 0, 0, 0)));

        assertThat(firsts[0]).isBetween(400, 500);
        assertThat(firsts[1]).isBetween(100, 200);
        assertThat(firsts[2]).isZero();
    }

    @Test
    void round_robin_gives_each_the_same_share() {
        assertThat(
                        firsts(
                                Strategy.ROUND_ROBIN,
                                List.of(
                                        target(10, 9, 1, 0),
                                        target(500, 0, 1, 0),
                                        target(10, 0, 1, 0))))
                .containsExactly(CALLS / 3, CALLS / 3, CALLS / 3);
    }

    /// Nobody inherits the turns of a neighbour who cannot have them.
    @Test
    void round_robin_gives_the_same_share_to_each_that_may_be_asked() {
        Target<String, String> plain = target(10, 0, 1, 0);
        Target<String, String> off = target(10, 0, 1, 0);
        off.upstream().forced().force(new ForcedState.Order(Forced.OFF, "operator", Instant.MAX));
        for (Target<String, String> other :
                List.of(
                        off,
                        target(10, 0, 1, 0).at(new Place(1, 0, false)),
                        target(10, 0, 1, 0).at(new Place(0, 0, true)))) {
            assertThat(firsts(Strategy.ROUND_ROBIN, List.of(plain, other, target(10, 0, 1, 0))))
                    .as(other.place() + " " + other.upstream().forced().current().state())
                    .containsExactly(CALLS / 2, 0, CALLS / 2);
        }
    }

    /// Who has a share gets it and nothing else, and the others have the rest in turn.
    @Test
    void round_robin_gives_the_same_share_beside_one_that_is_drawn() {
        int[] firsts =
                firsts(
                        Strategy.ROUND_ROBIN,
                        List.of(
                                target(10, 0, 1, 0).at(new Place(0, 0.5, false)),
                                target(10, 0, 1, 0),
                                target(10, 0, 1, 0)));

        assertThat(firsts[0]).isBetween(CALLS / 2 - 3, CALLS / 2 + 3);
        assertThat(firsts[1]).isBetween(CALLS / 4 - CALLS / 20, CALLS / 4 + CALLS / 20);
        assertThat(firsts[2]).isBetween(CALLS / 4 - CALLS / 20, CALLS / 4 + CALLS / 20);
    }

    @Test
    void score_asks_who_has_done_best() {
        Target<String, String> failing = target(10, 0, 1, 0);
        for (int i = 0; i < 30; i++) {
            failing.upstream().history().record(false, ofMillis(10).toNanos());
        }

        assertThat(firsts(Strategy.SCORE, List.of(failing, target(10, 0, 1, 0))))
                .containsExactly(0, CALLS);
        assertThat(firsts(Strategy.SCORE, List.of(target(800, 0, 1, 0), target(10, 0, 1, 0))))
                .containsExactly(0, CALLS);
        assertThat(firsts(Strategy.SCORE, List.of(target(10, 0, 1, 9), target(10, 0, 1, 1))))
                .containsExactly(0, CALLS);
    }
}
