package dev.switchgear.server.api.llm.responses.kept;

import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/// What clients of Responses left with us, and who is at it now. It survives every new configuration.
/// Thread-safe.
public final class KeptResponses {
    private final MemoryArchive archive;
    private final RandomGenerator random;
    private final Time time;

    /// Conversations with which a request is going on.
    private final Set<Locked> locked = ConcurrentHashMap.newKeySet();

    private final AtomicInteger connections = new AtomicInteger();

    private record Locked(String client, String conversation) {}

    /// How much is kept.
    ///
    /// @param keep how long what nobody uses stays; zero for not at all
    /// @param bytes of everything together, sealed, with what it takes to find it
    /// @param count of answers and conversations' parts
    public record Bounds(Duration keep, long bytes, int count) {}

    /// @param random names what is kept; thread-safe
    public KeptResponses(Bounds bounds, RandomGenerator random, Time time) {
        this.archive = new MemoryArchive(bounds, KeptItems::names, time);
        this.random = random;
        this.time = time;
    }

    /// Keeps by other bounds from now on.
    public void bound(Bounds bounds) {
        archive.bound(bounds);
    }

    /// How many answers and parts of conversations there are.
    public long count() {
        return archive.count();
    }

    /// What all of it takes, with what it takes to find it.
    public long bytes() {
        return archive.bytes();
    }

    /// One more connection that has a memory of its own here.
    public void connected() {
        connections.incrementAndGet();
    }

    /// One of these is closed.
    public void disconnected() {
        connections.decrementAndGet();
    }

    /// How many connections have a memory of their own here.
    public long connections() {
        return connections.get();
    }

    public Archive archive() {
        return archive;
    }

    public Time time() {
        return time;
    }

    /// A name that nobody has yet.
    public String name(String prefix) {
        var name = new StringBuilder(prefix);
        for (int i = 0; i < 3; i++) {
            name.append(HexFormat.of().toHexDigits(random.nextLong()));
        }
        return name.toString();
    }

    /// Keeps others from a conversation.
    ///
    /// @return false where somebody else does
    public boolean lock(String client, String conversation) {
        return locked.add(new Locked(client, conversation));
    }

    public void unlock(String client, String conversation) {
        locked.remove(new Locked(client, conversation));
    }
}
