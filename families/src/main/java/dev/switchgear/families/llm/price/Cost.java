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
        /// The provider's own figure, or reported tokens at known prices.
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

    public boolean estimate() {
        return certainty == Certainty.ESTIMATE;
    }
}
