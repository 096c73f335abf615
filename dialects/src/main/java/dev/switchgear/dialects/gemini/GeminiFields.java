package dev.switchgear.dialects.gemini;

import dev.switchgear.families.llm.InvalidBody;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;

/// The fields of one object in a client's body, read as proto JSON: names in lowerCamelCase or
/// snake_case, `null` means absent, integers may be strings. Not thread-safe.
final class GeminiFields {
    private final JsonNode node;
    private final String path;
    private final Set<String> read = new HashSet<>();

    private GeminiFields(JsonNode node, String path) {
        this.node = node;
        this.path = path;
    }

    /// @param path empty for the body itself
    static GeminiFields of(JsonNode node, String path) throws InvalidBody {
        if (!node.isObject()) {
            throw wrong(path.isEmpty() ? "the body" : path, node, "an object");
        }
        return new GeminiFields(node, path);
    }

    String path() {
        return path;
    }

    String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /// @param name in lowerCamelCase
    Optional<JsonNode> any(String name) throws InvalidBody {
        read.add(name);
        JsonNode camel = node.get(name);
        String other = snake(name);
        if (!other.equals(name)) {
            read.add(other);
            JsonNode snake = node.get(other);
            if (snake != null) {
                if (camel != null) {
                    throw InvalidBody.param(path(name), "given twice, as " + other + " too");
                }
                camel = snake;
            }
        }
        return camel == null || camel.isNull() ? Optional.empty() : Optional.of(camel);
    }

    Optional<String> text(String name) throws InvalidBody {
        Optional<JsonNode> value = any(name);
        if (value.isPresent() && !value.get().isString()) {
            throw wrong(path(name), value.get(), "a string");
        }
        return value.map(JsonNode::stringValue);
    }

    /// A string that must be there.
    String needed(String name) throws InvalidBody {
        String value = text(name).orElse("");
        if (value.isEmpty()) {
            throw InvalidBody.param(path(name), "missing (expected: a string)");
        }
        return value;
    }

    Optional<Boolean> flag(String name) throws InvalidBody {
        Optional<JsonNode> value = any(name);
        if (value.isPresent() && !value.get().isBoolean()) {
            throw wrong(path(name), value.get(), "true or false");
        }
        return value.map(JsonNode::booleanValue);
    }

    OptionalDouble number(String name) throws InvalidBody {
        Optional<JsonNode> value = any(name);
        if (value.isEmpty()) {
            return OptionalDouble.empty();
        }
        double number = value.get().isNumber() ? value.get().asDouble(Double.NaN) : Double.NaN;
        if (!Double.isFinite(number)) {
            throw wrong(path(name), value.get(), "a number");
        }
        return OptionalDouble.of(number);
    }

    OptionalLong integer(String name) throws InvalidBody {
        Optional<JsonNode> value = any(name);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        JsonNode found = value.get();
        if (found.isNumber() && found.canConvertToExactIntegral() && found.canConvertToLong()) {
            return OptionalLong.of(found.asLong());
        }
        if (found.isString() && found.stringValue().matches("-?[0-9]{1,18}")) {
            return OptionalLong.of(Long.parseLong(found.stringValue()));
        }
        throw wrong(path(name), found, "an integer");
    }

    /// Empty where the field is absent.
    List<JsonNode> list(String name) throws InvalidBody {
        Optional<JsonNode> value = any(name);
        if (value.isEmpty()) {
            return List.of();
        }
        if (!value.get().isArray()) {
            throw wrong(path(name), value.get(), "an array");
        }
        return new ArrayList<>(value.get().values());
    }

    /// The objects of a list, each knowing its place.
    List<GeminiFields> objects(String name) throws InvalidBody {
        var objects = new ArrayList<GeminiFields>();
        for (JsonNode value : list(name)) {
            objects.add(of(value, path(name) + "[" + objects.size() + "]"));
        }
        return objects;
    }

    List<String> texts(String name) throws InvalidBody {
        var texts = new ArrayList<String>();
        for (JsonNode value : list(name)) {
            if (!value.isString()) {
                throw wrong(path(name) + "[" + texts.size() + "]", value, "a string");
            }
            texts.add(value.stringValue());
        }
        return texts;
    }

    Optional<GeminiFields> object(String name) throws InvalidBody {
        Optional<JsonNode> value = any(name);
        return value.isEmpty() ? Optional.empty() : Optional.of(of(value.get(), path(name)));
    }

    /// Hands on every field that nobody has asked for, by its path in lowerCamelCase.
    void rest(BiConsumer<String, JsonNode> to) {
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!read.contains(field.getKey()) && !field.getValue().isNull()) {
                to.accept(path(camel(field.getKey())), field.getValue());
            }
        }
    }

    /// The fields that nobody has asked for, with their own names.
    List<Map.Entry<String, JsonNode>> unread() {
        return node.properties().stream()
                .filter(field -> !read.contains(field.getKey()) && !field.getValue().isNull())
                .toList();
    }

    JsonNode node() {
        return node;
    }

    static InvalidBody wrong(String path, JsonNode found, String expected) {
        String kind =
                switch (found.getNodeType()) {
                    case ARRAY -> "an array";
                    case BOOLEAN -> "a boolean";
                    case NULL -> "null";
                    case NUMBER -> "a number";
                    case OBJECT -> "an object";
                    case STRING -> "a string";
                    case BINARY, MISSING, POJO -> "nothing";
                };
        return InvalidBody.param(path, kind + " (expected: " + expected + ")");
    }

    static String camel(String name) {
        if (name.indexOf('_') < 0) {
            return name;
        }
        var camel = new StringBuilder(name.length());
        boolean up = false;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '_' && !camel.isEmpty()) {
                up = true;
            } else {
                camel.append(up ? Character.toUpperCase(c) : c);
                up = false;
            }
        }
        return camel.toString();
    }

    private static String snake(String name) {
        var snake = new StringBuilder(name.length() + 4);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                snake.append('_').append((char) (c + 32));
            } else {
                snake.append(c);
            }
        }
        return snake.toString();
    }
}
