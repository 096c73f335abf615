package dev.switchgear.dialects.responses;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.chat.AnswerFormat;
import dev.switchgear.families.llm.chat.Tool;
import dev.switchgear.families.llm.chat.ToolChoice;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The words for tools and formats, which a request says and an answer repeats.
final class ResponsesTools {
    private ResponsesTools() {}

    /// Left out, `strict` means true here and false everywhere else: so it is always said.
    static ObjectNode function(Tool.Function tool) {
        ObjectNode words = Json.object().put("type", "function").put("name", tool.name());
        if (!tool.description().isEmpty()) {
            words.put("description", tool.description());
        }
        words.set("parameters", tool.parameters().orElseGet(ResponsesTools::noParameters));
        words.put("strict", tool.strict().orElse(false));
        return words;
    }

    private static JsonNode noParameters() {
        ObjectNode schema = Json.object().put("type", "object");
        schema.set("properties", Json.object());
        return schema;
    }

    static JsonNode choice(ToolChoice choice) {
        return switch (choice) {
            case ToolChoice.Unsaid _, ToolChoice.Auto _ -> Json.object().stringNode("auto");
            case ToolChoice.None _ -> Json.object().stringNode("none");
            case ToolChoice.Required _ -> Json.object().stringNode("required");
            case ToolChoice.Named named ->
                    Json.object().put("type", "function").put("name", named.name());
            case ToolChoice.Among among -> {
                ObjectNode words =
                        Json.object()
                                .put("type", "allowed_tools")
                                .put("mode", among.required() ? "required" : "auto");
                ArrayNode names = words.putArray("tools");
                for (String name : among.names()) {
                    names.addObject().put("type", "function").put("name", name);
                }
                yield words;
            }
        };
    }

    static ObjectNode format(AnswerFormat format) {
        return switch (format) {
            case AnswerFormat.Text _ -> Json.object().put("type", "text");
            case AnswerFormat.JsonObject _ -> Json.object().put("type", "json_object");
            case AnswerFormat.JsonSchema schema -> {
                ObjectNode words =
                        Json.object()
                                .put("type", "json_schema")
                                .put("name", schema.name().isEmpty() ? "answer" : schema.name());
                if (!schema.description().isEmpty()) {
                    words.put("description", schema.description());
                }
                words.set("schema", schema.schema());
                schema.strict().ifPresent(strict -> words.put("strict", strict));
                yield words;
            }
        };
    }
}
