package dev.switchgear.families.llm.model;

import java.util.Locale;

/// How a model cuts text into tokens, as far as estimates tell it apart.
public enum Tokenizer {
    /// OpenAI's since GPT-4o.
    O200K,
    /// OpenAI's before that, and of its embeddings.
    CL100K,
    /// Anthropic's up to Claude 4.6.
    CLAUDE,
    /// Anthropic's since Claude 4.7: about 30 % more tokens for the same text.
    CLAUDE_47,
    GEMINI,
    GROK,
    DEEPSEEK,
    /// Any other.
    UNKNOWN;

    /// As it is written in the data.
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
