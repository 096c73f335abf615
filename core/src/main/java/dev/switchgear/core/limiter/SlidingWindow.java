package dev.switchgear.core.limiter;

import java.util.Arrays;

/// What was taken from one limit, and when. Not thread-safe; time is handed in as nanoseconds since
/// the limiter began, never going back.
///
/// The limit's time is cut into [#SLOTS] slots. A stretch as long as the limit's time touches at
/// most one slot more than that, so as long as any `SLOTS + 1` neighbouring slots hold no more than
/// the amount, no stretch does, wherever it begins. The price of being exact with constant memory is
/// that under saturation `SLOTS / (SLOTS + 1)` of the amount is used: 98.5 %.
final class SlidingWindow {
    static final int SLOTS = 64;
    private static final int RING = SLOTS + 1;

    private final long amount;
    private final long slotNanos;
    private final long[] taken = new long[RING];
    private final long sinceNanos;
    private long slot;
    private int slotPlace;
    private long slotEndNanos;
    private long used;

    SlidingWindow(Limit limit) {
        this(limit, 0);
    }

    /// @param sinceNanos from when on it counts
    SlidingWindow(Limit limit, long sinceNanos) {
        amount = limit.amount();
        slotNanos = Math.ceilDiv(limit.per().toNanos(), SLOTS);
        slotEndNanos = slotNanos;
        this.sinceNanos = sinceNanos;
        turnTo(sinceNanos);
    }

    /// One of another amount, in which as much is taken.
    ///
    /// @param limit for the same time as that of `before`
    SlidingWindow(Limit limit, SlidingWindow before) {
        amount = limit.amount();
        slotNanos = before.slotNanos;
        sinceNanos = before.sinceNanos;
        System.arraycopy(before.taken, 0, taken, 0, RING);
        slot = before.slot;
        slotPlace = before.slotPlace;
        slotEndNanos = before.slotEndNanos;
        used = before.used;
    }

    long amount() {
        return amount;
    }

    /// More than the amount where an estimate proved too low.
    long used() {
        return used;
    }

    long remaining() {
        return Math.max(0, amount - used);
    }

    /// Forgets what is too old. To be called before anything else at a moment.
    void turnTo(long nowNanos) {
        if (nowNanos < slotEndNanos) {
            return;
        }
        long target = nowNanos / slotNanos;
        forgetBefore(target - SLOTS);
        slot = target;
        slotPlace = place(target);
        slotEndNanos = (target + 1) * slotNanos;
    }

    private void forgetBefore(long oldest) {
        if (oldest > slot) {
            Arrays.fill(taken, 0);
            used = 0;
            return;
        }
        for (long s = Math.max(0, slot - SLOTS); s < oldest; s++) {
            int place = place(s);
            used -= taken[place];
            taken[place] = 0;
        }
    }

    boolean fits(long need) {
        return used + need <= amount;
    }

    void take(long need) {
        taken[slotPlace] += need;
        used += need;
    }

    /// Gives back what was taken at an earlier moment, unless that moment is forgotten already or was
    /// before it began to count.
    void giveBack(long surplus, long takenAtNanos) {
        long then = takenAtNanos / slotNanos;
        if (slot - then >= RING || takenAtNanos < sinceNanos) {
            return;
        }
        int place = place(then);
        long back = Math.min(surplus, taken[place]);
        taken[place] -= back;
        used -= back;
    }

    /// Nanoseconds until `need` (at most the amount) fits if nothing more is taken.
    long waitNanos(long need, long nowNanos) {
        long excess = used + need - amount;
        if (excess <= 0) {
            return 0;
        }
        for (long s = slot - SLOTS; s <= slot; s++) {
            if (s < 0) {
                continue;
            }
            excess -= taken[place(s)];
            if (excess <= 0) {
                return (s + RING) * slotNanos - nowNanos;
            }
        }
        throw new IllegalStateException("the window holds less than it says: " + used);
    }

    /// Nanoseconds until everything taken is forgotten.
    long resetNanos(long nowNanos) {
        for (long s = slot; s >= Math.max(0, slot - SLOTS); s--) {
            if (taken[place(s)] > 0) {
                return (s + RING) * slotNanos - nowNanos;
            }
        }
        return 0;
    }

    private static int place(long slot) {
        return (int) (slot % RING);
    }
}
