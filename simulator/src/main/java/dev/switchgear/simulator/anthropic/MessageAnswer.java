package dev.switchgear.simulator.anthropic;

import dev.switchgear.simulator.anthropic.Message.Content;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Renders a message in one piece (section 3).
final class MessageAnswer {
    private static final JsonMapper JSON = JsonMapper.shared();

    private MessageAnswer() {}

    static byte[] body(Message message) {
        ObjectNode root = head(message);
        ArrayNode content = root.putArray("content");
        for (Content block : message.content()) {
            content.add(whole(block));
        }
        end(root, message);
        ObjectNode usage = usage(message, message.outputTokens(), true);
        thoughts(usage, message);
        tier(usage);
        root.set("usage", usage);
        return root.toString().getBytes(StandardCharsets.UTF_8);
    }

    static ObjectNode head(Message message) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("model", message.model())
                .put("id", message.id())
                .put("type", "message")
                .put("role", "assistant");
    }

    /// Why the model stopped.
    static void end(ObjectNode node, Message message) {
        node.put("stop_reason", message.stopReason());
        if (message.stop().isEmpty()) {
            node.putNull("stop_sequence");
        } else {
            node.put("stop_sequence", message.stop());
        }
        if (message.refusal().isPresent()) {
            node.putObject("stop_details")
                    .put("type", "refusal")
                    .put("category", message.refusal().get().category())
                    .put("explanation", message.refusal().get().explanation());
        } else {
            node.putNull("stop_details");
        }
    }

    /// @param full with what stands only in a message: how long what was cached lasts, the tier
    static ObjectNode usage(Message message, int outputTokens, boolean full) {
        ObjectNode usage = JsonNodeFactory.instance.objectNode();
        usage.put("input_tokens", message.inputTokens());
        usage.put("cache_creation_input_tokens", message.cache().written());
        usage.put("cache_read_input_tokens", message.cache().read());
        if (full) {
            usage.putObject("cache_creation")
                    .put("ephemeral_5m_input_tokens", message.cache().written5m())
                    .put("ephemeral_1h_input_tokens", message.cache().written1h());
        }
        usage.put("output_tokens", outputTokens);
        return usage;
    }

    /// A block with all that is in it.
    private static ObjectNode whole(Content block) {
        ObjectNode node = empty(block);
        switch (block) {
            case Content.Thinking thinking -> {
                node.put("thinking", String.join("", thinking.pieces()));
                node.put("signature", thinking.signature());
            }
            case Content.Redacted _ -> {}
            case Content.Text text -> node.put("text", String.join("", text.pieces()));
            case Content.ToolUse use -> node.set("input", JSON.readTree(use.input()));
        }
        return node;
    }

    /// A block as a stream begins it.
    static ObjectNode empty(Content block) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        switch (block) {
            case Content.Thinking _ ->
                    node.put("type", "thinking").put("thinking", "").put("signature", "");
            case Content.Redacted redacted ->
                    node.put("type", "redacted_thinking").put("data", redacted.data());
            case Content.Text _ -> node.put("type", "text").put("text", "");
            case Content.ToolUse use -> {
                node.put("type", "tool_use").put("id", use.id()).put("name", use.name());
                node.putObject("input");
                node.putObject("caller").put("type", "direct");
            }
        }
        return node;
    }

    /// Adds what recordings show at the end of a usage.
    static void tier(ObjectNode usage) {
        usage.put("service_tier", "standard").put("inference_geo", "not_available");
    }

    static void thoughts(ObjectNode usage, Message message) {
        message.thinkingTokens()
                .ifPresent(tokens ->
                        usage.putObject("output_tokens_details").put("thinking_tokens", tokens));
    }
}
