package dev.switchgear.families.llm.model;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// What a dialect must know of a model to word a request for it.
///
/// @param outputTokensMax the most it can put out; empty where unknown
/// @param reasoning how it is told how much to reason; empty where unknown
/// @param lacks what it is known not to take; a request is adapted to it, and says so
/// @param tokenizer how it cuts text into tokens
public record ModelTraits(
        OptionalLong outputTokensMax,
        Optional<Reasoning> reasoning,
        Set<Capability> lacks,
        Tokenizer tokenizer) {
    /// Nothing is known: everything is tried.
    public static final ModelTraits UNKNOWN =
            new ModelTraits(OptionalLong.empty(), Optional.empty(), Set.of());

    /// Of a model that cuts text in nobody knows which way.
    public ModelTraits(
            OptionalLong outputTokensMax, Optional<Reasoning> reasoning, Set<Capability> lacks) {
        this(outputTokensMax, reasoning, lacks, Tokenizer.UNKNOWN);
    }

    public ModelTraits {
        lacks = Set.copyOf(lacks);
    }

    public boolean lacks(Capability capability) {
        return lacks.contains(capability);
    }

    /// Whether it is known to reason.
    public boolean reasons() {
        return reasoning.isPresent() && !neverReasons();
    }

    /// Whether it is known not to reason.
    public boolean neverReasons() {
        return reasonsBy(Reasoning.NONE);
    }

    /// Whether it is known to be told in this way.
    public boolean reasonsBy(Reasoning way) {
        return reasoning.filter(way::equals).isPresent();
    }
}
