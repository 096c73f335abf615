package dev.switchgear.families.llm.seal;

import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Who made the signatures that passed by, each for the client it was told. Thread-safe.
///
/// A table of fixed size in which each signature has two places: what finds none of them free takes that
/// of the one that would be forgotten first. To forget one costs that it goes where its client sends it,
/// as if there were no gateway.
final class SealBook {
    private static final int PLACES = 1 << 16;
    private static final Duration KEEP = Duration.ofHours(24);

    /// Of a signature: at its end is what no other has.
    private static final int CHARS = 256;

    private record Entry(long key, SealMaker maker, long untilNanos) {}

    private final AtomicReferenceArray<@Nullable Entry> places = new AtomicReferenceArray<>(PLACES);
    private final Time time;

    SealBook(Time time) {
        this.time = time;
    }

    Optional<SealMaker> maker(String client, String value) {
        long key = key(client, value);
        int place = place(key);
        for (int i = 0; i < 2; i++) {
            Entry entry = places.get(place ^ i);
            if (entry != null && entry.key() == key && entry.untilNanos() - time.nanos() > 0) {
                return Optional.of(entry.maker());
            }
        }
        return Optional.empty();
    }

    void made(String client, String value, SealMaker maker) {
        long key = key(client, value);
        var entry = new Entry(key, maker, time.nanos() + KEEP.toNanos());
        int place = place(key);
        Entry one = places.get(place);
        Entry other = places.get(place ^ 1);
        boolean second;
        if (one == null || one.key() == key) {
            second = false;
        } else if (other == null || other.key() == key) {
            second = true;
        } else {
            second = other.untilNanos() - one.untilNanos() < 0;
        }
        places.set(second ? place ^ 1 : place, entry);
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

    private static int place(long key) {
        return (int) (key ^ (key >>> 32)) & (PLACES - 1);
    }
}
