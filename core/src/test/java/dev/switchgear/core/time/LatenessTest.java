package dev.switchgear.core.time;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

class LatenessTest {
    private final ManualTime time = new ManualTime();
    private final Lateness lateness = new Lateness(time);

    @Test
    void without_a_pulse_nothing_is_measured() {
        time.advance(ofSeconds(100));

        assertThat(late()).isZero();
    }

    @Test
    void who_is_always_on_time_is_never_late() {
        Lateness.Pulse pulse = lateness.pulse();

        for (int i = 0; i < 1_000; i++) {
            time.advance(ofMillis(i % 2 == 0 ? 50 : 59));
            assertThat(late()).isZero();
            pulse.beat();
        }

        assertThat(late()).isZero();
        assertThat(lateness.lagNanos()).isZero();
    }

    @Test
    void lateness_shows_before_the_late_beat_comes_and_stays_after_it() {
        Lateness.Pulse pulse = lateness.pulse();

        time.advance(ofMillis(50));
        assertThat(late()).isZero();
        time.advance(ofSeconds(5));
        assertThat(late()).as("overdue").isEqualTo(ofSeconds(5).toNanos());
        pulse.beat();
        assertThat(late()).as("beaten").isEqualTo(ofSeconds(5).toNanos());
        time.advance(ofMillis(50));
        pulse.beat();

        assertThat(late()).as("on time again").isEqualTo(ofSeconds(5).toNanos());
    }

    @Test
    void pulses_that_are_late_together_are_late_once() {
        Lateness.Pulse one = lateness.pulse();
        Lateness.Pulse other = lateness.pulse();

        time.advance(ofMillis(1_050));
        one.beat();
        time.advance(ofMillis(40));
        other.beat();

        assertThat(late()).isEqualTo(ofMillis(1_040).toNanos());
    }

    @Test
    void one_that_hangs_is_late_though_another_beats() {
        Lateness.Pulse well = lateness.pulse();
        Lateness.Pulse hanging = lateness.pulse();

        for (int i = 0; i < 40; i++) {
            time.advance(ofMillis(50));
            well.beat();
        }

        assertThat(late()).isEqualTo(ofMillis(1_950).toNanos());
        hanging.end();
        time.advance(ofMillis(50));
        well.end();
        hanging.beat();
        time.advance(ofSeconds(50));
        assertThat(late()).as("no longer measured").isEqualTo(ofMillis(1_950).toNanos());
    }

    @Test
    void a_pause_is_no_queue() {
        Lateness.Pulse pulse = lateness.pulse();
        beats(pulse, 40, ofMillis(50));

        time.advance(ofSeconds(30));
        pulse.beat();
        assertThat(lateness.lagNanos()).isZero();
        beats(pulse, 1, ofMillis(50));

        assertThat(lateness.lagNanos()).isZero();
    }

    @Test
    void pauses_with_turns_between_them_are_no_queue() {
        Lateness.Pulse pulse = lateness.pulse();

        for (int i = 0; i < 20; i++) {
            beats(pulse, 1, ofMillis(950));
            beats(pulse, 1, ofMillis(50));
        }

        assertThat(lateness.lagNanos()).isZero();
    }

    @Test
    void a_queue_is_as_long_as_the_shortest_wait_of_the_last_second() {
        Lateness.Pulse pulse = lateness.pulse();

        beats(pulse, 2, ofMillis(850));
        assertThat(lateness.lagNanos()).as("two beats").isZero();
        beats(pulse, 1, ofMillis(450));
        assertThat(lateness.lagNanos()).isEqualTo(ofMillis(400).toNanos());
        beats(pulse, 3, ofMillis(2_050));
        assertThat(lateness.lagNanos()).isEqualTo(ofSeconds(2).toNanos());
        beats(pulse, 1, ofMillis(50));

        assertThat(lateness.lagNanos()).as("gone").isZero();
    }

    @Test
    void ten_milliseconds_are_no_lateness_and_more_are() {
        Lateness.Pulse pulse = lateness.pulse();
        for (int i = 0; i < 3; i++) {
            time.advance(ofMillis(60));
            assertThat(late()).isZero();
            pulse.beat();
        }
        assertThat(lateness.lagNanos()).isZero();
        long over = ofMillis(10).toNanos() + 1;
        for (int i = 0; i < 25; i++) {
            time.advance(ofMillis(60).plusNanos(1));
            assertThat(late()).isEqualTo((i + 1) * over);
            pulse.beat();
        }

        assertThat(lateness.lagNanos()).isEqualTo(over);
    }

    @Test
    void a_queue_shows_when_the_last_turn_in_time_is_more_than_a_second_ago() {
        Lateness.Pulse pulse = lateness.pulse();
        beats(pulse, 3, ofMillis(50));
        beats(pulse, 10, ofMillis(100));
        assertThat(lateness.lagNanos()).as("a second ago").isZero();

        beats(pulse, 1, ofMillis(100));

        assertThat(lateness.lagNanos()).isEqualTo(ofMillis(50).toNanos());
    }

    @Test
    void the_longest_queue_counts_until_its_pulse_ends() {
        Lateness.Pulse slow = lateness.pulse();
        Lateness.Pulse quick = lateness.pulse();
        for (int i = 0; i < 4; i++) {
            time.advance(ofMillis(550));
            slow.beat();
            quick.beat();
            time.advance(ofMillis(50));
            quick.beat();
        }
        assertThat(lateness.lagNanos()).isEqualTo(ofMillis(550).toNanos());

        slow.end();

        assertThat(lateness.lagNanos()).isZero();
    }

    @Test
    void a_pulse_that_begins_while_another_is_late_changes_nothing() {
        lateness.pulse();
        time.advance(ofMillis(1_050));
        assertThat(late()).isEqualTo(ofSeconds(1).toNanos());

        lateness.pulse();

        assertThat(late()).isEqualTo(ofSeconds(1).toNanos());
    }

    @Test
    void no_beat_keeps_it_from_others() {
        Lateness.Pulse pulse = lateness.pulse();
        assertTimeoutPreemptively(ofSeconds(20), pulse::beat);
        pulse.beat();
        assertTimeoutPreemptively(ofSeconds(20), pulse::beat);
        pulse.end();
        assertTimeoutPreemptively(ofSeconds(20), pulse::beat);
        pulse.beat();
        assertTimeoutPreemptively(ofSeconds(20), pulse::end);
    }

    @Test
    void it_beats_by_itself_through_timers_and_threads_until_it_is_closed() {
        var waiting = new ArrayDeque<Runnable>();
        int[] beats = {0};
        lateness.start(
                task -> {
                    waiting.add(task);
                    return Thread.currentThread();
                },
                () -> beats[0]++);

        time.advance(ofMillis(50));
        time.advance(ofSeconds(3));
        assertThat(late()).as("its thread gets no turn").isEqualTo(ofSeconds(3).toNanos());
        waiting.remove().run();
        assertThat(beats[0]).isEqualTo(1);
        time.advance(ofMillis(50));
        waiting.remove().run();
        assertThat(late()).isEqualTo(ofSeconds(3).toNanos());
        lateness.close();
        time.advance(ofSeconds(3));

        assertThat(waiting).isEmpty();
        assertThat(time.pending()).isZero();
    }

    private void beats(Lateness.Pulse pulse, int count, Duration apart) {
        for (int i = 0; i < count; i++) {
            time.advance(apart);
            pulse.beat();
        }
    }

    private long late() {
        return lateness.lateNanos(time.nanos());
    }
}
