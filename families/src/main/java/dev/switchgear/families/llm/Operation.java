package dev.switchgear.families.llm;

/// What an LLM call asks for.
public enum Operation {
    CHAT,
    EMBEDDINGS,
    /// Several texts at once, for dialects that give it a path of its own (Gemini).
    BATCH_EMBEDDINGS,
    COUNT_TOKENS
}
