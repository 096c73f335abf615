package dev.switchgear.families.money;

/// The most that may be spent in a period.
///
/// @param most above [Money#ZERO]
public record Budget(Period period, Money most) {
    public Budget {
        if (!most.isPositive()) {
            throw new IllegalArgumentException("budget.most: " + most + " (expected: above $0)");
        }
    }
}
