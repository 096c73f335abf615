package dev.switchgear.wire.stream;

import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.WireException;
import dev.switchgear.wire.WireException.Kind;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// A body's bytes in one growing buffer, with a search for the ends of lines. Used by one thread.
final class Inflow {
    private static final int FIRST_SIZE = 4 * 1024;
    private static final int ROOM_MIN = 1024;

    /// A buffer that is so many times too large is given back.
    private static final int ROOMY = 16;

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;
    private static final long FEEDS = ONES * '\n';
    private static final long RETURNS = ONES * '\r';

    private final Exchange exchange;
    private final long totalMax;
    private byte[] bytes = new byte[FIRST_SIZE];
    private int end;
    private int moved;
    private long total;

    Inflow(Exchange exchange, long totalMax) {
        this.exchange = exchange;
        this.totalMax = totalMax;
    }

    byte[] bytes() {
        return bytes;
    }

    /// Behind the last byte that has come.
    int end() {
        return end;
    }

    /// Blocks for more bytes, keeping those from `keep` on; afterwards they lie [#moved] bytes
    /// nearer to the buffer's begin. False at the end of the body.
    boolean more(int keep) throws WireException {
        makeRoom(keep);
        int count = exchange.read(bytes, end, bytes.length - end);
        if (count < 0) {
            return false;
        }
        end += count;
        total += count;
        if (total > totalMax) {
            throw new WireException(
                    Kind.TOO_LARGE, true, "the stream exceeds " + totalMax + " bytes");
        }
        return true;
    }

    int moved() {
        return moved;
    }

    private void makeRoom(int keep) {
        int kept = end - keep;
        if (kept == 0 && bytes.length > FIRST_SIZE) {
            // A large event has passed; thousands of streams must not each keep its space.
            bytes = new byte[FIRST_SIZE];
        } else if (kept > 0
                && bytes.length - end >= ROOM_MIN
                && (kept > bytes.length / ROOMY || bytes.length <= ROOMY * FIRST_SIZE)) {
            moved = 0;
            return;
        } else if (kept > 0) {
            byte[] target = kept <= bytes.length / 2 ? bytes : new byte[bytes.length * 2];
            if (kept <= bytes.length / ROOMY && bytes.length > ROOMY * FIRST_SIZE) {
                // What is kept came right behind a large event: it moves to a buffer of its size.
                target = new byte[Math.max(FIRST_SIZE, Integer.highestOneBit(kept) * 4)];
            }
            System.arraycopy(bytes, keep, target, 0, kept);
            bytes = target;
        }
        moved = keep;
        end = kept;
    }

    /// Where the next LF or CR is; `end` if there is none before it.
    ///
    /// Looks at eight bytes at a time: x - 1 borrows into the high bit only where a byte of x is
    /// zero (Mycroft 1987), and a XOR with the sought byte makes its places zero.
    static int lineEnd(byte[] bytes, int from, int end) {
        int i = from;
        for (; i + Long.BYTES <= end; i += Long.BYTES) {
            long word = (long) LONGS.get(bytes, i);
            long feeds = word ^ FEEDS;
            long returns = word ^ RETURNS;
            long found = (((feeds - ONES) & ~feeds) | ((returns - ONES) & ~returns)) & HIGH;
            if (found != 0) {
                return i + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        for (; i < end; i++) {
            if (bytes[i] == '\n' || bytes[i] == '\r') {
                return i;
            }
        }
        return end;
    }
}
