package dev.switchgear.providers.llm;

import dev.switchgear.families.llm.dialect.ProviderDialect.Framing;

/// What a body is, as its first bytes tell. Its content type often tells nothing, or another thing:
/// servers behind proxies call everything text, or a stream of bytes, and some answer in one piece
/// where a stream was asked for, or the other way round.
enum BodyShape {
    /// Too little has come to tell.
    UNTOLD,
    /// One JSON value on several lines, or a list of values.
    JSON,
    /// A JSON object; more may follow, one a line.
    OBJECTS,
    /// Server-sent events.
    EVENTS,
    /// Something else, such as a page.
    OTHER;

    /// @param body its first bytes, up to `to`
    static BodyShape of(byte[] body, int to) {
        int at = start(body, to);
        if (at == to) {
            return UNTOLD;
        }
        return switch (body[at]) {
            case '[' -> JSON;
            case '{' -> object(body, at + 1, to);
            // A comment, or one of `data`, `event`, `id`, `retry`, `error`.
            case ':', 'd', 'e', 'i', 'r' -> EVENTS;
            default -> OTHER;
        };
    }

    /// Where the first byte stands that is neither white space nor of a byte order mark.
    private static int start(byte[] body, int to) {
        int at =
                to >= 3
                                && body[0] == (byte) 0xef
                                && body[1] == (byte) 0xbb
                                && body[2] == (byte) 0xbf
                        ? 3
                        : 0;
        while (at < to && body[at] <= ' ' && body[at] >= 0) {
            at++;
        }
        return at;
    }

    /// An object whose line ends before anything stands in it goes on over several.
    private static BodyShape object(byte[] body, int from, int to) {
        int at = from;
        while (at < to && (body[at] == ' ' || body[at] == '\t')) {
            at++;
        }
        if (at == to) {
            return UNTOLD;
        }
        return body[at] == '\n' || body[at] == '\r' ? JSON : OBJECTS;
    }

    /// Whether a stream in such pieces looks like this.
    boolean fits(Framing framing) {
        return switch (this) {
            case UNTOLD -> true;
            case JSON, OTHER -> false;
            case OBJECTS -> framing == Framing.LINES;
            case EVENTS -> framing == Framing.EVENTS;
        };
    }

    /// Whether a content type, in lower case, leaves no doubt that the body comes in such pieces.
    static boolean sure(Framing framing, String contentType) {
        return switch (framing) {
            case EVENTS -> contentType.startsWith("text/event-stream");
            case LINES -> contentType.contains("ndjson");
        };
    }
}
