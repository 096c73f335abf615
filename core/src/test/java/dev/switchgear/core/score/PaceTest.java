package dev.switchgear.core.score;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

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

    private void begin(int times, long millis) {
        for (int i = 0; i < times; i++) {
            pace.record(ofMillis(millis).toNanos());
        }
    }
}
