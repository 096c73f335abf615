package dev.switchgear.core.routing;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.switchgear.core.breaker.BreakerSettings;
import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Quota;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
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
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every way in which a call can end, and what it is counted as, once: a call that nobody could answer is
/// lost, whoever noticed that.
class EveryEndTest {
    private static final long TOTAL = 10;

    enum End {
        SERVED(Verdict.SERVED, _ -> new Outcome.Success<>("ok", 1, Quota.UNKNOWN)),
        SERVED_AFTER_FAILING_OVER(
                Verdict.FAILED_OVER, _ -> Outcome.Failure.of(FakeUpstream.serverError())),
        REFUSED_AS_INVALID(Verdict.RETURNED, _ -> failed(Cause.INVALID_REQUEST, Recovery.RETURN)),
        REFUSED_BY_POLICY(Verdict.RETURNED, _ -> failed(Cause.POLICY_REFUSED, Recovery.RETURN)),
        THE_MODEL_FAILED_AT_IT(Verdict.RETURNED, _ -> failed(Cause.ANSWER_FAILED, Recovery.RETURN)),
        DEADLINE_PASSED_BEFORE_IT_CAME(Verdict.LOST, _ -> failed(Cause.DEADLINE, Recovery.RETURN)),
        DEADLINE_NOTICED_BY_THE_ADAPTER(
                Verdict.LOST, dispatch -> late(dispatch, Cause.DEADLINE, Recovery.RETURN)),
        DEADLINE_NOTICED_BY_THE_GATEWAY(
                Verdict.LOST, dispatch -> late(dispatch, Cause.HEAD_TIMEOUT, Recovery.FAIL_OVER)),
        DEADLINE_BEFORE_A_PAUSE_IS_OVER(
                Verdict.LOST,
                _ ->
                        Outcome.Failure.of(
                                new Fault(
                                        Cause.SERVER_ERROR,
                                        Scope.REQUEST,
                                        Recovery.RETRY,
                                        false,
                                        ofSeconds(9),
                                        "busy"))),
        DEADLINE_WITHIN_A_STREAM(
                Verdict.BROKEN_OFF,
                dispatch -> {
                    dispatch.commit();
                    return late(dispatch, Cause.DEADLINE, Recovery.RETURN);
                }),
        BROKEN_OFF(
                Verdict.BROKEN_OFF,
                dispatch -> {
                    dispatch.commit();
                    return failed(Cause.CONNECTION_LOST, Recovery.RETRY);
                }),
        NO_PLACE_IN_ITS_TIME(Verdict.LOST, _ -> failed(Cause.SERVER_ERROR, Recovery.FAIL_OVER)),
        NOBODY_ANSWERS(Verdict.LOST, _ -> failed(Cause.SERVER_ERROR, Recovery.FAIL_OVER)),
        NOT_TO_BE_REPEATED(
                Verdict.LOST,
                _ ->
                        Outcome.Failure.of(
                                Fault.of(
                                        Cause.CONNECTION_LOST,
                                        Scope.PROVIDER,
                                        Recovery.RETRY,
                                        true,
                                        "lost"))),
        KEY_REJECTED(Verdict.LOST, _ -> failed(Cause.KEY_REJECTED, Recovery.FAIL_OVER)),
        OVER_THE_PROVIDERS_BUDGET(Verdict.LOST, _ -> failed(Cause.OVER_BUDGET, Recovery.FAIL_OVER)),
        WE_WERE_LATE(Verdict.LOST, _ -> failed(Cause.OWN_DELAY, Recovery.FAIL_OVER)),
        HAS_NO_COUNTERPART(Verdict.RETURNED, _ -> failed(Cause.NOT_OFFERED, Recovery.FAIL_OVER)),
        OUR_OWN_WIRE_IS_CLOSED(Verdict.LOST, _ -> Outcome.Failure.of(Fault.cancelled(false))),
        CLIENT_GONE(
                Verdict.CANCELLED,
                _ -> {
                    Thread.currentThread().interrupt();
                    return Outcome.Failure.of(Fault.cancelled(true));
                }),
        CLIENT_GONE_WITHIN_A_STREAM(
                Verdict.CANCELLED,
                dispatch -> {
                    dispatch.commit();
                    Thread.currentThread().interrupt();
                    return Outcome.Failure.of(Fault.cancelled(true));
                }),
        SHUT_DOWN(
                Verdict.LOST,
                dispatch -> {
                    dispatch.call().givenUpByUs(() -> true);
                    Thread.currentThread().interrupt();
                    return Outcome.Failure.of(Fault.cancelled(true));
                }),
        SHUT_DOWN_WITHIN_A_STREAM(
                Verdict.BROKEN_OFF,
                dispatch -> {
                    dispatch.commit();
                    dispatch.call().givenUpByUs(() -> true);
                    Thread.currentThread().interrupt();
                    return Outcome.Failure.of(Fault.cancelled(true));
                });

        private final Verdict verdict;

        @SuppressWarnings("ImmutableEnumChecker") // The steps hold nothing.
        private final Function<Dispatch<String>, Outcome<String>> step;

        End(Verdict verdict, Function<Dispatch<String>, Outcome<String>> step) {
            this.verdict = verdict;
            this.step = step;
        }

        private static Outcome<String> failed(Cause cause, Recovery recovery) {
            return Outcome.Failure.of(FakeUpstream.of(cause, Scope.REQUEST, recovery));
        }

        private static Outcome<String> late(
                Dispatch<String> dispatch, Cause cause, Recovery recovery) {
            CLOCK.get().advance(ofSeconds(TOTAL));
            assertThat(dispatch.call().deadline().passed(CLOCK.get())).isTrue();
            return failed(cause, recovery);
        }
    }

    /// The clock of the test that runs on this thread.
    private static final ThreadLocal<ManualTime> CLOCK = ThreadLocal.withInitial(ManualTime::new);

    private final ManualTime time = new ManualTime();
    private final Journal journal = new Journal(100);
    private final SplittableRandom random = new SplittableRandom(1);
    private final Failover failover = new Failover(journal, time, Threads.virtual(), random);
    private final FakeUpstream alpha = new FakeUpstream("alpha", time);
    private final FakeUpstream beta = new FakeUpstream("beta", time);

    @AfterEach
    void clear() {
        Thread.interrupted();
        CLOCK.remove();
    }

    private Target<String, String> target(FakeUpstream upstream) {
        var settings =
                new GuardSettings(
                        BreakerSettings.DEFAULT,
                        new BulkheadSettings(1, 0, ofMillis(0)),
                        Optional.empty(),
                        List.of(),
                        HealthSettings.DEFAULT,
                        RestSettings.DEFAULT);
        return new Target<>(
                new GuardedUpstream<>(upstream, settings, new Rests(time), journal, time, random),
                "m",
                1,
                0,
                Long.MAX_VALUE);
    }

    @ParameterizedTest
    @EnumSource
    void is_counted_once_as_what_its_client_sees(End end) throws InterruptedException {
        CLOCK.set(time);
        Target<String, String> first = target(alpha);
        Target<String, String> second = target(beta);
        var deadline = Deadline.in(ofSeconds(TOTAL), time);
        var call = new Call<>("c", "q", deadline, end != End.NOT_TO_BE_REPEATED, Rank.NORMAL, 1);
        switch (end) {
            case DEADLINE_PASSED_BEFORE_IT_CAME -> time.advance(ofSeconds(TOTAL));
            case NO_PLACE_IN_ITS_TIME -> {
                first.upstream().admit(call, "m", true);
                second.upstream().admit(call, "m", true);
            }
            default -> {}
        }
        for (int i = 0; i < 5; i++) {
            alpha.then(end.step);
            if (end != End.SERVED_AFTER_FAILING_OVER) {
                beta.then(end.step);
            }
        }
        var route =
                new Route<>(
                        "r",
                        Strategy.PRIORITY,
                        List.of(first, second),
                        RetrySettings.DEFAULT,
                        Optional.empty(),
                        ScoreWeights.DEFAULT);

        Answer<String> answer = failover.carry(call, route);

        assertThat(answer.verdict()).isEqualTo(end.verdict);
        assertThat(counted()).containsExactly(end.verdict);
        assertThat(time.nanos()).isLessThanOrEqualTo(ofSeconds(TOTAL).toNanos());
    }

    @Test
    void a_defect_loses_the_call_and_that_is_counted_too() {
        for (int i = 0; i < 5; i++) {
            alpha.then(_ -> {
                throw new IllegalStateException("a defect");
            });
        }
        var deadline = Deadline.in(ofSeconds(TOTAL), time);
        var call = new Call<>("c", "q", deadline, true, Rank.NORMAL, 1);
        var route =
                new Route<>(
                        "r",
                        Strategy.PRIORITY,
                        List.of(target(alpha)),
                        RetrySettings.DEFAULT,
                        Optional.empty(),
                        ScoreWeights.DEFAULT);

        Throwable _ = catchThrowable(() -> failover.carry(call, route));

        assertThat(counted()).containsExactly(Verdict.LOST);
    }

    private List<Verdict> counted() {
        var verdicts = new ArrayList<Verdict>();
        journal.drain(
                event -> {
                    if (event instanceof Event.Answered answered) {
                        verdicts.add(answered.verdict());
                    }
                },
                100);
        return verdicts;
    }
}
