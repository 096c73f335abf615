package dev.switchgear.core.breaker;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.switchgear.core.breaker.Breaker.Result;
import dev.switchgear.core.call.BreakerState;
import dev.switchgear.core.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BreakerTest {
    private static final long QUICK = ofMillis(10).toNanos();
    private static final long SLOW = ofSeconds(3).toNanos();

    private final ManualTime time = new ManualTime();
    private final List<String> changes = new ArrayList<>();
    private BreakerSettings settings =
            new BreakerSettings(
                    new Window.Count(10),
                    4,
                    0.5,
                    0,
                    ofSeconds(2),
                    BreakerSettings.OFF,
                    ofSeconds(5),
                    ofSeconds(30),
                    BreakerGrowth.LINEAR,
                    0,
                    ZERO,
                    1);
    private Breaker breaker = build();

    @Test
    void it_stays_closed_while_too_few_attempts_say_anything() {
        fail(3);

        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
        assertThat(breaker.tryEnter()).isNotNegative();
    }

    @Test
    void it_opens_when_the_share_of_failures_is_reached() {
        succeed(2);
        fail(2);

        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
        assertThat(breaker.tryEnter()).isEqualTo(Breaker.REFUSED);
        assertThat(breaker.retryAfter()).isEqualTo(ofSeconds(5));
        assertThat(changes)
                .containsExactly("CLOSED > OPEN: 2 of 4 attempts failed; next trial in 5000 ms");
    }

    @Test
    void it_forgets_attempts_that_fell_out_of_a_counted_window() {
        fail(1);
        succeed(3);
        fail(1);
        succeed(8);
        fail(4);

        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);

        fail(1);

        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
    }

    @Test
    void it_forgets_attempts_older_than_a_timed_window() {
        use(with(new Window.Span(ofSeconds(10)), 0));
        fail(3);
        time.advance(ofSeconds(10));
        fail(3);

        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);

        time.advance(ofSeconds(8));
        fail(1);

        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
    }

    @Test
    void it_opens_after_failures_in_a_row_whatever_the_ratio() {
        use(with(new Window.Count(100), 3));
        succeed(50);
        fail(2);
        succeed(1);
        fail(2);

        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);

        fail(1);

        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
        assertThat(changes).singleElement().asString().contains("3 failures in a row");
    }

    @Test
    void attempts_that_do_not_count_neither_open_it_nor_interrupt_a_row() {
        use(with(new Window.Count(100), 3));
        fail(2);
        for (int i = 0; i < 50; i++) {
            settle(Result.IGNORED, QUICK);
        }
        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);

        fail(1);

        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
    }

    @Test
    void slow_successes_open_it_when_their_share_is_reached() {
        use(slowCallsCount());
        settle(Result.SUCCESS, QUICK);
        settle(Result.SUCCESS, SLOW);
        settle(Result.SUCCESS, SLOW);

        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);

        settle(Result.SUCCESS, SLOW);

        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
        assertThat(changes)
                .singleElement()
                .asString()
                .contains("3 of 4 attempts took longer than 2000 ms");
    }

    @Test
    void slow_successes_do_not_matter_where_slow_calls_are_off() {
        for (int i = 0; i < 20; i++) {
            settle(Result.SUCCESS, SLOW);
        }

        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void a_trial_that_is_slow_opens_it_again_where_slow_calls_count() {
        use(slowCallsCount());
        fail(4);
        time.advance(ofSeconds(5));

        settle(Result.SUCCESS, SLOW);

        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
    }

    @Test
    void after_its_pause_an_open_breaker_lets_exactly_one_trial_through() {
        fail(4);
        assertThat(breaker.tryEnter()).isEqualTo(Breaker.REFUSED);
        assertThat(breaker.wouldEnter()).isFalse();

        time.advance(ofSeconds(5));

        assertThat(breaker.wouldEnter()).isTrue();
        assertThat(breaker.tryEnter()).isNotNegative();
        assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
        assertThat(breaker.wouldEnter()).isFalse();
        assertThat(breaker.tryEnter()).as("second trial").isEqualTo(Breaker.REFUSED);
    }

    @Test
    void asking_whether_it_would_let_in_takes_no_trial() {
        fail(4);
        time.advance(ofSeconds(5));

        for (int i = 0; i < 3; i++) {
            assertThat(breaker.wouldEnter()).isTrue();
        }

        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
        assertThat(breaker.tryEnter()).isNotNegative();
    }

    @Test
    void a_trial_that_succeeds_closes_it() {
        fail(4);
        time.advance(ofSeconds(5));

        succeed(1);

        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
        assertThat(breaker.retryAfter()).isZero();
        fail(3);
        assertThat(breaker.state()).as("old failures are forgotten").isEqualTo(BreakerState.CLOSED);
        assertThat(changes)
                .containsExactly(
                        "CLOSED > OPEN: 4 of 4 attempts failed; next trial in 5000 ms",
                        "OPEN > HALF_OPEN: its pause is over",
                        "HALF_OPEN > CLOSED: the trial succeeded");
    }

    @Test
    void several_trials_run_one_after_the_other_where_several_are_wanted() {
        use(probes(3));
        fail(4);
        time.advance(ofSeconds(5));

        for (int i = 0; i < 2; i++) {
            long trial = breaker.tryEnter();
            assertThat(breaker.tryEnter()).isEqualTo(Breaker.REFUSED);
            breaker.settle(trial, Result.SUCCESS, QUICK, ZERO);
            assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
        }
        succeed(1);

        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void a_trial_that_does_not_count_frees_its_slot_for_the_next() {
        fail(4);
        time.advance(ofSeconds(5));

        settle(Result.IGNORED, QUICK);

        assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
        assertThat(breaker.wouldEnter()).isTrue();
        succeed(1);
        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void a_trial_settled_twice_counts_once() {
        use(probes(3));
        fail(4);
        time.advance(ofSeconds(5));
        long trial = breaker.tryEnter();

        breaker.settle(trial, Result.SUCCESS, QUICK, ZERO);
        breaker.settle(trial, Result.FAILURE, QUICK, ZERO);
        breaker.settle(trial, Result.SUCCESS, QUICK, ZERO);

        assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
        succeed(1);
        assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
        succeed(1);
        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void a_late_result_from_before_the_opening_neither_closes_nor_reopens_it() {
        long late = breaker.tryEnter();
        long later = breaker.tryEnter();
        long latest = breaker.tryEnter();
        fail(4);
        breaker.settle(late, Result.SUCCESS, QUICK, ZERO);
        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);

        time.advance(ofSeconds(5));
        long trial = breaker.tryEnter();
        breaker.settle(later, Result.FAILURE, QUICK, ofSeconds(100));
        assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
        breaker.settle(latest, Result.IGNORED, QUICK, ZERO);
        assertThat(breaker.tryEnter()).as("the trial is still out").isEqualTo(Breaker.REFUSED);

        breaker.settle(trial, Result.SUCCESS, QUICK, ZERO);
        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void the_pause_grows_in_a_straight_line_up_to_its_bound() {
        assertThat(pausesWhileNothingRecovers(BreakerGrowth.LINEAR, 8))
                .containsExactly(5L, 10L, 15L, 20L, 25L, 30L, 30L, 30L);
    }

    @Test
    void the_pause_doubles_up_to_its_bound() {
        assertThat(pausesWhileNothingRecovers(BreakerGrowth.EXPONENTIAL, 5))
                .containsExactly(5L, 10L, 20L, 30L, 30L);
    }

    @Test
    void the_pause_grows_like_fibonacci_up_to_its_bound() {
        assertThat(pausesWhileNothingRecovers(BreakerGrowth.FIBONACCI, 6))
                .containsExactly(5L, 10L, 15L, 25L, 30L, 30L);
    }

    @Test
    void no_number_of_openings_overflows_the_pause() {
        for (BreakerGrowth growth : BreakerGrowth.values()) {
            assertThat(growth.factor(Integer.MAX_VALUE)).isGreaterThan(1000).isFinite();
        }
    }

    @Test
    void a_recovery_that_lasts_resets_the_pause_and_a_short_one_does_not() {
        fail(4);
        time.advance(ofSeconds(5));
        succeed(1);
        time.advance(ofSeconds(4));
        fail(4);
        assertThat(breaker.retryAfter()).as("closed for 4 s").isEqualTo(ofSeconds(10));

        time.advance(ofSeconds(10));
        succeed(1);
        time.advance(ofSeconds(5));
        fail(4);

        assertThat(breaker.retryAfter()).as("closed for 5 s").isEqualTo(ofSeconds(5));
    }

    @Test
    void jitter_shortens_the_pause_by_up_to_its_share() {
        use(jitter(0.2));
        var pauses = new ArrayList<Long>();
        for (int i = 0; i < 100; i++) {
            fail(4);
            pauses.add(breaker.retryAfter().toMillis());
            time.advance(ofSeconds(5));
            succeed(1);
            time.advance(ofSeconds(5));
        }

        assertThat(pauses).allSatisfy(pause -> assertThat(pause).isBetween(4000L, 5000L));
        assertThat(pauses.stream().distinct().count()).isGreaterThan(50);
    }

    @Test
    void retry_after_is_a_floor_of_the_pause() {
        fail(3);
        breaker.settle(breaker.tryEnter(), Result.FAILURE, QUICK, ofSeconds(20));

        assertThat(breaker.retryAfter()).isEqualTo(ofSeconds(20));
    }

    @Test
    void retry_after_of_an_earlier_failure_still_holds_when_it_opens() {
        breaker.settle(breaker.tryEnter(), Result.FAILURE, QUICK, ofSeconds(20));
        time.advance(ofSeconds(2));
        fail(3);

        assertThat(breaker.retryAfter()).isEqualTo(ofSeconds(18));
    }

    @Test
    void retry_after_shorter_than_the_pause_changes_nothing() {
        fail(3);
        breaker.settle(breaker.tryEnter(), Result.FAILURE, QUICK, ofSeconds(1));

        assertThat(breaker.retryAfter()).isEqualTo(ofSeconds(5));
    }

    @Test
    void an_absurd_retry_after_keeps_us_away_for_a_day_at_most() {
        fail(3);
        breaker.settle(breaker.tryEnter(), Result.FAILURE, QUICK, ofDays(400_000));

        assertThat(breaker.retryAfter()).isEqualTo(ofHours(24));
    }

    @Test
    void a_free_probe_that_finds_the_upstream_well_ends_the_pause() {
        fail(4);

        breaker.endPause();

        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
        assertThat(breaker.tryEnter()).isNotNegative();
        assertThat(breaker.tryEnter()).isEqualTo(Breaker.REFUSED);
    }

    @Test
    void a_free_probe_does_not_overrule_a_retry_after() {
        fail(3);
        breaker.settle(breaker.tryEnter(), Result.FAILURE, QUICK, ofSeconds(3));

        breaker.endPause();

        assertThat(breaker.retryAfter()).isEqualTo(ofSeconds(3));
    }

    @Test
    void after_closing_its_share_grows_to_the_whole() {
        use(rampUp(ofSeconds(10)));
        fail(4);
        assertThat(breaker.share()).isZero();
        time.advance(ofSeconds(5));
        succeed(1);

        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
        assertThat(breaker.share()).isCloseTo(0.1, within(1e-9));
        assertThat(admittedOf(1000)).isBetween(60, 140);
        time.advance(ofSeconds(5));
        assertThat(breaker.share()).isCloseTo(0.55, within(1e-9));
        assertThat(admittedOf(1000)).isBetween(500, 600);
        time.advance(ofSeconds(5));
        assertThat(breaker.share()).isEqualTo(1);
        assertThat(admittedOf(1000)).isEqualTo(1000);
        assertThat(breaker.share()).isEqualTo(1);
    }

    @Test
    void failures_while_ramping_up_open_it_again_with_a_longer_pause() {
        use(rampUp(ofSeconds(10)));
        fail(4);
        time.advance(ofSeconds(5));
        succeed(1);
        time.advance(ofSeconds(9));

        int failed = 0;
        while (failed < 4) {
            long ticket = breaker.tryEnter();
            if (ticket != Breaker.REFUSED) {
                breaker.settle(ticket, Result.FAILURE, QUICK, ZERO);
                failed++;
            }
        }

        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
        assertThat(breaker.retryAfter()).isEqualTo(ofSeconds(10));
    }

    @Test
    void by_default_a_dead_upstream_costs_five_attempts_and_then_nothing() {
        use(BreakerSettings.DEFAULT);

        int sent = 0;
        for (int i = 0; i < 1000; i++) {
            long ticket = breaker.tryEnter();
            if (ticket != Breaker.REFUSED) {
                sent++;
                breaker.settle(ticket, Result.FAILURE, QUICK, ZERO);
            }
        }

        assertThat(sent).isEqualTo(5);
    }

    @Test
    void an_attempt_is_slow_only_where_it_takes_longer() {
        use(slowCallsCount());
        for (int i = 0; i < 4; i++) {
            settle(Result.SUCCESS, settings.slowCall().toNanos());
        }
        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);

        for (int i = 0; i < 10; i++) {
            if (breaker.state() == BreakerState.CLOSED) {
                settle(Result.SUCCESS, settings.slowCall().toNanos() + 1);
            }
        }
        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
    }

    @Test
    void a_slow_ratio_of_one_opens_it_when_every_attempt_was_slow() {
        use(settings(settings.window(), 0, 1, BreakerGrowth.LINEAR, 0, ZERO, 1));
        for (int i = 0; i < 4; i++) {
            settle(Result.SUCCESS, SLOW);
        }

        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
    }

    @Test
    void no_result_from_before_any_change_counts_after_it() {
        var early = new ArrayList<Long>();
        for (int opening = 0; opening < 3; opening++) {
            for (int i = 0; i < 8; i++) {
                early.add(breaker.tryEnter());
            }
            fail(4);
            settleAll(early);
            assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
            time.advance(breaker.retryAfter());
            long trial = breaker.tryEnter();
            settleAll(early);
            assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
            breaker.settle(trial, Result.SUCCESS, QUICK, ZERO);
            settleAll(early);
            assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
            early.add(trial);
        }
    }

    @Test
    void its_listener_hears_how_long_it_will_stay_open_whenever_it_opens() {
        time.advance(ofHours(1));
        fail(4);

        assertThat(changes).singleElement().asString().endsWith("next trial in 5000 ms");
    }

    @Test
    void an_attempt_that_ends_while_it_ramps_up_leaves_the_share_as_it_was() {
        use(rampUp(ofSeconds(10)));
        fail(4);
        time.advance(ofSeconds(5));
        succeed(1);
        time.advance(ofSeconds(5));
        breaker.settle(breaker.tryEnter(true), Result.SUCCESS, QUICK, ZERO);

        assertThat(breaker.share()).isCloseTo(0.55, within(1e-9));
    }

    @Test
    void who_has_nowhere_else_to_go_is_let_in_while_it_ramps_up() {
        use(rampUp(ofHours(1)));
        fail(4);
        time.advance(ofSeconds(5));
        succeed(1);

        for (int i = 0; i < 100; i++) {
            assertThat(breaker.tryEnter(true)).isNotNegative();
        }
    }

    @Test
    void the_first_attempt_after_the_ramp_up_counts_like_any_other() {
        use(with(new Window.Count(10), 1, ofSeconds(10)));
        fail(1);
        time.advance(ofSeconds(5));
        succeed(1);
        time.advance(ofSeconds(10));

        fail(1);

        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
    }

    @Test
    void a_trial_that_has_shown_enough_closes_it_before_its_end_and_nothing_else_does() {
        long usual = breaker.tryEnter();
        breaker.passTrial(usual, QUICK);
        fail(4);
        breaker.passTrial(usual, QUICK);
        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
        time.advance(ofSeconds(5));
        long trial = breaker.tryEnter();
        breaker.passTrial(usual, QUICK);
        assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);

        breaker.passTrial(trial, QUICK);

        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
        breaker.settle(trial, Result.FAILURE, QUICK, ZERO);
        fail(3);
        assertThat(breaker.state()).as("the trial counted once").isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void it_goes_by_changed_settings_from_then_on_and_forgets_only_for_another_window() {
        fail(3);
        breaker.use(slowCallsCount());
        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
        fail(1);
        assertThat(breaker.state()).as("the window is the same").isEqualTo(BreakerState.OPEN);

        use(with(new Window.Count(10), 0));
        fail(3);
        breaker.use(with(new Window.Count(11), 0));
        fail(1);
        assertThat(breaker.state()).as("the window is another").isEqualTo(BreakerState.CLOSED);

        use(with(new Window.Count(10), 0));
        breaker.use(slowCallsCount());
        for (int i = 0; i < 4; i++) {
            settle(Result.SUCCESS, SLOW);
        }
        assertThat(breaker.state()).as("slow calls count now").isEqualTo(BreakerState.OPEN);
    }

    @Test
    void a_ramp_up_that_is_taken_away_gives_the_whole_share() {
        use(rampUp(ofSeconds(10)));
        fail(4);
        time.advance(ofSeconds(5));
        succeed(1);

        breaker.use(rampUp(ZERO));

        assertThat(breaker.share()).isEqualTo(1);
        assertThat(admittedOf(100)).isEqualTo(100);
    }

    @Test
    void nothing_asked_of_it_keeps_it_from_others() {
        List<Runnable> everything =
                List.of(
                        () -> breaker.settle(breaker.tryEnter(), Result.FAILURE, QUICK, ZERO),
                        () -> breaker.settle(-7, Result.FAILURE, QUICK, ZERO),
                        () -> breaker.use(rampUp(ofSeconds(1))),
                        () -> fail(3),
                        breaker::endPause,
                        breaker::tryEnter,
                        () -> breaker.passTrial(breaker.tryEnter(), QUICK));
        for (Runnable asked : everything) {
            asked.run();
            assertTimeoutPreemptively(ofSeconds(20), breaker::endPause);
        }
    }

    @Test
    void settings_name_what_is_wrong_with_them() {
        assertThatThrownBy(() -> new Window.Count(0))
                .hasMessage("breaker.window: 0 (expected: 1 to 10000 calls)");
        assertThatThrownBy(() -> new Window.Span(ZERO))
                .hasMessage("breaker.window: PT0S (expected: 10 ms to 1 h)");
        assertThatThrownBy(() -> with(new Window.Count(3), 0))
                .hasMessage("breaker.minimum-calls: 4 (expected: at most the window's 3)");
        assertThatThrownBy(() -> with(new Window.Count(10), -1))
                .hasMessage("breaker.failures: -1 (expected: 0 or more)");
        assertThatThrownBy(() -> jitter(1.5)).hasMessage("breaker.jitter: 1.5 (expected: 0 to 1)");
        assertThatThrownBy(() -> jitter(Double.NaN))
                .hasMessage("breaker.jitter: NaN (expected: 0 to 1)");
        assertThatThrownBy(() -> rampUp(ofMinutes(-1)))
                .hasMessage("breaker.ramp-up: PT-1M (expected: 0 to 24 h)");
        assertThatThrownBy(() -> probes(0))
                .hasMessage("breaker.probes-to-close: 0 (expected: 1 or more)");
    }

    private List<Long> pausesWhileNothingRecovers(BreakerGrowth growth, int openings) {
        use(growing(growth));
        var pauses = new ArrayList<Long>();
        fail(4);
        for (int i = 0; i < openings; i++) {
            Duration pause = breaker.retryAfter();
            pauses.add(pause.toSeconds());
            time.advance(pause);
            fail(1);
        }
        return pauses;
    }

    private int admittedOf(int asked) {
        int admitted = 0;
        for (int i = 0; i < asked; i++) {
            admitted += breaker.tryEnter() == Breaker.REFUSED ? 0 : 1;
        }
        return admitted;
    }

    private void succeed(int times) {
        for (int i = 0; i < times; i++) {
            settle(Result.SUCCESS, QUICK);
        }
    }

    /// As often as would open it if it counted, and as a trial would close it.
    private void settleAll(List<Long> tickets) {
        for (Result result : Result.values()) {
            for (long ticket : tickets) {
                breaker.settle(ticket, result, QUICK, ofSeconds(100));
            }
        }
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            settle(Result.FAILURE, QUICK);
        }
    }

    private void settle(Result result, long latencyNanos) {
        long ticket = breaker.tryEnter();
        assertThat(ticket).isNotNegative();
        breaker.settle(ticket, result, latencyNanos, ZERO);
    }

    private void use(BreakerSettings changed) {
        settings = changed;
        breaker = build();
        changes.clear();
    }

    private Breaker build() {
        return new Breaker(
                settings,
                time,
                new SplittableRandom(7),
                (from, to, why, pause) ->
                        changes.add(
                                from
                                        + " > "
                                        + to
                                        + ": "
                                        + why
                                        + (pause.isZero()
                                                ? ""
                                                : "; next trial in " + pause.toMillis() + " ms")));
    }

    private BreakerSettings with(Window window, int inRow) {
        return settings(window, inRow, BreakerSettings.OFF, BreakerGrowth.LINEAR, 0, ZERO, 1);
    }

    private BreakerSettings with(Window window, int inRow, Duration rampUp) {
        return settings(window, inRow, BreakerSettings.OFF, BreakerGrowth.LINEAR, 0, rampUp, 1);
    }

    private BreakerSettings slowCallsCount() {
        return settings(settings.window(), 0, 0.7, BreakerGrowth.LINEAR, 0, ZERO, 1);
    }

    private BreakerSettings probes(int probes) {
        return settings(
                settings.window(), 0, BreakerSettings.OFF, BreakerGrowth.LINEAR, 0, ZERO, probes);
    }

    private BreakerSettings growing(BreakerGrowth growth) {
        return settings(settings.window(), 0, BreakerSettings.OFF, growth, 0, ZERO, 1);
    }

    private BreakerSettings jitter(double jitter) {
        return settings(
                settings.window(), 0, BreakerSettings.OFF, BreakerGrowth.LINEAR, jitter, ZERO, 1);
    }

    private BreakerSettings rampUp(Duration rampUp) {
        return settings(
                settings.window(), 0, BreakerSettings.OFF, BreakerGrowth.LINEAR, 0, rampUp, 1);
    }

    private BreakerSettings settings(
            Window window,
            int inRow,
            double slowRatio,
            BreakerGrowth growth,
            double jitter,
            Duration rampUp,
            int probes) {
        return new BreakerSettings(
                window,
                settings.minimumCalls(),
                settings.failureRatio(),
                inRow,
                settings.slowCall(),
                slowRatio,
                settings.openFor(),
                settings.openForMax(),
                growth,
                jitter,
                rampUp,
                probes);
    }
}
