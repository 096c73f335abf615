package dev.switchgear.families.llm;

/// A wire format that clients and providers speak.
public enum Dialect {
    OPENAI
}
