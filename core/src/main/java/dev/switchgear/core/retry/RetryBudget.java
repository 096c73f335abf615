package dev.switchgear.core.retry;

import dev.switchgear.core.time.Time;
import java.util.concurrent.locks.ReentrantLock;

/// Keeps retries from multiplying the load on an upstream that is in trouble anyway; each upstream has
/// one, whichever routes lead there. Thread-safe, allocates nothing.
///
/// Every call that comes to the upstream pays in a share of a retry, every second some more, every retry
/// takes out 1, and no more than `burst` is saved up. So in any stretch of `t` seconds with `n` calls
/// there are at most `ratio * n + perSecondMin * t + burst` retries.
public final class RetryBudget {
    /// What can be saved up, where nothing else is said.
    public static final double BURST = 10;

    /// Savings are whole billionths of a retry: ten tenths must make one.
    private static final long ONE = 1_000_000_000;

    private final long burst;
    private final Time time;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private long saved;
    private long paidUntilNanos;

    /// @param burst what can be saved up; 1 to 10,000. It begins full (default 10)
    public RetryBudget(double burst, Time time) {
        require(burst >= 1 && burst <= 10_000, "burst", burst, "1 to 10000");
        this.burst = (long) (burst * ONE);
        this.time = time;
        this.saved = this.burst;
        this.paidUntilNanos = time.nanos();
    }

    private static void require(boolean holds, String name, double value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "retry." + name + ": " + value + " (expected: " + expected + ")");
        }
    }

    /// To be called once for each call that comes to the upstream, not for its retries.
    ///
    /// @param ratio retries that a call pays for; 0 to 1
    public void onCall(double ratio) {
        require(ratio >= 0 && ratio <= 1, "budget", ratio, "0 to 1");
        lock.lock();
        try {
            saved = Math.min(burst, saved + Math.round(ratio * ONE));
        } finally {
            lock.unlock();
        }
    }

    /// Whether one more retry is affordable; if so, it is paid for.
    ///
    /// @param perSecondMin retries a second that are allowed with hardly any calls; 0 to 10,000
    public boolean tryRetry(double perSecondMin) {
        require(
                perSecondMin >= 0 && perSecondMin <= 10_000,
                "per-second-min",
                perSecondMin,
                "0 to 10000");
        long now = time.nanos();
        lock.lock();
        try {
            if (now - paidUntilNanos > 0) {
                saved =
                        Math.min(
                                burst,
                                saved + (long) ((now - paidUntilNanos) * perSecondMin * ONE / 1e9));
                paidUntilNanos = now;
            }
            if (saved < ONE) {
                return false;
            }
            saved -= ONE;
            return true;
        } finally {
            lock.unlock();
        }
    }
}
