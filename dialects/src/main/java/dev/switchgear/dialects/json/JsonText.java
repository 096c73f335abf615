package dev.switchgear.dialects.json;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/// Writes texts as JSON strings without a tree, for what streams. A surrogate without its other half
/// is escaped, which JSON allows and UTF-8 does not.
public final class JsonText {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    /// The most bytes that one char becomes: an escape by number.
    private static final int WIDEST = 6;

    /// How many chars are encoded at once, so that their bytes need little room.
    private static final int SLICE = 4096;

    /// How each ASCII character is written: 0 as it is, `u` by its number, else by this letter.
    private static final byte[] ESCAPES = escapes();

    private JsonText() {}

    private static byte[] escapes() {
        byte[] escapes = new byte[0x80];
        Arrays.fill(escapes, 0, ' ', (byte) 'u');
        escapes['"'] = '"';
        escapes['\\'] = '\\';
        escapes['\n'] = 'n';
        escapes['\r'] = 'r';
        escapes['\t'] = 't';
        escapes['\b'] = 'b';
        escapes['\f'] = 'f';
        return escapes;
    }

    public static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// Appends JSON in UTF-8, as it is.
    public static void raw(ByteArrayOutputStream out, CharSequence json) {
        out.writeBytes(json.toString().getBytes(StandardCharsets.UTF_8));
    }

    /// Appends `text` within quotes.
    public static void append(ByteArrayOutputStream out, String text) {
        int length = text.length();
        if (length <= SLICE) {
            byte[] bytes = new byte[room(text)];
            out.write(bytes, 0, put(text, bytes, 0));
            return;
        }
        byte[] bytes = new byte[SLICE * WIDEST];
        out.write('"');
        int from = 0;
        while (from < length) {
            int to = Math.min(length, from + SLICE);
            if (paired(text, to - 1)) {
                to--;
            }
            out.write(bytes, 0, encode(text, from, to, bytes, 0));
            from = to;
        }
        out.write('"');
    }

    /// The most bytes that `text` becomes with its quotes.
    public static int room(String text) {
        return Math.addExact(Math.multiplyExact(text.length(), WIDEST), 2);
    }

    /// Puts `text` within quotes at `from`, where there is [#room(String)].
    ///
    /// @return where the next byte goes
    public static int put(String text, byte[] bytes, int from) {
        int at = from;
        bytes[at++] = '"';
        at = encode(text, 0, text.length(), bytes, at);
        bytes[at++] = '"';
        return at;
    }

    /// @return where the next byte goes
    private static int encode(String text, int from, int to, byte[] bytes, int start) {
        int at = start;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                byte escape = ESCAPES[c];
                if (escape == 0) {
                    bytes[at++] = (byte) c;
                } else if (escape == 'u') {
                    at = number(c, bytes, at);
                } else {
                    bytes[at++] = '\\';
                    bytes[at++] = escape;
                }
            } else if (c < 0x800) {
                bytes[at++] = (byte) (0xC0 | (c >> 6));
                bytes[at++] = (byte) (0x80 | (c & 0x3F));
            } else if (!Character.isSurrogate(c)) {
                bytes[at++] = (byte) (0xE0 | (c >> 12));
                bytes[at++] = (byte) (0x80 | ((c >> 6) & 0x3F));
                bytes[at++] = (byte) (0x80 | (c & 0x3F));
            } else if (paired(text, i)) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                bytes[at++] = (byte) (0xF0 | (point >> 18));
                bytes[at++] = (byte) (0x80 | ((point >> 12) & 0x3F));
                bytes[at++] = (byte) (0x80 | ((point >> 6) & 0x3F));
                bytes[at++] = (byte) (0x80 | (point & 0x3F));
            } else {
                at = number(c, bytes, at);
            }
        }
        return at;
    }

    /// Appends `text` within quotes.
    public static void append(StringBuilder out, String text) {
        out.append('"');
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c) && paired(text, i)) {
                i++;
            } else if (escape(c) != 0) {
                out.append(text, from, i).append('\\').append((char) escape(c));
                if (escape(c) == 'u') {
                    out.append(HexFormat.of().toHexDigits(c));
                }
                from = i + 1;
            }
        }
        out.append(text, from, text.length()).append('"');
    }

    private static byte escape(char c) {
        if (c < 0x80) {
            return ESCAPES[c];
        }
        return (byte) (Character.isSurrogate(c) ? 'u' : 0);
    }

    /// Whether a pair of surrogates begins there.
    private static boolean paired(String text, int at) {
        return Character.isHighSurrogate(text.charAt(at))
                && at + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(at + 1));
    }

    /// @return where the next byte goes
    private static int number(char c, byte[] bytes, int start) {
        int at = start;
        bytes[at++] = '\\';
        bytes[at++] = 'u';
        bytes[at++] = HEX[c >> 12];
        bytes[at++] = HEX[(c >> 8) & 0xF];
        bytes[at++] = HEX[(c >> 4) & 0xF];
        bytes[at++] = HEX[c & 0xF];
        return at;
    }
}
