package dev.switchgear.providers.openai;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Finds out without parsing whether a chunk may hold an error, a reason to finish or usage, which
/// hardly any does.
///
/// Quotes inside a JSON string are escaped, so a key in plain quotes cannot be part of a text. A key
/// whose value is null says nothing; most servers send those with every chunk.
final class OpenAiNeedles {
    private static final byte[] ERROR = ascii("\"error\"");
    private static final byte[] FINISH = ascii("\"finish_reason\"");
    private static final byte[] USAGE = ascii("\"usage\"");

    private OpenAiNeedles() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// Whether `[from, to)` of the buffer is exactly `expected`.
    static boolean equal(byte[] buffer, int from, int to, byte[] expected) {
        return Arrays.equals(buffer, from, to, expected, 0, expected.length);
    }

    /// Whether a key that matters has a value in `[from, to)` of the JSON.
    static boolean present(byte[] json, int from, int to) {
        for (int i = from; i < to; i++) {
            if (json[i] != '"' || i + 1 == to) {
                continue;
            }
            byte[] needle =
                    switch (json[i + 1]) {
                        case 'e' -> ERROR;
                        case 'f' -> FINISH;
                        case 'u' -> USAGE;
                        default -> null;
                    };
            if (needle != null
                    && i + needle.length <= to
                    && equal(json, i, i + needle.length, needle)
                    && says(json, i + needle.length, to)) {
                return true;
            }
        }
        return false;
    }

    /// Whether a value other than null follows the key.
    private static boolean says(byte[] json, int from, int to) {
        int at = from;
        while (at < to && (json[at] <= ' ' || json[at] == ':')) {
            at++;
        }
        return at < to && json[at] != 'n';
    }
}
