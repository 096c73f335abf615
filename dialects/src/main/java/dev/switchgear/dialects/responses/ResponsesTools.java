package dev.switchgear.dialects.responses;

import dev.switchgear.dialects.CustomTool;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.AnswerFormat;
import dev.switchgear.families.llm.chat.ClientTool;
import dev.switchgear.families.llm.chat.ClientTool.Namespace;
import dev.switchgear.families.llm.chat.Tool;
import dev.switchgear.families.llm.chat.ToolChoice;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The words for tools and formats, which a request says and an answer repeats.
final class ResponsesTools {
    private ResponsesTools() {}

    /// Left out, `strict` means true here and false everywhere else: so it is always said.
    static ObjectNode function(Tool.Function tool) {
        ObjectNode words = Json.object().put("type", "function").put("name", tool.name());
        if (!tool.description().isEmpty()) {
            words.put("description", tool.description());
        }
        words.set("parameters", tool.parameters().orElseGet(ResponsesTools::noParameters));
        words.put("strict", tool.strict().orElse(false));
        return words;
    }

    /// Tools in the making, those of one namespace together. For one thread.
    static final class Offer {
        private final ArrayNode all;
        private Optional<Namespace> open = Optional.empty();

        Offer(ArrayNode all) {
            this.all = all;
        }

        void plain(JsonNode tool) {
            all.add(tool);
            open = Optional.empty();
        }

        /// One that its client knows otherwise.
        void asItWas(Tool.Function function) {
            ClientTool client = function.client().orElseThrow();
            into(client.namespace()).add(asClientHasIt(function, client));
            open = client.namespace();
        }

        private ArrayNode into(Optional<Namespace> space) {
            if (space.isEmpty()) {
                return all;
            }
            if (open.equals(space)) {
                return (ArrayNode) all.get(all.size() - 1).path("tools");
            }
            return all.addObject()
                    .put("type", "namespace")
                    .put("name", space.get().name())
                    .put("description", space.get().description())
                    .putArray("tools");
        }
    }

    /// The tools of a request's own list, as its client described them.
    static ArrayNode listed(List<Tool> tools) {
        var offer = new Offer(Json.array());
        for (Tool tool : tools) {
            switch (tool) {
                case Tool.Hosted hosted -> {
                    if (hosted.dialect() == Dialect.RESPONSES) {
                        offer.plain(hosted.raw());
                    }
                }
                case Tool.Function function -> {
                    if (function.client().isEmpty()) {
                        offer.plain(function(function));
                    } else if (function.client().get().listed()) {
                        offer.asItWas(function);
                    }
                }
            }
        }
        return offer.all;
    }

    /// Whether the name in a call tells whose it is: where two tools would be called alike, both are
    /// functions with names of their own.
    static boolean apart(List<Tool> tools) {
        var names = new HashSet<String>();
        for (Tool tool : tools) {
            if (tool instanceof Tool.Function function
                    && !names.add(
                            function.client()
                                    .map(client ->
                                            ClientTool.functionName(
                                                    client.namespace(), client.name()))
                                    .orElse(function.name()))) {
                return false;
            }
        }
        return true;
    }

    /// A function of this dialect's client as it came, but for the name, where it had to be another.
    private static ObjectNode asClientHasIt(Tool.Function function, ClientTool client) {
        return switch (client.dialect()) {
            case RESPONSES -> {
                ObjectNode own = (ObjectNode) client.raw().deepCopy();
                if (own.has("name") && client.namespace().isEmpty()) {
                    own.put("name", function.name());
                }
                yield own;
            }
            case OPENAI ->
                    client.form() == ClientTool.Form.CUSTOM
                            ? CustomTool.of(client.raw()).flat(function.name())
                            : function(function);
            case COMPLETIONS, ANTHROPIC, GEMINI, OLLAMA, OLLAMA_GENERATE, OWN -> function(function);
        };
    }

    private static JsonNode noParameters() {
        ObjectNode schema = Json.object().put("type", "object");
        schema.set("properties", Json.object());
        return schema;
    }

    /// A choice among functions.
    static JsonNode choice(ToolChoice choice) {
        return choice(choice, List.of());
    }

    /// @param tools of the client's that are told as what they are
    static JsonNode choice(ToolChoice choice, List<Tool> tools) {
        return switch (choice) {
            case ToolChoice.Unsaid _, ToolChoice.Auto _ -> Json.object().stringNode("auto");
            case ToolChoice.None _ -> Json.object().stringNode("none");
            case ToolChoice.Required _ -> Json.object().stringNode("required");
            case ToolChoice.Named named -> named(named.name(), known(tools));
            case ToolChoice.Among among -> {
                ObjectNode words =
                        Json.object()
                                .put("type", "allowed_tools")
                                .put("mode", among.required() ? "required" : "auto");
                ArrayNode names = words.putArray("tools");
                Map<String, ClientTool> known = known(tools);
                for (String name : among.names()) {
                    names.add(named(name, known));
                }
                yield words;
            }
        };
    }

    private static Map<String, ClientTool> known(List<Tool> tools) {
        var known = new HashMap<String, ClientTool>();
        for (Tool tool : tools) {
            if (tool instanceof Tool.Function function && function.client().isPresent()) {
                known.put(function.name(), function.client().get());
            }
        }
        return known;
    }

    private static ObjectNode named(String name, Map<String, ClientTool> known) {
        ClientTool client = known.get(name);
        return client == null
                ? Json.object().put("type", "function").put("name", name)
                : named(name, client);
    }

    private static ObjectNode named(String name, ClientTool client) {
        ObjectNode words =
                switch (client.form()) {
                    case FUNCTION, CUSTOM -> {
                        boolean custom = client.form() == ClientTool.Form.CUSTOM;
                        boolean inside = client.namespace().isPresent();
                        yield Json.object()
                                .put("type", custom ? "custom" : "function")
                                .put("name", inside ? client.name() : name);
                    }
                    case LOCAL_SHELL, SHELL, APPLY_PATCH, TOOL_SEARCH ->
                            Json.object().put("type", client.name());
                };
        client.namespace().ifPresent(space -> words.put("namespace", space.name()));
        return words;
    }

    static ObjectNode format(AnswerFormat format) {
        return switch (format) {
            case AnswerFormat.Text _ -> Json.object().put("type", "text");
            case AnswerFormat.JsonObject _ -> Json.object().put("type", "json_object");
            case AnswerFormat.JsonSchema schema -> {
                ObjectNode words =
                        Json.object()
                                .put("type", "json_schema")
                                .put("name", schema.name().isEmpty() ? "answer" : schema.name());
                if (!schema.description().isEmpty()) {
                    words.put("description", schema.description());
                }
                words.set("schema", schema.schema());
                schema.strict().ifPresent(strict -> words.put("strict", strict));
                yield words;
            }
        };
    }
}
