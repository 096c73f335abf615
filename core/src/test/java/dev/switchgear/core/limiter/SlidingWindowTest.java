package dev.switchgear.core.limiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.limiter.Limit.Measure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The running totals of a window tell what a list of everything taken would.
class SlidingWindowTest {
    private static final long SLOT = Duration.ofMillis(1).toNanos();
    private static final Limit LIMIT =
            new Limit(Measure.UNITS, 100, Duration.ofMillis(SlidingWindow.SLOTS));

    private static final class Taken {
        private final long atNanos;
        private long units;

        Taken(long atNanos, long units) {
            this.atNanos = atNanos;
            this.units = units;
        }

        long slot() {
            return atNanos / SLOT;
        }
    }

    private final List<Taken> all = new ArrayList<>();
    private long now;

    static LongStream seeds() {
        return LongStream.range(0, 12);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void it_tells_what_a_list_of_everything_taken_would(long seed) {
        var random = new SplittableRandom(seed);
        now = random.nextBoolean() ? 0 : random.nextLong(500 * SLOT);
        long since = now;
        var window = new SlidingWindow(LIMIT, since);
        for (int i = 0; i < 500; i++) {
            now += step(random);
            window.turnTo(now);
            all.removeIf(t -> t.slot() < now / SLOT - 3 * SlidingWindow.SLOTS);
            switch (random.nextInt(4)) {
                case 0 -> giveBack(window, random, since);
                case 1 -> window = new SlidingWindow(LIMIT, window);
                default -> take(window, random.nextInt(12));
            }
            assertTells(window, random.nextInt(1, 101));
        }
    }

    private static long step(SplittableRandom random) {
        return switch (random.nextInt(12)) {
            case 0 -> random.nextLong(70 * SLOT);
            case 1 -> SLOT;
            case 2 -> 64 * SLOT;
            case 3 -> 65 * SLOT;
            default -> random.nextLong(2 * SLOT);
        };
    }

    private void take(SlidingWindow window, long units) {
        window.take(units);
        all.add(new Taken(now, units));
    }

    /// Of the slot something was taken in, as much as it still holds.
    private void giveBack(SlidingWindow window, SplittableRandom random, long since) {
        if (random.nextInt(5) == 0) {
            window.giveBack(5, since - 1);
            return;
        }
        if (all.isEmpty()) {
            return;
        }
        Taken one = all.get(Math.max(0, all.size() - 1 - random.nextInt(80)));
        long back = random.nextInt(15);
        window.giveBack(back, one.atNanos);
        if (!counts(one)) {
            return;
        }
        for (Taken each : all) {
            if (each.slot() == one.slot()) {
                long less = Math.min(back, each.units);
                each.units -= less;
                back -= less;
            }
        }
    }

    private boolean counts(Taken taken) {
        return now / SLOT - taken.slot() <= SlidingWindow.SLOTS;
    }

    private void assertTells(SlidingWindow window, long need) {
        long used = used(now);
        assertThat(window.used()).isEqualTo(used);
        assertThat(window.remaining()).isEqualTo(Math.max(0, 100 - used));
        assertThat(window.fits(need)).isEqualTo(used + need <= 100);
        assertThat(window.waitNanos(need, now)).isEqualTo(untilAtMost(100 - need));
        assertThat(window.resetNanos(now)).isEqualTo(untilAtMost(0));
    }

    private long used(long atNanos) {
        long oldest = atNanos / SLOT - SlidingWindow.SLOTS;
        return all.stream().filter(t -> t.slot() >= oldest).mapToLong(t -> t.units).sum();
    }

    /// How long until no more than so much is counted, if nothing more is taken.
    private long untilAtMost(long most) {
        long wait = 0;
        while (used(now + wait) > most) {
            wait = ((now + wait) / SLOT + 1) * SLOT - now;
        }
        return wait;
    }
}
