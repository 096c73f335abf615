package dev.switchgear.families.llm;

/// What an LLM call asks for.
public enum Operation {
    CHAT,
    EMBEDDINGS
}
