package dev.switchgear.importer;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A company or program that answers models, as other gateways name it, and how we speak to it.
///
/// @param kind the adapter, as it is written in our file
/// @param base where its API begins, without the adapter's own knowledge; empty where the kind knows
/// @param variable the environment variable that usually holds its key; empty where it needs none
/// @param needsBase whether it stands wherever its owner has put it
record Vendor(String kind, Optional<String> base, Optional<String> variable, boolean needsBase) {
    static final String COMPATIBLE = "openai-compatible";

    /// The address that Ollama takes by itself.
    static final String OLLAMA = "http://localhost:11434";

    private static final Map<String, Vendor> KNOWN =
            Map.ofEntries(
                    Map.entry("openai", own("openai", "OPENAI_API_KEY")),
                    Map.entry("text-completion-openai", own("openai", "OPENAI_API_KEY")),
                    Map.entry("anthropic", own("anthropic", "ANTHROPIC_API_KEY")),
                    Map.entry("gemini", own("gemini", "GEMINI_API_KEY")),
                    Map.entry("xai", own("xai", "XAI_API_KEY")),
                    Map.entry("deepseek", own("deepseek", "DEEPSEEK_API_KEY")),
                    Map.entry("openrouter", own("openrouter", "OPENROUTER_API_KEY")),
                    Map.entry("ollama", ollama()),
                    Map.entry("ollama_chat", ollama()),
                    Map.entry("groq", like("https://api.groq.com/openai/v1", "GROQ_API_KEY")),
                    Map.entry("mistral", own("mistral", "MISTRAL_API_KEY")),
                    Map.entry(
                            "together_ai",
                            like("https://api.together.xyz/v1", "TOGETHERAI_API_KEY")),
                    Map.entry(
                            "fireworks_ai",
                            like("https://api.fireworks.ai/inference/v1", "FIREWORKS_API_KEY")),
                    Map.entry(
                            "fireworks",
                            like("https://api.fireworks.ai/inference/v1", "FIREWORKS_API_KEY")),
                    Map.entry(
                            "perplexity",
                            like("https://api.perplexity.ai", "PERPLEXITYAI_API_KEY")),
                    Map.entry("cerebras", like("https://api.cerebras.ai/v1", "CEREBRAS_API_KEY")),
                    Map.entry(
                            "deepinfra",
                            like("https://api.deepinfra.com/v1/openai", "DEEPINFRA_API_KEY")),
                    Map.entry(
                            "nvidia_nim",
                            like("https://integrate.api.nvidia.com/v1", "NVIDIA_NIM_API_KEY")),
                    Map.entry(
                            "sambanova", like("https://api.sambanova.ai/v1", "SAMBANOVA_API_KEY")),
                    Map.entry(
                            "hyperbolic",
                            like("https://api.hyperbolic.xyz/v1", "HYPERBOLIC_API_KEY")),
                    Map.entry("moonshot", like("https://api.moonshot.ai/v1", "MOONSHOT_API_KEY")),
                    Map.entry(
                            "nebius",
                            like("https://api.tokenfactory.nebius.com/v1", "NEBIUS_API_KEY")),
                    Map.entry("parasail", like("https://api.parasail.io/v1", "PARASAIL_API_KEY")),
                    Map.entry(
                            "dashscope",
                            like(
                                    "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
                                    "DASHSCOPE_API_KEY")),
                    Map.entry("huggingface", like("https://router.huggingface.co/v1", "HF_TOKEN")),
                    Map.entry(
                            "cohere",
                            like("https://api.cohere.ai/compatibility/v1", "COHERE_API_KEY")),
                    Map.entry(
                            "cohere_chat",
                            like("https://api.cohere.ai/compatibility/v1", "COHERE_API_KEY")),
                    Map.entry("hosted_vllm", anywhere()),
                    Map.entry("vllm", anywhere()),
                    Map.entry("sgl", anywhere()),
                    Map.entry("openai_like", anywhere()),
                    Map.entry("custom_openai", anywhere()),
                    Map.entry("litellm_proxy", anywhere()),
                    Map.entry("llamafile", anywhere()),
                    Map.entry("lm_studio", anywhere()),
                    Map.entry("xinference", anywhere()));

    /// Why some are not spoken to.
    private static final Map<String, String> STRANGE =
            Map.of(
                    "bedrock", "AWS signs each request, which Switchgear does not do",
                    "sagemaker", "AWS signs each request, which Switchgear does not do",
                    "sagemaker_chat", "AWS signs each request, which Switchgear does not do",
                    "bedrock_mantle", "AWS signs each request, which Switchgear does not do",
                    "vertex", "it takes Google Cloud's sign-in; `gemini` takes a key",
                    "vertex_ai", "it takes Google Cloud's sign-in; `gemini` takes a key",
                    "vertex_ai_beta", "it takes Google Cloud's sign-in; `gemini` takes a key",
                    "watsonx", "it takes IBM Cloud's sign-in");

    static Optional<Vendor> of(String name) {
        return Optional.ofNullable(KNOWN.get(name));
    }

    /// All names that are known.
    static Set<String> names() {
        return KNOWN.keySet();
    }

    /// Why there is none of that name.
    static String whyNot(String name) {
        return STRANGE.getOrDefault(name, "no adapter and no OpenAI-compatible address is known");
    }

    private static Vendor own(String kind, String variable) {
        return new Vendor(kind, Optional.empty(), Optional.of(variable), false);
    }

    private static Vendor like(String base, String variable) {
        return new Vendor(COMPATIBLE, Optional.of(base), Optional.of(variable), false);
    }

    private static Vendor ollama() {
        return new Vendor("ollama", Optional.of(OLLAMA), Optional.empty(), false);
    }

    private static Vendor anywhere() {
        return new Vendor(COMPATIBLE, Optional.empty(), Optional.empty(), true);
    }
}
