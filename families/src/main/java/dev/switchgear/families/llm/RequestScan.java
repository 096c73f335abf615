package dev.switchgear.families.llm;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;

/// Reads a client's JSON once, to its last byte: proves that it is well-formed within limits and
/// finds what routing and limits need. It is on the path of every call (about 1.2 µs for 1 KiB).
///
/// A field that we act on may stand only once, because a provider might read the other one.
public final class RequestScan {
    private static final int MODEL_CHARS_MAX = 512;

    private final byte[] body;
    private final JsonParser parser;
    private final int stringBytesMax;
    private final boolean measureStrings;

    private @Nullable String model;
    private int modelFrom;
    private int modelTo;
    private @Nullable Boolean streamed;
    private boolean streamOptions;
    private @Nullable OptionalLong maxTokens;
    private @Nullable OptionalLong maxCompletionTokens;
    private boolean messagesSeen;
    private boolean inputSeen;
    private long promptBytes;
    private long promptTokens;

    private RequestScan(byte[] body, JsonParser parser, ScanLimits limits) {
        this.body = body;
        this.parser = parser;
        this.stringBytesMax = limits.stringBytes();
        // The parser applies its limit only to strings it decodes. A body that is shorter than the
        // limit cannot break it, so nearly no body pays for this.
        this.measureStrings = body.length > stringBytesMax;
    }

    /// @throws InvalidBody if `body` is not one JSON object in UTF-8 within `limits`, has no
    ///     usable `model`, or has a field of the wrong type that we act on
    public static RequestBody scan(byte[] body, ScanLimits limits) throws InvalidBody {
        beginsAsUtf8(body);
        int invalid = Utf8.firstInvalid(body);
        if (invalid >= 0) {
            throw InvalidBody.of("byte " + invalid + ": not UTF-8");
        }
        try (JsonParser parser = limits.json().createParser(ObjectReadContext.empty(), body)) {
            return new RequestScan(body, parser, limits).whole();
        } catch (JacksonException broken) {
            throw malformed(broken);
        }
    }

    /// Jackson would otherwise take other encodings by their first bytes, and read a text that no
    /// provider reads.
    private static void beginsAsUtf8(byte[] body) throws InvalidBody {
        if (body.length == 0) {
            throw InvalidBody.of("the body is empty (expected: a JSON object)");
        }
        if (body.length >= 3
                && body[0] == (byte) 0xEF
                && body[1] == (byte) 0xBB
                && body[2] == (byte) 0xBF) {
            throw InvalidBody.of("byte 0: a byte order mark (expected: UTF-8 without one)");
        }
        for (int i = 0; i < Math.min(4, body.length); i++) {
            if (body[i] == 0) {
                throw InvalidBody.of("byte " + i + ": zero (expected: JSON in UTF-8)");
            }
        }
    }

    private static InvalidBody malformed(JacksonException broken) {
        TokenStreamLocation at = broken.getLocation();
        String what = firstLine(broken.getOriginalMessage());
        return at == null
                ? InvalidBody.of(what)
                : InvalidBody.at(at.getLineNr(), at.getColumnNr(), at.getByteOffset(), what);
    }

    private static String firstLine(@Nullable String message) {
        if (message == null) {
            return "not JSON";
        }
        int end = message.indexOf('\n');
        String line = end < 0 ? message : message.substring(0, end);
        return line.length() <= 200 ? line : line.substring(0, 200) + "…";
    }

    private RequestBody whole() throws InvalidBody {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw InvalidBody.of("byte 0: not an object (expected: a JSON object)");
        }
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "model" -> model(value);
                case "stream" -> stream(value);
                case "stream_options" -> {
                    streamOptions = true;
                    skip(value);
                }
                case "max_tokens" -> maxTokens = bound(name, value, maxTokens);
                case "max_completion_tokens" ->
                        maxCompletionTokens = bound(name, value, maxCompletionTokens);
                case "messages" -> messages(value);
                case "input" -> input(value);
                case "tools", "functions", "response_format" -> prompt(value, false);
                default -> skip(value);
            }
        }
        if (parser.nextToken() != null) {
            TokenStreamLocation at = parser.currentTokenLocation();
            throw InvalidBody.at(
                    at.getLineNr(),
                    at.getColumnNr(),
                    at.getByteOffset(),
                    "more after the object (expected: the end)");
        }
        if (model == null) {
            throw InvalidBody.param("model", "missing (expected: a string)");
        }
        return new RequestBody(
                body,
                model,
                modelFrom,
                modelTo,
                Boolean.TRUE.equals(streamed),
                streamOptions,
                outputBound(),
                promptTokens + (promptBytes + 3) / 4);
    }

    private OptionalLong outputBound() {
        if (maxCompletionTokens != null && maxCompletionTokens.isPresent()) {
            return maxCompletionTokens;
        }
        return maxTokens == null ? OptionalLong.empty() : maxTokens;
    }

    private void model(JsonToken value) throws InvalidBody {
        once("model", model != null);
        if (value != JsonToken.VALUE_STRING) {
            throw wrong("model", value, "a string");
        }
        modelFrom = (int) parser.currentTokenLocation().getByteOffset();
        String name = parser.getString();
        modelTo = (int) parser.currentLocation().getByteOffset();
        if (name.isBlank()) {
            throw InvalidBody.param("model", "empty (expected: the name of a model)");
        }
        if (name.length() > MODEL_CHARS_MAX) {
            throw InvalidBody.param(
                    "model",
                    name.length() + " characters (expected: at most " + MODEL_CHARS_MAX + ")");
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            throw InvalidBody.param("model", "control characters (expected: the name of a model)");
        }
        model = name;
    }

    private void stream(JsonToken value) throws InvalidBody {
        once("stream", streamed != null);
        streamed =
                switch (value) {
                    case VALUE_TRUE -> true;
                    case VALUE_FALSE, VALUE_NULL -> false;
                    default -> throw wrong("stream", value, "true or false");
                };
    }

    /// A negative bound is how some local servers write "none".
    private OptionalLong bound(String name, JsonToken value, @Nullable OptionalLong before)
            throws InvalidBody {
        once(name, before != null);
        if (value == JsonToken.VALUE_NULL) {
            return OptionalLong.empty();
        }
        if (value != JsonToken.VALUE_NUMBER_INT
                || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw wrong(name, value, "an integer");
        }
        long tokens = parser.getLongValue();
        return tokens < 0 ? OptionalLong.empty() : OptionalLong.of(tokens);
    }

    private void messages(JsonToken value) throws InvalidBody {
        once("messages", messagesSeen);
        messagesSeen = true;
        if (value != JsonToken.START_ARRAY) {
            throw wrong("messages", value, "an array");
        }
        prompt(value, false);
    }

    private void input(JsonToken value) throws InvalidBody {
        once("input", inputSeen);
        inputSeen = true;
        if (value != JsonToken.START_ARRAY && value != JsonToken.VALUE_STRING) {
            throw wrong("input", value, "a string or an array");
        }
        prompt(value, true);
    }

    /// Walks a value that becomes prompt tokens: its bytes count as text, but for media sent inline,
    /// whose tokens are few and depend on the model.
    ///
    /// @param mayBeIds whether bare integers in arrays are tokens already
    private void prompt(JsonToken first, boolean mayBeIds) throws InvalidBody {
        long from = parser.currentTokenLocation().getByteOffset();
        long media = 0;
        long ids = 0;
        int depth = 0;
        for (JsonToken token = first; token != null; token = parser.nextToken()) {
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            } else if (mayBeIds
                    && token == JsonToken.VALUE_NUMBER_INT
                    && parser.currentName() == null) {
                ids++;
            } else if (token == JsonToken.VALUE_STRING) {
                media += mediaBytes();
            }
            if (depth == 0) {
                break;
            }
        }
        parser.finishToken();
        long length = parser.currentLocation().getByteOffset() - from - media;
        promptTokens += ids;
        promptBytes += ids > 0 ? 0 : Math.max(0, length);
    }

    /// The bytes of the string the parser stands on if it holds an address or a file; 0 otherwise.
    private long mediaBytes() throws InvalidBody {
        String name = parser.currentName();
        if ("url".equals(name) || "data".equals(name) || "file_data".equals(name)) {
            return stringBytes();
        }
        if (measureStrings) {
            stringBytes();
        }
        return 0;
    }

    /// The bytes of the string the parser stands on, with its quotes.
    private long stringBytes() throws InvalidBody {
        long from = parser.currentTokenLocation().getByteOffset();
        parser.finishToken();
        long length = parser.currentLocation().getByteOffset() - from;
        if (length - 2 > stringBytesMax) {
            throw InvalidBody.of(
                    "byte "
                            + from
                            + ": a string of "
                            + (length - 2)
                            + " bytes (expected: at most "
                            + stringBytesMax
                            + ")");
        }
        return length;
    }

    private void skip(JsonToken first) throws InvalidBody {
        int depth = 0;
        for (JsonToken token = first; token != null; token = parser.nextToken()) {
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            } else if (measureStrings && token == JsonToken.VALUE_STRING) {
                stringBytes();
            }
            if (depth == 0) {
                return;
            }
        }
    }

    private static void once(String name, boolean seen) throws InvalidBody {
        if (seen) {
            throw InvalidBody.param(name, "given twice (expected: once)");
        }
    }

    private static InvalidBody wrong(String name, JsonToken value, String expected) {
        String found =
                switch (value) {
                    case START_OBJECT -> "an object";
                    case START_ARRAY -> "an array";
                    case VALUE_STRING -> "a string";
                    case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
                    case VALUE_TRUE, VALUE_FALSE -> "a boolean";
                    case VALUE_NULL -> "null";
                    default -> "nothing";
                };
        return InvalidBody.param(name, found + " (expected: " + expected + ")");
    }
}
