package dev.switchgear.families.llm.price;

import dev.switchgear.families.money.Money;
import java.math.BigInteger;

/// One price for tokens of whatever kind.
///
/// @param million for a million of them; [Money#ZERO] or more
public record EachToken(Money million) {
    private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);
    private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);

    public EachToken {
        if (million.nanos() < 0) {
            throw new IllegalArgumentException("million: " + million + " (expected: $0 or more)");
        }
    }

    /// Rounded up to a nano-dollar, for it stands for what nobody knows.
    ///
    /// @param tokens 0 or more
    public Money of(long tokens) {
        BigInteger[] parts =
                BigInteger.valueOf(million.nanos())
                        .multiply(BigInteger.valueOf(tokens))
                        .divideAndRemainder(MILLION);
        BigInteger nanos = parts[1].signum() == 0 ? parts[0] : parts[0].add(BigInteger.ONE);
        return new Money(nanos.min(MOST).longValueExact());
    }
}
