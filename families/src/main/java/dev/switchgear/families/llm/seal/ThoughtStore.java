package dev.switchgear.families.llm.seal;

import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// Thoughts of answers with calls, for clients that do not send them back. Bounded by number, bytes and
/// age; what was used longest ago goes first. In memory alone. Thread-safe.
final class ThoughtStore {
    static final int ENTRIES_MAX = 16_384;
    static final long BYTES_MAX = 32L * 1024 * 1024;
    static final long EACH_BYTES_MAX = 1024 * 1024;
    static final Duration KEEP = Duration.ofHours(12);

    private record Key(String client, String call) {}

    private record Entry(KeptThoughts thoughts, long weight, long untilNanos) {}

    private final ReentrantLock lock = new ReentrantLock();

    /// Least recently used first.
    private final LinkedHashMap<Key, Entry> kept = new LinkedHashMap<>(16, 0.75f, true);

    private final Time time;
    private long bytes;

    ThoughtStore(Time time) {
        this.time = time;
    }

    void keep(String client, String call, KeptThoughts thoughts) {
        long weight = thoughts.weight() + 2L * (client.length() + call.length());
        if (weight > EACH_BYTES_MAX) {
            return;
        }
        long now = time.nanos();
        lock.lock();
        try {
            Entry before =
                    kept.put(
                            new Key(client, call),
                            new Entry(thoughts, weight, now + KEEP.toNanos()));
            bytes += weight - (before == null ? 0 : before.weight());
            Iterator<Map.Entry<Key, Entry>> eldest = kept.entrySet().iterator();
            while (eldest.hasNext()) {
                Entry oldest = eldest.next().getValue();
                if (kept.size() <= ENTRIES_MAX
                        && bytes <= BYTES_MAX
                        && oldest.untilNanos() - now > 0) {
                    break;
                }
                bytes -= oldest.weight();
                eldest.remove();
            }
        } finally {
            lock.unlock();
        }
    }

    Optional<KeptThoughts> of(String client, String call) {
        long now = time.nanos();
        lock.lock();
        try {
            Entry entry = kept.get(new Key(client, call));
            return entry == null || entry.untilNanos() - now <= 0
                    ? Optional.empty()
                    : Optional.of(entry.thoughts());
        } finally {
            lock.unlock();
        }
    }

    /// How many are kept, and what they take.
    int size() {
        lock.lock();
        try {
            return kept.size();
        } finally {
            lock.unlock();
        }
    }

    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }
}
