package dev.switchgear.dialects.responses;

import dev.switchgear.dialects.json.JsonText;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/// Bytes of one event under way, written without trees. Not thread-safe.
final class ResponsesEventBuffer {
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
    void quoted(String text) {
        room(JsonText.room(text));
        length = JsonText.put(text, bytes, length);
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
