package dev.switchgear.dialects.openai;

import dev.switchgear.families.json.BoundedJson;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Reads a chunk that carries nothing but a piece of text, of reasoning, or of one call's arguments,
/// without a tree. It takes
/// only what it fully understands; of all else it says so, having changed nothing but itself, and
/// the chunk is read again the long way. For one thread.
final class OpenAiPlainChunk {
    private static final JsonFactory FACTORY = BoundedJson.factory();

    private String content = "";
    private String reasoning = "";
    private String arguments = "";
    private int call = -1;

    /// The index of the call whose arguments go on; -1 for none.
    int call() {
        return call;
    }

    String arguments() {
        return arguments;
    }

    String content() {
        return content;
    }

    String reasoning() {
        return reasoning;
    }

    /// @return whether [#content], [#reasoning] and [#arguments] are all that `data` says
    boolean read(byte[] data, int from, int to) {
        content = "";
        reasoning = "";
        arguments = "";
        call = -1;
        try (JsonParser parser =
                FACTORY.createParser(ObjectReadContext.empty(), data, from, to - from)) {
            return parser.nextToken() == JsonToken.START_OBJECT
                    && chunk(parser)
                    && parser.nextToken() == null;
        } catch (JacksonException leftToTheLongWay) {
            return false;
        }
    }

    private boolean chunk(JsonParser parser) {
        boolean choices = false;
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "choices" -> {
                    if (choices || value != JsonToken.START_ARRAY || !choices(parser)) {
                        return false;
                    }
                    choices = true;
                }
                case "usage", "error", "citations", "search_results" -> {
                    if (value != JsonToken.VALUE_NULL) {
                        return false;
                    }
                }
                case "object" -> {
                    if (value != JsonToken.VALUE_STRING || parser.getString().equals("error")) {
                        return false;
                    }
                }
                default -> parser.skipChildren();
            }
        }
        return choices;
    }

    private boolean choices(JsonParser parser) {
        return parser.nextToken() == JsonToken.START_OBJECT
                && choice(parser)
                && parser.nextToken() == JsonToken.END_ARRAY;
    }

    private boolean choice(JsonParser parser) {
        boolean delta = false;
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "delta" -> {
                    if (delta || value != JsonToken.START_OBJECT || !delta(parser)) {
                        return false;
                    }
                    delta = true;
                }
                case "index" -> {
                    if (value != JsonToken.VALUE_NUMBER_INT || parser.getIntValue() != 0) {
                        return false;
                    }
                }
                case "finish_reason", "error", "logprobs" -> {
                    if (value != JsonToken.VALUE_NULL) {
                        return false;
                    }
                }
                default -> parser.skipChildren();
            }
        }
        return delta;
    }

    private boolean delta(JsonParser parser) {
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "content" -> {
                    if (value == JsonToken.VALUE_STRING) {
                        content = parser.getString();
                    } else if (value != JsonToken.VALUE_NULL) {
                        return false;
                    }
                }
                case "reasoning_content" -> {
                    if (value == JsonToken.VALUE_STRING) {
                        reasoning = parser.getString();
                    } else if (value != JsonToken.VALUE_NULL) {
                        return false;
                    }
                }
                case "reasoning" -> {
                    if (value == JsonToken.VALUE_STRING) {
                        // Repeats `reasoning_content` where both stand.
                        reasoning = reasoning.isEmpty() ? parser.getString() : reasoning;
                    } else if (value != JsonToken.VALUE_NULL) {
                        return false;
                    }
                }
                case "role" -> {
                    if (value != JsonToken.VALUE_STRING) {
                        return false;
                    }
                }
                case "refusal", "function_call" -> {
                    if (value != JsonToken.VALUE_NULL) {
                        return false;
                    }
                }
                case "tool_calls" -> {
                    if (value != JsonToken.VALUE_NULL
                            && !(value == JsonToken.START_ARRAY && calls(parser))) {
                        return false;
                    }
                }
                case "reasoning_details", "annotations" -> {
                    if (value != JsonToken.VALUE_NULL
                            && !(value == JsonToken.START_ARRAY
                                    && parser.nextToken() == JsonToken.END_ARRAY)) {
                        return false;
                    }
                }
                default -> {
                    return false;
                }
            }
        }
        return true;
    }

    /// Of calls, only more arguments of one that is known by its index.
    private boolean calls(JsonParser parser) {
        JsonToken first = parser.nextToken();
        if (first == JsonToken.END_ARRAY) {
            return true;
        }
        if (first != JsonToken.START_OBJECT) {
            return false;
        }
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "index" -> {
                    if (value != JsonToken.VALUE_NUMBER_INT) {
                        return false;
                    }
                    call = parser.getIntValue();
                }
                case "type" -> {
                    if (value == JsonToken.VALUE_STRING && !parser.getString().equals("function")) {
                        return false;
                    }
                }
                case "function" -> {
                    if (value != JsonToken.START_OBJECT || !function(parser)) {
                        return false;
                    }
                }
                default -> {
                    return false;
                }
            }
        }
        return call >= 0 && parser.nextToken() == JsonToken.END_ARRAY;
    }

    private boolean function(JsonParser parser) {
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            if (!name.equals("arguments") || value != JsonToken.VALUE_STRING) {
                return false;
            }
            arguments = parser.getString();
        }
        return true;
    }
}
