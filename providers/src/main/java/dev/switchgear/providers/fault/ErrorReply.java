package dev.switchgear.providers.fault;

import dev.switchgear.families.json.BoundedJson;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// A provider's error as far as it could be read.
///
/// @param status the HTTP status; of an error inside a 200, the one its own code states, or 0
/// @param type empty where not said
/// @param code a word; empty where not said or where it only repeats a status
/// @param message free text, for people and for patterns of words; never searched for numbers
public record ErrorReply(int status, String type, String code, String message) {
    /// The code of Google's errors about a quota that waiting does not bring back: a day's, or one of
    /// nothing at all.
    public static final String QUOTA_USED_UP = "quota_used_up";

    private static final JsonFactory JSON = BoundedJson.factory();
    private static final Pattern STATUS = Pattern.compile("[45][0-9][0-9]");
    private static final int MESSAGE_CHARS_MAX = 300;

    /// Reads the shapes in use: `{"error":{message,type,param,code}}` with a word or an integer as
    /// code, `{"error":"text"}`, the same flat, `{"detail":…}`, any of them in an array, and the error
    /// within a response that failed or within a choice. What is not JSON has a status and nothing else.
    ///
    /// @param httpStatus of the answer; below 400 for an error inside a successful one
    public static ErrorReply read(int httpStatus, byte[] body, int from, int to) {
        var reading = new Reading();
        try (JsonParser parser =
                JSON.createParser(ObjectReadContext.empty(), body, from, to - from)) {
            reading.root(parser);
        } catch (JacksonException notJson) {
            // A proxy's page, or a cut answer: what was read before the break still counts.
        }
        int status = httpStatus >= 400 ? httpStatus : reading.status;
        return new ErrorReply(status, reading.type, reading.code, oneLine(reading.message));
    }

    /// Whether the body is one whole JSON object or array.
    public static boolean isJson(byte[] body) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            JsonToken first = parser.nextToken();
            if (first == null || !first.isStructStart()) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (JacksonException notJson) {
            return false;
        }
    }

    /// Whether a JSON object has its error only within the response that failed: no client that is
    /// answered with an error would look for it there.
    public static boolean isWithin(byte[] body) {
        boolean response = false;
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken value = parser.nextToken();
                if (name.equals("error") && value != JsonToken.VALUE_NULL) {
                    return false;
                }
                response |= name.equals("response") && value == JsonToken.START_OBJECT;
                response |= name.equals("choices");
                parser.skipChildren();
            }
            return response;
        } catch (JacksonException notJson) {
            return false;
        }
    }

    private static String oneLine(String text) {
        String line = text.strip().replaceAll("[\\p{Cntrl}\\s]+", " ");
        return line.length() <= MESSAGE_CHARS_MAX
                ? line
                : line.substring(0, MESSAGE_CHARS_MAX) + "…";
    }

    /// Status, code and message in one line.
    public String line() {
        var line = new StringBuilder(status > 0 ? Integer.toString(status) : "error");
        String name = code.isEmpty() ? type : code;
        if (!name.isEmpty()) {
            line.append(' ').append(name);
        }
        return message.isEmpty() ? line.toString() : line.append(": ").append(message).toString();
    }

    /// One pass over an error body.
    private static final class Reading {
        private int status;
        private String type = "";
        private String code = "";
        private String message = "";

        private void root(JsonParser parser) {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.START_ARRAY) {
                token = parser.nextToken();
            }
            if (token == JsonToken.START_OBJECT) {
                object(parser, true);
            }
        }

        private void object(JsonParser parser, boolean root) {
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken value = parser.nextToken();
                switch (name) {
                    case "error" -> error(parser, value, root);
                    case "detail" -> detail(parser, value);
                    case "message" -> message(parser, value);
                    // Anthropic calls every body an `error`; what it is stands inside.
                    case "type" ->
                            type =
                                    root && !type.isEmpty()
                                            ? skipped(parser)
                                            : text(parser, value, type);
                    case "details" -> details(parser, value);
                    case "status" -> type = type.isEmpty() ? text(parser, value, type) : type;
                    case "code" -> code(parser, value);
                    case "innererror" -> inner(parser, value);
                    case "metadata" -> metadata(parser, value);
                    case "availability" -> inner(parser, value);
                    case "response" -> response(parser, value, root);
                    case "choices" -> choices(parser, value);
                    default -> parser.skipChildren();
                }
            }
        }

        /// The event of a response that failed has the whole response, and only there its error.
        private void response(JsonParser parser, JsonToken value, boolean root) {
            if (value == JsonToken.START_OBJECT && root) {
                object(parser, true);
            } else {
                parser.skipChildren();
            }
        }

        /// OpenRouter puts what went wrong with one of its providers into the choice.
        private void choices(JsonParser parser, JsonToken value) {
            if (value != JsonToken.START_ARRAY) {
                parser.skipChildren();
                return;
            }
            for (JsonToken entry = parser.nextToken();
                    entry != null && entry != JsonToken.END_ARRAY;
                    entry = parser.nextToken()) {
                if (entry == JsonToken.START_OBJECT) {
                    choice(parser);
                } else {
                    parser.skipChildren();
                }
            }
        }

        private void choice(JsonParser parser) {
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken value = parser.nextToken();
                if (name.equals("error") && value == JsonToken.START_OBJECT) {
                    object(parser, false);
                } else {
                    parser.skipChildren();
                }
            }
        }

        private void error(JsonParser parser, JsonToken value, boolean root) {
            if (value == JsonToken.START_OBJECT && root) {
                object(parser, false);
            } else {
                message = text(parser, value, message);
            }
        }

        /// A text; from servers made with FastAPI also its `{"detail":…}`, or its list.
        private void message(JsonParser parser, JsonToken value) {
            if (value == JsonToken.START_OBJECT || value == JsonToken.START_ARRAY) {
                listed(parser);
            } else {
                message = text(parser, value, message);
            }
        }

        /// FastAPI: a text, or a list of `{loc, msg, type}`.
        private void detail(JsonParser parser, JsonToken value) {
            if (value == JsonToken.START_ARRAY) {
                listed(parser);
            } else {
                message = text(parser, value, message);
            }
        }

        private void listed(JsonParser parser) {
            int depth = 1;
            while (depth > 0) {
                JsonToken token = parser.nextToken();
                if (token == null) {
                    return;
                }
                if (token.isStructStart()) {
                    depth++;
                } else if (token.isStructEnd()) {
                    depth--;
                } else if ("msg".equals(parser.currentName()) && message.isEmpty()) {
                    message = text(parser, token, message);
                }
            }
        }

        private String skipped(JsonParser parser) {
            parser.skipChildren();
            return type;
        }

        private void details(JsonParser parser, JsonToken value) {
            switch (value) {
                case START_OBJECT -> namedDetails(parser);
                case START_ARRAY -> listedDetails(parser);
                default -> parser.skipChildren();
            }
        }

        /// Anthropic says only here that a limit on spending is reached.
        private void namedDetails(JsonParser parser) {
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken detail = parser.nextToken();
                if (name.equals("error_code")) {
                    code(parser, detail);
                } else {
                    parser.skipChildren();
                }
            }
        }

        /// Azure names the content filter only here, OpenRouter why no endpoint was left.
        private void inner(JsonParser parser, JsonToken value) {
            if (value != JsonToken.START_OBJECT) {
                parser.skipChildren();
                return;
            }
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken inner = parser.nextToken();
                if (name.equals("code")) {
                    code(parser, inner);
                } else {
                    parser.skipChildren();
                }
            }
        }

        /// OpenRouter's word for what went wrong stands beside a code that repeats the status.
        private void metadata(JsonParser parser, JsonToken value) {
            if (value != JsonToken.START_OBJECT) {
                parser.skipChildren();
                return;
            }
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken inner = parser.nextToken();
                if (name.equals("error_type")) {
                    type = text(parser, inner, type);
                } else {
                    parser.skipChildren();
                }
            }
        }

        /// Google's code only repeats the status; what is wrong stands in its details: a reason, or
        /// the quotas that were exceeded.
        private void listedDetails(JsonParser parser) {
            int depth = 1;
            while (depth > 0) {
                JsonToken token = parser.nextToken();
                if (token == null) {
                    return;
                }
                if (token.isStructStart()) {
                    depth++;
                } else if (token.isStructEnd()) {
                    depth--;
                } else if (token == JsonToken.VALUE_STRING) {
                    detail(String.valueOf(parser.currentName()), parser.getString());
                }
            }
        }

        private void detail(String name, String text) {
            switch (name) {
                case "reason" -> code = code.isEmpty() ? text : code;
                case "quotaId" -> code = text.contains("PerDay") ? QUOTA_USED_UP : code;
                case "quotaValue" -> code = text.equals("0") ? QUOTA_USED_UP : code;
                default -> {}
            }
        }

        private void code(JsonParser parser, JsonToken value) {
            String text =
                    value == JsonToken.VALUE_NUMBER_INT
                            ? parser.getString()
                            : text(parser, value, code);
            if (STATUS.matcher(text).matches()) {
                status = Integer.parseInt(text);
            } else {
                code = text;
            }
        }

        private static String text(JsonParser parser, JsonToken value, String otherwise) {
            if (value == JsonToken.VALUE_STRING) {
                return parser.getString();
            }
            parser.skipChildren();
            return otherwise;
        }
    }
}
