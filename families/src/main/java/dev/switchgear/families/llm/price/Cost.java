package dev.switchgear.families.llm.price;

import dev.switchgear.families.money.Money;
import java.util.Optional;

/// What a call cost.
///
/// @param amount rounded once, half up, to a nano-dollar; [Money#ZERO] where unknown
/// @param cacheSaved what the tokens read from the provider's cache would have cost beyond this as
///     plain input; [Money#ZERO] where unknown
/// @param cacheSurcharge what the tokens written to it cost beyond plain input; [Money#ZERO] where
///     unknown
public record Cost(Money amount, Money cacheSaved, Money cacheSurcharge, Certainty certainty) {
    /// How sure the amount is.
    public enum Certainty {
        /// What the provider itself says it charges.
        REPORTED,
        /// Reported tokens at known prices.
        EXACT,
        /// Something of it was reckoned: tokens that nobody reported, or a price that stands for
        /// another.
        ESTIMATE,
        /// No price, or no tokens, are known. It is not free: it is not known.
        UNKNOWN
    }

    public static final Cost UNKNOWN = new Cost(Money.ZERO, Certainty.UNKNOWN);

    /// Of a call that has nothing to do with any cache.
    public Cost(Money amount, Certainty certainty) {
        this(amount, Money.ZERO, Money.ZERO, certainty);
    }

    /// What the provider's cache saved, all in all; below zero where what was written to it cost more
    /// than what was read from it saved.
    public Money cacheGain() {
        return cacheSaved.minus(cacheSurcharge);
    }

    public boolean known() {
        return certainty != Certainty.UNKNOWN;
    }

    /// The amount, where it is known.
    public Optional<Money> spent() {
        return known() ? Optional.of(amount) : Optional.empty();
    }

    public boolean reported() {
        return certainty == Certainty.REPORTED;
    }

    /// What the provider says it charges, where it does; else what we reckon, which this is.
    public Cost charged(Optional<Money> charge) {
        return charge.map(
                        amount -> new Cost(amount, cacheSaved, cacheSurcharge, Certainty.REPORTED))
                .orElse(this);
    }

    public boolean estimate() {
        return certainty == Certainty.ESTIMATE;
    }
}
