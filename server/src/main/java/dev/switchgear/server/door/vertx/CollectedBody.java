package dev.switchgear.server.door.vertx;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/// A body as it comes, in blocks that are joined once it is whole: to double one array again and again
/// would hold three times what has come. For one thread.
final class CollectedBody {
    private static final byte[] NOTHING = new byte[0];

    /// The first block of a body that comes in many parts; no more than that is taken on a promise.
    private static final int FIRST = 16 * 1024;

    private static final int BLOCK_MOST = 256 * 1024;

    /// What the client said it would send; -1 where it did not.
    private final long promised;

    private final List<byte[]> full = new ArrayList<>(0);
    private byte[] block = NOTHING;
    private int filled;
    private int length;

    CollectedBody(long promised) {
        this.promised = promised;
    }

    /// Bytes that have come.
    int length() {
        return length;
    }

    /// How much new memory `count` more bytes take; 0 where there is still room for them.
    int needed(int count) {
        int missing = missing(count);
        if (missing == 0) {
            return 0;
        }
        long wanted = Math.clamp(length, FIRST, BLOCK_MOST);
        if (promised >= 0) {
            wanted = Math.min(wanted, promised - length - (block.length - filled));
        }
        return Math.toIntExact(Math.max(missing, wanted));
    }

    /// How much of `count` more bytes has no place yet.
    int missing(int count) {
        return Math.max(0, count - (block.length - filled));
    }

    /// @param needed of new memory: what [#needed] or [#missing] has said of this part
    void add(Buffer part, int needed) {
        int count = part.length();
        int fits = Math.min(count, block.length - filled);
        part.getBytes(0, fits, block, filled);
        filled += fits;
        length += count;
        if (fits == count) {
            return;
        }
        if (filled > 0) {
            full.add(block);
        }
        block = new byte[needed];
        part.getBytes(fits, count, block, 0);
        filled = count - fits;
    }

    /// The whole body; afterwards there is none here.
    byte[] join() {
        byte[] whole = block;
        if (!full.isEmpty() || filled < block.length) {
            whole = new byte[length];
            int at = 0;
            for (byte[] one : full) {
                System.arraycopy(one, 0, whole, at, one.length);
                at += one.length;
            }
            System.arraycopy(block, 0, whole, at, filled);
        }
        clear();
        return whole;
    }

    /// Lets go of everything.
    void clear() {
        full.clear();
        block = NOTHING;
        filled = 0;
    }
}
