package dev.switchgear.core.patience;

import java.time.Duration;

/// What is waited for.
public enum Phase {
    /// The beginning: the head of an answer in one piece, the first piece of a stream.
    BEGIN(Duration.ofSeconds(15)),
    /// The next bytes of an answer that has begun.
    PAUSE(Duration.ofSeconds(30));

    private final Duration least;

    Phase(Duration least) {
        this.least = least;
    }

    /// However quick an upstream has been, this long is waited.
    Duration least() {
        return least;
    }
}
