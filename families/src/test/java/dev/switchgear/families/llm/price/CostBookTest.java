package dev.switchgear.families.llm.price;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.families.llm.price.Cost.Certainty;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.families.money.Money;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class CostBookTest {
    private static CostBook.Entry entry(String client, String model, long nanos, Certainty how) {
        return new CostBook.Entry(
                client,
                "openai",
                "main",
                model,
                TokenUsage.of(10, 2),
                new Cost(new Money(nanos), new Money(nanos / 2), how));
    }

    @Test
    void costs_are_kept_by_client_provider_upstream_and_model() {
        var book = new CostBook();

        book.enter(entry("ann", "gpt-4o", 100, Certainty.EXACT));
        book.enter(entry("bob", "gpt-4o", 30, Certainty.ESTIMATE));
        book.enter(entry("ann", "o3", 0, Certainty.UNKNOWN));

        assertThat(book.total())
                .isEqualTo(
                        new CostTotals(
                                3, 1, 1, new Money(130), new Money(65), TokenUsage.of(30, 6)));
        assertThat(book.totals(CostBook.By.CLIENT).get("ann"))
                .extracting(CostTotals::cost)
                .isEqualTo(new Money(100));
        assertThat(book.totals(CostBook.By.MODEL).get("openai/gpt-4o"))
                .extracting(CostTotals::calls)
                .isEqualTo(2L);
        assertThat(book.totals(CostBook.By.UPSTREAM)).containsOnlyKeys("openai/main");
        assertThat(book.totals(CostBook.By.PROVIDER).get("openai")).isEqualTo(book.total());
    }

    @Test
    void names_without_end_are_counted_as_others_and_nothing_is_lost() {
        var book = new CostBook(3);

        for (int i = 0; i < 100; i++) {
            book.enter(entry("client-" + i, "m" + i, 1, Certainty.EXACT));
        }
        book.enter(entry("client-0", "m0", 1, Certainty.EXACT));

        for (CostBook.By by : CostBook.By.values()) {
            assertThat(book.totals(by)).hasSizeLessThanOrEqualTo(4);
            long sum =
                    book.totals(by).values().stream()
                            .mapToLong(totals -> totals.cost().nanos())
                            .sum();
            assertThat(sum).isEqualTo(101);
        }
        assertThat(book.totals(CostBook.By.CLIENT).get("client-0"))
                .extracting(CostTotals::calls)
                .isEqualTo(2L);
        assertThat(book.totals(CostBook.By.CLIENT).get(CostBook.OTHER))
                .extracting(CostTotals::calls)
                .isEqualTo(97L);
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
        assertThat(book.total().calls()).isEqualTo(10_000);
    }
}
