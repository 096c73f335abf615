package dev.switchgear.server.gateway.llm;

import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Which upstream answered a conversation last. Thread-safe.
///
/// A table of fixed size in which each conversation has two places: what finds none of them free
/// takes that of the one that would be forgotten first. To forget one only costs a provider's cache
/// that is cold. Calls that may never be continued do not push out conversations that were.
final class Affinity {
    private static final int PLACES = 1 << 16;

    /// @param lasting whether the conversation has gone on at least once, or has a name
    private record Entry(long key, UpstreamId upstream, long untilNanos, boolean lasting) {}

    private final AtomicReferenceArray<@Nullable Entry> places = new AtomicReferenceArray<>(PLACES);
    private final Time time;

    Affinity(Time time) {
        this.time = time;
    }

    /// Who answered it last; empty if nobody has, or too long ago.
    Optional<UpstreamId> of(long key) {
        int place = place(key);
        for (int i = 0; i < 2; i++) {
            Entry entry = places.get(place ^ i);
            if (entry != null && entry.key() == key) {
                return lives(entry) ? Optional.of(entry.upstream()) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    /// Remembers who answered it, for `keep`.
    void put(long key, UpstreamId upstream, Duration keep, boolean lasting) {
        var entry = new Entry(key, upstream, time.nanos() + keep.toNanos(), lasting);
        int place = place(key);
        int one = rank(places.get(place), key);
        int other = rank(places.get(place ^ 1), key);
        int chosen = one <= other ? place : place ^ 1;
        int rank = Math.min(one, other);
        if (rank == LASTING && one == other) {
            if (!lasting) {
                return;
            }
            chosen = sooner(place, place ^ 1);
        }
        places.set(chosen, entry);
    }

    private int sooner(int one, int other) {
        Entry first = places.get(one);
        Entry second = places.get(other);
        boolean secondEnds =
                first != null && second != null && second.untilNanos() - first.untilNanos() < 0;
        return secondEnds ? other : one;
    }

    /// What may be overwritten: the same, then nothing, then what may never go on, then the rest.
    private int rank(@Nullable Entry entry, long key) {
        if (entry == null || !lives(entry)) {
            return entry != null && entry.key() == key ? 0 : 1;
        }
        if (entry.key() == key) {
            return 0;
        }
        return entry.lasting() ? LASTING : 2;
    }

    private boolean lives(Entry entry) {
        return entry.untilNanos() - time.nanos() > 0;
    }

    private static int place(long key) {
        return (int) (key ^ (key >>> 32)) & (PLACES - 1);
    }

    private static final int LASTING = 3;
}
