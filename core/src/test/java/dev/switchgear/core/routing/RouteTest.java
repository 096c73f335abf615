package dev.switchgear.core.routing;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RouteTest {
    private final ManualTime time = new ManualTime();
    private final Target<String, String> alpha = target("alpha", 1);
    private final Target<String, String> beta = target("beta", 9);
    private final Route<String, String> route =
            new Route<>(
                    "r",
                    Strategy.ROUND_ROBIN,
                    List.of(alpha, beta),
                    new RetrySettings(3, 0, 0, ofMillis(100), ofSeconds(1)),
                    Optional.of(new HedgeSettings(ofMillis(50), 0.5)),
                    ScoreWeights.DEFAULT);

    @Test
    void among_other_targets_a_route_stays_as_it_is_otherwise() {
        Route<String, String> other = route.among(List.of(beta));

        assertThat(other.targets()).containsExactly(beta);
        assertThat(other.id()).isEqualTo("r");
        assertThat(other.strategy()).isEqualTo(Strategy.ROUND_ROBIN);
        assertThat(other.retry()).isEqualTo(route.retry());
        assertThat(other.hedge()).isEqualTo(route.hedge());
        assertThat(other.weights()).isEqualTo(route.weights());
        assertThat(route.targets()).containsExactly(alpha, beta);
    }

    @Test
    void by_another_strategy_a_route_stays_as_it_is_otherwise() {
        Route<String, String> other = route.by(Strategy.COST);

        assertThat(other.strategy()).isEqualTo(Strategy.COST);
        assertThat(other.targets()).containsExactly(alpha, beta);
        assertThat(other.retry()).isEqualTo(route.retry());
        assertThat(other.hedge()).isEqualTo(route.hedge());
        assertThat(route.strategy()).isEqualTo(Strategy.ROUND_ROBIN);
    }

    @Test
    void with_more_attempts_a_route_has_the_same_pauses_between_them() {
        Route<String, String> other = route.trying(5);

        assertThat(other.retry())
                .isEqualTo(new RetrySettings(5, 0, 0, ofMillis(100), ofSeconds(1)));
    }

    @Test
    void costs_are_asked_of_those_that_are_left_and_only_where_they_decide() {
        assertThat(route.by(Strategy.COST).costs("x")).containsExactly(1, 9);
        assertThat(route.by(Strategy.SCORE).costs("x")).containsExactly(1, 9);
        assertThat(route.by(Strategy.SCORE).among(List.of(alpha)).costs("x")).containsExactly(1);
        for (Strategy other :
                List.of(
                        Strategy.PRIORITY,
                        Strategy.WEIGHTED,
                        Strategy.ROUND_ROBIN,
                        Strategy.LEAST_LATENCY)) {
            assertThat(route.by(other).costs("x")).as(other.name()).isEmpty();
        }
    }

    @Test
    void a_price_below_nothing_is_a_mistake() {
        assertThatThrownBy(() -> CallPrice.fixed(-1)).hasMessageContaining("0 or more");
        assertThatThrownBy(() -> CallPrice.fixed(Double.NaN)).hasMessageContaining("0 or more");
    }

    @Test
    void a_route_goes_nowhere_without_targets() {
        assertThatThrownBy(() -> route.among(List.of()))
                .hasMessage("route r: 0 targets (expected: 1 to 64)");
    }

    @Test
    void a_route_has_64_targets_at_most() {
        assertThat(route.among(Collections.nCopies(64, alpha)).targets()).hasSize(64);
        assertThatThrownBy(() -> route.among(Collections.nCopies(65, alpha)))
                .hasMessage("route r: 65 targets (expected: 1 to 64)");
    }

    @Test
    void each_number_of_retries_and_hedges_may_be_its_least_and_its_most_and_nothing_beyond() {
        var least = new RetrySettings(1, 0, 0, ofNanos(1), ofNanos(1));
        assertThat(least.waits()).isFalse();
        assertThat(least.waiting(true))
                .isEqualTo(new RetrySettings(1, 0, 0, ofNanos(1), ofNanos(1), true));
        assertThat(least.waiting(true).trying(2).waits()).isTrue();
        assertThat(new RetrySettings(1, 1, 10_000, ofNanos(1), ofSeconds(9)).budget()).isEqualTo(1);
        refused("retry.attempts", () -> new RetrySettings(0, 0, 0, ofNanos(1), ofNanos(1)));
        for (double wrong : new double[] {-0.001, 1.001, Double.NaN}) {
            refused("retry.budget", () -> new RetrySettings(1, wrong, 0, ofNanos(1), ofNanos(1)));
        }
        for (double wrong : new double[] {-0.001, 10_000.001, Double.NaN}) {
            refused(
                    "retry.per-second-min",
                    () -> new RetrySettings(1, 0, wrong, ofNanos(1), ofNanos(1)));
        }
        refused("retry.base", () -> new RetrySettings(1, 0, 0, ofNanos(0), ofNanos(1)));
        refused("retry.base", () -> new RetrySettings(1, 0, 0, ofNanos(2), ofNanos(1)));
        assertThat(new HedgeSettings(ofNanos(0), 1).budget()).isEqualTo(1);
        refused("hedge.after", () -> new HedgeSettings(ofNanos(-1), 1));
        refused("hedge.budget", () -> new HedgeSettings(ofNanos(1), 0));
        refused("hedge.budget", () -> new HedgeSettings(ofNanos(1), 1.001));
    }

    private static void refused(String name, ThrowingCallable making) {
        assertThatThrownBy(making)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(name + ": ");
    }

    private Target<String, String> target(String name, double cost) {
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
        return new Target<>(upstream, "m", 1, cost, Long.MAX_VALUE);
    }
}
