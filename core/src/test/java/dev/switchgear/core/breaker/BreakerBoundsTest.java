package dev.switchgear.core.breaker;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The least and the most of each number of a breaker are allowed, and nothing beyond them.
class BreakerBoundsTest {
    @FunctionalInterface
    interface Asked {
        Object of();
    }

    record Bound(String name, Asked asked) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final BreakerSettings D = BreakerSettings.DEFAULT;
    private static final Duration NONE = Duration.ZERO;
    private static final Duration DAY = Duration.ofHours(24);
    private static final Duration NANO = Duration.ofNanos(1);

    static List<Bound> allowed() {
        return List.of(
                new Bound("window of 1", () -> new Window.Count(1)),
                new Bound("window of 10,000", () -> new Window.Count(10_000)),
                new Bound("window of 10 ms", () -> new Window.Span(Duration.ofMillis(10))),
                new Bound("window of 1 h", () -> new Window.Span(Duration.ofHours(1))),
                new Bound("minimum 1", () -> counts(D.window(), 1, 0, 1)),
                new Bound("minimum as the window", () -> counts(new Window.Count(4), 4, 0, 1)),
                new Bound("failures in a row off", () -> counts(D.window(), 1, 0, 1)),
                new Bound("one probe", () -> counts(D.window(), 1, 5, 1)),
                new Bound("least failure ratio", () -> ratios(Double.MIN_VALUE, 2, 0)),
                new Bound("whole failure ratio", () -> ratios(1, 2, 0)),
                new Bound("least slow ratio", () -> ratios(1, Double.MIN_VALUE, 0)),
                new Bound("no jitter", () -> ratios(1, 2, 0)),
                new Bound("whole jitter", () -> ratios(1, 2, 1)),
                new Bound("slow at once", () -> times(NANO, DAY, DAY, NONE)),
                new Bound("slow in a day", () -> times(DAY, DAY, DAY, NONE)),
                new Bound("open for 1 ms", () -> open(Duration.ofMillis(1), DAY)),
                new Bound("open for a day", () -> open(DAY, DAY)),
                new Bound("no ramp-up", () -> times(DAY, DAY, DAY, NONE)),
                new Bound("ramp-up of a day", () -> times(DAY, DAY, DAY, DAY)));
    }

    static List<Bound> refused() {
        return List.of(
                new Bound("window", () -> new Window.Count(0)),
                new Bound("window", () -> new Window.Count(10_001)),
                new Bound("window", () -> new Window.Span(Duration.ofMillis(10).minus(NANO))),
                new Bound("window", () -> new Window.Span(Duration.ofHours(1).plus(NANO))),
                new Bound("minimum-calls", () -> counts(D.window(), 0, 0, 1)),
                new Bound("minimum-calls", () -> counts(new Window.Count(4), 5, 0, 1)),
                new Bound("failures", () -> counts(D.window(), 1, -1, 1)),
                new Bound("probes-to-close", () -> counts(D.window(), 1, 0, 0)),
                new Bound("failure-ratio", () -> ratios(0, 2, 0)),
                new Bound("failure-ratio", () -> ratios(Math.nextUp(1.0), 2, 0)),
                new Bound("slow-ratio", () -> ratios(1, 0, 0)),
                new Bound("jitter", () -> ratios(1, 2, -Double.MIN_VALUE)),
                new Bound("jitter", () -> ratios(1, 2, Math.nextUp(1.0))),
                new Bound("slow-call", () -> times(NONE, DAY, DAY, NONE)),
                new Bound("slow-call", () -> times(DAY.plus(NANO), DAY, DAY, NONE)),
                new Bound("open-for", () -> open(Duration.ofMillis(1).minus(NANO), DAY)),
                new Bound("open-for", () -> open(DAY.plus(NANO), DAY.plus(NANO))),
                new Bound("open-for-max", () -> open(DAY, DAY.minus(NANO))),
                new Bound("open-for-max", () -> open(DAY, DAY.plus(NANO))),
                new Bound("ramp-up", () -> times(DAY, DAY, DAY, NANO.negated())),
                new Bound("ramp-up", () -> times(DAY, DAY, DAY, DAY.plus(NANO))));
    }

    @ParameterizedTest
    @MethodSource("allowed")
    void what_lies_on_its_bound_is_allowed(Bound bound) {
        assertThatCode(() -> bound.asked().of()).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("refused")
    void what_lies_beyond_is_refused_by_its_name(Bound bound) {
        assertThatThrownBy(() -> bound.asked().of())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("breaker." + bound.name() + ": ");
    }

    private static BreakerSettings counts(Window window, int minimum, int inRow, int probes) {
        return of(window, minimum, new double[] {1, 2, 0}, inRow, probes, D);
    }

    private static BreakerSettings ratios(double failures, double slow, double jitter) {
        return of(D.window(), 1, new double[] {failures, slow, jitter}, 0, 1, D);
    }

    private static BreakerSettings of(
            Window window, int minimum, double[] ratios, int inRow, int probes, BreakerSettings s) {
        return new BreakerSettings(
                window,
                minimum,
                ratios[0],
                inRow,
                s.slowCall(),
                ratios[1],
                s.openFor(),
                s.openForMax(),
                s.growth(),
                ratios[2],
                s.rampUp(),
                probes);
    }

    private static BreakerSettings open(Duration first, Duration most) {
        return times(DAY, first, most, NONE);
    }

    private static BreakerSettings times(
            Duration slow, Duration openFor, Duration openForMax, Duration rampUp) {
        return new BreakerSettings(
                D.window(), 1, 1, 0, slow, 2, openFor, openForMax, D.growth(), 0, rampUp, 1);
    }
}
