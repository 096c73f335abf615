package dev.switchgear.core.score;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.switchgear.core.time.ManualTime;
import java.util.ArrayDeque;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScoreTest {
    private final ManualTime time = new ManualTime();
    private final History history = new History(time);

    @Test
    void it_remembers_the_last_hundred_attempts() {
        record(50, false, 10);
        record(100, true, 10);

        assertThat(history.samples()).isEqualTo(100);
        assertThat(history.availability()).isEqualTo(1);

        record(25, false, 10);

        assertThat(history.availability()).isEqualTo(0.75);
    }

    @Test
    void quantiles_are_those_of_the_successes() {
        for (int i = 1; i <= 100; i++) {
            record(1, true, i);
        }
        record(8, true, 1000);

        assertThat(history.p50Nanos()).isBetween(ofMillis(54).toNanos(), ofMillis(60).toNanos());
        assertThat(history.p95Nanos()).isEqualTo(ofSeconds(1).toNanos());

        record(40, false, 1);

        assertThat(history.p50Nanos())
                .as("failing fast is not being fast")
                .isGreaterThan(ofMillis(50).toNanos());
    }

    @Test
    void quantiles_are_right_after_every_attempt() {
        var random = new SplittableRandom(9);
        var last = new ArrayDeque<Long>();
        for (int i = 0; i < 2000; i++) {
            boolean ok = random.nextInt(4) > 0;
            long latency = random.nextInt(50);
            history.record(ok, latency);
            last.add(ok ? latency : -1);
            if (last.size() > 100) {
                last.remove();
            }

            long[] sorted = last.stream().mapToLong(l -> l).filter(l -> l >= 0).sorted().toArray();
            if (sorted.length > 0) {
                assertThat(history.p50Nanos()).isEqualTo(sorted[(sorted.length + 1) / 2 - 1]);
                assertThat(history.p95Nanos())
                        .isEqualTo(sorted[(sorted.length * 95 + 99) / 100 - 1]);
            }
        }
    }

    @Test
    void the_first_answer_already_makes_a_median() {
        record(1, true, 40);

        assertThat(history.p50Nanos()).isEqualTo(ofMillis(40).toNanos());
        assertThat(history.p95Nanos()).isEqualTo(ofMillis(40).toNanos());
    }

    @Test
    void the_moving_average_jumps_up_at_once_and_comes_down_with_time() {
        record(100, true, 100);
        record(1, true, 2000);
        assertThat(history.ewmaNanos()).isEqualTo(2e9);

        record(1, true, 100);
        assertThat(history.ewmaNanos()).as("no time has passed").isEqualTo(2e9);

        time.advance(ofSeconds(10));
        assertThat(history.ewmaNanos()).isCloseTo(0.1e9 + 1.9e9 / Math.E, within(1e6));
        time.advance(ofSeconds(100));
        assertThat(history.ewmaNanos()).isCloseTo(0.1e9, within(1e6));
    }

    @Test
    void a_failure_never_makes_an_upstream_look_quicker() {
        record(10, true, 500);
        double before = history.ewmaNanos();

        time.advance(ofSeconds(5));
        record(10, false, 1);

        assertThat(history.ewmaNanos()).isGreaterThanOrEqualTo(before);
    }

    @Test
    void load_is_the_average_times_the_calls_under_way_with_this_one() {
        record(10, true, 100);
        assertThat(history.load()).isEqualTo(0.1e9);

        history.inFlight(1);
        history.inFlight(1);
        assertThat(history.load()).isCloseTo(0.3e9, within(1.0));

        history.inFlight(-1);
        history.inFlight(-1);
        assertThat(history.load()).isEqualTo(0.1e9);
    }

    @Test
    void somebody_new_is_tried_gladly_but_by_one_call_at_a_time() {
        assertThat(history.load()).isZero();

        history.inFlight(1);

        assertThat(history.load()).isGreaterThan(1e9);
    }

    @Test
    void rising_errors_are_seen_coming_and_forgotten_when_nothing_happens() {
        record(80, true, 100);
        assertThat(history.failurePrediction()).isZero();

        record(16, false, 100);

        assertThat(history.failurePrediction()).isGreaterThan(0.7);
        time.advance(ofSeconds(60));
        assertThat(history.failurePrediction()).isLessThan(0.01);
    }

    @Test
    void rising_latency_is_seen_coming() {
        record(80, true, 100);
        record(24, true, 800);

        assertThat(history.failurePrediction()).isBetween(0.4, 0.6);
    }

    @Test
    void an_upstream_that_is_evenly_bad_is_not_getting_worse() {
        var random = new SplittableRandom(5);
        for (int i = 0; i < 200; i++) {
            record(1, random.nextDouble() < 0.5, 100 + random.nextInt(50));
        }

        assertThat(history.failurePrediction()).isLessThan(0.4);
    }

    @Test
    void scores_lie_between_nothing_and_one() {
        var worst = new History(time);
        for (int i = 0; i < 100; i++) {
            worst.record(false, ofSeconds(60).toNanos());
        }

        assertThat(Score.of(worst, 1, 0, ScoreWeights.DEFAULT)).isBetween(0.0, 0.05);
        record(100, true, 1);
        assertThat(Score.of(history, 0, 1, ScoreWeights.DEFAULT)).isBetween(0.95, 1.0);
    }

    @Test
    void each_part_counts_by_its_weight() {
        var onlyCost = new ScoreWeights(0, 0, 1, 0);
        assertThat(Score.of(history, 0.25, 0, onlyCost)).isEqualTo(0.75);
        var onlyHeadroom = new ScoreWeights(0, 0, 0, 3);
        assertThat(Score.of(history, 0, 0.4, onlyHeadroom)).isCloseTo(0.4, within(1e-9));
        record(100, true, 1000);
        var onlyLatency = new ScoreWeights(5, 0, 0, 0);
        assertThat(Score.of(history, 0, 0, onlyLatency)).isCloseTo(0.5, within(1e-9));
    }

    @Test
    void errors_weigh_less_as_they_age() {
        record(50, true, 100);
        record(50, false, 100);
        double fresh = Score.of(history, 0, 1, ScoreWeights.DEFAULT);

        time.advance(ofSeconds(30));
        double later = Score.of(history, 0, 1, ScoreWeights.DEFAULT);

        assertThat(later).isGreaterThan(fresh + 0.1);
        assertThat(history.availability()).as("what is shown stays what was").isEqualTo(0.5);
    }

    /// One that has healed is not kept away by the very calls that show it.
    @Test
    void a_success_does_not_hold_old_errors_against_an_upstream_anew() {
        record(12, true, 100);
        record(13, false, 100);
        time.advance(ofSeconds(30));
        double before = Score.of(history, 0, 1, ScoreWeights.DEFAULT);
        double predicted = history.failurePrediction();

        record(1, true, 100);

        assertThat(Score.of(history, 0, 1, ScoreWeights.DEFAULT)).isGreaterThanOrEqualTo(before);
        assertThat(predicted).as("something was seen coming").isPositive();
        assertThat(history.failurePrediction()).isEqualTo(predicted);
    }

    @Test
    void a_quicker_answer_counts_more_the_longer_the_peak_is_past() {
        time.advance(ofSeconds(100));
        record(3, true, 100);
        record(1, true, 2000);
        time.advance(ofSeconds(10));

        record(1, true, 100);

        assertThat(history.ewmaNanos())
                .isCloseTo(2e9 / Math.E + 0.1e9 * (1 - 1 / Math.E), within(1.0));
    }

    @Test
    void the_latency_that_counts_is_the_mean_of_median_and_95th_percentile() {
        for (int i = 0; i < 50; i++) {
            record(1, true, 1000);
            record(1, true, 3000);
        }

        assertThat(Score.of(history, 0, 0, new ScoreWeights(1, 0, 0, 0)))
                .isCloseTo(1.0 / 3, within(1e-9));
    }

    @Test
    void latencies_that_rise_cost_points_though_nothing_fails_and_fade() {
        var onlyAvailability = new ScoreWeights(0, 1, 0, 0);
        record(80, true, 100);
        assertThat(Score.of(history, 0, 0, onlyAvailability)).isEqualTo(1);
        record(24, true, 800);

        assertThat(history.failurePrediction()).isCloseTo(0.5, within(1e-9));
        assertThat(Score.of(history, 0, 0, onlyAvailability)).isCloseTo(0.75, within(1e-9));
        time.advance(ofSeconds(10));
        assertThat(Score.of(history, 0, 0, onlyAvailability))
                .isCloseTo(1 - 0.25 / Math.E, within(1e-9));
    }

    @Test
    void its_trend_is_looked_at_every_eighth_attempt() {
        record(80, true, 100);
        record(7, false, 100);
        assertThat(history.failurePrediction()).isZero();

        record(1, false, 100);

        assertThat(history.failurePrediction()).isCloseTo(8.0 / 17, within(1e-9));
    }

    @Test
    void what_begins_late_is_told_until_it_begins_in_time_again() {
        for (int i = 0; i < 10; i++) {
            history.firstPiece(-5);
        }
        history.firstPiece(ofMillis(250).toNanos());
        assertThat(history.slowness()).as("once is nothing").isEmpty();
        history.firstPiece(ofMillis(260).toNanos());
        assertThat(history.slowness()).contains(new Slowness(ofMillis(260), ofMillis(0)));

        history.firstPiece(0);
        assertThat(history.slowness()).isPresent();
        history.firstPiece(0);
        assertThat(history.slowness()).isEmpty();
    }

    @Test
    void what_is_recorded_keeps_it_from_nobody() {
        record(1, true, 10);
        assertTimeoutPreemptively(ofSeconds(20), () -> history.firstPiece(1));
        history.firstPiece(1);
        assertTimeoutPreemptively(ofSeconds(20), () -> record(1, true, 10));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0, 0, 0",
        "0, 1, 0, 0",
        "0, 0, 1, 0",
        "0, 0, 0, 1",
        "1, 1, 0, 0",
        "1, 0, 1, 0",
        "1, 0, 0, 1",
        "0, 1, 1, 0",
        "0, 1, 0, 1",
        "0, 0, 1, 1",
        "1000, 1000, 1000, 1000"
    })
    void any_weight_may_be_nothing_but_not_all(double a, double b, double c, double d) {
        assertThat(new ScoreWeights(a, b, c, d).sum()).isEqualTo(a + b + c + d);
    }

    @ParameterizedTest
    @ValueSource(strings = {"latency", "availability", "cost", "headroom"})
    void no_weight_may_be_less_than_nothing_or_more_than_a_thousand(String name) {
        var names = List.of("latency", "availability", "cost", "headroom");
        for (double wrong : new double[] {-0.001, 1000.001, Double.NaN}) {
            double[] w = {1, 1, 1, 1};
            w[names.indexOf(name)] = wrong;
            assertThatThrownBy(() -> new ScoreWeights(w[0], w[1], w[2], w[3]))
                    .hasMessage("score." + name + ": " + wrong + " (expected: 0 to 1000)");
        }
    }

    @Test
    void weights_name_what_is_wrong_with_them() {
        assertThatThrownBy(() -> new ScoreWeights(-1, 0, 0, 0))
                .hasMessage("score.latency: -1.0 (expected: 0 to 1000)");
        assertThatThrownBy(() -> new ScoreWeights(0, 0, 0, 0))
                .hasMessage("score: 0 in all (expected: one above 0)");
    }

    private void record(int times, boolean ok, long millis) {
        for (int i = 0; i < times; i++) {
            history.record(ok, ofMillis(millis).toNanos());
        }
    }
}
