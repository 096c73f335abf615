package dev.switchgear.simulator.anthropic;

import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.anthropic.AnthropicConversation.Turn;
import dev.switchgear.simulator.anthropic.AnthropicTraits.Trait;
import dev.switchgear.simulator.anthropic.PromptCache.Block;
import dev.switchgear.simulator.mind.OfferedModel;
import dev.switchgear.simulator.mind.OfferedTool;
import dev.switchgear.simulator.mind.Question;
import dev.switchgear.simulator.mind.Question.Effort;
import dev.switchgear.simulator.mind.Question.Form;
import dev.switchgear.simulator.mind.Tokens;
import dev.switchgear.simulator.seal.Signatures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// A request for a message, or for the count of its tokens, that the API accepts (section 2).
///
/// @param allText the text of all messages, which settles the words
/// @param blocks the prompt in the order tools, system, messages
/// @param omitsThoughts whether thoughts arrive empty, with their signature alone
/// @param chatty whether a text may go before calls of tools
record MessagesRequest(
        OfferedModel model,
        Question question,
        String allText,
        List<Block> blocks,
        boolean thinks,
        boolean omitsThoughts,
        boolean chatty,
        boolean streamed) {
    private static final JsonNode NONE = JsonNodeFactory.instance.missingNode();
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);
    private static final int MARKS_MAX = 4;
    private static final int BUDGET_MIN = 1024;
    private static final int MESSAGE_OVERHEAD = 4;
    private static final int TOOLS_OVERHEAD = 340;
    private static final Set<String> KNOWN =
            Set.of(
                    "model",
                    "max_tokens",
                    "messages",
                    "system",
                    "stop_sequences",
                    "temperature",
                    "top_p",
                    "top_k",
                    "stream",
                    "metadata",
                    "tools",
                    "tool_choice",
                    "thinking",
                    "output_config",
                    "service_tier",
                    "cache_control",
                    "container",
                    "context_management",
                    "mcp_servers",
                    "inference_geo",
                    "speed");

    /// What settles the answer and not the prompt has no place where only tokens are counted.
    private static final Set<String> NOT_COUNTED =
            Set.of(
                    "max_tokens",
                    "stop_sequences",
                    "temperature",
                    "top_p",
                    "top_k",
                    "stream",
                    "metadata",
                    "service_tier");

    MessagesRequest {
        blocks = List.copyOf(blocks);
    }

    int promptTokens() {
        return blocks.stream().mapToInt(Block::tokens).sum();
    }

    /// Checks every field as the API does.
    ///
    /// @param betas names in the header `anthropic-beta`
    /// @param counting whether only the tokens are asked for, so that no bound is needed
    static MessagesRequest of(
            JsonNode body,
            OfferedModel model,
            Set<String> betas,
            Signatures signatures,
            boolean counting)
            throws ApiErrorException {
        AnthropicTraits traits = AnthropicTraits.of(model.id());
        boolean oldFormat = betas.stream().anyMatch(beta -> beta.startsWith("structured-outputs-"));
        Set<String> known = new HashSet<>(KNOWN);
        if (counting) {
            known.removeAll(NOT_COUNTED);
        }
        if (oldFormat) {
            known.add("output_format");
        }
        AnthropicFields.only(body, "", known);
        int maxTokens =
                counting
                        ? model.maxOutput()
                        : AnthropicFields.integer(
                                AnthropicFields.required(body, "max_tokens", ""), "max_tokens", 0);
        if (maxTokens > model.maxOutput()) {
            throw AnthropicErrorShapes.invalid(
                    "max_tokens: "
                            + maxTokens
                            + " > "
                            + model.maxOutput()
                            + ", which is the maximum allowed number of output tokens for "
                            + model.id());
        }
        boolean streamed = AnthropicFields.flag(body, "stream", "");
        sampling(body, traits);
        metadata(body.path("metadata"));
        if (AnthropicFields.present(body.path("service_tier"))) {
            AnthropicFields.oneOf(
                    body.path("service_tier"), "service_tier", List.of("auto", "standard_only"));
        }
        String effort = effort(body.path("output_config"), traits);
        JsonNode thinking = body.path("thinking");
        String thinks = thinking(thinking, traits, maxTokens, effort, body);
        List<OfferedTool> tools = tools(AnthropicFields.list(body.path("tools"), "tools"));
        JsonNode choice = body.path("tool_choice");
        String mode = choice(choice, body.path("tools"), traits, thinks);
        List<Turn> turns =
                new AnthropicConversation(traits, model.id(), signatures)
                        .read(
                                AnthropicFields.required(body, "messages", ""),
                                thinks.equals("enabled"));
        List<Block> blocks = blocks(body, turns);
        JsonNode schema = schema(body, oldFormat);
        Turn last = turns.getLast();
        boolean interleaved =
                !thinks.equals("enabled")
                        || betas.stream().anyMatch(beta -> beta.startsWith("interleaved-thinking"));
        boolean thinksNow = !thinks.equals("disabled") && (interleaved || !last.has("tool_result"));
        int budget = thinking.path("budget_tokens").asInt(maxTokens);
        var question =
                new Question(
                        prompt(turns),
                        images(last),
                        results(last),
                        new Question.Tools(
                                mode.equals("none") ? List.of() : tools,
                                choice.path("name").asString(""),
                                mode.equals("any") || mode.equals("tool"),
                                !choice.path("disable_parallel_tool_use").asBoolean(false)),
                        schema.isObject() ? new Form.Schema(schema) : new Form.Prose(),
                        new Question.Thinking(
                                thinksNow ? effort(thinks, budget, effort) : Effort.NONE, budget),
                        stops(AnthropicFields.list(body.path("stop_sequences"), "stop_sequences")),
                        maxTokens);
        var request =
                new MessagesRequest(
                        model,
                        question,
                        allText(turns),
                        blocks,
                        !thinks.equals("disabled"),
                        thinking.path("display")
                                .asString(
                                        traits.has(Trait.OMITS_THOUGHTS) ? "omitted" : "summarized")
                                .equals("omitted"),
                        !question.tools().required(),
                        streamed);
        request.checkContext(maxTokens, counting);
        return request;
    }

    private void checkContext(int maxTokens, boolean counting) throws ApiErrorException {
        int prompt = promptTokens();
        if (prompt > model.context()) {
            throw AnthropicErrorShapes.invalid(
                    "prompt is too long: " + prompt + " tokens > " + model.context() + " maximum");
        }
        if (!counting && (long) prompt + maxTokens > model.context()) {
            throw AnthropicErrorShapes.invalid(
                    "input length and `max_tokens` exceed context limit: "
                            + prompt
                            + " + "
                            + maxTokens
                            + " > "
                            + model.context()
                            + ", decrease input length or `max_tokens` and try again");
        }
    }

    private static void sampling(JsonNode body, AnthropicTraits traits) throws ApiErrorException {
        AnthropicFields.share(body, "temperature");
        AnthropicFields.share(body, "top_p");
        boolean warm = AnthropicFields.present(body.path("temperature"));
        boolean nucleus = AnthropicFields.present(body.path("top_p"));
        boolean topK = AnthropicFields.present(body.path("top_k"));
        if (topK) {
            AnthropicFields.integer(body.path("top_k"), "top_k", 0);
        }
        if (!traits.has(Trait.SAMPLING)) {
            for (String field : List.of("temperature", "top_p", "top_k")) {
                JsonNode value = body.path(field);
                if (AnthropicFields.present(value)
                        && (field.equals("top_k") || value.doubleValue() != 1)) {
                    throw AnthropicErrorShapes.invalid(
                            "`" + field + "` is deprecated for this model.");
                }
            }
        }
        if (traits.has(Trait.ONE_SAMPLER) && warm && nucleus) {
            throw AnthropicErrorShapes.invalid(
                    "`temperature` and `top_p` cannot both be specified for this model. Please use"
                            + " only one.");
        }
    }

    private static void metadata(JsonNode metadata) throws ApiErrorException {
        if (AnthropicFields.present(metadata)) {
            AnthropicFields.only(
                    AnthropicFields.object(metadata, "metadata"), "metadata.", Set.of("user_id"));
        }
    }

    /// The level asked for; empty for none.
    private static String effort(JsonNode config, AnthropicTraits traits) throws ApiErrorException {
        if (!AnthropicFields.present(config)) {
            return "";
        }
        AnthropicFields.only(
                AnthropicFields.object(config, "output_config"),
                "output_config.",
                Set.of("effort", "format", "task_budget"));
        if (!AnthropicFields.present(config.path("effort"))) {
            return "";
        }
        String effort = AnthropicFields.text(config, "effort", "output_config.");
        if (traits.efforts().isEmpty()) {
            throw AnthropicErrorShapes.invalid("This model does not support the effort parameter.");
        }
        if (!traits.efforts().contains(effort)) {
            throw AnthropicErrorShapes.invalid(
                    "This model does not support effort level '"
                            + effort
                            + "'. Supported levels: "
                            + String.join(", ", traits.efforts())
                            + ".");
        }
        return effort;
    }

    /// `enabled`, `adaptive` or `disabled`, whether asked for or the model's habit.
    private static String thinking(
            JsonNode thinking, AnthropicTraits traits, int maxTokens, String effort, JsonNode body)
            throws ApiErrorException {
        if (!AnthropicFields.present(thinking)) {
            return traits.has(Trait.THINKS_BY_DEFAULT) ? "adaptive" : "disabled";
        }
        String type =
                AnthropicFields.text(
                        AnthropicFields.object(thinking, "thinking"), "type", "thinking.");
        switch (type) {
            case "enabled" -> {
                if (!traits.has(Trait.BUDGETS)) {
                    throw AnthropicErrorShapes.invalid(
                            "\"thinking.type.enabled\" is not supported for this model. Use"
                                    + " \"thinking.type.adaptive\" and \"output_config.effort\" to"
                                    + " control thinking behavior.");
                }
                int budget =
                        AnthropicFields.integer(
                                AnthropicFields.required(
                                        thinking, "budget_tokens", "thinking.enabled."),
                                "thinking.enabled.budget_tokens",
                                BUDGET_MIN);
                if (budget >= maxTokens) {
                    throw AnthropicErrorShapes.invalid(
                            "`max_tokens` must be greater than `thinking.budget_tokens`. Please"
                                + " consult our documentation at"
                                + " https://docs.claude.com/en/docs/build-with-claude/extended-thinking#max-tokens-and-context-window-size");
                }
                soberlySampled(body);
            }
            case "adaptive" -> {
                if (!traits.has(Trait.ADAPTIVE)) {
                    throw AnthropicErrorShapes.invalid(
                            "adaptive thinking is not supported on this model");
                }
                if (AnthropicFields.present(thinking.path("display"))) {
                    AnthropicFields.oneOf(
                            thinking.path("display"),
                            "thinking.adaptive.display",
                            List.of("summarized", "omitted"));
                }
            }
            case "disabled" -> {
                boolean eager = effort.equals("xhigh") || effort.equals("max");
                if (!traits.has(Trait.SILENCEABLE)
                        || (traits.has(Trait.SILENT_ONLY_AT_EASE) && eager)) {
                    throw AnthropicErrorShapes.invalid(
                            "\"thinking.type.disabled\" is not supported for this model"
                                    + (traits.has(Trait.SILENCEABLE)
                                            ? " with effort level '" + effort + "'."
                                            : "."));
                }
            }
            default ->
                    throw AnthropicErrorShapes.invalid(
                            "thinking: Input tag '"
                                    + type
                                    + "' found using 'type' does not match any of the expected"
                                    + " tags: 'adaptive', 'disabled', 'enabled'");
        }
        return type;
    }

    /// Thinking with a budget forbids most sampling.
    private static void soberlySampled(JsonNode body) throws ApiErrorException {
        JsonNode temperature = body.path("temperature");
        if (AnthropicFields.present(temperature) && temperature.doubleValue() != 1) {
            throw AnthropicErrorShapes.invalid(
                    "`temperature` may only be set to 1 when thinking is enabled. Please consult"
                        + " our documentation at"
                        + " https://docs.claude.com/en/docs/build-with-claude/extended-thinking#important-considerations-when-using-extended-thinking");
        }
        if (AnthropicFields.present(body.path("top_k"))) {
            throw AnthropicErrorShapes.invalid("`top_k` must be unset when thinking is enabled.");
        }
    }

    private static Effort effort(String thinks, int budget, String level) {
        if (thinks.equals("enabled")) {
            return budget < 2048 ? Effort.LOW : budget < 8192 ? Effort.MEDIUM : Effort.HIGH;
        }
        return switch (level) {
            case "low" -> Effort.MINIMAL;
            case "medium" -> Effort.LOW;
            case "xhigh" -> Effort.HIGH;
            case "max" -> Effort.MAX;
            default -> Effort.MEDIUM;
        };
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
            JsonNode choice, JsonNode tools, AnthropicTraits traits, String thinks)
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
        if (forced && thinks.equals("enabled")) {
            throw AnthropicErrorShapes.invalid(
                    "Thinking may not be enabled when tool_choice forces tool use.");
        }
        if (type.equals("tool")) {
            String name = AnthropicFields.text(choice, "name", at);
            boolean offered = false;
            for (JsonNode tool : tools) {
                offered |= tool.path("name").asString("").equals(name);
            }
            if (!offered) {
                throw AnthropicErrorShapes.invalid(
                        "tool_choice: Tool '" + name + "' not found in provided tools");
            }
        }
        return type;
    }

    private static JsonNode schema(JsonNode body, boolean oldFormat) throws ApiErrorException {
        JsonNode format =
                oldFormat && body.has("output_format")
                        ? body.path("output_format")
                        : body.path("output_config").path("format");
        if (!AnthropicFields.present(format)) {
            return NONE;
        }
        String at = "output_config.format.";
        String type =
                AnthropicFields.text(
                        AnthropicFields.object(format, "output_config.format"), "type", at);
        if (!type.equals("json_schema")) {
            throw AnthropicErrorShapes.invalid(at + "type: Input should be 'json_schema'");
        }
        JsonNode schema =
                AnthropicFields.object(
                        AnthropicFields.required(format, "schema", at), at + "schema");
        closed(schema, at + "schema");
        return schema;
    }

    /// Every object in a schema must forbid other properties.
    private static void closed(JsonNode schema, String at) throws ApiErrorException {
        boolean object = schema.path("type").asString("").equals("object");
        JsonNode others = schema.path("additionalProperties");
        if (object && !(others.isBoolean() && !others.booleanValue())) {
            throw AnthropicErrorShapes.invalid(
                    at
                            + ": For 'object' type, 'additionalProperties' must be explicitly set"
                            + " to false");
        }
        for (Map.Entry<String, JsonNode> field : schema.properties()) {
            switch (field.getKey()) {
                case "properties", "$defs", "definitions" -> {
                    for (JsonNode inner : field.getValue()) {
                        closed(inner, at);
                    }
                }
                case "items" -> closed(field.getValue(), at);
                case "anyOf", "allOf" -> {
                    for (JsonNode inner : field.getValue()) {
                        closed(inner, at);
                    }
                }
                default -> {}
            }
        }
    }

    private static List<String> stops(JsonNode given) throws ApiErrorException {
        List<String> stops = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            String stop = AnthropicFields.text(given.get(i), "stop_sequences." + i);
            if (stop.isBlank()) {
                throw AnthropicErrorShapes.invalid(
                        "stop_sequences: each stop sequence must contain non-whitespace");
            }
            stops.add(stop);
        }
        return stops;
    }

    private static List<Block> blocks(JsonNode body, List<Turn> turns) throws ApiErrorException {
        List<Block> blocks = new ArrayList<>();
        JsonNode tools = body.path("tools");
        for (int i = 0; i < tools.size(); i++) {
            String text = AnthropicConversation.unmarked(tools.get(i)).toString();
            int tokens = Tokens.estimate(text) + (i == 0 ? TOOLS_OVERHEAD : 0);
            blocks.add(new Block(text, tokens, mark(tools.get(i), "tools." + i)));
        }
        JsonNode system = body.path("system");
        if (system.isString()) {
            blocks.add(block(system.stringValue(), Optional.empty()));
        } else if (AnthropicFields.present(system)) {
            for (int i = 0; i < AnthropicFields.list(system, "system").size(); i++) {
                String at = "system." + i;
                JsonNode part = AnthropicFields.object(system.get(i), at);
                if (!AnthropicFields.text(part, "type", at + ".").equals("text")) {
                    throw AnthropicErrorShapes.invalid(at + ".type: Input should be 'text'");
                }
                String text = AnthropicFields.text(part, "text", at + ".");
                if (text.isEmpty()) {
                    throw AnthropicErrorShapes.invalid(
                            "system: text content blocks must be non-empty");
                }
                blocks.add(block(text, mark(part, at)));
            }
        }
        for (int i = 0; i < turns.size(); i++) {
            List<JsonNode> parts = turns.get(i).blocks();
            for (int j = 0; j < parts.size(); j++) {
                JsonNode part = parts.get(j);
                int tokens = AnthropicConversation.tokens(part) + (j == 0 ? MESSAGE_OVERHEAD : 0);
                String text = turns.get(i).role() + AnthropicConversation.unmarked(part);
                blocks.add(new Block(text, tokens, mark(part, "messages." + i + ".content." + j)));
            }
        }
        Optional<Duration> automatic = mark(body, "");
        if (automatic.isPresent() && !blocks.isEmpty()) {
            blocks.set(blocks.size() - 1, blocks.getLast().marked(automatic.get()));
        }
        checkMarks(blocks);
        return blocks;
    }

    private static Block block(String text, Optional<Duration> mark) {
        return new Block(text, Tokens.estimate(text), mark);
    }

    private static Optional<Duration> mark(JsonNode block, String at) throws ApiErrorException {
        JsonNode control = block.path("cache_control");
        if (!AnthropicFields.present(control)) {
            return Optional.empty();
        }
        String here = at.isEmpty() ? "cache_control" : at + ".cache_control";
        AnthropicFields.object(control, here);
        if (!AnthropicFields.text(control, "type", here + ".").equals("ephemeral")) {
            throw AnthropicErrorShapes.invalid(here + ".type: Input should be 'ephemeral'");
        }
        String ttl =
                AnthropicFields.present(control.path("ttl"))
                        ? AnthropicFields.oneOf(
                                control.path("ttl"), here + ".ephemeral.ttl", List.of("5m", "1h"))
                        : "5m";
        return Optional.of(ttl.equals("1h") ? Duration.ofHours(1) : FIVE_MINUTES);
    }

    private static void checkMarks(List<Block> blocks) throws ApiErrorException {
        int marks = 0;
        boolean shorter = false;
        for (Block block : blocks) {
            if (block.mark().isEmpty()) {
                continue;
            }
            marks++;
            boolean hour = block.mark().get().compareTo(FIVE_MINUTES) > 0;
            if (hour && shorter) {
                throw AnthropicErrorShapes.invalid(
                        "a ttl='1h' cache_control block must not come after a ttl='5m'"
                                + " cache_control block. Note that blocks are processed in the"
                                + " following order: `tools`, `system`, `messages`.");
            }
            shorter |= !hour;
        }
        if (marks > MARKS_MAX) {
            throw AnthropicErrorShapes.invalid(
                    "A maximum of 4 blocks with cache_control may be provided. Found "
                            + marks
                            + ".");
        }
    }

    /// The text of the last user message that has any: a message of results alone asks nothing new.
    private static String prompt(List<Turn> turns) {
        for (int i = turns.size() - 1; i >= 0; i--) {
            String text = turns.get(i).role().equals("user") ? turns.get(i).text() : "";
            if (!text.isEmpty()) {
                return text;
            }
        }
        return "";
    }

    private static String allText(List<Turn> turns) {
        var all = new StringBuilder();
        for (Turn turn : turns) {
            all.append(turn.text()).append('\n');
            results(turn).forEach(all::append);
        }
        return all.toString();
    }

    private static int images(Turn turn) {
        return (int)
                turn.blocks().stream()
                        .filter(block -> AnthropicConversation.type(block).equals("image"))
                        .count();
    }

    private static List<String> results(Turn turn) {
        List<String> results = new ArrayList<>();
        for (JsonNode block : turn.blocks()) {
            if (AnthropicConversation.type(block).equals("tool_result")) {
                JsonNode content = block.path("content");
                var text = new StringBuilder(content.asString(""));
                for (JsonNode part : content) {
                    text.append(part.path("text").asString(""));
                }
                results.add(text.toString());
            }
        }
        return results;
    }
}
