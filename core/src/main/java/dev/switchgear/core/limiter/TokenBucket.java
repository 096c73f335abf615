package dev.switchgear.core.limiter;

import dev.switchgear.core.time.Time;
import java.util.concurrent.atomic.AtomicLong;

/// Smooths: gives `perSecond` on average and `burst` at once. In any stretch of `t` seconds it gives
/// at most `burst + t * perSecond`. Thread-safe, lock-free, allocates nothing.
///
/// Kept as one number, the moment at which the bucket will be full again (the "theoretical arrival
/// time" of the generic cell rate algorithm, ITU-T I.371).
public final class TokenBucket {
    private static final double NANOS = 1e9;

    private final double nanosEach;
    private final long burstNanos;
    private final Time time;
    private final long startNanos;
    private final AtomicLong fullAtNanos = new AtomicLong();

    /// @param perSecond above 0, up to 10^9
    /// @param burst what a full bucket holds; 1 or more, and at most a year's worth. It begins full.
    public TokenBucket(double perSecond, double burst, Time time) {
        if (!(perSecond > 0 && perSecond <= NANOS)) {
            throw new IllegalArgumentException(
                    "bucket.per-second: " + perSecond + " (expected: above 0, up to 10^9)");
        }
        nanosEach = NANOS / perSecond;
        if (!(burst >= 1 && burst * nanosEach <= 365 * 86_400 * NANOS)) {
            throw new IllegalArgumentException(
                    "bucket.burst: " + burst + " (expected: 1 or more, at most a year's worth)");
        }
        burstNanos = (long) (burst * nanosEach);
        this.time = time;
        startNanos = time.nanos();
    }

    /// @param amount 0 or more
    /// @return 0 when taken; below 0, minus the nanoseconds until asking again may help;
    ///     [Limiter#NEVER] when `amount` is more than the bucket holds
    public long tryTake(long amount) {
        if (amount < 0) {
            throw new IllegalArgumentException("amount: " + amount + " (expected: 0 or more)");
        }
        double exactCost = Math.ceil(amount * nanosEach);
        if (exactCost > burstNanos + 1.0) {
            return Limiter.NEVER;
        }
        long cost = Math.min((long) exactCost, burstNanos);
        while (true) {
            long now = time.nanos() - startNanos;
            long fullAt = fullAtNanos.get();
            long next = Math.max(fullAt, now) + cost;
            if (next - now > burstNanos) {
                return now + burstNanos - next;
            }
            if (fullAtNanos.compareAndSet(fullAt, next)) {
                return 0;
            }
        }
    }

    /// Gives back what was taken and not used; beyond full it has no effect.
    public void refund(long amount) {
        fullAtNanos.addAndGet(-Math.min((long) (amount * nanosEach), burstNanos));
    }
}
