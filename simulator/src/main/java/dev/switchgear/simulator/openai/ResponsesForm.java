package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.mind.Question;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/// How the answer to a request of the Responses API is to be written.
final class ResponsesForm {
    private ResponsesForm() {}

    /// @param allText the text of all items
    static Question.Form of(JsonNode format, String allText) throws ApiErrorException {
        String type = format.path("type").asString("text");
        return switch (type) {
            case "text" -> new Question.Form.Prose();
            case "json_object" -> {
                if (!allText.toLowerCase(Locale.ROOT).contains("json")) {
                    throw OpenAiErrorShapes.invalid(
                            "input",
                            "",
                            "Response input messages must contain the word 'json' in some form to"
                                    + " use 'text.format' of type 'json_object'.");
                }
                yield new Question.Form.Json();
            }
            case "json_schema" -> {
                OpenAiFields.require(format, "text.format", "name");
                if (!format.path("schema").isObject()) {
                    throw OpenAiFields.missing("text.format.schema");
                }
                yield new Question.Form.Schema(format.path("schema"));
            }
            default ->
                    throw OpenAiErrorShapes.invalid(
                            "text.format.type",
                            "invalid_value",
                            "Invalid value: '"
                                    + type
                                    + "'. Supported values are: 'json_object', 'json_schema', and"
                                    + " 'text'.");
        };
    }
}
