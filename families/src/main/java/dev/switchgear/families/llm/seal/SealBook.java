package dev.switchgear.families.llm.seal;

import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Who made the signatures that passed by, each for the client it was told. Thread-safe.
///
/// A table of fixed size in which each signature has eight places. What finds none of them free takes one
/// of the client that has the most in the whole table, among those with one of these eight, and of its own
/// that which would be forgotten first: a busy client does not push out what few others have. To forget one
/// costs that it goes where its client sends it, as if there were no gateway.
final class SealBook {
    private static final int PLACES = 1 << 16;

    /// Neighbours, of which each signature may take one. A client with half of all places has none among
    /// eight of them once in 256 times.
    private static final int WAYS = 8;

    private static final Duration KEEP = Duration.ofHours(24);

    /// Of a signature: at its end is what no other has.
    private static final int CHARS = 256;

    /// @param held how many places its client has
    private record Entry(long key, AtomicInteger held, SealMaker maker, long untilNanos) {}

    private final AtomicReferenceArray<@Nullable Entry> places = new AtomicReferenceArray<>(PLACES);
    private final ConcurrentHashMap<String, AtomicInteger> clients = new ConcurrentHashMap<>();
    private final Time time;

    SealBook(Time time) {
        this.time = time;
    }

    Optional<SealMaker> maker(String client, String value) {
        long key = key(client, value);
        int first = place(key);
        for (int place = first; place < first + WAYS; place++) {
            Entry entry = places.get(place);
            if (entry != null && entry.key() == key && entry.untilNanos() - time.nanos() > 0) {
                return Optional.of(entry.maker());
            }
        }
        return Optional.empty();
    }

    void made(String client, String value, SealMaker maker) {
        long key = key(client, value);
        long now = time.nanos();
        AtomicInteger held = clients.computeIfAbsent(client, _ -> new AtomicInteger());
        Entry before =
                places.getAndSet(
                        placeFor(key, now), new Entry(key, held, maker, now + KEEP.toNanos()));
        held.incrementAndGet();
        if (before != null) {
            before.held().decrementAndGet();
        }
    }

    private int placeFor(long key, long now) {
        int first = place(key);
        int best = first;
        int most = -1;
        long soonest = 0;
        for (int place = first; place < first + WAYS; place++) {
            Entry entry = places.get(place);
            if (entry != null && entry.key() == key) {
                return place;
            }
            long left = entry == null ? 0 : entry.untilNanos() - now;
            int has = entry == null || left <= 0 ? Integer.MAX_VALUE : entry.held().get();
            if (has > most || (has == most && left < soonest)) {
                best = place;
                most = has;
                soonest = left;
            }
        }
        return best;
    }

    /// The same for the same bytes in either alphabet of base64, padded or not: some clients decode them.
    private static long key(String client, String value) {
        long key = client.hashCode() * 0x9E3779B97F4A7C15L;
        int taken = 0;
        for (int at = value.length() - 1; at >= 0 && taken < CHARS; at--) {
            char sign = value.charAt(at);
            if (sign == '=' || sign <= ' ') {
                continue;
            }
            char usual = sign == '-' ? '+' : sign == '_' ? '/' : sign;
            key = (key ^ usual) * 0x100000001B3L;
            key ^= key >>> 29;
            taken++;
        }
        return key * 0x9E3779B97F4A7C15L;
    }

    /// The first of its places.
    private static int place(long key) {
        return (int) (key ^ (key >>> 32)) & (PLACES - WAYS);
    }
}
