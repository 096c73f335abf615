package dev.switchgear.server.api.llm.responses.background;

import dev.switchgear.core.share.Shares;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import dev.switchgear.server.door.BodyBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongConsumer;

/// All responses that nobody waits for, of all clients: those that are under way, and what is still kept
/// of those that are over. Thread-safe.
///
/// How many may be under way is bounded, in all and for each client; so is the memory of all their
/// events. Where that is full, the client whose events take the most gives way: first what is over, the
/// oldest first; then the longest that runs lets go of its beginning. So nobody pushes out what is another
/// client's.
public final class BackgroundRuns {
    /// How much may go on.
    ///
    /// @param running how many at once, of all clients together; 0 for none
    /// @param runningPerClient how many at once of one client
    /// @param time how long one may take, all attempts together
    /// @param keep how long the events of one that is over are kept
    public record Bounds(int running, int runningPerClient, Duration time, Duration keep) {}

    private record Name(String client, String id) {}

    /// What one client has, in the order in which it began, or ended.
    private static final class Own {
        final LinkedHashMap<String, Entry> running = new LinkedHashMap<>();
        final LinkedHashMap<String, Entry> over = new LinkedHashMap<>();

        boolean none() {
            return running.isEmpty() && over.isEmpty();
        }
    }

    private static final class Entry {
        final BackgroundRun run;
        boolean removed;

        Entry(BackgroundRun run) {
            this.run = run;
        }
    }

    /// Works on a response until it is over.
    @FunctionalInterface
    public interface Work {
        void on(BackgroundRun run, BodyBudget.Share memory);
    }

    private final Threads threads;
    private final Time time;

    /// For the bodies of those under way, and what is made of them.
    private final BodyBudget bodies;

    private final long eventBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition calmer = lock.newCondition();

    // Guarded by the lock.
    private final Map<String, Own> owners = new HashMap<>();
    private final Shares heldOf = new Shares();
    private int running;
    private long held;
    private boolean closed;

    /// @param bytes half for the bodies of those under way, half for the events of all
    public BackgroundRuns(long bytes, Threads threads, Time time) {
        this.threads = threads;
        this.time = time;
        this.bodies = new BodyBudget(Math.max(bytes / 2, 1024 * 1024));
        this.eventBytes = bytes / 2;
    }

    /// What becomes of a wish for one more.
    public sealed interface Begun {
        record Running(BackgroundRun run) implements Begun {}

        /// There are too many.
        ///
        /// @param ofClient whether of this client alone
        record TooMany(boolean ofClient, int most) implements Begun {}

        /// There is no memory for its body.
        record Full() implements Begun {}

        record Closing() implements Begun {}
    }

    /// Has `work` begin on a thread of its own, which no client can end but by cancelling.
    ///
    /// @param bodyBytes of what is asked
    /// @param made makes the run, given who hears of its growth
    public Begun begin(
            String client,
            long bodyBytes,
            Bounds bounds,
            Function<LongConsumer, BackgroundRun> made,
            Work work) {
        BodyBudget.Share memory = bodies.share();
        boolean small = bodyBytes <= BodyBudget.SMALL;
        try {
            if (memory.await(bodyBytes * BodyBudget.COPIES, small) != BodyBudget.Room.GRANTED) {
                memory.giveBack();
                return new Begun.Full();
            }
        } catch (InterruptedException gone) {
            memory.giveBack();
            Thread.currentThread().interrupt();
            return new Begun.Closing();
        }
        Entry entry;
        Name name;
        lock.lock();
        try {
            int own = own(client).running.size();
            Optional<Begun> refused =
                    closed
                            ? Optional.of(new Begun.Closing())
                            : running >= bounds.running()
                                    ? Optional.of(new Begun.TooMany(false, bounds.running()))
                                    : own >= bounds.runningPerClient()
                                            ? Optional.of(
                                                    new Begun.TooMany(
                                                            true, bounds.runningPerClient()))
                                            : Optional.empty();
            if (refused.isPresent()) {
                memory.giveBack();
                return refused.get();
            }
            entry = new Entry(made.apply(by -> grown(client, by)));
            name = new Name(client, entry.run.id());
            owners.computeIfAbsent(client, _ -> new Own()).running.put(name.id(), entry);
            running++;
        } finally {
            lock.unlock();
        }
        threads.start(() -> carry(name, entry, memory, bounds.keep(), work));
        return new Begun.Running(entry.run);
    }

    private void carry(Name name, Entry entry, BodyBudget.Share memory, Duration keep, Work work) {
        try {
            work.on(entry.run, memory);
        } finally {
            memory.giveBack();
            lock.lock();
            try {
                running--;
                Own own = own(name.client());
                own.running.remove(name.id());
                if (entry.removed) {
                    letGo(name.client(), entry, 0);
                } else {
                    own.over.put(name.id(), entry);
                }
                bound();
                leave(name.client());
                calmer.signalAll();
            } finally {
                lock.unlock();
            }
            time.after(keep, () -> forget(name, entry));
        }
    }

    /// The one of that name, if this client began it and it is still known.
    public Optional<BackgroundRun> find(String client, String id) {
        lock.lock();
        try {
            Own own = own(client);
            return Optional.ofNullable(own.running.getOrDefault(id, own.over.get(id)))
                    .filter(found -> !found.removed)
                    .map(found -> found.run);
        } finally {
            lock.unlock();
        }
    }

    /// Forgets one that is over, and stops one that is not.
    public void remove(String client, String id) {
        find(client, id).ifPresent(BackgroundRun::cancel);
        lock.lock();
        try {
            Entry going = own(client).running.get(id);
            if (going != null) {
                going.removed = true;
            }
            Entry entry = own(client).over.remove(id);
            if (entry != null) {
                letGo(client, entry, 0);
                leave(client);
            }
        } finally {
            lock.unlock();
        }
    }

    private void forget(Name name, Entry entry) {
        lock.lock();
        try {
            if (own(name.client()).over.remove(name.id(), entry)) {
                letGo(name.client(), entry, 0);
                leave(name.client());
            }
        } finally {
            lock.unlock();
        }
    }

    private void grown(String client, long by) {
        lock.lock();
        try {
            hold(client, by);
            bound();
        } finally {
            lock.unlock();
        }
    }

    private void hold(String client, long by) {
        held += by;
        heldOf.add(client, by);
    }

    /// What a client has; to be looked at, where it has nothing.
    private Own own(String client) {
        return owners.getOrDefault(client, new Own());
    }

    private void leave(String client) {
        if (own(client).none()) {
            owners.remove(client);
        }
    }

    /// @param left bytes of its events that may stay
    private long letGo(String client, Entry entry, long left) {
        long gone = entry.run.events().forget(left);
        hold(client, -gone);
        return gone;
    }

    private void bound() {
        while (held > eventBytes) {
            Optional<String> client = heldOf.most();
            if (client.isEmpty() || (!forgotOldest(client.get()) && !shortened(client.get()))) {
                // What it has just been told is not known to be its own yet.
                return;
            }
        }
    }

    private boolean forgotOldest(String client) {
        Map.Entry<String, Entry> oldest = own(client).over.pollFirstEntry();
        if (oldest == null) {
            return false;
        }
        letGo(client, oldest.getValue(), 0);
        leave(client);
        return true;
    }

    private boolean shortened(String client) {
        Optional<Entry> longest =
                own(client).running.values().stream()
                        .max(Comparator.comparingLong(entry -> entry.run.events().bytes()));
        return longest.isPresent()
                && letGo(
                                client,
                                longest.get(),
                                Math.max(
                                        0,
                                        longest.get().run.events().bytes() - (held - eventBytes)))
                        > 0;
    }

    /// How many are under way.
    public int size() {
        lock.lock();
        try {
            return running;
        } finally {
            lock.unlock();
        }
    }

    /// Of how many clients anything is known.
    int clients() {
        lock.lock();
        try {
            return owners.size();
        } finally {
            lock.unlock();
        }
    }

    /// What the events of all take, in bytes: of those under way and of those that are over.
    public long held() {
        lock.lock();
        try {
            return held;
        } finally {
            lock.unlock();
        }
    }

    /// Those under way end as failed; none begins any more. Does not wait.
    public void close() {
        List<BackgroundRun> all = new ArrayList<>();
        lock.lock();
        try {
            closed = true;
            for (Own own : owners.values()) {
                own.running.values().forEach(entry -> all.add(entry.run));
            }
        } finally {
            lock.unlock();
        }
        all.forEach(BackgroundRun::close);
    }

    /// Waits until none is under way.
    ///
    /// @return false where some still were after `within`
    public boolean drain(Duration within) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            new BoundedWait(lock, calmer, time).until(() -> running == 0, within);
            return running == 0;
        } finally {
            lock.unlock();
        }
    }
}
