package dev.switchgear.server.gateway.llm;

import dev.switchgear.families.llm.chat.ModelTraits;
import dev.switchgear.families.llm.chat.ModelTraits.Feature;
import dev.switchgear.families.llm.chat.ModelTraits.ReasoningStyle;
import dev.switchgear.families.llm.model.Capability;
import dev.switchgear.families.llm.model.Found;
import dev.switchgear.families.llm.model.Model;
import dev.switchgear.families.llm.model.ModelSize;
import dev.switchgear.families.llm.model.Reasoning;
import dev.switchgear.families.llm.model.Support;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// What a dialect must know of a model, out of what the catalogue knows. Pure.
final class CatalogueTraits {
    private CatalogueTraits() {}

    static ModelTraits of(Optional<Found> found) {
        return found.map(known -> of(known.model())).orElse(ModelTraits.UNKNOWN);
    }

    /// Tokens of a prompt that fit, where that is known; no bound otherwise.
    static long room(Optional<Found> found) {
        return found.flatMap(known -> known.model().size())
                .map(size -> size.maxInput().orElse(size.context().orElse(Long.MAX_VALUE)))
                .orElse(Long.MAX_VALUE);
    }

    private static ModelTraits of(Model model) {
        OptionalLong most = model.size().map(ModelSize::maxOutput).orElse(OptionalLong.empty());
        return new ModelTraits(most, style(model), lacks(model));
    }

    /// A model that takes several is told in the way that leaves it the most say.
    private static ReasoningStyle style(Model model) {
        if (model.supports(Reasoning.ADAPTIVE) == Support.YES) {
            return ReasoningStyle.ADAPTIVE;
        }
        if (model.supports(Reasoning.EFFORT) == Support.YES) {
            return ReasoningStyle.EFFORT;
        }
        if (model.supports(Reasoning.BUDGET) == Support.YES) {
            return ReasoningStyle.BUDGET;
        }
        return model.supports(Reasoning.NONE) == Support.YES
                ? ReasoningStyle.NONE
                : ReasoningStyle.UNKNOWN;
    }

    private static Set<Feature> lacks(Model model) {
        var lacks = EnumSet.noneOf(Feature.class);
        for (Capability capability : Capability.values()) {
            if (model.supports(capability) == Support.NO) {
                feature(capability).ifPresent(lacks::add);
            }
        }
        if (!model.efforts().isEmpty()) {
            if (!model.efforts().contains("minimal")) {
                lacks.add(Feature.EFFORT_MINIMAL);
            }
            if (!model.efforts().contains("xhigh") && !model.efforts().contains("max")) {
                lacks.add(Feature.EFFORT_ABOVE_HIGH);
            }
        }
        return lacks;
    }

    private static Optional<Feature> feature(Capability capability) {
        return switch (capability) {
            case VISION -> Optional.of(Feature.IMAGES);
            case DOCUMENTS -> Optional.of(Feature.DOCUMENTS);
            case AUDIO -> Optional.of(Feature.AUDIO);
            case TOOLS -> Optional.of(Feature.TOOLS);
            case FORCED_TOOL -> Optional.of(Feature.FORCED_TOOLS);
            case STRUCTURED_OUTPUT -> Optional.of(Feature.STRUCTURED_OUTPUT);
            case TEMPERATURE -> Optional.of(Feature.SAMPLING);
            case STOP -> Optional.of(Feature.STOP);
            case PREFILL -> Optional.of(Feature.PREFILL);
            case REASONING_OFF -> Optional.of(Feature.REASONING_OFF);
            case PROMPT_CACHE, PENALTIES, MAX_TOKENS, EMBEDDINGS -> Optional.empty();
        };
    }
}
