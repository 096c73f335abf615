package dev.switchgear.core.retry;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.switchgear.core.time.ManualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryTest {
    private final ManualTime time = new ManualTime();
    private final RetryPause backoff =
            new RetryPause(ofMillis(100), ofSeconds(10), new SplittableRandom(3));

    @Test
    void a_pause_is_anywhere_between_nothing_and_a_bound_that_doubles() {
        for (int retry = 1; retry <= 5; retry++) {
            Duration bound = ofMillis(100).multipliedBy(1L << (retry - 1));
            double sum = 0;
            for (int i = 0; i < 2000; i++) {
                Duration pause = backoff.pause(retry, ZERO);
                assertThat(pause).isBetween(ZERO, bound);
                sum += pause.toNanos();
            }
            assertThat(sum / 2000 / bound.toNanos()).isBetween(0.45, 0.55);
        }
    }

    @Test
    void no_pause_exceeds_the_cap() {
        for (int i = 0; i < 1000; i++) {
            assertThat(backoff.pause(Integer.MAX_VALUE, ZERO)).isBetween(ZERO, ofSeconds(10));
        }
    }

    @Test
    void retry_after_is_the_floor_and_those_told_the_same_do_not_return_together() {
        for (int i = 0; i < 1000; i++) {
            assertThat(backoff.pause(1, ofSeconds(20))).isBetween(ofSeconds(20), ofMillis(20_100));
        }
        assertThat(backoff.pause(1, ofSeconds(20))).isNotEqualTo(backoff.pause(1, ofSeconds(20)));
    }

    @Test
    void a_tenth_of_the_calls_may_be_retried() {
        var budget = new RetryBudget(1, time);
        budget.tryRetry(0);
        int retries = 0;
        for (int i = 0; i < 10_000; i++) {
            budget.onCall(0.1);
            retries += budget.tryRetry(0) ? 1 : 0;
        }

        assertThat(retries).isBetween(990, 1000);
    }

    @Test
    void a_few_retries_a_second_are_allowed_with_hardly_any_calls() {
        var budget = new RetryBudget(3, time);
        for (int second = 0; second < 10; second++) {
            assertThat(budget.tryRetry(3)).isTrue();
            assertThat(budget.tryRetry(3)).isTrue();
            assertThat(budget.tryRetry(3)).isTrue();
            assertThat(budget.tryRetry(3)).isFalse();
            time.advance(ofSeconds(1));
        }
    }

    @Test
    void a_long_quiet_time_saves_up_no_more_than_the_burst() {
        var budget = new RetryBudget(10, time);
        time.advance(ofHours(1));
        int retries = 0;
        while (budget.tryRetry(3)) {
            retries++;
        }

        assertThat(retries).isEqualTo(10);
    }

    @Test
    void in_any_ten_seconds_attempts_stay_within_the_budget() {
        for (int seed = 0; seed < 15; seed++) {
            var random = new SplittableRandom(seed);
            var budget = new RetryBudget(10, time);
            var calls = new ArrayDeque<Long>();
            var retries = new ArrayDeque<Long>();
            for (int i = 0; i < 4000; i++) {
                time.advance(ofNanos((long) (random.nextExponential() * 20_000_000)));
                budget.onCall(0.1);
                calls.add(time.nanos());
                while (random.nextDouble() < 0.8 && budget.tryRetry(3)) {
                    retries.add(time.nanos());
                }
                long since = time.nanos() - ofSeconds(10).toNanos();
                calls.removeIf(at -> at < since);
                retries.removeIf(at -> at < since);
                assertThat(retries.size())
                        .as("seed " + seed)
                        .isLessThanOrEqualTo((int) (0.1 * calls.size() + 3 * 10 + 10));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1000, 1", "500, 2", "250, 4", "1, 1000"})
    void time_pays_for_a_retry_to_the_nanosecond(long millis, double perSecondMin) {
        var budget = new RetryBudget(1, time);
        assertThat(budget.tryRetry(perSecondMin)).isTrue();

        time.advance(ofMillis(millis).minusNanos(1));
        assertThat(budget.tryRetry(perSecondMin)).isFalse();
        time.advance(ofNanos(1));

        assertThat(budget.tryRetry(perSecondMin)).isTrue();
        assertThat(budget.tryRetry(perSecondMin)).isFalse();
    }

    @Test
    void a_call_pays_no_more_than_its_share_and_no_less() {
        var budget = new RetryBudget(1, time);
        assertThat(budget.tryRetry(0)).isTrue();
        for (int i = 0; i < 9; i++) {
            budget.onCall(0.1);
            assertThat(budget.tryRetry(0)).isFalse();
        }
        budget.onCall(0.1);

        assertThat(budget.tryRetry(0)).isTrue();
    }

    @Test
    void nothing_asked_of_it_keeps_it_from_others() {
        var budget = new RetryBudget(1, time);
        List<Runnable> everything =
                List.of(
                        () -> budget.onCall(0),
                        () -> assertThat(budget.tryRetry(0)).isTrue(),
                        () -> assertThat(budget.tryRetry(0)).isFalse(),
                        () -> backoff.pause(1, ZERO));
        for (Runnable asked : everything) {
            asked.run();
            assertTimeoutPreemptively(
                    ofSeconds(20),
                    () -> {
                        budget.onCall(0);
                        backoff.pause(1, ZERO);
                    });
        }
    }

    @Test
    void each_number_may_be_its_least_and_its_most() {
        assertThat(new RetryBudget(1, time).tryRetry(0)).isTrue();
        var large = new RetryBudget(10_000, time);
        large.onCall(0);
        large.onCall(1);
        assertThat(large.tryRetry(10_000)).isTrue();
        var random = new SplittableRandom(1);
        assertThat(new RetryPause(ofMillis(1), ofMillis(1), random).pause(1, ZERO))
                .isLessThanOrEqualTo(ofMillis(1));
        assertThat(new RetryPause(ofHours(1), ofHours(1), random).pause(1, ZERO))
                .isLessThanOrEqualTo(ofHours(1));
        assertThatThrownBy(() -> new RetryPause(ofMillis(1), ofHours(1).plusNanos(1), random))
                .hasMessageStartingWith("retry.cap: ");
        assertThatThrownBy(() -> new RetryPause(ofMillis(1).minusNanos(1), ofHours(1), random))
                .hasMessageStartingWith("retry.base: ");
        assertThatThrownBy(() -> backoff.pause(0, ZERO)).hasMessageStartingWith("retry: 0");
        assertThatThrownBy(() -> large.onCall(Math.nextUp(1.0))).hasMessageContaining("budget");
        assertThatThrownBy(() -> large.tryRetry(10_000.1)).hasMessageContaining("per-second-min");
        assertThatThrownBy(() -> new RetryBudget(10_000.1, time)).hasMessageContaining("burst");
    }

    @Test
    void settings_name_what_is_wrong_with_them() {
        assertThatThrownBy(() -> new RetryPause(ZERO, ofSeconds(1), new SplittableRandom()))
                .hasMessage("retry.base: PT0S (expected: 1 ms or more)");
        assertThatThrownBy(() -> new RetryPause(ofSeconds(2), ofSeconds(1), new SplittableRandom()))
                .hasMessage("retry.cap: PT1S (expected: base (PT2S) to 1 h)");
        assertThatThrownBy(() -> new RetryBudget(10, time).onCall(-0.1))
                .hasMessage("retry.budget: -0.1 (expected: 0 to 1)");
        assertThatThrownBy(() -> new RetryBudget(10, time).tryRetry(-1))
                .hasMessage("retry.per-second-min: -1.0 (expected: 0 to 10000)");
        assertThatThrownBy(() -> new RetryBudget(0, time))
                .hasMessage("retry.burst: 0.0 (expected: 1 to 10000)");
    }
}
