package dev.switchgear.simulator.openai;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The kinds of tools of the Responses API that the client runs, and how a call of each looks.
enum CallForm {
    FUNCTION("function", "function_call", "fc"),
    /// Takes text.
    CUSTOM("custom", "custom_tool_call", "ctc"),
    LOCAL_SHELL("local_shell", "local_shell_call", "lsh"),
    SHELL("shell", "shell_call", "sh"),
    APPLY_PATCH("apply_patch", "apply_patch_call", "apc"),
    TOOL_SEARCH("tool_search", "tool_search_call", "tsc");

    private final String type;
    private final String call;
    private final String prefix;

    CallForm(String type, String call, String prefix) {
        this.type = type;
        this.call = call;
        this.prefix = prefix;
    }

    /// The form of the calls of `tool`; empty where it does not run at the client.
    static Optional<CallForm> of(JsonNode tool) {
        for (CallForm form : values()) {
            if (form.type.equals(tool.path("type").asString(""))) {
                return switch (form) {
                    case TOOL_SEARCH ->
                            tool.path("execution").asString("").equals("client")
                                    ? Optional.of(form)
                                    : Optional.empty();
                    case SHELL -> {
                        String where = tool.path("environment").path("type").asString("local");
                        yield where.equals("local") ? Optional.of(form) : Optional.empty();
                    }
                    case FUNCTION, CUSTOM, LOCAL_SHELL, APPLY_PATCH -> Optional.of(form);
                };
            }
        }
        return Optional.empty();
    }

    /// Whether an item of that type is a call that waits for its output.
    static boolean isCall(String itemType) {
        for (CallForm form : values()) {
            if (form.call.equals(itemType)) {
                return true;
            }
        }
        return false;
    }

    /// Whether an item of that type is what a tool said.
    static boolean isOutput(String itemType) {
        return itemType.equals("tool_search_output")
                || (itemType.endsWith("_output")
                        && isCall(itemType.substring(0, itemType.length() - "_output".length())));
    }

    /// Which tool this is for `tool_choice`.
    String type() {
        return type;
    }

    String call() {
        return call;
    }

    String prefix() {
        return prefix;
    }

    /// Whether a tool of this kind has a name of its own.
    boolean named() {
        return switch (this) {
            case FUNCTION, CUSTOM -> true;
            case LOCAL_SHELL, SHELL, APPLY_PATCH, TOOL_SEARCH -> false;
        };
    }

    /// What a model is shown of the arguments of a tool that has no schema of its own.
    JsonNode parameters(JsonNode tool) {
        return switch (this) {
            case CUSTOM -> JsonNodeFactory.instance.missingNode();
            case FUNCTION, TOOL_SEARCH -> tool.path("parameters");
            case LOCAL_SHELL ->
                    parsed(
                            """
                            {"type":"object","properties":{"command":{"type":"array","items":{"type":"string"}}},"required":["command"]}\
                            """);
            case SHELL ->
                    parsed(
                            """
                            {"type":"object","properties":{"commands":{"type":"array","items":{"type":"string"}}},"required":["commands"]}\
                            """);
            case APPLY_PATCH ->
                    parsed(
                            """
                            {"type":"object","properties":{"type":{"enum":["create_file","update_file","delete_file"]},"path":{"type":"string"},"diff":{"type":"string"}},"required":["type","path"]}\
                            """);
        };
    }

    /// Puts the arguments of a call of this kind into its item.
    ///
    /// @param said whether all of it was said; otherwise it is only announced
    void write(ObjectNode item, String arguments, boolean said) {
        switch (this) {
            case FUNCTION -> item.put("arguments", said ? arguments : "");
            case CUSTOM -> item.put("input", said ? arguments : "");
            case LOCAL_SHELL -> {
                ObjectNode action = item.putObject("action").put("type", "exec");
                action.putArray("command");
                action.putObject("env");
                if (said) {
                    action.setAll(parsed(arguments));
                }
            }
            case SHELL -> {
                ObjectNode action = item.putObject("action");
                action.putArray("commands");
                action.putNull("timeout_ms").putNull("max_output_length");
                if (said) {
                    action.setAll(parsed(arguments));
                }
                item.putObject("environment").put("type", "local");
            }
            case APPLY_PATCH -> item.set("operation", parsed(said ? arguments : "{}"));
            case TOOL_SEARCH -> {
                item.put("execution", "client");
                item.set("arguments", parsed(said ? arguments : "{}"));
            }
        }
    }

    private static ObjectNode parsed(String arguments) {
        try {
            return JsonMapper.shared().readTree(arguments) instanceof ObjectNode object
                    ? object
                    : JsonNodeFactory.instance.objectNode();
        } catch (JacksonException e) {
            throw new IllegalStateException("the mind writes objects alone: " + arguments, e);
        }
    }
}
