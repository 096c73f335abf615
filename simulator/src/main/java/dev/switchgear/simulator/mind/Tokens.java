package dev.switchgear.simulator.mind;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Cuts text into pieces of about four bytes, as tokenizers do. One piece is one token, whether it is
/// counted or streamed.
public final class Tokens {
    private static final int CHARACTERS_MAX = 6;

    private Tokens() {}

    /// The pieces of `text`, in order; joined they are `text` again. A space begins a piece, and no
    /// character is cut in two.
    public static List<String> of(String text) {
        List<String> pieces = new ArrayList<>(text.length() / 4 + 1);
        int begin = 0;
        int characters = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            boolean word = i > begin && Character.isWhitespace(text.charAt(i));
            if (word || characters == CHARACTERS_MAX) {
                pieces.add(text.substring(begin, i));
                begin = i;
                characters = 0;
            }
            characters++;
        }
        if (begin < text.length()) {
            pieces.add(text.substring(begin));
        }
        return pieces;
    }

    /// What a prompt is charged: its UTF-8 bytes / 4, rounded up.
    public static int estimate(String text) {
        return (text.getBytes(StandardCharsets.UTF_8).length + 3) / 4;
    }
}
