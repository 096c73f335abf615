package dev.switchgear.families.llm.dialect.responses;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Bytes of one event under way, written without trees. Not thread-safe.
final class EventBuffer {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes = new byte[512];
    private int length;

    void raw(byte[] more) {
        room(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
    }

    void number(int value) {
        room(11);
        int from = length;
        int rest = value;
        do {
            bytes[length++] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
        for (int i = from, j = length - 1; i < j; i++, j--) {
            byte swap = bytes[i];
            bytes[i] = bytes[j];
            bytes[j] = swap;
        }
    }

    /// A JSON string with its quotes.
    ///
    /// @param text without halves of surrogate pairs
    void quoted(String text) {
        int size = text.length();
        // Six bytes are the most that one char becomes.
        room(size * 6 + 2);
        byte[] to = bytes;
        int at = length;
        to[at++] = '"';
        for (int i = 0; i < size; i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                to[at++] = '\\';
                to[at++] = (byte) c;
            } else if (c < ' ') {
                at = control(to, at, c);
            } else if (c < 0x80) {
                to[at++] = (byte) c;
            } else if (c < 0x800) {
                to[at++] = (byte) (0xC0 | (c >> 6));
                to[at++] = (byte) (0x80 | (c & 0x3F));
            } else if (Character.isHighSurrogate(c) && i + 1 < size) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                to[at++] = (byte) (0xF0 | (point >> 18));
                to[at++] = (byte) (0x80 | ((point >> 12) & 0x3F));
                to[at++] = (byte) (0x80 | ((point >> 6) & 0x3F));
                to[at++] = (byte) (0x80 | (point & 0x3F));
            } else {
                to[at++] = (byte) (0xE0 | (c >> 12));
                to[at++] = (byte) (0x80 | ((c >> 6) & 0x3F));
                to[at++] = (byte) (0x80 | (c & 0x3F));
            }
        }
        to[at++] = '"';
        length = at;
    }

    private static int control(byte[] to, int from, char c) {
        int at = from;
        to[at++] = '\\';
        if (c == '\n') {
            to[at++] = 'n';
        } else if (c == '\t') {
            to[at++] = 't';
        } else if (c == '\r') {
            to[at++] = 'r';
        } else {
            to[at++] = 'u';
            to[at++] = '0';
            to[at++] = '0';
            to[at++] = HEX[c >> 4];
            to[at++] = HEX[c & 0xF];
        }
        return at;
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    /// Moves all to `out`.
    void drainTo(ByteArrayOutputStream out) {
        out.write(bytes, 0, length);
        length = 0;
        if (bytes.length > 65_536) {
            bytes = new byte[512];
        }
    }
}
