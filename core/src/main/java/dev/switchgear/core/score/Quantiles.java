package dev.switchgear.core.score;

import java.util.Arrays;

/// The last hundred attempts, oldest dropped first, and what they show. Not thread-safe; allocates
/// nothing once built.
final class Quantiles {
    static final int SIZE = 100;

    /// Fewer attempts than this make no trend.
    private static final int TREND_MIN = 20;

    /// The newest fifth is compared with the rest.
    private static final int RECENT_SHARE = 5;

    /// Slower than before by this factor is noise; by the second, as bad as it gets.
    private static final double SLOWER_FROM = 1.5;

    private static final double SLOWER_TO = 4;

    private final long[] latency = new long[SIZE];
    private final boolean[] ok = new boolean[SIZE];

    /// The latencies of the successes in order, kept so from attempt to attempt: sorting anew would
    /// cost more, and the JDK's sort allocates.
    private final long[] sorted = new long[SIZE];

    private int successes;
    private int next;
    private int size;
    private int failures;

    void add(boolean succeeded, long latencyNanos) {
        if (size == SIZE) {
            forgetOldest();
        } else {
            size++;
        }
        if (succeeded) {
            insert(latencyNanos);
        } else {
            failures++;
        }
        ok[next] = succeeded;
        latency[next] = latencyNanos;
        next = next + 1 == SIZE ? 0 : next + 1;
    }

    private void forgetOldest() {
        if (ok[next]) {
            remove(latency[next]);
        } else {
            failures--;
        }
    }

    int size() {
        return size;
    }

    int failures() {
        return failures;
    }

    /// The nearest-rank quantile of the latencies of the successes; `none` where there are none.
    long quantile(double q, long none) {
        return successes == 0 ? none : sorted[Math.max(0, (int) Math.ceil(q * successes) - 1)];
    }

    private void insert(long value) {
        int place = place(value);
        System.arraycopy(sorted, place, sorted, place + 1, successes - place);
        sorted[place] = value;
        successes++;
    }

    private void remove(long value) {
        int place = place(value);
        successes--;
        System.arraycopy(sorted, place + 1, sorted, place, successes - place);
    }

    /// Where `value` stands or belongs.
    private int place(long value) {
        int found = Arrays.binarySearch(sorted, 0, successes, value);
        return found >= 0 ? found : -found - 1;
    }

    /// 0 for steady, towards 1 the faster errors and latencies of the newest fifth rise above those
    /// before.
    double trend() {
        if (size < TREND_MIN) {
            return 0;
        }
        int recent = size / RECENT_SHARE;
        int older = size - recent;
        int recentFailures = 0;
        double recentSum = 0;
        double olderSum = 0;
        for (int age = 0; age < size; age++) {
            int place = Math.floorMod(next - 1 - age, SIZE);
            if (age < recent) {
                recentFailures += ok[place] ? 0 : 1;
                recentSum += latency[place];
            } else {
                olderSum += latency[place];
            }
        }
        double moreErrors =
                (double) recentFailures / recent - (double) (failures - recentFailures) / older;
        double slower = (recentSum / recent) / Math.max(1, olderSum / older);
        double errors = Math.clamp(moreErrors, 0.0, 1.0);
        double slowness = Math.clamp((slower - SLOWER_FROM) / (SLOWER_TO - SLOWER_FROM), 0.0, 1.0);
        return 1 - (1 - errors) * (1 - slowness / 2);
    }
}
