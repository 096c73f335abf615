package dev.switchgear.families.llm.dialect.anthropic;

import dev.switchgear.families.llm.InvalidBody;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeType;

/// A value in a client's body and where it stands, so that an error can name it. `null` counts as
/// not given, as in the API.
record Field(JsonNode value, String path) {
    Field at(String name) {
        return new Field(value.path(name), path.isEmpty() ? name : path + "." + name);
    }

    boolean given() {
        return !value.isMissingNode() && !value.isNull();
    }

    Field object() throws InvalidBody {
        if (!value.isObject()) {
            throw wrong("an object");
        }
        return this;
    }

    String text() throws InvalidBody {
        if (!value.isString()) {
            throw wrong("a string");
        }
        return value.stringValue();
    }

    String textOr(String otherwise) throws InvalidBody {
        return given() ? text() : otherwise;
    }

    boolean flag() throws InvalidBody {
        if (!value.isBoolean()) {
            throw wrong("true or false");
        }
        return value.booleanValue();
    }

    long whole(long least) throws InvalidBody {
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < least) {
            throw wrong("a whole number, " + least + " or more");
        }
        return value.longValue();
    }

    double number(double least, double most) throws InvalidBody {
        if (!value.isNumber()) {
            throw wrong("a number");
        }
        double number = value.decimalValue().doubleValue();
        if (!(number >= least && number <= most)) {
            throw wrong("a number from " + least + " to " + most);
        }
        return number;
    }

    List<Field> list() throws InvalidBody {
        if (!value.isArray()) {
            throw wrong("a list");
        }
        var entries = new ArrayList<Field>(value.size());
        for (int i = 0; i < value.size(); i++) {
            entries.add(new Field(value.get(i), path + "[" + i + "]"));
        }
        return entries;
    }

    /// The fields of this object that are given and not among `known`.
    List<Field> others(Set<String> known) {
        var found = new ArrayList<Field>();
        for (var property : value.properties()) {
            if (!known.contains(property.getKey()) && !property.getValue().isNull()) {
                found.add(at(property.getKey()));
            }
        }
        return found;
    }

    /// The name behind the last point.
    String name() {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    InvalidBody wrong(String expected) {
        return InvalidBody.param(path, found() + " (expected: " + expected + ")");
    }

    private String found() {
        JsonNodeType type = value.getNodeType();
        return switch (type) {
            case OBJECT, POJO -> "an object";
            case ARRAY -> "a list";
            case NULL -> "null";
            case MISSING -> "missing";
            case BOOLEAN -> value.toString();
            case NUMBER, STRING, BINARY -> {
                String text = value.toString();
                yield text.length() <= 40 ? text : text.substring(0, 40) + "…";
            }
        };
    }
}
