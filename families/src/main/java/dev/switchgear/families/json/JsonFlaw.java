package dev.switchgear.families.json;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Where a text stops being JSON, what stands there and what was expected, in words for people. Looked
/// for only once a parser has refused the text, whose own words are about itself: it may be slow.
///
/// @param line counted from 1
/// @param column in bytes, counted from 1
/// @param offset in bytes, counted from 0
/// @param what was found, and what was expected
public record JsonFlaw(int line, int column, int offset, String what) {
    private static final int WORD_MAX = 20;

    /// What may come next.
    private enum Next {
        VALUE("a value"),
        VALUE_OR_END("a value or `]`"),
        NAME("a field's name in double quotes"),
        NAME_OR_END("a field's name in double quotes, or `}`"),
        COLON("`:`"),
        IN_ARRAY("`,` or `]`"),
        IN_OBJECT("`,` or `}`"),
        NOTHING("the end");

        private final String expected;

        Next(String expected) {
            this.expected = expected;
        }
    }

    /// What one finds on the way; made for a text that is refused anyway.
    private static final class Search {
        private final byte[] json;
        private final int from;
        private final int to;
        private final int depthMax;
        private final int numberMax;

        /// For each level whether it is an object.
        private final boolean[] objects;

        private int depth;
        private int at;

        Search(byte[] json, int from, int to, int depthMax, int numberMax) {
            this.json = json;
            this.from = from;
            this.to = to;
            this.depthMax = depthMax;
            this.numberMax = numberMax;
            this.objects = new boolean[depthMax];
            this.at = from;
        }

        Optional<JsonFlaw> find() {
            Next next = Next.VALUE;
            while (true) {
                while (at < to && isSpace(json[at])) {
                    at++;
                }
                if (at == to) {
                    return next == Next.NOTHING ? Optional.empty() : unexpected(next);
                }
                byte c = json[at];
                switch (next) {
                    case NOTHING -> {
                        return flaw(at, "more after the value (expected: the end)");
                    }
                    case COLON -> {
                        if (c != ':') {
                            return unexpected(next);
                        }
                        at++;
                        next = Next.VALUE;
                    }
                    case IN_ARRAY, IN_OBJECT -> {
                        boolean object = next == Next.IN_OBJECT;
                        if (c == ',') {
                            at++;
                            next = object ? Next.NAME : Next.VALUE;
                        } else if (c == (object ? '}' : ']')) {
                            next = leave();
                        } else {
                            return unexpected(next);
                        }
                    }
                    case NAME, NAME_OR_END -> {
                        if (c == '}' && next == Next.NAME_OR_END) {
                            next = leave();
                        } else if (c == '"') {
                            Optional<JsonFlaw> broken = string(BoundedJson.NAME);
                            if (broken.isPresent()) {
                                return broken;
                            }
                            next = Next.COLON;
                        } else {
                            return unexpected(next);
                        }
                    }
                    case VALUE, VALUE_OR_END -> {
                        if (c == ']' && next == Next.VALUE_OR_END) {
                            next = leave();
                        } else if (c == '{' || c == '[') {
                            if (depth == depthMax) {
                                return flaw(
                                        at,
                                        "nested deeper than "
                                                + depthMax
                                                + " levels (expected: at most "
                                                + depthMax
                                                + ")");
                            }
                            objects[depth++] = c == '{';
                            at++;
                            next = c == '{' ? Next.NAME_OR_END : Next.VALUE_OR_END;
                        } else {
                            Optional<JsonFlaw> broken = scalar(c, next);
                            if (broken.isPresent()) {
                                return broken;
                            }
                            next = within();
                        }
                    }
                }
            }
        }

        private Next leave() {
            depth--;
            at++;
            return within();
        }

        private Next within() {
            if (depth == 0) {
                return Next.NOTHING;
            }
            return objects[depth - 1] ? Next.IN_OBJECT : Next.IN_ARRAY;
        }

        private Optional<JsonFlaw> scalar(byte c, Next next) {
            if (c == '"') {
                return string(Integer.MAX_VALUE);
            }
            int end = at;
            while (end < to && isWord(json[end])) {
                end++;
            }
            String word = new String(json, at, Math.min(end, to) - at, StandardCharsets.UTF_8);
            if (word.equals("true") || word.equals("false") || word.equals("null")) {
                at = end;
                return Optional.empty();
            }
            if (c != '-' && (c < '0' || c > '9')) {
                return unexpected(next);
            }
            if (word.length() > numberMax) {
                return flaw(
                        at,
                        "a number of "
                                + word.length()
                                + " characters (expected: at most "
                                + numberMax
                                + ")");
            }
            if (!word.matches("-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?")) {
                return flaw(at, quoted(word) + " (expected: a number such as -1.5e3)");
            }
            at = end;
            return Optional.empty();
        }

        private Optional<JsonFlaw> string(int most) {
            int begin = at;
            at++;
            while (at < to) {
                byte c = json[at];
                if (c == '"') {
                    if (at - begin - 1 > most) {
                        return flaw(
                                begin,
                                "a name of more than "
                                        + most
                                        + " characters (expected: at most "
                                        + most
                                        + ")");
                    }
                    at++;
                    return Optional.empty();
                }
                if (c >= 0 && c < ' ') {
                    return flaw(
                            at,
                            "a control character in a string (expected: it escaped, such as \\n or"
                                    + " \\u"
                                    + String.format("%04x", c)
                                    + ")");
                }
                if (c == '\\') {
                    Optional<JsonFlaw> broken = escape();
                    if (broken.isPresent()) {
                        return broken;
                    }
                } else {
                    at++;
                }
            }
            return flaw(to, "the end within a string (expected: a double quote)");
        }

        private Optional<JsonFlaw> escape() {
            int length = at + 1 < to && json[at + 1] == 'u' ? 6 : 2;
            if (at + length > to) {
                return flaw(to, "the end within a string (expected: a double quote)");
            }
            boolean known = length == 6 || "\"\\/bfnrt".indexOf(json[at + 1]) >= 0;
            for (int i = at + 2; i < at + length; i++) {
                known &= Character.digit(json[i], 16) >= 0;
            }
            if (!known) {
                return flaw(
                        at,
                        "a backslash before something else (expected: one of \\\" \\\\ \\/ \\b \\f"
                                + " \\n \\r \\t, or \\u and four hexadecimal digits)");
            }
            at += length;
            return Optional.empty();
        }

        private Optional<JsonFlaw> unexpected(Next next) {
            return flaw(at, found() + " (expected: " + next.expected + ")");
        }

        private String found() {
            if (at >= to) {
                return "the end";
            }
            byte c = json[at];
            if (c == '\'') {
                return "a single quote";
            }
            if (isWord(c)) {
                int end = at;
                while (end < to && end - at < WORD_MAX && isWord(json[end])) {
                    end++;
                }
                return quoted(new String(json, at, end - at, StandardCharsets.UTF_8));
            }
            if (c == (byte) 0xEF && at == from) {
                return "a byte order mark";
            }
            return c > ' ' && c < 0x7f
                    ? "`" + (char) c + "`"
                    : String.format("a byte 0x%02x", c & 0xff);
        }

        private static String quoted(String word) {
            return "`" + (word.length() <= WORD_MAX ? word : word.substring(0, WORD_MAX)) + "`";
        }

        private Optional<JsonFlaw> flaw(int offset, String what) {
            return Optional.of(at(json, from, offset, what));
        }

        private static boolean isSpace(byte c) {
            return c == ' ' || c == '\n' || c == '\r' || c == '\t';
        }

        private static boolean isWord(byte c) {
            return (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '-'
                    || c == '+'
                    || c == '.'
                    || c == '_';
        }
    }

    /// The flaw at `offset`, in a text that begins at `from`; both in `json`.
    public static JsonFlaw at(byte[] json, int from, int offset, String what) {
        int line = 1;
        int lineFrom = from;
        for (int i = from; i < offset; i++) {
            if (json[i] == '\n') {
                line++;
                lineFrom = i + 1;
            }
        }
        return new JsonFlaw(line, offset - lineFrom + 1, offset - from, what);
    }

    /// The first flaw of the one value that `json[from..to)` should be; empty where there is none.
    public static Optional<JsonFlaw> in(
            byte[] json, int from, int to, int depthMax, int numberMax) {
        return new Search(json, from, to, depthMax, numberMax).find();
    }

    /// The same within the bounds of everything that is read, for a text that was refused.
    public static String words(byte[] json, int from, int to) {
        return in(json, from, to, BoundedJson.DEPTH, BoundedJson.NUMBER)
                .map(JsonFlaw::message)
                .orElse("a number out of range");
    }

    /// Where, and what.
    public String message() {
        return "line " + line + ", column " + column + " (byte " + offset + "): " + what;
    }
}
