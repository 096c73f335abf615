package dev.switchgear.families.llm.seal;

import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/// Thoughts of answers with calls, and seals of texts, for clients that do not send them back. Bounded by number, bytes and
/// age. Where there is too much, the client that has the most gives way, with what it used longest ago: who
/// has less than an equal share loses nothing to others. In memory alone. Thread-safe.
final class ThoughtStore {
    static final int ENTRIES_MAX = 16_384;
    static final long BYTES_MAX = 32L * 1024 * 1024;
    static final long EACH_BYTES_MAX = 1024 * 1024;

    /// What each counts as at least. So one measure tells who has the most, and there are never more than
    /// [#ENTRIES_MAX].
    static final long EACH_BYTES_MIN = BYTES_MAX / ENTRIES_MAX;

    static final Duration KEEP = Duration.ofHours(12);

    /// Each is itself alone, whatever it holds.
    private static final class Entry {
        final Share share;
        final String call;
        final KeptThoughts thoughts;
        final long weight;
        final long untilNanos;

        Entry(Share share, String call, KeptThoughts thoughts, long weight, long untilNanos) {
            this.share = share;
            this.call = call;
            this.thoughts = thoughts;
            this.weight = weight;
            this.untilNanos = untilNanos;
        }
    }

    /// What one client has.
    private static final class Share {
        final String client;

        /// Least recently used first.
        final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

        // The order of the shares: to be changed while this one is not among them.
        long bytes;
        long changed;

        Share(String client) {
            this.client = client;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Share> shares = new HashMap<>();

    /// Who has the most first, and of equals who was longest without a change.
    private final TreeSet<Share> largest =
            new TreeSet<>(
                    Comparator.<Share>comparingLong(share -> -share.bytes)
                            .thenComparingLong(share -> share.changed));

    /// Oldest first: all of them are kept for the same time.
    private final LinkedHashSet<Entry> byAge = new LinkedHashSet<>();

    private final Time time;
    private long bytes;
    private long changes;

    ThoughtStore(Time time) {
        this.time = time;
    }

    void keep(String client, String call, KeptThoughts thoughts) {
        long weight =
                Math.max(
                        EACH_BYTES_MIN, thoughts.weight() + 2L * (client.length() + call.length()));
        if (weight > EACH_BYTES_MAX) {
            return;
        }
        long now = time.nanos();
        lock.lock();
        try {
            letGoOfTheOld(now);
            Share share = shares.computeIfAbsent(client, Share::new);
            var entry = new Entry(share, call, thoughts, weight, now + KEEP.toNanos());
            Entry before = share.entries.put(call, entry);
            if (before != null) {
                byAge.remove(before);
            }
            byAge.add(entry);
            grow(share, weight - (before == null ? 0 : before.weight));
            while (bytes > BYTES_MAX) {
                forget(largest.first().entries.firstEntry().getValue());
            }
        } finally {
            lock.unlock();
        }
    }

    Optional<KeptThoughts> of(String client, String call) {
        long now = time.nanos();
        lock.lock();
        try {
            Share share = shares.get(client);
            Entry entry = share == null ? null : share.entries.get(call);
            return entry == null || entry.untilNanos - now <= 0
                    ? Optional.empty()
                    : Optional.of(entry.thoughts);
        } finally {
            lock.unlock();
        }
    }

    private void letGoOfTheOld(long now) {
        Iterator<Entry> oldest = byAge.iterator();
        while (oldest.hasNext()) {
            Entry entry = oldest.next();
            if (entry.untilNanos - now > 0) {
                return;
            }
            oldest.remove();
            forget(entry);
        }
    }

    private void forget(Entry entry) {
        byAge.remove(entry);
        entry.share.entries.remove(entry.call);
        grow(entry.share, -entry.weight);
    }

    private void grow(Share share, long by) {
        largest.remove(share);
        bytes += by;
        share.bytes += by;
        share.changed = ++changes;
        if (share.entries.isEmpty()) {
            shares.remove(share.client);
        } else {
            largest.add(share);
        }
    }

    /// How many are kept, and what they take.
    int size() {
        lock.lock();
        try {
            return byAge.size();
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

    /// How many clients have any.
    int clients() {
        lock.lock();
        try {
            return shares.size();
        } finally {
            lock.unlock();
        }
    }
}
