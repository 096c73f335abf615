package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.mind.OfferedTool;
import dev.switchgear.simulator.mind.Question;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// The tools of a chat request, and which of them must be called.
///
/// @param legacy whether they came as functions, the API's earlier word for them
record ChatTools(Question.Tools tools, boolean legacy) {
    static ChatTools of(JsonNode body, Flavour flavour) throws ApiErrorException {
        boolean legacy = !body.has("tools") && body.path("functions").size() > 0;
        List<OfferedTool> tools =
                tools(legacy ? body.path("functions") : body.path("tools"), legacy, flavour);
        if (flavour == Flavour.OPENAI && tools.isEmpty()) {
            forbidWithoutTools(body);
        }
        JsonNode choice =
                flavour == Flavour.OLLAMA
                        ? JsonNodeFactory.instance.missingNode()
                        : body.path(legacy ? "function_call" : "tool_choice");
        String forced = forced(choice, tools);
        String mode = mode(choice);
        List<OfferedTool> callable =
                mode.equals("none") && forced.isEmpty() ? List.of() : allowed(tools, choice);
        boolean required = mode.equals("required") || !forced.isEmpty();
        return new ChatTools(new Question.Tools(callable, forced, required, !legacy), legacy);
    }

    private static String mode(JsonNode choice) throws ApiErrorException {
        String mode = choice.asString(choice.path("allowed_tools").path("mode").asString("auto"));
        if (choice.isString() && !Set.of("none", "auto", "required").contains(mode)) {
            throw OpenAiErrorShapes.invalid(
                    "tool_choice",
                    "invalid_value",
                    "Invalid value: '"
                            + mode
                            + "'. Supported values are: 'none', 'auto', and 'required'.");
        }
        return mode;
    }

    /// The tools, called one by one where the request or its age wants that.
    Question.Tools called(boolean parallel) {
        return tools.called(parallel && !legacy);
    }

    private static List<OfferedTool> tools(JsonNode given, boolean legacy, Flavour flavour)
            throws ApiErrorException {
        OpenAiFields.array(given, legacy ? "functions" : "tools");
        List<OfferedTool> tools = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            JsonNode entry = given.get(i);
            String type = entry.path("type").asString("function");
            boolean custom = type.equals("custom");
            boolean hosted = !legacy && !custom && !type.equals("function");
            if (hosted && flavour == Flavour.OPENROUTER) {
                // Tools that run there are accepted and never used.
                continue;
            }
            JsonNode tool = legacy ? entry : entry.path(custom ? "custom" : "function");
            String at = legacy ? "functions[" + i + "]" : "tools[" + i + "].function";
            tools.add(tool(tool, at, custom));
        }
        return tools;
    }

    private static OfferedTool tool(JsonNode tool, String at, boolean custom)
            throws ApiErrorException {
        String name = tool.path("name").asString("");
        if (name.isEmpty()) {
            throw OpenAiErrorShapes.invalid(
                    at + ".name",
                    "missing_required_parameter",
                    "Missing required parameter: '" + at + ".name'.");
        }
        if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
            throw OpenAiErrorShapes.invalid(
                    at + ".name",
                    "invalid_value",
                    "Invalid '"
                            + at
                            + ".name': string does not match pattern. Expected a string that"
                            + " matches the pattern '^[a-zA-Z0-9_-]+$'.");
        }
        JsonNode parameters = tool.path("parameters");
        if (parameters.isObject()
                && parameters.has("type")
                && !parameters.path("type").asString("").equals("object")) {
            throw OpenAiErrorShapes.invalid(
                    at + ".parameters",
                    "invalid_function_parameters",
                    "Invalid schema for function '"
                            + name
                            + "': schema must be a JSON Schema of 'type: \"object\"', got 'type:"
                            + " \""
                            + parameters.path("type").asString("")
                            + "\"'.");
        }
        return new OfferedTool(name, tool.path("description").asString(""), parameters, custom);
    }

    private static void forbidWithoutTools(JsonNode body) throws ApiErrorException {
        for (String field : List.of("tool_choice", "parallel_tool_calls")) {
            boolean harmless =
                    field.equals("tool_choice") && body.path(field).asString("").equals("none");
            if (body.hasNonNull(field) && !harmless) {
                throw OpenAiErrorShapes.invalid(
                        field,
                        "",
                        "Invalid value for '"
                                + field
                                + "': '"
                                + field
                                + "' is only allowed when 'tools' are specified.");
            }
        }
    }

    private static String forced(JsonNode choice, List<OfferedTool> tools)
            throws ApiErrorException {
        String name =
                choice.path("function")
                        .path("name")
                        .asString(
                                choice.path("custom")
                                        .path("name")
                                        .asString(choice.path("name").asString("")));
        if (!name.isEmpty() && tools.stream().noneMatch(tool -> tool.name().equals(name))) {
            throw OpenAiErrorShapes.invalid(
                    "tool_choice",
                    "",
                    "Invalid value for 'tool_choice': the function '"
                            + name
                            + "' was not found in 'tools'.");
        }
        return name;
    }

    private static List<OfferedTool> allowed(List<OfferedTool> tools, JsonNode choice) {
        JsonNode names = choice.path("allowed_tools").path("tools");
        if (names.isEmpty()) {
            return tools;
        }
        Set<String> allowed = new LinkedHashSet<>();
        for (JsonNode entry : names) {
            allowed.add(
                    entry.path("function")
                            .path("name")
                            .asString(entry.path("custom").path("name").asString("")));
        }
        return tools.stream().filter(tool -> allowed.contains(tool.name())).toList();
    }
}
