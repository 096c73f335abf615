package dev.switchgear.core.limiter;

import dev.switchgear.core.call.Quota;
import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// Holds several limits at once: what is taken is taken from all of them or from none.
/// Thread-safe; taking and settling allocate nothing.
///
/// Units are reserved by estimate and settled by what the upstream reports. A use beyond the
/// estimate is charged at the moment it becomes known and may take a limit below nothing, which
/// later calls wait for.
public final class Limiter {
    /// What [#tryTake] answers when more is asked for than a limit can ever give.
    public static final long NEVER = Long.MIN_VALUE;

    private static final int REQUESTS = 0;
    private static final int UNITS = 1;
    private static final long FRESH_NANOS = 1_000_000;
    private static final Duration RESET_UNSAID = Duration.ofSeconds(1);
    private static final Duration RESET_MAX = Duration.ofHours(24);

    private final List<Limit> limits;
    private final Time time;
    private final long startNanos;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private final SlidingWindow[] windows;
    private final int[] measures;
    private final long[] wholes = {Long.MAX_VALUE, Long.MAX_VALUE};
    private final boolean[] told = new boolean[2];
    private final long[] toldLeft = new long[2];
    private final long[] toldUntilNanos = new long[2];

    /// True once any word of the upstream's own was heard; until then a limiter without limits need
    /// not look at anything.
    private volatile boolean everTold;

    private volatile double headroom = 1;
    private volatile long headroomAtNanos;

    /// @param limits any number; none means that only what an upstream says of itself limits
    public Limiter(List<Limit> limits, Time time) {
        this.limits = List.copyOf(limits);
        this.time = time;
        startNanos = time.nanos();
        windows = new SlidingWindow[limits.size()];
        measures = new int[limits.size()];
        for (int i = 0; i < windows.length; i++) {
            Limit limit = this.limits.get(i);
            windows[i] = new SlidingWindow(limit);
            measures[i] =
                    switch (limit.measure()) {
                        case REQUESTS -> REQUESTS;
                        case UNITS -> UNITS;
                    };
            wholes[measures[i]] = Math.min(wholes[measures[i]], limit.amount());
        }
    }

    /// Takes one request and `units` from every limit, or nothing from any.
    ///
    /// @param units an estimate; 0 or more
    /// @return a ticket (0 or more) to settle or refund; or, below 0, minus the nanoseconds until
    ///     asking again may help; or [#NEVER] where no wait helps, because `units` is more than a
    ///     whole limit
    public long tryTake(long units) {
        lock.lock();
        try {
            long now = turnToNow();
            long wait = waitNanos(units, now);
            if (wait == Long.MAX_VALUE) {
                return NEVER;
            }
            if (wait > 0) {
                return -wait;
            }
            for (int i = 0; i < windows.length; i++) {
                windows[i].take(measures[i] == REQUESTS ? 1 : units);
            }
            toldLeft[REQUESTS] -= 1;
            toldLeft[UNITS] -= units;
            return now;
        } finally {
            lock.unlock();
        }
    }

    /// How long [#tryTake] would have to wait: 0 for not at all, [Long#MAX_VALUE] where no wait
    /// helps. Takes nothing.
    public long waitNanos(long units) {
        if (windows.length == 0 && !everTold) {
            return 0;
        }
        lock.lock();
        try {
            long now = turnToNow();
            if (now - headroomAtNanos >= FRESH_NANOS) {
                headroom = headroomNow();
                headroomAtNanos = now;
            }
            return waitNanos(units, now);
        } finally {
            lock.unlock();
        }
    }

    private long waitNanos(long units, long now) {
        if (units < 0) {
            throw new IllegalArgumentException("units: " + units + " (expected: 0 or more)");
        }
        if (units > wholes[UNITS]) {
            return Long.MAX_VALUE;
        }
        long wait = Math.max(toldWaitNanos(REQUESTS, 1, now), toldWaitNanos(UNITS, units, now));
        for (int i = 0; i < windows.length; i++) {
            long need = measures[i] == REQUESTS ? 1 : units;
            if (!windows[i].fits(need)) {
                wait = Math.max(wait, windows[i].waitNanos(need, now));
            }
        }
        return wait;
    }

    private long toldWaitNanos(int measure, long need, long now) {
        return told[measure] && need > toldLeft[measure] ? toldUntilNanos[measure] - now : 0;
    }

    /// Corrects a reservation once the true use is known. Exactly one of this and [#refund] is
    /// called for a ticket.
    ///
    /// @param reservedUnits as given to [#tryTake]
    /// @param actualUnits what the upstream reported; -1 where it did not say: the reservation stands
    public void settle(long ticket, long reservedUnits, long actualUnits) {
        if (actualUnits < 0 || actualUnits == reservedUnits) {
            return;
        }
        lock.lock();
        try {
            turnToNow();
            for (int i = 0; i < windows.length; i++) {
                if (measures[i] != UNITS) {
                    continue;
                }
                if (actualUnits < reservedUnits) {
                    windows[i].giveBack(reservedUnits - actualUnits, ticket);
                } else {
                    windows[i].take(actualUnits - reservedUnits);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// Gives everything back: nothing was sent.
    public void refund(long ticket, long reservedUnits) {
        lock.lock();
        try {
            turnToNow();
            for (int i = 0; i < windows.length; i++) {
                windows[i].giveBack(measures[i] == REQUESTS ? 1 : reservedUnits, ticket);
            }
            toldLeft[REQUESTS] += 1;
            toldLeft[UNITS] += reservedUnits;
        } finally {
            lock.unlock();
        }
    }

    /// Hears what the upstream says is left. Where that is less than we think, no more is given
    /// until the upstream's own reset (1 s where it does not say, 24 h at most); its latest word
    /// counts. It never makes a limit wider.
    public void observe(Quota quota) {
        if (quota.requestsLeft() < 0 && quota.unitsLeft() < 0) {
            return;
        }
        lock.lock();
        try {
            long now = turnToNow();
            everTold = true;
            hear(REQUESTS, quota.requestsLeft(), quota.requestsReset(), now);
            hear(UNITS, quota.unitsLeft(), quota.unitsReset(), now);
        } finally {
            lock.unlock();
        }
    }

    private void hear(int measure, long left, Duration reset, long now) {
        if (left < 0) {
            return;
        }
        Duration until = reset.isPositive() ? reset : RESET_UNSAID;
        until = until.compareTo(RESET_MAX) > 0 ? RESET_MAX : until;
        told[measure] = left < remaining(measure);
        toldLeft[measure] = left;
        toldUntilNanos[measure] = now + until.toNanos();
    }

    private long remaining(int measure) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < windows.length; i++) {
            if (measures[i] == measure) {
                least = Math.min(least, windows[i].remaining());
            }
        }
        return least;
    }

    /// The free share of the tightest limit, 0 to 1; at most a millisecond old.
    public double headroom() {
        if (windows.length == 0 && !everTold) {
            return 1;
        }
        long now = time.nanos() - startNanos;
        if (now - headroomAtNanos >= FRESH_NANOS && lock.tryLock()) {
            try {
                turnToNow();
                headroom = headroomNow();
                headroomAtNanos = now;
            } finally {
                lock.unlock();
            }
        }
        return headroom;
    }

    /// As [#headroom], but as of the last [#waitNanos]: does not look at the clock, for who has just
    /// asked that.
    public double headroomThen() {
        return headroom;
    }

    private double headroomNow() {
        double least = 1;
        for (SlidingWindow window : windows) {
            least = Math.min(least, (double) window.remaining() / window.amount());
        }
        for (int measure = REQUESTS; measure <= UNITS; measure++) {
            if (told[measure]) {
                long whole = wholes[measure] == Long.MAX_VALUE ? 1 : wholes[measure];
                least = Math.min(least, Math.max(0.0, (double) toldLeft[measure]) / whole);
            }
        }
        return least;
    }

    /// One entry for each limit, in their order.
    public List<LimitStatus> status() {
        lock.lock();
        try {
            long now = turnToNow();
            var status = new ArrayList<LimitStatus>(windows.length);
            for (int i = 0; i < windows.length; i++) {
                long remaining = windows[i].remaining();
                long reset = windows[i].resetNanos(now);
                if (told[measures[i]] && toldLeft[measures[i]] < remaining) {
                    remaining = Math.max(0, toldLeft[measures[i]]);
                    reset = Math.max(reset, toldUntilNanos[measures[i]] - now);
                }
                status.add(new LimitStatus(limits.get(i), remaining, Duration.ofNanos(reset)));
            }
            return List.copyOf(status);
        } finally {
            lock.unlock();
        }
    }

    private long turnToNow() {
        long now = time.nanos() - startNanos;
        for (SlidingWindow window : windows) {
            window.turnTo(now);
        }
        for (int measure = REQUESTS; measure <= UNITS; measure++) {
            if (told[measure] && now - toldUntilNanos[measure] >= 0) {
                told[measure] = false;
            }
        }
        return now;
    }
}
