package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.mind.OfferedTool;
import dev.switchgear.simulator.mind.Question;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The tools of a request of the Responses API, and which of them must be called.
///
/// @param known for each tool that the model may call, by the name it has for the model, what it is
record ResponsesToolbox(Question.Tools tools, Map<String, Kept> known) {
    /// Parts the name of a group of tools from that of its member; no name may hold it.
    private static final String OF_GROUP = ".";

    /// Kinds of tools that only OpenAI itself takes from its clients.
    private static final Set<String> OPENAI_ONLY =
            Set.of("namespace", "local_shell", "shell", "apply_patch", "tool_search");

    /// A tool as its client knows it.
    ///
    /// @param group the name of the group that it is a member of; empty for none
    record Kept(CallForm form, String name, String group) {}

    ResponsesToolbox {
        known = Map.copyOf(known);
    }

    /// @param context all items of the conversation, some of which offer tools of their own
    static ResponsesToolbox of(JsonNode body, List<JsonNode> context, Flavour flavour)
            throws ApiErrorException {
        var reading = new Reading(flavour);
        OpenAiFields.array(body.path("tools"), "tools");
        reading.all(body.path("tools"), "tools", "");
        for (int i = 0; i < context.size(); i++) {
            JsonNode item = context.get(i);
            switch (item.path("type").asString("")) {
                case "additional_tools", "tool_search_output" ->
                        reading.all(item.path("tools"), "input[" + i + "].tools", "");
                default -> {
                    // Offers nothing.
                }
            }
        }
        List<OfferedTool> tools = List.copyOf(reading.offered.values());
        JsonNode choice = body.path("tool_choice");
        String forced = reading.forced(choice);
        String mode = choice.asString(choice.path("mode").asString("auto"));
        if (choice.isString() && !Set.of("none", "auto", "required").contains(mode)) {
            throw OpenAiErrorShapes.invalid(
                    "tool_choice",
                    "invalid_value",
                    "Invalid value: '"
                            + mode
                            + "'. Supported values are: 'none', 'auto', and 'required'.");
        }
        return new ResponsesToolbox(
                new Question.Tools(
                        mode.equals("none") && forced.isEmpty()
                                ? List.of()
                                : reading.allowed(tools, choice),
                        forced,
                        mode.equals("required") || !forced.isEmpty(),
                        true),
                reading.known);
    }

    private static final class Reading {
        private final Flavour flavour;
        private final Map<String, OfferedTool> offered = new LinkedHashMap<>();
        private final Map<String, Kept> known = new LinkedHashMap<>();

        private Reading(Flavour flavour) {
            this.flavour = flavour;
        }

        private void all(JsonNode given, String at, String group) throws ApiErrorException {
            for (int i = 0; i < given.size(); i++) {
                one(given.get(i), at + "[" + i + "]", group);
            }
        }

        private void one(JsonNode tool, String at, String group) throws ApiErrorException {
            String type = tool.path("type").asString("");
            if (flavour != Flavour.OPENAI && OPENAI_ONLY.contains(type)) {
                throw OpenAiErrorShapes.foreignTool(flavour, type);
            }
            if (type.equals("namespace") && group.isEmpty()) {
                OpenAiFields.require(tool, at, "name");
                OpenAiFields.require(tool, at, "description");
                if (tool.path("tools").isEmpty()) {
                    throw OpenAiFields.missing(at + ".tools");
                }
                all(tool.path("tools"), at + ".tools", tool.path("name").asString(""));
                return;
            }
            Optional<CallForm> form = CallForm.of(tool);
            if (form.isEmpty()) {
                // Hosted tools are accepted and never used.
                return;
            }
            String name = form.get().named() ? name(tool, at) : form.get().type();
            String full = group.isEmpty() ? name : group + OF_GROUP + name;
            known.put(full, new Kept(form.get(), name, group));
            offered.put(
                    full,
                    new OfferedTool(
                            full,
                            tool.path("description").asString(""),
                            form.get().parameters(tool),
                            form.get() == CallForm.CUSTOM));
        }

        private static String name(JsonNode tool, String at) throws ApiErrorException {
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
            return name;
        }

        /// The tool that `choice` names, by its name or, where it has none, by its kind.
        private String forced(JsonNode choice) throws ApiErrorException {
            String name = choice.path("name").asString("");
            if (!name.isEmpty()) {
                return named(name)
                        .orElseThrow(() ->
                                OpenAiErrorShapes.invalid(
                                        "tool_choice",
                                        "",
                                        "Tool choice '"
                                                + name
                                                + "' not found in 'tools' parameter."));
            }
            String type = choice.path("type").asString("");
            return known.containsKey(type) && !known.get(type).form().named() ? type : "";
        }

        private Optional<String> named(String name) {
            return known.entrySet().stream()
                    .filter(entry ->
                            entry.getKey().equals(name) || entry.getValue().name().equals(name))
                    .map(Map.Entry::getKey)
                    .findFirst();
        }

        private List<OfferedTool> allowed(List<OfferedTool> tools, JsonNode choice) {
            if (!choice.path("type").asString("").equals("allowed_tools")) {
                return tools;
            }
            Set<String> allowed = new HashSet<>();
            for (JsonNode entry : choice.path("tools")) {
                String word = entry.path("name").asString(entry.path("type").asString(""));
                named(word).ifPresent(allowed::add);
            }
            List<OfferedTool> those = new ArrayList<>();
            for (OfferedTool tool : tools) {
                if (allowed.contains(tool.name())) {
                    those.add(tool);
                }
            }
            return those;
        }
    }
}
