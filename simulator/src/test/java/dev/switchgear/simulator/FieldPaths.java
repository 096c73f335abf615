package dev.switchgear.simulator;

import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// The fields of JSON documents as paths. An object with a `type` carries it in the path, so that a
/// field counts only where it stands in the right kind of object.
final class FieldPaths {
    private final Set<String> free;
    private final Set<String> paths = new TreeSet<>();

    /// @param free names of fields whose content is the user's own
    FieldPaths(Set<String> free) {
        this.free = Set.copyOf(free);
    }

    FieldPaths add(JsonNode node) {
        collect(node, "");
        return this;
    }

    FieldPaths add(String... more) {
        paths.addAll(Set.of(more));
        return this;
    }

    Set<String> all() {
        return paths;
    }

    private void collect(JsonNode node, String at) {
        if (node.isArray()) {
            for (JsonNode item : node) {
                collect(item, at + "[]");
            }
        }
        if (node.isObject()) {
            String type = node.path("type").asString("");
            String here = type.isEmpty() ? at : at + "<" + type + ">";
            for (var field : node.properties()) {
                paths.add(here + "." + field.getKey());
                if (!free.contains(field.getKey())) {
                    collect(field.getValue(), here + "." + field.getKey());
                }
            }
        }
    }
}
