package dev.switchgear.families.llm.price;

import dev.switchgear.families.money.Money;
import java.util.Optional;

/// What a call cost.
///
/// @param amount rounded once, half up, to a nano-dollar; [Money#ZERO] where unknown
/// @param cacheSaved what the tokens read from the provider's cache would have cost beyond this as
///     plain input; [Money#ZERO] where unknown
public record Cost(Money amount, Money cacheSaved, Certainty certainty) {
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

    public static final Cost UNKNOWN = new Cost(Money.ZERO, Money.ZERO, Certainty.UNKNOWN);

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
        return charge.map(amount -> new Cost(amount, cacheSaved, Certainty.REPORTED)).orElse(this);
    }

    public boolean estimate() {
        return certainty == Certainty.ESTIMATE;
    }
}
