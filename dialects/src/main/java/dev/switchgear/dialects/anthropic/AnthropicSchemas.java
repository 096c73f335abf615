package dev.switchgear.dialects.anthropic;

import dev.switchgear.dialects.ObjectSchemas;
import dev.switchgear.dialects.json.Json;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// JSON Schemas as Anthropic holds a model to them, in structured output and in strict tools: a subset,
/// and a word beyond it makes the API reject the request (its page "Structured outputs", 2026-11-21).
///
/// What the subset lacks is told in the `description` of its place, as `{minimum: 0, maximum: 120}`,
/// which is what Anthropic's own SDKs do; the model mostly keeps to it. Objects are closed, which the
/// API demands. Where that would change what is asked (an open map, a schema within itself), there is
/// no such schema. For one schema and one thread.
final class AnthropicSchemas {
    private static final int DEPTH_MAX = 64;

    /// How many nodes a schema may have once some references are put in their places.
    private static final int NODES_MAX = 20_000;

    private static final Set<String> FORMATS =
            Set.of(
                    "date-time",
                    "time",
                    "date",
                    "duration",
                    "email",
                    "hostname",
                    "uri",
                    "ipv4",
                    "ipv6",
                    "uuid");

    /// Say nothing of what is valid.
    private static final Set<String> UNSAID =
            Set.of(
                    "$schema",
                    "$id",
                    "id",
                    "$comment",
                    "$anchor",
                    "$vocabulary",
                    "deprecated",
                    "readOnly",
                    "writeOnly",
                    "propertyOrdering");

    /// Looking around, references back and edges of words.
    private static final Pattern BEYOND_PATTERNS =
            Pattern.compile("\\(\\?(?!:)|\\\\[1-9bBkpPuxAzZG]|\\{\\d{3,}|\\{\\d*,\\d{3,}");

    private final JsonNode root;
    private final Set<String> told = new LinkedHashSet<>();

    /// What something refers to; definitions that nothing uses are left out.
    private final Set<String> used = new HashSet<>();

    private int nodes;
    private int optional;
    private int unions;

    private AnthropicSchemas(JsonNode root) {
        this.root = root;
    }

    /// A schema in the subset.
    ///
    /// @param told the words of the one given that are told in descriptions
    /// @param optional how many properties may be absent; the API bounds their sum in a request
    /// @param unions how many properties are of several types; bounded likewise
    record Fitted(JsonNode schema, Set<String> told, int optional, int unions) {}

    /// How much the API takes in one request of schemas that it holds a model to. For one request.
    static final class Room {
        private int tools = 20;
        private int optional = 24;
        private int unions = 16;

        /// Whether there was room for it, which then is gone.
        boolean takes(Fitted fitted) {
            if (fitted.optional > optional || fitted.unions > unions) {
                return false;
            }
            optional -= fitted.optional;
            unions -= fitted.unions;
            return true;
        }

        boolean takesTool(Fitted fitted) {
            if (tools == 0 || !takes(fitted)) {
                return false;
            }
            tools--;
            return true;
        }
    }

    /// Thrown where the subset has no such schema.
    private static final class Unfit extends Exception {
        private static final long serialVersionUID = 1L;

        Unfit(String why) {
            super(why, null, false, false);
        }
    }

    /// @return empty where the subset has no schema that means the same
    static Optional<Fitted> fit(JsonNode schema) {
        var schemas = new AnthropicSchemas(schema);
        try {
            schemas.refuseCircles(schema, "#", new HashSet<>(), 0);
            JsonNode fitted = schemas.node(schema, 0);
            return Optional.of(new Fitted(fitted, schemas.told, schemas.optional, schemas.unions));
        } catch (Unfit beyond) {
            return Optional.empty();
        }
    }

    /// A schema that holds itself, however far below.
    private void refuseCircles(JsonNode at, String reference, Set<String> within, int depth)
            throws Unfit {
        if (depth > DEPTH_MAX || ++nodes > NODES_MAX) {
            throw new Unfit("too deep or too large");
        }
        if (!within.add(reference)) {
            throw new Unfit("it holds itself");
        }
        for (String inner : references(at, 0)) {
            if (within.contains(inner) || used.add(inner)) {
                refuseCircles(referred(inner), inner, within, depth + 1);
            }
        }
        within.remove(reference);
    }

    /// What a schema refers to, but for its definitions, which nothing may use.
    private static Set<String> references(JsonNode at, int depth) throws Unfit {
        if (depth > DEPTH_MAX * 2) {
            throw new Unfit("too deep");
        }
        var found = new LinkedHashSet<String>();
        if (at.path("$ref").isString()) {
            found.add(at.path("$ref").stringValue());
        }
        if (at instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> each : object.properties()) {
                if (!each.getKey().equals("$defs") && !each.getKey().equals("definitions")) {
                    found.addAll(references(each.getValue(), depth + 1));
                }
            }
        } else {
            for (JsonNode each : at.values()) {
                found.addAll(references(each, depth + 1));
            }
        }
        return found;
    }

    private JsonNode referred(String reference) throws Unfit {
        if (!reference.startsWith("#/")) {
            throw new Unfit("it refers to itself or elsewhere");
        }
        JsonNode at = root;
        for (String step : reference.substring(2).split("/", -1)) {
            String name = step.replace("~1", "/").replace("~0", "~");
            at =
                    at.isArray() && name.matches("[0-9]{1,6}")
                            ? at.path(Integer.parseInt(name))
                            : at.path(name);
        }
        if (!at.isObject()) {
            throw new Unfit("no schema at " + reference);
        }
        return at;
    }

    private ObjectNode node(JsonNode schema, int depth) throws Unfit {
        if (depth > DEPTH_MAX || ++nodes > NODES_MAX) {
            throw new Unfit("too deep or too large");
        }
        if (!(schema instanceof ObjectNode given)) {
            throw new Unfit("true and false are no schemas there");
        }
        ObjectNode whole = joined(given, depth);
        if (whole.path("$ref").isString()) {
            return reference(whole, depth);
        }
        ObjectNode said = Json.object();
        Map<String, JsonNode> beyond = new LinkedHashMap<>();
        definitions(whole, said, depth);
        for (Map.Entry<String, JsonNode> word : whole.properties()) {
            keyword(word.getKey(), word.getValue(), whole, said, beyond, depth);
        }
        if (said.has("anyOf")) {
            // Each choice tells its own.
            said.remove("type");
        } else {
            close(whole, said, beyond);
        }
        if (!selfStanding(said)) {
            throw new Unfit("anything");
        }
        tell(said, beyond);
        return said;
    }

    /// A reference stands alone there. What stands beside it is joined with what it refers to.
    private ObjectNode reference(ObjectNode schema, int depth) throws Unfit {
        String reference = schema.path("$ref").stringValue();
        JsonNode target = referred(reference);
        boolean alone =
                schema.properties().stream()
                        .map(Map.Entry::getKey)
                        .allMatch(word ->
                                Set.of("$ref", "$defs", "definitions", "title", "default")
                                                .contains(word)
                                        || UNSAID.contains(word));
        boolean atDefinition =
                reference.startsWith("#/$defs/") || reference.startsWith("#/definitions/");
        if (alone && atDefinition) {
            ObjectNode said = Json.object().put("$ref", reference);
            definitions(schema, said, depth);
            return said;
        }
        ObjectNode joined = ((ObjectNode) target).deepCopy();
        for (Map.Entry<String, JsonNode> beside : schema.properties()) {
            if (!beside.getKey().equals("$ref")) {
                joined.set(beside.getKey(), beside.getValue());
            }
        }
        return node(joined, depth + 1);
    }

    private void definitions(ObjectNode schema, ObjectNode said, int depth) throws Unfit {
        for (String word : List.of("$defs", "definitions")) {
            if (schema.path(word) instanceof ObjectNode definitions && !definitions.isEmpty()) {
                ObjectNode into = Json.object();
                for (Map.Entry<String, JsonNode> each : definitions.properties()) {
                    String name = each.getKey().replace("~", "~0").replace("/", "~1");
                    if (used.contains("#/" + word + "/" + name)) {
                        into.set(each.getKey(), node(each.getValue(), depth + 1));
                    }
                }
                if (!into.isEmpty()) {
                    said.set(word, into);
                }
            }
        }
    }

    private void keyword(
            String word,
            JsonNode value,
            ObjectNode schema,
            ObjectNode said,
            Map<String, JsonNode> beyond,
            int depth)
            throws Unfit {
        switch (word) {
            case "title", "description", "default" -> said.set(word, value);
            case "type" -> {
                boolean orNull = value.isString() && schema.path("nullable").asBoolean(false);
                said.set(word, orNull ? Json.array().add(value).add("null") : value);
            }
            case "$defs", "definitions", "additionalProperties" -> {}
            case "nullable" -> {
                if (value.asBoolean(false) && !schema.path("type").isString()) {
                    beyond.put(word, value);
                }
            }
            case "enum" -> options(word, value, said, beyond);
            case "const" -> options(word, Json.array().add(value), said, beyond);
            case "properties" -> properties(value, said, depth);
            case "required" -> required(value, schema, said, beyond);
            case "items" -> {
                if (value.isObject()) {
                    said.set(word, node(value, depth + 1));
                } else if (!value.isBoolean() || !value.booleanValue()) {
                    beyond.put(word, value);
                }
            }
            case "minItems" -> {
                if (value.isIntegralNumber() && (value.asLong() == 0 || value.asLong() == 1)) {
                    said.set(word, value);
                } else {
                    beyond.put(word, value);
                }
            }
            case "anyOf", "oneOf" -> choices(word, value, schema, said, beyond, depth);
            case "format" -> sayIf(FORMATS.contains(value.asString("")), word, value, said, beyond);
            case "pattern" ->
                    sayIf(
                            !BEYOND_PATTERNS.matcher(value.asString("")).find(),
                            word,
                            value,
                            said,
                            beyond);
            default -> {
                if (!UNSAID.contains(word)) {
                    beyond.put(word, value);
                }
            }
        }
    }

    private static void sayIf(
            boolean taken,
            String word,
            JsonNode value,
            ObjectNode said,
            Map<String, JsonNode> beyond) {
        if (taken) {
            said.set(word, value);
        } else {
            beyond.put(word, value);
        }
    }

    /// Only texts, numbers, truth values and null can be chosen from.
    private static void options(
            String word, JsonNode values, ObjectNode said, Map<String, JsonNode> beyond) {
        boolean plain = values.isArray() && !values.isEmpty();
        for (JsonNode value : values.values()) {
            plain = plain && !value.isContainer();
        }
        JsonNode value = word.equals("const") ? values.path(0) : values;
        sayIf(plain, word, value, said, beyond);
    }

    private void properties(JsonNode value, ObjectNode said, int depth) throws Unfit {
        ObjectNode properties = said.putObject("properties");
        for (Map.Entry<String, JsonNode> property : value.properties()) {
            ObjectNode fitted = node(property.getValue(), depth + 1);
            properties.set(property.getKey(), fitted);
            optional++;
            if (fitted.has("anyOf") || fitted.path("type").isArray()) {
                unions++;
            }
        }
    }

    /// A closed object can have no property that it does not name.
    private void required(
            JsonNode names, ObjectNode schema, ObjectNode said, Map<String, JsonNode> beyond) {
        ArrayNode known = Json.array();
        for (JsonNode name : names.values()) {
            if (schema.path("properties").has(name.asString(""))) {
                known.add(name);
            }
        }
        optional -= known.size();
        if (known.size() < names.size()) {
            beyond.put("required", names);
        }
        if (!known.isEmpty()) {
            said.set("required", known);
        }
    }

    /// Choices that are no whole schemas of their own narrow the one they stand in: they are told.
    private void choices(
            String word,
            JsonNode choices,
            ObjectNode schema,
            ObjectNode said,
            Map<String, JsonNode> beyond,
            int depth)
            throws Unfit {
        boolean whole =
                choices.isArray()
                        && !choices.isEmpty()
                        && !said.has("anyOf")
                        && !schema.has("properties");
        for (JsonNode choice : choices.values()) {
            whole = whole && (selfStanding(choice) || choice.has("allOf") || choice.has("oneOf"));
        }
        if (!whole) {
            beyond.put(word, choices);
            return;
        }
        ArrayNode any = said.putArray("anyOf");
        for (JsonNode choice : choices.values()) {
            any.add(node(choice, depth + 1));
        }
        if (word.equals("oneOf")) {
            told.add("oneOf");
        }
    }

    private static boolean selfStanding(JsonNode schema) {
        for (String word : List.of("type", "enum", "const", "anyOf", "$ref")) {
            if (schema.has(word)) {
                return true;
            }
        }
        return schema.has("properties");
    }

    /// Closes an object; one that is meant to hold what it does not name cannot be said.
    private void close(ObjectNode schema, ObjectNode said, Map<String, JsonNode> beyond)
            throws Unfit {
        JsonNode type = schema.path("type");
        boolean typed = type.asString("").equals("object");
        for (JsonNode each : type.values()) {
            typed = typed || each.asString("").equals("object");
        }
        if (!typed && !said.has("properties")) {
            return;
        }
        if (!schema.has("type")) {
            said.put("type", "object");
        }
        JsonNode others = schema.path("additionalProperties");
        boolean open =
                others.isObject()
                        || others.asBoolean(false)
                        || schema.path("patternProperties").isObject();
        if (open && said.path("properties").isEmpty()) {
            throw new Unfit("an open map");
        }
        if (open && !others.isMissingNode()) {
            beyond.put("additionalProperties", others);
        }
        said.put("additionalProperties", false);
    }

    /// A schema with the parts of its `allOf` in it: each of them closed, nothing would fit them all.
    private ObjectNode joined(ObjectNode schema, int depth) throws Unfit {
        if (!schema.path("allOf").isArray()) {
            return schema;
        }
        ObjectNode all = Json.object();
        for (JsonNode part : schema.path("allOf").values()) {
            join(part, all, depth + 1);
        }
        ObjectNode rest = schema.deepCopy();
        rest.remove("allOf");
        if (rest.path("$ref").isString()) {
            join(rest, all, depth + 1);
        } else {
            joinWords(rest, all);
        }
        return all;
    }

    private void join(JsonNode part, ObjectNode into, int depth) throws Unfit {
        if (depth > DEPTH_MAX || ++nodes > NODES_MAX) {
            throw new Unfit("too deep or too large");
        }
        if (!(part instanceof ObjectNode object)) {
            throw new Unfit("true and false are no schemas there");
        }
        if (object.path("$ref").isString()) {
            join(referred(object.path("$ref").stringValue()), into, depth + 1);
            ObjectNode beside = object.deepCopy();
            beside.remove("$ref");
            joinWords(joined(beside, depth + 1), into);
        } else {
            joinWords(joined(object, depth + 1), into);
        }
    }

    private static void joinWords(ObjectNode words, ObjectNode into) throws Unfit {
        for (Map.Entry<String, JsonNode> word : words.properties()) {
            String name = word.getKey();
            JsonNode value = word.getValue();
            JsonNode before = into.path(name);
            if (before.isMissingNode()
                    || before.equals(value)
                    || Set.of("title", "description", "default").contains(name)) {
                into.set(name, value.deepCopy());
            } else if (name.equals("required") && before instanceof ArrayNode names) {
                value.values().forEach(names::add);
            } else if (Set.of("properties", "$defs", "definitions").contains(name)
                    && before instanceof ObjectNode named) {
                for (Map.Entry<String, JsonNode> each : value.properties()) {
                    JsonNode same = named.path(each.getKey());
                    if (!same.isMissingNode() && !same.equals(each.getValue())) {
                        throw new Unfit("two schemas for one property");
                    }
                    named.set(each.getKey(), each.getValue().deepCopy());
                }
            } else {
                throw new Unfit("two values of " + name);
            }
        }
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
}
