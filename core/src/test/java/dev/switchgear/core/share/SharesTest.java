package dev.switchgear.core.share;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharesTest {
    @Test
    void of_two_that_have_the_same_the_first_one_has_the_most() {
        var shares = new Shares();
        shares.add("a", 2);
        shares.add("b", 2);
        assertThat(shares.most()).contains("a");

        shares.add("b", 1);
        assertThat(shares.most()).contains("b");

        shares.add("b", -3);
        shares.add("a", -2);
        assertThat(shares.most()).isEmpty();
    }

    /// Compared with a look at every client, before the first question and after it.
    @ParameterizedTest
    @ValueSource(ints = {0, 100, 5_000})
    void whoever_has_the_most_is_found_whatever_comes_and_goes(int askedFrom) {
        var random = new Random(7);
        var shares = new Shares();
        // In the order in which they came.
        Map<String, Long> all = new LinkedHashMap<>();

        for (int i = 0; i < 10_000; i++) {
            String client = "c" + random.nextInt(50);
            long has = all.getOrDefault(client, 0L);
            long more = random.nextInt(3) == 0 ? -has : random.nextInt(1, 6);
            shares.add(client, more);
            if (has + more == 0) {
                all.remove(client);
            } else {
                all.put(client, has + more);
            }
            if (i >= askedFrom) {
                Optional<String> most =
                        all.entrySet().stream()
                                .max(
                                        Comparator.<Map.Entry<String, Long>>comparingLong(
                                                Map.Entry::getValue))
                                .map(Map.Entry::getValue)
                                .flatMap(amount ->
                                        all.entrySet().stream()
                                                .filter(each -> each.getValue().equals(amount))
                                                .map(Map.Entry::getKey)
                                                .findFirst());
                assertThat(shares.most()).isEqualTo(most);
            }
        }
    }

    @Test
    void nobody_is_compared_before_somebody_asks_and_few_are_afterwards() {
        int clients = 100_000;
        var compared = new AtomicLong();
        Shares shares = Shares.heard(compared::incrementAndGet);
        for (int i = 0; i < clients; i++) {
            shares.add("c" + i, 1 + i % 1_000);
        }
        assertThat(compared.get()).isZero();
        assertThat(shares.most()).contains("c999");
        long sorted = compared.get();

        int changes = 1_000;
        for (int i = 0; i < changes; i++) {
            shares.add("c" + i * 97, 5);
            shares.add(shares.most().orElseThrow(), -1);
        }

        // A client is taken out of the order and put in again: twice the depth of a tree of so
        // many.
        assertThat(compared.get() - sorted).isLessThan(2L * changes * 80);
    }
}
