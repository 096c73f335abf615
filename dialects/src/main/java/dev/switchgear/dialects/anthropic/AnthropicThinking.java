package dev.switchgear.dialects.anthropic;

import dev.switchgear.dialects.Wording;
import dev.switchgear.families.llm.chat.ReasoningWish;
import dev.switchgear.families.llm.chat.ReasoningWish.Effort;
import dev.switchgear.families.llm.model.Capability;
import dev.switchgear.families.llm.model.ModelTraits;
import dev.switchgear.families.llm.model.Reasoning;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// What a model of Claude's shall reason. A demanded tool call goes before it: what is asked for comes
/// before how it is found.
///
/// @param on whether it reasons
/// @param off whether that is turned off in so many words
/// @param budget tokens; empty where the model decides
/// @param effort its word; empty where not said
record AnthropicThinking(boolean on, boolean off, OptionalLong budget, Optional<String> effort) {
    private static final AnthropicThinking UNSAID =
            new AnthropicThinking(false, false, OptionalLong.empty(), Optional.empty());
    private static final AnthropicThinking OFF =
            new AnthropicThinking(false, true, OptionalLong.empty(), Optional.empty());

    private static final long BUDGET_LEAST = 1_024;

    /// What `output_config.effort` has words for.
    private static final Set<Effort> EFFORTS = EnumSet.range(Effort.LOW, Effort.MAX);

    private static AnthropicThinking budget(long tokens, Optional<String> effort) {
        return new AnthropicThinking(true, false, OptionalLong.of(tokens), effort);
    }

    private static AnthropicThinking adaptive(Optional<String> effort) {
        return new AnthropicThinking(true, false, OptionalLong.empty(), effort);
    }

    /// @param forced whether a tool call is demanded
    static AnthropicThinking of(Wording wording, AnthropicTurnWriter conversation, boolean forced) {
        AnthropicThinking wanted = wanted(wording);
        if (forced && wording.takes(Capability.FORCED_TOOL)) {
            boolean mayBeOff = wording.takes(Capability.REASONING_OFF);
            if (wanted.on() && mayBeOff) {
                wording.drop("reasoning: off, because a tool call is demanded");
                return OFF;
            }
            // Some reason unless told not to, and then refuse the demand.
            if (!wanted.on() && wording.traits().reasonsBy(Reasoning.ADAPTIVE) && mayBeOff) {
                return OFF;
            }
        }
        if (wanted.budget().isPresent()) {
            if (conversation.prefilled()) {
                wording.drop("reasoning: off, because a turn of the assistant is continued");
                return OFF;
            }
            if (conversation.callsWithoutReasoning()) {
                wording.drop("reasoning: off, because the last tool calls came without signed one");
                return OFF;
            }
        }
        return wanted;
    }

    private static AnthropicThinking wanted(Wording wording) {
        ReasoningWish wish = wording.asked().reasoning();
        ModelTraits traits = wording.traits();
        if (!wish.said() || !wording.mayReason("reasoning")) {
            return UNSAID;
        }
        if (wording.off()) {
            return wording.takes(Capability.REASONING_OFF)
                    ? OFF
                    : adaptive(Optional.of(word(Effort.NONE, wording)));
        }
        boolean counted = wish.budgetTokens().isPresent() && wish.budgetTokens().getAsLong() > 0;
        if (traits.reasonsBy(Reasoning.BUDGET)) {
            wording.drop(
                    "reasoning: how much is not left to the model, which takes a budget",
                    wish.budgetTokens().isPresent() && !counted);
            return budget(tokens(wish, counted), Optional.empty());
        }
        if (traits.reasons()) {
            wording.drop("reasoning: the budget, which the model takes as an effort", counted);
            return adaptive(wish.meant().map(effort -> word(effort, wording)));
        }
        // Nothing is known: each is told as it was said.
        Optional<String> effort = wish.effort().map(said -> word(said, wording));
        return counted ? budget(tokens(wish, true), effort) : adaptive(effort);
    }

    private static String word(Effort effort, Wording wording) {
        return Wording.word(wording.nearest(effort, EFFORTS, "reasoning"));
    }

    private static long tokens(ReasoningWish wish, boolean counted) {
        if (counted) {
            return Math.max(BUDGET_LEAST, wish.budgetTokens().getAsLong());
        }
        return switch (wish.meant().orElse(Effort.MEDIUM)) {
            case NONE, MINIMAL, LOW -> BUDGET_LEAST;
            case MEDIUM -> 8_192;
            case HIGH, XHIGH, MAX -> 24_576;
        };
    }

    /// The same with a budget that the model's own bound has room for beside an answer.
    ///
    /// @param max the bound on output
    AnthropicThinking within(long max, Wording wording) {
        if (budget.isEmpty()) {
            return this;
        }
        long most = wording.traits().outputTokensMax().orElse(Long.MAX_VALUE);
        long tokens = budget.getAsLong();
        if (tokens < max || tokens <= most - max) {
            return this;
        }
        long cut = most - Math.min(max, most / 2);
        if (cut < BUDGET_LEAST) {
            wording.drop("reasoning: off, because the bound on output leaves no room");
            return OFF;
        }
        wording.drop("reasoning: the budget, cut to " + cut);
        return budget(cut, effort);
    }

    /// The API counts reasoning within the bound, which must be above the budget.
    long withRoom(long max) {
        long tokens = budget.orElse(0);
        return budget.isPresent() && max <= tokens ? max + tokens : max;
    }

    void write(ReasoningWish wish, ObjectNode body, ObjectNode outputConfig) {
        if (off) {
            body.putObject("thinking").put("type", "disabled");
            return;
        }
        if (!on) {
            return;
        }
        ObjectNode written = body.putObject("thinking");
        if (budget.isPresent()) {
            written.put("type", "enabled").put("budget_tokens", budget.getAsLong());
        } else {
            written.put("type", "adaptive");
        }
        wish.shown().ifPresent(shown -> written.put("display", shown ? "summarized" : "omitted"));
        effort.ifPresent(word -> outputConfig.put("effort", word));
    }
}
