package dev.switchgear.dialects.anthropic;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Says of every object in a schema that it has no other properties, where nothing is said: Anthropic
/// demands the words, and other dialects have none for them. What the model answers then satisfies the
/// schema as it was, too. Pure.
final class ClosedSchema {
    private static final String OTHERS = "additionalProperties";
    private static final List<String> NAMED = List.of("properties", "$defs", "definitions");
    private static final List<String> LISTED = List.of("anyOf", "allOf", "oneOf");

    private ClosedSchema() {}

    static JsonNode of(JsonNode schema) {
        JsonNode closed = schema.deepCopy();
        close(closed);
        return closed;
    }

    private static void close(JsonNode schema) {
        if (!(schema instanceof ObjectNode object)) {
            return;
        }
        boolean ofObjects =
                object.path("type").asString("").equals("object") || object.has("properties");
        if (ofObjects && !object.has(OTHERS)) {
            object.put(OTHERS, false);
        }
        NAMED.forEach(name -> object.path(name).values().forEach(ClosedSchema::close));
        LISTED.forEach(name -> object.path(name).values().forEach(ClosedSchema::close));
        close(object.path("items"));
    }
}
