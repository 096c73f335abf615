package dev.switchgear.families.llm.chat;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/// How the next token is drawn. Empty where the client did not say.
///
/// @param temperature 0 to 2 (Anthropic: to 1)
/// @param topP above 0, up to 1
/// @param topK 1 or more
/// @param seed for answers that repeat, where the provider can
/// @param presencePenalty -2 to 2
/// @param frequencyPenalty -2 to 2
public record Sampling(
        OptionalDouble temperature,
        OptionalDouble topP,
        OptionalLong topK,
        OptionalLong seed,
        OptionalDouble presencePenalty,
        OptionalDouble frequencyPenalty) {
    public static final Sampling UNSAID =
            new Sampling(
                    OptionalDouble.empty(),
                    OptionalDouble.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalDouble.empty(),
                    OptionalDouble.empty());
}
