package dev.switchgear.core.breaker;

import java.util.Arrays;

/// The attempts inside a breaker's window, as running totals. Not thread-safe.
sealed interface Samples {
    void add(boolean failed, boolean slow, long nowNanos);

    void clear(long nowNanos);

    int calls();

    int failures();

    int slow();

    static Samples of(Window window, long nowNanos) {
        return switch (window) {
            case Window.Count(int calls) -> new Last(calls);
            case Window.Span span -> new Recent(span.length().toNanos(), nowNanos);
        };
    }

    /// The last so many attempts: a ring of one byte each.
    final class Last implements Samples {
        private static final int FAILED = 1;
        private static final int SLOW = 2;

        private final byte[] ring;
        private int next;
        private int calls;
        private int failures;
        private int slow;

        Last(int size) {
            ring = new byte[size];
        }

        @Override
        public void add(boolean failed, boolean slowly, long nowNanos) {
            if (calls == ring.length) {
                int oldest = ring[next];
                failures -= oldest & FAILED;
                slow -= (oldest & SLOW) >> 1;
            } else {
                calls++;
            }
            failures += failed ? 1 : 0;
            slow += slowly ? 1 : 0;
            ring[next] = (byte) ((failed ? FAILED : 0) | (slowly ? SLOW : 0));
            next = next + 1 == ring.length ? 0 : next + 1;
        }

        @Override
        public void clear(long nowNanos) {
            next = 0;
            calls = 0;
            failures = 0;
            slow = 0;
        }

        @Override
        public int calls() {
            return calls;
        }

        @Override
        public int failures() {
            return failures;
        }

        @Override
        public int slow() {
            return slow;
        }
    }

    /// The attempts of the last while: a ring of ten buckets, the newest still filling. What is
    /// looked back on is therefore nine to ten tenths of the window.
    final class Recent implements Samples {
        private static final int BUCKETS = 10;

        private final long bucketNanos;
        private final int[] calls = new int[BUCKETS];
        private final int[] failures = new int[BUCKETS];
        private final int[] slow = new int[BUCKETS];
        private int callsSum;
        private int failuresSum;
        private int slowSum;
        private int current;
        private long currentStartNanos;

        Recent(long lengthNanos, long nowNanos) {
            bucketNanos = lengthNanos / BUCKETS;
            currentStartNanos = nowNanos;
        }

        @Override
        public void add(boolean failed, boolean slowly, long nowNanos) {
            turnTo(nowNanos);
            calls[current]++;
            callsSum++;
            if (failed) {
                failures[current]++;
                failuresSum++;
            }
            if (slowly) {
                slow[current]++;
                slowSum++;
            }
        }

        private void turnTo(long nowNanos) {
            long passed = (nowNanos - currentStartNanos) / bucketNanos;
            if (passed >= BUCKETS) {
                clear(nowNanos);
                return;
            }
            for (long i = 0; i < passed; i++) {
                current = current + 1 == BUCKETS ? 0 : current + 1;
                currentStartNanos += bucketNanos;
                callsSum -= calls[current];
                failuresSum -= failures[current];
                slowSum -= slow[current];
                calls[current] = 0;
                failures[current] = 0;
                slow[current] = 0;
            }
        }

        @Override
        public void clear(long nowNanos) {
            Arrays.fill(calls, 0);
            Arrays.fill(failures, 0);
            Arrays.fill(slow, 0);
            callsSum = 0;
            failuresSum = 0;
            slowSum = 0;
            currentStartNanos = nowNanos;
        }

        @Override
        public int calls() {
            return callsSum;
        }

        @Override
        public int failures() {
            return failuresSum;
        }

        @Override
        public int slow() {
            return slowSum;
        }
    }
}
