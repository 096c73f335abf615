package dev.switchgear.families.llm.seal;

import dev.switchgear.core.share.Shares;
import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.locks.ReentrantLock;

/// Thoughts of answers with calls, and seals of texts, for clients that do not send them back. Bounded by
/// number, bytes and age. Where there is too much, the client that has the most gives way, with what it
/// used longest ago: who has less than an equal share loses nothing to others. In memory alone.
/// Thread-safe.
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
        final String client;
        final String call;
        final KeptThoughts thoughts;
        final long weight;
        final long untilNanos;

        Entry(String client, String call, KeptThoughts thoughts, long weight, long untilNanos) {
            this.client = client;
            this.call = call;
            this.thoughts = thoughts;
            this.weight = weight;
            this.untilNanos = untilNanos;
        }
    }

    private static final SequencedMap<String, Entry> NONE =
            Collections.unmodifiableSequencedMap(new LinkedHashMap<>());

    private final ReentrantLock lock = new ReentrantLock();

    /// Of each client that has any, least recently used first.
    private final Map<String, SequencedMap<String, Entry>> entriesOf = new HashMap<>();

    private final Shares bytesOf = new Shares();

    /// Oldest first: all of them are kept for the same time.
    private final LinkedHashSet<Entry> byAge = new LinkedHashSet<>();

    private final Time time;
    private long bytes;

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
            var entry = new Entry(client, call, thoughts, weight, now + KEEP.toNanos());
            Entry before =
                    entriesOf
                            .computeIfAbsent(client, _ -> new LinkedHashMap<>(16, 0.75f, true))
                            .put(call, entry);
            if (before != null) {
                byAge.remove(before);
            }
            byAge.add(entry);
            grow(client, weight - (before == null ? 0 : before.weight));
            while (bytes > BYTES_MAX) {
                forget(entriesOf(bytesOf.most().orElseThrow()).firstEntry().getValue());
            }
        } finally {
            lock.unlock();
        }
    }

    Optional<KeptThoughts> of(String client, String call) {
        long now = time.nanos();
        lock.lock();
        try {
            Entry entry = entriesOf(client).get(call);
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
        SequencedMap<String, Entry> entries = entriesOf(entry.client);
        entries.remove(entry.call);
        if (entries.isEmpty()) {
            entriesOf.remove(entry.client);
        }
        grow(entry.client, -entry.weight);
    }

    /// To be looked at, where the client has none.
    private SequencedMap<String, Entry> entriesOf(String client) {
        return entriesOf.getOrDefault(client, NONE);
    }

    private void grow(String client, long by) {
        bytes += by;
        bytesOf.add(client, by);
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
            return entriesOf.size();
        } finally {
            lock.unlock();
        }
    }
}
