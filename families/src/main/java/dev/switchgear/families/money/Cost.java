package dev.switchgear.families.money;

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

    /// What the provider says it has charged.
    public static Cost charged(Money amount) {
        return new Cost(amount, Money.ZERO, Certainty.EXACT);
    }

    public boolean known() {
        return certainty != Certainty.UNKNOWN;
    }

    public boolean estimate() {
        return certainty == Certainty.ESTIMATE;
    }
}
