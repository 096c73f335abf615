package dev.switchgear.families.money;

import java.math.BigDecimal;
import java.math.RoundingMode;

/// An amount of money, in nano-dollars (10^-9 USD). Sums are exact up to 9.2 billion USD and stay
/// there: a sum too large to hold is never taken for a small one.
public record Money(long nanos) implements Comparable<Money> {
    public static final Money ZERO = new Money(0);

    /// More than can be held.
    public static final Money MOST = new Money(Long.MAX_VALUE);

    private static final int DECIMALS = 9;

    /// @param dollars with at most 9 decimals
    public static Money ofDollars(BigDecimal dollars) {
        return new Money(dollars.movePointRight(DECIMALS).longValueExact());
    }

    /// @param dollars such as `0.25`
    public static Money ofDollars(String dollars) {
        return ofDollars(new BigDecimal(dollars));
    }

    public BigDecimal dollars() {
        return BigDecimal.valueOf(nanos, DECIMALS);
    }

    public Money plus(Money other) {
        return new Money(saturated(nanos, other.nanos));
    }

    public Money minus(Money other) {
        return new Money(saturated(nanos, -other.nanos));
    }

    private static long saturated(long one, long other) {
        long sum = one + other;
        boolean overflown = ((one ^ sum) & (other ^ sum)) < 0;
        return overflown ? (one < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : sum;
    }

    public boolean isPositive() {
        return nanos > 0;
    }

    @Override
    public int compareTo(Money other) {
        return Long.compare(nanos, other.nanos);
    }

    /// Whole cents for people where that says enough, else as many decimals as it takes.
    @Override
    public String toString() {
        BigDecimal exact = dollars().stripTrailingZeros();
        BigDecimal shown = exact.scale() < 2 ? exact.setScale(2, RoundingMode.UNNECESSARY) : exact;
        return (nanos < 0 ? "-$" : "$") + shown.abs().toPlainString();
    }
}
