package dev.switchgear.families.llm.price;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.families.llm.model.Catalogue;
import dev.switchgear.families.llm.model.Model;
import dev.switchgear.families.llm.model.ModelName;
import dev.switchgear.families.llm.model.ProviderFacts;
import dev.switchgear.families.llm.model.Service;
import dev.switchgear.families.llm.tokens.TokenTally;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.families.money.Money;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// What a provider's cache saved is what the same tokens would have cost without it, less what they did
/// cost; and that is below zero where more was spent on writing than was ever read.
final class CacheSavingsTest {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 21);
    private static final Catalogue CATALOGUE = Catalogue.builtIn();

    private static TokenUsage usage(long input, long read, long written, long writtenHour) {
        return new TokenTally()
                .input(input)
                .cacheRead(read)
                .cacheWrite(written)
                .cacheWriteHour(writtenHour)
                .output(100)
                .usage();
    }

    @Test
    void at_every_known_price_it_is_the_difference_to_no_cache_at_all() {
        var random = new SplittableRandom(9);
        int compared = 0;
        for (ProviderFacts provider : CATALOGUE.providers().values()) {
            for (Model model : provider.models().values()) {
                for (Service service : List.of(Service.STANDARD, Service.FLEX, Service.BATCH)) {
                    long[] tokens = random.longs(4, 0, 100_000).toArray();
                    TokenUsage cached = usage(tokens[0], tokens[1], tokens[2], tokens[3]);
                    TokenUsage plain = usage(cached.wholeInput(), 0, 0, 0);

                    Cost with = Prices.cost(model, cached, service, DAY);
                    Cost without = Prices.cost(model, plain, service, DAY);

                    Money difference = without.amount().minus(with.amount());
                    // Each of the four amounts is rounded by itself.
                    assertThat(with.cacheGain().minus(difference).nanos())
                            .as("%s by %s: %s", model.id(), service, with)
                            .isBetween(-2L, 2L);
                    compared += with.known() ? 1 : 0;
                }
            }
        }
        assertThat(compared).isGreaterThan(100);
    }

    private static Cost claude(TokenUsage usage) {
        return new Prices(CATALOGUE, InstantSource.fixed(Instant.parse("2026-11-21T12:00:00Z")))
                .cost(new ModelName("anthropic", "anthropic", "claude-sonnet-4-5"), usage);
    }

    @Test
    void what_was_written_and_never_read_is_a_loss() {
        // 3 USD for a million: a quarter more for five minutes, as much again for an hour.
        assertThat(claude(usage(0, 0, 100_000, 0)).cacheGain())
                .isEqualTo(Money.ofDollars("-0.075"));
        assertThat(claude(usage(0, 0, 0, 100_000)).cacheGain()).isEqualTo(Money.ofDollars("-0.3"));
    }

    @Test
    void one_read_pays_for_the_usual_write_and_two_for_that_of_an_hour() {
        Money usual = claude(usage(0, 0, 100_000, 0)).cacheGain();
        Money hour = claude(usage(0, 0, 0, 100_000)).cacheGain();
        Money read = claude(usage(0, 100_000, 0, 0)).cacheGain();

        assertThat(usual.plus(read).isPositive()).isTrue();
        assertThat(hour.plus(read).isPositive()).isFalse();
        assertThat(hour.plus(read).plus(read).isPositive()).isTrue();
    }

    @Test
    void the_books_add_up_what_every_attempt_saved_or_lost() {
        var book = new CostBook();
        var random = new SplittableRandom(3);
        Money sum = Money.ZERO;
        for (int i = 0; i < 200; i++) {
            TokenUsage usage =
                    usage(
                            random.nextLong(1_000),
                            random.nextLong(2) * random.nextLong(10_000),
                            random.nextLong(10_000),
                            random.nextLong(2) * random.nextLong(10_000));
            Cost cost = claude(usage);
            sum = sum.plus(cost.cacheGain());
            book.enter(
                    new CostBook.Entry(
                            DAY, new CostBook.Account("c", "p", "k", "m" + i % 7), usage, cost));
        }

        assertThat(book.total().cacheGain()).isEqualTo(sum);
        assertThat(
                        book.totals(_ -> true, List.of(CostBook.Column.MODEL)).values().stream()
                                .map(CostTotals::cacheGain)
                                .reduce(Money.ZERO, Money::plus))
                .isEqualTo(sum);
        assertThat(book.total().cacheSaved().minus(book.total().cacheSurcharge())).isEqualTo(sum);
    }

    @Test
    void what_a_provider_says_it_charges_changes_nothing_of_it() {
        Cost reckoned = claude(usage(10, 5_000, 3_000, 0));

        Cost charged = reckoned.charged(Optional.of(Money.ofDollars("1")));

        assertThat(charged.cacheGain()).isEqualTo(reckoned.cacheGain());
        assertThat(charged.reported()).isTrue();
    }

    @Test
    void nothing_is_saved_of_what_has_no_price() {
        assertThat(Cost.UNKNOWN.cacheGain()).isEqualTo(Money.ZERO);
        assertThat(CostTotals.NONE.cacheGain()).isEqualTo(Money.ZERO);
    }
}
