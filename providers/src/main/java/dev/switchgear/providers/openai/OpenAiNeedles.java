package dev.switchgear.providers.openai;

import dev.switchgear.families.llm.tokens.TextTally;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Finds out without parsing whether a chunk may hold an error, a reason to finish or usage, which
/// hardly any does, and how much text it holds.
///
/// Quotes inside a JSON string are escaped, so a key in plain quotes cannot be part of a text. A key
/// whose value is null says nothing; most servers send those with every chunk.
final class OpenAiNeedles {
    private static final byte[] ERROR = ascii("\"error\"");
    private static final byte[] FINISH = ascii("\"finish_reason\"");
    private static final byte[] USAGE = ascii("\"usage\"");

    /// The keys under which a model's words stand.
    private static final byte[][] SPOKEN = {
        ascii("\"content\""),
        ascii("\"arguments\""),
        ascii("\"refusal\""),
        ascii("\"reasoning_content\""),
        ascii("\"reasoning\""),
        ascii("\"text\"")
    };

    /// Which of these are for thoughts, and which for the text of a part.
    private static final int THOUGHTS_FROM = 3;

    private static final int TEXT = 5;

    private OpenAiNeedles() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// Whether `[from, to)` of the buffer is exactly `expected`.
    static boolean equal(byte[] buffer, int from, int to, byte[] expected) {
        return Arrays.equals(buffer, from, to, expected, 0, expected.length);
    }

    /// Whether a key that matters has a value in `[from, to)` of the JSON. What the model says there is
    /// added to `said`.
    static boolean present(byte[] json, int from, int to, TextTally said) {
        boolean found = false;
        boolean thought = false;
        boolean spoke = false;
        for (int i = from; i < to; i++) {
            if (json[i] != '"' || i + 1 == to) {
                continue;
            }
            switch (json[i + 1]) {
                case 'e' -> found |= says(json, i, to, ERROR);
                case 'f' -> found |= says(json, i, to, FINISH);
                case 'u' -> found |= says(json, i, to, USAGE);
                case 'c', 'a', 'r', 't' -> {
                    int key = spoken(json, i, to);
                    int text = key < 0 ? -1 : string(json, i + SPOKEN[key].length, to);
                    if (text < 0) {
                        continue;
                    }
                    int end = stringEnd(json, text, to);
                    boolean thinking = key >= THOUGHTS_FROM && key < TEXT;
                    // Some say a thought under two keys, or once more in a list of its parts.
                    if (!(thinking && thought) && !(key == TEXT && spoke)) {
                        said.addJson(json, text, end);
                        spoke |= end > text;
                        thought |= thinking && end > text;
                    }
                    i = end;
                }
                default -> {}
            }
        }
        return found;
    }

    /// Which key stands at `at` under which a model's words stand; -1 for any other.
    private static int spoken(byte[] json, int at, int to) {
        for (int i = 0; i < SPOKEN.length; i++) {
            byte[] key = SPOKEN[i];
            if (key[1] == json[at + 1]
                    && at + key.length <= to
                    && equal(json, at, at + key.length, key)) {
                return i;
            }
        }
        return -1;
    }

    /// Where the string behind a key begins; -1 where its value is none.
    private static int string(byte[] json, int from, int to) {
        int at = from;
        boolean colon = false;
        while (at < to && (json[at] <= ' ' || (json[at] == ':' && !colon))) {
            colon |= json[at] == ':';
            at++;
        }
        return colon && at < to && json[at] == '"' ? at + 1 : -1;
    }

    private static int stringEnd(byte[] json, int from, int to) {
        int at = from;
        while (at < to && json[at] != '"') {
            at += json[at] == '\\' ? 2 : 1;
        }
        return Math.min(at, to);
    }

    private static boolean says(byte[] json, int at, int to, byte[] needle) {
        return at + needle.length <= to
                && equal(json, at, at + needle.length, needle)
                && says(json, at + needle.length, to);
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
