package dev.switchgear.server.api.llm.responses.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.json.BoundedJson;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.names.Quote;
import dev.switchgear.server.names.SgCode;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;

/// A client's message on a connection, as far as the connection itself must know it.
///
/// @param kind of message
/// @param lane in which the turn runs; empty for the one without a name
/// @param previous the answer that it goes on with; empty for none
/// @param body what a request by HTTP would send for the same: without what only a connection knows, and
///     streamed
public record SocketRequest(Kind kind, String lane, String previous, byte[] body) {
    /// What the client wants.
    public enum Kind {
        /// A turn.
        CREATE,
        /// A turn of which no answer is wanted: it is only remembered.
        WARM_UP,
        /// That the turn under way takes another course.
        STEER
    }

    private static final JsonFactory JSON = BoundedJson.factory();
    private static final Pattern LANE = Pattern.compile("[A-Za-z0-9_.-]{1,256}");
    private static final byte[] STREAMED = "{\"stream\":true".getBytes(US_ASCII);

    /// A top-level field.
    ///
    /// @param from where its name begins
    private record Field(String name, int from) {}

    /// A message that cannot be served.
    static final class Unfit extends Exception {
        private static final long serialVersionUID = 1L;

        // Never serialized.
        private final transient Problem problem;
        private final String lane;

        Unfit(Problem problem, String lane) {
            super(problem.message(), null, false, false);
            this.problem = problem;
            this.lane = lane;
        }

        Problem problem() {
            return problem;
        }

        /// Of the turn that was asked for; empty where that is not known.
        String lane() {
            return lane;
        }
    }

    static SocketRequest read(byte[] message) throws Unfit {
        try {
            return new Reading(message).read();
        } catch (JacksonException broken) {
            throw unfit("invalid_json", "", "The message is not one JSON object.", "");
        }
    }

    private static Unfit unfit(String word, String where, String text, String lane) {
        return new Unfit(Problem.of(SgCode.UNUSABLE_REQUEST, word, text).at(where), lane);
    }

    private static final class Reading {
        private final byte[] message;
        private final List<Field> fields = new ArrayList<>();
        private String type = "";
        private String lane = "";
        private String previous = "";
        private boolean generate = true;
        private boolean laneFits = true;
        private int end;

        Reading(byte[] message) {
            this.message = message;
        }

        SocketRequest read() throws Unfit {
            fields();
            if (!laneFits) {
                throw unfit(
                        "invalid_stream_id",
                        "stream_id",
                        "The 'stream_id' field must be a non-empty string with at most 256"
                                + " characters and may only contain letters, numbers, underscores,"
                                + " hyphens, and periods.",
                        "");
            }
            Kind kind =
                    switch (type) {
                        case "response.create" -> generate ? Kind.CREATE : Kind.WARM_UP;
                        case "response.steer" -> Kind.STEER;
                        default ->
                                throw unfit(
                                        "unsupported_event_type",
                                        "type",
                                        "`"
                                                + Quote.name(type)
                                                + "` is not understood here. Send"
                                                + " `response.create`.",
                                        lane);
                    };
            return new SocketRequest(kind, lane, previous, kind == Kind.STEER ? message : body());
        }

        private void fields() throws Unfit {
            try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), message)) {
                if (parser.nextToken() != JsonToken.START_OBJECT) {
                    throw unfit("invalid_json", "", "The message is not one JSON object.", "");
                }
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    int from = (int) parser.currentTokenLocation().getByteOffset();
                    String name = parser.currentName();
                    fields.add(new Field(name, from));
                    JsonToken value = parser.nextToken();
                    switch (name) {
                        case "type" -> type = text(parser, value);
                        case "previous_response_id" -> previous = text(parser, value);
                        case "generate" -> generate = value != JsonToken.VALUE_FALSE;
                        case "stream_id" -> {
                            lane = text(parser, value);
                            laneFits =
                                    value == JsonToken.VALUE_NULL || LANE.matcher(lane).matches();
                        }
                        default -> {}
                    }
                    parser.skipChildren();
                }
                end = (int) parser.currentTokenLocation().getByteOffset();
                if (parser.nextToken() != null) {
                    throw unfit("invalid_json", "", "The message is not one JSON object.", "");
                }
            }
        }

        private static String text(JsonParser parser, JsonToken value) {
            return value == JsonToken.VALUE_STRING ? parser.getString() : "";
        }

        private byte[] body() {
            var body = new ByteArrayOutputStream(message.length + STREAMED.length);
            body.writeBytes(STREAMED);
            for (int i = 0; i < fields.size(); i++) {
                Field field = fields.get(i);
                boolean kept =
                        switch (field.name()) {
                            case "type", "stream_id", "generate", "stream", "background" -> false;
                            default -> true;
                        };
                if (kept) {
                    int to = i + 1 < fields.size() ? fields.get(i + 1).from() : end;
                    body.write(',');
                    body.write(message, field.from(), trimmed(field.from(), to) - field.from());
                }
            }
            body.write('}');
            return body.toByteArray();
        }

        /// Without the comma that follows, and the space around it.
        private int trimmed(int from, int to) {
            int at = to;
            while (at > from && isBetween(message[at - 1])) {
                at--;
            }
            return at;
        }

        private static boolean isBetween(byte b) {
            return b == ' ' || b == '\t' || b == '\r' || b == '\n' || b == ',';
        }
    }

    /// A top-level field of the body; missing where there is none.
    JsonNode field(String name) {
        return Json.read(body, 0, body.length).path(name);
    }

    /// What of the message is a name of the turn's lane, in events.
    Optional<String> named() {
        return lane.isEmpty() ? Optional.empty() : Optional.of(lane);
    }
}
