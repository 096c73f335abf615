package dev.switchgear.core.routing;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.breaker.BreakerSettings;
import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Forced;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.guard.GuardSettings;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.health.ForcedState;
import dev.switchgear.core.health.HealthSettings;
import dev.switchgear.core.health.RestSettings;
import dev.switchgear.core.health.Rests;
import dev.switchgear.core.retry.RetryBudget;
import dev.switchgear.core.score.ScoreWeights;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.core.time.Threads;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How often an upstream is asked again, or beside another, by all calls together. Each upstream here is switched on by a
/// person, so that no breaker does what the budget should.
class SharedRetriesTest {
    private static final int BURST = (int) RetryBudget.BURST;

    private final ManualTime time = new ManualTime();
    private final Journal journal = new Journal(10_000);
    private final RandomGenerator random = new SplittableRandom(7);
    private final Failover failover = new Failover(journal, time, Threads.virtual(), random);
    private final FakeUpstream alpha = new FakeUpstream("alpha", time);
    private final FakeUpstream beta = new FakeUpstream("beta", time);

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1, 0.5, 1})
    void calls_that_fail_are_retried_as_often_as_their_number_allows(double budget) {
        Route<String, String> route = route(budget, target(alpha));

        int retries = failing(500, route);

        assertThat(retries)
                .isBetween((int) (500 * budget) - 1, Math.min(500, (int) (500 * budget) + BURST));
    }

    @Test
    void calls_that_are_answered_pay_for_retries_too() {
        Route<String, String> route = route(0.1, target(alpha));
        failing(500, route);

        for (int i = 0; i < 51; i++) {
            assertThat(carry(route).sent()).isEqualTo(1);
        }

        assertThat(failing(8, route)).as("a tenth of 51").isBetween(5, 6);
    }

    @Test
    void all_routes_share_what_an_upstream_has_left_and_another_has_its_own() {
        Target<String, String> shared = target(alpha);
        Route<String, String> one = route(0, shared);
        Route<String, String> two = route(0, shared);

        assertThat(failing(100, one)).isEqualTo(BURST);

        assertThat(failing(10, two)).as("what it has saved up is spent").isZero();
        assertThat(failing(100, route(0, target(beta)))).isEqualTo(BURST);
    }

    @Test
    void an_upstream_is_asked_beside_another_as_often_as_calls_have_paid_for() {
        Target<String, String> slow = target(alpha);
        var route =
                new Route<>(
                        "r",
                        Strategy.PRIORITY,
                        List.of(slow, target(beta)),
                        RetrySettings.DEFAULT,
                        Optional.of(new HedgeSettings(ofMillis(50), 0.1)),
                        ScoreWeights.DEFAULT);
        int beside = 0;
        for (int i = 0; i < 50; i++) {
            // The one that lost may still hold the only place when its call is over.
            await(() -> slow.upstream().bulkhead().running() == 0);
            alpha.then(_ -> slowAndInVain());
            beside +=
                    (int)
                            carry(route).attempts().stream()
                                    .filter(made -> made.kind() == Attempt.Kind.HEDGE)
                                    .count();
        }

        assertThat(beside).as("a tenth of 50, and the burst").isBetween(BURST + 4, BURST + 5);
    }

    private Outcome<String> slowAndInVain() {
        // Whoever waits for it sets its timer once it has been asked.
        await(() -> time.pending() > 0);
        time.advance(ofMillis(60));
        return Outcome.Failure.of(FakeUpstream.serverError());
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waiting").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    /// @return how many of the attempts were retries
    private int failing(int calls, Route<String, String> route) {
        int retries = 0;
        for (int i = 0; i < calls; i++) {
            for (FakeUpstream upstream : List.of(alpha, beta)) {
                upstream.thenFail(FakeUpstream.serverError());
                upstream.thenFail(FakeUpstream.serverError());
            }
            retries += carry(route).sent() - 1;
            Stream.of(alpha, beta).forEach(FakeUpstream::forget);
        }
        return retries;
    }

    private Answer<String> carry(Route<String, String> route) {
        return failover.carry(
                new Call<>("c", "q", Deadline.in(ofSeconds(30), time), true, Rank.NORMAL, 1),
                route);
    }

    private Route<String, String> route(double budget, Target<String, String> target) {
        return new Route<>(
                "r",
                Strategy.PRIORITY,
                List.of(target),
                new RetrySettings(2, budget, 0, ofMillis(1), ofMillis(10)),
                Optional.empty(),
                ScoreWeights.DEFAULT);
    }

    private Target<String, String> target(FakeUpstream fake) {
        var settings =
                new GuardSettings(
                        BreakerSettings.DEFAULT,
                        new BulkheadSettings(1, 0, ofMillis(0)),
                        Optional.empty(),
                        List.of(),
                        HealthSettings.DEFAULT,
                        RestSettings.DEFAULT);
        var upstream =
                new GuardedUpstream<>(fake, settings, new Rests(time), journal, time, random);
        upstream.force(new ForcedState.Order(Forced.ON, "ann", Instant.MAX));
        return new Target<>(upstream, "m", 1, 0, Long.MAX_VALUE);
    }
}
