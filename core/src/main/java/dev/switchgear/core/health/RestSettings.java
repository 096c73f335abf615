package dev.switchgear.core.health;

import java.time.Duration;

/// How long a key, account or subject rests when the provider names no time of its own, and how much of
/// what it names is believed.
///
/// @param rateLimited after a 429 without Retry-After (default 5 s)
/// @param rateLimitedMost a longer wait that a 429 or an overloaded provider asks for counts as this:
///     such limits come and go, and who believes one header keeps away for a day (default 10 min)
/// @param keyRejected after a key was turned away (default 5 min)
/// @param accountExhausted after the account's money or quota was used up (default 15 min)
/// @param subjectUnknown after a subject was not known (default 10 min)
/// @param most no answer keeps anything away for longer, whatever it says; 1 day at most (default 1 h)
public record RestSettings(
        Duration rateLimited,
        Duration rateLimitedMost,
        Duration keyRejected,
        Duration accountExhausted,
        Duration subjectUnknown,
        Duration most) {
    public static final RestSettings DEFAULT =
            new RestSettings(
                    Duration.ofSeconds(5),
                    Duration.ofMinutes(10),
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(15),
                    Duration.ofMinutes(10),
                    Duration.ofHours(1));

    public RestSettings {
        require(rateLimited, "rate-limited");
        require(rateLimitedMost, "rate-limited-most");
        require(keyRejected, "key-rejected");
        require(accountExhausted, "account-exhausted");
        require(subjectUnknown, "subject-unknown");
        require(most, "most");
    }

    /// The same with other bounds.
    ///
    /// @param limited on what a rate limit, or an overloaded provider, may ask for
    /// @param all on every rest
    public RestSettings atMost(Duration limited, Duration all) {
        return new RestSettings(
                rateLimited, limited, keyRejected, accountExhausted, subjectUnknown, all);
    }

    private static void require(Duration value, String name) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(
                    "rest." + name + ": " + value + " (expected: more than 0)");
        }
    }
}
