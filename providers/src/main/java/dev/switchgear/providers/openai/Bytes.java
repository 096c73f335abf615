package dev.switchgear.providers.openai;

import java.util.Arrays;

/// Comparing parts of a buffer.
final class Bytes {
    private Bytes() {}

    /// Whether `[from, to)` of the buffer is exactly `expected`.
    static boolean equal(byte[] buffer, int from, int to, byte[] expected) {
        return Arrays.equals(buffer, from, to, expected, 0, expected.length);
    }

    /// Whether `[from, to)` of the buffer begins with `expected`.
    static boolean startsWith(byte[] buffer, int from, int to, byte[] expected) {
        int behind = from + expected.length;
        return behind <= to && equal(buffer, from, behind, expected);
    }
}
