package dev.switchgear.families.llm.seal;

import dev.switchgear.families.llm.Dialect;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/// Finds what is sealed in the JSON of a dialect, request or answer, without parsing it.
///
/// Almost nothing that passes holds any, so the first look has to be cheap: it asks for a few names of
/// fields at once, and looks at one byte in ten or so (Horspool's algorithm, its table shared by all names
/// of one dialect). Quotes within a JSON string are escaped, so a name in plain quotes is no text.
public final class SealNeedles {
    private static final SealNeedles NONE = new SealNeedles(List.of(), List.of());

    /// Hidden thoughts of Claude's stand under a name that images have too, so they are looked for by
    /// their type first.
    private static final SealNeedles ANTHROPIC =
            new SealNeedles(
                    List.of("\"signature\"", "\"redacted_thinking\""),
                    List.of("\"signature\"", "\"data\""));

    private static final SealNeedles CHAT =
            new SealNeedles(
                    List.of("\"reasoning_details\"", "\"thought_signature\""),
                    List.of("\"signature\"", "\"data\"", "\"thought_signature\""));
    private static final SealNeedles RESPONSES =
            new SealNeedles(List.of("\"encrypted_content\""), List.of("\"encrypted_content\""));
    private static final SealNeedles GEMINI =
            new SealNeedles(
                    List.of("\"thoughtSignature\"", "\"thought_signature\""),
                    List.of("\"thoughtSignature\"", "\"thought_signature\""));

    private static final int BYTES = 256;

    private final byte[][] signs;
    private final byte[][] fields;
    private final int window;
    private final byte[] shift = new byte[BYTES];

    /// @param signs of which one is there if there is anything sealed
    /// @param fields whose values are sealed
    private SealNeedles(List<String> signs, List<String> fields) {
        this.signs = bytes(signs);
        this.fields = bytes(fields);
        this.window = signs.stream().mapToInt(String::length).min().orElse(Integer.MAX_VALUE);
        Arrays.fill(shift, (byte) Math.min(window, Byte.MAX_VALUE));
        for (byte[] sign : this.signs) {
            for (int i = 0; i < window - 1; i++) {
                int far = window - 1 - i;
                shift[sign[i]] = (byte) Math.min(shift[sign[i]], far);
            }
        }
    }

    private static byte[][] bytes(List<String> texts) {
        return texts.stream()
                .map(text -> text.getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new);
    }

    /// Those of a dialect. Ollama's has no place for anything sealed, and bytes of ours never pass.
    public static SealNeedles of(Dialect dialect) {
        return switch (dialect) {
            case ANTHROPIC -> ANTHROPIC;
            case OPENAI -> CHAT;
            case RESPONSES -> RESPONSES;
            case GEMINI -> GEMINI;
            case OLLAMA, OLLAMA_GENERATE, COMPLETIONS, OWN -> NONE;
        };
    }

    /// Whether there may be anything sealed in `[from, to)`.
    public boolean hit(byte[] json, int from, int to) {
        int last = to - window;
        int at = from;
        while (at <= last) {
            byte end = json[at + window - 1];
            for (byte[] sign : signs) {
                if (sign[window - 1] == end && stands(json, at, to, sign)) {
                    return true;
                }
            }
            at += shift[end & 0xff];
        }
        return false;
    }

    /// Whether one of the sealed values in `[from, to)` is such a one. Values that are empty, or no
    /// strings, are none. To be asked where there was a [#hit].
    public boolean any(byte[] json, int from, int to, Predicate<String> such) {
        for (int at = from; at < to; at++) {
            if (json[at] != '"') {
                continue;
            }
            for (byte[] field : fields) {
                if (stands(json, at, to, field)) {
                    int begin = string(json, at + field.length, to);
                    int end = begin < 0 ? -1 : stringEnd(json, begin, to);
                    if (end > begin && such.test(unescaped(json, begin, end))) {
                        return true;
                    }
                    at = Math.max(at, end);
                    break;
                }
            }
        }
        return false;
    }

    private static boolean stands(byte[] json, int at, int to, byte[] name) {
        if (at + name.length > to) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if (json[at + i] != name[i]) {
                return false;
            }
        }
        return true;
    }

    /// Where the string behind a name begins; -1 where its value is none.
    private static int string(byte[] json, int from, int to) {
        int at = from;
        boolean colon = false;
        while (at < to && (isBlank(json[at]) || (json[at] == ':' && !colon))) {
            colon |= json[at] == ':';
            at++;
        }
        return colon && at < to && json[at] == '"' ? at + 1 : -1;
    }

    private static boolean isBlank(byte sign) {
        return sign == ' ' || sign == '\n' || sign == '\r' || sign == '\t';
    }

    private static int stringEnd(byte[] json, int from, int to) {
        int at = from;
        while (at < to && json[at] != '"') {
            at += json[at] == '\\' ? 2 : 1;
        }
        return at < to ? at : -1;
    }

    /// Signatures are base64 or the like: of escapes only those are undone that serialisers use there.
    private static String unescaped(byte[] json, int from, int to) {
        String text = new String(json, from, to - from, StandardCharsets.UTF_8);
        return text.indexOf('\\') < 0
                ? text
                : text.replace("\\/", "/")
                        .replace("\\u003d", "=")
                        .replace("\\u003D", "=")
                        .replace("\\u002b", "+")
                        .replace("\\u002B", "+")
                        .replace("\\u002f", "/")
                        .replace("\\u002F", "/")
                        .replace("\\\"", "\"");
    }
}
