package dev.switchgear.core.retry;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/// How long to wait before a retry: at random between nothing and a bound that doubles ("full
/// jitter", which spreads load best: aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter,
/// 2015). Thread-safe.
public final class RetryPause {
    private final long baseNanos;
    private final long capNanos;
    private final RandomGenerator random;
    private final ReentrantLock lock = new ReentrantLock();

    /// @param base bound of the first pause; 1 ms or more (default 100 ms)
    /// @param cap bound of every pause; `base` or more, up to 1 h (default 10 s)
    /// @param random used under this object's own lock only
    public RetryPause(Duration base, Duration cap, RandomGenerator random) {
        if (base.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("retry.base: " + base + " (expected: 1 ms or more)");
        }
        if (cap.compareTo(base) < 0 || cap.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException(
                    "retry.cap: " + cap + " (expected: base (" + base + ") to 1 h)");
        }
        this.baseNanos = base.toNanos();
        this.capNanos = cap.toNanos();
        this.random = random;
    }

    /// @param retry counts retries from 1
    /// @param retryAfter what the upstream asked for: the pause begins there and the jitter comes on
    ///     top, so that those who were told the same do not return together; zero where it did not
    ///     ask
    public Duration pause(int retry, Duration retryAfter) {
        if (retry < 1) {
            throw new IllegalArgumentException("retry: " + retry + " (expected: 1 or more)");
        }
        // Thirty doublings of a millisecond pass every cap, and shift nothing out.
        double bound =
                Math.min(
                        Math.scalb((double) baseNanos, Math.min(retry - 1, 30)), (double) capNanos);
        Duration jitter = Duration.ofNanos((long) (nextDouble() * bound));
        return retryAfter.isPositive() ? retryAfter.plus(jitter) : jitter;
    }

    private double nextDouble() {
        lock.lock();
        try {
            return random.nextDouble();
        } finally {
            lock.unlock();
        }
    }
}
