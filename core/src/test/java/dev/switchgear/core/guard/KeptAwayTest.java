package dev.switchgear.core.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.breaker.BreakerGrowth;
import dev.switchgear.core.breaker.BreakerSettings;
import dev.switchgear.core.breaker.Window;
import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Forced;
import dev.switchgear.core.call.GuardName;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Quota;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import dev.switchgear.core.call.Upstream;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.guard.Admission.Admitted;
import dev.switchgear.core.guard.Admission.Refused;
import dev.switchgear.core.health.ForcedState;
import dev.switchgear.core.health.HealthSettings;
import dev.switchgear.core.health.RestSettings;
import dev.switchgear.core.health.Rests;
import dev.switchgear.core.limiter.Limit;
import dev.switchgear.core.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// How long an answer of a provider keeps calls away at most, and how they come back.
final class KeptAwayTest {
    private static final Duration MOST = RestSettings.DEFAULT.most();
    private static final Duration TRIAL = Duration.ofSeconds(2);
    private static final Quota UNSAID = Quota.UNKNOWN;
    private static final Quota NO_REQUESTS = new Quota(0, Duration.ofDays(30), -1, Duration.ZERO);
    private static final Quota NO_UNITS = new Quota(-1, Duration.ZERO, 0, Duration.ofHours(20));

    private final ManualTime time = new ManualTime();
    private final Rests account = new Rests(time);
    private final GuardedUpstream<String, String> upstream = guarded();

    /// Every cause and scope with every wait, and what is said of limits beside it.
    private static Stream<Arguments> words() {
        var words = new ArrayList<Arguments>();
        for (Cause cause : Cause.values()) {
            for (Scope scope : Scope.values()) {
                for (Duration wait :
                        List.of(
                                Duration.ZERO,
                                Duration.ofSeconds(3),
                                MOST,
                                Duration.ofHours(24),
                                Duration.ofDays(4_000))) {
                    for (Quota quota : List.of(UNSAID, NO_REQUESTS, NO_UNITS)) {
                        words.add(Arguments.of(cause, scope, wait, quota));
                    }
                }
            }
        }
        return words.stream();
    }

    @ParameterizedTest
    @MethodSource("words")
    void nothing_is_kept_away_for_more_than_an_hour_and_then_one_call_goes_first(
            Cause cause, Scope scope, Duration wait, Quota quota) throws InterruptedException {
        admitted().settle(failed(cause, scope, wait, quota));
        boolean keptAway = upstream.wouldRefuse("m", 1).isPresent();

        time.advance(MOST);

        assertThat(upstream.wouldRefuse("m", 1)).isEmpty();
        Permit trial = admitted();
        if (keptAway) {
            for (int i = 0; i < 20; i++) {
                assertThat(admit("m")).as("beside the trial").isInstanceOf(Refused.class);
            }
            assertThat(upstream.wouldRefuse("m", 1)).isPresent();
        }
        trial.settle(answered());
        time.advance(TRIAL);
        for (int i = 0; i < 20; i++) {
            admitted();
        }
    }

    @Test
    void a_trial_that_is_answered_lets_everybody_in_at_once() throws InterruptedException {
        turnedAway();
        Permit trial = admitted();

        trial.settle(answered());

        admitted();
        admitted();
    }

    @Test
    void the_first_piece_of_a_stream_is_an_answer() throws InterruptedException {
        turnedAway();
        Permit trial = admitted();
        assertThat(admit("m")).isInstanceOf(Refused.class);

        trial.firstPiece(1);

        admitted();
        admitted();
    }

    @Test
    void a_trial_that_is_turned_away_rests_anew_and_nobody_else_is_sent()
            throws InterruptedException {
        turnedAway();
        Permit trial = admitted();

        trial.settle(failed(Cause.KEY_REJECTED, Scope.KEY, Duration.ZERO, UNSAID));

        assertThat(admit("m"))
                .isInstanceOfSatisfying(
                        Refused.class,
                        no -> {
                            assertThat(no.by()).isEqualTo(GuardName.REST);
                            assertThat(no.retryAfter())
                                    .isEqualTo(RestSettings.DEFAULT.keyRejected());
                        });
    }

    @Test
    void a_trial_that_says_nothing_is_followed_by_the_next_one() throws InterruptedException {
        turnedAway();

        for (int i = 0; i < 5; i++) {
            Permit trial = admitted();
            assertThat(admit("m")).isInstanceOf(Refused.class);
            trial.settle(failed(Cause.CANCELLED, Scope.REQUEST, Duration.ZERO, UNSAID));
        }
    }

    @Test
    void beside_a_trial_that_takes_long_one_more_goes_every_two_seconds()
            throws InterruptedException {
        turnedAway();
        admitted();

        for (int i = 0; i < 3; i++) {
            assertThat(admit("m"))
                    .isInstanceOfSatisfying(
                            Refused.class, no -> assertThat(no.retryAfter()).isEqualTo(TRIAL));
            time.advance(TRIAL);
            admitted();
        }
    }

    @Test
    void a_trial_of_one_subject_keeps_no_other_away() throws InterruptedException {
        admitted().settle(failed(Cause.RATE_LIMITED, Scope.SUBJECT, Duration.ZERO, UNSAID));
        time.advance(MOST);
        admitted();

        assertThat(admit("m")).isInstanceOf(Refused.class);
        assertThat(admit("other")).isInstanceOf(Admitted.class);
    }

    @Test
    void who_is_refused_by_a_later_guard_leaves_the_trial_to_the_next()
            throws InterruptedException {
        var full = guarded(List.of(new Limit(Limit.Measure.UNITS, 5, Duration.ofMinutes(1))));
        full.rests().rest(Duration.ofSeconds(1), Cause.KEY_REJECTED);
        account.rest(Duration.ofSeconds(1), Cause.ACCOUNT_EXHAUSTED);
        time.advance(Duration.ofSeconds(1));

        assertThat(full.admit(call(6), "m", false)).isInstanceOf(Refused.class);
        assertThat(full.admit(call(1), "m", false)).isInstanceOf(Admitted.class);
    }

    /// What a person orders counts for those who wait for a place already.
    @ParameterizedTest
    @EnumSource
    void whoever_waited_for_a_place_goes_where_it_may_still_go(Forced state) throws Exception {
        var crowded = guarded(List.of(), new BulkheadSettings(1, 1, Duration.ofMinutes(1)));
        var first = (Admitted) crowded.admit(call(1), "m", false);
        var waiting = new FutureTask<>(() -> crowded.admit(call(1), "m", false));
        Thread.startVirtualThread(waiting);
        awaitQueued(crowded);

        crowded.force(
                state == Forced.NONE
                        ? ForcedState.Order.NONE
                        : new ForcedState.Order(state, "ann", Instant.MAX));
        first.permit().settle(answered());

        Admission then = waiting.get(10, TimeUnit.SECONDS);
        switch (state) {
            case NONE, ON -> assertThat(then).isInstanceOf(Admitted.class);
            case OFF, DRAIN -> {
                assertThat(then).isInstanceOf(Refused.class);
                assertThat(((Refused) then).by()).isEqualTo(GuardName.FORCED);
                assertThat(crowded.bulkhead().running()).as("it holds nothing").isZero();
            }
        }
    }

    private static void awaitQueued(GuardedUpstream<String, String> crowded) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (crowded.bulkhead().queued() == 0) {
            assertThat(System.nanoTime()).as("waiting for the queue").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    /// Turned away once, and the rest is over.
    private void turnedAway() throws InterruptedException {
        admitted().settle(failed(Cause.KEY_REJECTED, Scope.KEY, Duration.ZERO, UNSAID));
        time.advance(RestSettings.DEFAULT.keyRejected());
    }

    private Permit admitted() throws InterruptedException {
        Admission admission = admit("m");
        assertThat(admission).isInstanceOf(Admitted.class);
        return ((Admitted) admission).permit();
    }

    private Admission admit(String subject) throws InterruptedException {
        return upstream.admit(call(1), subject, false);
    }

    private Call<String> call(long units) {
        return new Call<>(
                "id", "ask", Deadline.in(Duration.ofHours(9), time), true, Rank.NORMAL, units);
    }

    private Attempt<String> answered() {
        return attempt(new Outcome.Success<>("yes", 1, UNSAID));
    }

    private Attempt<String> failed(Cause cause, Scope scope, Duration wait, Quota quota) {
        var fault = new Fault(cause, scope, Recovery.FAIL_OVER, false, wait, "because");
        return attempt(new Outcome.Failure<>(fault, Optional.empty(), quota));
    }

    private Attempt<String> attempt(Outcome<String> outcome) {
        return new Attempt<>(1, Attempt.Kind.FIRST, upstream.id(), "m", outcome, 1, -1);
    }

    private GuardedUpstream<String, String> guarded() {
        return guarded(List.of());
    }

    private GuardedUpstream<String, String> guarded(List<Limit> limits) {
        return guarded(limits, BulkheadSettings.DEFAULT);
    }

    private GuardedUpstream<String, String> guarded(List<Limit> limits, BulkheadSettings places) {
        var sender =
                new Upstream<String, String>() {
                    @Override
                    public UpstreamId id() {
                        return new UpstreamId("alpha", "main");
                    }

                    @Override
                    public Outcome<String> send(Dispatch<String> dispatch) {
                        throw new AssertionError("only the guards are asked here");
                    }
                };
        // Opens at the first failure, for a moment: what an answer asks for is what keeps it open.
        var breaker =
                new BreakerSettings(
                        new Window.Count(20),
                        20,
                        0.5,
                        1,
                        Duration.ofSeconds(30),
                        BreakerSettings.OFF,
                        Duration.ofMillis(1),
                        Duration.ofMillis(1),
                        BreakerGrowth.LINEAR,
                        0,
                        Duration.ZERO,
                        1);
        var settings =
                new GuardSettings(
                        breaker,
                        places,
                        Optional.empty(),
                        limits,
                        HealthSettings.DEFAULT,
                        RestSettings.DEFAULT);
        return new GuardedUpstream<>(
                sender, settings, account, new Journal(100), time, new SplittableRandom(1));
    }
}
