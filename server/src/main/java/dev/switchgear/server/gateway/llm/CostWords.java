package dev.switchgear.server.gateway.llm;

import dev.switchgear.families.llm.price.CostTotals;
import dev.switchgear.families.llm.price.TokenKind;
import dev.switchgear.families.money.Money;

/// What a call cost, for people. Pure.
final class CostWords {
    private CostWords() {}

    /// `$0.00031 (30 input, 12 output; 1 attempt)`
    static String of(CostTotals all) {
        if (all.attempts() == 0) {
            return "nothing is billed";
        }
        var words = new StringBuilder();
        words.append(all.unpriced() == all.attempts() ? "unpriced" : all.cost());
        words.append(" (");
        String comma = "";
        for (TokenKind kind : TokenKind.values()) {
            long tokens = kind.of(all.tokens());
            if (tokens > 0) {
                words.append(comma).append(tokens).append(' ');
                words.append(kind.word().replace('_', ' '));
                comma = ", ";
            }
        }
        words.append(comma.isEmpty() ? "" : "; ").append(all.attempts());
        words.append(all.attempts() == 1 ? " attempt" : " attempts");
        if (all.estimated() > 0) {
            words.append("; ").append(all.estimatedCost()).append(" of it estimated");
        }
        if (all.unpriced() > 0) {
            words.append("; ").append(all.unpriced()).append(" unpriced");
        }
        Money gain = all.cacheGain();
        if (gain.isPositive()) {
            words.append("; ").append(gain).append(" saved by caches");
        } else if (gain.nanos() < 0) {
            words.append("; ")
                    .append(Money.ZERO.minus(gain))
                    .append(" of it for writing to caches");
        }
        return words.append(')').toString();
    }
}
