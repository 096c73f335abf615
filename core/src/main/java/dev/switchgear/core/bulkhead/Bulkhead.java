package dev.switchgear.core.bulkhead;

import dev.switchgear.core.bulkhead.WaitingLine.Waiter;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;

/// Bounds how many calls run at once and how many wait. Thread-safe.
///
/// A place that becomes free is handed to a waiter under the lock, so nobody can overtake it, and
/// whoever stops waiting (time out, interrupt) settles under the same lock whether the place had
/// already become its own: no place is lost and none is given twice.
public final class Bulkhead {
    /// What [#enter] came to.
    public enum Entry {
        /// A place was given; [#leave] is owed.
        ENTERED,
        /// No place, and no room to wait.
        FULL,
        /// Waited as long as allowed.
        TIMED_OUT,
        /// Waited, and gave way to a call of higher rank.
        SHED
    }

    private volatile BulkheadSettings settings;
    private final IntSupplier adaptiveLimit;
    private final Time time;
    private final ReentrantLock lock = new ReentrantLock();

    // Written under the lock.
    private final WaitingLine line = new WaitingLine();
    private int running;

    /// Copies for [#wouldEnter], which each call asks of each candidate: of the calls that run, and of
    /// those that wait.
    private volatile int runningSeen;

    private volatile int waitingSeen;

    /// Whether one of those who wait would give way to the most urgent call.
    private volatile boolean yieldingSeen;

    /// @param adaptiveLimit asked under the lock, so it must be quick; values below 1 count as 1
    public Bulkhead(BulkheadSettings s, IntSupplier adaptiveLimit, Time time) {
        this.settings = s;
        this.adaptiveLimit = adaptiveLimit;
        this.time = time;
    }

    /// Takes a place, waiting for one if need be: no longer than the settings and the deadline allow.
    ///
    /// @throws InterruptedException when interrupted while waiting; no place is held then
    public Entry enter(Rank rank, Deadline deadline) throws InterruptedException {
        Waiter waiter;
        Duration patience;
        lock.lock();
        try {
            admit();
            if (line.size() == 0 && running < concurrent()) {
                running++;
                return Entry.ENTERED;
            }
            if (settings.queue() == 0 || settings.maxWait().isZero()) {
                return Entry.FULL;
            }
            patience = shorter(settings.maxWait(), deadline.remaining(time));
            if (!patience.isPositive()) {
                return Entry.TIMED_OUT;
            }
            if (line.size() >= settings.queue()) {
                Waiter yielding = line.givesWayTo(rank);
                if (yielding == null) {
                    return Entry.FULL;
                }
                dismiss(yielding, Entry.SHED);
            }
            waiter = new Waiter(rank);
            line.join(waiter);
        } finally {
            unlock();
        }
        return await(waiter, patience);
    }

    private Entry await(Waiter waiter, Duration patience) throws InterruptedException {
        Time.Timer timer = time.after(patience, () -> giveUp(waiter));
        try {
            waiter.wake.acquire();
        } catch (InterruptedException e) {
            withdraw(waiter);
            throw e;
        } finally {
            timer.cancel();
        }
        return verdict(waiter);
    }

    private Entry verdict(Waiter waiter) {
        lock.lock();
        try {
            Entry verdict = waiter.verdict;
            if (verdict == null) {
                throw new IllegalStateException("a waiter woke without a verdict");
            }
            return verdict;
        } finally {
            lock.unlock();
        }
    }

    private void giveUp(Waiter waiter) {
        lock.lock();
        try {
            if (waiter.verdict == null) {
                dismiss(waiter, Entry.TIMED_OUT);
            }
        } finally {
            unlock();
        }
    }

    private void withdraw(Waiter waiter) {
        lock.lock();
        try {
            if (waiter.verdict == null) {
                line.leave(waiter);
                waiter.verdict = Entry.TIMED_OUT;
            } else if (waiter.verdict == Entry.ENTERED) {
                running--;
                admit();
            }
        } finally {
            unlock();
        }
    }

    /// Whether [#enter] would find a place, room to wait, or somebody who gives way to a more urgent
    /// call; whether a call is so urgent, [#enter] says. Takes no lock.
    public boolean wouldEnter() {
        int waiting = waitingSeen;
        boolean free = waiting == 0 && runningSeen < concurrent();
        boolean room = waiting < settings.queue() && !settings.maxWait().isZero();
        return free || room || yieldingSeen;
    }

    private void unlock() {
        runningSeen = running;
        waitingSeen = line.size();
        yieldingSeen = line.givesWayTo(Rank.VITAL) != null;
        lock.unlock();
    }

    /// Gives the place back. Owed exactly once for every [Entry#ENTERED].
    public void leave() {
        lock.lock();
        try {
            if (running == 0) {
                throw new IllegalStateException("bulkhead: left more often than entered");
            }
            running--;
            admit();
        } finally {
            unlock();
        }
    }

    /// Hands free places to those whose turn it is. The limit may have grown since the last time, so
    /// there can be several.
    private void admit() {
        Waiter next = line.next();
        while (next != null && running < concurrent()) {
            running++;
            dismiss(next, Entry.ENTERED);
            next = line.next();
        }
    }

    private void dismiss(Waiter waiter, Entry verdict) {
        line.leave(waiter);
        waiter.verdict = verdict;
        waiter.wake.release();
    }

    /// Goes by `next` from now on. Whoever holds a place or waits for one keeps it; where there are fewer
    /// places now than calls that hold one, the next is free when enough of them have left.
    public void use(BulkheadSettings next) {
        lock.lock();
        try {
            settings = next;
            admit();
        } finally {
            unlock();
        }
    }

    /// Calls that hold a place.
    public int running() {
        lock.lock();
        try {
            return running;
        } finally {
            lock.unlock();
        }
    }

    /// Calls that wait for one.
    public int queued() {
        lock.lock();
        try {
            return line.size();
        } finally {
            lock.unlock();
        }
    }

    /// How many may run at once now.
    public int concurrent() {
        return Math.max(1, Math.min(settings.concurrent(), adaptiveLimit.getAsInt()));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
