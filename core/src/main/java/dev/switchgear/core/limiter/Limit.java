package dev.switchgear.core.limiter;

import java.time.Duration;

/// At most `amount` in any stretch of time as long as `per`, wherever it begins.
///
/// @param amount 1 to 10^15
/// @param per 1 ms to 31 days
public record Limit(Measure measure, long amount, Duration per) {
    /// What is counted.
    public enum Measure {
        REQUESTS,
        UNITS
    }

    private static final long AMOUNT_MAX = 1_000_000_000_000_000L;

    public Limit {
        if (amount < 1 || amount > AMOUNT_MAX) {
            throw new IllegalArgumentException(
                    "limits.amount: " + amount + " (expected: 1 to 10^15)");
        }
        if (per.compareTo(Duration.ofMillis(1)) < 0 || per.compareTo(Duration.ofDays(31)) > 0) {
            throw new IllegalArgumentException("limits.per: " + per + " (expected: 1 ms to 31 d)");
        }
    }
}
