package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.mind.Question;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/// How the answer to a chat request is to be written.
final class ChatForm {
    private ChatForm() {}

    /// @param allText the text of all messages
    static Question.Form of(JsonNode format, String allText, Flavour flavour)
            throws ApiErrorException {
        String type = format.path("type").asString("text");
        return switch (type) {
            case "text" -> new Question.Form.Prose();
            case "json_object" -> {
                checkTold(allText, flavour);
                yield new Question.Form.Json();
            }
            case "json_schema" -> {
                checkName(format.path("json_schema").path("name").asString(""));
                yield new Question.Form.Schema(format.path("json_schema").path("schema"));
            }
            default ->
                    throw OpenAiErrorShapes.invalid(
                            "response_format.type",
                            "invalid_value",
                            "Invalid value: '"
                                    + type
                                    + "'. Supported values are: 'json_object', 'json_schema', and"
                                    + " 'text'.");
        };
    }

    private static void checkTold(String allText, Flavour flavour) throws ApiErrorException {
        boolean told = flavour == Flavour.OPENAI || flavour == Flavour.DEEPSEEK;
        if (told && !allText.toLowerCase(Locale.ROOT).contains("json")) {
            throw OpenAiErrorShapes.invalid(
                    "messages",
                    "",
                    "'messages' must contain the word 'json' in some form, to use"
                            + " 'response_format' of type 'json_object'.");
        }
    }

    private static void checkName(String name) throws ApiErrorException {
        if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
            throw OpenAiErrorShapes.invalid(
                    "response_format.json_schema.name",
                    name.isEmpty() ? "missing_required_parameter" : "invalid_value",
                    name.isEmpty()
                            ? "Missing required parameter: 'response_format.json_schema.name'."
                            : "Invalid 'response_format.json_schema.name': string does not match"
                                    + " pattern. Expected a string that matches the pattern"
                                    + " '^[a-zA-Z0-9_-]+$'.");
        }
    }
}
