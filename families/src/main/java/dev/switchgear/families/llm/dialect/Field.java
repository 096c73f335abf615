package dev.switchgear.families.llm.dialect;

import dev.switchgear.families.llm.InvalidBody;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/// A value in a client's body and its path, for messages that name it. `null` counts as absent, as
/// OpenAI's own SDKs write what was not set.
public record Field(String path, JsonNode node) {
    /// The field `name`; empty if absent or null.
    public Optional<Field> get(String name) {
        JsonNode found = node.path(name);
        return found.isMissingNode() || found.isNull()
                ? Optional.empty()
                : Optional.of(new Field(at(name), found));
    }

    public Field need(String name, String expected) throws InvalidBody {
        Optional<Field> found = get(name);
        if (found.isEmpty()) {
            throw InvalidBody.param(
                    at(name),
                    (node.has(name) ? "null" : "missing") + " (expected: " + expected + ")");
        }
        return found.get();
    }

    private String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    public Field object() throws InvalidBody {
        if (!node.isObject()) {
            throw wrong("an object");
        }
        return this;
    }

    public boolean isString() {
        return node.isString();
    }

    public boolean isArray() {
        return node.isArray();
    }

    public String string() throws InvalidBody {
        if (!node.isString()) {
            throw wrong("a string");
        }
        return node.stringValue();
    }

    public boolean bool() throws InvalidBody {
        if (!node.isBoolean()) {
            throw wrong("true or false");
        }
        return node.booleanValue();
    }

    public long integer() throws InvalidBody {
        if (!node.isIntegralNumber() || !node.canConvertToLong()) {
            throw wrong("an integer");
        }
        return node.longValue();
    }

    public double number() throws InvalidBody {
        if (!node.isNumber()) {
            throw wrong("a number");
        }
        BigDecimal value = node.decimalValue();
        double number = value.doubleValue();
        if (!Double.isFinite(number)) {
            throw wrong("a number");
        }
        return number;
    }

    public List<Field> items() throws InvalidBody {
        if (!node.isArray()) {
            throw wrong("an array");
        }
        var items = new ArrayList<Field>(node.size());
        for (int i = 0; i < node.size(); i++) {
            items.add(new Field(path + "[" + i + "]", node.get(i)));
        }
        return items;
    }

    /// The fields of an object that are not null, in their order.
    public List<Field> fields() {
        var fields = new ArrayList<Field>(node.size());
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!field.getValue().isNull()) {
                fields.add(new Field(at(field.getKey()), field.getValue()));
            }
        }
        return fields;
    }

    /// The last step of its path.
    public String name() {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    public Optional<String> optionalString(String name) throws InvalidBody {
        Optional<Field> found = get(name);
        return found.isEmpty() ? Optional.empty() : Optional.of(found.get().string());
    }

    public Optional<Boolean> optionalBool(String name) throws InvalidBody {
        Optional<Field> found = get(name);
        return found.isEmpty() ? Optional.empty() : Optional.of(found.get().bool());
    }

    public OptionalLong optionalInteger(String name) throws InvalidBody {
        Optional<Field> found = get(name);
        return found.isEmpty() ? OptionalLong.empty() : OptionalLong.of(found.get().integer());
    }

    public OptionalDouble optionalNumber(String name) throws InvalidBody {
        Optional<Field> found = get(name);
        return found.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(found.get().number());
    }

    public InvalidBody wrong(String expected) {
        return InvalidBody.param(path, found() + " (expected: " + expected + ")");
    }

    public InvalidBody unknown(String expected) {
        String text = node.isString() ? node.stringValue() : found();
        return InvalidBody.param(
                path,
                "\""
                        + (text.length() <= 60 ? text : text.substring(0, 60) + "…")
                        + "\" (expected: "
                        + expected
                        + ")");
    }

    private String found() {
        return switch (node.getNodeType()) {
            case OBJECT, POJO -> "an object";
            case ARRAY -> "an array";
            case STRING, BINARY -> "a string";
            case NUMBER -> "a number";
            case BOOLEAN -> "a boolean";
            case NULL -> "null";
            case MISSING -> "nothing";
        };
    }
}
