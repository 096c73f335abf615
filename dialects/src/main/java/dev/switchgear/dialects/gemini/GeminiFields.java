package dev.switchgear.dialects.gemini;

import dev.switchgear.dialects.json.Field;
import dev.switchgear.dialects.json.Json;
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
/// snake_case, integers may be strings. It remembers what it was asked for. Not thread-safe.
final class GeminiFields {
    private final Field object;
    private final Set<String> read = new HashSet<>();

    private GeminiFields(Field object) {
        this.object = object;
    }

    static GeminiFields of(byte[] body) throws InvalidBody {
        return new GeminiFields(Json.asked(body));
    }

    String path() {
        return object.path();
    }

    String path(String name) {
        return object.at(name).path();
    }

    /// Empty if absent or null.
    ///
    /// @param name in lowerCamelCase, which is how messages have it
    Optional<Field> any(String name) throws InvalidBody {
        String other = snake(name);
        read.add(name);
        read.add(other);
        Field camel = object.at(name);
        JsonNode snake = object.node().path(other);
        if (other.equals(name) || snake.isMissingNode()) {
            return object.get(name);
        }
        if (!camel.node().isMissingNode()) {
            throw InvalidBody.param(camel.path(), "given twice, as " + other + " too");
        }
        return Optional.of(new Field(camel.path(), snake)).filter(Field::given);
    }

    Optional<String> text(String name) throws InvalidBody {
        Optional<Field> value = any(name);
        return value.isEmpty() ? Optional.empty() : Optional.of(value.get().string());
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
        Optional<Field> value = any(name);
        return value.isEmpty() ? Optional.empty() : Optional.of(value.get().bool());
    }

    OptionalDouble number(String name) throws InvalidBody {
        Optional<Field> value = any(name);
        return value.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(value.get().number());
    }

    OptionalLong integer(String name) throws InvalidBody {
        Optional<Field> value = any(name);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        JsonNode found = value.get().node();
        if (found.isNumber() && found.canConvertToExactIntegral() && found.canConvertToLong()) {
            return OptionalLong.of(found.asLong());
        }
        if (found.isString() && found.stringValue().matches("-?[0-9]{1,18}")) {
            return OptionalLong.of(Long.parseLong(found.stringValue()));
        }
        throw value.get().wrong("an integer");
    }

    /// Empty where the field is absent.
    private List<Field> list(String name) throws InvalidBody {
        Optional<Field> value = any(name);
        if (value.isEmpty()) {
            return List.of();
        }
        // One object may stand for a list of one.
        return value.get().node().isObject() ? List.of(value.get()) : value.get().items();
    }

    /// The objects of a list, each knowing its place.
    List<GeminiFields> objects(String name) throws InvalidBody {
        var objects = new ArrayList<GeminiFields>();
        for (Field item : list(name)) {
            objects.add(new GeminiFields(item.object()));
        }
        return objects;
    }

    List<String> texts(String name) throws InvalidBody {
        var texts = new ArrayList<String>();
        for (Field item : list(name)) {
            texts.add(item.string());
        }
        return texts;
    }

    Optional<GeminiFields> object(String name) throws InvalidBody {
        Optional<Field> value = any(name);
        return value.isEmpty()
                ? Optional.empty()
                : Optional.of(new GeminiFields(value.get().object()));
    }

    /// Hands on every field that nobody has asked for, by its path in lowerCamelCase.
    void rest(BiConsumer<String, JsonNode> to) {
        for (Map.Entry<String, JsonNode> field : unread()) {
            to.accept(path(camel(field.getKey())), field.getValue());
        }
    }

    /// The fields that nobody has asked for, with their own names.
    List<Map.Entry<String, JsonNode>> unread() {
        return node().properties().stream()
                .filter(field -> !read.contains(field.getKey()) && !field.getValue().isNull())
                .toList();
    }

    JsonNode node() {
        return object.node();
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
