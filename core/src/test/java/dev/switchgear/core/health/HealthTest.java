package dev.switchgear.core.health;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Forced;
import dev.switchgear.core.call.HealthStatus;
import dev.switchgear.core.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HealthTest {
    private final ManualTime time = new ManualTime();
    private final Health health = new Health(HealthSettings.DEFAULT, time);
    private final ForcedState forced = new ForcedState(time);
    private final Rests rests = new Rests(time);

    @Test
    void three_failures_in_a_row_make_it_down() {
        assertThat(health.observe(false)).isFalse();
        assertThat(health.observe(false)).isFalse();
        assertThat(health.observe(false)).as("changed").isTrue();

        assertThat(health.status()).isEqualTo(HealthStatus.DOWN);
        assertThat(health.observe(false)).isFalse();
    }

    @Test
    void two_successes_in_a_row_bring_it_back() {
        fail(3);

        assertThat(health.observe(true)).isTrue();
        assertThat(health.status()).isEqualTo(HealthStatus.RECOVERING);
        assertThat(health.observe(true)).isTrue();
        assertThat(health.status()).isEqualTo(HealthStatus.HEALTHY);
    }

    @Test
    void one_failure_while_recovering_is_a_relapse_of_the_same_outage() {
        fail(3);
        health.observe(true);

        health.observe(false);

        assertThat(health.status()).isEqualTo(HealthStatus.DOWN);
        assertThat(health.report().outages()).isEqualTo(1);
    }

    @Test
    void failing_in_part_is_degraded_until_it_stops() {
        for (int i = 0; i < 4; i++) {
            health.observe(false);
            health.observe(true);
        }
        assertThat(health.status()).isEqualTo(HealthStatus.DEGRADED);

        for (int i = 0; i < 20; i++) {
            health.observe(true);
        }

        assertThat(health.status()).isEqualTo(HealthStatus.HEALTHY);
    }

    @Test
    void it_reports_times_to_recover_and_between_failures() {
        time.advance(ofSeconds(90));
        fail(3);
        Instant down = time.instant();
        assertThat(health.report().since()).isEqualTo(down);
        assertThat(health.report().timeToRecover()).isEmpty();
        time.advance(ofSeconds(10));
        succeed(2);
        time.advance(ofSeconds(70));
        fail(3);
        time.advance(ofSeconds(30));
        succeed(2);

        HealthReport report = health.report();

        assertThat(report.outages()).isEqualTo(2);
        assertThat(report.timeToRecover()).contains(ofSeconds(20));
        assertThat(report.timeBetweenFailures()).contains(ofSeconds(80));
        assertThat(report.availability()).isCloseTo(160.0 / 200, within(1e-9));
        assertThat(report.status()).isEqualTo(HealthStatus.HEALTHY);
    }

    @Test
    void an_outage_under_way_already_lowers_the_availability() {
        time.advance(ofSeconds(50));
        fail(4);
        time.advance(ofSeconds(50));

        assertThat(health.report().availability()).isCloseTo(0.5, within(1e-9));
        assertThat(health.report().failuresInRow()).isEqualTo(4);
    }

    @Test
    void an_order_holds_until_its_end_and_names_who_gave_it() {
        var order = new ForcedState.Order(Forced.OFF, "ann", time.instant().plusSeconds(60));
        forced.force(order);
        assertThat(forced.current()).isEqualTo(order);

        time.advance(ofSeconds(60));

        assertThat(forced.current()).isEqualTo(ForcedState.Order.NONE);
    }

    @Test
    void an_order_for_good_holds_until_taken_back() {
        forced.force(new ForcedState.Order(Forced.DRAIN, "bob", Instant.MAX));
        time.advance(ofDays(400));
        assertThat(forced.current().state()).isEqualTo(Forced.DRAIN);

        forced.force(ForcedState.Order.NONE);

        assertThat(forced.current().state()).isEqualTo(Forced.NONE);
    }

    @Test
    void nobody_orders_anonymously() {
        assertThatThrownBy(() -> new ForcedState.Order(Forced.ON, " ", Instant.MAX))
                .hasMessage("force.by: ' ' (expected: who orders it)");
    }

    @Test
    void a_resting_key_rests_for_every_model() {
        rests.rest(ofSeconds(20), Cause.RATE_LIMITED);

        assertThat(rests.restingNanos("a")).isEqualTo(ofSeconds(20).toNanos());
        assertThat(rests.resting()).contains(new Rest(ofSeconds(20), Cause.RATE_LIMITED));
        time.advance(ofSeconds(20));
        assertThat(rests.restingNanos("a")).isZero();
        assertThat(rests.resting()).isEmpty();
    }

    @Test
    void a_resting_model_leaves_the_others_alone() {
        rests.restSubject("a", ofMinutes(10), Cause.SUBJECT_UNKNOWN);

        assertThat(rests.restingNanos("a")).isEqualTo(ofMinutes(10).toNanos());
        assertThat(rests.resting("a")).contains(new Rest(ofMinutes(10), Cause.SUBJECT_UNKNOWN));
        assertThat(rests.restingNanos("b")).isZero();
    }

    @Test
    void three_models_limited_in_a_row_are_the_key_s_limit_until_the_first_is_back() {
        assertThat(limited("a", 30)).isEmpty();
        assertThat(limited("b", 20)).isEmpty();
        assertThat(limited("a", 40)).as("the same model again").isEmpty();
        assertThat(rests.resting()).isEmpty();

        assertThat(limited("c", 50)).contains(ofSeconds(20));

        assertThat(rests.resting()).contains(new Rest(ofSeconds(20), Cause.RATE_LIMITED));
        time.advance(ofSeconds(20));
        assertThat(rests.resting()).isEmpty();
        assertThat(rests.restingNanos("d")).isZero();
    }

    @Test
    void an_answer_between_limited_models_shows_that_the_key_is_not_limited() {
        limited("a", 30);
        limited("b", 30);
        rests.answered();

        assertThat(limited("c", 30)).isEmpty();

        assertThat(rests.restingNanos("d")).isZero();
    }

    @Test
    void a_model_that_was_limited_long_ago_is_none_of_those_in_a_row() {
        limited("a", 10);
        limited("b", 30);
        time.advance(ofSeconds(11));

        assertThat(limited("c", 30)).isEmpty();
        assertThat(rests.restSubject("d", ofSeconds(30), Cause.SUBJECT_UNKNOWN))
                .as("an unknown model is no limit")
                .isEmpty();
    }

    private Optional<Duration> limited(String model, int seconds) {
        return rests.restSubject(model, ofSeconds(seconds), Cause.RATE_LIMITED);
    }

    @Test
    void the_longer_rest_counts() {
        rests.rest(ofSeconds(20), Cause.RATE_LIMITED);
        rests.rest(ofSeconds(5), Cause.OVERLOADED);
        rests.restSubject("a", ofSeconds(30), Cause.SUBJECT_UNKNOWN);

        assertThat(rests.resting()).contains(new Rest(ofSeconds(20), Cause.RATE_LIMITED));
        assertThat(rests.restingNanos("a")).isEqualTo(ofSeconds(30).toNanos());
    }

    @Test
    void no_rest_is_longer_than_a_day_and_an_empty_one_is_none() {
        rests.rest(ZERO, Cause.OVERLOADED);
        assertThat(rests.resting()).isEmpty();

        rests.rest(ofDays(4000), Cause.RATE_LIMITED);

        assertThat(rests.resting()).contains(new Rest(ofHours(24), Cause.RATE_LIMITED));
    }

    @Test
    void when_too_many_models_rest_the_one_soonest_back_is_back() {
        for (int i = 0; i < Rests.SUBJECTS_MAX; i++) {
            rests.restSubject("m" + i, ofSeconds(100 + i), Cause.SUBJECT_UNKNOWN);
        }

        rests.restSubject("one more", ofSeconds(1), Cause.SUBJECT_UNKNOWN);

        assertThat(rests.restingNanos("m0")).isZero();
        for (int i = 1; i < Rests.SUBJECTS_MAX; i++) {
            assertThat(rests.restingNanos("m" + i)).as("m" + i).isPositive();
        }
        assertThat(rests.restingNanos("one more")).isPositive();
    }

    @Test
    void clearing_ends_every_rest() {
        rests.rest(ofSeconds(20), Cause.KEY_REJECTED);
        rests.restSubject("a", ofSeconds(20), Cause.SUBJECT_UNKNOWN);

        rests.clear();

        assertThat(rests.restingNanos("a")).isZero();
    }

    @Test
    void its_report_tells_what_is_and_what_was_from_its_first_moment_on() {
        assertThat(health.report())
                .isEqualTo(
                        new HealthReport(
                                HealthStatus.HEALTHY,
                                time.instant(),
                                0,
                                0,
                                Optional.empty(),
                                Optional.empty(),
                                1));
        fail(3);
        assertThat(health.report().availability()).as("down from the first moment").isZero();
        time.advance(ofSeconds(30));
        succeed(2);
        time.advance(ofSeconds(10));
        assertThat(health.report().availability()).isCloseTo(0.25, within(1e-9));
        assertThat(health.report().timeBetweenFailures()).contains(ofSeconds(10));
    }

    @Test
    void what_failed_before_the_end_of_an_outage_does_not_make_it_degraded() {
        fail(15);
        succeed(2);
        assertThat(health.status()).isEqualTo(HealthStatus.HEALTHY);

        assertThat(health.observe(true)).isFalse();

        assertThat(health.status()).isEqualTo(HealthStatus.HEALTHY);
    }

    @Test
    void what_is_observed_keeps_it_from_nobody() {
        health.observe(true);
        assertTimeoutPreemptively(ofSeconds(20), health::report);
        health.report();
        assertTimeoutPreemptively(ofSeconds(20), () -> health.observe(false));
        fail(3);
        assertTimeoutPreemptively(ofSeconds(20), health::report);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "1000, 1000, 4.9e-324"})
    void each_number_may_be_its_least_and_its_most(int failures, int recoveries, double from) {
        assertThat(new HealthSettings(failures, recoveries, from).failures()).isEqualTo(failures);
    }

    @ParameterizedTest
    @CsvSource({"failures, 1001, 1, 1", "recoveries, 1, 1001, 1", "degraded-from, 1, 1, 1.0000001"})
    void no_number_may_be_more(String name, int failures, int recoveries, double from) {
        assertThatThrownBy(() -> new HealthSettings(failures, recoveries, from))
                .hasMessageStartingWith("health." + name + ": ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rate-limited",
                "rate-limited-most",
                "key-rejected",
                "account-exhausted",
                "subject-unknown",
                "most"
            })
    void no_rest_may_be_of_no_length(String name) {
        var names =
                List.of(
                        "rate-limited",
                        "rate-limited-most",
                        "key-rejected",
                        "account-exhausted",
                        "subject-unknown",
                        "most");
        Duration[] d = new Duration[6];
        Arrays.fill(d, ofSeconds(1));
        d[names.indexOf(name)] = ZERO;

        assertThatThrownBy(() -> new RestSettings(d[0], d[1], d[2], d[3], d[4], d[5]))
                .hasMessage("rest." + name + ": PT0S (expected: more than 0)");
    }

    @Test
    void settings_name_what_is_wrong_with_them() {
        assertThatThrownBy(() -> new HealthSettings(0, 2, 0.2))
                .hasMessage("health.failures: 0 (expected: 1 to 1000)");
        assertThatThrownBy(() -> new HealthSettings(3, 0, 0.2))
                .hasMessage("health.recoveries: 0 (expected: 1 to 1000)");
        assertThatThrownBy(() -> new HealthSettings(3, 2, 0))
                .hasMessage("health.degraded-from: 0.0 (expected: above 0, up to 1)");
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            health.observe(false);
        }
    }

    private void succeed(int times) {
        for (int i = 0; i < times; i++) {
            health.observe(true);
        }
    }
}
