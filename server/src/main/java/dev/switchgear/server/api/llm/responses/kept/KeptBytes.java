package dev.switchgear.server.api.llm.responses.kept;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.server.api.llm.responses.heard.EventKind;
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
/// @param head the fields of the answer that matter here
public record KeptBytes(byte[] json, List<byte[]> items, Head head) {
    /// More of them are not gathered: then the answer's own list is all there is.
    private static final int ITEMS_BYTES_MAX = 32 * 1024 * 1024;

    /// @param id what the answer is called; empty where it has no name
    /// @param stored whether who gave it says that it is kept there
    /// @param lists whether it lists its items itself, as nearly all do
    public record Head(String id, boolean stored, boolean lists) {
        /// Reads the answer's own fields and passes over what they hold.
        static Head of(byte[] json) {
            try (JsonParser parser = Json.parser(json)) {
                parser.nextToken();
                return of(parser);
            } catch (JacksonException unreadable) {
                // What cannot be read cannot be gone on with; its client has it as it is.
                return new Head("", false, false);
            }
        }

        private static Head of(JsonParser parser) {
            String id = "";
            boolean stored = false;
            boolean lists = false;
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken value = parser.nextToken();
                switch (name) {
                    case "response" -> {
                        if (value == JsonToken.START_OBJECT) {
                            return of(parser);
                        }
                    }
                    case "id" -> id = value == JsonToken.VALUE_STRING ? parser.getString() : "";
                    case "store" -> stored = value == JsonToken.VALUE_TRUE;
                    case "output" -> {
                        lists =
                                value == JsonToken.START_ARRAY
                                        && parser.nextToken() == JsonToken.START_OBJECT;
                        passEntries(parser, lists);
                        continue;
                    }
                    default -> {}
                }
                parser.skipChildren();
            }
            return new Head(id, stored, lists);
        }

        /// @param any whether the parser stands on the first of them
        private static void passEntries(JsonParser parser, boolean any) {
            if (!any) {
                parser.skipChildren();
                return;
            }
            do {
                parser.skipChildren();
            } while (parser.nextToken() != JsonToken.END_ARRAY);
        }
    }

    public static KeptBytes whole(byte[] json) {
        return new KeptBytes(json, List.of(), Head.of(json));
    }

    /// What the answer is called; empty where it has no name.
    ///
    /// @param forced the name that it is to have
    public Optional<String> named(Optional<String> forced) {
        return forced.or(() -> Optional.of(head.id()).filter(id -> !id.isEmpty()));
    }

    /// What a stream says of the answer that it brings. For one thread at a time.
    public static final class Gathered {
        private byte[] begun = new byte[0];
        private final List<byte[]> items = new ArrayList<>();
        private long bytes;
        private boolean over;

        /// @return the answer, once it is whole
        public Optional<KeptBytes> take(byte[] data, int from, int to) {
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
                    byte[] json = Arrays.copyOfRange(data, from, to);
                    Head head = Head.of(json);
                    return Optional.of(new KeptBytes(json, head.lists() ? List.of() : items, head));
                }
                case OTHER -> {}
            }
            return Optional.empty();
        }

        /// An answer that was cut off, as far as it came; once.
        ///
        /// @param given whether its client gave it up
        public Optional<KeptBytes> cut(boolean given) {
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
                byte[] json = Json.bytes(answer);
                return Optional.of(new KeptBytes(json, items, Head.of(json)));
            } catch (JacksonException unreadable) {
                // It has no name that anybody could ask by.
                return Optional.empty();
            }
        }
    }
}
