package dev.switchgear.simulator.gemini;

import dev.switchgear.simulator.cache.PrefixCache.Rule;
import java.time.Duration;

/// What a model's generation takes and sends: what changed with Gemini 3 (sections 2 to 5).
///
/// @param thinks whether it thinks unless told otherwise
/// @param canRest whether thinking can be turned off
/// @param levels whether it takes `thinkingLevel`
/// @param budgets whether it takes `thinkingBudget`
/// @param minimal whether `minimal` is one of its levels
/// @param signs whether calls must carry their thought signature, have ids, and go with a closing
///     event of their own
record Generation(
        boolean thinks,
        boolean canRest,
        boolean levels,
        boolean budgets,
        boolean minimal,
        boolean signs) {
    private static final Duration KEPT = Duration.ofMinutes(5);
    private static final int STEP = 64;

    static Generation of(String model) {
        if (model.matches("gemini-[34].*")) {
            boolean argon = model.startsWith("gemini-4");
            boolean minimal = !argon && !model.startsWith("gemini-3.8");
            return new Generation(true, false, true, !argon, minimal, true);
        }
        if (model.startsWith("gemini-2.5")) {
            boolean pro = model.contains("pro");
            boolean lite = model.contains("lite");
            return new Generation(!lite, !pro, false, true, false, false);
        }
        return new Generation(false, true, false, false, false, false);
    }

    /// What is remembered of prompts unasked: the least size is Google's table of October 2026; how
    /// long and in which steps is not told, and settled here.
    Rule remembers() {
        if (signs) {
            return new Rule(4096, STEP, KEPT);
        }
        return budgets ? new Rule(2048, STEP, KEPT) : new Rule(Integer.MAX_VALUE, STEP, KEPT);
    }
}
