package dev.switchgear.simulator.answer;

import java.util.Locale;

/// What a request asks of a provider, as far as a fault tells requests apart.
public enum Operation {
    CHAT,
    EMBEDDINGS,
    /// How many tokens a prompt has.
    TOKENS,
    MODELS,
    /// A path the provider does not have.
    UNKNOWN;

    /// The word for it in JSON.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
