package dev.switchgear.core.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the newest fifth shows against the rest.
class QuantilesTest {
    private final Quantiles quantiles = new Quantiles();

    @ParameterizedTest
    @CsvSource({
        "nothing changes, 0, 80, 0, 80, 0",
        "a quarter more fail, 20, 80, 10, 80, 0.25",
        "all fail, 0, 80, 20, 80, 1",
        "fewer fail, 40, 80, 0, 80, 0",
        "as slow as noise, 0, 80, 0, 120, 0",
        "slower, 0, 80, 0, 220, 0.25",
        "four times as slow, 0, 80, 0, 320, 0.5",
        "slower than that, 0, 80, 0, 8000, 0.5",
        "quicker, 0, 80, 0, 8, 0",
        "slower and failing, 20, 80, 10, 220, 0.4375",
        "slower than nothing, 0, 0, 0, 4, 0.5"
    })
    void the_trend_is_how_far_errors_and_latencies_of_the_newest_rise(
            String how, int failed, long nanos, int failedOfNewest, long newest, double expected) {
        // Whatever was before the last hundred is forgotten.
        add(37, 37, 1_000_000);
        add(80, failed, nanos);
        add(20, failedOfNewest, newest);

        assertThat(quantiles.trend()).as(how).isCloseTo(expected, within(1e-9));
    }

    @Test
    void fewer_than_twenty_make_no_trend() {
        add(16, 0, 10);
        add(3, 3, 10);
        assertThat(quantiles.trend()).isZero();

        add(1, 1, 10);

        assertThat(quantiles.trend()).isEqualTo(1);
    }

    /// The failed ones first.
    private void add(int count, int failed, long nanos) {
        for (int i = 0; i < count; i++) {
            quantiles.add(i >= failed, nanos);
        }
    }
}
