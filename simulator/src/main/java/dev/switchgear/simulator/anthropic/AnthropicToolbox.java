package dev.switchgear.simulator.anthropic;

import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.anthropic.AnthropicTraits.Trait;
import dev.switchgear.simulator.mind.OfferedTool;
import dev.switchgear.simulator.mind.Question;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Reads the tools of a request, and which of them must be called.
final class AnthropicToolbox {
    private AnthropicToolbox() {}

    static Question.Tools of(JsonNode body, AnthropicTraits traits, MessagesThinking thinking)
            throws ApiErrorException {
        List<OfferedTool> tools = tools(AnthropicFields.list(body.path("tools"), "tools"));
        JsonNode choice = body.path("tool_choice");
        String mode = choice(choice, body.path("tools"), traits, thinking);
        return new Question.Tools(
                mode.equals("none") ? List.of() : tools,
                choice.path("name").asString(""),
                mode.equals("any") || mode.equals("tool"),
                !choice.path("disable_parallel_tool_use").asBoolean(false));
    }

    /// Those that the client would run; tools the API runs itself are accepted and never called.
    private static List<OfferedTool> tools(JsonNode given) throws ApiErrorException {
        List<OfferedTool> tools = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < given.size(); i++) {
            JsonNode tool = AnthropicFields.object(given.get(i), "tools." + i);
            String type = tool.path("type").asString("custom");
            boolean server =
                    type.matches(
                            "(?:web_search|web_fetch|code_execution|computer|bash|text_editor"
                                    + "|memory|tool_search_tool_\\w+|advisor)_\\d{8}|mcp_toolset");
            if (!type.equals("custom") && !server) {
                throw AnthropicErrorShapes.invalid(
                        "tools."
                                + i
                                + ": Input tag '"
                                + type
                                + "' found using 'type' does not match any of the expected tags:"
                                + " 'custom', 'bash_20250124', 'code_execution_20250825',"
                                + " 'memory_20250818', 'text_editor_20250728',"
                                + " 'web_fetch_20250910', 'web_search_20250305'");
            }
            if (type.equals("mcp_toolset")) {
                continue;
            }
            String at = "tools." + i + (server ? "." + type + "." : ".custom.");
            String name = AnthropicFields.text(tool, "name", at);
            if (!name.matches("[a-zA-Z0-9_-]{1,128}")) {
                throw AnthropicErrorShapes.invalid(
                        at + "name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'");
            }
            if (!names.add(name)) {
                throw AnthropicErrorShapes.invalid("tools: Tool names must be unique.");
            }
            if (!server) {
                tools.add(client(tool, name, at));
            }
        }
        return tools;
    }

    private static OfferedTool client(JsonNode tool, String name, String at)
            throws ApiErrorException {
        AnthropicFields.only(
                tool,
                at,
                Set.of(
                        "name",
                        "description",
                        "input_schema",
                        "cache_control",
                        "strict",
                        "defer_loading",
                        "input_examples",
                        "eager_input_streaming",
                        "allowed_callers",
                        "type"));
        JsonNode schema =
                AnthropicFields.object(
                        AnthropicFields.required(tool, "input_schema", at), at + "input_schema");
        String type = AnthropicFields.text(schema, "type", at + "input_schema.");
        if (!type.equals("object")) {
            throw AnthropicErrorShapes.invalid(at + "input_schema.type: Input should be 'object'");
        }
        return new OfferedTool(name, tool.path("description").asString(""), schema, false);
    }

    /// The choice's type, `auto` where nothing was chosen.
    private static String choice(
            JsonNode choice, JsonNode tools, AnthropicTraits traits, MessagesThinking thinking)
            throws ApiErrorException {
        if (!AnthropicFields.present(choice)) {
            return "auto";
        }
        String type =
                AnthropicFields.text(
                        AnthropicFields.object(choice, "tool_choice"), "type", "tool_choice.");
        if (!List.of("auto", "any", "tool", "none").contains(type)) {
            throw AnthropicErrorShapes.invalid(
                    "tool_choice: Input tag '"
                            + type
                            + "' found using 'type' does not match any of the expected tags:"
                            + " 'any', 'auto', 'none', 'tool'");
        }
        String at = "tool_choice." + type + ".";
        AnthropicFields.only(
                choice,
                at,
                switch (type) {
                    case "tool" -> Set.of("type", "name", "disable_parallel_tool_use");
                    case "none" -> Set.of("type");
                    default -> Set.of("type", "disable_parallel_tool_use");
                });
        AnthropicFields.flag(choice, "disable_parallel_tool_use", at);
        if (tools.isEmpty()) {
            throw AnthropicErrorShapes.invalid(
                    "tool_choice: `tool_choice` may only be specified while providing `tools`.");
        }
        boolean forced = type.equals("any") || type.equals("tool");
        if (forced && !traits.has(Trait.FORCED_TOOLS)) {
            throw AnthropicErrorShapes.invalid(
                    "tool_choice: `" + type + "` is not supported for this model.");
        }
        if (forced && thinking.enabled()) {
            throw AnthropicErrorShapes.invalid(
                    "Thinking may not be enabled when tool_choice forces tool use.");
        }
        if (type.equals("tool")) {
            checkOffered(AnthropicFields.text(choice, "name", at), tools);
        }
        return type;
    }

    private static void checkOffered(String name, JsonNode tools) throws ApiErrorException {
        boolean offered = false;
        for (JsonNode tool : tools) {
            offered |= tool.path("name").asString("").equals(name);
        }
        if (!offered) {
            throw AnthropicErrorShapes.invalid(
                    "tool_choice: Tool '" + name + "' not found in provided tools");
        }
    }
}
