package dev.switchgear.families.llm.price;

import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.families.money.Money;

/// What several attempts came to.
///
/// @param attempts that a provider may bill; a call may have led to several
/// @param estimated how many of them have an estimated cost
/// @param unpriced how many have no known cost; they are not in `cost`
/// @param estimatedCost the part of `cost` that is estimated
/// @param cacheSaved what reading from providers' caches saved
/// @param cacheSurcharge what writing to them cost beyond plain input
/// @param tokens of all attempts together
public record CostTotals(
        long attempts,
        long estimated,
        long unpriced,
        Money cost,
        Money estimatedCost,
        Money cacheSaved,
        Money cacheSurcharge,
        TokenUsage tokens) {
    /// No attempts.
    public static final CostTotals NONE =
            new CostTotals(
                    0, 0, 0, Money.ZERO, Money.ZERO, Money.ZERO, Money.ZERO, TokenUsage.UNKNOWN);

    /// What providers' caches saved, all in all; below zero where what was written to them cost more
    /// than what was read from them saved.
    public Money cacheGain() {
        return cacheSaved.minus(cacheSurcharge);
    }

    /// With one attempt more.
    public CostTotals plus(TokenUsage usage, Cost price) {
        return plus(
                new CostTotals(
                        1,
                        price.estimate() ? 1 : 0,
                        price.known() ? 0 : 1,
                        price.amount(),
                        price.estimate() ? price.amount() : Money.ZERO,
                        price.cacheSaved(),
                        price.cacheSurcharge(),
                        usage));
    }

    /// Both together.
    public CostTotals plus(CostTotals other) {
        return new CostTotals(
                attempts + other.attempts,
                estimated + other.estimated,
                unpriced + other.unpriced,
                cost.plus(other.cost),
                estimatedCost.plus(other.estimatedCost),
                cacheSaved.plus(other.cacheSaved),
                cacheSurcharge.plus(other.cacheSurcharge),
                tokens.plus(other.tokens));
    }
}
