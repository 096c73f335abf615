package dev.switchgear.simulator.answer;

import java.util.Locale;

/// What a request asks of a provider, as far as a fault tells requests apart.
public enum ApiOperation {
    /// Whatever a model answers in words, in any of a provider's dialects.
    CHAT,
    EMBEDDINGS,
    /// How many tokens a prompt has.
    TOKENS,
    MODELS,
    /// Anything else the provider has.
    OTHER,
    /// A path the provider does not have.
    UNKNOWN;

    /// The word for it in JSON.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
