package dev.switchgear.dialects.responses;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.chat.ClientTool;
import dev.switchgear.families.llm.chat.ClientTool.Form;
import dev.switchgear.families.llm.chat.Tool;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Tools that every client of Responses knows by their type and runs itself: what other models are told
/// of them, and how a call of the function becomes the item it stands for, and back.
///
/// Arguments that are not as asked for are in the item all the same, where its tool fails on them and the
/// model sees why.
final class ResponsesClientForms {
    private static final String PATCH =
            "Creates, changes or deletes one file. For `create_file` each line of `diff` is a line of"
                    + " the file with `+` in front. For `update_file` it holds hunks: each begins with a"
                    + " line `@@`, or `@@ ` and a line of the file above it to find it by; then come"
                    + " lines of the file as they stand with a space in front, lines to take out with"
                    + " `-`, and lines to put in with `+`; three lines around a change are enough. There"
                    + " are no line numbers and no file headers. For `delete_file` there is none.";

    private ResponsesClientForms() {}

    /// Of the tool, which has none but its type.
    static String name(Form form) {
        return switch (form) {
            case LOCAL_SHELL -> "local_shell";
            case SHELL -> "shell";
            case APPLY_PATCH -> "apply_patch";
            case TOOL_SEARCH -> "tool_search";
            case FUNCTION, CUSTOM ->
                    throw new IllegalArgumentException(form + " tools have names of their own");
        };
    }

    static Tool.Function function(String name, ClientTool client) {
        ObjectNode schema = Json.object().put("type", "object");
        ObjectNode fields = schema.putObject("properties");
        String words =
                switch (client.form()) {
                    case LOCAL_SHELL -> {
                        texts(fields, "command", "The program and its arguments, each by itself.");
                        field(fields, "working_directory", "string", "Where to run it.");
                        field(fields, "timeout_ms", "integer", "The longest it may run.");
                        schema.putArray("required").add("command");
                        yield "Runs one command on the user's machine, without a shell.";
                    }
                    case SHELL -> {
                        texts(fields, "commands", "The commands, each run in a shell.");
                        field(fields, "timeout_ms", "integer", "The longest each may run.");
                        field(
                                fields,
                                "max_output_length",
                                "integer",
                                "The most characters of output to return.");
                        schema.putArray("required").add("commands");
                        yield "Runs commands in a shell on the user's machine.";
                    }
                    case APPLY_PATCH -> {
                        field(fields, "type", "string", "What to do.")
                                .putArray("enum")
                                .add("create_file")
                                .add("update_file")
                                .add("delete_file");
                        field(fields, "path", "string", "The file.");
                        field(fields, "diff", "string", "What the file is to hold, or its change.");
                        schema.putArray("required").add("type").add("path");
                        yield PATCH;
                    }
                    case TOOL_SEARCH -> {
                        JsonNode own = client.raw().path("parameters");
                        if (own.isObject() && !own.isEmpty()) {
                            schema = (ObjectNode) own.deepCopy();
                        } else {
                            field(fields, "query", "string", "What the tool should do.");
                            schema.putArray("required").add("query");
                        }
                        yield client.raw()
                                .path("description")
                                .asString("Searches for more tools, which can be called then.");
                    }
                    case FUNCTION, CUSTOM ->
                            throw new IllegalArgumentException(
                                    client.form() + " tools describe themselves");
                };
        return new Tool.Function(
                name,
                words,
                Optional.of(schema),
                Optional.empty(),
                Optional.empty(),
                Optional.of(client));
    }

    private static ObjectNode field(ObjectNode fields, String name, String type, String words) {
        return fields.putObject(name).put("type", type).put("description", words);
    }

    private static void texts(ObjectNode fields, String name, String words) {
        field(fields, name, "array", words).putObject("items").put("type", "string");
    }

    /// Puts what a call asks for into its item.
    ///
    /// @param arguments of the function; empty while they are still to come
    static void into(ObjectNode item, Form form, String arguments) {
        ObjectNode read = read(arguments);
        switch (form) {
            case LOCAL_SHELL -> {
                ObjectNode action = item.putObject("action").put("type", "exec");
                action.set("command", commands(read, "command", arguments));
                action.set("env", read.path("env").isObject() ? read.path("env") : Json.object());
                for (String other : List.of("timeout_ms", "working_directory", "user")) {
                    if (read.hasNonNull(other)) {
                        action.set(other, read.get(other));
                    }
                }
            }
            case SHELL -> {
                ObjectNode action = item.putObject("action");
                action.set("commands", commands(read, "commands", arguments));
                action.set("timeout_ms", whole(read, "timeout_ms"));
                action.set("max_output_length", whole(read, "max_output_length"));
                item.putObject("environment").put("type", "local");
            }
            case APPLY_PATCH -> {
                ObjectNode operation = item.putObject("operation");
                String type = read.path("type").asString("update_file");
                operation.put("type", type).put("path", read.path("path").asString(""));
                if (!type.equals("delete_file")) {
                    operation.put("diff", read.path("diff").asString(left(read, arguments)));
                }
            }
            case TOOL_SEARCH -> {
                item.put("execution", "client");
                if (read.isEmpty() && !left(read, arguments).isEmpty()) {
                    item.put("arguments", arguments);
                } else {
                    item.set("arguments", read);
                }
            }
            case FUNCTION, CUSTOM ->
                    throw new IllegalArgumentException(form + " calls hold what they are told");
        }
    }

    /// What of the arguments no field has.
    private static String left(ObjectNode read, String arguments) {
        return read.isEmpty() && !arguments.isBlank() && !arguments.strip().equals("{}")
                ? arguments
                : "";
    }

    private static ObjectNode read(String arguments) {
        try {
            return !arguments.isBlank() && Json.read(arguments) instanceof ObjectNode object
                    ? object
                    : Json.object();
        } catch (JacksonException brokenOff) {
            return Json.object();
        }
    }

    private static ArrayNode commands(ObjectNode read, String field, String arguments) {
        JsonNode said = read.path(field);
        ArrayNode commands = Json.array();
        if (said.isArray()) {
            for (JsonNode one : said.values()) {
                commands.add(one.isString() ? one.stringValue() : Json.text(one));
            }
        } else if (said.isString() && field.equals("command")) {
            // A model that means a line for a shell.
            commands.add("bash").add("-lc").add(said.stringValue());
        } else if (said.isString()) {
            commands.add(said.stringValue());
        } else if (!left(read, arguments).isEmpty()) {
            commands.add(arguments);
        }
        return commands;
    }

    private static JsonNode whole(ObjectNode read, String field) {
        JsonNode said = read.path(field);
        return said.isIntegralNumber() ? said : Json.object().nullNode();
    }

    /// The function's arguments for a call that the client tells.
    static JsonNode arguments(Form form, JsonNode item) {
        return switch (form) {
            case LOCAL_SHELL -> {
                ObjectNode action =
                        item.path("action") instanceof ObjectNode said
                                ? said.deepCopy()
                                : Json.object();
                action.remove("type");
                if (action.path("env").isEmpty()) {
                    action.remove("env");
                }
                yield withoutNulls(action);
            }
            case SHELL ->
                    item.path("action") instanceof ObjectNode said
                            ? withoutNulls(said.deepCopy())
                            : Json.object();
            case APPLY_PATCH ->
                    item.path("operation") instanceof ObjectNode said ? said : Json.object();
            case TOOL_SEARCH -> {
                JsonNode said = item.path("arguments");
                yield said.isMissingNode() || said.isNull() ? Json.object() : said;
            }
            case FUNCTION, CUSTOM ->
                    throw new IllegalArgumentException(form + " calls hold what they are told");
        };
    }

    private static ObjectNode withoutNulls(ObjectNode said) {
        var gone = said.propertyStream().filter(field -> field.getValue().isNull()).toList();
        gone.forEach(field -> said.remove(field.getKey()));
        return said;
    }

    /// What the client told of a call that ran, as a text.
    static String result(JsonNode item) {
        JsonNode output = item.path("output");
        return output.isString()
                ? output.stringValue()
                : output.isMissingNode() || output.isNull()
                        ? item.path("status").asString("")
                        : Json.text(output);
    }
}
