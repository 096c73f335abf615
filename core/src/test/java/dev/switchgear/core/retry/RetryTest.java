package dev.switchgear.core.retry;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.core.time.ManualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

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
