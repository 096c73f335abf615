package dev.switchgear.core.time;

import java.time.Duration;
import java.time.InstantSource;

/// Every way this program touches time; no other file calls the system clock.
///
/// Implementations are thread-safe.
public interface Time extends InstantSource {
    /// Nanoseconds from an arbitrary origin, for durations: only differences mean anything.
    long nanos();

    /// How long, up to `nowNanos`, this program's threads did not get their turn, all in all; only
    /// differences mean anything. What a wait took without that is what the other side took. Zero
    /// where nobody measures it.
    ///
    /// @param nowNanos what [#nanos] says now
    default long lateNanos(long nowNanos) {
        return 0;
    }

    /// How long everybody waits for a turn at present, where that is a queue and no mere pause, in
    /// nanoseconds. Zero where nobody measures it.
    default long lagNanos() {
        return 0;
    }

    /// Blocks the calling (virtual) thread for `pause`; zero or less returns at once.
    void sleep(Duration pause) throws InterruptedException;

    /// Runs `task` once, `delay` from now. The task must be short and must not block: it is for
    /// waking somebody up. A wait with a bound is an untimed wait plus such a task, because a timed
    /// park cannot run on simulated time.
    Timer after(Duration delay, Runnable task);

    /// A task that has not run yet.
    interface Timer {
        /// Prevents the task if it has not begun; calling it again, or later, does nothing.
        void cancel();
    }
}
