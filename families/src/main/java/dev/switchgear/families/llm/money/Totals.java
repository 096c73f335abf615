package dev.switchgear.families.llm.money;

import dev.switchgear.families.llm.TokenUsage;

/// What several calls came to.
///
/// @param estimated how many of the calls have an estimated cost
/// @param unpriced how many have no known cost; they are not in `cost`
/// @param cacheSaved what reading from providers' caches saved
/// @param tokens of all calls together
public record Totals(
        long calls,
        long estimated,
        long unpriced,
        Money cost,
        Money cacheSaved,
        TokenUsage tokens) {
    /// No calls.
    public static final Totals NONE =
            new Totals(0, 0, 0, Money.ZERO, Money.ZERO, TokenUsage.UNKNOWN);

    Totals plus(TokenUsage usage, Cost price) {
        return new Totals(
                calls + 1,
                estimated + (price.estimate() ? 1 : 0),
                unpriced + (price.known() ? 0 : 1),
                cost.plus(price.amount()),
                cacheSaved.plus(price.cacheSaved()),
                tokens.plus(usage));
    }
}
