package dev.switchgear.core.routing;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.breaker.BreakerSettings;
import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.BreakerState;
import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.HealthStatus;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Quota;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.event.Event.Verdict;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.guard.Admission;
import dev.switchgear.core.guard.GuardSettings;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.health.HealthSettings;
import dev.switchgear.core.health.RestSettings;
import dev.switchgear.core.health.Rests;
import dev.switchgear.core.limiter.Limit;
import dev.switchgear.core.score.ScoreWeights;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.core.time.Threads;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A client that goes, at whatever moment: what its call held is given back once, and nothing of it is
/// held against the upstream.
class ClientGoneTest {
    private static final int LIMIT = 10;

    enum Moment {
        /// Before anybody is asked.
        BEFORE,
        /// In the attempt, before a byte left.
        BEFORE_A_BYTE_LEFT,
        /// In the attempt, when the upstream may have acted.
        WHILE_IT_IS_ANSWERED,
        /// After the first piece of a stream.
        WITHIN_THE_STREAM,
        /// When the answer is whole, and the place is being given back.
        AT_RELEASE,
        /// The same, when the breaker waits for this trial.
        AT_RELEASE_OF_A_TRIAL,
        /// In the one trial that the breaker lets through.
        IN_A_TRIAL
    }

    private final ManualTime time = new ManualTime();
    private final Journal journal = new Journal(100);
    private final SplittableRandom random = new SplittableRandom(1);
    private final Failover failover = new Failover(journal, time, Threads.virtual(), random);
    private final FakeUpstream alpha = new FakeUpstream("alpha", time);
    private final GuardedUpstream<String, String> upstream =
            new GuardedUpstream<>(
                    alpha,
                    new GuardSettings(
                            BreakerSettings.DEFAULT,
                            new BulkheadSettings(1, 1, ofSeconds(30)),
                            Optional.empty(),
                            List.of(new Limit(Limit.Measure.REQUESTS, LIMIT, ofSeconds(100))),
                            HealthSettings.DEFAULT,
                            RestSettings.DEFAULT),
                    new Rests(time),
                    journal,
                    time,
                    random);

    @AfterEach
    void clear() {
        Thread.interrupted();
    }

    private Answer<String> carry() {
        var route =
                new Route<>(
                        "r",
                        Strategy.PRIORITY,
                        List.of(new Target<>(upstream, "m", 1, 0, Long.MAX_VALUE)),
                        RetrySettings.DEFAULT.trying(1),
                        Optional.empty(),
                        ScoreWeights.DEFAULT);
        return failover.carry(call(), route);
    }

    private Call<String> call() {
        return new Call<>("c", "q", Deadline.in(ofSeconds(60), time), true, Rank.NORMAL, 1);
    }

    @ParameterizedTest
    @EnumSource
    void what_it_held_is_given_back_once_and_nobody_is_blamed(Moment moment) {
        boolean trial = moment == Moment.IN_A_TRIAL || moment == Moment.AT_RELEASE_OF_A_TRIAL;
        if (trial) {
            for (int i = 0; i < BreakerSettings.DEFAULT.consecutiveFailures(); i++) {
                alpha.thenFail(FakeUpstream.serverError());
                carry();
            }
            time.advance(BreakerSettings.DEFAULT.openForMax().plusSeconds(200));
        }
        double availability = upstream.history().availability();
        int samples = upstream.history().samples();
        HealthStatus health = upstream.health().status();
        switch (moment) {
            case BEFORE -> Thread.currentThread().interrupt();
            case BEFORE_A_BYTE_LEFT, IN_A_TRIAL ->
                    alpha.then(_ -> {
                        Thread.currentThread().interrupt();
                        return Outcome.Failure.of(Fault.cancelled(false));
                    });
            case WHILE_IT_IS_ANSWERED ->
                    alpha.then(_ -> {
                        Thread.currentThread().interrupt();
                        return Outcome.Failure.of(Fault.cancelled(true));
                    });
            case WITHIN_THE_STREAM ->
                    alpha.then(dispatch -> {
                        dispatch.commit();
                        Thread.currentThread().interrupt();
                        return Outcome.Failure.of(Fault.cancelled(true));
                    });
            case AT_RELEASE, AT_RELEASE_OF_A_TRIAL ->
                    alpha.then(_ -> {
                        Thread.currentThread().interrupt();
                        return new Outcome.Success<>("ok", 1, Quota.UNKNOWN);
                    });
        }

        Answer<String> answer = carry();
        assertThat(Thread.interrupted()).as("the interrupt stays").isTrue();

        boolean answered = moment == Moment.AT_RELEASE || moment == Moment.AT_RELEASE_OF_A_TRIAL;
        assertThat(answer.verdict()).isEqualTo(answered ? Verdict.SERVED : Verdict.CANCELLED);
        assertThat(upstream.bulkhead().running()).isZero();
        assertThat(upstream.bulkhead().queued()).isZero();
        assertThat(upstream.breaker().state())
                .isEqualTo(
                        moment == Moment.IN_A_TRIAL ? BreakerState.HALF_OPEN : BreakerState.CLOSED);
        if (answered) {
            assertThat(upstream.history().availability()).isGreaterThanOrEqualTo(availability);
        } else {
            assertThat(upstream.history().samples()).as("nothing learned").isEqualTo(samples);
            assertThat(upstream.history().availability()).isEqualTo(availability);
            assertThat(upstream.health().status()).isEqualTo(health);
        }
        // The next one finds the place, the trial and all of the limit that was not used.
        assertThat(carry().verdict()).isEqualTo(Verdict.SERVED);
        assertThat(upstream.bulkhead().running()).isZero();
        assertThat(upstream.history().load())
                .as("nobody counted as under way")
                .isLessThan(1.5 * Math.max(1, upstream.history().ewmaNanos()));
    }

    @ParameterizedTest
    @EnumSource(names = {"BEFORE", "BEFORE_A_BYTE_LEFT", "WHILE_IT_IS_ANSWERED"})
    void a_limit_is_charged_only_for_what_may_have_been_done(Moment moment) {
        for (int i = 0; i < 5; i++) {
            if (moment == Moment.BEFORE) {
                Thread.currentThread().interrupt();
            } else {
                alpha.then(_ -> {
                    Thread.currentThread().interrupt();
                    return Outcome.Failure.of(
                            Fault.cancelled(moment == Moment.WHILE_IT_IS_ANSWERED));
                });
            }
            carry();
            Thread.interrupted();
        }

        int served = 0;
        while (carry().verdict() == Verdict.SERVED) {
            served++;
        }

        assertThat(served).isEqualTo(moment == Moment.WHILE_IT_IS_ANSWERED ? LIMIT - 5 : LIMIT);
    }

    @Test
    void one_that_goes_while_it_waits_leaves_the_line_and_the_next_gets_the_place()
            throws Exception {
        var first = (Admission.Admitted) upstream.admit(call(), "m", true);
        var gone = new CompletableFuture<Verdict>();
        Thread waiting = Thread.startVirtualThread(() -> gone.complete(carry().verdict()));
        awaitQueued(1);

        waiting.interrupt();
        assertThat(gone.get(5, TimeUnit.SECONDS)).isEqualTo(Verdict.CANCELLED);
        assertThat(upstream.bulkhead().queued()).isZero();
        assertThat(upstream.bulkhead().running()).as("the first still runs").isEqualTo(1);
        var next = new CompletableFuture<Verdict>();
        Thread.startVirtualThread(() -> next.complete(carry().verdict()));
        awaitQueued(1);
        first.permit()
                .settle(
                        new Attempt<>(
                                1,
                                Attempt.Kind.FIRST,
                                upstream.id(),
                                "m",
                                new Outcome.Success<>("ok", 1, Quota.UNKNOWN),
                                1,
                                -1));

        assertThat(next.get(5, TimeUnit.SECONDS)).isEqualTo(Verdict.SERVED);
        assertThat(upstream.bulkhead().running()).isZero();
        assertThat(upstream.history().samples()).isEqualTo(2);
    }

    private void awaitQueued(int count) {
        long end = System.nanoTime() + ofSeconds(10).toNanos();
        while (upstream.bulkhead().queued() != count) {
            assertThat(System.nanoTime()).as("waiting for the line").isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
