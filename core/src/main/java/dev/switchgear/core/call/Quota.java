package dev.switchgear.core.call;

import java.time.Duration;

/// What an upstream says is left of its limits, read from the headers of an answer.
///
/// @param requestsLeft requests left in the current window; -1 where not said
/// @param requestsReset until the window of requests is full again; zero where not said
/// @param tokensLeft tokens left in the current window; -1 where not said
/// @param tokensReset until the window of tokens is full again; zero where not said
public record Quota(
        long requestsLeft, Duration requestsReset, long tokensLeft, Duration tokensReset) {
    /// Nothing was said.
    public static final Quota UNKNOWN = new Quota(-1, Duration.ZERO, -1, Duration.ZERO);
}
