package dev.switchgear.core.score;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceTest {
    private final Pace pace = new Pace();

    @Test
    void two_late_answers_in_a_row_make_an_upstream_slow() {
        begin(20, 50);

        begin(1, 900);
        assertThat(pace.slowness()).isEmpty();

        begin(1, 950);
        assertThat(pace.slowness()).contains(new Slowness(ofMillis(950), ofMillis(50)));
    }

    @Test
    void two_in_time_end_it() {
        begin(20, 50);
        begin(3, 900);

        begin(1, 60);
        assertThat(pace.slowness()).isPresent();

        begin(1, 60);
        assertThat(pace.slowness()).isEmpty();
    }

    @Test
    void a_late_answer_now_and_then_means_nothing() {
        begin(20, 50);

        for (int i = 0; i < 10; i++) {
            begin(1, 900);
            begin(1, 50);
        }

        assertThat(pace.slowness()).isEmpty();
    }

    @Test
    void one_that_serves_quick_and_slow_subjects_is_not_slow_because_of_it() {
        for (int i = 0; i < 10; i++) {
            begin(8, 400);
            begin(2, 15_000);
        }

        begin(5, 20_000);

        assertThat(pace.slowness()).isEmpty();
    }

    @Test
    void a_few_milliseconds_are_no_slowness_however_quick_it_was() {
        begin(20, 2);

        begin(5, 200);

        assertThat(pace.slowness()).isEmpty();
    }

    @Test
    void nobody_is_slow_whose_usual_is_not_known() {
        begin(9, 50);

        begin(5, 10_000);

        assertThat(pace.slowness()).isEmpty();
    }

    @Test
    void what_goes_on_for_a_hundred_answers_is_usual() {
        begin(20, 50);

        begin(99, 900);
        assertThat(pace.slowness()).isPresent();

        begin(20, 900);
        assertThat(pace.slowness()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 250", "100, 350", "250, 500", "251, 502", "1000, 2000"})
    void late_is_after_twice_the_usual_and_a_quarter_of_a_second_later_at_least(
            long usual, long late) {
        begin(10, usual);
        pace.record(ofMillis(late).toNanos() - 1);
        pace.record(ofMillis(late).toNanos() - 1);
        assertThat(pace.slowness()).isEmpty();

        begin(2, late);

        assertThat(pace.slowness()).contains(new Slowness(ofMillis(late), ofMillis(usual)));
    }

    @Test
    void ten_answers_say_what_is_usual_and_nine_do_not() {
        begin(9, 50);
        begin(1, 50);

        begin(2, 10_000);

        assertThat(pace.slowness()).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"3, true", "4, false", "7, false"})
    void what_is_usual_is_learned_from_every_fourth(int answers, boolean slow) {
        begin(10, 100);
        begin(answers, 340);

        begin(2, 600);

        assertThat(pace.slowness().isPresent()).isEqualTo(slow);
    }

    @Test
    void the_hundredth_late_answer_is_usual_and_the_ninety_ninth_is_not() {
        begin(10, 100);
        begin(99, 600);
        assertThat(pace.slowness()).isPresent();

        begin(1, 600);

        assertThat(pace.slowness()).isEmpty();
        begin(9, 600);
        begin(1, 10_000);
        begin(2, 15_000);
        assertThat(pace.slowness()).as("it learns anew").isEmpty();
    }

    private void begin(int times, long millis) {
        for (int i = 0; i < times; i++) {
            pace.record(ofMillis(millis).toNanos());
        }
    }
}
