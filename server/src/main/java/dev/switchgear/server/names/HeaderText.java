package dev.switchgear.server.names;

import java.nio.charset.StandardCharsets;

/// Text from outside in the value of a header, or in a comment of a stream: what is neither visible
/// ASCII nor a space within it is percent-encoded as UTF-8, and `%` too, so that nobody can take one
/// name for another. Pure.
public final class HeaderText {
    /// Characters of one value, encoded.
    private static final int MOST = 1_000;

    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private HeaderText() {}

    /// `text` as it is where it can be, else encoded; cut, with `...` behind it, where it is long.
    public static String of(String text) {
        return plain(text) ? text : encoded(text);
    }

    /// The same for one of several texts that commas part, with semicolons for its own.
    public static String item(String text) {
        return of(text).replace(',', ';');
    }

    private static boolean plain(String text) {
        int length = text.length();
        if (length > MOST || (length > 0 && (text.charAt(0) == ' ' || text.endsWith(" ")))) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c < ' ' || c >= 0x7F || c == '%') {
                return false;
            }
        }
        return true;
    }

    private static String encoded(String text) {
        var encoded = new StringBuilder(Math.min(text.length() + 16, MOST + 16));
        int at = 0;
        while (at < text.length()) {
            int character = text.codePointAt(at);
            int before = encoded.length();
            boolean edge = at == 0 || at == text.length() - 1;
            boolean visible = character > ' ' && character < 0x7F && character != '%';
            if (visible || (character == ' ' && !edge)) {
                encoded.append((char) character);
            } else {
                utf8(encoded, character);
            }
            if (encoded.length() > MOST) {
                encoded.setLength(before);
                return encoded.append("...").toString();
            }
            at += Character.charCount(character);
        }
        return encoded.toString();
    }

    private static void utf8(StringBuilder encoded, int character) {
        // Half a character has no encoding.
        boolean half = character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
        String whole = Character.toString(half ? 0xFFFD : character);
        for (byte octet : whole.getBytes(StandardCharsets.UTF_8)) {
            percent(encoded, octet);
        }
    }

    private static void percent(StringBuilder encoded, int octet) {
        encoded.append('%').append(HEX[(octet >> 4) & 0xF]).append(HEX[octet & 0xF]);
    }
}
