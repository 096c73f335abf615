package dev.switchgear.server.api.llm.responses.background;

import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The events of one response that nobody waits for, in their order, for readers who come at any time.
/// Readers hold nothing but their place, however slow they are; what is kept is sealed. Thread-safe.
public final class BackgroundEvents {
    /// How many events a reader is given at once.
    private static final int AT_ONCE = 64;

    private static final byte[] NOTHING = new byte[0];

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final RunSeal seal;
    private final ArrayList<byte[]> events = new ArrayList<>();

    /// The number of the event that stands first in the list.
    private int base;

    /// The number of the first event that is still kept; those before it in the list are empty.
    private int first;

    private long bytes;
    private boolean ended;

    BackgroundEvents(RunSeal seal) {
        this.seal = seal;
    }

    /// What a reader is given.
    public sealed interface Next {
        /// @param last whether nothing follows
        record Some(List<byte[]> events, boolean last) implements Next {
            public Some {
                events = List.copyOf(events);
            }
        }

        /// Nothing came within the time that one may be silent.
        record Silence() implements Next {}

        /// The event was let go of.
        ///
        /// @param from the first that is left
        record Forgotten(int from) implements Next {}
    }

    /// The number that the next event gets.
    int next() {
        lock.lock();
        try {
            return behind();
        } finally {
            lock.unlock();
        }
    }

    /// @return how many bytes it takes
    int add(byte[] event) {
        lock.lock();
        try {
            if (ended) {
                throw new IllegalStateException("an event behind the last one");
            }
            byte[] sealed = seal.seal(behind(), event);
            events.add(sealed);
            bytes += sealed.length;
            more.signalAll();
            return sealed.length;
        } finally {
            lock.unlock();
        }
    }

    /// There will be no more.
    void end() {
        lock.lock();
        try {
            ended = true;
            more.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// What they take.
    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    /// Lets go of the oldest until no more than so many bytes are left.
    ///
    /// @return what was let go of, in bytes
    long forget(long left) {
        lock.lock();
        try {
            long before = bytes;
            while (bytes > left && first < behind()) {
                bytes -= events.set(first - base, NOTHING).length;
                first++;
            }
            // Moved seldom: each event once or twice in its life.
            if (first - base > events.size() / 2) {
                events.subList(0, first - base).clear();
                base = first;
            }
            // Who waits for one of those must hear of it.
            more.signalAll();
            return before - bytes;
        } finally {
            lock.unlock();
        }
    }

    /// The events from `number` on. Blocks while there are none, but no longer than `silence`.
    ///
    /// @param silence zero for as long as it takes
    public Next from(int number, Duration silence, Time time) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (silence.isPositive()) {
                if (!known(number)) {
                    new BoundedWait(lock, more, time).until(() -> known(number), silence);
                }
            } else {
                while (!known(number)) {
                    more.await();
                }
            }
            if (number < first) {
                return new Next.Forgotten(first);
            }
            if (!known(number)) {
                return new Next.Silence();
            }
            int to = (int) Math.min(behind(), (long) number + AT_ONCE);
            boolean last = ended && to == behind();
            var some = new ArrayList<byte[]>();
            for (int i = number; i < to; i++) {
                some.add(seal.open(i, events.get(i - base)));
            }
            return new Next.Some(some, last);
        } finally {
            lock.unlock();
        }
    }

    private int behind() {
        return base + events.size();
    }

    /// Whether it is known what event has that number, or that none has.
    private boolean known(int number) {
        return number < behind() || ended;
    }
}
