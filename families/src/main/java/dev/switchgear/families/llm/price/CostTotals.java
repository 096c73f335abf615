package dev.switchgear.families.llm.price;

import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.families.money.Money;

/// What several calls came to.
///
/// @param estimated how many of the calls have an estimated cost
/// @param unpriced how many have no known cost; they are not in `cost`
/// @param cacheSaved what reading from providers' caches saved
/// @param tokens of all calls together
public record CostTotals(
        long calls,
        long estimated,
        long unpriced,
        Money cost,
        Money cacheSaved,
        TokenUsage tokens) {
    /// No calls.
    public static final CostTotals NONE =
            new CostTotals(0, 0, 0, Money.ZERO, Money.ZERO, TokenUsage.UNKNOWN);

    CostTotals plus(TokenUsage usage, Cost price) {
        return new CostTotals(
                calls + 1,
                estimated + (price.estimate() ? 1 : 0),
                unpriced + (price.known() ? 0 : 1),
                cost.plus(price.amount()),
                cacheSaved.plus(price.cacheSaved()),
                tokens.plus(usage));
    }
}
