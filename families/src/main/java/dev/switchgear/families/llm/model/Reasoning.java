package dev.switchgear.families.llm.model;

import java.util.Locale;

/// How a model is told how much to reason.
public enum Reasoning {
    /// It does not reason.
    NONE,
    /// By a word such as `low` or `high`.
    EFFORT,
    /// It decides by itself.
    ADAPTIVE,
    /// By a number of tokens.
    BUDGET;

    /// As it is written in the data.
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
