package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.mind.Dice;
import dev.switchgear.simulator.openai.Completion.Choice;
import dev.switchgear.simulator.openai.Completion.ToolCall;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Renders a completion in one piece (section 3).
final class ChatAnswer {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private ChatAnswer() {}

    static byte[] body(ChatRequest request, Completion completion) {
        ObjectNode root = NODES.objectNode();
        root.put("id", completion.id());
        root.put("object", "chat.completion");
        root.put("created", completion.created());
        root.put("model", request.model().snapshot());
        ArrayNode choices = root.putArray("choices");
        for (int i = 0; i < completion.choices().size(); i++) {
            Choice choice = completion.choices().get(i);
            ObjectNode entry = choices.addObject();
            entry.put("index", i);
            entry.set("message", message(request, choice));
            entry.set("logprobs", logprobs(request, choice.pieces()));
            entry.put("finish_reason", choice.finish());
        }
        root.set("usage", usage(request, completion));
        root.put("service_tier", request.serviceTier());
        root.put("system_fingerprint", completion.fingerprint());
        return root.toPrettyString().getBytes(StandardCharsets.UTF_8);
    }

    static ObjectNode usage(ChatRequest request, Completion completion) {
        ObjectNode usage = NODES.objectNode();
        usage.put("prompt_tokens", request.promptTokens());
        usage.put("completion_tokens", completion.tokens());
        usage.put("total_tokens", request.promptTokens() + completion.tokens());
        usage.putObject("prompt_tokens_details").put("cached_tokens", 0).put("audio_tokens", 0);
        usage.putObject("completion_tokens_details")
                .put("reasoning_tokens", completion.reasoningTokens())
                .put("audio_tokens", 0)
                .put("accepted_prediction_tokens", 0)
                .put("rejected_prediction_tokens", 0);
        return usage;
    }

    private static ObjectNode message(ChatRequest request, Choice choice) {
        ObjectNode message = NODES.objectNode();
        message.put("role", "assistant");
        if (choice.refusal() || !choice.calls().isEmpty()) {
            message.putNull("content");
        } else {
            message.put("content", choice.text());
        }
        if (!choice.calls().isEmpty() && request.legacyFunctions()) {
            ToolCall call = choice.calls().getFirst();
            message.putObject("function_call")
                    .put("name", call.name())
                    .put("arguments", call.arguments());
        } else if (!choice.calls().isEmpty()) {
            ArrayNode calls = message.putArray("tool_calls");
            choice.calls().forEach(call -> calls.add(call(call, call.arguments())));
        }
        if (choice.refusal()) {
            message.put("refusal", choice.text());
        } else {
            message.putNull("refusal");
        }
        message.putArray("annotations");
        return message;
    }

    /// A tool call with its id, name and `arguments`.
    static ObjectNode call(ToolCall call, String arguments) {
        ObjectNode node = NODES.objectNode();
        node.put("id", call.id());
        node.put("type", call.custom() ? "custom" : "function");
        node.putObject(call.custom() ? "custom" : "function")
                .put("name", call.name())
                .put(call.custom() ? "input" : "arguments", arguments);
        return node;
    }

    /// Log probabilities of `pieces`, where the request wants them; null otherwise.
    static JsonNode logprobs(ChatRequest request, List<String> pieces) {
        if (!request.logprobs()) {
            return NODES.nullNode();
        }
        ObjectNode node = NODES.objectNode();
        ArrayNode content = node.putArray("content");
        for (String piece : pieces) {
            RandomGenerator random = Dice.of(0, "logprob", piece);
            double best = -random.nextDouble() * 0.5;
            ObjectNode entry = token(content.addObject(), piece, best);
            ArrayNode top = entry.putArray("top_logprobs");
            for (int i = 0; i < request.topLogprobs(); i++) {
                token(top.addObject(), i == 0 ? piece : piece + i, best - i * 1.25);
            }
        }
        node.putNull("refusal");
        return node;
    }

    private static ObjectNode token(ObjectNode node, String piece, double probability) {
        node.put("token", piece);
        node.put("logprob", probability);
        ArrayNode bytes = node.putArray("bytes");
        for (byte value : piece.getBytes(StandardCharsets.UTF_8)) {
            bytes.add(value & 0xff);
        }
        return node;
    }
}
