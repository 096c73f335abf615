package dev.switchgear.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.switchgear.core.breaker.BreakerSettings;
import dev.switchgear.core.bulkhead.AdaptiveSettings;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.routing.Strategy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The figures of `docs/routing.md` about upstreams that turn slow and about overload.
class MeasuredTest {
    private static final Duration LENGTH = Duration.ofSeconds(60);
    private static final long USUAL = 50_000_000;

    /// When upstreams turn twenty times slower, or the load grows.
    private static final double TURN = 20;

    private static final double LEFT = 30;
    private static final double END = 60;

    private enum Slow {
        ONE,
        ALL
    }

    private static List<Measured.Seen> threeOf(
            Strategy strategy, Slow slow, boolean adaptive, BreakerSettings breaker) {
        return new Measured(
                        new Measured.Plan(
                                strategy,
                                3,
                                1_000,
                                index ->
                                        at ->
                                                at > TURN * 1e9 && (index == 0 || slow == Slow.ALL)
                                                        ? 20 * USUAL
                                                        : USUAL,
                                _ -> 10_000_000L,
                                LENGTH,
                                adaptive ? Optional.of(AdaptiveSettings.DEFAULT) : Optional.empty(),
                                breaker),
                        1)
                .run();
    }

    /// With calls of more than 500 ms called slow, and half of them opening the breaker.
    private static BreakerSettings mindingSlowness() {
        BreakerSettings usual = BreakerSettings.DEFAULT;
        return new BreakerSettings(
                usual.window(),
                usual.minimumCalls(),
                usual.failureRatio(),
                usual.consecutiveFailures(),
                Duration.ofMillis(500),
                0.5,
                usual.openFor(),
                usual.openForMax(),
                usual.growth(),
                usual.jitter(),
                usual.rampUp(),
                usual.probesToClose());
    }

    @ParameterizedTest
    @EnumSource(names = {"LEAST_LATENCY", "SCORE"})
    void who_goes_by_latency_leaves_one_that_turned_slow_within_ten_seconds(Strategy strategy) {
        List<Measured.Seen> seen = threeOf(strategy, Slow.ONE, false, BreakerSettings.DEFAULT);

        double before = Measured.p99Millis(seen, 5, TURN);
        assertThat(Measured.p99Millis(seen, LEFT, END)).isLessThanOrEqualTo(1.5 * before);
        assertThat(Measured.shares(seen, 3, LEFT, END)[0]).isLessThan(0.01);
    }

    @ParameterizedTest
    @EnumSource(names = {"ROUND_ROBIN", "WEIGHTED", "PRIORITY", "COST"})
    void who_goes_by_another_order_leaves_it_where_the_breaker_minds_slowness(Strategy strategy) {
        List<Measured.Seen> stays = threeOf(strategy, Slow.ONE, false, BreakerSettings.DEFAULT);
        List<Measured.Seen> leaves = threeOf(strategy, Slow.ONE, false, mindingSlowness());

        double before = Measured.p99Millis(leaves, 5, TURN);
        assertThat(Measured.p99Millis(stays, LEFT, END)).as("as ordered").isGreaterThan(1_000);
        assertThat(Measured.p99Millis(leaves, LEFT, END)).isLessThanOrEqualTo(1.5 * before);
    }

    @ParameterizedTest
    @EnumSource
    void where_all_turn_slow_nobody_is_left_and_everybody_is_served(Strategy strategy) {
        List<Measured.Seen> seen = threeOf(strategy, Slow.ALL, false, BreakerSettings.DEFAULT);

        assertThat(Measured.goodput(seen, LEFT, END)).isCloseTo(98, within(3.0));
        if (strategy == Strategy.LEAST_LATENCY || strategy == Strategy.ROUND_ROBIN) {
            for (double share : Measured.shares(seen, 3, LEFT, END)) {
                assertThat(share).isCloseTo(0.33, within(0.05));
            }
        }
    }

    /// Why the adaptive limit is off unless it is asked for.
    @ParameterizedTest
    @EnumSource(names = {"ROUND_ROBIN", "LEAST_LATENCY"})
    void an_adaptive_limit_takes_slowness_for_overload(Strategy strategy) {
        List<Measured.Seen> seen = threeOf(strategy, Slow.ALL, true, BreakerSettings.DEFAULT);

        assertThat(Measured.goodput(seen, LEFT, END)).isLessThan(50);
    }

    /// An upstream that carries 100 calls a second is asked for 300 for half a minute.
    @ParameterizedTest
    @CsvSource({"false", "true"})
    void under_three_times_the_load_goodput_stays_and_the_lowest_ranks_give_way(boolean adaptive) {
        LongUnaryOperator load = now -> now > 10e9 && now < 40e9 ? 3_333_333 : 20_000_000;
        List<Measured.Seen> seen =
                new Measured(
                                new Measured.Plan(
                                        Strategy.PRIORITY,
                                        1,
                                        20,
                                        _ -> _ -> 4 * USUAL,
                                        load,
                                        LENGTH,
                                        adaptive
                                                ? Optional.of(AdaptiveSettings.DEFAULT)
                                                : Optional.empty(),
                                        BreakerSettings.DEFAULT),
                                1)
                        .run();

        assertThat(Measured.goodput(seen, 15, 40)).as("of 100 a second").isGreaterThan(90);
        assertThat(served(seen, Rank.HIGH)).isEqualTo(1);
        assertThat(served(seen, Rank.NORMAL)).isBetween(0.1, 0.5);
        assertThat(served(seen, Rank.LOW)).isLessThan(0.05);
        assertThat(Measured.goodput(seen, 50, END)).as("after it").isCloseTo(50, within(5.0));
        assertThat(Measured.p99Millis(seen, 50, END)).as("after it").isLessThan(300);
    }

    private static double served(List<Measured.Seen> seen, Rank rank) {
        return Measured.between(seen, 15, 40).stream()
                .filter(one -> one.rank() == rank)
                .mapToInt(one -> one.served() ? 1 : 0)
                .average()
                .orElse(0);
    }
}
