package dev.switchgear.families.llm.dialect;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Writes texts as JSON strings straight into bytes, for what streams: a chunk costs no tree.
public final class JsonText {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private JsonText() {}

    public static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// Appends `text` within quotes. A surrogate without its other half is escaped, which JSON
    /// allows and UTF-8 does not.
    public static void append(ByteArrayOutputStream out, String text) {
        out.write('"');
        int length = text.length();
        int from = 0;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isHighSurrogate(c)
                        && i + 1 < length
                        && Character.isLowSurrogate(text.charAt(i + 1))) {
                    i++;
                    continue;
                }
            } else if (c >= 0x20 && c != '"' && c != '\\') {
                continue;
            }
            run(out, text, from, i);
            escape(out, c);
            from = i + 1;
        }
        run(out, text, from, length);
        out.write('"');
    }

    private static void run(ByteArrayOutputStream out, String text, int from, int to) {
        if (from < to) {
            out.writeBytes(text.substring(from, to).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void escape(ByteArrayOutputStream out, char c) {
        int shortForm =
                switch (c) {
                    case '"' -> '"';
                    case '\\' -> '\\';
                    case '\n' -> 'n';
                    case '\r' -> 'r';
                    case '\t' -> 't';
                    case '\b' -> 'b';
                    case '\f' -> 'f';
                    default -> 0;
                };
        if (shortForm == 0) {
            unicode(out, c);
        } else {
            out.write('\\');
            out.write(shortForm);
        }
    }

    private static void unicode(ByteArrayOutputStream out, char c) {
        out.write('\\');
        out.write('u');
        out.write(HEX[c >> 12]);
        out.write(HEX[(c >> 8) & 0xF]);
        out.write(HEX[(c >> 4) & 0xF]);
        out.write(HEX[c & 0xF]);
    }
}
