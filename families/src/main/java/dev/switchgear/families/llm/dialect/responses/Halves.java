package dev.switchgear.families.llm.dialect.responses;

/// Joins surrogate pairs that are split over two pieces of one text. Not thread-safe.
final class Halves {
    private char held;

    /// The piece with the half that was held back before it, without a half at its end, and without
    /// halves that have no other.
    String whole(String piece) {
        int length = piece.length();
        if (length == 0) {
            return piece;
        }
        boolean plain = held == 0;
        for (int i = 0; plain && i < length; i++) {
            plain = !Character.isSurrogate(piece.charAt(i));
        }
        return plain ? piece : joined(piece);
    }

    private String joined(String piece) {
        String text = held == 0 ? piece : held + piece;
        held = 0;
        int end = text.length();
        if (Character.isHighSurrogate(text.charAt(end - 1))) {
            held = text.charAt(end - 1);
            end--;
        }
        var whole = new StringBuilder(end);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                whole.append(c);
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < end
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                whole.append(c).append(text.charAt(++i));
            } else {
                whole.append('\uFFFD');
            }
        }
        return whole.toString();
    }

    /// What is left when no more pieces come.
    String rest() {
        String rest = held == 0 ? "" : "\uFFFD";
        held = 0;
        return rest;
    }
}
