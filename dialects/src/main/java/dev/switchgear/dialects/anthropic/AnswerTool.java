package dev.switchgear.dialects.anthropic;

import dev.switchgear.dialects.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Answers by JSON Schema from models that have none of their own: a tool that takes the answer as its
/// input, and that the model is made to call. A call of it is read back as the answer's text.
///
/// Its name is reserved, so that whoever reads the answer knows it without the request.
final class AnswerTool {
    static final String NAME = "switchgear_json_answer";

    private AnswerTool() {}

    /// Whether the schema can be a tool's: only objects can.
    static boolean takes(JsonNode schema) {
        return schema.isObject()
                && (schema.path("type").asString("").equals("object")
                        || schema.path("properties").isObject());
    }

    static ObjectNode definition(JsonNode schema, String description) {
        ObjectNode tool = Json.object();
        tool.put("name", NAME);
        tool.put(
                "description",
                "Gives your final answer to the user. Call it once, with the whole answer."
                        + (description.isEmpty() ? "" : " The answer: " + description));
        tool.set("input_schema", objectSchema(schema));
        return tool;
    }

    /// The schema, with the `type` that the API demands.
    static JsonNode objectSchema(JsonNode schema) {
        if (!schema.path("type").isMissingNode()) {
            return schema;
        }
        ObjectNode typed = Json.object().put("type", "object");
        for (var property : schema.properties()) {
            typed.set(property.getKey(), property.getValue());
        }
        return typed;
    }
}
