package dev.switchgear.dialects.anthropic;

import dev.switchgear.dialects.json.Field;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.ClientTool;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Tool;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Tools that Anthropic describes and the client runs: a shell, an editor and a memory. Claude knows
/// them by their type; every other model is told what they take.
final class AnthropicClientTools {
    private static final String BASH = "bash_";
    private static final String EDITOR = "text_editor_";
    private static final String MEMORY = "memory_";

    /// The first editor that cannot take an edit back.
    private static final String WITHOUT_UNDO = "text_editor_20250429";

    private AnthropicClientTools() {}

    /// Whether it is one of them. A screen is not: what is shown of it only Claude knows to point at.
    static boolean is(String type) {
        return type.startsWith(BASH) || type.startsWith(EDITOR) || type.startsWith(MEMORY);
    }

    static Tool.Function read(Field tool, String type, Optional<Part.CacheMark> mark)
            throws InvalidBody {
        String name = tool.at("name").string();
        return new Tool.Function(
                name,
                words(type),
                Optional.of(schema(type)),
                Optional.empty(),
                mark,
                Optional.of(
                        new ClientTool(
                                Dialect.ANTHROPIC,
                                ClientTool.Form.FUNCTION,
                                name,
                                Optional.empty(),
                                tool.node(),
                                true)));
    }

    private static String words(String type) {
        if (type.startsWith(BASH)) {
            return "Runs a command in a bash session that stays open between calls.";
        }
        if (type.startsWith(EDITOR)) {
            return "Views, creates and changes text files.";
        }
        return "Keeps notes in files under /memories that last beyond this conversation. Look there"
                + " before starting on a task.";
    }

    private static ObjectNode schema(String type) {
        if (type.startsWith(BASH)) {
            ObjectNode schema = object();
            text(schema, "command", "The command to run; needed unless `restart` is true.");
            property(schema, "restart", "boolean", "True to begin a new session.");
            return schema;
        }
        boolean memory = type.startsWith(MEMORY);
        ObjectNode schema = object();
        var commands = Json.array();
        commands(type).forEach(commands::add);
        text(schema, "command", "What to do.").set("enum", commands);
        text(
                schema,
                "path",
                memory ? "A path under /memories." : "The file, or a directory to view.");
        property(
                        schema,
                        "view_range",
                        "array",
                        "For `view`: the first and the last line, from 1; -1 for the file's end.")
                .putObject("items")
                .put("type", "integer");
        text(schema, "file_text", "For `create`: what the file holds.");
        text(schema, "old_str", "For `str_replace`: the text to replace, as it stands, only once.");
        property(
                schema,
                "insert_line",
                "integer",
                "For `insert`: the line to insert behind; 0 for the file's start.");
        if (memory) {
            text(schema, "new_str", "For `str_replace`: what takes its place.");
            text(schema, "insert_text", "For `insert`: the text.");
            text(schema, "old_path", "For `rename`: the path now.");
            text(schema, "new_path", "For `rename`: the path from then on.");
            schema.putArray("required").add("command");
        } else {
            text(
                    schema,
                    "new_str",
                    "For `str_replace`: what takes its place. For `insert`: the text.");
            schema.putArray("required").add("command").add("path");
        }
        return schema;
    }

    private static List<String> commands(String type) {
        if (type.startsWith(MEMORY)) {
            return List.of("view", "create", "str_replace", "insert", "delete", "rename");
        }
        return type.compareTo(WITHOUT_UNDO) >= 0
                ? List.of("view", "create", "str_replace", "insert")
                : List.of("view", "create", "str_replace", "insert", "undo_edit");
    }

    private static ObjectNode object() {
        ObjectNode schema = Json.object().put("type", "object");
        schema.putObject("properties");
        return schema;
    }

    private static ObjectNode text(ObjectNode schema, String name, String words) {
        return property(schema, name, "string", words);
    }

    private static ObjectNode property(ObjectNode schema, String name, String type, String words) {
        return schema.withObject("properties")
                .putObject(name)
                .put("type", type)
                .put("description", words);
    }
}
