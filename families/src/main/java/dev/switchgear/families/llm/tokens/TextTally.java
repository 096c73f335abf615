package dev.switchgear.families.llm.tokens;

import dev.switchgear.families.llm.model.Tokenizer;

/// Reckons how many tokens a text has, piece by piece, without keeping it. Not thread-safe.
///
/// A tokenizer mostly makes one token of a common word with the space before it, more of a long or
/// rare one, one of up to three digits, and less than one of each ideograph and of each other letter
/// outside ASCII. This counts such runs; a family of tokenizers then has its own ratio to them.
public final class TextTally {
    /// Quarters of a token, so that sums stay whole numbers.
    private static final int TOKEN = 4;

    private static final int WORD_LETTERS = 7;
    private static final int NUMBER_DIGITS = 3;
    private static final int PUNCTUATION = 3;
    private static final int IDEOGRAPH = 3;
    private static final int OTHER_LETTER = 2;
    private static final int ASTRAL = 8;

    /// Digits of a coded character.
    private static final int CODE_DIGITS = 4;

    private enum Run {
        NONE,
        WORD,
        NUMBER,
        SPACE
    }

    private Run run = Run.NONE;
    private long length;
    private boolean spaceCounted;
    private long quarters;

    /// Adds the next piece; a word may go on from the piece before.
    public TextTally add(CharSequence piece) {
        for (int i = 0; i < piece.length(); i++) {
            character(piece.charAt(i));
        }
        return this;
    }

    /// Adds a piece of a JSON string as it stands between its quotes, in UTF-8: an escape counts as the
    /// character it stands for, a character of several bytes by its first.
    public TextTally addJson(byte[] json, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = json[i];
            if (b == '\\' && i + 1 < to) {
                i++;
                boolean coded = json[i] == 'u' && i + CODE_DIGITS < to;
                character(coded ? coded(json, i + 1) : unescaped(json[i]));
                i += coded ? CODE_DIGITS : 0;
            } else if (b >= 0) {
                character((char) b);
            } else if ((b & 0xC0) == 0xC0) {
                // Two bytes begin no ideograph, three mostly do, four are beyond the first plane.
                run = Run.NONE;
                quarters +=
                        (b & 0xE0) == 0xC0
                                ? OTHER_LETTER
                                : (b & 0xF0) == 0xE0
                                        ? beyondAscii(threeBytes(json, i, to))
                                        : ASTRAL;
            }
        }
        return this;
    }

    private static char threeBytes(byte[] utf8, int at, int to) {
        return at + 2 < to
                ? (char)
                        ((utf8[at] & 0x0F) << 12
                                | (utf8[at + 1] & 0x3F) << 6
                                | (utf8[at + 2] & 0x3F))
                : '\uFFFD';
    }

    private static char coded(byte[] json, int at) {
        int code = 0;
        for (int i = at; i < at + CODE_DIGITS; i++) {
            code = code << 4 | Math.max(0, Character.digit(json[i], 16));
        }
        return (char) code;
    }

    private static char unescaped(byte escape) {
        return switch (escape) {
            case 'n', 'r', 't', 'b', 'f' -> '\n';
            default -> (char) escape;
        };
    }

    TextTally add(char[] characters, int from, int count) {
        for (int i = from; i < from + count; i++) {
            character(characters[i]);
        }
        return this;
    }

    private void character(char c) {
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
            next(Run.WORD);
            quarters += length % WORD_LETTERS == 1 ? TOKEN : 0;
        } else if (c >= '0' && c <= '9') {
            next(Run.NUMBER);
            quarters += length % NUMBER_DIGITS == 1 ? TOKEN : 0;
        } else if (c <= ' ') {
            // One space goes with the word behind it; a longer or another run is a token.
            next(Run.SPACE);
            if (!spaceCounted && (length > 1 || c != ' ')) {
                spaceCounted = true;
                quarters += TOKEN;
            }
        } else {
            run = Run.NONE;
            quarters += c < 0x80 ? PUNCTUATION : beyondAscii(c);
        }
    }

    private void next(Run kind) {
        if (run != kind) {
            run = kind;
            length = 0;
            spaceCounted = false;
        }
        length++;
    }

    private static int beyondAscii(char c) {
        if (Character.isSurrogate(c)) {
            return ASTRAL / 2;
        }
        boolean wide =
                (c >= 0x2E80 && c <= 0x9FFF)
                        || (c >= 0xAC00 && c <= 0xD7AF)
                        || (c >= 0xF900 && c <= 0xFAFF)
                        || (c >= 0xFF00 && c <= 0xFFEF);
        return wide ? IDEOGRAPH : OTHER_LETTER;
    }

    /// Tokens of all pieces, before a tokenizer's own ratio.
    double runs() {
        return quarters / (double) TOKEN;
    }

    /// An estimate of the tokens of all pieces.
    public long tokens(Tokenizer tokenizer) {
        return Math.round(runs() * Ratios.of(tokenizer).text());
    }
}
