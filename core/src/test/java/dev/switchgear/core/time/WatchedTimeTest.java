package dev.switchgear.core.time;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class WatchedTimeTest {
    private final ManualTime clock = new ManualTime();
    private final WatchedTime time = new WatchedTime(clock);

    @Test
    void it_says_what_its_clock_says() throws InterruptedException {
        clock.advance(ofSeconds(7));
        assertThat(time.nanos()).isEqualTo(ofSeconds(7).toNanos());
        assertThat(time.instant()).isEqualTo(clock.instant());

        time.sleep(ofSeconds(3));

        assertThat(clock.nanos()).isEqualTo(ofSeconds(10).toNanos());
    }

    @Test
    void it_says_how_late_the_program_is_until_it_is_closed() {
        var waiting = new ArrayList<Runnable>();
        time.start(task -> {
            waiting.add(task);
            return Thread.currentThread();
        });
        clock.advance(ofMillis(1050));
        assertThat(time.lateNanos(clock.nanos())).isEqualTo(ofSeconds(1).toNanos());
        for (int i = 0; i < 3; i++) {
            clock.advance(Duration.ofSeconds(1));
            waiting.removeFirst().run();
            clock.advance(ofMillis(50));
        }
        assertThat(time.lagNanos()).isPositive();

        time.close();
        waiting.clear();
        clock.advance(ofSeconds(1));

        assertThat(waiting).isEmpty();
    }

    @Test
    void what_is_due_runs_when_its_time_has_come_and_in_its_order() {
        clock.advance(ofSeconds(5));
        var ran = new ArrayList<String>();
        time.after(ofSeconds(2), () -> ran.add("second"));
        time.after(ofSeconds(1), () -> ran.add("first"));
        time.after(ofSeconds(2), () -> ran.add("third"));
        time.after(ofSeconds(1), () -> ran.add("never")).cancel();
        time.after(ofSeconds(-1), () -> ran.add("at once"));
        assertThat(clock.pending()).isEqualTo(4);

        clock.advance(Duration.ZERO);
        assertThat(ran).containsExactly("at once");
        clock.advance(ofSeconds(2).minusNanos(1));
        assertThat(ran).containsExactly("at once", "first");
        clock.advance(Duration.ofNanos(1));

        assertThat(ran).containsExactly("at once", "first", "second", "third");
        assertThat(clock.pending()).isZero();
    }

    @Test
    void who_is_interrupted_does_not_sleep() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> clock.sleep(ofSeconds(1)))
                .isInstanceOf(InterruptedException.class);

        assertThat(clock.nanos()).isZero();
        assertThat(Thread.interrupted()).isFalse();
    }
}
