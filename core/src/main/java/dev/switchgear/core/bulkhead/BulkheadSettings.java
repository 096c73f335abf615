package dev.switchgear.core.bulkhead;

import java.time.Duration;

/// How many calls an upstream carries at once, and how many more may wait.
///
/// @param concurrent 1 to 1,000,000 (default 100)
/// @param queue calls that may wait; 0 to 1,000,000 (default 100)
/// @param maxWait longest wait; 0 to 1 h (default 5 s)
public record BulkheadSettings(int concurrent, int queue, Duration maxWait) {
    public static final BulkheadSettings DEFAULT =
            new BulkheadSettings(100, 100, Duration.ofSeconds(5));

    private static final int MAX = 1_000_000;

    public BulkheadSettings {
        if (concurrent < 1 || concurrent > MAX) {
            throw new IllegalArgumentException(
                    "bulkhead.concurrent: " + concurrent + " (expected: 1 to " + MAX + ")");
        }
        if (queue < 0 || queue > MAX) {
            throw new IllegalArgumentException(
                    "bulkhead.queue: " + queue + " (expected: 0 to " + MAX + ")");
        }
        if (maxWait.isNegative() || maxWait.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException(
                    "bulkhead.max-wait: " + maxWait + " (expected: 0 to 1 h)");
        }
    }
}
