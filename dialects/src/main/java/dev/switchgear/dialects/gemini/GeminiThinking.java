package dev.switchgear.dialects.gemini;

import dev.switchgear.dialects.Wording;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.chat.ReasoningWish;
import dev.switchgear.families.llm.chat.ReasoningWish.Effort;
import dev.switchgear.families.llm.model.Capability;
import dev.switchgear.families.llm.model.Reasoning;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/// Words `thinkingConfig`: Gemini 2.5 is told a number of tokens, later models a level.
final class GeminiThinking {
    private static final Pattern LEVELS = Pattern.compile("gemini-(?:[3-9]|[1-9][0-9]).*");
    private static final Pattern BUDGETS = Pattern.compile("gemini-2\\.5.*");

    /// What `thinkingLevel` has words for: it cannot be turned off.
    private static final Set<Effort> WORDS = EnumSet.range(Effort.MINIMAL, Effort.HIGH);

    private static final String FIELD = "reasoning";

    private GeminiThinking() {}

    /// @return empty for nothing to say
    static ObjectNode config(Wording wording) {
        ObjectNode thinking = Json.object();
        ReasoningWish wish = wording.asked().reasoning();
        if ((!wish.said() && wish.shown().isEmpty()) || !wording.mayReason(FIELD)) {
            return thinking;
        }
        wish.shown().ifPresent(shown -> thinking.put("includeThoughts", shown));
        boolean level = levels(wording) || (!budgets(wording) && wish.effort().isPresent());
        if (level) {
            wish.meant()
                    .map(wanted -> wording.nearest(wanted, WORDS, FIELD))
                    .ifPresent(word -> thinking.put("thinkingLevel", Wording.word(word)));
        } else if (wish.said()) {
            thinking.put("thinkingBudget", budget(wish, wording));
        }
        return thinking;
    }

    /// The values that Google's own OpenAI layer takes for words.
    private static long budget(ReasoningWish wish, Wording wording) {
        long budget =
                wish.budgetTokens().isPresent()
                        ? wish.budgetTokens().getAsLong()
                        : switch (wish.effort().orElse(Effort.MEDIUM)) {
                            case NONE -> 0;
                            case MINIMAL, LOW -> 1_024;
                            case MEDIUM -> 8_192;
                            case HIGH, XHIGH, MAX -> 24_576;
                        };
        boolean always =
                !wording.takes(Capability.REASONING_OFF)
                        || wording.model().startsWith("gemini-2.5-pro");
        if (budget == 0 && always) {
            wording.drop(FIELD + ": none is 128 tokens here");
            return 128;
        }
        return budget;
    }

    /// Whether the model is told a level, as Gemini 3 and later are.
    static boolean levels(Wording wording) {
        return wording.traits().reasons()
                ? !wording.traits().reasonsBy(Reasoning.BUDGET)
                : LEVELS.matcher(wording.model()).matches();
    }

    private static boolean budgets(Wording wording) {
        return wording.traits().reasons()
                ? wording.traits().reasonsBy(Reasoning.BUDGET)
                : BUDGETS.matcher(wording.model()).matches();
    }
}
