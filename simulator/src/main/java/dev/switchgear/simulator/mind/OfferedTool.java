package dev.switchgear.simulator.mind;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// A tool that a model may call.
///
/// @param parameters the schema of its arguments; missing where it has none, or takes text
/// @param freeText whether it takes text instead of JSON
public record OfferedTool(String name, String description, JsonNode parameters, boolean freeText) {
    /// Whether `word` names it: in full, or as a member of some group of tools.
    boolean isCalled(String word) {
        return name.equals(word) || name.endsWith("__" + word) || name.endsWith("." + word);
    }

    /// What it is called with where `said` is meant: text as it is, an object as it is, and any other
    /// text as the first text that it takes.
    String arguments(String said) {
        if (freeText || isObject(said)) {
            return said;
        }
        return firstText()
                .map(field -> JsonNodeFactory.instance.objectNode().put(field, said).toString())
                .orElse("{}");
    }

    private static boolean isObject(String text) {
        try {
            return text.startsWith("{") && JsonMapper.shared().readTree(text).isObject();
        } catch (JacksonException _) {
            // Text that only looks like an object is text.
            return false;
        }
    }

    private Optional<String> firstText() {
        return parameters.path("properties").properties().stream()
                .filter(field ->
                        field.getValue().path("type").asString("").equalsIgnoreCase("string"))
                .map(java.util.Map.Entry::getKey)
                .findFirst();
    }
}
