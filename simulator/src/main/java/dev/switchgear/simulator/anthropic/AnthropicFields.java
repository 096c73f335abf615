package dev.switchgear.simulator.anthropic;

import dev.switchgear.simulator.answer.ApiErrorException;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Reads single fields of a request, refusing them in the API's words. A field that is null counts as
/// left out.
final class AnthropicFields {
    private AnthropicFields() {}

    static boolean present(JsonNode value) {
        return !value.isMissingNode() && !value.isNull();
    }

    /// Refuses every field that is not `known`.
    static void only(JsonNode object, String at, Set<String> known) throws ApiErrorException {
        for (String name : object.propertyNames()) {
            if (!known.contains(name)) {
                throw AnthropicErrorShapes.invalid(at + name + ": Extra inputs are not permitted");
            }
        }
    }

    static JsonNode required(JsonNode object, String name, String at) throws ApiErrorException {
        JsonNode value = object.path(name);
        if (!present(value)) {
            throw AnthropicErrorShapes.invalid(at + name + ": Field required");
        }
        return value;
    }

    static String text(JsonNode object, String name, String at) throws ApiErrorException {
        return text(required(object, name, at), at + name);
    }

    static String text(JsonNode value, String at) throws ApiErrorException {
        if (!value.isString()) {
            throw AnthropicErrorShapes.invalid(at + ": Input should be a valid string");
        }
        return value.stringValue();
    }

    static JsonNode list(JsonNode value, String at) throws ApiErrorException {
        if (present(value) && !value.isArray()) {
            throw AnthropicErrorShapes.invalid(at + ": Input should be a valid list");
        }
        return value;
    }

    static JsonNode object(JsonNode value, String at) throws ApiErrorException {
        if (!value.isObject()) {
            throw AnthropicErrorShapes.invalid(
                    at
                            + ": Input should be a valid dictionary or object to extract fields"
                            + " from");
        }
        return value;
    }

    static boolean flag(JsonNode object, String name, String at) throws ApiErrorException {
        JsonNode value = object.path(name);
        if (present(value) && !value.isBoolean()) {
            throw AnthropicErrorShapes.invalid(at + name + ": Input should be a valid boolean");
        }
        return value.asBoolean(false);
    }

    static int integer(JsonNode value, String at, int least) throws ApiErrorException {
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw AnthropicErrorShapes.invalid(at + ": Input should be a valid integer");
        }
        if (value.intValue() < least) {
            throw AnthropicErrorShapes.invalid(
                    at + ": Input should be greater than or equal to " + least);
        }
        return value.intValue();
    }

    static void share(JsonNode object, String name) throws ApiErrorException {
        JsonNode value = object.path(name);
        if (!present(value)) {
            return;
        }
        if (!value.isNumber()) {
            throw AnthropicErrorShapes.invalid(name + ": Input should be a valid number");
        }
        if (value.doubleValue() < 0) {
            throw AnthropicErrorShapes.invalid(
                    name + ": Input should be greater than or equal to 0");
        }
        if (value.doubleValue() > 1) {
            throw AnthropicErrorShapes.invalid(name + ": Input should be less than or equal to 1");
        }
    }

    static String oneOf(JsonNode value, String at, List<String> words) throws ApiErrorException {
        String word = value.asString("");
        if (!words.contains(word)) {
            throw AnthropicErrorShapes.invalid(at + ": Input should be " + either(words));
        }
        return word;
    }

    /// `'a', 'b' or 'c'`.
    static String either(List<String> words) {
        var text = new StringBuilder();
        for (int i = 0; i < words.size(); i++) {
            String comma = i == words.size() - 1 ? " or " : ", ";
            text.append(i == 0 ? "" : comma).append('\'').append(words.get(i)).append('\'');
        }
        return text.toString();
    }
}
