package dev.switchgear.families.llm.dialect;

import dev.switchgear.families.llm.tokens.TokenUsage;
import java.util.List;

/// Vectors, in the order of the texts.
///
/// @param model as the provider names it, empty where it does not say
public record EmbeddingsAnswer(String model, List<float[]> vectors, TokenUsage usage) {
    public EmbeddingsAnswer {
        vectors = List.copyOf(vectors);
    }
}
