package dev.switchgear.core.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Running totals tell what counting anew would.
class BreakerSamplesTest {
    private record Sample(boolean failed, boolean slow, long bucket) {}

    private final List<Sample> all = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void a_counted_window_tells_of_the_last_so_many(long seed) {
        var random = new SplittableRandom(seed);
        int size = random.nextInt(1, 8);
        Samples samples = Samples.of(new Window.Count(size), 0);
        for (int i = 0; i < 300; i++) {
            if (random.nextInt(40) == 0) {
                samples.clear(0);
                all.clear();
            }
            add(samples, random, 0, 0);

            int from = Math.max(0, all.size() - size);
            assertTells(samples, all.subList(from, all.size()));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void a_timed_window_tells_of_the_bucket_that_fills_and_the_nine_before(long seed) {
        var random = new SplittableRandom(seed);
        long bucketNanos = Duration.ofMillis(1).toNanos();
        long began = random.nextLong(1_000_000_000);
        long now = began;
        Samples samples = Samples.of(new Window.Span(Duration.ofMillis(10)), now);
        for (int i = 0; i < 600; i++) {
            int step = random.nextInt(30);
            now += step == 0 ? 11 * bucketNanos : random.nextLong(step < 4 ? 4_000_000 : 900_000);
            if (random.nextInt(60) == 0) {
                samples.clear(now);
                all.clear();
                began = now;
            }
            long bucket = (now - began) / bucketNanos;
            if (!all.isEmpty() && bucket - all.getLast().bucket() >= 10) {
                // Nothing is left of what was, and the buckets begin anew with this one.
                all.clear();
                began = now;
                bucket = 0;
            }
            add(samples, random, bucket, now);

            long newest = bucket;
            LongPredicate within = each -> newest - each < 10;
            assertTells(samples, all.stream().filter(s -> within.test(s.bucket())).toList());
        }
    }

    private void add(Samples samples, SplittableRandom random, long bucket, long now) {
        var sample = new Sample(random.nextBoolean(), random.nextInt(3) == 0, bucket);
        all.add(sample);
        samples.add(sample.failed(), sample.slow(), now);
    }

    private static void assertTells(Samples samples, List<Sample> counted) {
        assertThat(List.of(samples.calls(), samples.failures(), samples.slow()))
                .as("calls, failures, slow")
                .containsExactly(
                        counted.size(),
                        count(counted, Sample::failed),
                        count(counted, Sample::slow));
    }

    private static int count(List<Sample> samples, Predicate<Sample> which) {
        return (int) samples.stream().filter(which).count();
    }
}
