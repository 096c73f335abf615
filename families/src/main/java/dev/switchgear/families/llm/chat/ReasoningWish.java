package dev.switchgear.families.llm.chat;

import java.util.Optional;
import java.util.OptionalLong;

/// How much the model should reason before it answers.
///
/// @param effort empty where not said
/// @param budgetTokens the most tokens for it; empty where not said, -1 for "as the model sees fit"
/// @param shown whether the client wants to see the reasoning or a summary of it; empty where not said
public record ReasoningWish(
        Optional<Effort> effort, OptionalLong budgetTokens, Optional<Boolean> shown) {
    public static final ReasoningWish UNSAID =
            new ReasoningWish(Optional.empty(), OptionalLong.empty(), Optional.empty());

    /// From little to much. `NONE` turns reasoning off where the model can do without.
    public enum Effort {
        NONE,
        MINIMAL,
        LOW,
        MEDIUM,
        HIGH,
        XHIGH,
        MAX
    }

    public boolean said() {
        return effort.isPresent() || budgetTokens.isPresent();
    }

    /// The effort meant: as said, or what the budget amounts to (below 2,048 low, below 16,384
    /// medium, else high; 0 none). Empty where neither was said, or the model shall choose.
    public Optional<Effort> meant() {
        if (effort.isPresent() || budgetTokens.isEmpty() || budgetTokens.getAsLong() < 0) {
            return effort;
        }
        long budget = budgetTokens.getAsLong();
        if (budget == 0) {
            return Optional.of(Effort.NONE);
        }
        return Optional.of(
                budget < 2_048 ? Effort.LOW : budget < 16_384 ? Effort.MEDIUM : Effort.HIGH);
    }
}
