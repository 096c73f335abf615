package dev.switchgear.core.simulation;

import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.time.Instant;

/// The gateway's view of the clock, which knows how many of the gateway's timers are pending. Used
/// on one carrier, so a plain number will do.
final class CountedTime implements Time {
    private final Time time;
    private int pending;

    CountedTime(Time time) {
        this.time = time;
    }

    int pending() {
        return pending;
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
        return time.lateNanos(nowNanos);
    }

    @Override
    public long lagNanos() {
        return time.lagNanos();
    }

    @Override
    public void sleep(Duration pause) throws InterruptedException {
        time.sleep(pause);
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        var counted = new Counted();
        pending++;
        Timer timer =
                time.after(
                        delay,
                        () -> {
                            counted.over();
                            task.run();
                        });
        return () -> {
            counted.over();
            timer.cancel();
        };
    }

    private final class Counted {
        private boolean over;

        private void over() {
            if (!over) {
                over = true;
                pending--;
            }
        }
    }
}
