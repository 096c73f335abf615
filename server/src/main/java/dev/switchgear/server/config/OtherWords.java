package dev.switchgear.server.config;

import dev.switchgear.server.names.Nearest;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/// What others call the words of our choices: kinds, strategies, levels. Pure.
final class OtherWords {
    private static final String COMPATIBLE = "openai-compatible";

    /// Names that no spelling leads to. A word of one choice is none of another, so one table serves
    /// all: it is only asked for words that may stand there.
    private static final Map<String, String> OURS =
            Map.ofEntries(
                    Map.entry("google", "gemini"),
                    Map.entry("google-ai", "gemini"),
                    Map.entry("claude", "anthropic"),
                    Map.entry("gpt", "openai"),
                    Map.entry("chatgpt", "openai"),
                    Map.entry("grok", "xai"),
                    Map.entry("x-ai", "xai"),
                    Map.entry("openai-like", COMPATIBLE),
                    Map.entry("custom", COMPATIBLE),
                    Map.entry("vllm", COMPATIBLE),
                    Map.entry("sglang", COMPATIBLE),
                    Map.entry("lm-studio", COMPATIBLE),
                    Map.entry("lmstudio", COMPATIBLE),
                    Map.entry("llama-cpp", COMPATIBLE),
                    Map.entry("llamacpp", COMPATIBLE),
                    Map.entry("localai", COMPATIBLE),
                    Map.entry("litellm", COMPATIBLE),
                    Map.entry("groq", COMPATIBLE),
                    Map.entry("together", COMPATIBLE),
                    Map.entry("fireworks", COMPATIBLE),
                    Map.entry("cerebras", COMPATIBLE),
                    Map.entry("perplexity", COMPATIBLE),
                    Map.entry("azure", COMPATIBLE),
                    Map.entry("fallback", "priority"),
                    Map.entry("failover", "priority"),
                    Map.entry("ordered", "priority"),
                    Map.entry("loadbalance", "weighted"),
                    Map.entry("load-balance", "weighted"),
                    Map.entry("load-balancing", "weighted"),
                    Map.entry("random", "weighted"),
                    Map.entry("simple-shuffle", "weighted"),
                    Map.entry("latency", "least-latency"),
                    Map.entry("lowest-latency", "least-latency"),
                    Map.entry("latency-based-routing", "least-latency"),
                    Map.entry("least-busy", "least-latency"),
                    Map.entry("cheapest", "cost"),
                    Map.entry("price", "cost"),
                    Map.entry("lowest-cost", "cost"),
                    Map.entry("cost-based-routing", "cost"),
                    Map.entry("warning", "warn"),
                    Map.entry("trace", "debug"),
                    Map.entry("verbose", "debug"),
                    Map.entry("fatal", "error"),
                    Map.entry("text", "readable"),
                    Map.entry("plain", "readable"),
                    Map.entry("medium", "normal"),
                    Map.entry("default", "normal"));

    private OtherWords() {}

    /// The one of `words` that is meant by `text`: written in another manner, called otherwise, or
    /// nearly right.
    static Optional<String> meant(String text, Collection<String> words) {
        String dashed = Scalars.dashed(text.strip()).replaceAll("[_ .]", "-");
        return words.stream()
                .filter(word -> word.replace("-", "").equals(dashed.replace("-", "")))
                .findFirst()
                .or(() -> Optional.ofNullable(OURS.get(dashed)).filter(words::contains))
                .or(() -> Nearest.to(dashed, words, 1).stream().findFirst());
    }
}
