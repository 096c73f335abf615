package dev.switchgear.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The scheduler itself: it repeats, it finds, and nothing gets away from it.
@Timeout(60)
final class SimulationHarnessTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void one_seed_runs_the_same_steps_every_time() {
        for (long seed = 0; seed < 20; seed++) {
            Simulation first = OrderDesk.run(seed, false);
            Simulation again = OrderDesk.run(seed, false);

            assertThat(again.trace()).as("trace of seed %d", seed).isEqualTo(first.trace());
            assertThat(again.steps()).isEqualTo(first.steps());
        }
    }

    @Test
    void one_seed_lives_through_the_same_scenario_every_time() {
        for (long seed = 0; seed < 20; seed++) {
            assertThat(Traces.of(seed)).isEqualTo(Traces.of(seed));
        }
    }

    @Test
    void every_seed_runs_its_own_steps() {
        long traces =
                LongStream.range(0, 200)
                        .map(seed -> OrderDesk.run(seed, false).trace())
                        .distinct()
                        .count();

        assertThat(traces).isEqualTo(200);
    }

    @Test
    void a_race_that_doubles_an_order_shows_in_many_seeds_and_its_cure_in_none() {
        long careless =
                LongStream.range(0, 1_000)
                        .filter(seed -> OrderDesk.duplicates(seed, false) > 0)
                        .count();
        long careful =
                LongStream.range(0, 1_000)
                        .filter(seed -> OrderDesk.duplicates(seed, true) > 0)
                        .count();

        assertThat(careless).as("seeds that doubled an order").isGreaterThan(250);
        assertThat(careful).as("seeds that doubled an order, cured").isZero();
    }

    @Test
    void a_thread_can_lose_its_turn_wherever_it_reads_the_clock() {
        long lost =
                LongStream.range(0, 100)
                        .filter(SimulationHarnessTest::losesAnUpdateBetweenTwoReads)
                        .count();

        assertThat(lost).isGreaterThan(10);
    }

    private static boolean losesAnUpdateBetweenTwoReads(long seed) {
        var simulation = new Simulation(seed);
        var counter = new AtomicInteger();
        for (int i = 0; i < 2; i++) {
            simulation.start(
                    "adder",
                    () -> {
                        int before = counter.get();
                        simulation.time().nanos();
                        counter.set(before + 1);
                    });
        }
        simulation.run(100, MINUTE);
        return counter.get() == 1;
    }

    @Test
    void hours_pass_without_anybody_waiting_and_in_the_right_order() {
        var simulation = new Simulation(1);
        var rang = new ArrayList<String>();
        simulation.start(
                "sleeper",
                () -> {
                    sleep(simulation, Duration.ofHours(2));
                    rang.add("two hours");
                });
        simulation.time().after(Duration.ofHours(1), () -> rang.add("one hour"));
        simulation.time().after(Duration.ofMinutes(30), () -> rang.add("cancelled")).cancel();
        long began = simulation.time().nanos();

        simulation.run(1_000, Duration.ofHours(3));

        assertThat(rang).containsExactly("one hour", "two hours");
        assertThat(simulation.nanos() - began).isGreaterThanOrEqualTo(7_200_000_000_000L);
        assertThat(simulation.time().instant()).isAfter("2026-01-01T02:00:00Z");
        assertThat(simulation.timersLeft()).isZero();
    }

    @Test
    void a_sleeper_that_is_interrupted_wakes_at_once() {
        var simulation = new Simulation(1);
        var woken = new AtomicBoolean();
        Thread sleeper =
                simulation.start(
                        "sleeper",
                        () -> {
                            try {
                                simulation.time().sleep(Duration.ofHours(1));
                            } catch (InterruptedException e) {
                                woken.set(true);
                            }
                        });
        simulation.start(
                "waker",
                () -> {
                    sleep(simulation, Duration.ofSeconds(1));
                    sleeper.interrupt();
                });

        simulation.run(1_000, MINUTE);

        assertThat(woken).isTrue();
        assertThat(simulation.timersLeft()).isZero();
    }

    @Test
    void two_threads_that_wait_for_each_other_are_a_failure_that_names_both() {
        var simulation = new Simulation(3);
        var one = new Semaphore(0);
        var other = new Semaphore(0);
        simulation.start(
                "first",
                () -> {
                    one.acquireUninterruptibly();
                    other.release();
                });
        simulation.start(
                "second",
                () -> {
                    other.acquireUninterruptibly();
                    one.release();
                });

        assertThatExceptionOfType(SimulationFailure.class)
                .isThrownBy(() -> simulation.run(1_000, MINUTE))
                .withMessageContaining("deadlock: seed 3")
                .withMessageContaining("first#0 waits at")
                .withMessageContaining("second#1 waits at")
                .withMessageContaining("SimulationHarnessTest");
    }

    @Test
    void a_run_that_never_ends_is_a_failure() {
        var simulation = new Simulation(3);
        var stop = new AtomicBoolean();
        simulation.start(
                "restless",
                () -> {
                    while (!stop.get()) {
                        sleep(simulation, Duration.ofMillis(1));
                    }
                });

        assertThatExceptionOfType(SimulationFailure.class)
                .isThrownBy(() -> simulation.run(1_000, MINUTE))
                .withMessageContaining("endless run: seed 3");
    }

    @Test
    void an_exception_in_any_thread_fails_the_run() {
        var simulation = new Simulation(3);
        simulation.start("idle", () -> sleep(simulation, Duration.ofSeconds(1)));
        simulation.start(
                "broken",
                () -> {
                    throw new IllegalStateException("out of order");
                });

        assertThatExceptionOfType(SimulationFailure.class)
                .isThrownBy(() -> simulation.run(1_000, MINUTE))
                .withMessageContaining("broken#1")
                .withStackTraceContaining("out of order");
    }

    @Test
    void whatever_waits_on_real_time_is_caught() {
        assertEscapes(() -> LockSupport.parkNanos(3_600_000_000_000L));
        assertEscapes(() -> {
            try {
                new ArrayBlockingQueue<String>(1).poll(1, TimeUnit.HOURS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertEscapes(() -> {
            try {
                new Semaphore(0).tryAcquire(1, TimeUnit.HOURS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Test
    void a_thread_woken_from_outside_is_caught() {
        var simulation = new Simulation(1);
        var tried = new AtomicBoolean();
        Thread waiter = simulation.start("waiter", LockSupport::park);
        Thread foreigner =
                Thread.ofPlatform()
                        .unstarted(() -> {
                            try {
                                LockSupport.unpark(waiter);
                            } catch (RejectedExecutionException refused) {
                                tried.set(true);
                            }
                        });
        simulation.start(
                "busy",
                () -> {
                    sleep(simulation, Duration.ofSeconds(1));
                    foreigner.start();
                    while (!tried.get()) {
                        sleep(simulation, Duration.ofNanos(1));
                    }
                });

        assertThatExceptionOfType(SimulationFailure.class)
                .isThrownBy(() -> simulation.run(100_000_000, MINUTE))
                .withMessageContaining("woken by the foreign thread");
    }

    @Test
    void a_contended_monitor_is_caught() {
        var simulation = new Simulation(1);
        var monitor = new Object();
        for (int i = 0; i < 2; i++) {
            simulation.start(
                    "holder",
                    () -> {
                        synchronized (monitor) {
                            sleep(simulation, Duration.ofSeconds(1));
                        }
                    });
        }

        assertThatExceptionOfType(SimulationFailure.class)
                .isThrownBy(() -> simulation.run(1_000, MINUTE))
                .withMessageContaining("a contended monitor")
                .withMessageContaining("SimulationHarnessTest");
    }

    @Test
    void another_jvm_runs_the_same_steps() throws Exception {
        var here = new ArrayList<String>();
        for (long seed = 0; seed < 20; seed++) {
            here.add(Traces.of(seed));
        }

        assertThat(OtherJvm.run(Traces.class, "0", "20")).isEqualTo(here);
    }

    private static void assertEscapes(Runnable wait) {
        var simulation = new Simulation(1);
        // Somebody must still be busy when the foreign thread comes, as in a real run.
        var left = new AtomicBoolean();
        simulation.start(
                "waiter",
                () -> {
                    wait.run();
                    left.set(true);
                });

        assertThatExceptionOfType(SimulationFailure.class)
                .isThrownBy(() -> simulation.run(1_000, MINUTE))
                .satisfies(failure -> assertThat(failure.rule()).isIn("escape", "deadlock"))
                .withMessageContaining("SimulationHarnessTest");
        assertThat(left).as("carried on in an order that was not ours").isFalse();
    }

    private static void sleep(Simulation simulation, Duration pause) {
        try {
            simulation.time().sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
