package dev.switchgear.dialects;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.chat.AnswerFormat;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Tool;
import dev.switchgear.families.llm.chat.ToolChoice;
import dev.switchgear.families.llm.chat.Turn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One call that the client demands, asked of a model that cannot be made to call a tool but follows a
/// schema: its answer is to be the call's arguments, and is read back as that call.
///
/// @param asked the same request for those arguments as a structured answer
/// @param tool whose arguments they are, as the client calls it
record ForcedCall(ChatRequest asked, String tool) {
    /// @return empty where not exactly one tool must be called
    static Optional<ForcedCall> of(ChatRequest asked) {
        if (asked.tools().stream().anyMatch(Tool.Hosted.class::isInstance)) {
            return Optional.empty();
        }
        return demanded(asked)
                .filter(tool -> tool.parameters().map(ObjectSchemas::ofObjects).orElse(true))
                .map(tool -> new ForcedCall(asText(asked, tool, schema(tool)), tool.name()));
    }

    /// A tool that takes nothing is called with nothing, which its schema must say.
    private static JsonNode schema(Tool.Function tool) {
        JsonNode schema =
                ObjectSchemas.parameters(tool.parameters().orElseGet(Json::object)).schema();
        boolean open = schema.has("additionalProperties") || schema.has("patternProperties");
        if (open || !schema.path("properties").isEmpty()) {
            return schema;
        }
        return ((ObjectNode) schema.deepCopy()).put("additionalProperties", false);
    }

    private static Optional<Tool.Function> demanded(ChatRequest asked) {
        List<Tool.Function> offered =
                asked.tools().stream()
                        .filter(Tool.Function.class::isInstance)
                        .map(Tool.Function.class::cast)
                        .toList();
        List<Tool.Function> demanded =
                switch (asked.toolChoice()) {
                    case ToolChoice.Named(String name) -> named(offered, List.of(name));
                    case ToolChoice.Among(List<String> names, boolean required) when required ->
                            named(offered, names);
                    case ToolChoice.Required _ -> offered;
                    case ToolChoice.Unsaid _,
                            ToolChoice.Auto _,
                            ToolChoice.None _,
                            ToolChoice.Among _ ->
                            List.of();
                };
        return demanded.size() == 1 ? Optional.of(demanded.getFirst()) : Optional.empty();
    }

    private static List<Tool.Function> named(List<Tool.Function> offered, List<String> names) {
        var these = new HashSet<>(names);
        return offered.stream().filter(tool -> these.contains(tool.name())).toList();
    }

    private static ChatRequest asText(ChatRequest asked, Tool.Function tool, JsonNode schema) {
        String words =
                "Answer with the arguments of a call of the tool `"
                        + tool.name()
                        + "`, as one JSON object, and with nothing else."
                        + (tool.description().isEmpty()
                                ? ""
                                : "\nWhat the tool does: " + tool.description())
                        + "\nThe JSON Schema of its arguments: "
                        + Json.text(schema);
        var format = new AnswerFormat.JsonSchema(tool.name(), "", schema, Optional.empty());
        // Calls that were made before want their tools described.
        boolean called =
                asked.turns().stream()
                        .flatMap(turn -> turn.parts().stream())
                        .anyMatch(Part.ToolCall.class::isInstance);
        ChatRequest others =
                called
                        ? asked.withTools(asked.tools(), new ToolChoice.None())
                        : asked.withTools(List.of(), new ToolChoice.Unsaid());
        return others.withTurns(instructed(asked.turns(), words)).withFormat(format);
    }

    /// The turns with a word more of the operator's.
    static List<Turn> instructed(List<Turn> turns, String words) {
        var instructed = new ArrayList<Turn>(turns);
        var parts = new ArrayList<Part>();
        if (!instructed.isEmpty() && instructed.getFirst().role() == Role.SYSTEM) {
            parts.addAll(instructed.removeFirst().parts());
        }
        parts.add(new Part.Text(words));
        instructed.addFirst(new Turn(Role.SYSTEM, parts));
        return instructed;
    }
}
