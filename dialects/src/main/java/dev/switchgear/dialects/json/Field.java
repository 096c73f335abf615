package dev.switchgear.dialects.json;

import dev.switchgear.families.llm.InvalidBody;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// A value in a client's body and its path, for messages that name it. `null` counts as absent, as
/// OpenAI's own SDKs write what was not set.
public record Field(String path, JsonNode node) {
    /// The field `name`, be it given or not.
    public Field at(String name) {
        return new Field(path.isEmpty() ? name : path + "." + name, node.path(name));
    }

    public boolean given() {
        return !node.isMissingNode() && !node.isNull();
    }

    /// The field `name`; empty if absent or null.
    public Optional<Field> get(String name) {
        Field found = at(name);
        return found.given() ? Optional.of(found) : Optional.empty();
    }

    public Field need(String name, String expected) throws InvalidBody {
        Field found = at(name);
        if (!found.given()) {
            throw found.wrong(expected);
        }
        return found;
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

    /// @param least how small it may be
    public long integer(long least) throws InvalidBody {
        long value = integer();
        if (value < least) {
            throw unknown("an integer of " + least + " or more");
        }
        return value;
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

    public double number(double least, double most) throws InvalidBody {
        double value = number();
        if (value < least || value > most) {
            throw unknown("a number from " + least + " to " + most);
        }
        return value;
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
        return others(Set.of());
    }

    /// The fields of an object that are not null and not `known`, in their order.
    public List<Field> others(Set<String> known) {
        var others = new ArrayList<Field>();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!field.getValue().isNull() && !known.contains(field.getKey())) {
                others.add(at(field.getKey()));
            }
        }
        return others;
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
        return broken(found(), expected);
    }

    /// @param found what is there instead
    public InvalidBody broken(String found, String expected) {
        return InvalidBody.param(path, found + " (expected: " + expected + ")");
    }

    /// Of the right type, but with a value that is not among those that are expected.
    public InvalidBody unknown(String expected) {
        if (!node.isString() && !node.isNumber()) {
            return wrong(expected);
        }
        String text = node.toString();
        return broken(text.length() <= 60 ? text : text.substring(0, 60) + "…", expected);
    }

    private String found() {
        return switch (node.getNodeType()) {
            case OBJECT, POJO -> "an object";
            case ARRAY -> "an array";
            case STRING, BINARY -> "a string";
            case NUMBER -> "a number";
            case BOOLEAN -> "a boolean";
            case NULL -> "null";
            case MISSING -> "missing";
        };
    }
}
