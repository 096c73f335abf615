package dev.switchgear.core.bulkhead;

import java.util.concurrent.locks.ReentrantLock;

/// Finds out how many calls an upstream carries at once before it slows down. Thread-safe.
///
/// The idea is Gradient2 of Netflix's concurrency-limits (github.com/Netflix/concurrency-limits,
/// `Gradient2Limit`, Apache-2.0; own code): compare the latency of now with that of the long run. As
/// long as they are alike the limit grows by a little headroom; when calls take longer than usual it
/// shrinks in proportion. Three things differ. Single LLM calls vary by a factor of a hundred in
/// length, so "now" is the mean of a batch, not one sample. A dropped call (overload, time-out)
/// shrinks the limit by a tenth at the end of its batch, whatever the latencies. And the latency of
/// the long run rises only by what is seen while the limit is little used: every 200 batches it is
/// halved for six, to look. Otherwise the slowness that our own growing causes would by and by become
/// usual, and the limit would creep up to its bound.
public final class AdaptiveLimit {
    private static final int BATCH = 10;

    /// Calls the limit may let queue inside the upstream before that shows in the latency.
    private static final double HEADROOM = 4;

    /// Slower than usual by less than this factor does not shrink the limit.
    private static final double TOLERANCE = 1.5;

    private static final double SMOOTHING = 0.2;

    /// The long run: 60 batches, so 600 calls as in the original.
    private static final double LONG_RUN = 2.0 / (60 + 1);

    private static final int LOOK_EVERY = 200;
    private static final int LOOK_BATCHES = 6;

    private static final int WARM_UP_BATCHES = 6;
    private static final double AFTER_DROP = 0.9;

    private final int min;
    private final int max;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private double estimate;
    private double usualNanos;
    private int batches;
    private int untilLook = LOOK_EVERY;
    private int lookBatch;
    private double lookSumNanos;
    private int inBatch;
    private double batchSumNanos;
    private int batchRunningMax;
    private boolean batchDropped;

    private volatile int limit;

    public AdaptiveLimit(AdaptiveSettings s) {
        this.min = s.min();
        this.max = s.max();
        this.estimate = s.start();
        this.limit = s.start();
    }

    /// How many may run at once.
    public int limit() {
        return limit;
    }

    /// Learns from a finished call.
    ///
    /// @param running how many ran when it was settled, itself included
    /// @param dropped whether the upstream had no room for it or did not answer in time
    public void observe(long latencyNanos, int running, boolean dropped) {
        lock.lock();
        try {
            inBatch++;
            batchSumNanos += Math.max(1, latencyNanos);
            batchRunningMax = Math.max(batchRunningMax, running);
            batchDropped |= dropped;
            if (inBatch == BATCH) {
                learn(batchSumNanos / BATCH);
                inBatch = 0;
                batchSumNanos = 0;
                batchRunningMax = 0;
                batchDropped = false;
            }
        } finally {
            lock.unlock();
        }
    }

    private void learn(double nowNanos) {
        if (batchDropped) {
            // How long a dropped call took says nothing about what is usual.
            adopt(estimate * AFTER_DROP);
            return;
        }
        if (lookBatch > 0) {
            look(nowNanos);
            return;
        }
        boolean hardlyUsed = batchRunningMax < estimate / 2;
        batches++;
        if (batches <= WARM_UP_BATCHES) {
            usualNanos += (nowNanos - usualNanos) / batches;
        } else if (hardlyUsed || nowNanos < usualNanos) {
            usualNanos += (nowNanos - usualNanos) * LONG_RUN;
        }
        if (hardlyUsed) {
            // The limit was not what held calls back, so their latency says nothing about it.
            return;
        }
        double gradient = Math.clamp(TOLERANCE * usualNanos / nowNanos, 0.5, 1.0);
        double wanted = estimate * gradient + HEADROOM;
        adopt(estimate * (1 - SMOOTHING) + wanted * SMOOTHING);
        untilLook--;
        if (untilLook == 0) {
            untilLook = LOOK_EVERY;
            lookBatch = 1;
            limit = (int) Math.max(min, estimate / 2);
        }
    }

    /// One batch while the limit is halved. The first still holds calls from before.
    private void look(double nowNanos) {
        if (lookBatch > 1) {
            lookSumNanos += nowNanos;
        }
        lookBatch++;
        if (lookBatch > LOOK_BATCHES) {
            usualNanos = (usualNanos + lookSumNanos / (LOOK_BATCHES - 1)) / 2;
            lookBatch = 0;
            lookSumNanos = 0;
            limit = (int) estimate;
        }
    }

    private void adopt(double wanted) {
        estimate = Math.clamp(wanted, min, max);
        limit = (int) (lookBatch > 0 ? Math.max(min, estimate / 2) : estimate);
    }
}
