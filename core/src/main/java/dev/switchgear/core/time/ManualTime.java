package dev.switchgear.core.time;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/// A clock that moves only when told to: for tests and replays. Thread-safe.
///
/// [#sleep] moves the clock itself, so straight-line code under test runs through its pauses
/// without waiting.
public final class ManualTime implements Time {
    private record Due(long atNanos, long order, Runnable task) {}

    private final PriorityQueue<Due> timers =
            new PriorityQueue<>(
                    Comparator.comparingLong(Due::atNanos).thenComparingLong(Due::order));
    private final Instant start;
    private long nanos;
    private long order;

    public ManualTime() {
        this(Instant.parse("2026-01-01T00:00:00Z"));
    }

    public ManualTime(Instant start) {
        this.start = start;
    }

    @Override
    public synchronized Instant instant() {
        return start.plusNanos(nanos);
    }

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    @Override
    public void sleep(Duration pause) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        advance(pause);
    }

    @Override
    public synchronized Timer after(Duration delay, Runnable task) {
        var due = new Due(nanos + Math.max(0, delay.toNanos()), order++, task);
        timers.add(due);
        return () -> cancel(due);
    }

    /// Moves the clock forward by `step`, running what falls due on the way, in order.
    public void advance(Duration step) {
        long target;
        synchronized (this) {
            target = nanos + Math.max(0, step.toNanos());
        }
        for (Due due = next(target); due != null; due = next(target)) {
            due.task().run();
        }
        synchronized (this) {
            nanos = Math.max(nanos, target);
        }
    }

    private synchronized @org.jspecify.annotations.Nullable Due next(long target) {
        Due due = timers.peek();
        if (due == null || due.atNanos() > target) {
            return null;
        }
        timers.remove(due);
        nanos = Math.max(nanos, due.atNanos());
        return due;
    }

    /// How many tasks have not run yet, so that a test can wait until somebody waits.
    public synchronized int pending() {
        return timers.size();
    }

    private synchronized void cancel(Due due) {
        timers.remove(due);
    }
}
