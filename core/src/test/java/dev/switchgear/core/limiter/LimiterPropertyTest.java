package dev.switchgear.core.limiter;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.limiter.Limit.Measure;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.core.time.SystemTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LimiterPropertyTest {
    private record Taken(long atNanos, long tokens) {}

    @Test
    void however_calls_arrive_no_stretch_of_time_ever_holds_more_than_the_amount() {
        for (int seed = 0; seed < 200; seed++) {
            var random = new SplittableRandom(seed);
            var time = new ManualTime();
            var limits =
                    List.of(
                            new Limit(Measure.REQUESTS, 1 + random.nextInt(30), ofSeconds(1)),
                            new Limit(Measure.REQUESTS, 50 + random.nextInt(500), ofMinutes(1)),
                            new Limit(Measure.UNITS, 500 + random.nextInt(5000), ofSeconds(10)));
            var limiter = new Limiter(limits, time);
            double meanGapNanos = Math.pow(10, 6 + 3 * random.nextDouble());
            var taken = new ArrayList<Taken>();
            for (int i = 0; i < 2000; i++) {
                if (random.nextInt(200) == 0) {
                    time.advance(ofSeconds(random.nextInt(100)));
                }
                time.advance(ofNanos((long) (random.nextExponential() * meanGapNanos)));
                long tokens = random.nextInt(300);
                long ticket = limiter.tryTake(tokens);
                if (ticket < 0) {
                    continue;
                }
                switch (random.nextInt(4)) {
                    case 0 -> limiter.refund(ticket, tokens);
                    case 1 -> {
                        long used = random.nextLong(tokens + 1);
                        limiter.settle(ticket, tokens, used);
                        taken.add(new Taken(time.nanos(), used));
                    }
                    default -> taken.add(new Taken(time.nanos(), tokens));
                }
            }

            for (Limit limit : limits) {
                assertThat(mostInAnyStretch(taken, limit))
                        .as("seed %d, %s", seed, limit)
                        .isLessThanOrEqualTo(limit.amount());
            }
        }
    }

    @Test
    void under_saturation_at_least_95_percent_of_every_amount_is_used() {
        for (int seed = 0; seed < 50; seed++) {
            var random = new SplittableRandom(seed);
            var time = new ManualTime();
            var limit = new Limit(Measure.REQUESTS, 1 + random.nextInt(200), ofSeconds(1));
            var limiter = new Limiter(List.of(limit), time);
            long count = 0;
            long end = ofMinutes(2).toNanos();
            while (time.nanos() < end) {
                long ticket = limiter.tryTake(0);
                if (ticket >= 0) {
                    count++;
                } else {
                    time.advance(ofNanos(-ticket));
                }
            }

            assertThat(count / (120.0 * limit.amount())).as("seed " + seed).isGreaterThan(0.95);
        }
    }

    @Test
    void under_saturation_by_random_arrivals_of_tokens_at_least_95_percent_is_used() {
        for (int seed = 0; seed < 20; seed++) {
            var random = new SplittableRandom(seed);
            var time = new ManualTime();
            var limit = new Limit(Measure.UNITS, 100_000, ofSeconds(10));
            var limiter = new Limiter(List.of(limit), time);
            long used = 0;
            long end = ofMinutes(5).toNanos();
            while (time.nanos() < end) {
                long tokens = random.nextLong(1, 2000);
                if (limiter.tryTake(tokens) >= 0) {
                    used += tokens;
                }
                time.advance(ofMillis(random.nextInt(20)));
            }

            assertThat(used / (30.0 * limit.amount())).as("seed " + seed).isGreaterThan(0.95);
        }
    }

    @Test
    void the_wait_it_names_is_always_enough_and_never_too_long() {
        for (int seed = 0; seed < 100; seed++) {
            var random = new SplittableRandom(seed);
            var time = new ManualTime();
            var limiter =
                    new Limiter(
                            List.of(
                                    new Limit(Measure.REQUESTS, 7, ofSeconds(1)),
                                    new Limit(Measure.UNITS, 1000, ofSeconds(3))),
                            time);
            for (int i = 0; i < 300; i++) {
                long tokens = random.nextInt(1001);
                long ticket = limiter.tryTake(tokens);
                if (ticket < 0) {
                    time.advance(ofNanos(-ticket - 1));
                    assertThat(limiter.tryTake(tokens)).as("seed " + seed).isEqualTo(-1);
                    time.advance(ofNanos(1));
                    assertThat(limiter.tryTake(tokens)).as("seed " + seed).isNotNegative();
                }
                time.advance(ofNanos(random.nextInt(200_000_000)));
            }
        }
    }

    @Test
    void threads_that_take_at_once_do_not_get_more_together() throws InterruptedException {
        var limiter =
                new Limiter(
                        List.of(new Limit(Measure.REQUESTS, 1000, ofMinutes(10))),
                        new SystemTime());
        var got = new AtomicLong();
        var done = new CountDownLatch(8);
        for (int i = 0; i < 8; i++) {
            Thread.startVirtualThread(() -> {
                for (int n = 0; n < 2000; n++) {
                    long ticket = limiter.tryTake(1);
                    if (ticket >= 0 && n % 3 == 0) {
                        limiter.refund(ticket, 1);
                    } else if (ticket >= 0) {
                        got.incrementAndGet();
                    }
                }
                done.countDown();
            });
        }
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();

        assertThat(got.get()).isEqualTo(1000);
        assertThat(limiter.status().getFirst().remaining()).isZero();
    }

    private static long mostInAnyStretch(List<Taken> taken, Limit limit) {
        long most = 0;
        long sum = 0;
        int first = 0;
        for (Taken last : taken) {
            sum += amount(last, limit);
            while (last.atNanos() - taken.get(first).atNanos() >= limit.per().toNanos()) {
                sum -= amount(taken.get(first), limit);
                first++;
            }
            most = Math.max(most, sum);
        }
        return most;
    }

    private static long amount(Taken taken, Limit limit) {
        return switch (limit.measure()) {
            case REQUESTS -> 1;
            case UNITS -> taken.tokens();
        };
    }
}
