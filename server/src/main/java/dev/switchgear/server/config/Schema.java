package dev.switchgear.server.config;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.providers.Kinds;
import dev.switchgear.server.config.Settings.Setting;
import dev.switchgear.server.config.Settings.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Writes the JSON schema (2020-12) of the configuration from the same definition that the binder
/// reads: an editor and the server say the same.
///
/// What it cannot say (a provider that a route names exists, a time lies in its range) the descriptions
/// tell and the server checks.
public final class Schema {
    private static final ObjectMapper JSON = JsonMapper.shared();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Kinds kinds;
    private final Map<String, ObjectNode> sections = new TreeMap<>();

    private Schema(Kinds kinds) {
        this.kinds = kinds;
    }

    /// The schema as it stands in `switchgear.schema.json`.
    public static String text() {
        return text(Kinds.ours());
    }

    /// The schema of a program that has these kinds of provider.
    static String text(Kinds kinds) {
        var schema = new Schema(kinds);
        ObjectNode root = NODES.objectNode();
        root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        root.put("title", "Switchgear configuration");
        schema.fill(root, Settings.of(Config.class));
        ObjectNode definitions = root.putObject("$defs");
        definitions
                .putObject("reference")
                .put("type", "string")
                .put("description", "The environment variable of that name.")
                .put("pattern", whole(References.PATTERN));
        schema.sections.forEach(definitions::set);
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root).replace("\r\n", "\n")
                + "\n";
    }

    private void fill(ObjectNode target, List<Setting> settings) {
        target.put("type", "object");
        target.put("additionalProperties", false);
        ObjectNode properties = target.putObject("properties");
        var required = NODES.arrayNode();
        for (Setting setting : settings) {
            ObjectNode property = properties.putObject(setting.name());
            property.put("description", description(setting));
            shape(property, setting.shape(), setting.key());
            if (setting.mandatory()) {
                required.add(setting.name());
            }
        }
        if (!required.isEmpty()) {
            target.set("required", required);
        }
    }

    private static String description(Setting setting) {
        Key key = setting.key();
        var words = new StringBuilder(key.says());
        boolean range = !key.min().isEmpty() && !key.max().isEmpty();
        if (range) {
            words.append(" From ").append(key.min()).append(" to ").append(key.max()).append('.');
        }
        if (key.atStart()) {
            words.append(" A change takes effect at the next start.");
        }
        if (!key.inherits().isEmpty()) {
            words.append(" What is left out is as in `").append(key.inherits()).append("`.");
        }
        return words.toString();
    }

    private void shape(ObjectNode target, Shape shape, Key key) {
        switch (shape) {
            case Shape.Single single -> single(target, single.type(), key);
            case Shape.Section section ->
                    defined(target, section.type(), Settings.of(section.type()));
            case Shape.OneOf choice -> defined(target, choice.type(), ofAllCases(choice));
            case Shape.Listed listed -> {
                target.put("type", "array");
                if (!key.min().isEmpty()) {
                    target.put("minItems", Integer.parseInt(key.min()));
                }
                shape(target.putObject("items"), listed.item(), key);
            }
            case Shape.Named named -> {
                target.put("type", "object");
                target.putObject("propertyNames").put("pattern", whole(key.names()));
                shape(target.putObject("additionalProperties"), named.value(), key);
            }
            case Shape.Maybe maybe -> shape(target, maybe.value(), key);
        }
    }

    private void defined(ObjectNode target, Class<?> type, List<Setting> settings) {
        String name = Scalars.dashed(type.getSimpleName());
        if (!sections.containsKey(name)) {
            ObjectNode definition = NODES.objectNode();
            sections.put(name, definition);
            fill(definition, settings);
        }
        target.put("$ref", "#/$defs/" + name);
    }

    /// The settings of all cases beside each other: which belong to which, the server checks.
    private static List<Setting> ofAllCases(Shape.OneOf choice) {
        var settings = new LinkedHashMap<String, Setting>();
        settings.put(choice.by().name(), choice.by());
        for (Class<?> section : choice.cases().values()) {
            Settings.of(section).forEach(setting -> settings.putIfAbsent(setting.name(), setting));
        }
        return List.copyOf(settings.values());
    }

    private void single(ObjectNode target, Class<?> type, Key key) {
        if (type == Secret.class) {
            target.put("type", "string").put("pattern", "[^ ]");
            return;
        }
        Optional<List<String>> few = Scalars.choice(type, key, kinds);
        if (few.isPresent()) {
            var words = NODES.arrayNode();
            few.get().forEach(words::add);
            choice(target).set("enum", words);
            fallback(target, "string", key);
            return;
        }
        var written = Scalars.written(type);
        if (written.isPresent()) {
            choice(target).put("type", "string").put("pattern", whole(written.get().pattern()));
            fallback(target, "string", key);
            return;
        }
        Scalars.Scalar known =
                Scalars.of(type)
                        .orElseThrow(() -> new IllegalStateException("no writing for " + type));
        fallback(target, known.json(), key);
        if (known.json().equals("string") && known.pattern().isEmpty()) {
            target.put("type", "string");
            return;
        }
        if (known.json().equals("string")) {
            // A reference may be a part of such a text, so a `$` lifts the pattern.
            target.put("type", "string").put("pattern", whole(known.pattern()) + "|[$]");
            return;
        }
        ObjectNode value = choice(target);
        value.put("type", known.json());
        if (!key.min().isEmpty()) {
            value.set("minimum", JSON.readTree(key.min()));
        }
        if (!key.max().isEmpty()) {
            value.set("maximum", JSON.readTree(key.max()));
        }
    }

    /// The value itself, or a reference in its place.
    private static ObjectNode choice(ObjectNode target) {
        var choices = target.putArray("anyOf");
        ObjectNode value = choices.addObject();
        choices.addObject().put("$ref", "#/$defs/reference");
        return value;
    }

    private static void fallback(ObjectNode target, String json, Key key) {
        if (key.fallback().isEmpty()) {
            return;
        }
        if (json.equals("string")) {
            target.put("default", key.fallback());
        } else {
            target.set("default", JSON.readTree(key.fallback()));
        }
    }

    private static String whole(String pattern) {
        return "^(" + pattern + ")$";
    }
}
