package dev.switchgear.simulator.anthropic;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// What a model takes and what it answers with a 400 (section 2, "Model-specific breaks").
///
/// @param efforts levels of `output_config.effort`; none: the field is refused
record AnthropicTraits(Set<Trait> all, List<String> efforts) {
    enum Trait {
        /// The last message may be the assistant's.
        PREFILL,
        /// `temperature`, `top_p` and `top_k` may differ from their defaults.
        SAMPLING,
        /// `temperature` and `top_p` may not stand together.
        ONE_SAMPLER,
        /// `thinking.type` may be `enabled`, with a budget.
        BUDGETS,
        /// `thinking.type` may be `adaptive`.
        ADAPTIVE,
        /// `thinking.type` may be `disabled`.
        SILENCEABLE,
        /// `disabled` is refused together with effort `xhigh` or `max`.
        SILENT_ONLY_AT_EASE,
        THINKS_BY_DEFAULT,
        /// Thoughts arrive empty, with their signature alone, unless `display` asks for them.
        OMITS_THOUGHTS,
        /// Thoughts of other models are refused.
        OWN_THOUGHTS_ONLY,
        /// A tool may be forced.
        FORCED_TOOLS,
        /// A `system` message may stand between others.
        SYSTEM_AMID,
        /// Such a message may have an `output_config` of its own.
        SETTINGS_AMID,
        /// `thinking.display` may be `updates`.
        UPDATES
    }

    private static final List<String> EVERY_EFFORT =
            List.of("low", "medium", "high", "xhigh", "max");

    AnthropicTraits {
        all = Set.copyOf(all);
        efforts = List.copyOf(efforts);
    }

    boolean has(Trait trait) {
        return all.contains(trait);
    }

    /// With what the betas of a request add.
    AnthropicTraits with(Set<String> betas) {
        Set<Trait> more = EnumSet.copyOf(all);
        if (has(Trait.SYSTEM_AMID) && asked(betas, "per-turn-control-")) {
            more.add(Trait.SETTINGS_AMID);
        }
        if (has(Trait.ADAPTIVE) && asked(betas, "thinking-display-updates-")) {
            more.add(Trait.UPDATES);
        }
        return new AnthropicTraits(more, efforts);
    }

    private static boolean asked(Set<String> betas, String name) {
        return betas.stream().anyMatch(beta -> beta.startsWith(name));
    }

    static AnthropicTraits of(String model) {
        if (model.matches("claude-(?:opus|sonnet|haiku)-4-5(?:-\\d{8})?")) {
            return traits(
                    model.contains("opus") ? List.of("low", "medium", "high") : List.of(),
                    Trait.PREFILL,
                    Trait.SAMPLING,
                    Trait.ONE_SAMPLER,
                    Trait.BUDGETS,
                    Trait.SILENCEABLE,
                    Trait.FORCED_TOOLS);
        }
        if (model.matches("claude-(?:opus|sonnet)-4-6")) {
            return traits(
                    List.of("low", "medium", "high", "max"),
                    Trait.SAMPLING,
                    Trait.ONE_SAMPLER,
                    Trait.BUDGETS,
                    Trait.ADAPTIVE,
                    Trait.SILENCEABLE,
                    Trait.FORCED_TOOLS);
        }
        if (model.matches("claude-opus-4-[78]")) {
            return traits(EVERY_EFFORT, Trait.ADAPTIVE, Trait.SILENCEABLE, Trait.FORCED_TOOLS);
        }
        if (model.equals("claude-opus-5")) {
            return traits(
                    EVERY_EFFORT,
                    Trait.ADAPTIVE,
                    Trait.SILENCEABLE,
                    Trait.SILENT_ONLY_AT_EASE,
                    Trait.THINKS_BY_DEFAULT,
                    Trait.OMITS_THOUGHTS,
                    Trait.FORCED_TOOLS);
        }
        if (model.matches("claude-(?:sonnet-5|haiku-5-5)")) {
            return traits(
                    EVERY_EFFORT,
                    Trait.ADAPTIVE,
                    Trait.SILENCEABLE,
                    Trait.OMITS_THOUGHTS,
                    Trait.FORCED_TOOLS);
        }
        if (model.equals("claude-sonnet-5-5")) {
            return traits(
                    EVERY_EFFORT,
                    Trait.ADAPTIVE,
                    Trait.THINKS_BY_DEFAULT,
                    Trait.OMITS_THOUGHTS,
                    Trait.SYSTEM_AMID);
        }
        if (model.matches("claude-(?:fable-5-1|opus-5-5)")) {
            return traits(
                    EVERY_EFFORT,
                    Trait.ADAPTIVE,
                    Trait.THINKS_BY_DEFAULT,
                    Trait.OMITS_THOUGHTS,
                    Trait.OWN_THOUGHTS_ONLY,
                    Trait.SYSTEM_AMID);
        }
        return traits(
                EVERY_EFFORT,
                Trait.PREFILL,
                Trait.SAMPLING,
                Trait.BUDGETS,
                Trait.ADAPTIVE,
                Trait.SILENCEABLE,
                Trait.FORCED_TOOLS);
    }

    private static AnthropicTraits traits(List<String> efforts, Trait first, Trait... more) {
        return new AnthropicTraits(EnumSet.of(first, more), efforts);
    }
}
