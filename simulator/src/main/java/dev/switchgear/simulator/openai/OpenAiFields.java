package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.answer.ApiErrorException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// Reads single fields of a request, refusing them in the API's words. A field that is null counts as
/// left out.
final class OpenAiFields {
    private final JsonNode body;

    OpenAiFields(JsonNode body) {
        this.body = body;
    }

    /// What is not left out must be a list.
    static void array(JsonNode value, String field) throws ApiErrorException {
        if (present(value) && !value.isArray()) {
            throw wrongType(field, "an array of objects", value);
        }
    }

    void number(String field, double least, double most) throws ApiErrorException {
        JsonNode value = body.path(field);
        if (!present(value)) {
            return;
        }
        if (!value.isNumber()) {
            throw wrongType(field, "a decimal", value);
        }
        bounds("decimal", field, value, least, most);
    }

    int integer(String field, int least, int most, int otherwise) throws ApiErrorException {
        JsonNode value = body.path(field);
        if (!present(value)) {
            return otherwise;
        }
        if (!value.isIntegralNumber()) {
            throw wrongType(field, "an integer", value);
        }
        bounds("integer", field, value, least, most);
        return value.intValue();
    }

    boolean flag(String field, boolean otherwise) throws ApiErrorException {
        JsonNode value = body.path(field);
        if (!present(value)) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw wrongType(field, "a boolean", value);
        }
        return value.booleanValue();
    }

    String oneOf(String field, Set<String> words, String otherwise) throws ApiErrorException {
        JsonNode value = body.path(field);
        if (!present(value)) {
            return otherwise;
        }
        String word = value.asString("");
        if (!words.contains(word)) {
            throw OpenAiErrorShapes.invalid(
                    field,
                    "invalid_value",
                    "Invalid value: '"
                            + word
                            + "'. Supported values are: '"
                            + String.join("', '", new TreeSet<>(words))
                            + "'.");
        }
        return word;
    }

    /// Refuses any value but the default, as reasoning models do.
    void onlyDefault(String field, double usual) throws ApiErrorException {
        JsonNode value = body.path(field);
        if (present(value) && value.doubleValue() != usual) {
            throw OpenAiErrorShapes.invalid(
                    field,
                    "unsupported_value",
                    "Unsupported value: '"
                            + field
                            + "' does not support "
                            + value
                            + " with this model. Only the default (1) value is supported.");
        }
    }

    List<String> stop(int most) throws ApiErrorException {
        JsonNode value = body.path("stop");
        List<String> stops = new ArrayList<>();
        if (value.isString()) {
            stops.add(value.stringValue());
        }
        for (JsonNode entry : value) {
            stops.add(entry.asString(""));
        }
        if (stops.size() > most) {
            throw OpenAiErrorShapes.invalid(
                    "stop",
                    "array_above_max_length",
                    "Invalid 'stop': array too long. Expected an array with maximum length "
                            + most
                            + ", but got an array with length "
                            + stops.size()
                            + " instead.");
        }
        stops.removeIf(String::isEmpty);
        return stops;
    }

    /// The tier that the answer names: the one asked for, where one was.
    String tier() {
        String asked = body.path("service_tier").asString("auto");
        return asked.equals("auto") ? "default" : asked;
    }

    static String typeOf(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "an array";
            case BOOLEAN -> "a boolean";
            case NUMBER -> value.isIntegralNumber() ? "an integer" : "a decimal";
            case OBJECT, POJO -> "an object";
            case STRING, BINARY -> "a string";
            case NULL, MISSING -> "null";
        };
    }

    /// Refuses `item` where its `field` is no text.
    static void require(JsonNode item, String at, String field) throws ApiErrorException {
        JsonNode value = item.path(field);
        if (value.isMissingNode() || value.isNull()) {
            throw missing(at + "." + field);
        }
        if (!value.isString()) {
            throw wrongType(at + "." + field, "a string", value);
        }
    }

    static ApiErrorException missing(String field) {
        return OpenAiErrorShapes.invalid(
                field,
                "missing_required_parameter",
                "Missing required parameter: '" + field + "'.");
    }

    static ApiErrorException wrongType(String field, String expected, JsonNode value) {
        return OpenAiErrorShapes.invalid(
                field,
                "invalid_type",
                "Invalid type for '"
                        + field
                        + "': expected "
                        + expected
                        + ", but got "
                        + typeOf(value)
                        + " instead.");
    }

    private static boolean present(JsonNode value) {
        return !value.isMissingNode() && !value.isNull();
    }

    private static void bounds(String kind, String field, JsonNode value, double least, double most)
            throws ApiErrorException {
        double number = value.doubleValue();
        if (number < least || number > most) {
            boolean below = number < least;
            double bound = below ? least : most;
            String shown = bound == Math.rint(bound) ? Long.toString((long) bound) : "" + bound;
            throw OpenAiErrorShapes.invalid(
                    field,
                    kind + (below ? "_below_min_value" : "_above_max_value"),
                    "Invalid '"
                            + field
                            + "': "
                            + kind
                            + (below ? " below minimum value" : " above maximum value")
                            + ". Expected a value "
                            + (below ? ">= " : "<= ")
                            + shown
                            + ", but got "
                            + value
                            + " instead.");
        }
    }
}
