package dev.switchgear.core.patience;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.switchgear.core.call.Timeouts;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PatienceTest {
    private final Habits habits = new Habits();
    private final Patience patience = new Patience(PatienceSettings.DEFAULT, habits);

    private Wait begin(Nature nature) {
        return patience.allowance("m", Form.PIECES, nature).begin();
    }

    private Wait pause(Nature nature) {
        return patience.allowance("m", Form.PIECES, nature).pause();
    }

    private void answers(int count, Duration took) {
        for (int i = 0; i < count; i++) {
            habits.took("m", Form.PIECES, Phase.BEGIN, took.toNanos());
        }
    }

    @Test
    void
            who_is_known_to_be_prompt_is_waited_for_45_seconds_and_everybody_else_as_long_as_clients_do() {
        assertThat(begin(Nature.PROMPT).most()).isEqualTo(ofSeconds(45));
        assertThat(pause(Nature.PROMPT).most()).isEqualTo(ofSeconds(45));
        for (Nature nature : new Nature[] {Nature.SLOW, Nature.MADE_SLOW, Nature.UNKNOWN}) {
            assertThat(begin(nature).most()).as("%s", nature).isEqualTo(ofMinutes(10));
            assertThat(pause(nature).most()).as("%s", nature).isEqualTo(ofMinutes(10));
            assertThat(begin(nature).why()).isEqualTo(new Wait.Why.Untaught(nature));
        }
    }

    @ParameterizedTest
    @CsvSource({"100, 15000", "1875, 15000", "3000, 24000", "60000, 480000", "80000, 600000"})
    void answers_teach_eight_times_what_they_took_within_bounds(long millis, long expected) {
        answers(100, ofMillis(millis));

        assertThat(begin(Nature.UNKNOWN))
                .isEqualTo(
                        new Wait(ofMillis(expected), new Wait.Why.Learned(100, ofMillis(millis))));
    }

    @Test
    void pauses_are_learned_likewise_and_never_below_half_a_minute() {
        for (int i = 0; i < 100; i++) {
            habits.took("m", Form.PIECES, Phase.PAUSE, ofMillis(300).toNanos());
        }
        assertThat(pause(Nature.SLOW).most()).isEqualTo(ofSeconds(30));

        for (int i = 0; i < 100; i++) {
            habits.took("m", Form.PIECES, Phase.PAUSE, ofSeconds(20).toNanos());
        }
        assertThat(pause(Nature.SLOW).most()).isEqualTo(ofSeconds(160));
    }

    @Test
    void one_late_answer_of_a_hundred_counts_for_nothing_and_two_do() {
        answers(99, ofSeconds(2));
        answers(1, ofSeconds(60));
        assertThat(begin(Nature.PROMPT).most()).isEqualTo(ofSeconds(16));

        answers(1, ofSeconds(50));
        assertThat(begin(Nature.PROMPT).most()).isEqualTo(ofSeconds(400));

        answers(99, ofSeconds(2));
        assertThat(begin(Nature.PROMPT).most()).as("forgotten").isEqualTo(ofSeconds(16));
    }

    @Test
    void a_few_answers_tell_of_the_prompt_and_twenty_of_everybody_else() {
        answers(4, ofSeconds(1));
        assertThat(begin(Nature.PROMPT).most()).isEqualTo(ofSeconds(45));
        answers(1, ofSeconds(1));
        assertThat(begin(Nature.PROMPT).most()).isEqualTo(ofSeconds(15));

        assertThat(begin(Nature.SLOW).most()).isEqualTo(ofMinutes(10));
        answers(15, ofSeconds(1));
        assertThat(begin(Nature.SLOW).most()).isEqualTo(ofSeconds(15));
    }

    @Test
    void each_wait_in_vain_doubles_the_next_until_an_answer_comes() {
        for (int seconds : new int[] {45, 90, 180, 360, 600, 600}) {
            Duration waited = begin(Nature.PROMPT).most();
            assertThat(waited).isEqualTo(ofSeconds(seconds));
            habits.inVain("m", Form.PIECES, Phase.BEGIN, waited);
        }

        answers(1, ofSeconds(100));

        assertThat(begin(Nature.PROMPT).most()).isEqualTo(ofSeconds(45));
    }

    @Test
    void waits_in_vain_side_by_side_count_once() {
        Duration waited = begin(Nature.PROMPT).most();
        for (int i = 0; i < 50; i++) {
            habits.inVain("m", Form.PIECES, Phase.BEGIN, waited);
        }

        assertThat(begin(Nature.PROMPT))
                .isEqualTo(new Wait(ofSeconds(90), new Wait.Why.Stretched(ofSeconds(45))));
    }

    @Test
    void who_has_shown_to_be_prompt_is_never_waited_for_more_than_eight_times_as_long() {
        answers(10, ofSeconds(1));
        for (int seconds : new int[] {15, 30, 60, 120, 120}) {
            Duration waited = begin(Nature.PROMPT).most();
            assertThat(waited).isEqualTo(ofSeconds(seconds));
            habits.inVain("m", Form.PIECES, Phase.BEGIN, waited);
        }
    }

    @Test
    void each_answer_more_is_told_of_though_it_took_as_long_as_the_others() {
        for (int count = 1; count <= 30; count++) {
            answers(1, ofSeconds(1));
            Wait.Why why = begin(Nature.PROMPT).why();
            assertThat(why)
                    .isEqualTo(
                            count < 5
                                    ? new Wait.Why.Untaught(Nature.PROMPT)
                                    : new Wait.Why.Learned(count, ofSeconds(1)));
        }
    }

    @Test
    void a_wait_in_vain_of_half_as_long_stretches_nothing() {
        answers(20, ofSeconds(2));
        habits.inVain("m", Form.PIECES, Phase.BEGIN, ofSeconds(8));

        assertThat(begin(Nature.SLOW))
                .isEqualTo(new Wait(ofSeconds(16), new Wait.Why.Learned(20, ofSeconds(2))));
    }

    @Test
    void who_is_waited_for_as_long_as_anybody_is_not_said_to_be_waited_for_longer() {
        answers(20, ofSeconds(75));
        habits.inVain("m", Form.PIECES, Phase.BEGIN, ofMinutes(10));

        assertThat(begin(Nature.SLOW))
                .isEqualTo(new Wait(ofMinutes(10), new Wait.Why.Learned(20, ofSeconds(75))));
    }

    @Test
    void what_is_noted_keeps_it_from_nobody() {
        answers(1, ofSeconds(1));
        assertTimeoutPreemptively(
                ofSeconds(20), () -> habits.inVain("m", Form.PIECES, Phase.BEGIN, ofSeconds(1)));
        habits.inVain("m", Form.PIECES, Phase.BEGIN, ofSeconds(1));
        assertTimeoutPreemptively(ofSeconds(20), () -> answers(1, ofSeconds(1)));
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void what_one_form_teaches_says_nothing_of_another(Form taught) {
        for (int i = 0; i < 100; i++) {
            habits.took("m", taught, Phase.BEGIN, ofSeconds(1).toNanos());
        }

        for (Form form : Form.values()) {
            assertThat(patience.allowance("m", form, Nature.SLOW).begin().most())
                    .as("%s", form)
                    .isEqualTo(form == taught ? ofSeconds(15) : ofMinutes(10));
        }
    }

    @Test
    void what_is_told_holds_whatever_was_learned() {
        answers(100, ofSeconds(1));
        var told =
                new Patience(
                        new PatienceSettings(
                                ofSeconds(1),
                                Optional.of(ofSeconds(7)),
                                Optional.of(ofSeconds(9)),
                                Optional.of(ofSeconds(3)),
                                ofMinutes(1)),
                        habits);

        assertThat(told.allowance("m", Form.PIECES, Nature.PROMPT).timeouts())
                .as("a late head has a late first piece")
                .isEqualTo(
                        new Timeouts(
                                ofSeconds(1),
                                ofSeconds(7),
                                ofSeconds(9),
                                ofSeconds(3),
                                ofMinutes(1)));
        assertThat(told.allowance("m", Form.WHOLE, Nature.PROMPT).begin())
                .isEqualTo(Wait.told(ofSeconds(7)));
    }

    @Test
    void of_too_many_subjects_those_not_heard_of_longest_are_forgotten() {
        for (int i = 0; i < 5; i++) {
            habits.took("old", Form.PIECES, Phase.BEGIN, 1);
        }
        for (int i = 0; i < 5_000; i++) {
            habits.took("kept", Form.PIECES, Phase.BEGIN, 1);
            habits.took("s" + i, Form.PIECES, Phase.BEGIN, 1);
            assertThat(habits.size()).isLessThanOrEqualTo(Habits.SUBJECTS_MAX);
        }

        assertThat(habits.size()).isGreaterThan(Habits.SUBJECTS_MAX * 3 / 4);
        assertThat(patience.allowance("kept", Form.PIECES, Nature.PROMPT).begin().most())
                .isEqualTo(ofSeconds(15));
        assertThat(patience.allowance("old", Form.PIECES, Nature.PROMPT).begin().most())
                .isEqualTo(ofSeconds(45));
    }

    @Test
    void asking_for_subjects_that_never_answered_remembers_nothing() {
        for (int i = 0; i < 1_000; i++) {
            patience.allowance("made-up-" + i, Form.WHOLE, Nature.UNKNOWN);
        }

        assertThat(habits.size()).isZero();
    }

    @Test
    void the_99th_percentile_is_that_of_the_last_hundred_sorted() {
        var random = new Random(7);
        var window = new LastHundred();
        int[] all = new int[5_000];
        for (int i = 0; i < all.length; i++) {
            all[i] = random.nextInt(i % 3 == 0 ? 10 : 10_000);
            window.add(all[i]);

            int[] last = Arrays.copyOfRange(all, Math.max(0, i - 99), i + 1);
            Arrays.sort(last);
            int rank = (int) Math.ceil(0.99 * last.length);
            assertThat(window.p99Millis()).as("answer %d", i).isEqualTo(last[rank - 1]);
        }
    }
}
