package dev.switchgear.families.llm.dialect.gemini;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// JSON strings, written without a tree.
final class JsonText {
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private JsonText() {}

    static void quoted(String text, StringBuilder into) {
        into.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> into.append("\\\"");
                case '\\' -> into.append("\\\\");
                case '\n' -> into.append("\\n");
                case '\r' -> into.append("\\r");
                case '\t' -> into.append("\\t");
                default -> {
                    if (c < ' ') {
                        into.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 15]);
                    } else {
                        into.append(lone(text, i) ? '\uFFFD' : c);
                    }
                }
            }
        }
        into.append('"');
    }

    /// Half a character: UTF-8 has no bytes for it.
    private static boolean lone(String text, int at) {
        char c = text.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(c)
                && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }

    static String quoted(String text) {
        var json = new StringBuilder(text.length() + 16);
        quoted(text, json);
        return json.toString();
    }

    static void bytes(CharSequence text, ByteArrayOutputStream into) {
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        into.write(bytes, 0, bytes.length);
    }
}
