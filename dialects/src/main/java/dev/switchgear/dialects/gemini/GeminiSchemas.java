package dev.switchgear.dialects.gemini;

import dev.switchgear.dialects.ObjectSchemas;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Between JSON Schema and the subset of OpenAPI 3.0 that `parameters` and `responseSchema` take.
/// The subset is closed: one unknown keyword makes Gemini reject the whole request.
final class GeminiSchemas {
    private static final int DEPTH_MAX = 64;

    /// How many nodes a schema may have once its references are put in their places.
    private static final int NODES_MAX = 20_000;

    private static final Set<String> KEPT =
            Set.of(
                    "title",
                    "description",
                    "default",
                    "example",
                    "minItems",
                    "maxItems",
                    "minProperties",
                    "maxProperties",
                    "minLength",
                    "maxLength",
                    "pattern",
                    "minimum",
                    "maximum",
                    "required",
                    "nullable",
                    "propertyOrdering");
    private static final Set<String> FORMATS =
            Set.of("enum", "date-time", "float", "double", "int32", "int64");
    private static final Set<String> COUNTS =
            Set.of(
                    "minItems",
                    "maxItems",
                    "minProperties",
                    "maxProperties",
                    "minLength",
                    "maxLength");

    /// Say nothing of what is valid, or are in their places already.
    private static final Set<String> UNSAID =
            Set.of(
                    "$schema",
                    "$id",
                    "id",
                    "$comment",
                    "$anchor",
                    "$vocabulary",
                    "$defs",
                    "definitions",
                    "deprecated",
                    "readOnly",
                    "writeOnly",
                    "examples");

    /// What `responseJsonSchema` holds a model to (ai.google.dev, structured output, 2026-11); it
    /// leaves out the others without a word.
    private static final Set<String> FOLLOWED =
            Set.of(
                    "$ref",
                    "type",
                    "format",
                    "title",
                    "description",
                    "default",
                    "nullable",
                    "enum",
                    "items",
                    "prefixItems",
                    "minItems",
                    "maxItems",
                    "minimum",
                    "maximum",
                    "anyOf",
                    "oneOf",
                    "properties",
                    "additionalProperties",
                    "required",
                    "propertyOrdering");

    private final JsonNode root;
    private final Set<String> told = new LinkedHashSet<>();
    private int nodes;

    private GeminiSchemas(JsonNode root) {
        this.root = root;
    }

    /// Types in lower case, `nullable` as a type, counts as numbers, properties in the order asked
    /// for. What is JSON Schema already stays as it is.
    static JsonNode jsonSchema(JsonNode openApi) {
        return jsonSchema(openApi, 0);
    }

    private static JsonNode jsonSchema(JsonNode openApi, int depth) {
        if (!openApi.isObject() || depth > DEPTH_MAX) {
            return openApi;
        }
        ObjectNode schema = Json.object();
        for (Map.Entry<String, JsonNode> field : openApi.properties()) {
            String name = GeminiFields.camel(field.getKey());
            JsonNode value = field.getValue();
            switch (name) {
                case "type" -> schema.set("type", lower(value));
                case "nullable", "propertyOrdering" -> {}
                case "example" -> schema.set("examples", Json.array().add(value));
                case "items" -> schema.set("items", jsonSchema(value, depth + 1));
                case "anyOf" -> schema.set("anyOf", each(value, depth));
                case "properties" ->
                        schema.set(
                                "properties",
                                properties(value, openApi.path("propertyOrdering"), depth));
                default ->
                        schema.set(
                                COUNTS.contains(name) ? name : field.getKey(),
                                COUNTS.contains(name) ? number(value) : value);
            }
        }
        if (openApi.path("nullable").asBoolean(false)) {
            nullable(schema);
        }
        return schema;
    }

    private static JsonNode lower(JsonNode type) {
        if (type.isString()) {
            return Json.object().put("t", type.stringValue().toLowerCase(Locale.ROOT)).path("t");
        }
        if (type.isArray()) {
            ArrayNode types = Json.array();
            type.values().forEach(each -> types.add(lower(each)));
            return types;
        }
        return type;
    }

    /// Proto JSON writes 64-bit integers as strings.
    private static JsonNode number(JsonNode value) {
        return value.isString() && value.stringValue().matches("[0-9]{1,18}")
                ? Json.read(value.stringValue().replaceFirst("^0+(?=[0-9])", ""))
                : value;
    }

    private static JsonNode each(JsonNode schemas, int depth) {
        if (!schemas.isArray()) {
            return schemas;
        }
        ArrayNode read = Json.array();
        schemas.values().forEach(schema -> read.add(jsonSchema(schema, depth + 1)));
        return read;
    }

    private static JsonNode properties(JsonNode properties, JsonNode order, int depth) {
        if (!properties.isObject()) {
            return properties;
        }
        ObjectNode read = Json.object();
        for (JsonNode name : order.isArray() ? order.values() : Set.<JsonNode>of()) {
            JsonNode schema = properties.get(name.asString(""));
            if (schema != null) {
                read.set(name.asString(""), jsonSchema(schema, depth + 1));
            }
        }
        for (Map.Entry<String, JsonNode> property : properties.properties()) {
            if (!read.has(property.getKey())) {
                read.set(property.getKey(), jsonSchema(property.getValue(), depth + 1));
            }
        }
        return read;
    }

    private static void nullable(ObjectNode schema) {
        JsonNode type = schema.get("type");
        if (type != null && type.isString()) {
            schema.set("type", Json.array().add(type).add("null"));
        } else if (schema.path("anyOf").isArray()) {
            ((ArrayNode) schema.path("anyOf")).add(Json.object().put("type", "null"));
        }
    }

    /// A schema for the answer. What would be left out there without a word stands in the description
    /// of its place too.
    static ObjectSchemas.Fitted followed(JsonNode schema) {
        var schemas = new GeminiSchemas(schema);
        JsonNode said = schemas.followed(schema, 0);
        return new ObjectSchemas.Fitted(said, schemas.told);
    }

    private JsonNode followed(JsonNode schema, int depth) {
        if (!(schema instanceof ObjectNode given) || depth > DEPTH_MAX) {
            return schema;
        }
        ObjectNode said = Json.object();
        Map<String, JsonNode> beyond = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> word : given.properties()) {
            String name = word.getKey();
            JsonNode value = word.getValue();
            switch (name) {
                case "items", "additionalProperties", "not" ->
                        said.set(name, followed(value, depth + 1));
                case "anyOf", "oneOf", "allOf", "prefixItems" -> {
                    ArrayNode each = said.putArray(name);
                    value.values().forEach(one -> each.add(followed(one, depth + 1)));
                }
                case "properties", "$defs", "definitions" -> {
                    ObjectNode each = said.putObject(name);
                    value.properties()
                            .forEach(one ->
                                    each.set(one.getKey(), followed(one.getValue(), depth + 1)));
                }
                case "const" -> {
                    said.set(name, value);
                    if (!value.isContainer() && !given.has("enum")) {
                        said.putArray("enum").add(value);
                    }
                }
                default -> said.set(name, value);
            }
            boolean asOption = name.equals("const") && said.has("enum");
            if (!FOLLOWED.contains(name) && !UNSAID.contains(name) && !asOption) {
                beyond.put(name, value);
            }
        }
        tell(said, beyond);
        return said.has("$ref") ? alone(said) : said;
    }

    /// Beside a reference nothing else may stand there.
    private static ObjectNode alone(ObjectNode said) {
        boolean alone = said.properties().stream().allMatch(word -> word.getKey().startsWith("$"));
        if (alone) {
            return said;
        }
        ObjectNode around = said.deepCopy();
        around.remove("$ref");
        ArrayNode all = around.has("anyOf") ? around.putArray("allOf") : around.putArray("anyOf");
        all.addObject().set("$ref", said.path("$ref"));
        return around;
    }

    private void tell(ObjectNode said, Map<String, JsonNode> beyond) {
        if (beyond.isEmpty()) {
            return;
        }
        told.addAll(beyond.keySet());
        String words = ObjectSchemas.words(beyond);
        String before = said.path("description").asString("");
        said.put("description", before.isEmpty() ? words : before + "\n\n" + words);
    }

    /// Says a JSON Schema in the subset. What the subset cannot say is told in the description of its
    /// place; references are put in their places.
    ///
    /// @param field for messages
    static ObjectSchemas.Fitted openApi(JsonNode schema, String field) throws NotTranslatable {
        var schemas = new GeminiSchemas(schema);
        ObjectNode said = schemas.said(schema, field, 0);
        return new ObjectSchemas.Fitted(said, schemas.told);
    }

    private ObjectNode said(JsonNode schema, String field, int depth) throws NotTranslatable {
        if (depth > DEPTH_MAX || ++nodes > NODES_MAX) {
            throw new NotTranslatable(
                    field,
                    "the schema refers to itself or is too large once references are resolved");
        }
        if (schema.path("$ref").isString()) {
            return said(referred(schema, field), field, depth + 1);
        }
        ObjectNode said = Json.object();
        Map<String, JsonNode> beyond = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
            String name = keyword.getKey();
            JsonNode value = keyword.getValue();
            switch (name) {
                case "type" -> type(value, said);
                case "const" -> options(Json.array().add(value), said);
                case "enum" -> options(value, said);
                case "items" -> {
                    if (value.isObject()) {
                        said.set("items", said(value, field, depth + 1));
                    } else if (!value.asBoolean(false)) {
                        beyond.put(name, value);
                    }
                }
                case "properties" -> {
                    ObjectNode properties = Json.object();
                    for (Map.Entry<String, JsonNode> property : value.properties()) {
                        properties.set(
                                property.getKey(), said(property.getValue(), field, depth + 1));
                    }
                    if (!properties.isEmpty()) {
                        said.set("properties", properties);
                    }
                }
                case "anyOf", "oneOf" -> {
                    choices(value, said, field, depth);
                    if (name.equals("oneOf")) {
                        told.add(name);
                    }
                }
                case "allOf" -> {
                    for (JsonNode part : value.values()) {
                        merge(said(part, field, depth + 1), said);
                    }
                }
                case "exclusiveMinimum" -> {
                    bound("minimum", value, said);
                    beyond.put(name, value);
                }
                case "exclusiveMaximum" -> {
                    bound("maximum", value, said);
                    beyond.put(name, value);
                }
                case "format" -> {
                    if (FORMATS.contains(value.asString(""))) {
                        said.set("format", value);
                    } else {
                        beyond.put(name, value);
                    }
                }
                case "additionalProperties" -> {
                    // Nothing but what is named is what the subset means.
                    if (value.isObject() || value.asBoolean(false)) {
                        beyond.put(name, value);
                    }
                }
                default -> {
                    if (KEPT.contains(name)) {
                        said.set(name, value);
                    } else if (!UNSAID.contains(name)) {
                        beyond.put(name, value);
                    }
                }
            }
        }
        if (said.has("enum")) {
            said.put("type", "STRING");
            said.remove("minimum");
            said.remove("maximum");
        }
        requireOnlyProperties(said, beyond);
        tell(said, beyond);
        return said;
    }

    private JsonNode referred(JsonNode schema, String field) throws NotTranslatable {
        String reference = schema.path("$ref").asString("");
        JsonNode target =
                reference.equals("#")
                        ? root
                        : reference.startsWith("#/")
                                ? at(reference.substring(2))
                                : Json.object().path("nothing");
        if (!target.isObject()) {
            throw new NotTranslatable(field, "no schema at " + reference);
        }
        ObjectNode merged = ((ObjectNode) target).deepCopy();
        for (Map.Entry<String, JsonNode> beside : schema.properties()) {
            if (!beside.getKey().equals("$ref")) {
                merged.set(beside.getKey(), beside.getValue());
            }
        }
        return merged;
    }

    private JsonNode at(String pointer) {
        JsonNode at = root;
        for (String step : pointer.split("/", -1)) {
            String name = step.replace("~1", "/").replace("~0", "~");
            at =
                    at.isArray() && name.matches("[0-9]{1,6}")
                            ? at.path(Integer.parseInt(name))
                            : at.path(name);
        }
        return at;
    }

    private static void type(JsonNode value, ObjectNode said) {
        if (value.isString()) {
            said.put("type", upper(value));
            return;
        }
        ArrayNode choices = Json.array();
        for (JsonNode each : value.values()) {
            if (each.asString("").equals("null")) {
                said.put("nullable", true);
            } else {
                choices.add(Json.object().put("type", upper(each)));
            }
        }
        if (choices.size() == 1) {
            said.set("type", choices.path(0).path("type"));
        } else if (!choices.isEmpty()) {
            said.set("anyOf", choices);
        }
    }

    private static String upper(JsonNode type) {
        return type.asString("").toUpperCase(Locale.ROOT);
    }

    /// Values to choose from are strings there; whoever reads the arguments gets a string.
    private static void options(JsonNode values, ObjectNode said) {
        ArrayNode options = Json.array();
        for (JsonNode value : values.values()) {
            if (value.isNull()) {
                said.put("nullable", true);
            } else {
                options.add(value.isString() ? value.stringValue() : Json.text(value));
            }
        }
        if (!options.isEmpty()) {
            said.set("enum", options);
        }
    }

    private void choices(JsonNode value, ObjectNode said, String field, int depth)
            throws NotTranslatable {
        ArrayNode choices = Json.array();
        for (JsonNode choice : value.values()) {
            if (choice.path("type").asString("").equals("null")) {
                said.put("nullable", true);
            } else {
                choices.add(said(choice, field, depth + 1));
            }
        }
        if (choices.size() == 1) {
            merge((ObjectNode) choices.path(0), said);
        } else if (!choices.isEmpty()) {
            said.set("anyOf", choices);
        }
    }

    private static void merge(ObjectNode part, ObjectNode into) {
        for (Map.Entry<String, JsonNode> field : part.properties()) {
            @Nullable JsonNode before = into.get(field.getKey());
            if (before instanceof ObjectNode fields && field.getValue().isObject()) {
                field.getValue()
                        .properties()
                        .forEach(each -> fields.set(each.getKey(), each.getValue()));
            } else if (before instanceof ArrayNode list
                    && field.getKey().equals("required")
                    && field.getValue().isArray()) {
                field.getValue().values().forEach(list::add);
            } else {
                into.set(field.getKey(), field.getValue());
            }
        }
    }

    private static void bound(String name, JsonNode value, ObjectNode said) {
        if (value.isNumber() && !said.has(name)) {
            said.set(name, value);
        }
    }

    /// A required name without a property of that name is an error there.
    private static void requireOnlyProperties(ObjectNode said, Map<String, JsonNode> beyond) {
        JsonNode required = said.get("required");
        if (required == null) {
            return;
        }
        ArrayNode known = Json.array();
        for (JsonNode name : required.values()) {
            if (said.path("properties").has(name.asString(""))) {
                known.add(name);
            }
        }
        said.remove("required");
        if (known.size() < required.size()) {
            beyond.put("required", required);
        }
        if (!known.isEmpty()) {
            said.set("required", known);
        }
    }

    /// Whether an object schema asks for nothing at all: such parameters are better left out.
    static boolean empty(Optional<JsonNode> schema) {
        return schema.isEmpty()
                || !schema.get().isObject()
                || schema.get().isEmpty()
                || (schema.get().path("properties").isEmpty()
                        && !schema.get().has("anyOf")
                        && !schema.get().has("oneOf")
                        && !schema.get().has("allOf")
                        && !schema.get().has("$ref")
                        && schema.get().path("type").asString("object").equalsIgnoreCase("object")
                        && !schema.get().path("additionalProperties").isObject()
                        && !schema.get().has("patternProperties"));
    }
}
