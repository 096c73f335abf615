package dev.switchgear.core.linear;

import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/// A clock that moves only when told to, in one step that nobody sees half done; what is to happen
/// later happens at once.
final class StandingTime implements Time {
    private final AtomicLong nanos = new AtomicLong();

    @Override
    public long nanos() {
        return nanos.get();
    }

    @Override
    public Instant instant() {
        return Instant.EPOCH.plusNanos(nanos.get());
    }

    @Override
    public void sleep(Duration pause) {
        nanos.addAndGet(pause.toNanos());
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        task.run();
        return () -> {};
    }
}
