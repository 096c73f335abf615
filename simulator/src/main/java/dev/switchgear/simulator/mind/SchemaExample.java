package dev.switchgear.simulator.mind;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Makes a value that a JSON schema accepts, filled with what the prompt offers.
///
/// Understood: type (one or several), enum, const, properties, required, items, prefixItems, the
/// bounds of numbers, strings and arrays, the usual formats, pattern, anyOf, oneOf, allOf, $ref
/// inside the document. Schemas that refer to themselves end after a few levels, as far as they
/// allow it.
public final class SchemaExample {
    private static final int DEPTH_MAX = 12;

    /// From here on optional parts are left out and lists stay as short as they may be.
    private static final int DEPTH_FRUGAL = 4;

    private static final int ITEMS_MAX = 100;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final JsonNode document;
    private final Hints hints;
    private final RandomGenerator random;
    private int numbersUsed;
    private int namesUsed;

    private SchemaExample(JsonNode document, Hints hints, RandomGenerator random) {
        this.document = document;
        this.hints = hints;
        this.random = random;
    }

    /// A value for `schema`.
    public static JsonNode of(JsonNode schema, Hints hints, RandomGenerator random) {
        return new SchemaExample(schema, hints, random).value(schema, "", 0);
    }

    private JsonNode value(JsonNode given, String name, int depth) {
        JsonNode schema = resolve(given, 0);
        if (!schema.isObject() || depth > DEPTH_MAX) {
            return NODES.stringNode(hints.topic());
        }
        if (schema.has("const")) {
            return schema.get("const");
        }
        if (schema.path("enum").size() > 0) {
            return choice(schema.get("enum"));
        }
        for (String alternatives : List.of("anyOf", "oneOf")) {
            if (schema.path(alternatives).size() > 0) {
                return value(alternative(schema, alternatives, depth), name, depth + 1);
            }
        }
        return switch (type(schema, depth)) {
            case "object" -> object(schema, depth);
            case "array" -> array(schema, name, depth);
            case "integer" -> NODES.numberNode((long) number(schema, true));
            case "number" -> NODES.numberNode(number(schema, false));
            case "boolean" -> NODES.booleanNode(random.nextBoolean());
            case "null" -> NODES.nullNode();
            default -> NODES.stringNode(text(schema, name));
        };
    }

    /// Follows `$ref` and folds `allOf` into one schema.
    private JsonNode resolve(JsonNode schema, int hops) {
        JsonNode found = schema;
        if (hops < DEPTH_MAX && schema.path("$ref").isString()) {
            String pointer = schema.get("$ref").stringValue();
            JsonNode target =
                    pointer.equals("#")
                            ? document
                            : pointer.startsWith("#/")
                                    ? document.at(pointer.substring(1))
                                    : NODES.objectNode();
            found = resolve(target, hops + 1);
        }
        if (hops < DEPTH_MAX && found.path("allOf").size() > 0) {
            ObjectNode merged = NODES.objectNode();
            for (JsonNode part : found.get("allOf")) {
                merge(merged, resolve(part, hops + 1));
            }
            ObjectNode rest = (ObjectNode) found.deepCopy();
            rest.remove("allOf");
            merge(merged, rest);
            return merged;
        }
        return found;
    }

    private static void merge(ObjectNode into, JsonNode from) {
        for (Map.Entry<String, JsonNode> entry : from.properties()) {
            JsonNode before = into.path(entry.getKey());
            if (before.isObject() && entry.getValue().isObject()) {
                ObjectNode both = (ObjectNode) before.deepCopy();
                both.setAll((ObjectNode) entry.getValue());
                into.set(entry.getKey(), both);
            } else if (before.isArray() && entry.getValue().isArray()) {
                ArrayNode both = (ArrayNode) before.deepCopy();
                both.addAll((ArrayNode) entry.getValue());
                into.set(entry.getKey(), both);
            } else {
                into.set(entry.getKey(), entry.getValue());
            }
        }
    }

    private JsonNode choice(JsonNode options) {
        for (JsonNode option : options) {
            if (option.isString()
                    && hints.names().stream()
                            .anyMatch(name -> name.equalsIgnoreCase(option.stringValue()))) {
                return option;
            }
        }
        return options.get(random.nextInt(options.size()));
    }

    private JsonNode alternative(JsonNode schema, String keyword, int depth) {
        JsonNode options = schema.get(keyword);
        JsonNode chosen = options.get(0);
        for (JsonNode option : options) {
            boolean isNull = option.path("type").asString("").equals("null");
            if (isNull == (depth >= DEPTH_FRUGAL)) {
                chosen = option;
                break;
            }
        }
        ObjectNode whole = (ObjectNode) schema.deepCopy();
        whole.remove(keyword);
        JsonNode resolved = resolve(chosen, 0);
        merge(whole, resolved);
        return whole;
    }

    private static String type(JsonNode schema, int depth) {
        JsonNode type = schema.path("type");
        if (type.isArray() && !type.isEmpty()) {
            boolean nullable = false;
            String first = "";
            for (JsonNode option : type) {
                nullable |= option.asString("").equals("null");
                first =
                        first.isEmpty() && !option.asString("").equals("null")
                                ? option.asString("")
                                : first;
            }
            return first.isEmpty() || (nullable && depth >= DEPTH_FRUGAL) ? "null" : first;
        }
        if (type.isString()) {
            return type.stringValue();
        }
        if (schema.has("properties")) {
            return "object";
        }
        return schema.has("items") || schema.has("prefixItems") ? "array" : "string";
    }

    private ObjectNode object(JsonNode schema, int depth) {
        ObjectNode object = NODES.objectNode();
        Set<String> required = new java.util.HashSet<>();
        schema.path("required").forEach(name -> required.add(name.asString("")));
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            if (required.contains(property.getKey()) || depth < DEPTH_FRUGAL) {
                object.set(
                        property.getKey(),
                        value(property.getValue(), property.getKey(), depth + 1));
            }
        }
        for (String name : required) {
            if (!object.has(name)) {
                JsonNode others = schema.path("additionalProperties");
                object.set(
                        name,
                        others.isObject()
                                ? value(others, name, depth + 1)
                                : NODES.stringNode(hints.topic()));
            }
        }
        return object;
    }

    private ArrayNode array(JsonNode schema, String name, int depth) {
        ArrayNode array = NODES.arrayNode();
        for (JsonNode item : schema.path("prefixItems")) {
            array.add(value(item, name, depth + 1));
        }
        int least = schema.path("minItems").asInt(0);
        int most = schema.path("maxItems").asInt(Math.max(least, ITEMS_MAX));
        int wanted = depth >= DEPTH_FRUGAL ? least : Math.max(least, 2);
        JsonNode items = schema.path("items");
        boolean unique = schema.path("uniqueItems").asBoolean(false);
        int tries = 0;
        while (array.size() < Math.min(Math.min(wanted, most), ITEMS_MAX)
                && tries++ < ITEMS_MAX * 2) {
            JsonNode item =
                    items.isObject()
                            ? value(items, name, depth + 1)
                            : NODES.stringNode(hints.topic() + " " + (array.size() + 1));
            boolean repeated = false;
            for (JsonNode before : array) {
                repeated |= before.equals(item);
            }
            if (!unique || !repeated) {
                array.add(item);
            }
        }
        return array;
    }

    private double number(JsonNode schema, boolean whole) {
        double step = schema.path("multipleOf").asDouble(whole ? 1 : 0);
        double small = whole ? 1 : 0.01;
        double low =
                schema.has("exclusiveMinimum")
                        ? schema.get("exclusiveMinimum").asDouble() + small
                        : schema.path("minimum").asDouble(Double.NEGATIVE_INFINITY);
        double high =
                schema.has("exclusiveMaximum")
                        ? schema.get("exclusiveMaximum").asDouble() - small
                        : schema.path("maximum").asDouble(Double.POSITIVE_INFINITY);
        if (numbersUsed < hints.numbers().size()) {
            double hinted = Double.parseDouble(hints.numbers().get(numbersUsed));
            boolean fits = !whole || hinted == Math.rint(hinted);
            fits &= step == 0 || Math.rint(hinted / step) * step == hinted;
            if (fits && hinted >= low && hinted <= high) {
                numbersUsed++;
                return hinted;
            }
        }
        double from = Double.isInfinite(low) ? Math.min(1, high) : low;
        double to = Double.isInfinite(high) ? from + 9 : high;
        double drawn = from + random.nextDouble() * Math.max(0, to - from);
        if (step > 0) {
            double lowest = Math.ceil(from / step) * step;
            return Math.max(lowest, Math.floor(drawn / step) * step);
        }
        return Math.min(high, Math.max(low, Math.rint(drawn * 100) / 100));
    }

    private String text(JsonNode schema, String name) {
        if (schema.path("pattern").isString()) {
            return PatternExample.of(schema.get("pattern").stringValue(), random);
        }
        String format = format(schema.path("format").asString(""));
        if (!format.isEmpty()) {
            return format;
        }
        String text =
                namesUsed < hints.names().size() ? hints.names().get(namesUsed++) : invented(name);
        int least = schema.path("minLength").asInt(0);
        int most = schema.path("maxLength").asInt(Math.max(least, 1 << 16));
        while (text.codePointCount(0, text.length()) < Math.min(least, 1 << 16)) {
            text = text + " " + hints.topic();
        }
        int length = text.codePointCount(0, text.length());
        return length <= most ? text : text.substring(0, text.offsetByCodePoints(0, most));
    }

    private String format(String format) {
        int day = 1 + random.nextInt(28);
        return switch (format) {
            case "date-time" -> String.format(java.util.Locale.ROOT, "2026-03-%02dT09:30:00Z", day);
            case "date" -> String.format(java.util.Locale.ROOT, "2026-03-%02d", day);
            case "time" -> String.format(java.util.Locale.ROOT, "09:%02d:00Z", day);
            case "duration" -> "PT" + day + "M";
            case "email" -> "someone@example.com";
            case "hostname" -> "host.example.com";
            case "uri" -> "https://example.com/" + Dice.hex(random, 6);
            case "ipv4" -> "192.0.2." + day;
            case "ipv6" -> "2001:db8::" + day;
            case "uuid" ->
                    Dice.hex(random, 8)
                            + "-"
                            + Dice.hex(random, 4)
                            + "-4"
                            + Dice.hex(random, 3)
                            + "-a"
                            + Dice.hex(random, 3)
                            + "-"
                            + Dice.hex(random, 12);
            default -> "";
        };
    }

    private String invented(String name) {
        String lower = Prose.lower(name);
        if (lower.contains("city") || lower.contains("location")) {
            return "Lisbon";
        }
        if (lower.contains("country")) {
            return "Portugal";
        }
        if (lower.contains("name")) {
            return "Ada";
        }
        return hints.topic();
    }
}
