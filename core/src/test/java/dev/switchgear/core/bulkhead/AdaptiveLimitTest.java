package dev.switchgear.core.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

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

    @Test
    void its_bounds_are_checked() {
        assertThatThrownBy(() -> new AdaptiveSettings(3, 0, 5))
                .hasMessage(
                        "adaptive: 0 to 5 from 3 (expected: 1 or more, and `start` between them)");
    }

    private void observe(int calls, long latency, int running) {
        for (int i = 0; i < calls; i++) {
            limit.observe(latency, running, false);
        }
    }
}
