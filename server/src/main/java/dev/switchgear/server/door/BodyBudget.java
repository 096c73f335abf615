package dev.switchgear.server.door;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The memory that the bodies of all requests under way may take together. Thread-safe.
///
/// It is reserved as a body grows, because what a client merely promises takes none, and given back
/// when the exchange is over. What does not fit waits for what others give back, the oldest request
/// first. A part is kept for small bodies, so that none of them waits behind large ones.
///
/// Large bodies that wait hold what has come of them, and could wait for each other for ever. So those
/// that wait may hold half of the budget at most: beyond that the youngest of those that hold much is
/// refused at once, and the other half stays with requests that get on.
public final class BodyBudget {
    /// Bodies up to this size are small, in bytes.
    public static final int SMALL = 64 * 1024;

    /// How long one may wait for memory.
    public static final Duration PATIENCE = Duration.ofSeconds(2);

    /// A large body of which nothing comes for so long gives way while others wait.
    public static final Duration STANDSTILL = Duration.ofSeconds(1);

    /// A whole body and the copy in which it goes on to a provider.
    public static final int COPIES = 2;

    /// One part in so many is kept for small bodies.
    static final int KEPT_FOR_SMALL = 8;

    /// So many may wait.
    static final int WAITING_MOST = 1000;

    /// Whether there is memory.
    public enum Room {
        /// It is reserved.
        GRANTED,
        /// Not now; the share's [Waiting] hears how it ends.
        LATER,
        /// Never: it is more than all that there is for a body of that size.
        NEVER
    }

    /// Hears how a wait has ended, once, on whichever thread ended it.
    public interface Waiting {
        void granted();

        void refused();
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition served = lock.newCondition();
    private final long bytes;
    private final TreeMap<Long, Share> waiting = new TreeMap<>();
    private long taken;
    private long heldByWaiting;
    private long shares;

    /// Whether anybody waits: written under the lock, read without.
    private volatile boolean crowded;

    /// @param bytes all that there is; 1 MiB or more
    public BodyBudget(long bytes) {
        if (bytes < 1024 * 1024) {
            throw new IllegalArgumentException(
                    "memory for bodies: " + bytes + " bytes (expected: 1 MiB or more)");
        }
        this.bytes = bytes;
    }

    /// What one request holds; nothing yet.
    public Share share() {
        return new Share();
    }

    /// Bytes that are reserved now.
    public long taken() {
        lock.lock();
        try {
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /// Whether somebody waits for memory now.
    public boolean crowded() {
        return crowded;
    }

    private long most(boolean small) {
        return small ? bytes : bytes - bytes / KEPT_FOR_SMALL;
    }

    private boolean fits(long more, boolean small) {
        return taken + more <= most(small);
    }

    /// Grants what fits now, the oldest first: a large one that does not fit holds back those behind
    /// it, but no small one.
    private void serve(List<Runnable> told) {
        boolean held = false;
        for (Iterator<Share> all = waiting.values().iterator(); all.hasNext(); ) {
            Share share = all.next();
            if (held && !share.small) {
                continue;
            }
            if (fits(share.asked, share.small)) {
                all.remove();
                heldByWaiting -= share.held;
                crowded = !waiting.isEmpty();
                share.granted(told);
            } else if (!share.small) {
                held = true;
            }
        }
    }

    /// Refuses one after the other until those who wait hold no more than they may: the youngest of
    /// those that hold as much as most do, since to send away who holds little helps nobody.
    private void relieve(List<Runnable> told) {
        while (!waiting.isEmpty() && (heldByWaiting > bytes / 2 || waiting.size() > WAITING_MOST)) {
            long usual = heldByWaiting / waiting.size();
            Share youngest = waiting.lastEntry().getValue();
            for (Share share : waiting.descendingMap().values()) {
                if (share.held >= usual) {
                    youngest = share;
                    break;
                }
            }
            youngest.refused(told);
            serve(told);
        }
    }

    private enum Wait {
        NONE,
        PENDING,
        GRANTED,
        REFUSED
    }

    /// What one request holds of the budget.
    public final class Share {
        private static final Waiting NOBODY =
                new Waiting() {
                    @Override
                    public void granted() {}

                    @Override
                    public void refused() {}
                };

        // Guarded by the budget's lock.
        private long number = -1;
        private long held;
        private long asked;
        private boolean small;
        private boolean over;
        private Wait wait = Wait.NONE;
        private Waiting waiter = NOBODY;

        private Share() {}

        /// Reserves more, now or later.
        ///
        /// @param ofSmall whether it is for a body that is small
        /// @param then hears how it ends where it has to wait
        public Room take(long more, boolean ofSmall, Waiting then) {
            List<Runnable> told = List.of();
            Room room;
            lock.lock();
            try {
                room = now(more, ofSmall);
                if (room == Room.LATER) {
                    asked = more;
                    small = ofSmall;
                    waiter = then;
                    wait = Wait.PENDING;
                    waiting.put(number, this);
                    heldByWaiting += held;
                    crowded = true;
                    told = new ArrayList<>();
                    relieve(told);
                }
            } finally {
                lock.unlock();
            }
            told.forEach(Runnable::run);
            return room;
        }

        private Room now(long more, boolean ofSmall) {
            if (over || held + more > most(ofSmall)) {
                return Room.NEVER;
            }
            if (number < 0) {
                number = shares++;
            }
            boolean turn = ofSmall || waiting.isEmpty() || number < waiting.firstKey();
            if (!turn || !fits(more, ofSmall)) {
                return Room.LATER;
            }
            held += more;
            taken += more;
            return Room.GRANTED;
        }

        /// Reserves more, and blocks for it as long as one may wait.
        ///
        /// @return later where there was none in that time; then nothing is reserved
        public Room await(long more, boolean ofSmall) throws InterruptedException {
            Room room = take(more, ofSmall, NOBODY);
            if (room != Room.LATER) {
                return room;
            }
            lock.lockInterruptibly();
            try {
                long left = PATIENCE.toNanos();
                while (wait == Wait.PENDING && left > 0) {
                    left = served.awaitNanos(left);
                }
                return wait == Wait.GRANTED ? Room.GRANTED : Room.LATER;
            } finally {
                leave();
                lock.unlock();
            }
        }

        /// Ends a wait, and gives everything back. Calling it again does nothing.
        public void giveBack() {
            List<Runnable> told = List.of();
            lock.lock();
            try {
                leave();
                over = true;
                if (held > 0) {
                    taken -= held;
                    held = 0;
                    if (!waiting.isEmpty()) {
                        told = new ArrayList<>();
                        serve(told);
                    }
                }
            } finally {
                lock.unlock();
            }
            told.forEach(Runnable::run);
        }

        private void granted(List<Runnable> told) {
            held += asked;
            taken += asked;
            wait = Wait.GRANTED;
            served.signalAll();
            told.add(waiter::granted);
        }

        private void refused(List<Runnable> told) {
            leave();
            taken -= held;
            held = 0;
            over = true;
            wait = Wait.REFUSED;
            served.signalAll();
            told.add(waiter::refused);
        }

        private void leave() {
            if (number >= 0 && waiting.remove(number, this)) {
                heldByWaiting -= held;
                crowded = !waiting.isEmpty();
                wait = Wait.NONE;
            }
        }
    }
}
