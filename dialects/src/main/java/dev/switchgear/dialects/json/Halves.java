package dev.switchgear.dialects.json;

/// Joins characters that were cut in two: JSON may escape a character as two surrogates, and a
/// server may send them in two pieces. For one thread.
public final class Halves {
    private static final char NONE = 0;
    private static final char REPLACEMENT = '\uFFFD';

    private char held = NONE;

    /// The piece with the half that was held back in front, without a half at its end. Halves that
    /// have no other become U+FFFD.
    public String join(String piece) {
        if (piece.isEmpty()) {
            return piece;
        }
        if (held == NONE && !hasSurrogate(piece)) {
            return piece;
        }
        var whole = new StringBuilder(piece.length() + 1);
        if (held != NONE) {
            whole.append(held);
        }
        whole.append(piece);
        held = NONE;
        int last = whole.length() - 1;
        if (Character.isHighSurrogate(whole.charAt(last))) {
            held = whole.charAt(last);
            whole.setLength(last);
        }
        for (int i = 0; i < whole.length(); i++) {
            char c = whole.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isHighSurrogate(c)
                        && i + 1 < whole.length()
                        && Character.isLowSurrogate(whole.charAt(i + 1))) {
                    i++;
                } else {
                    whole.setCharAt(i, REPLACEMENT);
                }
            }
        }
        return whole.toString();
    }

    /// What is left when nothing more comes: nothing, or the sign for a broken character.
    public String end() {
        if (held == NONE) {
            return "";
        }
        held = NONE;
        return String.valueOf(REPLACEMENT);
    }

    private static boolean hasSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }
}
