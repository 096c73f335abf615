package dev.switchgear.families.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/// Walks over JSON that is to be looked at and passed on: it proves that the whole is well-formed JSON in
/// strict UTF-8, tells where each value stands, and makes nothing of what nobody asks for. Of a long
/// request nearly all is text, which is passed eight bytes at a time: a byte without a meaning of its own
/// (no quote, no backslash, no control character, ASCII) is told by some arithmetic on all eight at once.
/// Not thread-safe.
///
/// It is over with the end of the first value; [#ended] tells whether that is all.
public final class JsonCursor {
    /// What stops a walk: the text is no JSON within the bounds. [JsonFlaw] says where and why.
    public static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private Malformed() {
            // Nobody reads a trace of it, and it is made of what anybody may send.
            super("malformed JSON", null, false, false);
        }
    }

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGHS = 0x8080_8080_8080_8080L;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';
    private static final long SPACES = ONES * ' ';

    private static final int LEVELS = 16;

    private final byte[] json;
    private final int depthMax;
    private final int numberMax;

    private JsonToken token = JsonToken.NOT_AVAILABLE;
    private boolean begun;
    private int at;
    private int from;

    /// Whether the string or name in hand has escapes.
    private boolean escaped;

    // What is around: for each level whether it is an object, and the name of its value in hand.
    private int depth;
    private boolean[] objects = new boolean[LEVELS];
    private int[] nameFrom = new int[LEVELS];
    private int[] nameTo = new int[LEVELS];
    private boolean[] nameEscaped = new boolean[LEVELS];

    /// The level that the value in hand stands in.
    private int level;

    /// @param depthMax how deep objects and arrays may nest
    /// @param numberMax characters of a number
    public JsonCursor(byte[] json, int depthMax, int numberMax) {
        this.json = json;
        this.depthMax = depthMax;
        this.numberMax = numberMax;
    }

    /// Goes on to what comes next.
    ///
    /// @return [JsonToken#NOT_AVAILABLE] once the first value is over
    /// @throws Malformed if that is no JSON
    public JsonToken nextToken() {
        if (token == JsonToken.PROPERTY_NAME) {
            space();
            expect(':');
            space();
            return value();
        }
        if (depth == 0) {
            if (begun) {
                return take(JsonToken.NOT_AVAILABLE);
            }
            begun = true;
            space();
            return value();
        }
        boolean first = token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY;
        space();
        byte c = here();
        boolean object = objects[depth];
        if (c == (object ? '}' : ']')) {
            from = at++;
            depth--;
            level = depth;
            return take(object ? JsonToken.END_OBJECT : JsonToken.END_ARRAY);
        }
        if (!first) {
            expect(',');
            space();
        }
        return object ? readName() : value();
    }

    /// Goes on to the next name of the object in hand.
    ///
    /// @return null at its end
    public @Nullable String nextName() {
        return nextToken() == JsonToken.PROPERTY_NAME ? name(depth) : null;
    }

    public JsonToken currentToken() {
        return token;
    }

    /// Where what is in hand begins, with its quote where it has one.
    public int from() {
        return from;
    }

    /// Behind what is in hand.
    public int to() {
        return at;
    }

    /// Whether nothing but space is left.
    public boolean ended() {
        space();
        return at == json.length;
    }

    /// Whether the value in hand has no name: it stands in an array, or alone.
    public boolean nameless() {
        return !objects[level];
    }

    /// Whether the value in hand has this name.
    ///
    /// @param name in ASCII
    public boolean named(String name) {
        if (!objects[level]) {
            return false;
        }
        return nameEscaped[level]
                ? name(level).equals(name)
                : same(name, nameFrom[level], nameTo[level]);
    }

    /// Whether the string in hand is this one.
    ///
    /// @param text in ASCII
    public boolean is(String text) {
        return escaped ? string().equals(text) : same(text, from + 1, at - 1);
    }

    /// Whether the string in hand begins so.
    ///
    /// @param text in ASCII
    public boolean starts(String text) {
        if (escaped) {
            return string().startsWith(text);
        }
        int end = from + 1 + text.length();
        return end < at && same(text, from + 1, end);
    }

    private boolean same(String text, int begin, int end) {
        if (end - begin != text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (json[begin + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// The string in hand; what stands there of any other value.
    public String string() {
        return token == JsonToken.VALUE_STRING
                ? text(from + 1, at - 1, escaped)
                : new String(json, from, at - from, UTF_8);
    }

    /// The name of the value in hand; empty where it has none.
    String name() {
        return nameless() ? "" : name(level);
    }

    private String name(int of) {
        return text(nameFrom[of], nameTo[of], nameEscaped[of]);
    }

    private String text(int begin, int end, boolean withEscapes) {
        if (!withEscapes) {
            return new String(json, begin, end - begin, UTF_8);
        }
        var text = new StringBuilder(end - begin);
        int plain = begin;
        for (int i = begin; i < end; i++) {
            if (json[i] != '\\') {
                continue;
            }
            text.append(new String(json, plain, i - plain, UTF_8));
            byte kind = json[++i];
            if (kind == 'u') {
                text.append((char) Integer.parseInt(new String(json, i + 1, 4, UTF_8), 16));
                i += 4;
            } else {
                text.append(unescaped(kind));
            }
            plain = i + 1;
        }
        return text.append(new String(json, plain, end - plain, UTF_8)).toString();
    }

    private static char unescaped(byte kind) {
        return switch (kind) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> (char) kind;
        };
    }

    /// The whole number in hand; empty where it is none that a `long` holds.
    public OptionalLong integer() {
        if (token != JsonToken.VALUE_NUMBER_INT) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(string()));
        } catch (NumberFormatException larger) {
            return OptionalLong.empty();
        }
    }

    private JsonToken readName() {
        if (here() != '"') {
            throw new Malformed();
        }
        quoted();
        if (at - from - 2 > BoundedJson.NAME) {
            throw new Malformed();
        }
        nameFrom[depth] = from + 1;
        nameTo[depth] = at - 1;
        nameEscaped[depth] = escaped;
        level = depth;
        return take(JsonToken.PROPERTY_NAME);
    }

    private JsonToken value() {
        level = depth;
        byte c = here();
        return take(
                switch (c) {
                    case '"' -> {
                        quoted();
                        yield JsonToken.VALUE_STRING;
                    }
                    case '{' -> enter(true);
                    case '[' -> enter(false);
                    case 't' -> word("true", JsonToken.VALUE_TRUE);
                    case 'f' -> word("false", JsonToken.VALUE_FALSE);
                    case 'n' -> word("null", JsonToken.VALUE_NULL);
                    default -> number();
                });
    }

    private JsonToken take(JsonToken next) {
        token = next;
        return next;
    }

    private JsonToken enter(boolean object) {
        if (depth == depthMax) {
            throw new Malformed();
        }
        from = at++;
        depth++;
        if (depth == objects.length) {
            objects = Arrays.copyOf(objects, 2 * depth);
            nameFrom = Arrays.copyOf(nameFrom, 2 * depth);
            nameTo = Arrays.copyOf(nameTo, 2 * depth);
            nameEscaped = Arrays.copyOf(nameEscaped, 2 * depth);
        }
        objects[depth] = object;
        return object ? JsonToken.START_OBJECT : JsonToken.START_ARRAY;
    }

    private JsonToken word(String word, JsonToken is) {
        if (at + word.length() > json.length || !same(word, at, at + word.length())) {
            throw new Malformed();
        }
        from = at;
        at += word.length();
        return is;
    }

    /// What stands behind it and does not belong there is found by what comes next.
    private JsonToken number() {
        from = at;
        if (here() == '-') {
            at++;
        }
        if (here() == '0') {
            at++;
        } else {
            digits();
        }
        boolean whole = true;
        if (at < json.length && json[at] == '.') {
            at++;
            digits();
            whole = false;
        }
        if (at < json.length && (json[at] | 0x20) == 'e') {
            at++;
            if (here() == '-' || here() == '+') {
                at++;
            }
            digits();
            whole = false;
        }
        if (at - from > numberMax) {
            throw new Malformed();
        }
        return whole ? JsonToken.VALUE_NUMBER_INT : JsonToken.VALUE_NUMBER_FLOAT;
    }

    /// One or more.
    private void digits() {
        int begin = at;
        while (at < json.length && json[at] >= '0' && json[at] <= '9') {
            at++;
        }
        if (at == begin) {
            throw new Malformed();
        }
    }

    /// From one quote to the other.
    private void quoted() {
        byte[] bytes = json;
        int begin = at;
        int next = at + 1;
        boolean found = false;
        while (true) {
            while (next <= bytes.length - Long.BYTES) {
                long eight = (long) LONGS.get(bytes, next);
                long quote = eight ^ QUOTES;
                long backslash = eight ^ BACKSLASHES;
                // Whether a byte is zero, or below a space, or has its high bit. A borrow may mark
                // one too many behind the first that is meant, never before it.
                long meant =
                        (((quote - ONES) & ~quote)
                                        | ((backslash - ONES) & ~backslash)
                                        | ((eight - SPACES) & ~eight)
                                        | eight)
                                & HIGHS;
                if (meant != 0) {
                    next += Long.numberOfTrailingZeros(meant) >> 3;
                    break;
                }
                next += Long.BYTES;
            }
            if (next >= bytes.length) {
                throw new Malformed();
            }
            byte c = bytes[next];
            if (c == '"') {
                break;
            }
            if (c == '\\') {
                found = true;
                next = escape(next);
            } else if (c < 0) {
                next = beyondAscii(next);
            } else if (c < ' ') {
                throw new Malformed();
            } else {
                next++;
            }
        }
        from = begin;
        at = next + 1;
        escaped = found;
    }

    /// @return behind it
    private int escape(int backslash) {
        if (backslash + 1 >= json.length) {
            throw new Malformed();
        }
        return switch (json[backslash + 1]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> backslash + 2;
            case 'u' -> backslash + 2 + hex(backslash + 2);
            default -> throw new Malformed();
        };
    }

    /// @return four, if so many digits stand there
    private int hex(int begin) {
        if (begin + 4 > json.length) {
            throw new Malformed();
        }
        for (int i = begin; i < begin + 4; i++) {
            if (!isHex(json[i])) {
                throw new Malformed();
            }
        }
        return 4;
    }

    private static boolean isHex(byte c) {
        int letter = c | 0x20;
        return (c >= '0' && c <= '9') || (letter >= 'a' && letter <= 'f');
    }

    /// Passes text that is not ASCII.
    ///
    /// @return behind it
    private int beyondAscii(int first) {
        int next = first;
        while (next < json.length && json[next] < 0) {
            int length = Utf8.sequence(json, next);
            if (length == 0) {
                throw new Malformed();
            }
            next += length;
        }
        return next;
    }

    private void space() {
        while (at < json.length) {
            byte c = json[at];
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                return;
            }
            at++;
        }
    }

    private byte here() {
        if (at >= json.length) {
            throw new Malformed();
        }
        return json[at];
    }

    private void expect(char c) {
        if (here() != c) {
            throw new Malformed();
        }
        at++;
    }
}
