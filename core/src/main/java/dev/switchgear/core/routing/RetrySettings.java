package dev.switchgear.core.routing;

import java.time.Duration;

/// How often a call may be tried.
///
/// @param attempts tries of one call that reach for an upstream, all together; 1 or more (default
///     3)
/// @param budget retries of an upstream as a share of its calls; 0 to 1 (default 0.1)
/// @param perSecondMin retries of an upstream a second that are free in any case; 0 to 10,000 (default
///     3)
/// @param base first back-off, drawn from 0 to this (default 100 ms)
/// @param cap longest back-off (default 10 s)
/// @param waits whether a call that finds all upstreams out waits up to `cap` for one to come back,
///     rather than being told at once (default no)
public record RetrySettings(
        int attempts,
        double budget,
        double perSecondMin,
        Duration base,
        Duration cap,
        boolean waits) {
    public static final RetrySettings DEFAULT =
            new RetrySettings(3, 0.1, 3, Duration.ofMillis(100), Duration.ofSeconds(10));

    /// Settings by which nobody waits for an upstream to come back.
    public RetrySettings(
            int attempts, double budget, double perSecondMin, Duration base, Duration cap) {
        this(attempts, budget, perSecondMin, base, cap, false);
    }

    public RetrySettings {
        if (attempts < 1) {
            throw new IllegalArgumentException(
                    "retry.attempts: " + attempts + " (expected: 1 or more)");
        }
        if (!(budget >= 0 && budget <= 1)) {
            throw new IllegalArgumentException("retry.budget: " + budget + " (expected: 0 to 1)");
        }
        if (!(perSecondMin >= 0 && perSecondMin <= 10_000)) {
            throw new IllegalArgumentException(
                    "retry.per-second-min: " + perSecondMin + " (expected: 0 to 10000)");
        }
        if (!base.isPositive() || cap.compareTo(base) < 0) {
            throw new IllegalArgumentException(
                    "retry.base: " + base + ", retry.cap: " + cap + " (expected: 0 < base <= cap)");
        }
    }

    /// The same for a route that waits for upstreams to come back, or does not.
    public RetrySettings waiting(boolean whether) {
        return new RetrySettings(attempts, budget, perSecondMin, base, cap, whether);
    }

    /// The same with another number of attempts.
    public RetrySettings trying(int other) {
        return new RetrySettings(other, budget, perSecondMin, base, cap, waits);
    }
}
