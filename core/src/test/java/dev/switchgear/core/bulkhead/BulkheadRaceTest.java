package dev.switchgear.core.bulkhead;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.bulkhead.Bulkhead.Entry;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.time.ManualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Real threads race for places while the clock is pushed on and waiters are interrupted: whatever
/// happens first, no place is lost and none is given twice.
@SuppressWarnings("ThreadPriorityCheck") // Yielding mixes the threads; nothing relies on it.
@Timeout(60)
class BulkheadRaceTest {
    private static final int CONCURRENT = 3;
    private static final int THREADS = 16;
    private static final int ROUNDS = 30;

    @Test
    void no_place_is_lost_or_given_twice_whatever_races() throws InterruptedException {
        for (int seed = 0; seed < 60; seed++) {
            race(seed);
        }
    }

    private static void race(int seed) throws InterruptedException {
        var time = new ManualTime();
        var limit = new AtomicInteger(CONCURRENT);
        var bulkhead =
                new Bulkhead(new BulkheadSettings(CONCURRENT, 6, ofMillis(5)), limit::get, time);
        var inside = new AtomicInteger();
        var most = new AtomicInteger();
        var entered = new AtomicInteger();
        var done = new CountDownLatch(THREADS);
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < THREADS; i++) {
            var random = new SplittableRandom(seed * 1000L + i);
            threads.add(
                    Thread.startVirtualThread(() -> {
                        for (int round = 0; round < ROUNDS; round++) {
                            if (visit(bulkhead, random, time, inside, most)) {
                                entered.incrementAndGet();
                            }
                        }
                        done.countDown();
                    }));
        }
        var random = new SplittableRandom(seed);
        while (done.getCount() > 0) {
            time.advance(ofMillis(random.nextInt(4)));
            if (random.nextInt(3) == 0) {
                threads.get(random.nextInt(THREADS)).interrupt();
            }
            limit.set(1 + random.nextInt(CONCURRENT));
            Thread.yield();
        }
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();

        assertThat(most.get()).as("seed " + seed).isBetween(1, CONCURRENT);
        assertThat(entered.get()).as("seed " + seed).isPositive();
        assertThat(bulkhead.running()).as("seed " + seed).isZero();
        assertThat(bulkhead.queued()).as("seed " + seed).isZero();
        assertThat(time.pending()).as("timers left, seed " + seed).isZero();
    }

    private static boolean visit(
            Bulkhead bulkhead,
            SplittableRandom random,
            ManualTime time,
            AtomicInteger inside,
            AtomicInteger most) {
        Rank rank = List.of(Rank.values()).get(random.nextInt(4));
        try {
            if (bulkhead.enter(rank, Deadline.in(ofSeconds(1), time)) != Entry.ENTERED) {
                return false;
            }
        } catch (InterruptedException e) {
            // The interrupt was meant for this wait alone; the visitor comes again.
            return false;
        }
        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
        for (int i = random.nextInt(3); i > 0; i--) {
            Thread.yield();
        }
        inside.decrementAndGet();
        bulkhead.leave();
        return true;
    }
}
