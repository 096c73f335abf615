package dev.switchgear.core.retry;

import dev.switchgear.core.time.Time;
import java.util.concurrent.locks.ReentrantLock;

/// Keeps retries from multiplying the load on an upstream that is in trouble anyway. Thread-safe,
/// allocates nothing.
///
/// Every call pays in `ratio`, every second `perSecondMin`, every retry takes out 1, and no more
/// than `burst` is saved up. So in any stretch of `t` seconds with `n` calls there are at most
/// `ratio * n + perSecondMin * t + burst` retries.
public final class RetryBudget {
    /// The settings we propose: 10 % of calls, 3 a second at least, 10 at once.
    public static final double RATIO = 0.1;

    public static final double PER_SECOND_MIN = 3;
    public static final double BURST = 10;

    /// Savings are whole billionths of a retry: ten tenths must make one.
    private static final long ONE = 1_000_000_000;

    private final long perCall;
    private final double perNano;
    private final long burst;
    private final Time time;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private long saved;
    private long paidUntilNanos;

    /// @param ratio retries per call; 0 to 1 (default 0.1)
    /// @param perSecondMin retries a second that are allowed with hardly any calls; 0 to 10,000
    ///     (default 3)
    /// @param burst what can be saved up; 1 to 10,000. It begins full (default 10)
    public RetryBudget(double ratio, double perSecondMin, double burst, Time time) {
        require(ratio >= 0 && ratio <= 1, "budget", ratio, "0 to 1");
        require(
                perSecondMin >= 0 && perSecondMin <= 10_000,
                "per-second-min",
                perSecondMin,
                "0 to 10000");
        require(burst >= 1 && burst <= 10_000, "burst", burst, "1 to 10000");
        this.perCall = Math.round(ratio * ONE);
        this.perNano = perSecondMin * ONE / 1e9;
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

    /// To be called once for each call, not for its retries.
    public void onCall() {
        lock.lock();
        try {
            saved = Math.min(burst, saved + perCall);
        } finally {
            lock.unlock();
        }
    }

    /// Whether one more retry is affordable; if so, it is paid for.
    public boolean tryRetry() {
        long now = time.nanos();
        lock.lock();
        try {
            if (now - paidUntilNanos > 0) {
                saved = Math.min(burst, saved + (long) ((now - paidUntilNanos) * perNano));
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
