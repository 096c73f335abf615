package dev.switchgear.wire.http;

import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Ends waits that last too long, for all connections of a connector.
///
/// A socket timeout costs a timer for every read of every stream. Here a read costs two writes to
/// one field: the thread notes when its wait becomes overdue, and takes the note back when bytes
/// have come. One timer, set to the earliest note seen, sweeps the notes; waits are nearly always
/// taken back long before, so sweeps are rare, and with nobody waiting there is none. Thread-safe.
///
/// A sweep that finds a wait overdue asks its holder whether that was the other side's doing: a program
/// that did not get its turn meanwhile may have the answer in hand and not know it.
final class Watchdog {
    /// Whose waits are watched.
    interface Held {
        /// From when on the wait is overdue in truth, as it looks now: later than it was armed for
        /// where this program was late. Called by the sweep; must not block.
        long overdueFrom(long armedNanos, long nowNanos);

        /// The wait is overdue: it must end. Called by the sweep; must be short and must not block.
        void end();
    }

    /// A watched connection's note. The holder's thread arms and disarms, the sweep fires.
    final class Watch extends AtomicLong {
        private static final long serialVersionUID = 1L;
        private static final long DISARMED = Long.MAX_VALUE;
        private static final long FIRED = Long.MAX_VALUE - 1;

        @SuppressWarnings("serial") // never serialised: AtomicLong is extended to save an object
        private final Held holder;

        private Watch(Held holder) {
            super(DISARMED);
            this.holder = holder;
        }

        /// From `atNanos` on the wait is overdue.
        void arm(long atNanos) {
            set(atNanos);
            expect(atNanos);
        }

        /// Ends the wait. False if it was overdue, and the connection has been closed for it.
        boolean disarm() {
            return getAndSet(DISARMED) != FIRED;
        }

        /// No longer watched.
        void release() {
            watches.remove(this);
        }

        /// Ends an overdue wait, or puts it off.
        ///
        /// @return how long it may still last; 0 if it is over
        private long judge(long seen, long nowNanos) {
            long from = holder.overdueFrom(seen, nowNanos);
            if (from - nowNanos > 0) {
                return compareAndSet(seen, from) ? from - nowNanos : 0;
            }
            if (compareAndSet(seen, FIRED)) {
                holder.end();
            }
            return 0;
        }
    }

    private static final long PAUSE_NANOS = Duration.ofMillis(5).toNanos();
    private static final long NONE = Long.MAX_VALUE;

    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
    private final Time time;

    private volatile long nextSweepNanos = NONE;
    private Time.@Nullable Timer timer;

    Watchdog(Time time) {
        this.time = time;
    }

    Watch watch(Held holder) {
        var watch = new Watch(holder);
        watches.add(watch);
        return watch;
    }

    /// A note was armed before this reads the plan, and a sweep drops the plan before it reads the
    /// notes: so either the sweep sees the note, or this sees that there is no plan.
    private void expect(long atNanos) {
        long planned = nextSweepNanos;
        if (planned == NONE || atNanos - planned < 0) {
            plan(atNanos);
        }
    }

    private synchronized void plan(long atNanos) {
        long planned = nextSweepNanos;
        if (planned != NONE && atNanos - planned >= 0) {
            return;
        }
        if (timer != null) {
            timer.cancel();
        }
        nextSweepNanos = atNanos;
        timer = time.after(Duration.ofNanos(Math.max(0, atNanos - time.nanos())), this::sweep);
    }

    private void sweep() {
        nextSweepNanos = NONE;
        long now = time.nanos();
        long wait = NONE;
        for (Watch watch : watches) {
            long due = watch.get();
            if (due == Watch.DISARMED || due == Watch.FIRED) {
                continue;
            }
            long left = due - now <= 0 ? watch.judge(due, now) : due - now;
            if (left > 0) {
                wait = Math.min(wait, left);
            }
        }
        if (wait != NONE) {
            // Deadlines may lie close together: a pause between sweeps bounds what they cost.
            plan(now + Math.max(wait, PAUSE_NANOS));
        }
    }

    /// How many connections are open.
    int size() {
        return watches.size();
    }

    /// Closes every connection: the connector is closing.
    void closeAll() {
        for (Watch watch : watches) {
            watch.holder.end();
        }
    }
}
