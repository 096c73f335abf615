package dev.switchgear.core.routing;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.breaker.BreakerSettings;
import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.call.BreakerState;
import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.HealthStatus;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Quota;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.event.Event;
import dev.switchgear.core.event.Event.Verdict;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.guard.GuardSettings;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.health.HealthSettings;
import dev.switchgear.core.health.RestSettings;
import dev.switchgear.core.health.Rests;
import dev.switchgear.core.score.ScoreWeights;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.core.time.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// An adapter that throws is a failure of its upstream, wherever and whatever it throws.
class AdapterFailureTest {
    private final ManualTime time = new ManualTime();
    private final Journal journal = new Journal(10_000);
    private final RandomGenerator random = new SplittableRandom(7);
    private final Failover failover = new Failover(journal, time, Threads.virtual(), random);
    private final FakeUpstream alpha = new FakeUpstream("alpha", time);
    private final FakeUpstream beta = new FakeUpstream("beta", time);

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    /// What an adapter may throw.
    static Stream<Supplier<Throwable>> defects() {
        return Stream.of(
                () -> new IllegalStateException("a defect"),
                () -> new NullPointerException("a defect"),
                () -> new StackOverflowError("a defect"),
                () -> new OutOfMemoryError("a defect"),
                () -> new NoClassDefFoundError("a defect"),
                () -> new AssertionError("a defect"));
    }

    @ParameterizedTest
    @MethodSource("defects")
    void another_upstream_answers_and_the_broken_one_is_counted(Supplier<Throwable> defect) {
        alpha.then(_ -> sneak(defect.get()));
        var route = route(false);

        Answer<String> answer = failover.carry(call(true), route);

        assertThat(answer.verdict()).isEqualTo(Verdict.FAILED_OVER);
        assertThat(beta.received).hasSize(1);
        assertThat(fault(answer, 0).cause()).isEqualTo(Cause.ADAPTER_FAILED);
        assertThat(fault(answer, 0).mayHaveActed()).as("nothing had left").isFalse();
        GuardedUpstream<String, String> broken = route.targets().getFirst().upstream();
        assertThat(broken.bulkhead().running()).isZero();
        assertThat(broken.health().report().failuresInRow()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("defects")
    void its_breaker_opens(Supplier<Throwable> defect) {
        var route = route(false);
        for (int i = 0; i < 60; i++) {
            alpha.then(_ -> sneak(defect.get()));
            failover.carry(call(true), route);
        }

        assertThat(route.targets().getFirst().upstream().breaker().state())
                .isEqualTo(BreakerState.OPEN);
        assertThat(alpha.received).as("calls before it opened").hasSizeLessThan(60);
    }

    @ParameterizedTest
    @MethodSource("defects")
    void where_all_break_the_call_is_lost_and_not_thrown(Supplier<Throwable> defect) {
        for (int i = 0; i < 5; i++) {
            alpha.then(_ -> sneak(defect.get()));
            beta.then(_ -> sneak(defect.get()));
        }

        Answer<String> answer = failover.carry(call(true), route(false));

        assertThat(answer.verdict()).isEqualTo(Verdict.LOST);
        assertThat(answer.attempts())
                .hasSize(2)
                .allSatisfy(attempt ->
                        assertThat(((Outcome.Failure<String>) attempt.outcome()).fault())
                                .extracting(Fault::cause)
                                .isEqualTo(Cause.ADAPTER_FAILED));
    }

    @Test
    void what_may_have_left_may_have_been_acted_upon() {
        alpha.then(dispatch -> {
            dispatch.leaving();
            return sneak(new IllegalStateException("a defect"));
        });

        Answer<String> answer = failover.carry(call(false), route(false));

        assertThat(beta.received).as("a call that may not be repeated").isEmpty();
        assertThat(answer.verdict()).isEqualTo(Verdict.LOST);
        assertThat(fault(answer, 0).mayHaveActed()).isTrue();
    }

    @Test
    void a_call_that_may_not_be_repeated_goes_on_where_nothing_had_left() {
        alpha.then(_ -> sneak(new IllegalStateException("a defect")));

        assertThat(failover.carry(call(false), route(false)).verdict())
                .isEqualTo(Verdict.FAILED_OVER);
    }

    @Test
    void an_answer_that_had_begun_is_broken_off() {
        alpha.then(dispatch -> {
            assertThat(dispatch.commit()).isTrue();
            return sneak(new IllegalStateException("a defect"));
        });

        Answer<String> answer = failover.carry(call(true), route(false));

        assertThat(answer.verdict()).isEqualTo(Verdict.BROKEN_OFF);
        assertThat(beta.received).isEmpty();
    }

    @Test
    void whose_client_has_gone_counts_against_nobody() {
        alpha.then(_ -> {
            Thread.currentThread().interrupt();
            return sneak(new IllegalStateException("cut short"));
        });
        var route = route(false);

        Answer<String> answer = failover.carry(call(true), route);

        assertThat(answer.verdict()).isEqualTo(Verdict.CANCELLED);
        assertThat(fault(answer, 0).cause()).isEqualTo(Cause.CANCELLED);
        assertThat(route.targets().getFirst().upstream().health().status())
                .isEqualTo(HealthStatus.HEALTHY);
        assertThat(route.targets().getFirst().upstream().bulkhead().running()).isZero();
    }

    /// Which of two that race breaks.
    enum Racer {
        FIRST,
        SECOND,
        BOTH
    }

    @ParameterizedTest
    @EnumSource
    void in_a_race_too(Racer broken) {
        alpha.then(dispatch -> {
            time.advance(ofMillis(60));
            return broken == Racer.SECOND
                    ? answer(dispatch)
                    : sneak(new StackOverflowError("a defect"));
        });
        if (broken != Racer.FIRST) {
            beta.then(_ -> sneak(new StackOverflowError("a defect")));
        }

        Answer<String> answer = failover.carry(call(true), route(true));

        assertThat(answer.deciding().orElseThrow().outcome() instanceof Outcome.Success<String>)
                .isEqualTo(broken != Racer.BOTH);
    }

    @Test
    void it_is_told_once_with_its_call_and_its_stack() {
        var defect = new IllegalStateException("a defect");
        alpha.then(_ -> sneak(defect));

        failover.carry(call(true), route(false));

        var events = new ArrayList<Event>();
        journal.drain(events::add, 100);
        assertThat(events)
                .filteredOn(Event.AdapterFailed.class::isInstance)
                .containsExactly(new Event.AdapterFailed(time.instant(), "c1", alpha.id(), defect));
    }

    private static Outcome<String> answer(Dispatch<String> dispatch) {
        return new Outcome.Success<>(dispatch.upstream().provider(), 1, Quota.UNKNOWN);
    }

    private static Fault fault(Answer<String> answer, int attempt) {
        return ((Outcome.Failure<String>) answer.attempts().get(attempt).outcome()).fault();
    }

    /// Throws anything, checked or not.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T, E extends Throwable> T sneak(Throwable defect) throws E {
        throw (E) defect;
    }

    private Call<String> call(boolean repeatable) {
        return new Call<>(
                "c1", "hello", Deadline.in(ofSeconds(30), time), repeatable, Rank.NORMAL, 10);
    }

    private Route<String, String> route(boolean hedged) {
        var targets = new ArrayList<Target<String, String>>();
        for (FakeUpstream upstream : List.of(alpha, beta)) {
            var settings =
                    new GuardSettings(
                            BreakerSettings.DEFAULT,
                            new BulkheadSettings(10, 10, ofSeconds(1)),
                            Optional.empty(),
                            List.of(),
                            HealthSettings.DEFAULT,
                            RestSettings.DEFAULT);
            var guarded =
                    new GuardedUpstream<>(
                            upstream, settings, new Rests(time), journal, time, random);
            targets.add(new Target<>(guarded, "m", 1, 0, Long.MAX_VALUE));
        }
        return new Route<>(
                "r",
                Strategy.PRIORITY,
                targets,
                RetrySettings.DEFAULT,
                hedged ? Optional.of(new HedgeSettings(ofMillis(50), 0.5)) : Optional.empty(),
                ScoreWeights.DEFAULT);
    }
}
