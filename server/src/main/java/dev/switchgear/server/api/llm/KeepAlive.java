package dev.switchgear.server.api.llm;

import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import java.time.Duration;

/// Signs of life for clients of streams that hear nothing. Thread-safe.
///
/// @param after silence after which a client gets one; zero for never
/// @param threads on which they are sent: a client that reads slowly may hold one up
public record KeepAlive(Duration after, Threads threads, Time time) {
    boolean on() {
        return !after.isZero();
    }

    /// Runs `look` once, `wait` from now.
    void in(Duration wait, Runnable look) {
        time.after(wait, () -> threads.start(look));
    }
}
