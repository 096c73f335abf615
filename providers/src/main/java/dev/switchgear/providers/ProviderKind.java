package dev.switchgear.providers;

import java.util.Optional;

/// A kind of provider: the adapter that speaks to it, by the name that a configuration writes. Each
/// family has its own, which says how an adapter is made. Immutable.
public interface ProviderKind {
    /// As it is written in the file: `openai-compatible`.
    String name();

    /// The family whose calls it answers, as routes write it: `llm`.
    String family();

    /// Where its API begins unless the configuration says otherwise; empty where there is no such
    /// place.
    Optional<String> base();

    /// Whether the configuration must say where its API begins.
    boolean needsBase();
}
