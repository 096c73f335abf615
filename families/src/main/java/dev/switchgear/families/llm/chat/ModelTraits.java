package dev.switchgear.families.llm.chat;

import java.util.OptionalLong;
import java.util.Set;

/// What a dialect must know of a model to word a request for it.
///
/// @param outputTokensMax the most it can put out; empty where unknown
/// @param reasoning how it is told how much to reason
/// @param lacks what it is known not to take; a request is adapted to it, and says so
public record ModelTraits(
        OptionalLong outputTokensMax, ReasoningStyle reasoning, Set<Feature> lacks) {
    /// Nothing is known: everything is tried.
    public static final ModelTraits UNKNOWN =
            new ModelTraits(OptionalLong.empty(), ReasoningStyle.UNKNOWN, Set.of());

    public ModelTraits {
        lacks = Set.copyOf(lacks);
    }

    public boolean lacks(Feature feature) {
        return lacks.contains(feature);
    }

    /// How a model is told how much to reason.
    public enum ReasoningStyle {
        UNKNOWN,
        /// It does not reason.
        NONE,
        /// A word: OpenAI, xAI, Gemini 3 (its level).
        EFFORT,
        /// A number of tokens: Claude before 4.6, Gemini 2.5.
        BUDGET,
        /// A word, and the model decides: Claude 4.6 and later.
        ADAPTIVE
    }

    /// What some models do not take.
    public enum Feature {
        /// `temperature`, `top_p`, `top_k` other than the default.
        SAMPLING,
        /// `temperature` together with `top_p`.
        TEMPERATURE_WITH_TOP_P,
        /// A tool choice that demands a call.
        FORCED_TOOLS,
        /// A last turn of the assistant, to be continued.
        PREFILL,
        /// A system turn behind the first turn of the user.
        SYSTEM_INSIDE,
        /// An answer by JSON Schema.
        STRUCTURED_OUTPUT,
        /// An answer by JSON Schema, and tools beside it.
        TOOLS_WITH_STRUCTURED_OUTPUT,
        /// Reasoning turned off.
        REASONING_OFF,
        /// Efforts above `high`.
        EFFORT_ABOVE_HIGH,
        /// The effort `minimal`.
        EFFORT_MINIMAL,
        TOOLS,
        IMAGES,
        DOCUMENTS,
        AUDIO,
        STOP
    }
}
