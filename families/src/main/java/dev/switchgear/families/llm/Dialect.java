package dev.switchgear.families.llm;

/// A wire format that clients and providers speak.
public enum Dialect {
    /// Chat completions, and embeddings.
    OPENAI,
    /// OpenAI's completions, which came before chat and take a `prompt`; only clients speak them.
    COMPLETIONS,
    /// OpenAI's Responses.
    RESPONSES,
    /// Messages.
    ANTHROPIC,
    /// generateContent.
    GEMINI,
    /// Ollama's `/api/chat`, and embeddings.
    OLLAMA,
    /// Ollama's `/api/generate`, and `/api/embeddings`, which both take a `prompt`.
    OLLAMA_GENERATE,
    /// `/api/llm/…`, which only we speak.
    OWN
}
