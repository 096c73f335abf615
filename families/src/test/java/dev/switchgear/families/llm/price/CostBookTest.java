package dev.switchgear.families.llm.price;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.families.llm.price.Cost.Certainty;
import dev.switchgear.families.llm.price.CostBook.Account;
import dev.switchgear.families.llm.price.CostBook.Column;
import dev.switchgear.families.llm.tokens.TokenTally;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.families.money.Money;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CostBookTest {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 30);

    private static CostBook.Entry entry(String client, String model, long nanos, Certainty how) {
        return entry(DAY, client, model, nanos, how);
    }

    private static CostBook.Entry entry(
            LocalDate day, String client, String model, long nanos, Certainty how) {
        return new CostBook.Entry(
                day,
                new Account(client, "openai", "main", model),
                TokenUsage.of(10, 2),
                new Cost(new Money(nanos), new Money(nanos / 2), new Money(nanos / 4), how));
    }

    @Test
    void costs_are_told_apart_in_any_way() {
        var book = new CostBook();

        book.enter(entry("ann", "gpt-4o", 100, Certainty.EXACT));
        book.enter(entry("bob", "gpt-4o", 30, Certainty.ESTIMATE));
        book.enter(entry("ann", "o3", 0, Certainty.UNKNOWN));
        book.enter(entry(DAY.plusDays(1), "ann", "o3", 7, Certainty.REPORTED));

        assertThat(book.total())
                .isEqualTo(
                        new CostTotals(
                                4,
                                1,
                                1,
                                new Money(137),
                                new Money(30),
                                new Money(68),
                                new Money(33),
                                TokenUsage.of(40, 8)));
        assertThat(book.totals(_ -> true, List.of()))
                .containsOnlyKeys(List.<String>of())
                .containsValue(book.total());
        var byClient = book.totals(_ -> true, List.of(Column.CLIENT));
        assertThat(byClient.keySet()).containsExactly(List.of("ann"), List.of("bob"));
        assertThat(byClient.getOrDefault(List.of("ann"), CostTotals.NONE).cost())
                .isEqualTo(new Money(107));
        assertThat(book.totals(_ -> true, List.of(Column.DAY, Column.MODEL)).keySet())
                .containsExactly(
                        List.of("2026-11-30", "gpt-4o"),
                        List.of("2026-11-30", "o3"),
                        List.of("2026-12-01", "o3"));
        assertThat(
                        book.totals(
                                line -> line.value(Column.CLIENT).equals("bob"),
                                List.of(Column.PROVIDER, Column.KEY)))
                .containsOnlyKeys(List.of("openai", "main"));
    }

    @Test
    void names_without_end_are_counted_as_others_and_nothing_is_lost() {
        var book = new CostBook(3);

        for (int i = 0; i < 100; i++) {
            book.enter(entry("ann", "m" + i, 1, Certainty.EXACT));
        }
        for (int i = 0; i < 100; i++) {
            book.enter(entry("client-" + i, "m" + i, 1, Certainty.EXACT));
        }
        book.enter(entry("ann", "m0", 1, Certainty.EXACT));

        assertThat(book.lines()).hasSizeLessThanOrEqualTo(7);
        long sum = book.lines().stream().mapToLong(line -> line.totals().cost().nanos()).sum();
        assertThat(sum).isEqualTo(201).isEqualTo(book.total().cost().nanos());
        var byBoth = book.totals(_ -> true, List.of(Column.CLIENT, Column.MODEL));
        assertThat(byBoth.getOrDefault(List.of("ann", "m0"), CostTotals.NONE).attempts())
                .isEqualTo(2);
        assertThat(byBoth.getOrDefault(List.of("ann", "other"), CostTotals.NONE).attempts())
                .isEqualTo(97);
        assertThat(byBoth.getOrDefault(List.of("other", "other"), CostTotals.NONE).attempts())
                .isPositive();
    }

    @Test
    void days_without_end_fall_out_the_oldest_first_and_the_total_stays() {
        var book = new CostBook();

        for (int i = 0; i < 100; i++) {
            book.enter(entry(DAY.plusDays(i), "ann", "m", 1, Certainty.EXACT));
        }

        var days = book.totals(_ -> true, List.of(Column.DAY));
        assertThat(days).hasSize(CostBook.DAYS_MOST);
        assertThat(days.lastKey()).isEqualTo(List.of(DAY.plusDays(99).toString()));
        assertThat(days.firstKey())
                .isEqualTo(List.of(DAY.plusDays(100 - CostBook.DAYS_MOST).toString()));
        assertThat(book.total().attempts()).isEqualTo(100);
    }

    @Test
    void who_watches_is_told_of_each_combination_and_each_kind_of_token_once() {
        var book = new CostBook();
        var told = new ArrayList<Account>();
        book.watch(running -> told.add(running.account()));
        var ann = new Account("ann", "openai", "main", "m");
        TokenUsage cached = new TokenTally().prompt(9).cacheRead(4).completion(1).usage();

        book.enter(entry("ann", "m", 1, Certainty.EXACT));
        book.enter(entry("ann", "m", 1, Certainty.EXACT));
        assertThat(told).containsExactly(ann);
        book.enter(new CostBook.Entry(DAY, ann, cached, Cost.UNKNOWN));
        book.enter(new CostBook.Entry(DAY, ann, cached, Cost.UNKNOWN));
        assertThat(told).containsExactly(ann, ann);
        book.enter(entry("ann", "n", 1, Certainty.EXACT));
        assertThat(told).hasSize(3);
    }

    @Test
    void entries_made_at_once_all_count() throws InterruptedException {
        var book = new CostBook();
        var done = new CountDownLatch(50);
        for (int i = 0; i < 50; i++) {
            var random = new SplittableRandom(i);
            Thread.ofVirtual()
                    .start(() -> {
                        for (int call = 0; call < 200; call++) {
                            book.enter(entry("c" + random.nextInt(5), "m", 3, Certainty.EXACT));
                        }
                        done.countDown();
                    });
        }

        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(book.total().cost()).isEqualTo(new Money(30_000));
        assertThat(book.total().attempts()).isEqualTo(10_000);
    }
}
