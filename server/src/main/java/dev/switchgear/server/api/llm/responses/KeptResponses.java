package dev.switchgear.server.api.llm.responses;

import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/// What clients of Responses left with us, and who is at it now. It survives every new configuration.
/// Thread-safe.
public final class KeptResponses {
    private final MemoryArchive archive;
    private final RandomGenerator random;
    private final Time time;

    /// Conversations with which a request is going on.
    private final Set<Locked> locked = ConcurrentHashMap.newKeySet();

    private record Locked(String client, String conversation) {}

    /// @param keep how long what nobody uses stays
    /// @param bytes of everything together
    /// @param count of answers and conversations' parts
    /// @param random names what is kept; thread-safe
    public KeptResponses(
            Duration keep, long bytes, int count, RandomGenerator random, Time time) {
        this.archive =
                new MemoryArchive(
                        new MemoryArchive.Bounds(keep, bytes, count), KeptItems::names, time);
        this.random = random;
        this.time = time;
    }

    /// Keeps by other bounds from now on.
    public void bound(Duration keep, long bytes, int count) {
        archive.bound(new MemoryArchive.Bounds(keep, bytes, count));
    }

    Archive archive() {
        return archive;
    }

    Time time() {
        return time;
    }

    /// A name that nobody has yet.
    String name(String prefix) {
        var name = new StringBuilder(prefix);
        for (int i = 0; i < 3; i++) {
            name.append(HexFormat.of().toHexDigits(random.nextLong()));
        }
        return name.toString();
    }

    /// Keeps others from a conversation.
    ///
    /// @return false where somebody else does
    boolean lock(String client, String conversation) {
        return locked.add(new Locked(client, conversation));
    }

    void unlock(String client, String conversation) {
        locked.remove(new Locked(client, conversation));
    }
}
