package dev.switchgear.families.llm;

/// What an LLM call asks for.
public enum Operation {
    CHAT,
    EMBEDDINGS,
    /// Several texts at once, for dialects that give it a path of its own (Gemini).
    BATCH_EMBEDDINGS,
    COUNT_TOKENS;

    /// As OpenTelemetry's conventions for generative AI name it.
    public String word() {
        return switch (this) {
            case CHAT -> "chat";
            case EMBEDDINGS, BATCH_EMBEDDINGS -> "embeddings";
            case COUNT_TOKENS -> "count_tokens";
        };
    }
}
