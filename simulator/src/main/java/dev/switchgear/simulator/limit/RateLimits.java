package dev.switchgear.simulator.limit;

import java.time.Duration;

/// What one key may use in each `window`; it flows back evenly over the window.
///
/// @param requests 1 or more
/// @param tokens prompt and allowed answer together; 1 or more
/// @param window more than 0 (default 1 min)
public record RateLimits(long requests, long tokens, Duration window) {
    /// So much that no test reaches it.
    public static final RateLimits GENEROUS =
            new RateLimits(10_000_000, 10_000_000_000L, Duration.ofMinutes(1));

    public RateLimits {
        if (requests < 1 || tokens < 1) {
            throw new IllegalArgumentException(
                    "limits: requests "
                            + requests
                            + ", tokens "
                            + tokens
                            + " (expected: 1 or more)");
        }
        if (!window.isPositive()) {
            throw new IllegalArgumentException(
                    "limits.window: " + window + " (expected: more than 0)");
        }
    }

    public static RateLimits perMinute(long requests, long tokens) {
        return new RateLimits(requests, tokens, Duration.ofMinutes(1));
    }
}
