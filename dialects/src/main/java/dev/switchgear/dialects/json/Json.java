package dev.switchgear.dialects.json;

import dev.switchgear.families.json.BoundedJson;
import dev.switchgear.families.json.JsonFlaw;
import dev.switchgear.families.json.WatchedBytes;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import java.io.OutputStream;
import java.math.BigDecimal;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The one way JSON is read into trees and written. Numbers keep every digit; depth and lengths are
/// bounded. Thread-safe.
public final class Json {
    private static final JsonMapper MAPPER =
            JsonMapper.builder(BoundedJson.factory())
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    private Json() {}

    /// @throws JacksonException if it is not one JSON value
    public static JsonNode read(byte[] json, int from, int to) {
        // An exponent beyond all bounds comes out of Jackson 3.2 as the JDK's exception.
        try {
            return to - from < WatchedBytes.LARGE
                    ? MAPPER.readTree(json, from, to - from)
                    : MAPPER.readTree(WatchedBytes.in(json, from, to));
        } catch (NumberFormatException tooLarge) {
            throw new StreamReadException("a number out of range: " + tooLarge.getMessage());
        }
    }

    /// @throws JacksonException if it is not one JSON value
    public static JsonNode read(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (NumberFormatException tooLarge) {
            throw new StreamReadException("a number out of range: " + tooLarge.getMessage());
        }
    }

    /// The object that a provider answered with.
    public static JsonNode answer(byte[] body) throws MalformedAnswer {
        return answer(body, 0, body.length);
    }

    /// The object in `data[from..to)`, which a provider sent.
    public static JsonNode answer(byte[] data, int from, int to) throws MalformedAnswer {
        try {
            JsonNode tree = read(data, from, to);
            if (tree.isObject()) {
                return tree;
            }
        } catch (JacksonException notJson) {
            throw malformed(data, from, to);
        }
        throw new MalformedAnswer("not a JSON object");
    }

    /// More digits are no count.
    private static final int COUNT_DIGITS_MAX = 18;

    /// The whole number, also one that a server put into a text or wrote with a fraction of 0; -1 for
    /// what is none, or too large for one.
    public static long count(JsonNode number) {
        if (number.isString()) {
            return count(number.stringValue());
        }
        return number.isNumber() && number.canConvertToLong() && whole(number)
                ? number.longValue()
                : -1;
    }

    private static boolean whole(JsonNode number) {
        return number.isIntegralNumber()
                || number.decimalValue().remainder(BigDecimal.ONE).signum() == 0;
    }

    /// The count that a text holds: digits alone; -1 for anything else.
    public static long count(String text) {
        if (text.isEmpty() || text.length() > COUNT_DIGITS_MAX) {
            return -1;
        }
        long count = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            count = count * 10 + digit;
        }
        return count;
    }

    /// As the one of a tree, where `parser` stands; what is no number is passed over.
    public static long count(JsonParser parser) {
        return switch (parser.currentToken()) {
            case VALUE_NUMBER_INT ->
                    parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                            ? -1
                            : parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> {
                double number = parser.getDoubleValue();
                yield number == Math.rint(number) && Math.abs(number) < 1e15 ? (long) number : -1;
            }
            case VALUE_STRING -> count(parser.getString());
            default -> {
                parser.skipChildren();
                yield -1;
            }
        };
    }

    /// What was refused, and why, in words of our own.
    public static MalformedAnswer malformed(byte[] data, int from, int to) {
        return new MalformedAnswer("not JSON: " + JsonFlaw.words(data, from, to));
    }

    /// The object that a client sent.
    public static Field asked(byte[] body) throws InvalidBody {
        try {
            JsonNode tree = read(body, 0, body.length);
            if (tree.isObject()) {
                return new Field("", tree);
            }
        } catch (JacksonException notJson) {
            throw InvalidBody.of("not JSON: " + JsonFlaw.words(body, 0, body.length));
        }
        throw InvalidBody.of("not an object (expected: a JSON object)");
    }

    public static byte[] bytes(JsonNode tree) {
        var out = new WatchedBytes.Out();
        MAPPER.writeValue(out, tree);
        return out.bytes();
    }

    public static String text(JsonNode tree) {
        return MAPPER.writeValueAsString(tree);
    }

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    public static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    /// Reads without a tree, for what is only looked into.
    public static JsonParser parser(byte[] json) {
        return MAPPER.createParser(json);
    }

    /// Writes without a tree, for what streams.
    public static JsonGenerator generator(OutputStream out) {
        return MAPPER.createGenerator(out);
    }
}
