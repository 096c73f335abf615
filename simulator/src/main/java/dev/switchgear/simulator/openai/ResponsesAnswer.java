package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.openai.ResponsesOutput.Item;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Renders responses and their items as JSON (section 6).
final class ResponsesAnswer {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private ResponsesAnswer() {}

    /// The response when all of it was said.
    static ObjectNode finished(ResponsesRequest request, ResponsesOutput output) {
        ObjectNode response =
                object(
                        request,
                        output.id(),
                        output.created(),
                        output.fingerprint(),
                        output.incomplete().isEmpty() ? "completed" : "incomplete");
        if (!output.incomplete().isEmpty()) {
            response.putObject("incomplete_details").put("reason", output.incomplete());
        }
        ArrayNode items = response.putArray("output");
        output.items().forEach(item -> items.add(item(request.flavour(), item, true)));
        response.set("usage", usage(request, output));
        return response;
    }

    /// The response before anything was said.
    static ObjectNode begun(ResponsesRequest request, ResponsesOutput output) {
        return object(request, output.id(), output.created(), output.fingerprint(), "in_progress");
    }

    /// The response that came to nothing.
    static ObjectNode failed(
            ResponsesRequest request, ResponsesOutput output, String code, String message) {
        ObjectNode response =
                object(request, output.id(), output.created(), output.fingerprint(), "failed");
        response.putObject("error").put("code", code).put("message", message);
        return response;
    }

    private static ObjectNode object(
            ResponsesRequest request, String id, long created, String fingerprint, String status) {
        JsonNode body = request.body();
        Flavour flavour = request.flavour();
        boolean done = !status.equals("in_progress");
        ObjectNode node = NODES.objectNode();
        node.put("id", id);
        node.put("object", "response");
        node.put("created_at", created);
        node.put("status", status);
        node.put("background", false);
        if (done && status.equals("completed")) {
            node.put("completed_at", created);
        } else {
            node.putNull("completed_at");
        }
        node.putNull("error");
        echo(node, body, "frequency_penalty", NODES.numberNode(0.0));
        node.putNull("incomplete_details");
        echo(node, body, "instructions", NODES.nullNode());
        echo(node, body, "max_output_tokens", NODES.nullNode());
        echo(node, body, "max_tool_calls", NODES.nullNode());
        node.put("model", request.model().snapshot());
        node.putArray("output");
        node.put("parallel_tool_calls", request.question().tools().parallel());
        echo(node, body, "presence_penalty", NODES.numberNode(0.0));
        echo(node, body, "previous_response_id", NODES.nullNode());
        echo(node, body, "prompt_cache_key", NODES.nullNode());
        ObjectNode reasoning = node.putObject("reasoning");
        echo(reasoning, body.path("reasoning"), "effort", effort(request));
        echo(reasoning, body.path("reasoning"), "summary", NODES.nullNode());
        echo(node, body, "safety_identifier", NODES.nullNode());
        String tier = body.path("service_tier").asString("auto");
        node.put("service_tier", done && tier.equals("auto") ? "default" : tier);
        node.put("store", request.store());
        echo(node, body, "temperature", NODES.numberNode(1.0));
        ObjectNode text = node.putObject("text");
        echo(text, body.path("text"), "format", NODES.objectNode().put("type", "text"));
        echo(node, body, "tool_choice", NODES.stringNode("auto"));
        ArrayNode tools = node.putArray("tools");
        body.path("tools").forEach(tool -> tools.add(echoed(tool)));
        echo(node, body, "top_logprobs", NODES.numberNode(0));
        echo(node, body, "top_p", NODES.numberNode(1.0));
        echo(node, body, "truncation", NODES.stringNode("disabled"));
        node.putNull("usage");
        echo(node, body, "user", NODES.nullNode());
        ObjectNode metadata = node.putObject("metadata");
        body.path("metadata")
                .properties()
                .forEach(pair -> metadata.set(pair.getKey(), pair.getValue()));
        switch (flavour) {
            case OPENAI -> {
                node.putNull("moderation");
                node.put("prompt_cache_retention", "in_memory");
                echo(text, body.path("text"), "verbosity", NODES.stringNode("medium"));
                if (done && !request.streamed()) {
                    node.putObject("billing").put("payer", "developer");
                }
            }
            case XAI -> metadata.put("system_fingerprint", fingerprint);
            case DEEPSEEK -> {
                node.putNull("moderation");
                node.putNull("prompt_cache_retention");
                node.putNull("content_filters");
                echo(text, body.path("text"), "verbosity", NODES.nullNode());
            }
            case OPENROUTER -> node.putNull("prompt_cache_options");
            case OLLAMA, VLLM, LLAMA_CPP, LM_STUDIO -> {
                // Nothing besides.
            }
        }
        return node;
    }

    private static JsonNode effort(ResponsesRequest request) {
        boolean told =
                request.flavour() == Flavour.OPENAI && !request.thinking().effort().equals("none");
        return told ? NODES.stringNode(request.thinking().effort()) : NODES.nullNode();
    }

    /// A function gets `strict` where it says nothing.
    private static JsonNode echoed(JsonNode tool) {
        if (!tool.path("type").asString("").equals("function") || tool.has("strict")) {
            return tool;
        }
        return ((ObjectNode) tool.deepCopy()).put("strict", true);
    }

    private static void echo(ObjectNode node, JsonNode body, String field, JsonNode usual) {
        node.set(field, body.hasNonNull(field) ? body.get(field) : usual);
    }

    private static ObjectNode usage(ResponsesRequest request, ResponsesOutput output) {
        ObjectNode usage = NODES.objectNode();
        usage.put("input_tokens", request.input().tokens());
        ObjectNode input =
                usage.putObject("input_tokens_details").put("cached_tokens", output.cache().read());
        if (request.flavour() == Flavour.OPENAI || request.flavour() == Flavour.OPENROUTER) {
            input.put("cache_write_tokens", output.cache().written());
        }
        usage.put("output_tokens", output.tokens());
        usage.putObject("output_tokens_details").put("reasoning_tokens", output.reasoningTokens());
        usage.put("total_tokens", request.input().tokens() + output.tokens());
        switch (request.flavour()) {
            case XAI -> {
                usage.put("num_sources_used", 0);
                usage.put("num_server_side_tools_used", 0);
                usage.put(
                        "cost_in_usd_ticks",
                        OpenAiModels.ticks(
                                request.model().id(),
                                request.input().tokens(),
                                output.cache(),
                                output.tokens()));
                usage.putObject("context_details")
                        .put("input_tokens", request.input().tokens())
                        .put("output_tokens", output.tokens());
            }
            case OPENROUTER ->
                    OpenAiModels.cost(
                            usage,
                            request.model().id(),
                            request.input().tokens(),
                            output.cache(),
                            output.tokens(),
                            List.of("input", "output"));
            case OPENAI, DEEPSEEK, OLLAMA, VLLM, LLAMA_CPP, LM_STUDIO -> {
                // Tokens alone.
            }
        }
        return usage;
    }

    /// An item as it stands in the output.
    ///
    /// @param said whether all of it was said; otherwise it is only announced
    static ObjectNode item(Flavour flavour, Item item, boolean said) {
        ObjectNode node = NODES.objectNode();
        node.put("id", item.id());
        switch (item) {
            case Item.Reasoning reasoning -> {
                node.put("type", "reasoning");
                if (flavour != Flavour.OPENAI) {
                    node.put("status", said ? "completed" : "in_progress");
                }
                boolean content = flavour.reasoningItem() == Flavour.ReasoningItem.CONTENT;
                ArrayNode parts = node.putArray(content ? "content" : "summary");
                if (said && !reasoning.thoughts().isEmpty()) {
                    parts.add(thought(flavour.reasoningItem(), reasoning.thoughts()));
                }
                if (content) {
                    node.putArray("summary");
                } else if (flavour == Flavour.OPENAI) {
                    node.putArray("content");
                }
                // OpenAI shows the seal at once, others with the whole item.
                if ((said || flavour == Flavour.OPENAI) && !reasoning.seal().isEmpty()) {
                    node.put("encrypted_content", reasoning.seal());
                }
            }
            case Item.Message message -> {
                node.put("type", "message");
                node.put(
                        "status",
                        !said ? "in_progress" : message.whole() ? "completed" : "incomplete");
                ArrayNode content = node.putArray("content");
                if (said) {
                    content.add(part(message, String.join("", message.pieces())));
                }
                node.put("role", "assistant");
            }
            case Item.Call call -> {
                CallForm form = call.tool().form();
                node.put("type", form.call());
                node.put("status", said ? "completed" : "in_progress");
                form.write(node, String.join("", call.arguments()), said);
                node.put("call_id", call.callId());
                if (form.named()) {
                    node.put("name", call.tool().name());
                }
                if (!call.tool().group().isEmpty()) {
                    node.put("namespace", call.tool().group());
                }
            }
            case Item.Compaction compaction -> {
                node.put("type", "compaction");
                node.put("encrypted_content", compaction.seal());
            }
        }
        return node;
    }

    static ObjectNode part(Item.Message message, String text) {
        ObjectNode part = NODES.objectNode();
        if (message.refusal()) {
            return part.put("type", "refusal").put("refusal", text);
        }
        part.put("type", "output_text");
        part.putArray("annotations");
        part.putArray("logprobs");
        return part.put("text", text);
    }

    /// A thought as it stands in a reasoning item.
    static ObjectNode thought(Flavour.ReasoningItem form, List<String> pieces) {
        String type = form == Flavour.ReasoningItem.CONTENT ? "reasoning_text" : "summary_text";
        return NODES.objectNode().put("type", type).put("text", String.join("", pieces));
    }
}
