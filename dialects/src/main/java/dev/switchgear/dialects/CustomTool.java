package dev.switchgear.dialects;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.ClientTool;
import dev.switchgear.families.llm.chat.Tool;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A tool that takes one text in place of JSON, as OpenAI's dialects have it. Where a provider has no
/// such tools it is a function whose only argument is that text.
///
/// @param description empty where not said
/// @param grammar that the text follows; empty where it is free
public record CustomTool(String description, Optional<Grammar> grammar) {
    /// @param syntax in which it is written: `lark` or `regex`
    public record Grammar(String syntax, String definition) {}

    /// The function's argument.
    static final String INPUT = "input";

    /// @param raw as chat or Responses describes it
    public static CustomTool of(JsonNode raw) {
        JsonNode said = raw.path("custom").isObject() ? raw.path("custom") : raw;
        JsonNode format = said.path("format");
        JsonNode grammar = format.path("grammar").isObject() ? format.path("grammar") : format;
        String definition = grammar.path("definition").asString("");
        return new CustomTool(
                said.path("description").asString(""),
                definition.isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                new Grammar(grammar.path("syntax").asString("lark"), definition)));
    }

    /// What the functions are called that stand for such tools of a client.
    public static Set<String> names(ChatRequest asked) {
        Set<String> names = Set.of();
        for (Tool tool : asked.tools()) {
            if (tool instanceof Tool.Function function
                    && function.client().isPresent()
                    && function.client().get().form() == ClientTool.Form.CUSTOM) {
                names = names.isEmpty() ? new HashSet<>() : names;
                names.add(function.name());
            }
        }
        return names;
    }

    /// The function that stands for it.
    public Tool.Function function(String name, ClientTool client) {
        ObjectNode schema = Json.object().put("type", "object");
        schema.putObject("properties")
                .putObject(INPUT)
                .put("type", "string")
                .put("description", "The whole input of the tool, as plain text.");
        schema.putArray("required").add(INPUT);
        schema.put("additionalProperties", false);
        return new Tool.Function(
                name,
                words(),
                Optional.of(schema),
                Optional.empty(),
                Optional.empty(),
                Optional.of(client));
    }

    /// Where nothing holds the model to a grammar, it is told of it.
    private String words() {
        String before = description.isEmpty() ? "" : description + "\n\n";
        return grammar.map(rules ->
                        before
                                + "The text in `input` must follow this grammar ("
                                + rules.syntax()
                                + "):\n"
                                + rules.definition())
                .orElse(description);
    }

    /// As Responses has it.
    public ObjectNode flat(String name) {
        ObjectNode said = named(name);
        ObjectNode tool = Json.object().put("type", "custom");
        tool.setAll(said);
        grammar.ifPresent(rules ->
                tool.putObject("format")
                        .put("type", "grammar")
                        .put("syntax", rules.syntax())
                        .put("definition", rules.definition()));
        return tool;
    }

    /// As chat has it.
    public ObjectNode wrapped(String name) {
        ObjectNode said = named(name);
        grammar.ifPresent(rules ->
                said.putObject("format")
                        .put("type", "grammar")
                        .putObject("grammar")
                        .put("syntax", rules.syntax())
                        .put("definition", rules.definition()));
        ObjectNode tool = Json.object().put("type", "custom");
        tool.set("custom", said);
        return tool;
    }

    private ObjectNode named(String name) {
        ObjectNode said = Json.object().put("name", name);
        if (!description.isEmpty()) {
            said.put("description", description);
        }
        return said;
    }

    /// The function's arguments for a text.
    public static String arguments(String input) {
        return Json.text(Json.object().put(INPUT, input));
    }

    /// The text in whole arguments. What is no JSON of that form is itself the text, so that nothing is
    /// lost.
    public static String input(String arguments) {
        if (arguments.isBlank()) {
            return "";
        }
        try {
            JsonNode read = Json.read(arguments);
            if (read.isObject() && read.isEmpty()) {
                return "";
            }
            JsonNode input = read.path(INPUT);
            if (!input.isMissingNode()) {
                return input.isString() ? input.stringValue() : Json.text(input);
            }
        } catch (JacksonException noJson) {
            return arguments;
        }
        return arguments;
    }
}
