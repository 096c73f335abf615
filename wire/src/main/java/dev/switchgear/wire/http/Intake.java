package dev.switchgear.wire.http;

import dev.switchgear.wire.WireException;
import dev.switchgear.wire.WireException.Kind;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// The bytes that have come and are not used yet. Used by one thread.
///
/// Small, because thousands of streams hold one each; grows for a long line and shrinks again when
/// the connection rests.
final class Intake {
    static final int SIZE = 4 * 1024;

    private final ByteSource source;
    private byte[] bytes = new byte[SIZE];
    private ByteBuffer window = ByteBuffer.wrap(bytes);
    private int from;
    private int to;

    Intake(ByteSource source) {
        this.source = source;
    }

    byte[] bytes() {
        return bytes;
    }

    int from() {
        return from;
    }

    int buffered() {
        return to - from;
    }

    byte at(int index) {
        return bytes[from + index];
    }

    void skip(int count) {
        from += count;
    }

    boolean endIsCertain() {
        return source.endIsCertain();
    }

    /// Forgets everything and gives memory back: the connection rests or starts anew.
    void clear() {
        from = 0;
        to = 0;
        if (bytes.length > SIZE) {
            resize(new byte[SIZE]);
        }
    }

    /// The empty buffer as scratch for the request's head, at least `size` long.
    byte[] scratch(int size) {
        if (bytes.length < size) {
            resize(new byte[size]);
        }
        return bytes;
    }

    /// Blocks for more bytes. False at the end of the connection. There must be room.
    boolean more() throws WireException {
        if (from == to) {
            from = 0;
            to = 0;
        } else if (to == bytes.length) {
            makeRoom();
        }
        window.limit(bytes.length).position(to);
        int count = source.read(window);
        if (count > 0) {
            to += count;
        }
        return count > 0;
    }

    /// Reads past the buffer, straight to where the bytes belong. The buffer must be empty.
    int readThrough(byte[] target, int offset, int length) throws WireException {
        return source.read(ByteBuffer.wrap(target, offset, length));
    }

    /// Moves buffered bytes out.
    int take(byte[] target, int offset, int length) {
        int count = Math.min(length, to - from);
        System.arraycopy(bytes, from, target, offset, count);
        from += count;
        return count;
    }

    /// How far the next line's LF is from here; -1 if it is not buffered.
    int lineFeed() {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n') {
                return i - from;
            }
        }
        return -1;
    }

    /// Blocks until a whole line is buffered: how far its LF is from here.
    ///
    /// @param limit the most bytes the line may have
    /// @return -1 at the end of the connection
    int awaitLine(int limit, String what) throws WireException {
        int seen = 0;
        while (true) {
            for (int i = from + seen; i < to; i++) {
                if (bytes[i] == '\n') {
                    int at = i - from;
                    if (at >= limit) {
                        throw tooLarge(what, limit);
                    }
                    return at;
                }
            }
            seen = to - from;
            if (seen >= limit) {
                throw tooLarge(what, limit);
            }
            if (!more()) {
                return -1;
            }
        }
    }

    private static WireException tooLarge(String what, int limit) {
        return new WireException(
                Kind.TOO_LARGE, true, what + " exceeds its bound (" + limit + " bytes left)");
    }

    private void makeRoom() {
        if (from > 0) {
            System.arraycopy(bytes, from, bytes, 0, to - from);
            to -= from;
            from = 0;
        } else {
            resize(Arrays.copyOf(bytes, bytes.length * 2));
        }
    }

    private void resize(byte[] other) {
        bytes = other;
        window = ByteBuffer.wrap(other);
    }
}
