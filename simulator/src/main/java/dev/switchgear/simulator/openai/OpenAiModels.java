package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.cache.CacheUse;
import dev.switchgear.simulator.mind.OfferedModel;
import dev.switchgear.simulator.mind.OfferedModel.Purpose;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// The models of each flavour with their sizes, and prices where answers tell the cost. A snapshot's
/// name stands here only where a recording shows it; the others answer under their own name.
final class OpenAiModels {
    private static final long SINCE = 1_767_225_600L;

    private static final List<OfferedModel> OPENAI =
            List.of(
                    chat("gpt-4o", "gpt-4o-2024-08-06", 128_000, 16_384),
                    chat("gpt-4o-mini", "gpt-4o-mini-2024-07-18", 128_000, 16_384),
                    chat("gpt-4.1", "gpt-4.1", 1_047_576, 32_768),
                    chat("gpt-4.1-mini", "gpt-4.1-mini", 1_047_576, 32_768),
                    chat("gpt-4.1-nano", "gpt-4.1-nano-2025-04-14", 1_047_576, 32_768),
                    chat("gpt-4", "gpt-4-0613", 8_192, 8_192),
                    reasoning("o3", "o3", 200_000, 100_000),
                    reasoning("o4-mini", "o4-mini", 200_000, 100_000),
                    reasoning("gpt-5", "gpt-5-2025-08-07", 400_000, 128_000),
                    reasoning("gpt-5-mini", "gpt-5-mini-2025-08-07", 400_000, 128_000),
                    reasoning("gpt-5-nano", "gpt-5-nano-2025-08-07", 400_000, 128_000),
                    reasoning("gpt-5.5", "gpt-5.5-2026-04-23", 1_050_000, 128_000),
                    embedding("text-embedding-3-small", 1536),
                    embedding("text-embedding-3-large", 3072),
                    embedding("text-embedding-ada-002", 1536));

    private static final List<OfferedModel> XAI =
            List.of(
                    reasoning("grok-4.7", "grok-4.7", 500_000, 500_000),
                    reasoning("grok-4.6", "grok-4.6", 500_000, 500_000),
                    reasoning("grok-4.5", "grok-4.5", 500_000, 500_000),
                    reasoning("grok-4.3", "grok-4.3", 1_000_000, 1_000_000),
                    // Retired names are served by another model.
                    reasoning("grok-4-1-fast-reasoning", "grok-4.3", 1_000_000, 1_000_000),
                    reasoning("grok-4-1-fast-non-reasoning", "grok-4.3", 1_000_000, 1_000_000),
                    reasoning(
                            "grok-4.20-0309-reasoning",
                            "grok-4.20-0309-reasoning",
                            1_000_000,
                            1_000_000),
                    chat(
                            "grok-4.20-0309-non-reasoning",
                            "grok-4.20-0309-non-reasoning",
                            1_000_000,
                            1_000_000),
                    reasoning("grok-4", "grok-4", 256_000, 256_000),
                    reasoning("grok-3-mini", "grok-3-mini", 131_072, 131_072),
                    reasoning("grok-code-fast-1", "grok-code-fast-1", 256_000, 256_000));

    private static final List<OfferedModel> DEEPSEEK =
            List.of(
                    reasoning("deepseek-v4-flash", "deepseek-v4-flash", 1_048_565, 384_000),
                    reasoning("deepseek-v4-pro", "deepseek-v4-pro", 1_048_565, 384_000),
                    chat("deepseek-chat", "deepseek-v4-flash", 1_048_565, 384_000),
                    reasoning("deepseek-reasoner", "deepseek-v4-flash", 1_048_565, 384_000));

    private static final List<OfferedModel> OPENROUTER =
            List.of(
                    chat(
                            "anthropic/claude-haiku-4.5",
                            "anthropic/claude-4.5-haiku-20251001",
                            200_000,
                            64_000),
                    chat(
                            "anthropic/claude-sonnet-4.5",
                            "anthropic/claude-sonnet-4.5",
                            1_000_000,
                            64_000),
                    chat("openai/gpt-4o-mini", "openai/gpt-4o-mini", 128_000, 16_384),
                    chat("openai/gpt-4.1-mini", "openai/gpt-4.1-mini", 1_047_576, 32_768),
                    reasoning("openai/gpt-5-nano", "openai/gpt-5-nano", 400_000, 128_000),
                    chat("google/gemini-2.5-flash", "google/gemini-2.5-flash", 1_048_576, 65_536),
                    chat("deepseek/deepseek-chat", "deepseek/deepseek-chat", 128_000, 16_384),
                    embedding("openai/text-embedding-3-small", 1536));

    private static final List<OfferedModel> OLLAMA =
            List.of(
                    chat("llama3", "llama3", 8_192, 8_192),
                    chat("gemma3:1b", "gemma3:1b", 32_768, 32_768),
                    reasoning("qwen3", "qwen3", 40_960, 40_960),
                    reasoning("gpt-oss:120b", "gpt-oss:120b", 131_072, 131_072),
                    embedding("nomic-embed-text", 768));

    private static final List<OfferedModel> LOCAL =
            List.of(
                    chat("llama-3.2-1b-instruct", "llama-3.2-1b-instruct", 131_072, 131_072),
                    reasoning("qwen3", "qwen3", 40_960, 40_960),
                    embedding("nomic-embed-text", 768));

    /// What a million tokens cost: those that go in, those of them that a cache knew, and those that
    /// come out.
    private record Price(String input, String cached, String output) {}

    private static final Price NOTHING = new Price("0", "0", "0");

    /// What writing to the cache of a Claude costs, in tokens of its input.
    private static final BigDecimal WRITING = new BigDecimal("1.25");

    private static final Map<String, Price> PRICES =
            Map.ofEntries(
                    Map.entry("grok-4.7", new Price("2", "0.50", "6")),
                    Map.entry("grok-4.6", new Price("2", "0.50", "6")),
                    Map.entry("grok-4.5", new Price("2", "0.50", "6")),
                    Map.entry("grok-4.3", new Price("1.25", "0.20", "2.50")),
                    Map.entry("grok-4-1-fast-reasoning", new Price("1.25", "0.20", "2.50")),
                    Map.entry("grok-4-1-fast-non-reasoning", new Price("1.25", "0.20", "2.50")),
                    Map.entry("grok-4.20-0309-reasoning", new Price("1.25", "0.20", "2.50")),
                    Map.entry("grok-4.20-0309-non-reasoning", new Price("1.25", "0.20", "2.50")),
                    Map.entry("grok-4", new Price("3", "0.75", "15")),
                    Map.entry("grok-3-mini", new Price("0.30", "0.075", "0.50")),
                    Map.entry("grok-code-fast-1", new Price("0.20", "0.02", "1.50")),
                    Map.entry("anthropic/claude-haiku-4.5", new Price("1", "0.1", "5")),
                    Map.entry("anthropic/claude-sonnet-4.5", new Price("3", "0.3", "15")),
                    Map.entry("openai/gpt-4o-mini", new Price("0.15", "0.075", "0.6")),
                    Map.entry("openai/gpt-4.1-mini", new Price("0.4", "0.1", "1.6")),
                    Map.entry("openai/gpt-5-nano", new Price("0.05", "0.005", "0.4")),
                    Map.entry("google/gemini-2.5-flash", new Price("0.3", "0.03", "2.5")),
                    Map.entry("deepseek/deepseek-chat", new Price("0.14", "0.0028", "0.28")),
                    Map.entry("openai/text-embedding-3-small", new Price("0.02", "0.02", "0")));

    private OpenAiModels() {}

    static List<OfferedModel> of(Flavour flavour) {
        return switch (flavour) {
            case OPENAI -> OPENAI;
            case XAI -> XAI;
            case DEEPSEEK -> DEEPSEEK;
            case OPENROUTER -> OPENROUTER;
            case OLLAMA -> OLLAMA;
            case VLLM, LLAMA_CPP, LM_STUDIO -> LOCAL;
        };
    }

    static Optional<OfferedModel> known(Flavour flavour, String id) {
        return of(flavour).stream().filter(model -> model.id().equals(id)).findFirst();
    }

    /// The cost in the unit of xAI: 10,000,000,000 to a dollar.
    ///
    /// @param cache what of the input was known
    static long ticks(String model, long input, CacheUse cache, long output) {
        return dollars(model, input, cache, output).movePointRight(10).longValue();
    }

    /// Puts the cost of a call into OpenRouter's usage.
    ///
    /// @param words what this skin of it calls what goes in and what comes out
    static void cost(
            ObjectNode usage,
            String model,
            long input,
            CacheUse cache,
            long output,
            List<String> words) {
        usage.put("cost", dollars(model, input, cache, output));
        usage.put("is_byok", false);
        usage.putObject("cost_details")
                .put("upstream_inference_cost", dollars(model, input, cache, output))
                .put(
                        "upstream_inference_" + words.get(0) + "_cost",
                        dollars(model, input, cache, 0))
                .put(
                        "upstream_inference_" + words.get(1) + "_cost",
                        dollars(model, 0, CacheUse.NONE, output));
    }

    /// What one token costs, in dollars, as a decimal text.
    static String perToken(String model, boolean input) {
        Price price = PRICES.getOrDefault(model, NOTHING);
        return new BigDecimal(input ? price.input() : price.output())
                .movePointLeft(6)
                .stripTrailingZeros()
                .toPlainString();
    }

    private static BigDecimal dollars(String model, long input, CacheUse cache, long output) {
        Price price = PRICES.getOrDefault(model, NOTHING);
        BigDecimal written = model.startsWith("anthropic/") ? WRITING : BigDecimal.ONE;
        BigDecimal whole =
                BigDecimal.valueOf(input - cache.read() - cache.written())
                        .add(written.multiply(BigDecimal.valueOf(cache.written())));
        return new BigDecimal(price.input())
                .multiply(whole)
                .add(new BigDecimal(price.cached()).multiply(BigDecimal.valueOf(cache.read())))
                .add(new BigDecimal(price.output()).multiply(BigDecimal.valueOf(output)))
                .movePointLeft(6)
                .setScale(10, RoundingMode.HALF_UP);
    }

    private static OfferedModel chat(String id, String snapshot, int context, int maxOutput) {
        return new OfferedModel(id, snapshot, SINCE, Purpose.CHAT, context, maxOutput, 0);
    }

    private static OfferedModel reasoning(String id, String snapshot, int context, int maxOutput) {
        return new OfferedModel(id, snapshot, SINCE, Purpose.REASONING, context, maxOutput, 0);
    }

    private static OfferedModel embedding(String id, int dimensions) {
        return new OfferedModel(id, id, SINCE, Purpose.EMBEDDING, 8_192, 0, dimensions);
    }
}
