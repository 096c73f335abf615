package dev.switchgear.core.health;

import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.time.ManualTime;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What happens at the end of a rest: one call goes first, and what it came to decides. The same of the
/// whole upstream as of one subject.
class RestsTest {
    enum What {
        WHOLE,
        SUBJECT
    }

    private static final Duration REST = ofSeconds(20);

    private final ManualTime time = new ManualTime();
    private final Rests rests = new Rests(time);

    @BeforeEach
    void some_time_has_passed() {
        time.advance(ofSeconds(1000));
    }

    @Test
    void where_nothing_has_rested_nothing_is_owed() {
        assertThat(rests.enter("m")).isEqualTo(Rests.FREE);
        rests.restSubject("other", REST, Cause.RATE_LIMITED);
        assertThat(rests.enter("m")).isEqualTo(Rests.FREE);
        rests.settle(Rests.FREE, "other", true);
        assertThat(rests.restingNanos("other")).isEqualTo(REST.toNanos());
    }

    @ParameterizedTest
    @EnumSource(What.class)
    void nobody_goes_before_its_end_and_one_at_its_end(What what) {
        rest(what, REST, Cause.RATE_LIMITED);
        time.advance(REST.minusNanos(1));
        assertThat(rests.enter("m")).isEqualTo(Rests.REFUSED);
        time.advance(ofNanos(1));
        assertThat(rests.restingNanos("m")).isZero();

        assertThat(rests.enter("m")).isPositive();

        assertThat(rests.enter("m")).as("one is out").isEqualTo(Rests.REFUSED);
        assertThat(rests.restingNanos("m")).isEqualTo(Rests.TRIAL.toNanos());
        time.advance(Rests.TRIAL.minusNanos(1));
        assertThat(rests.enter("m")).isEqualTo(Rests.REFUSED);
        assertThat(rests.resting("m")).contains(new Rest(ofNanos(1), Cause.RATE_LIMITED));
        time.advance(ofNanos(1));
        assertThat(rests.resting("m")).isEmpty();
        assertThat(rests.enter("m")).as("it is out for long").isPositive();
    }

    @ParameterizedTest
    @EnumSource(What.class)
    void an_answer_ends_it_and_silence_lets_the_next_one_try(What what) {
        long trial = trial(what, Cause.RATE_LIMITED);

        rests.settle(trial, "m", false);
        assertThat(rests.restingNanos("m")).isZero();
        long next = rests.enter("m");
        assertThat(next).isPositive().isNotEqualTo(trial);
        rests.settle(trial, "m", true);
        assertThat(rests.enter("m")).as("the first has no say").isEqualTo(Rests.REFUSED);

        rests.settle(next, "m", true);
        assertThat(rests.enter("m")).isEqualTo(Rests.FREE);
    }

    @ParameterizedTest
    @EnumSource(What.class)
    void what_is_turned_away_again_rests_anew_whatever_its_trial_says_then(What what) {
        long trial = trial(what, Cause.RATE_LIMITED);
        rest(what, REST, Cause.RATE_LIMITED);

        rests.settle(trial, "m", false);

        assertThat(rests.restingNanos("m")).isEqualTo(REST.toNanos());
        assertThat(rests.enter("m")).isEqualTo(Rests.REFUSED);
    }

    @Test
    void one_call_is_the_trial_of_both() {
        rest(What.WHOLE, REST, Cause.RATE_LIMITED);
        rest(What.SUBJECT, REST.plusSeconds(1), Cause.RATE_LIMITED);
        time.advance(REST);
        assertThat(rests.enter("m")).as("the subject rests").isEqualTo(Rests.REFUSED);
        time.advance(ofSeconds(1));
        long trial = rests.enter("m");
        assertThat(rests.enter("n")).as("the whole is tried").isEqualTo(Rests.REFUSED);

        rests.settle(trial, "m", true);

        assertThat(rests.enter("m")).isEqualTo(Rests.FREE);
        assertThat(rests.enter("n")).isEqualTo(Rests.FREE);
    }

    @ParameterizedTest
    @EnumSource(What.class)
    void a_question_ends_a_rest_early_only_for_its_cause_and_before_its_end(What what) {
        assertThat(mayEndEarly(what, Cause.KEY_REJECTED)).as("nothing rests").isFalse();
        rest(what, REST, Cause.KEY_REJECTED);
        assertThat(mayEndEarly(what, Cause.KEY_REJECTED)).isTrue();
        assertThat(mayEndEarly(what, Cause.RATE_LIMITED)).isFalse();
        endEarly(what, Cause.RATE_LIMITED);
        assertThat(rests.restingNanos("m")).isEqualTo(REST.toNanos());

        endEarly(what, Cause.KEY_REJECTED);

        assertThat(rests.restingNanos("m")).isZero();
        assertThat(mayEndEarly(what, Cause.KEY_REJECTED)).as("it is over").isFalse();
        assertThat(rests.enter("m")).isPositive();
        assertThat(rests.enter("m")).as("one goes first").isEqualTo(Rests.REFUSED);
    }

    @ParameterizedTest
    @EnumSource(What.class)
    void questions_prove_nothing_once_a_call_was_turned_away_after_one_until_it_is_answered(
            What what) {
        rest(what, REST, Cause.KEY_REJECTED);
        endEarly(what, Cause.KEY_REJECTED);
        rests.settle(rests.enter("m"), "m", false);
        rest(what, REST, Cause.KEY_REJECTED);

        assertThat(mayEndEarly(what, Cause.KEY_REJECTED)).isFalse();
        endEarly(what, Cause.KEY_REJECTED);
        assertThat(rests.restingNanos("m")).isEqualTo(REST.toNanos());

        time.advance(REST);
        rests.settle(rests.enter("m"), "m", true);
        rest(what, REST, Cause.KEY_REJECTED);
        assertThat(mayEndEarly(what, Cause.KEY_REJECTED)).as("it was answered").isTrue();
    }

    @ParameterizedTest
    @EnumSource(What.class)
    void being_turned_away_for_another_cause_or_at_the_usual_end_says_nothing_of_questions(
            What what) {
        rest(what, REST, Cause.KEY_REJECTED);
        time.advance(REST);
        rests.settle(rests.enter("m"), "m", false);
        rest(what, REST, Cause.KEY_REJECTED);
        assertThat(mayEndEarly(what, Cause.KEY_REJECTED)).as("no question was asked").isTrue();

        endEarly(what, Cause.KEY_REJECTED);
        rests.settle(rests.enter("m"), "m", false);
        rest(what, REST, Cause.RATE_LIMITED);
        assertThat(mayEndEarly(what, Cause.RATE_LIMITED)).as("another cause").isTrue();
    }

    @ParameterizedTest
    @EnumSource(What.class)
    void of_two_rests_the_longer_one_stays(What what) {
        rest(what, REST, Cause.RATE_LIMITED);
        rest(what, REST.minusSeconds(1), Cause.KEY_REJECTED);
        assertThat(rests.resting("m")).contains(new Rest(REST, Cause.RATE_LIMITED));

        rest(what, REST.plusSeconds(1), Cause.KEY_REJECTED);
        assertThat(rests.resting("m")).contains(new Rest(REST.plusSeconds(1), Cause.KEY_REJECTED));
    }

    @Test
    void subjects_limited_in_a_row_rest_the_whole_until_the_first_is_back() {
        rests.restSubject("a", ofSeconds(30), Cause.RATE_LIMITED);
        rests.restSubject("b", ofSeconds(20), Cause.RATE_LIMITED);

        assertThat(rests.restSubject("c", ofSeconds(50), Cause.RATE_LIMITED))
                .contains(ofSeconds(20));
        assertThat(rests.restingNanos("d")).isEqualTo(ofSeconds(20).toNanos());
    }

    @Test
    void of_too_many_subjects_that_rest_the_one_soonest_back_gives_way_by_name_where_equal() {
        for (int i = Rests.SUBJECTS_MAX - 1; i >= 0; i--) {
            rests.restSubject("m%03d".formatted(i), REST, Cause.SUBJECT_UNKNOWN);
        }
        rests.restSubject("a", REST, Cause.SUBJECT_UNKNOWN);

        assertThat(rests.restingNanos("a")).as("the new one is spared").isPositive();
        assertThat(rests.restingNanos("m000")).isZero();
        assertThat(rests.restingNanos("m001")).isPositive();
        assertThat(rests.restingNanos("m255")).isPositive();
    }

    @Test
    void nothing_asked_of_it_keeps_it_from_others() {
        List<Runnable> everything =
                List.of(
                        () -> rests.rest(REST, Cause.KEY_REJECTED),
                        () -> rests.restSubject("m", REST, Cause.RATE_LIMITED),
                        () -> rests.enter("m"),
                        rests::answered,
                        () -> rests.endEarly(Cause.KEY_REJECTED),
                        () -> rests.endEarlySubject("m", Cause.RATE_LIMITED),
                        () -> rests.settle(rests.enter("m"), "m", true),
                        rests::clear);
        for (Runnable asked : everything) {
            asked.run();
            assertTimeoutPreemptively(ofSeconds(20), () -> rests.settle(99, "m", false));
        }
    }

    private void rest(What what, Duration pause, Cause cause) {
        switch (what) {
            case WHOLE -> rests.rest(pause, cause);
            case SUBJECT -> rests.restSubject("m", pause, cause);
        }
    }

    private long trial(What what, Cause cause) {
        rest(what, REST, cause);
        time.advance(REST);
        return rests.enter("m");
    }

    private boolean mayEndEarly(What what, Cause cause) {
        return switch (what) {
            case WHOLE -> rests.mayEndEarly(cause);
            case SUBJECT -> rests.mayEndEarlySubjects(cause).equals(Set.of("m"));
        };
    }

    private void endEarly(What what, Cause cause) {
        switch (what) {
            case WHOLE -> rests.endEarly(cause);
            case SUBJECT -> rests.endEarlySubject("m", cause);
        }
    }
}
