package dev.switchgear.server.door.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.LongUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// 1,024 bytes a second in every window of ten seconds, looked at four times a second.
class BodyPaceTest {
    private static final int WINDOW = 10_000;
    private static final int RATE = 1024;
    private static final int LOOK = 250;
    private static final int NEVER = -1;

    /// When a body is found too slow that has brought `received` by each moment.
    private static long cutAt(int rate, LongUnaryOperator received) {
        var pace = new BodyPace(0, WINDOW, rate);
        for (long now = LOOK; now <= 300_000; now += LOOK) {
            if (pace.tooSlow(now, received.applyAsLong(now))) {
                return now;
            }
        }
        return NEVER;
    }

    static Stream<Arguments> bodies() {
        return Stream.of(
                body("nothing ever", 10_000, 10_250, _ -> 0),
                body("49 MB at once, then nothing", 10_000, 11_750, _ -> 49_000_000),
                body(
                        "a megabyte a second for a minute, then nothing",
                        69_000,
                        71_750,
                        now -> Math.min(now, 60_000) * 1000),
                body("a byte every second", 10_000, 10_250, now -> now / 1000),
                body("just under the rate", 10_000, 10_250, now -> now * 1020 / 1000),
                body("the rate", NEVER, NEVER, now -> now * 1030 / 1000),
                body(
                        "a window's worth every nine seconds",
                        NEVER,
                        NEVER,
                        now -> 10_240 * (1 + now / 9_000)),
                body(
                        "a window's worth every twenty seconds",
                        10_000,
                        12_000,
                        now -> 10_240 * (1 + now / 20_000)),
                body(
                        "fast, and slow from the second minute on",
                        70_000,
                        72_000,
                        now -> now < 60_000 ? now * 100 : 6_000_000 + (now - 60_000) / 2));
    }

    private static Arguments body(String name, long from, long to, LongUnaryOperator received) {
        return Arguments.of(name, from, to, received);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void a_body_must_bring_enough_in_every_window(
            String name, long from, long to, LongUnaryOperator received) {
        assertThat(cutAt(RATE, received)).isBetween(from, to);
    }

    @Test
    void where_no_rate_is_asked_one_byte_a_window_is_enough_and_none_is_not() {
        assertThat(cutAt(0, now -> now / 9_000)).isEqualTo(NEVER);
        assertThat(cutAt(0, _ -> 5)).isBetween(10_000L, 11_750L);
    }

    @Test
    void what_was_not_the_clients_fault_is_forgotten() {
        var pace = new BodyPace(0, WINDOW, RATE);
        assertThat(pace.tooSlow(9_900, 0)).isFalse();

        pace.restart(60_000, 0);

        assertThat(pace.tooSlow(60_250, 0)).isFalse();
        assertThat(pace.tooSlow(69_750, 0)).isFalse();
        assertThat(pace.tooSlow(70_000, 0)).isTrue();
    }

    /// Who is looked at seldom is judged by the last whole window too, not by all that it ever brought.
    @Test
    void looks_that_lie_a_window_apart_each_judge_their_own() {
        var pace = new BodyPace(0, WINDOW, RATE);

        assertThat(pace.tooSlow(WINDOW, 49_000_000)).isFalse();
        assertThat(pace.tooSlow(2 * WINDOW, 49_000_000 + RATE)).isTrue();
    }
}
