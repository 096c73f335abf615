package dev.switchgear.dialects;

import dev.switchgear.dialects.json.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Schemas whose values are objects, as most providers want them at the top: of the type `object` in so
/// many words, with `properties`, and without choices beside them. OpenAI answers 400 to others ("must
/// have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level", "object schema
/// missing properties"), and Anthropic to choices at the top; servers of tools have them all the same.
public final class ObjectSchemas {
    /// References that lead to references, and parts within parts.
    private static final int STEPS_MAX = 16;

    /// How many parts are looked at: references may make few of them many.
    private static final int PARTS_MAX = 500;

    /// How many schemas one property may have.
    private static final int SCHEMAS_MAX = 50;

    /// The most that is told in a description.
    private static final int TOLD_CHARS_MAX = 4_000;

    private static final List<String> CHOICES = List.of("anyOf", "oneOf", "allOf", "enum", "not");

    private ObjectSchemas() {}

    /// What may still be looked at. For one schema.
    private static final class Budget {
        private int left = PARTS_MAX;

        boolean spent() {
            return left-- <= 0;
        }
    }

    /// @param told the words of the one given that only its description tells
    public record Fitted(JsonNode schema, Set<String> told) {
        public Fitted {
            told = Collections.unmodifiableSet(new LinkedHashSet<>(told));
        }
    }

    /// The parameters of a tool. What they are to be chosen from is all offered, and how they go
    /// together is told in the description.
    public static Fitted parameters(JsonNode schema) {
        if (plain(schema) || !schema.isObject()) {
            return new Fitted(schema, Set.of());
        }
        ObjectNode given = resolved((ObjectNode) schema, schema);
        if (!mayBeObject(given.path("type"))) {
            return new Fitted(schema, Set.of());
        }
        ObjectNode said = Json.object().put("type", "object");
        said.setAll(given);
        said.put("type", "object");
        said.remove(CHOICES);
        ObjectNode properties = Json.object();
        Set<String> required = new LinkedHashSet<>();
        gather(given, schema, properties, required, new Budget());
        said.set("properties", properties);
        said.remove("required");
        if (!required.isEmpty()) {
            required.forEach(said.putArray("required")::add);
        }
        Map<String, JsonNode> beyond = new LinkedHashMap<>();
        for (String choice : CHOICES) {
            JsonNode value = given.path(choice);
            if (!value.isMissingNode() && !(choice.equals("allOf") && merges(value, schema))) {
                beyond.put(choice, value);
            }
        }
        if (!beyond.isEmpty()) {
            String before = said.path("description").asString("");
            String words = words(beyond);
            said.put("description", before.isEmpty() ? words : before + "\n\n" + words);
        }
        return new Fitted(said, beyond.keySet());
    }

    /// What a description tells of a schema: `{minimum: 0, maximum: 120}`, as Anthropic's own SDKs
    /// write it.
    public static String words(Map<String, JsonNode> beyond) {
        var words = new StringBuilder();
        for (Map.Entry<String, JsonNode> word : beyond.entrySet()) {
            JsonNode value = word.getValue();
            words.append(words.isEmpty() ? "{" : ", ").append(word.getKey()).append(": ");
            words.append(value.isString() ? value.stringValue() : Json.text(value));
        }
        words.append('}');
        if (words.length() > TOLD_CHARS_MAX) {
            words.setLength(TOLD_CHARS_MAX);
            words.append('…');
        }
        return words.toString();
    }

    /// The schema of an object that says so; empty where it leaves a choice or is another's.
    static Optional<JsonNode> withoutChoice(JsonNode schema) {
        if (!(schema instanceof ObjectNode given)) {
            return Optional.empty();
        }
        ObjectNode at = resolved(given, schema);
        boolean untyped = at.path("type").isMissingNode() && at.path("properties").isObject();
        if (CHOICES.stream().anyMatch(at::has)
                || at.has("$ref")
                || !(untyped || at.path("type").asString("").equals("object"))) {
            return Optional.empty();
        }
        return Optional.of(
                untyped ? Json.object().put("type", "object").setAll(at) : (JsonNode) at);
    }

    /// Whether what fits the schema is an object. A schema that says nothing of it is taken for one.
    public static boolean ofObjects(JsonNode schema) {
        return ofObjects(schema, schema, new Budget());
    }

    private static boolean ofObjects(JsonNode schema, JsonNode root, Budget budget) {
        if (!(schema instanceof ObjectNode object) || budget.spent()) {
            return false;
        }
        ObjectNode at = resolved(object, root);
        if (!at.path("type").isMissingNode()) {
            return at.path("type").asString("").equals("object");
        }
        for (String choice : List.of("anyOf", "oneOf")) {
            for (JsonNode each : at.path(choice).values()) {
                if (!ofObjects(each, root, budget)) {
                    return false;
                }
            }
        }
        for (JsonNode value : at.path("enum").values()) {
            if (!value.isObject()) {
                return false;
            }
        }
        return !at.has("items") && (!at.has("const") || at.path("const").isObject());
    }

    private static boolean plain(JsonNode schema) {
        return schema.path("type").asString("").equals("object")
                && schema.path("properties").isObject()
                && !schema.has("$ref")
                && CHOICES.stream().noneMatch(schema::has);
    }

    private static boolean mayBeObject(JsonNode type) {
        boolean may = type.isMissingNode() || type.asString("").equals("object");
        for (JsonNode each : type.values()) {
            may = may || each.asString("").equals("object");
        }
        return may;
    }

    /// What it refers to, with what stands beside the reference, in its place.
    private static ObjectNode resolved(ObjectNode schema, JsonNode root) {
        ObjectNode at = schema;
        for (int i = 0; i < STEPS_MAX && at.path("$ref").isString(); i++) {
            String reference = at.path("$ref").stringValue();
            if (!reference.startsWith("#/")
                    || !(referred(root, reference) instanceof ObjectNode target)) {
                return at;
            }
            ObjectNode joined = Json.object();
            joined.setAll(target);
            for (Map.Entry<String, JsonNode> beside : at.properties()) {
                if (!beside.getKey().equals("$ref")) {
                    joined.set(beside.getKey(), beside.getValue());
                }
            }
            at = joined;
        }
        return at;
    }

    private static JsonNode referred(JsonNode root, String reference) {
        JsonNode at = root;
        for (String step : reference.substring(2).split("/", -1)) {
            at = at.path(step.replace("~1", "/").replace("~0", "~"));
        }
        return at;
    }

    /// Whether nothing is lost when the parts become one.
    private static boolean merges(JsonNode parts, JsonNode root) {
        for (JsonNode part : parts.values()) {
            if (!(part instanceof ObjectNode object)) {
                return false;
            }
            for (Map.Entry<String, JsonNode> word : resolved(object, root).properties()) {
                if (!Set.of("type", "properties", "required", "title", "description")
                        .contains(word.getKey())) {
                    return false;
                }
            }
        }
        return true;
    }

    private static void gather(
            ObjectNode from,
            JsonNode root,
            ObjectNode properties,
            Set<String> required,
            Budget budget) {
        for (Map.Entry<String, JsonNode> property : from.path("properties").properties()) {
            add(property.getKey(), property.getValue(), properties);
        }
        for (JsonNode name : from.path("required").values()) {
            required.add(name.asString(""));
        }
        for (String choice : List.of("allOf", "anyOf", "oneOf")) {
            for (JsonNode part : from.path(choice).values()) {
                if (part instanceof ObjectNode object && !budget.spent()) {
                    // Of several choices, what one requires is not required.
                    Set<String> ofPart = choice.equals("allOf") ? required : new LinkedHashSet<>();
                    gather(resolved(object, root), root, properties, ofPart, budget);
                }
            }
        }
    }

    /// A property that has several schemas may have any of them.
    private static void add(String name, JsonNode schema, ObjectNode properties) {
        JsonNode before = properties.path(name);
        if (before.isMissingNode()) {
            properties.set(name, schema);
        } else if (!before.equals(schema)) {
            ArrayNode any = Json.array();
            boolean several = before.size() == 1 && before.path("anyOf").isArray();
            (several ? before.path("anyOf").values() : List.of(before)).forEach(any::add);
            if (any.size() >= SCHEMAS_MAX) {
                return;
            }
            for (JsonNode each : any.values()) {
                if (each.equals(schema)) {
                    return;
                }
            }
            any.add(schema);
            properties.set(name, Json.object().set("anyOf", any));
        }
    }
}
