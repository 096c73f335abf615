package dev.switchgear.core.routing;

import java.time.Duration;

/// When a second attempt is made beside a slow first one. Only for calls that may be repeated.
///
/// @param after how long the first attempt may be silent; zero means the upstream's own 95th
///     percentile, once there are 20 samples
/// @param budget hedges as a share of the route's calls; above 0, up to 1 (default 0.02)
public record HedgeSettings(Duration after, double budget) {
    public HedgeSettings {
        if (after.isNegative()) {
            throw new IllegalArgumentException("hedge.after: " + after + " (expected: 0 or more)");
        }
        if (!(budget > 0 && budget <= 1)) {
            throw new IllegalArgumentException(
                    "hedge.budget: " + budget + " (expected: above 0, up to 1)");
        }
    }
}
