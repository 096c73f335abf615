package dev.switchgear.server.gateway.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.families.llm.price.Cost;
import dev.switchgear.families.llm.price.Cost.Certainty;
import dev.switchgear.families.llm.price.CostTotals;
import dev.switchgear.families.llm.tokens.TokenTally;
import dev.switchgear.families.money.Money;
import org.junit.jupiter.api.Test;

/// What a call cost, in the words of the log.
final class CostWordsTest {
    private static String words(long read, long written, String saved, String surcharge) {
        return CostWords.of(
                CostTotals.NONE.plus(
                        new TokenTally()
                                .input(10)
                                .cacheRead(read)
                                .cacheWrite(written)
                                .output(5)
                                .usage(),
                        new Cost(
                                Money.ofDollars("0.01"),
                                Money.ofDollars(saved),
                                Money.ofDollars(surcharge),
                                Certainty.EXACT)));
    }

    @Test
    void what_a_cache_saved_stands_behind_its_tokens() {
        assertThat(words(2000, 0, "0.004", "0"))
                .isEqualTo(
                        "$0.01 (10 input, 2000 cache read, 5 output; 1 attempt; $0.004 saved by caches)");
        assertThat(words(2000, 100, "0.004", "0.001")).contains("$0.003 saved by caches");
    }

    @Test
    void a_write_that_cost_more_than_was_saved_is_told_as_what_it_cost() {
        assertThat(words(0, 2000, "0", "0.0015"))
                .isEqualTo(
                        "$0.01 (10 input, 2000 cache write, 5 output; 1 attempt; $0.0015 of it for"
                                + " writing to caches)");
    }

    @Test
    void without_a_cache_nothing_is_said_of_one() {
        assertThat(words(0, 0, "0", "0")).isEqualTo("$0.01 (10 input, 5 output; 1 attempt)");
    }
}
