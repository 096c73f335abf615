package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.mind.OfferedTool;
import dev.switchgear.simulator.mind.Question;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Reads the tools of a request of the Responses API, and which of them must be called.
final class ResponsesToolbox {
    private ResponsesToolbox() {}

    static Question.Tools of(JsonNode body) throws ApiErrorException {
        List<OfferedTool> tools = tools(body.path("tools"));
        JsonNode choice = body.path("tool_choice");
        String forced = forced(choice, tools);
        String mode = choice.asString(choice.path("mode").asString("auto"));
        if (choice.isString() && !Set.of("none", "auto", "required").contains(mode)) {
            throw OpenAiErrorShapes.invalid(
                    "tool_choice",
                    "invalid_value",
                    "Invalid value: '"
                            + mode
                            + "'. Supported values are: 'none', 'auto', and 'required'.");
        }
        return new Question.Tools(
                mode.equals("none") && forced.isEmpty() ? List.of() : allowed(tools, choice),
                forced,
                mode.equals("required") || !forced.isEmpty(),
                true);
    }

    private static List<OfferedTool> tools(JsonNode given) throws ApiErrorException {
        OpenAiFields.array(given, "tools");
        List<OfferedTool> tools = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            JsonNode tool = given.get(i);
            String type = tool.path("type").asString("");
            boolean custom = type.equals("custom");
            if (!type.equals("function") && !custom) {
                // Hosted tools are accepted and never used.
                continue;
            }
            String at = "tools[" + i + "]";
            OpenAiFields.require(tool, at, "name");
            String name = tool.path("name").stringValue();
            if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
                throw OpenAiErrorShapes.invalid(
                        at + ".name",
                        "invalid_value",
                        "Invalid '"
                                + at
                                + ".name': string does not match pattern. Expected a string that"
                                + " matches the pattern '^[a-zA-Z0-9_-]+$'.");
            }
            JsonNode parameters =
                    custom ? JsonNodeFactory.instance.missingNode() : tool.path("parameters");
            tools.add(
                    new OfferedTool(
                            name, tool.path("description").asString(""), parameters, custom));
        }
        return tools;
    }

    private static String forced(JsonNode choice, List<OfferedTool> tools)
            throws ApiErrorException {
        String name = choice.path("name").asString("");
        if (!name.isEmpty() && tools.stream().noneMatch(tool -> tool.name().equals(name))) {
            throw OpenAiErrorShapes.invalid(
                    "tool_choice",
                    "",
                    "Tool choice '" + name + "' not found in 'tools' parameter.");
        }
        return name;
    }

    private static List<OfferedTool> allowed(List<OfferedTool> tools, JsonNode choice) {
        if (!choice.path("type").asString("").equals("allowed_tools")) {
            return tools;
        }
        Set<String> allowed = new HashSet<>();
        choice.path("tools").forEach(entry -> allowed.add(entry.path("name").asString("")));
        return tools.stream().filter(tool -> allowed.contains(tool.name())).toList();
    }
}
