package dev.switchgear.core.time;

import java.time.Duration;
import java.time.Instant;

/// A clock that knows how late this program is. Thread-safe.
public final class WatchedTime implements Time, AutoCloseable {
    private final Time time;
    private final Lateness lateness;

    /// Measures nothing before [#start].
    public WatchedTime(Time time) {
        this.time = time;
        this.lateness = new Lateness(time);
    }

    /// Begins to measure with `threads`, until it is closed.
    public WatchedTime start(Threads threads) {
        return start(threads, () -> {});
    }

    /// @param eachBeat runs every [Lateness#PULSE], as late as everything is; must be short
    public WatchedTime start(Threads threads, Runnable eachBeat) {
        lateness.start(threads, eachBeat);
        return this;
    }

    public Lateness lateness() {
        return lateness;
    }

    @Override
    public Instant instant() {
        return time.instant();
    }

    @Override
    public long nanos() {
        return time.nanos();
    }

    @Override
    public long lateNanos(long nowNanos) {
        return lateness.lateNanos(nowNanos);
    }

    @Override
    public long lagNanos() {
        return lateness.lagNanos();
    }

    @Override
    public void sleep(Duration pause) throws InterruptedException {
        time.sleep(pause);
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        return time.after(delay, task);
    }

    @Override
    public void close() {
        lateness.close();
    }
}
