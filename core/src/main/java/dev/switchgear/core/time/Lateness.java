package dev.switchgear.core.time;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// How late this program itself is: how long its threads wait for their turn at the processor.
///
/// A pulse goes through everything that a call must pass, every 50 ms: the timers' thread, and from
/// there a fresh virtual thread, which waits its turn behind all others. Event loops beat pulses of
/// their own. A beat that comes later than it was due tells how long everybody waited; one that is
/// overdue tells it already before it comes. What is counted is time in which *somebody* waited, once,
/// however many pulses were late together.
///
/// Thread-safe. Asking costs one volatile read, so it is done on the path of each call.
public final class Lateness implements AutoCloseable {
    /// How often each pulse beats.
    public static final Duration PULSE = Duration.ofMillis(50);

    /// Timers and schedulers are never on time to the millisecond; less than this is no lateness.
    private static final long TOLERANCE_NANOS = Duration.ofMillis(10).toNanos();

    /// Over which stretch the least lag is the standing one.
    private static final long STANDING_NANOS = Duration.ofSeconds(1).toNanos();

    /// Beats that a standing lag shows in at least: one pause alone (a collector's, a machine put to
    /// sleep) makes one late beat, and is over when it is noticed.
    private static final int STANDING_BEATS = 3;

    private static final int BEATS_KEPT = 32;

    /// What has been seen, in one piece.
    ///
    /// @param lateNanos counted so far
    /// @param countedToNanos the moment up to which it is counted
    /// @param dueNanos when the earliest of the next beats is due
    /// @param beating whether there is a pulse at all
    private record Seen(long lateNanos, long countedToNanos, long dueNanos, boolean beating) {
        /// How long the earliest beat is overdue, as far as that is not counted yet.
        long overdue(long nowNanos) {
            if (!beating || nowNanos - dueNanos <= TOLERANCE_NANOS) {
                return 0;
            }
            return Math.max(
                    0, nowNanos - (dueNanos - countedToNanos > 0 ? dueNanos : countedToNanos));
        }
    }

    /// Something that must get its turn again and again. Its own thread calls [#beat].
    public final class Pulse {
        private final long[] lags = new long[BEATS_KEPT];
        private final long[] moments = new long[BEATS_KEPT];
        private int beats;
        private long dueNanos;
        private long standingNanos;
        private boolean ended;

        private Pulse(long dueNanos) {
            this.dueNanos = dueNanos;
        }

        /// It got its turn; the next is due in [#PULSE].
        public void beat() {
            lock.lock();
            try {
                if (ended) {
                    return;
                }
                long now = time.nanos();
                long lag = now - dueNanos > TOLERANCE_NANOS ? now - dueNanos : 0;
                lags[beats % BEATS_KEPT] = lag;
                moments[beats % BEATS_KEPT] = now;
                beats++;
                standingNanos = standing(now);
                lagNanos = longestStanding();
                Seen before = seen;
                long counted = before.lateNanos() + before.overdue(now);
                dueNanos = now + PULSE.toNanos();
                seen = new Seen(counted, now, earliestDue(), true);
            } finally {
                lock.unlock();
            }
        }

        /// The least lag of the last second's beats, of three at least: what a pause leaves behind
        /// goes, and what stays is a queue (the idea of CoDel: Nichols and Jacobson, "Controlling
        /// Queue Delay", 2012).
        private long standing(long now) {
            if (beats < STANDING_BEATS) {
                return 0;
            }
            long least = Long.MAX_VALUE;
            for (int back = 1; back <= Math.min(beats, BEATS_KEPT); back++) {
                int at = (beats - back) % BEATS_KEPT;
                if (back > STANDING_BEATS && now - moments[at] > STANDING_NANOS) {
                    break;
                }
                least = Math.min(least, lags[at]);
            }
            return least;
        }

        /// No longer measured.
        public void end() {
            lock.lock();
            try {
                ended = true;
                pulses.remove(this);
                lagNanos = longestStanding();
                seen =
                        new Seen(
                                seen.lateNanos(),
                                seen.countedToNanos(),
                                earliestDue(),
                                !pulses.isEmpty());
            } finally {
                lock.unlock();
            }
        }
    }

    private final Time time;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Pulse> pulses = new ArrayList<>();
    private volatile Seen seen = new Seen(0, 0, 0, false);
    private volatile long lagNanos;
    private volatile boolean closed;
    private volatile Time.@Nullable Timer timer;

    /// Measures nothing until a pulse beats: see [#start] and [#pulse].
    ///
    /// @param time the clock itself, not one that asks this
    public Lateness(Time time) {
        this.time = time;
    }

    /// Measures how late timers and new threads are, until it is closed.
    ///
    /// @param eachBeat runs after every beat, on a thread of its own; must be short
    public Lateness start(Threads threads, Runnable eachBeat) {
        beatOn(pulse(), threads, eachBeat);
        return this;
    }

    private void beatOn(Pulse pulse, Threads threads, Runnable eachBeat) {
        if (closed) {
            pulse.end();
            return;
        }
        timer =
                time.after(
                        PULSE,
                        () ->
                                threads.start(() -> {
                                    pulse.beat();
                                    eachBeat.run();
                                    beatOn(pulse, threads, eachBeat);
                                }));
    }

    /// Something more that is measured: its first beat is due in [#PULSE].
    public Pulse pulse() {
        lock.lock();
        try {
            long now = time.nanos();
            var pulse = new Pulse(now + PULSE.toNanos());
            pulses.add(pulse);
            Seen before = seen;
            seen = new Seen(before.lateNanos() + before.overdue(now), now, earliestDue(), true);
            return pulse;
        } finally {
            lock.unlock();
        }
    }

    private long longestStanding() {
        long most = 0;
        for (Pulse pulse : pulses) {
            most = Math.max(most, pulse.standingNanos);
        }
        return most;
    }

    private long earliestDue() {
        long earliest = seen.dueNanos();
        boolean first = true;
        for (Pulse pulse : pulses) {
            if (first || pulse.dueNanos - earliest < 0) {
                earliest = pulse.dueNanos;
                first = false;
            }
        }
        return earliest;
    }

    /// How long this program was late up to `nowNanos`, all in all: only differences mean anything.
    public long lateNanos(long nowNanos) {
        Seen now = seen;
        return now.lateNanos() + now.overdue(nowNanos);
    }

    /// How long everybody waits now, and has waited for a second at least, in nanoseconds; zero where it
    /// was but a pause. This is the queue before the processor.
    public long lagNanos() {
        return lagNanos;
    }

    @Override
    public void close() {
        closed = true;
        Time.Timer pending = timer;
        if (pending != null) {
            pending.cancel();
        }
    }
}
