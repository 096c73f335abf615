package dev.switchgear.core.call;

import java.time.Duration;

/// What an upstream says is left of its limits, read from the headers of an answer. A unit is what
/// the family counts beside requests: tokens, request weight.
///
/// @param requestsLeft requests left in the current window; -1 where not said
/// @param requestsReset until the window of requests is full again; zero where not said
/// @param unitsLeft units left in the current window; -1 where not said
/// @param unitsReset until the window of units is full again; zero where not said
public record Quota(
        long requestsLeft, Duration requestsReset, long unitsLeft, Duration unitsReset) {
    /// Nothing was said.
    public static final Quota UNKNOWN = new Quota(-1, Duration.ZERO, -1, Duration.ZERO);
}
