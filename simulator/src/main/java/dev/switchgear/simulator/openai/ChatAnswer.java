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

    static byte[] body(
            ChatCompletionsRequest request, Completion completion, OpenRouterUpstream upstream) {
        Flavour flavour = request.flavour();
        ObjectNode root = NODES.objectNode();
        root.put("id", completion.id());
        root.put("object", "chat.completion");
        root.put("created", completion.created());
        root.put("model", request.model().snapshot());
        if (flavour == Flavour.OPENROUTER) {
            root.put("provider", upstream.provider());
        }
        ArrayNode choices = root.putArray("choices");
        for (int i = 0; i < completion.choices().size(); i++) {
            Choice choice = completion.choices().get(i);
            ObjectNode entry = choices.addObject();
            entry.put("index", i);
            entry.set("message", message(request, choice));
            if (flavour.nullLogprobs()
                    || flavour == Flavour.OPENROUTER
                    || request.logprobs().wanted()) {
                entry.set("logprobs", logprobs(request, choice.pieces()));
            }
            entry.put("finish_reason", choice.finish());
            if (flavour == Flavour.OPENROUTER) {
                entry.put("native_finish_reason", upstream.nativeFinish(choice.finish()));
            }
            if (flavour == Flavour.VLLM) {
                entry.putNull("stop_reason");
            }
        }
        root.set("usage", usage(request, completion));
        if (flavour == Flavour.OPENAI || flavour == Flavour.OPENROUTER) {
            root.put("service_tier", request.serviceTier());
        }
        if (!completion.fingerprint().isEmpty()) {
            root.put("system_fingerprint", completion.fingerprint());
        }
        switch (flavour) {
            case VLLM -> root.putNull("prompt_logprobs").putNull("kv_transfer_params");
            case LLAMA_CPP -> root.set("timings", timings(request, completion));
            case OPENAI, XAI, DEEPSEEK, OPENROUTER, OLLAMA, LM_STUDIO -> {
                // Nothing besides.
            }
        }
        return root.toPrettyString().getBytes(StandardCharsets.UTF_8);
    }

    /// What llama.cpp tells of its speed.
    static ObjectNode timings(ChatCompletionsRequest request, Completion completion) {
        return NODES.objectNode()
                .put("cache_n", completion.cache().read())
                .put("prompt_n", request.prompt().tokens())
                .put("prompt_ms", request.prompt().tokens() * 1.5)
                .put("predicted_n", completion.tokens())
                .put("predicted_ms", completion.tokens() * 20.0)
                .put("predicted_per_second", 50.0);
    }

    static ObjectNode usage(ChatCompletionsRequest request, Completion completion) {
        int prompt = request.prompt().tokens();
        int thoughts = completion.reasoningTokens();
        int total = completion.tokens();
        int cached = completion.cache().read();
        int written = completion.cache().written();
        ObjectNode usage = NODES.objectNode();
        usage.put("prompt_tokens", prompt);
        usage.put(
                "completion_tokens", request.flavour().countsThoughts() ? total : total - thoughts);
        usage.put("total_tokens", prompt + total);
        switch (request.flavour()) {
            case OPENAI -> {
                ObjectNode details =
                        usage.putObject("prompt_tokens_details")
                                .put("cached_tokens", cached)
                                .put("audio_tokens", 0);
                if (written > 0) {
                    details.put("cache_write_tokens", written);
                }
                usage.set("completion_tokens_details", thoughtDetails(thoughts));
            }
            case XAI -> {
                usage.putObject("prompt_tokens_details")
                        .put("text_tokens", prompt)
                        .put("audio_tokens", 0)
                        .put("image_tokens", 0)
                        .put("cached_tokens", cached);
                usage.set("completion_tokens_details", thoughtDetails(thoughts));
                usage.put("num_sources_used", 0);
                usage.put(
                        "cost_in_usd_ticks",
                        OpenAiModels.ticks(
                                request.model().id(), prompt, completion.cache(), total));
            }
            case DEEPSEEK -> {
                usage.putObject("prompt_tokens_details").put("cached_tokens", cached);
                if (request.thinking().on()) {
                    usage.putObject("completion_tokens_details").put("reasoning_tokens", thoughts);
                }
                usage.put("prompt_cache_hit_tokens", cached);
                usage.put("prompt_cache_miss_tokens", prompt - cached);
            }
            case OPENROUTER -> {
                OpenAiModels.cost(
                        usage,
                        request.model().id(),
                        prompt,
                        completion.cache(),
                        total,
                        List.of("prompt", "completions"));
                usage.putObject("prompt_tokens_details")
                        .put("cached_tokens", cached)
                        .put("cache_write_tokens", written)
                        .put("audio_tokens", 0)
                        .put("video_tokens", 0);
                usage.putObject("completion_tokens_details")
                        .put("reasoning_tokens", thoughts)
                        .put("image_tokens", 0)
                        .put("audio_tokens", 0);
            }
            case LLAMA_CPP -> usage.putObject("prompt_tokens_details").put("cached_tokens", 0);
            case LM_STUDIO ->
                    usage.putObject("completion_tokens_details").put("reasoning_tokens", thoughts);
            case OLLAMA, VLLM -> {
                // Three numbers.
            }
        }
        return usage;
    }

    private static ObjectNode thoughtDetails(int thoughts) {
        return NODES.objectNode()
                .put("reasoning_tokens", thoughts)
                .put("audio_tokens", 0)
                .put("accepted_prediction_tokens", 0)
                .put("rejected_prediction_tokens", 0);
    }

    private static ObjectNode message(ChatCompletionsRequest request, Choice choice) {
        Flavour flavour = request.flavour();
        boolean calling = !choice.calls().isEmpty();
        // Only OpenAI has a field for refusals; elsewhere they are words like any other.
        boolean refusal = choice.refusal() && flavour == Flavour.OPENAI;
        ObjectNode message = NODES.objectNode();
        message.put("role", "assistant");
        if (refusal || (calling && flavour != Flavour.OLLAMA && flavour != Flavour.XAI)) {
            message.putNull("content");
        } else {
            message.put("content", choice.text());
        }
        if (request.thinking().shown() && !choice.thoughts().isEmpty()) {
            think(message, request, choice);
        } else if (flavour == Flavour.OPENROUTER) {
            message.putNull("reasoning");
        }
        if (calling && request.legacyFunctions()) {
            ToolCall call = choice.calls().getFirst();
            message.putObject("function_call")
                    .put("name", call.name())
                    .put("arguments", call.arguments());
        } else if (calling) {
            ArrayNode calls = message.putArray("tool_calls");
            for (ToolCall call : choice.calls()) {
                ObjectNode node = call(call, call.arguments());
                if (flavour.indexedCalls()) {
                    node.put("index", calls.size());
                }
                calls.add(node);
            }
        } else if (flavour == Flavour.VLLM) {
            message.putArray("tool_calls");
        }
        if (refusal) {
            message.put("refusal", choice.text());
        } else if (flavour == Flavour.OPENAI
                || flavour == Flavour.XAI
                || flavour == Flavour.OPENROUTER
                || flavour == Flavour.VLLM) {
            message.putNull("refusal");
        }
        if (flavour == Flavour.OPENAI) {
            message.putArray("annotations");
        }
        return message;
    }

    private static void think(ObjectNode message, ChatCompletionsRequest request, Choice choice) {
        String thought = String.join("", choice.thoughts());
        switch (request.flavour().thinking()) {
            case HIDDEN -> {
                // Has no words.
            }
            case REASONING_CONTENT -> message.put("reasoning_content", thought);
            case REASONING -> message.put("reasoning", thought);
            case REASONING_DETAILS -> {
                message.put("reasoning", thought);
                message.putArray("reasoning_details")
                        .add(detail(thought).put("signature", choice.signature()));
            }
        }
    }

    /// A piece of thought as OpenRouter shows it.
    static ObjectNode detail(String thought) {
        return NODES.objectNode()
                .put("type", "reasoning.text")
                .put("text", thought)
                .put("format", "anthropic-claude-v1")
                .put("index", 0);
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
    static JsonNode logprobs(ChatCompletionsRequest request, List<String> pieces) {
        if (!request.logprobs().wanted()) {
            return NODES.nullNode();
        }
        ObjectNode node = NODES.objectNode();
        ArrayNode content = node.putArray("content");
        for (String piece : pieces) {
            RandomGenerator random = Dice.of(0, "logprob", piece);
            double best = -random.nextDouble() * 0.5;
            ObjectNode entry = token(content.addObject(), piece, best);
            ArrayNode top = entry.putArray("top_logprobs");
            for (int i = 0; i < request.logprobs().alternatives(); i++) {
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
