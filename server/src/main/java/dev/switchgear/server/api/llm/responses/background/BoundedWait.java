package dev.switchgear.server.api.llm.responses.background;

import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/// Waits until something holds, or a time is over. Thread-safe.
final class BoundedWait {
    private final ReentrantLock lock;
    private final Condition changed;
    private final Time time;

    /// @param changed signalled whenever that may have come to hold
    BoundedWait(ReentrantLock lock, Condition changed, Time time) {
        this.lock = lock;
        this.changed = changed;
        this.time = time;
    }

    /// Under the lock.
    ///
    /// @param most zero or less for not at all
    void until(BooleanSupplier holds, Duration most) throws InterruptedException {
        boolean[] late = {!most.isPositive()};
        Time.Timer timer = time.after(most, () -> late(late));
        try {
            while (!holds.getAsBoolean() && !late[0]) {
                changed.await();
            }
        } finally {
            timer.cancel();
        }
    }

    private void late(boolean[] late) {
        lock.lock();
        try {
            late[0] = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
