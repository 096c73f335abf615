package dev.switchgear.families.llm.dialect.responses;

import dev.switchgear.families.llm.InvalidBody;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// A value of a client's body, and where it stands, for messages.
///
/// @param path from the top, empty for the body itself
record Field(String path, JsonNode value) {
    Field at(String name) {
        return new Field(path.isEmpty() ? name : path + "." + name, value.path(name));
    }

    /// Missing, or null.
    boolean absent() {
        return value.isMissingNode() || value.isNull();
    }

    String text() throws InvalidBody {
        if (!value.isString()) {
            throw wrong("a text");
        }
        return value.stringValue();
    }

    Optional<String> maybeText() throws InvalidBody {
        return absent() ? Optional.empty() : Optional.of(text());
    }

    boolean flag() throws InvalidBody {
        if (!value.isBoolean()) {
            throw wrong("true or false");
        }
        return value.booleanValue();
    }

    Optional<Boolean> maybeFlag() throws InvalidBody {
        return absent() ? Optional.empty() : Optional.of(flag());
    }

    long count() throws InvalidBody {
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 1) {
            throw wrong("a whole number of 1 or more");
        }
        return value.longValue();
    }

    double number(double min, double max) throws InvalidBody {
        double number = value.isNumber() ? value.decimalValue().doubleValue() : Double.NaN;
        if (!(number >= min && number <= max)) {
            throw wrong("a number from " + min + " to " + max);
        }
        return number;
    }

    Field object() throws InvalidBody {
        if (!value.isObject()) {
            throw wrong("an object");
        }
        return this;
    }

    /// The elements of a list.
    List<Field> list() throws InvalidBody {
        if (!value.isArray()) {
            throw wrong("a list");
        }
        var elements = new ArrayList<Field>(value.size());
        for (JsonNode element : value.values()) {
            elements.add(new Field(path + "[" + elements.size() + "]", element));
        }
        return elements;
    }

    InvalidBody wrong(String expected) {
        return InvalidBody.param(path, found() + " (expected: " + expected + ")");
    }

    private String found() {
        if (value.isMissingNode()) {
            return "missing";
        }
        if (value.isString()) {
            String text = value.stringValue();
            return "\"" + (text.length() > 40 ? text.substring(0, 40) + "…" : text) + "\"";
        }
        return switch (value.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "a list";
            case NUMBER -> "a number";
            case BOOLEAN -> value.booleanValue() ? "true" : "false";
            case NULL -> "null";
            case STRING, BINARY, MISSING, POJO -> "a value";
        };
    }
}
