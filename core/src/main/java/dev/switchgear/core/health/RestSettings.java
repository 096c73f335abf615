package dev.switchgear.core.health;

import java.time.Duration;

/// How long a key, account or subject rests when the provider names no time of its own.
///
/// @param rateLimited after a 429 without Retry-After (default 5 s)
/// @param keyRejected after a 401 or 403 (default 5 min)
/// @param accountExhausted after a 402 or a used-up quota (default 15 min)
/// @param subjectUnknown after a 404 for a subject (default 10 min)
/// @param most a longer Retry-After counts as this (default 24 h)
public record RestSettings(
        Duration rateLimited,
        Duration keyRejected,
        Duration accountExhausted,
        Duration subjectUnknown,
        Duration most) {
    public static final RestSettings DEFAULT =
            new RestSettings(
                    Duration.ofSeconds(5),
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(15),
                    Duration.ofMinutes(10),
                    Duration.ofHours(24));

    public RestSettings {
        require(rateLimited, "rate-limited");
        require(keyRejected, "key-rejected");
        require(accountExhausted, "account-exhausted");
        require(subjectUnknown, "subject-unknown");
        require(most, "most");
    }

    private static void require(Duration value, String name) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(
                    "rest." + name + ": " + value + " (expected: more than 0)");
        }
    }
}
