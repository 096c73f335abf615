package dev.switchgear.core.breaker;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.breaker.Breaker.Result;
import dev.switchgear.core.call.BreakerState;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.core.time.SystemTime;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BreakerPropertyTest {
    /// Both look at the last `n` results, want a minimum, open at a share of failed or slow ones,
    /// stay open for a fixed pause and let one trial decide. Where they differ on purpose (late
    /// results, one trial at a time, growing pauses) this test does not go.
    @Test
    void it_opens_and_closes_at_the_same_calls_as_resilience4j() {
        int openings = 0;
        for (int seed = 0; seed < 200; seed++) {
            var random = new SplittableRandom(seed);
            int window = 2 + random.nextInt(30);
            int minimum = 1 + random.nextInt(window);
            int percent = 10 + 10 * random.nextInt(9);
            boolean slowCounts = random.nextBoolean();
            double badness = random.nextDouble();
            var time = new ManualTime();
            var ours =
                    new Breaker(
                            new BreakerSettings(
                                    new Window.Count(window),
                                    minimum,
                                    percent / 100.0,
                                    0,
                                    ofMillis(100),
                                    slowCounts ? 0.8 : BreakerSettings.OFF,
                                    ofSeconds(1),
                                    ofSeconds(1),
                                    BreakerGrowth.LINEAR,
                                    0,
                                    ZERO,
                                    1),
                            time,
                            random.split(),
                            (_, _, _, _) -> {});
            var theirs =
                    CircuitBreaker.of(
                            "theirs",
                            CircuitBreakerConfig.custom()
                                    .slidingWindowType(
                                            CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                                    .slidingWindowSize(window)
                                    .minimumNumberOfCalls(minimum)
                                    .failureRateThreshold(percent)
                                    .slowCallDurationThreshold(ofMillis(100))
                                    .slowCallRateThreshold(slowCounts ? 80 : 100)
                                    .waitDurationInOpenState(ofSeconds(1))
                                    .permittedNumberOfCallsInHalfOpenState(1)
                                    .build());
            for (int i = 0; i < 500; i++) {
                if (ours.state() == BreakerState.OPEN) {
                    openings++;
                    assertThat(theirs.getState())
                            .as("seed %d, call %d", seed, i)
                            .isEqualTo(CircuitBreaker.State.OPEN);
                    // Theirs reads the machine's clock, so its pause is ended by hand.
                    time.advance(ofSeconds(1));
                    theirs.transitionToHalfOpenState();
                }
                boolean failed = random.nextDouble() < badness;
                boolean slow = slowCounts && random.nextDouble() < badness;
                long latency = ofMillis(slow ? 200 : 50).toNanos();

                long ticket = ours.tryEnter();
                assertThat(ticket).as("seed %d, call %d", seed, i).isNotNegative();
                assertThat(theirs.tryAcquirePermission()).isTrue();
                ours.settle(ticket, failed ? Result.FAILURE : Result.SUCCESS, latency, ZERO);
                if (failed) {
                    theirs.onError(
                            latency, TimeUnit.NANOSECONDS, new IllegalStateException("failed"));
                } else {
                    theirs.onSuccess(latency, TimeUnit.NANOSECONDS);
                }

                assertThat(ours.state().name())
                        .as("seed %d, call %d", seed, i)
                        .isEqualTo(theirs.getState().name());
            }
        }
        assertThat(openings).as("the comparison meets openings").isGreaterThan(1000);
    }

    @Test
    void whatever_happens_one_trial_at_a_time_and_no_call_while_open() {
        for (int seed = 0; seed < 200; seed++) {
            var random = new SplittableRandom(seed);
            var time = new ManualTime();
            var state = new BreakerState[] {BreakerState.CLOSED};
            var breaker =
                    new Breaker(
                            new BreakerSettings(
                                    random.nextBoolean()
                                            ? new Window.Count(20)
                                            : new Window.Span(ofSeconds(2)),
                                    5,
                                    0.5,
                                    3,
                                    ofMillis(500),
                                    0.9,
                                    ofMillis(200),
                                    ofSeconds(3),
                                    List.of(BreakerGrowth.values()).get(random.nextInt(3)),
                                    random.nextDouble(),
                                    ofMillis(random.nextInt(1000)),
                                    1 + random.nextInt(3)),
                            time,
                            random.split(),
                            (from, to, _, _) -> {
                                assertThat(from).isEqualTo(state[0]);
                                assertThat(to).isNotEqualTo(from);
                                state[0] = to;
                            });
            var closedTickets = new ArrayList<Long>();
            long trial = -1;
            for (int i = 0; i < 1500; i++) {
                time.advance(ofMillis(random.nextInt(60)));
                boolean would = breaker.wouldEnter();
                long ticket = breaker.tryEnter();
                assertThat(breaker.state()).as("listener agrees, seed " + seed).isEqualTo(state[0]);
                if (ticket != Breaker.REFUSED) {
                    assertThat(would).as("preview, seed " + seed).isTrue();
                    assertThat(breaker.state()).isNotEqualTo(BreakerState.OPEN);
                    if (breaker.state() == BreakerState.HALF_OPEN) {
                        assertThat(trial).as("one trial at a time, seed " + seed).isNegative();
                        trial = ticket;
                    } else {
                        closedTickets.add(ticket);
                    }
                }
                if (trial >= 0 && random.nextInt(4) == 0) {
                    breaker.settle(trial, result(random), random.nextLong(800_000_000), ZERO);
                    trial = -1;
                }
                while (closedTickets.size() > random.nextInt(10)) {
                    long settled = closedTickets.remove(random.nextInt(closedTickets.size()));
                    BreakerState before = breaker.state();
                    breaker.settle(settled, result(random), random.nextLong(800_000_000), ZERO);
                    if (before != BreakerState.CLOSED) {
                        assertThat(breaker.state())
                                .as("a late result changes nothing, seed " + seed)
                                .isEqualTo(before);
                    }
                }
            }
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // Yielding mixes the threads; nothing relies on it.
    @Test
    void threads_that_ask_at_once_get_one_trial_together() throws InterruptedException {
        var time = new SystemTime();
        var settings =
                new BreakerSettings(
                        new Window.Count(10),
                        1,
                        1,
                        1,
                        ofSeconds(1),
                        BreakerSettings.OFF,
                        ofMillis(1),
                        ofMillis(1),
                        BreakerGrowth.LINEAR,
                        0,
                        ZERO,
                        1);
        var breaker = new Breaker(settings, time, new SplittableRandom(1), (_, _, _, _) -> {});
        breaker.settle(breaker.tryEnter(), Result.FAILURE, 0, ZERO);
        var trials = new AtomicInteger();
        var most = new AtomicInteger();
        var total = new AtomicInteger();
        var done = new CountDownLatch(8);
        for (int i = 0; i < 8; i++) {
            Thread.startVirtualThread(() -> {
                while (total.get() < 200) {
                    long ticket = breaker.tryEnter();
                    if (ticket == Breaker.REFUSED) {
                        Thread.yield();
                        continue;
                    }
                    most.accumulateAndGet(trials.incrementAndGet(), Math::max);
                    Thread.yield();
                    total.incrementAndGet();
                    trials.decrementAndGet();
                    breaker.settle(ticket, Result.FAILURE, 0, ZERO);
                }
                done.countDown();
            });
        }

        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(most.get()).isEqualTo(1);
    }

    private static Result result(SplittableRandom random) {
        return List.of(Result.values()).get(random.nextInt(3));
    }
}
