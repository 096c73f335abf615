package dev.switchgear.server.api.llm.responses.heard;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/// What an event of a streamed answer means to whoever keeps the answer, as its data says.
public enum EventKind {
    /// The answer has a name, and is under way.
    BEGUN("response.created", "response.in_progress", "response.queued"),
    /// One item is whole.
    ITEM("response.output_item.done"),
    /// The answer is over, and stands in the event.
    OVER("response.completed", "response.incomplete", "response.failed", "response.cancelled"),
    /// Anything else.
    OTHER();

    private static final byte[] TYPE = "\"type\"".getBytes(US_ASCII);

    /// The kind's name stands among these bytes, where the data says it at all.
    private static final int LOOKED_AT = 256;

    @SuppressWarnings(
            "ImmutableEnumChecker") // Nobody writes to it, and bytes are compared with it.
    private final byte[][] types;

    EventKind(String... types) {
        this.types =
                Arrays.stream(types)
                        .map(type -> ('"' + type + '"').getBytes(US_ASCII))
                        .toArray(byte[][]::new);
    }

    /// Of `{"type":"…"` as all providers write it, with or without spaces, the type first or among the
    /// first fields.
    public static EventKind of(byte[] json, int from, int to) {
        int end = Math.min(to, from + LOOKED_AT);
        for (int at = from; at + TYPE.length < end; at++) {
            if (json[at] == '"' && begins(json, at, end, TYPE)) {
                int value = at + TYPE.length;
                while (value < end && (json[value] == ':' || json[value] == ' ')) {
                    value++;
                }
                return called(json, value, end);
            }
        }
        return OTHER;
    }

    private static EventKind called(byte[] json, int at, int end) {
        // What comes most often, a piece of text, differs in its tenth letter already.
        for (EventKind kind : LOOKED_FOR) {
            for (byte[] type : kind.types) {
                if (begins(json, at, end, type)) {
                    return kind;
                }
            }
        }
        return OTHER;
    }

    private static final EventKind[] LOOKED_FOR = {BEGUN, ITEM, OVER};

    private static boolean begins(byte[] json, int at, int end, byte[] word) {
        return at + word.length <= end
                && Arrays.equals(json, at, at + word.length, word, 0, word.length);
    }
}
