package dev.switchgear.dialects;

import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Which schemas OpenAI takes where a model is to be held to them (`strict: true`): its page "Structured
/// outputs", 2026-11. It answers 400 to every other, of which clients of other dialects know nothing.
public final class StrictSchemas {
    /// Schemas within each other; OpenAI counts ten levels of objects.
    private static final int DEPTH_MAX = 10;

    private static final int PROPERTIES_MAX = 5_000;
    private static final int OPTIONS_MAX = 1_000;

    private static final Set<String> WORDS =
            Set.of(
                    "$schema",
                    "title",
                    "description",
                    "type",
                    "enum",
                    "const",
                    "properties",
                    "required",
                    "additionalProperties",
                    "items",
                    "anyOf",
                    "$ref",
                    "$defs",
                    "definitions",
                    "pattern",
                    "format",
                    "multipleOf",
                    "minimum",
                    "maximum",
                    "exclusiveMinimum",
                    "exclusiveMaximum",
                    "minItems",
                    "maxItems");

    private static final Set<String> FORMATS =
            Set.of(
                    "date-time",
                    "time",
                    "date",
                    "duration",
                    "email",
                    "hostname",
                    "ipv4",
                    "ipv6",
                    "uuid");

    private int properties;
    private int options;

    private StrictSchemas() {}

    public static boolean take(JsonNode schema) {
        return schema.path("type").asString("").equals("object")
                && !schema.has("anyOf")
                && new StrictSchemas().takes(schema, 0);
    }

    private boolean takes(JsonNode schema, int depth) {
        if (!schema.isObject() || depth > DEPTH_MAX * 2) {
            return false;
        }
        for (Map.Entry<String, JsonNode> word : schema.properties()) {
            if (!WORDS.contains(word.getKey()) || !takes(word.getKey(), word.getValue(), depth)) {
                return false;
            }
        }
        boolean says = schema.has("type") || schema.has("enum") || schema.has("const");
        boolean refers = schema.has("$ref");
        return (says || refers || schema.has("anyOf"))
                && (!refers || depth == 0 || schema.size() == 1)
                && (!typed(schema, "array") || schema.path("items").isObject())
                && (!typed(schema, "object") || closed(schema));
    }

    private boolean takes(String word, JsonNode value, int depth) {
        return switch (word) {
            case "properties", "$defs", "definitions" -> {
                properties += word.equals("properties") ? value.size() : 0;
                yield properties <= PROPERTIES_MAX
                        && value.isObject()
                        && value.properties().stream()
                                .allMatch(each -> takes(each.getValue(), depth + 1));
            }
            case "items" -> takes(value, depth + 1);
            case "anyOf" -> {
                for (JsonNode each : value.values()) {
                    if (!takes(each, depth + 1)) {
                        yield false;
                    }
                }
                yield !value.isEmpty();
            }
            case "enum" -> {
                options += value.size();
                yield options <= OPTIONS_MAX;
            }
            case "format" -> FORMATS.contains(value.asString(""));
            case "$ref" -> value.asString("").startsWith("#");
            default -> true;
        };
    }

    private static boolean typed(JsonNode schema, String type) {
        boolean typed = schema.path("type").asString("").equals(type);
        for (JsonNode each : schema.path("type").values()) {
            typed = typed || each.asString("").equals(type);
        }
        return typed;
    }

    /// Whether it names all that it may hold, and demands all that it names.
    private static boolean closed(JsonNode schema) {
        JsonNode names = schema.path("required");
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            boolean required = false;
            for (JsonNode name : names.values()) {
                required = required || name.asString("").equals(property.getKey());
            }
            if (!required) {
                return false;
            }
        }
        JsonNode others = schema.path("additionalProperties");
        return names.size() == schema.path("properties").size()
                && others.isBoolean()
                && !others.booleanValue();
    }
}
