package dev.switchgear.core.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.ArrayList;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdaptiveLimitTest {
    private static final long USUAL = 100_000_000;

    private final AdaptiveLimit limit = new AdaptiveLimit(new AdaptiveSettings(32, 4, 200));

    @Test
    void it_starts_where_it_is_told() {
        assertThat(limit.limit()).isEqualTo(32);
    }

    @Test
    void it_goes_no_higher_than_the_places_there_are() {
        assertThat(new AdaptiveSettings(32, 20, 1000).upTo(10))
                .isEqualTo(new AdaptiveSettings(10, 10, 10));
    }

    @Test
    void it_grows_to_its_bound_while_a_used_upstream_stays_as_quick_as_ever() {
        for (int i = 0; i < 5000; i++) {
            limit.observe(USUAL, limit.limit(), false);
        }

        assertThat(limit.limit()).isEqualTo(200);
    }

    @Test
    void it_does_not_grow_while_hardly_used() {
        observe(5000, USUAL, 3);

        assertThat(limit.limit()).isEqualTo(32);
    }

    @Test
    void it_shrinks_when_calls_take_much_longer_than_usual() {
        observe(1000, USUAL, 200);
        int before = limit.limit();

        observe(100, USUAL * 10, 200);

        assertThat(limit.limit()).isLessThan(before / 2);
    }

    @Test
    void it_shrinks_when_calls_are_dropped_and_never_below_its_bound() {
        for (int i = 0; i < 1000; i++) {
            limit.observe(1, 32, true);
        }

        assertThat(limit.limit()).isEqualTo(4);
    }

    @Test
    void it_settles_near_what_a_queueing_upstream_can_carry() {
        // An upstream with 50 workers: beyond that, calls queue and take longer in proportion.
        var random = new SplittableRandom(11);
        for (int i = 0; i < 100_000; i++) {
            int running = limit.limit();
            double queueing = Math.max(1, running / 50.0);
            limit.observe((long) (USUAL * queueing * (0.5 + random.nextDouble())), running, false);
        }

        assertThat(limit.limit()).isBetween(40, 120);
    }

    @Test
    void it_recovers_when_an_upstream_has_become_slower_for_good() {
        observe(1000, USUAL, 200);
        for (int i = 0; i < 1000; i++) {
            limit.observe(USUAL * 5, limit.limit(), false);
        }
        assertThat(limit.limit()).isLessThan(20);

        for (int i = 0; i < 30_000; i++) {
            limit.observe(USUAL * 5, limit.limit(), false);
        }

        assertThat(limit.limit()).isGreaterThan(100);
    }

    @ParameterizedTest
    @CsvSource({
        "as usual, 1.0, 100.8",
        "within the tolerance, 1.5, 100.8",
        "a little slower, 1.6, 99.55",
        "twice as slow, 2, 95.8",
        "three times, 3, 90.8",
        "thirty times, 30, 90.8",
        "quicker, 0.5, 100.8"
    })
    void a_batch_moves_it_by_how_much_slower_than_usual_it_was(
            String how, double factor, double expected) {
        var hundred = new AdaptiveLimit(new AdaptiveSettings(1000, 10, 100_000));
        warmUp(hundred);
        int before = hundred.limit();

        batch(hundred, (long) (USUAL * factor), 1_000_000, false);

        // A batch changes 1000 ten times as much as 100, but for what it adds.
        double adds = 0.8;
        double kept = (expected - adds) / 100;
        assertThat(hundred.limit()).as(how).isCloseTo((int) (before * kept + adds), within(1));
    }

    @Test
    void a_batch_is_ten_calls_and_its_mean_counts() {
        var thousand = new AdaptiveLimit(new AdaptiveSettings(1000, 10, 100_000));
        warmUp(thousand);
        int before = thousand.limit();
        for (int i = 0; i < 9; i++) {
            thousand.observe(USUAL / 2, 1_000_000, false);
        }
        assertThat(thousand.limit()).isEqualTo(before);

        thousand.observe(5 * USUAL + USUAL / 2, 1_000_000, false);

        assertThat(thousand.limit()).as("the mean is as usual").isBetween(before, before + 1);
    }

    @Test
    void one_dropped_call_shrinks_it_by_a_tenth_at_the_end_of_its_batch_only() {
        var thousand = new AdaptiveLimit(new AdaptiveSettings(1000, 10, 100_000));
        thousand.observe(USUAL, 1000, true);
        assertThat(thousand.limit()).isEqualTo(1000);
        for (int i = 0; i < 9; i++) {
            thousand.observe(USUAL, 1000, false);
        }
        assertThat(thousand.limit()).isEqualTo(900);

        batch(thousand, USUAL, 0, false);

        assertThat(thousand.limit()).as("the next batch has lost none").isEqualTo(900);
    }

    @ParameterizedTest
    @CsvSource({"15, 32", "16, 40"})
    void half_of_it_in_use_is_use(int running, int expected) {
        for (int i = 0; i < 10; i++) {
            batch(limit, USUAL, running + (running < 16 ? 0 : i), false);
        }

        assertThat(limit.limit()).isEqualTo(expected);
    }

    @Test
    void only_what_is_seen_while_it_is_hardly_used_makes_slowness_usual() {
        var used = new AdaptiveLimit(new AdaptiveSettings(1000, 1000, 1000));
        var unused = new AdaptiveLimit(new AdaptiveSettings(1000, 10, 1000));
        warmUp(used);
        warmUp(unused);
        for (int i = 0; i < 150; i++) {
            batch(unused, 2 * USUAL, 1, false);
        }
        assertThat(unused.limit()).isEqualTo(1000);

        batch(unused, 3 * USUAL - USUAL / 10, 1000, false);

        assertThat(unused.limit()).as("within the tolerance of twice").isEqualTo(1000);
        batch(unused, 4 * USUAL, 1000, false);
        assertThat(unused.limit()).isBetween(950, 960);
    }

    @Test
    void every_two_hundred_batches_it_is_halved_for_six() {
        var steady = new AdaptiveLimit(new AdaptiveSettings(100, 10, 100));
        var limits = new ArrayList<Integer>();
        for (int i = 0; i < 420; i++) {
            batch(steady, USUAL, 100, false);
            limits.add(steady.limit());
        }

        for (int i = 0; i < limits.size(); i++) {
            boolean looks = i % 206 >= 199 && i % 206 < 205;
            assertThat(limits.get(i)).as("after batch %d", i).isEqualTo(looks ? 50 : 100);
        }
    }

    @Test
    void a_look_makes_half_of_what_it_saw_usual_but_for_its_first_batch() {
        var looking = new AdaptiveLimit(new AdaptiveSettings(1000, 10, 1000));
        for (int i = 0; i < 200; i++) {
            batch(looking, USUAL, 1000, false);
        }
        batch(looking, 1000 * USUAL, 1000, false);
        for (int i = 0; i < 5; i++) {
            batch(looking, 3 * USUAL, 1000, false);
        }
        assertThat(looking.limit()).isEqualTo(1000);

        batch(looking, 3 * USUAL - 1000, 1000, false);
        assertThat(looking.limit()).as("twice is usual now").isEqualTo(1000);

        batch(looking, 4 * USUAL, 1000, false);
        assertThat(looking.limit()).isBetween(950, 951);
    }

    @Test
    void a_call_dropped_while_it_looks_shrinks_what_it_goes_back_to() {
        var looking = new AdaptiveLimit(new AdaptiveSettings(1000, 10, 1000));
        for (int i = 0; i < 200; i++) {
            batch(looking, USUAL, 1000, false);
        }
        batch(looking, USUAL, 1000, true);
        assertThat(looking.limit()).isEqualTo(450);
        for (int i = 0; i < 6; i++) {
            batch(looking, USUAL, 1000, false);
        }

        assertThat(looking.limit()).isEqualTo(900);
    }

    @Test
    void what_is_observed_keeps_it_from_nobody() {
        batch(limit, USUAL, 1, false);
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> batch(limit, USUAL, 1, true));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1, true",
        "5, 1, 5, true",
        "5, 5, 9, true",
        "5, 6, 9, false",
        "5, 1, 4, false"
    })
    void it_starts_anywhere_between_its_bounds(int start, int min, int max, boolean allowed) {
        if (allowed) {
            assertThat(new AdaptiveLimit(new AdaptiveSettings(start, min, max)).limit())
                    .isEqualTo(start);
        } else {
            assertThatThrownBy(() -> new AdaptiveSettings(start, min, max))
                    .hasMessageStartingWith("adaptive: ");
        }
    }

    @Test
    void its_bounds_are_checked() {
        assertThatThrownBy(() -> new AdaptiveSettings(3, 0, 5))
                .hasMessage(
                        "adaptive: 0 to 5 from 3 (expected: 1 or more, and `start` between them)");
    }

    private static void warmUp(AdaptiveLimit warmed) {
        for (int i = 0; i < 6; i++) {
            batch(warmed, USUAL, 0, false);
        }
    }

    private static void batch(AdaptiveLimit learning, long latency, int running, boolean dropped) {
        for (int i = 0; i < 10; i++) {
            learning.observe(latency, running, dropped);
        }
    }

    private void observe(int calls, long latency, int running) {
        for (int i = 0; i < calls; i++) {
            limit.observe(latency, running, false);
        }
    }
}
