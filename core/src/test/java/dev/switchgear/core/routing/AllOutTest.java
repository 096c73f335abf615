package dev.switchgear.core.routing;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.breaker.BreakerSettings;
import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Forced;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import dev.switchgear.core.event.Event.Verdict;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.guard.GuardSettings;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.health.ForcedState;
import dev.switchgear.core.health.HealthSettings;
import dev.switchgear.core.health.RestSettings;
import dev.switchgear.core.health.Rests;
import dev.switchgear.core.score.ScoreWeights;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.core.time.Threads;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A call that finds every upstream out is told the same, at once, whether it was asked of one before or
/// comes just now; unless its route waits.
class AllOutTest {
    /// What puts the only upstream out while the call of interest is there.
    enum Way {
        OWN_FAILURE_OPENS_ITS_BREAKER(true),
        OTHERS_OPEN_ITS_BREAKER_MEANWHILE(true),
        ITS_KEY_RESTS_FOR_A_LIMIT(true),
        ITS_KEY_RESTS_FOR_A_LIMIT_THAT_MAY_BE_RETRIED(true),
        ANOTHER_S_LIMIT_RESTS_IT_MEANWHILE(true),
        A_PERSON_SWITCHES_IT_OFF_MEANWHILE(false);

        private final boolean comesBack;

        Way(boolean comesBack) {
            this.comesBack = comesBack;
        }
    }

    private static final Duration OPEN_FOR = ofSeconds(4);

    private final ManualTime time = new ManualTime();
    private final Journal journal = new Journal(100);
    private final SplittableRandom random = new SplittableRandom(1);
    private final Failover failover = new Failover(journal, time, Threads.virtual(), random);
    private final FakeUpstream alpha = new FakeUpstream("alpha", time);
    private final GuardedUpstream<String, String> upstream =
            new GuardedUpstream<>(alpha, settings(), new Rests(time), journal, time, random);

    private static GuardSettings settings() {
        BreakerSettings usual = BreakerSettings.DEFAULT;
        return new GuardSettings(
                new BreakerSettings(
                        usual.window(),
                        usual.minimumCalls(),
                        usual.failureRatio(),
                        1,
                        usual.slowCall(),
                        usual.slowRatio(),
                        OPEN_FOR,
                        OPEN_FOR,
                        usual.growth(),
                        0,
                        usual.rampUp(),
                        usual.probesToClose()),
                BulkheadSettings.DEFAULT,
                Optional.empty(),
                List.of(),
                HealthSettings.DEFAULT,
                RestSettings.DEFAULT);
    }

    private Route<String, String> route(boolean waits) {
        return new Route<>(
                "r",
                Strategy.PRIORITY,
                List.of(new Target<>(upstream, "m", 1, 0, Long.MAX_VALUE)),
                RetrySettings.DEFAULT.waiting(waits),
                Optional.empty(),
                ScoreWeights.DEFAULT);
    }

    private Answer<String> carry(boolean waits) {
        return failover.carry(
                new Call<>("c", "q", Deadline.in(ofSeconds(30), time), true, Rank.NORMAL, 1),
                route(waits));
    }

    private static Fault limited(Recovery recovery) {
        return new Fault(Cause.RATE_LIMITED, Scope.KEY, recovery, false, ofSeconds(4), "limited");
    }

    /// What the upstream does to the call, and what befalls it meanwhile.
    private Function<Dispatch<String>, Outcome<String>> step(Way way) {
        return switch (way) {
            case OWN_FAILURE_OPENS_ITS_BREAKER ->
                    _ -> Outcome.Failure.of(FakeUpstream.serverError());
            case ITS_KEY_RESTS_FOR_A_LIMIT -> _ -> Outcome.Failure.of(limited(Recovery.FAIL_OVER));
            case ITS_KEY_RESTS_FOR_A_LIMIT_THAT_MAY_BE_RETRIED ->
                    _ -> Outcome.Failure.of(limited(Recovery.RETRY));
            case OTHERS_OPEN_ITS_BREAKER_MEANWHILE ->
                    _ -> {
                        alpha.thenFail(FakeUpstream.serverError());
                        carry(false);
                        return Outcome.Failure.of(subject());
                    };
            case ANOTHER_S_LIMIT_RESTS_IT_MEANWHILE ->
                    _ -> {
                        alpha.thenFail(limited(Recovery.FAIL_OVER));
                        carry(false);
                        return Outcome.Failure.of(subject());
                    };
            case A_PERSON_SWITCHES_IT_OFF_MEANWHILE ->
                    _ -> {
                        upstream.force(new ForcedState.Order(Forced.OFF, "operator", Instant.MAX));
                        return Outcome.Failure.of(subject());
                    };
        };
    }

    /// A failure that puts nobody out by itself, and may be asked again.
    private static Fault subject() {
        return Fault.of(Cause.SERVER_ERROR, Scope.REQUEST, Recovery.RETRY, false, "no");
    }

    @ParameterizedTest
    @EnumSource
    void who_was_asked_is_told_at_once_what_a_new_call_is_told(Way way) {
        alpha.then(step(way));
        long began = time.nanos();

        Answer<String> asked = carry(false);
        long took = time.nanos() - began;
        Answer<String> fresh = carry(false);

        assertThat(took).as("no pause").isZero();
        assertThat(asked.verdict()).isEqualTo(Verdict.LOST);
        assertThat(fresh.verdict()).isEqualTo(Verdict.LOST);
        assertThat(fresh.sent()).isZero();
        assertThat(asked.candidates().ready()).isZero();
        assertThat(asked.candidates().explain()).isEqualTo(fresh.candidates().explain());
        assertThat(asked.soonest()).isEqualTo(fresh.soonest());
        assertThat(asked.soonest().isPositive()).isEqualTo(way.comesBack);
    }

    @ParameterizedTest
    @EnumSource
    void on_a_route_that_waits_both_wait_until_it_is_back(Way way) {
        alpha.then(step(way));
        var verdicts = new ArrayList<Verdict>();

        verdicts.add(carry(true).verdict());
        long took = time.nanos();
        alpha.then(step(way));
        carry(false);
        long before = time.nanos();
        Answer<String> fresh = carry(true);
        verdicts.add(fresh.verdict());

        assertThat(fresh.verdict() != Verdict.LOST).isEqualTo(way.comesBack);
        if (way.comesBack) {
            assertThat(verdicts).doesNotContain(Verdict.LOST);
            assertThat(took).isBetween(OPEN_FOR.toNanos(), ofSeconds(6).toNanos());
            assertThat(time.nanos() - before)
                    .isBetween(ofSeconds(3).toNanos(), ofSeconds(6).toNanos());
        } else {
            assertThat(took).as("nobody knows when").isLessThan(ofMillis(100).toNanos());
        }
    }
}
