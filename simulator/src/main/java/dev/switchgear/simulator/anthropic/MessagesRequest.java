package dev.switchgear.simulator.anthropic;

import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.anthropic.AnthropicConversation.Turn;
import dev.switchgear.simulator.anthropic.AnthropicTraits.Trait;
import dev.switchgear.simulator.cache.PromptCache.Block;
import dev.switchgear.simulator.mind.OfferedModel;
import dev.switchgear.simulator.mind.Question;
import dev.switchgear.simulator.mind.Question.Form;
import dev.switchgear.simulator.seal.Signatures;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
        AnthropicTraits traits = AnthropicTraits.of(model.id()).with(betas);
        boolean oldFormat = betas.stream().anyMatch(beta -> beta.startsWith("structured-outputs-"));
        AnthropicFields.only(body, "", known(counting, oldFormat));
        int maxTokens = counting ? model.maxOutput() : maxTokens(body, model);
        boolean streamed = AnthropicFields.flag(body, "stream", "");
        sampling(body, traits);
        metadata(body.path("metadata"));
        if (AnthropicFields.present(body.path("service_tier"))) {
            AnthropicFields.oneOf(
                    body.path("service_tier"), "service_tier", List.of("auto", "standard_only"));
        }
        MessagesThinking thinking = MessagesThinking.of(body, traits, maxTokens);
        Question.Tools tools = AnthropicToolbox.of(body, traits, thinking);
        List<Turn> turns =
                new AnthropicConversation(traits, model.id(), signatures)
                        .read(AnthropicFields.required(body, "messages", ""), thinking.enabled());
        List<Block> blocks = PromptBlocks.of(body, turns);
        JsonNode schema = schema(body, oldFormat);
        Turn last = turns.getLast();
        boolean interleaved =
                !thinking.enabled()
                        || betas.stream().anyMatch(beta -> beta.startsWith("interleaved-thinking"));
        var question =
                new Question(
                        prompt(turns),
                        images(last),
                        results(last),
                        tools,
                        schema.isObject() ? new Form.Schema(schema) : new Form.Prose(),
                        thinking.spoken(interleaved || !last.has("tool_result")),
                        stops(AnthropicFields.list(body.path("stop_sequences"), "stop_sequences")),
                        maxTokens);
        var request =
                new MessagesRequest(
                        model,
                        question,
                        allText(turns),
                        blocks,
                        thinking.on(),
                        thinking.omitted(),
                        !tools.required(),
                        streamed);
        request.checkContext(maxTokens, counting);
        return request;
    }

    /// The fields that the request may have.
    private static Set<String> known(boolean counting, boolean oldFormat) {
        Set<String> known = new HashSet<>(KNOWN);
        if (counting) {
            known.removeAll(NOT_COUNTED);
        }
        if (oldFormat) {
            known.add("output_format");
        }
        return known;
    }

    private static int maxTokens(JsonNode body, OfferedModel model) throws ApiErrorException {
        int maxTokens =
                AnthropicFields.integer(
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
        return maxTokens;
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
                            + ": For 'object' type, 'additionalProperties' must be explicitly set to"
                            + " false");
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
