package dev.switchgear.server.api.llm.responses;

import dev.switchgear.dialects.json.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// An answer as it left, of which only as much is read as it takes to find it again.
///
/// @param json the answer's object, or the event that holds it
/// @param items the events of its items, where they may be nowhere else
/// @param over whether the answer came to its end
record KeptBytes(byte[] json, List<byte[]> items, boolean over) {
    /// More of them are not gathered: then the answer's own list is all there is.
    private static final int ITEMS_BYTES_MAX = 32 * 1024 * 1024;

    static KeptBytes whole(byte[] json) {
        return new KeptBytes(json, List.of(), true);
    }

    /// What the answer is called; empty where it has no name.
    ///
    /// @param forced the name that it is to have
    Optional<String> named(Optional<String> forced) {
        return forced.or(() -> Optional.of(head().id()).filter(id -> !id.isEmpty()));
    }

    /// Whether who gave the answer says that it is kept there.
    boolean stored() {
        return head().stored();
    }

    /// The fields of the answer that matter here.
    private record Head(String id, boolean stored) {}

    /// Reads the answer's own fields and passes over what they hold.
    private Head head() {
        try (JsonParser parser = Json.parser(json)) {
            parser.nextToken();
            return head(parser);
        } catch (JacksonException unreadable) {
            // What cannot be read cannot be gone on with; its client has it as it is.
            return new Head("", false);
        }
    }

    private static Head head(JsonParser parser) {
        String id = "";
        boolean stored = false;
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            if (name.equals("response") && value == JsonToken.START_OBJECT) {
                return head(parser);
            } else if (name.equals("id") && value == JsonToken.VALUE_STRING) {
                id = parser.getString();
            } else if (name.equals("store")) {
                stored = value == JsonToken.VALUE_TRUE;
                parser.skipChildren();
            } else {
                parser.skipChildren();
            }
        }
        return new Head(id, stored);
    }

    /// What a stream says of the answer that it brings. For one thread at a time.
    static final class Gathered {
        private byte[] begun = new byte[0];
        private final List<byte[]> items = new ArrayList<>();
        private long bytes;
        private boolean over;

        /// @return the answer, once it is whole
        Optional<KeptBytes> take(byte[] data, int from, int to) {
            switch (EventKind.of(data, from, to)) {
                case BEGUN -> {
                    if (begun.length == 0) {
                        begun = Arrays.copyOfRange(data, from, to);
                    }
                }
                case ITEM -> {
                    bytes += to - from;
                    if (bytes <= ITEMS_BYTES_MAX) {
                        items.add(Arrays.copyOfRange(data, from, to));
                    }
                }
                case OVER -> {
                    over = true;
                    var whole = new KeptBytes(Arrays.copyOfRange(data, from, to), items, true);
                    return Optional.of(whole.tidy());
                }
                case OTHER -> {}
            }
            return Optional.empty();
        }

        /// An answer that was cut off, as far as it came; once.
        ///
        /// @param given whether its client gave it up
        Optional<KeptBytes> cut(boolean given) {
            if (over || begun.length == 0) {
                return Optional.empty();
            }
            over = true;
            try {
                JsonNode response = Json.read(begun, 0, begun.length).path("response");
                if (!(response instanceof ObjectNode answer)) {
                    return Optional.empty();
                }
                answer.put("status", given ? "cancelled" : "failed");
                if (!given) {
                    answer.putObject("error")
                            .put("code", "server_error")
                            .put("message", "The answer broke off.");
                }
                return Optional.of(new KeptBytes(Json.bytes(answer), items, false));
            } catch (JacksonException unreadable) {
                // It has no name that anybody could ask by.
                return Optional.empty();
            }
        }
    }

    /// Without the items where the answer lists them itself, as nearly all do.
    private KeptBytes tidy() {
        try (JsonParser parser = Json.parser(json)) {
            parser.nextToken();
            return lists(parser) ? new KeptBytes(json, List.of(), over) : this;
        } catch (JacksonException unreadable) {
            return this;
        }
    }

    private static boolean lists(JsonParser parser) {
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            if (name.equals("response") && value == JsonToken.START_OBJECT) {
                return lists(parser);
            }
            if (name.equals("output") && value == JsonToken.START_ARRAY) {
                return parser.nextToken() != JsonToken.END_ARRAY;
            }
            parser.skipChildren();
        }
        return false;
    }
}
