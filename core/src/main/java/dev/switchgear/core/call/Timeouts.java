package dev.switchgear.core.call;

import java.time.Duration;

/// How long each phase of one attempt may take. The call's [Deadline] bounds them all.
///
/// @param connect name lookup, TCP and TLS (default 2 s)
/// @param head from the last byte sent to the response head (default 60 s)
/// @param firstPiece from the last byte sent to the first piece of a stream (default 60 s)
/// @param idle between two reads once the body has begun (default 30 s)
/// @param total the whole call, all attempts together (default 10 min)
public record Timeouts(
        Duration connect, Duration head, Duration firstPiece, Duration idle, Duration total) {
    /// What suits LLM calls.
    public static final Timeouts DEFAULT =
            new Timeouts(
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(10));

    public Timeouts {
        require(connect, "connect");
        require(head, "head");
        require(firstPiece, "first-piece");
        require(idle, "idle");
        require(total, "total");
    }

    private static void require(Duration value, String name) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(
                    "timeouts." + name + ": " + value + " (expected: more than 0)");
        }
    }
}
