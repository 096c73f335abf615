package dev.switchgear.core.routing;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.breaker.BreakerSettings;
import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.BreakerState;
import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Forced;
import dev.switchgear.core.call.GuardName;
import dev.switchgear.core.call.HealthStatus;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Quota;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.event.Event;
import dev.switchgear.core.event.Event.Verdict;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.guard.GuardSettings;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.health.ForcedState;
import dev.switchgear.core.health.HealthSettings;
import dev.switchgear.core.health.RestSettings;
import dev.switchgear.core.health.Rests;
import dev.switchgear.core.limiter.Limit;
import dev.switchgear.core.score.ScoreWeights;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.core.time.Threads;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FailoverTest {
    private final ManualTime time = new ManualTime();
    private final Journal journal = new Journal(1_000);
    private final RandomGenerator random = new SplittableRandom(7);
    private final Failover failover = new Failover(journal, time, Threads.virtual(), random);
    private final FakeUpstream alpha = new FakeUpstream("alpha", time);
    private final FakeUpstream beta = new FakeUpstream("beta", time);
    private final FakeUpstream gamma = new FakeUpstream("gamma", time);
    private final Rests account = new Rests(time);

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    @Test
    void a_healthy_first_choice_answers_and_nobody_else_is_asked() {
        Answer<String> answer = carry(route(alpha, beta));

        assertThat(text(answer)).isEqualTo("alpha says ok");
        assertThat(answer.verdict()).isEqualTo(Verdict.SERVED);
        assertThat(beta.received).isEmpty();
    }

    @Test
    void when_the_first_fails_the_next_is_asked_at_once() {
        alpha.thenFail(FakeUpstream.serverError());

        Answer<String> answer = carry(route(alpha, beta));

        assertThat(text(answer)).isEqualTo("beta says ok");
        assertThat(answer.verdict()).isEqualTo(Verdict.FAILED_OVER);
        assertThat(time.nanos()).as("no pause").isZero();
        assertThat(kinds(answer)).containsExactly(Attempt.Kind.FIRST, Attempt.Kind.FAILOVER);
    }

    @Test
    void a_call_is_sent_three_times_at_most() {
        for (FakeUpstream upstream : List.of(alpha, beta, gamma)) {
            upstream.thenFail(FakeUpstream.serverError()).thenFail(FakeUpstream.serverError());
        }

        Answer<String> answer = carry(route(alpha, beta, gamma));

        assertThat(answer.sent()).isEqualTo(3);
        assertThat(answer.verdict()).isEqualTo(Verdict.LOST);
    }

    @Test
    void a_lone_upstream_is_retried_after_a_pause() {
        alpha.thenFail(FakeUpstream.serverError());

        Answer<String> answer = carry(route(alpha));

        assertThat(text(answer)).isEqualTo("alpha says ok");
        assertThat(kinds(answer)).containsExactly(Attempt.Kind.FIRST, Attempt.Kind.RETRY);
        assertThat(time.nanos()).isBetween(0L, ofMillis(100).toNanos());
    }

    @Test
    void retries_stop_when_their_budget_is_spent() {
        var route = route(alpha);
        int retries = 0;
        for (int i = 0; i < 200; i++) {
            alpha.thenFail(FakeUpstream.serverError());
            alpha.thenFail(FakeUpstream.serverError());
            alpha.thenFail(FakeUpstream.serverError());
            retries += carry(route).sent() - 1;
            route.targets().getFirst().upstream().rests().clear();
        }

        assertThat(retries).as("10 % of 200, the burst of 10, 3 a second").isLessThan(60);
    }

    @Test
    void a_call_that_may_not_be_repeated_is_not_sent_again_once_it_may_have_been_acted_upon() {
        alpha.thenFail(FakeUpstream.serverError());

        Answer<String> answer = carry(order(), route(alpha, beta));

        assertThat(beta.received).isEmpty();
        assertThat(answer.verdict()).isEqualTo(Verdict.LOST);
    }

    @Test
    void a_call_that_may_not_be_repeated_goes_on_while_nothing_was_sent() {
        alpha.thenFail(FakeUpstream.refusedConnection());

        assertThat(text(carry(order(), route(alpha, beta)))).isEqualTo("beta says ok");
    }

    @Test
    void once_the_first_token_has_left_failover_is_over() {
        alpha.then(dispatch -> {
            assertThat(dispatch.commit()).isTrue();
            return Outcome.Failure.of(FakeUpstream.serverError());
        });

        Answer<String> answer = carry(route(alpha, beta));

        assertThat(answer.verdict()).isEqualTo(Verdict.BROKEN_OFF);
        assertThat(beta.received).isEmpty();
    }

    @Test
    void a_request_that_is_wrong_everywhere_is_returned_with_the_upstreams_own_words() {
        var fault = FakeUpstream.of(Cause.INVALID_REQUEST, Scope.REQUEST, Recovery.RETURN);
        alpha.then(_ -> new Outcome.Failure<>(fault, Optional.of("400: no"), Quota.UNKNOWN));

        Answer<String> answer = carry(route(alpha, beta));

        assertThat(answer.verdict()).isEqualTo(Verdict.RETURNED);
        assertThat(beta.received).isEmpty();
        assertThat(answer.deciding().orElseThrow().outcome())
                .isEqualTo(new Outcome.Failure<>(fault, Optional.of("400: no"), Quota.UNKNOWN));
    }

    @Test
    void a_prompt_too_long_for_one_model_goes_to_a_larger_one_only() {
        var tooLong = FakeUpstream.of(Cause.TOO_LARGE, Scope.SUBJECT, Recovery.MORE_ROOM);
        alpha.thenFail(tooLong);
        var route =
                routeOf(
                        Strategy.PRIORITY,
                        List.of(target(alpha, 8_000), target(beta, 8_000), target(gamma, 100_000)));

        Answer<String> answer = carry(route);

        assertThat(text(answer)).isEqualTo("gamma says ok");
        assertThat(beta.received).isEmpty();
    }

    @Test
    void a_prompt_too_long_for_the_largest_model_is_returned() {
        alpha.thenFail(FakeUpstream.of(Cause.TOO_LARGE, Scope.SUBJECT, Recovery.MORE_ROOM));

        Answer<String> answer =
                carry(
                        routeOf(
                                Strategy.PRIORITY,
                                List.of(target(alpha, 8_000), target(beta, 8_000))));

        assertThat(answer.verdict()).isEqualTo(Verdict.RETURNED);
        assertThat(beta.received).isEmpty();
    }

    @Test
    void a_rate_limited_key_rests_for_as_long_as_the_provider_asked() {
        alpha.thenFail(FakeUpstream.rateLimited(ofSeconds(20)));
        var route = route(alpha, beta);

        carry(route);
        time.advance(ofMillis(19_900));
        carry(route);
        assertThat(alpha.received).hasSize(1);
        time.advance(ofMillis(200));
        carry(route);

        assertThat(alpha.received).hasSize(2);
        assertThat(beta.received).hasSize(2);
    }

    @Test
    void a_limit_for_one_model_leaves_the_key_to_the_others() {
        alpha.thenFail(
                new Fault(
                        Cause.RATE_LIMITED,
                        Scope.SUBJECT,
                        Recovery.FAIL_OVER,
                        false,
                        ofSeconds(45),
                        "429"));
        GuardedUpstream<String, String> key = guarded(alpha);

        Answer<String> limited = carry(routeOf(Strategy.PRIORITY, List.of(target(key))));
        var other = new Target<>(key, "other", 1, 0, Long.MAX_VALUE);
        Answer<String> served = carry(routeOf(Strategy.PRIORITY, List.of(other)));
        Answer<String> again = carry(routeOf(Strategy.PRIORITY, List.of(target(key))));

        assertThat(limited.verdict()).isEqualTo(Verdict.LOST);
        assertThat(limited.soonest()).isEqualTo(ofSeconds(45));
        assertThat(served.verdict()).isEqualTo(Verdict.SERVED);
        assertThat(again.candidates().explain().getFirst().resting()).contains(Cause.RATE_LIMITED);
    }

    @ParameterizedTest
    @EnumSource(
            value = Cause.class,
            names = {"INVALID_REQUEST", "ANSWER_FAILED", "TOO_LARGE", "POLICY_REFUSED"})
    void what_is_wrong_with_a_request_is_held_against_nobody(Cause cause) {
        for (int i = 0; i < 50; i++) {
            alpha.thenFail(FakeUpstream.of(cause, Scope.REQUEST, Recovery.FAIL_OVER));
        }
        GuardedUpstream<String, String> key = guarded(alpha);
        Route<String, String> route = routeOf(Strategy.PRIORITY, List.of(target(key)));

        for (int i = 0; i < 50; i++) {
            assertThat(carry(route).verdict()).isEqualTo(Verdict.RETURNED);
        }

        assertThat(carry(route).verdict()).isEqualTo(Verdict.SERVED);
        assertThat(key.breaker().state()).isEqualTo(BreakerState.CLOSED);
        assertThat(key.health().status()).isEqualTo(HealthStatus.HEALTHY);
    }

    @Test
    void trouble_with_one_model_opens_no_breaker_and_rests_that_model() {
        GuardedUpstream<String, String> key = guarded(alpha);
        Route<String, String> route = routeOf(Strategy.PRIORITY, List.of(target(key)));
        for (int i = 0; i < 20; i++) {
            alpha.thenFail(FakeUpstream.of(Cause.SERVER_ERROR, Scope.SUBJECT, Recovery.FAIL_OVER));
            carry(route);
            time.advance(ofSeconds(6));
        }

        assertThat(key.breaker().state()).isEqualTo(BreakerState.CLOSED);
        assertThat(carry(route).verdict()).isEqualTo(Verdict.SERVED);
    }

    @Test
    void an_exhausted_account_benches_all_its_keys() {
        alpha.thenFail(FakeUpstream.of(Cause.ACCOUNT_EXHAUSTED, Scope.ACCOUNT, Recovery.FAIL_OVER));

        Answer<String> answer = carry(route(alpha, beta));

        assertThat(answer.verdict()).isEqualTo(Verdict.LOST);
        assertThat(beta.received).as("the same account pays for beta here").isEmpty();
        assertThat(answer.soonest()).isEqualTo(RestSettings.DEFAULT.accountExhausted());
    }

    @Test
    void an_unknown_model_rests_alone_and_the_upstream_serves_others() {
        alpha.thenFail(FakeUpstream.of(Cause.SUBJECT_UNKNOWN, Scope.SUBJECT, Recovery.FAIL_OVER));
        var upstream = guarded(alpha);
        var old = new Target<>(upstream, "old", 1, 0, Long.MAX_VALUE);
        var fresh = new Target<>(upstream, "fresh", 1, 0, Long.MAX_VALUE);
        var route = routeOf(Strategy.PRIORITY, List.of(old, fresh));

        Answer<String> first = carry(route);
        Answer<String> second = carry(route);

        assertThat(first.deciding().orElseThrow().subject()).isEqualTo("fresh");
        assertThat(second.attempts()).hasSize(1);
        assertThat(upstream.breaker().state()).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void a_failing_upstream_costs_nothing_once_its_breaker_is_open() {
        for (int i = 0; i < 10; i++) {
            alpha.thenFail(FakeUpstream.serverError());
        }
        var route = route(alpha, beta);

        for (int i = 0; i < 20; i++) {
            assertThat(text(carry(route))).isEqualTo("beta says ok");
        }

        assertThat(alpha.received).as("five failures in a row open the breaker").hasSize(5);
    }

    @Test
    void a_recovering_upstream_is_believed_from_the_first_token_of_its_trial_stream() {
        for (int i = 0; i < 5; i++) {
            alpha.thenFail(FakeUpstream.serverError());
        }
        var route = route(alpha, beta);
        for (int i = 0; i < 5; i++) {
            carry(route);
        }
        var breaker = route.targets().getFirst().upstream().breaker();
        var states = new ArrayList<BreakerState>();
        alpha.then(dispatch -> {
            states.add(breaker.state());
            dispatch.commit();
            states.add(breaker.state());
            return new Outcome.Success<>("a long stream", 10, Quota.UNKNOWN);
        });

        time.advance(ofMinutes(1));
        carry(route);

        assertThat(states).containsExactly(BreakerState.HALF_OPEN, BreakerState.CLOSED);
    }

    @Test
    void an_upstream_that_is_coming_back_takes_every_call_that_nobody_else_could_take() {
        for (int i = 0; i < 15; i++) {
            alpha.thenFail(FakeUpstream.serverError());
        }
        var route = route(alpha);
        while (route.targets().getFirst().upstream().breaker().state() != BreakerState.OPEN) {
            carry(route);
        }
        while (!alpha.isWell()) {
            time.advance(ofMinutes(6));
            carry(route);
        }
        time.advance(ofMinutes(6));

        for (int i = 0; i < 50; i++) {
            assertThat(text(carry(route))).isEqualTo("alpha says ok");
        }
    }

    @Test
    void with_nobody_left_the_answer_says_who_is_out_and_when_to_come_back() {
        alpha.thenFail(FakeUpstream.rateLimited(ofSeconds(30)));
        beta.thenFail(FakeUpstream.rateLimited(ofSeconds(12)));
        var route = route(alpha, beta);
        carry(route);

        Answer<String> answer = carry(route);

        assertThat(answer.sent()).isZero();
        assertThat(answer.soonest()).isEqualTo(ofSeconds(12));
        assertThat(answer.candidates().explain())
                .allSatisfy(candidate -> assertThat(candidate.out()).contains(GuardName.REST));
    }

    @Test
    void an_upstream_that_a_person_switched_off_is_never_asked() {
        var off = guarded(alpha);
        off.force(new ForcedState.Order(Forced.OFF, "ann", Instant.MAX));

        Answer<String> answer =
                carry(routeOf(Strategy.PRIORITY, List.of(target(off), target(guarded(beta)))));

        assertThat(text(answer)).isEqualTo("beta says ok");
        assertThat(alpha.received).isEmpty();
        assertThat(answer.verdict()).as("nobody had to fail for it").isEqualTo(Verdict.SERVED);
    }

    @Test
    void an_upstream_that_a_person_switched_on_is_asked_though_its_breaker_is_open() {
        for (int i = 0; i < 5; i++) {
            alpha.thenFail(FakeUpstream.serverError());
        }
        var on = guarded(alpha);
        var route = routeOf(Strategy.PRIORITY, List.of(target(on), target(guarded(beta))));
        for (int i = 0; i < 5; i++) {
            carry(route);
        }
        assertThat(on.breaker().state()).isEqualTo(BreakerState.OPEN);

        on.force(new ForcedState.Order(Forced.ON, "ann", Instant.MAX));

        assertThat(text(carry(route))).isEqualTo("alpha says ok");
    }

    @Test
    void a_call_over_an_upstreams_limit_goes_elsewhere_and_the_limit_holds() {
        var limited = guarded(alpha, List.of(new Limit(Limit.Measure.REQUESTS, 2, ofMinutes(1))));
        var route = routeOf(Strategy.PRIORITY, List.of(target(limited), target(guarded(beta))));

        for (int i = 0; i < 5; i++) {
            carry(route);
        }

        assertThat(alpha.received).hasSize(2);
        assertThat(beta.received).hasSize(3);
    }

    @Test
    void after_its_deadline_a_call_is_not_sent_again() {
        alpha.then(_ -> {
            time.advance(ofSeconds(60));
            return Outcome.Failure.of(FakeUpstream.serverError());
        });

        Answer<String> answer = carry(route(alpha, beta));

        assertThat(beta.received).isEmpty();
        assertThat(answer.verdict()).isEqualTo(Verdict.LOST);
    }

    @Test
    void a_client_that_goes_away_stops_the_call() {
        alpha.then(_ -> {
            Thread.currentThread().interrupt();
            return Outcome.Failure.of(Fault.cancelled(true));
        });
        var route = route(alpha, beta);

        Answer<String> answer = carry(route);

        assertThat(answer.verdict()).isEqualTo(Verdict.CANCELLED);
        assertThat(beta.received).isEmpty();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(route.targets().getFirst().upstream().bulkhead().running()).isZero();
    }

    @Test
    void round_robin_asks_each_in_turn() {
        var route =
                routeOf(
                        Strategy.ROUND_ROBIN,
                        List.of(
                                target(guarded(alpha)),
                                target(guarded(beta)),
                                target(guarded(gamma))));

        for (int i = 0; i < 9; i++) {
            carry(route);
        }

        assertThat(List.of(alpha, beta, gamma))
                .allSatisfy(upstream -> assertThat(upstream.received).hasSize(3));
    }

    @Test
    void weights_decide_the_share() {
        var route =
                routeOf(
                        Strategy.WEIGHTED,
                        List.of(
                                new Target<>(guarded(alpha), "m", 9, 0, Long.MAX_VALUE),
                                new Target<>(guarded(beta), "m", 1, 0, Long.MAX_VALUE),
                                new Target<>(guarded(gamma), "m", 0, 0, Long.MAX_VALUE)));

        for (int i = 0; i < 1_000; i++) {
            carry(route);
        }

        assertThat(alpha.received).hasSizeBetween(870, 930);
        assertThat(gamma.received).as("weight 0 is a last resort").isEmpty();
    }

    @Test
    void cost_asks_the_cheapest() {
        var route =
                routeOf(
                        Strategy.COST,
                        List.of(
                                new Target<>(guarded(alpha), "m", 1, 5, Long.MAX_VALUE),
                                new Target<>(guarded(beta), "m", 1, 2, Long.MAX_VALUE)));

        assertThat(text(carry(route))).isEqualTo("beta says ok");
    }

    @Test
    void the_score_leaves_a_slow_upstream_for_a_quick_one() {
        for (int i = 0; i < 50; i++) {
            alpha.thenTake(ofSeconds(4));
            beta.thenTake(ofMillis(50));
        }
        var route = routeOf(Strategy.SCORE, List.of(target(guarded(alpha)), target(guarded(beta))));

        for (int i = 0; i < 40; i++) {
            carry(route);
        }

        assertThat(beta.received.size()).isGreaterThan(30);
    }

    @Test
    void every_attempt_and_every_answer_is_an_event() {
        alpha.thenFail(FakeUpstream.serverError());
        carry(route(alpha, beta));

        var events = new ArrayList<Event>();
        journal.drain(events::add, 100);

        assertThat(events.stream().filter(Event.Attempted.class::isInstance)).hasSize(2);
        assertThat(events.stream().filter(Event.Answered.class::isInstance))
                .singleElement()
                .isInstanceOfSatisfying(
                        Event.Answered.class,
                        answered -> {
                            assertThat(answered.verdict()).isEqualTo(Verdict.FAILED_OVER);
                            assertThat(answered.upstream()).contains(beta.id());
                        });
    }

    @Test
    void a_slow_first_gets_a_second_beside_it_and_is_cancelled() throws InterruptedException {
        var asked = new CountDownLatch(1);
        var cancelled = new CountDownLatch(1);
        alpha.then(dispatch -> {
            asked.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                cancelled.countDown();
            }
            return Outcome.Failure.of(Fault.cancelled(true));
        });
        var route = hedged(ofMillis(50));
        var answers = new ArrayList<Answer<String>>();
        Thread caller = Thread.startVirtualThread(() -> answers.add(carry(route)));
        assertThat(asked.await(5, TimeUnit.SECONDS)).isTrue();
        // The first is asked before the second's timer is set.
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (time.pending() == 0) {
            assertThat(System.nanoTime()).as("waiting for the timer").isLessThan(end);
            Thread.onSpinWait();
        }

        time.advance(ofMillis(60));

        assertThat(caller.join(Duration.ofSeconds(5))).isTrue();
        assertThat(text(answers.getFirst())).isEqualTo("beta says ok");
        assertThat(cancelled.await(5, TimeUnit.SECONDS)).isTrue();
    }

    /// Who is slow and called off, because the other has begun to answer, is known before that one's
    /// reasons are told.
    @Test
    void a_hedge_that_wins_was_asked_beside_the_slow_one_and_not_after_it() {
        Route<String, String> route = hedged(ofMillis(50));
        var carriage = new Carriage<>(order(), route, Optional.empty(), 0);
        carriage.rank(new SplittableRandom(1));
        UpstreamId beta = route.targets().get(1).upstream().id();
        assertThat(carriage.why(beta, "m")).endsWith("2 of 2; beside alpha/main: slow");

        carriage.add(failed(1, route.targets().get(0), Fault.cancelled(true)));
        Attempt<String> won =
                new Attempt<>(
                        2,
                        Attempt.Kind.HEDGE,
                        beta,
                        "m",
                        new Outcome.Success<>("ok", 1, Quota.UNKNOWN),
                        1,
                        1);
        carriage.add(won);

        assertThat(carriage.why(beta, "m")).endsWith("2 of 2; beside alpha/main: slow");
        assertThat(carriage.why(won)).endsWith("2 of 2; beside alpha/main: slow");
        carriage.add(failed(3, route.targets().get(0), FakeUpstream.serverError()));
        assertThat(carriage.why(beta, "m")).contains("; after alpha/main: ");
    }

    private static Attempt<String> failed(int number, Target<String, String> by, Fault fault) {
        return new Attempt<>(
                number,
                Attempt.Kind.FIRST,
                by.upstream().id(),
                "m",
                Outcome.Failure.of(fault),
                1,
                -1);
    }

    @Test
    void a_quick_first_is_never_doubled() {
        var route = hedged(ofMillis(50));

        for (int i = 0; i < 20; i++) {
            assertThat(text(carry(route))).isEqualTo("alpha says ok");
        }

        assertThat(beta.received).isEmpty();
    }

    @Test
    void when_both_of_a_hedge_fail_the_next_upstream_is_asked_and_neither_of_them_again() {
        var gamma = new FakeUpstream("gamma", time);
        var route =
                new Route<>(
                        "hedged",
                        Strategy.PRIORITY,
                        List.of(
                                target(guarded(alpha)),
                                target(guarded(beta)),
                                target(guarded(gamma))),
                        RetrySettings.DEFAULT,
                        Optional.of(new HedgeSettings(ofMillis(50), 0.5)),
                        ScoreWeights.DEFAULT);
        alpha.then(_ -> {
            time.advance(ofMillis(60));
            return Outcome.Failure.of(FakeUpstream.serverError());
        });
        beta.thenFail(FakeUpstream.serverError());

        Answer<String> answer = carry(route);

        assertThat(text(answer)).isEqualTo("gamma says ok");
        assertThat(beta.received).hasSize(1);
    }

    @Test
    void a_call_that_may_not_be_repeated_is_never_doubled() {
        var route = hedged(ofMillis(1));
        alpha.thenTake(ofSeconds(2));

        assertThat(text(carry(order(), route))).isEqualTo("alpha says ok");

        assertThat(beta.received).isEmpty();
    }

    private Route<String, String> hedged(Duration after) {
        return new Route<>(
                "hedged",
                Strategy.PRIORITY,
                List.of(target(guarded(alpha)), target(guarded(beta))),
                RetrySettings.DEFAULT,
                Optional.of(new HedgeSettings(after, 0.5)),
                ScoreWeights.DEFAULT);
    }

    @Test
    void a_later_tier_is_asked_only_after_all_of_an_earlier_one_whatever_the_strategy() {
        beta.thenFail(FakeUpstream.serverError());
        gamma.thenFail(FakeUpstream.serverError());
        var late = new Place(1, 0, false);
        var route =
                routeOf(
                        Strategy.COST,
                        List.of(
                                new Target<>(guarded(alpha), "m", 1, 1, Long.MAX_VALUE, late),
                                new Target<>(guarded(beta), "m", 1, 9, Long.MAX_VALUE),
                                new Target<>(guarded(gamma), "m", 1, 5, Long.MAX_VALUE)));

        Answer<String> answer = carry(route);

        assertThat(asked(answer)).containsExactly("gamma", "beta", "alpha");
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void a_share_of_the_calls_asks_a_target_first_and_the_rest_never(Strategy strategy) {
        var route =
                routeOf(
                        strategy,
                        List.of(
                                target(guarded(alpha)),
                                target(guarded(beta)).at(new Place(0, 0.05, false)),
                                target(guarded(gamma)).at(new Place(0, 0.1, false))));

        for (int i = 0; i < 1_000; i++) {
            carry(route);
        }

        assertThat(beta.received).hasSizeBetween(49, 51);
        assertThat(gamma.received).hasSizeBetween(99, 101);
    }

    @Test
    void ten_thousand_calls_share_out_exactly() {
        var route =
                routeOf(
                        Strategy.PRIORITY,
                        List.of(
                                target(guarded(alpha)),
                                target(guarded(beta)).at(new Place(0, 0.0125, false))));

        for (int i = 0; i < 10_000; i++) {
            carry(route);
        }

        assertThat(beta.received).hasSize(125);
    }

    @Test
    void a_target_with_a_share_takes_what_all_others_failed_at() {
        alpha.thenFail(FakeUpstream.serverError());
        var route =
                routeOf(
                        Strategy.PRIORITY,
                        List.of(
                                target(guarded(beta)).at(new Place(0, 0.0001, false)),
                                target(guarded(alpha))));

        Answer<String> answer = carry(route);

        assertThat(asked(answer)).containsExactly("alpha", "beta");
    }

    @Test
    void a_target_with_a_share_that_is_switched_off_gets_none_of_it() {
        GuardedUpstream<String, String> canary = guarded(beta);
        canary.force(new ForcedState.Order(Forced.OFF, "ann", Instant.MAX));
        var route =
                routeOf(
                        Strategy.PRIORITY,
                        List.of(target(guarded(alpha)), target(canary).at(new Place(0, 1, false))));

        Answer<String> answer = carry(route);

        assertThat(asked(answer)).containsExactly("alpha");
    }

    @Test
    void the_reserve_is_asked_once_a_prompt_did_not_fit() {
        alpha.thenFail(FakeUpstream.of(Cause.TOO_LARGE, Scope.SUBJECT, Recovery.MORE_ROOM));
        var route = withReserve(target(alpha, 8_000), target(gamma, 100_000));

        Answer<String> answer = carry(route);

        assertThat(asked(answer)).containsExactly("alpha", "gamma");
        assertThat(text(answer)).isEqualTo("gamma says ok");
    }

    @Test
    void the_reserve_is_asked_too_where_nobody_knows_how_much_room_there_is() {
        alpha.thenFail(FakeUpstream.of(Cause.TOO_LARGE, Scope.SUBJECT, Recovery.MORE_ROOM));
        var route = withReserve(target(guarded(alpha)), target(guarded(gamma)));

        Answer<String> answer = carry(route);

        assertThat(asked(answer))
                .as("beta's room is as unknown as alpha's")
                .containsExactly("alpha", "gamma");
    }

    @Test
    void a_prompt_too_long_for_the_reserve_is_the_clients_to_hear_of() {
        alpha.thenFail(FakeUpstream.of(Cause.TOO_LARGE, Scope.SUBJECT, Recovery.MORE_ROOM));
        gamma.thenFail(FakeUpstream.of(Cause.TOO_LARGE, Scope.SUBJECT, Recovery.MORE_ROOM));
        var route = withReserve(target(guarded(alpha)), target(guarded(gamma)));

        Answer<String> answer = carry(route);

        assertThat(asked(answer)).containsExactly("alpha", "gamma");
        assertThat(answer.verdict()).isEqualTo(Verdict.RETURNED);
    }

    @Test
    void a_later_tier_is_another_choice_for_a_prompt_that_did_not_fit() {
        alpha.thenFail(FakeUpstream.of(Cause.TOO_LARGE, Scope.SUBJECT, Recovery.MORE_ROOM));
        var route =
                routeOf(
                        Strategy.PRIORITY,
                        List.of(
                                target(guarded(alpha)),
                                target(guarded(beta)),
                                target(guarded(gamma)).at(new Place(1, 0, false))));

        Answer<String> answer = carry(route);

        assertThat(asked(answer)).containsExactly("alpha", "gamma");
    }

    @Test
    void the_reserve_is_never_asked_for_anything_else() {
        alpha.thenFail(FakeUpstream.serverError()).thenFail(FakeUpstream.serverError());
        beta.thenFail(FakeUpstream.serverError()).thenFail(FakeUpstream.serverError());
        var route = withReserve(target(guarded(alpha)), target(guarded(gamma)));

        Answer<String> answer = carry(route);

        assertThat(answer.verdict()).isEqualTo(Verdict.LOST);
        assertThat(gamma.received).isEmpty();
    }

    /// `first`, beta, and a reserve.
    private Route<String, String> withReserve(
            Target<String, String> first, Target<String, String> reserve) {
        return routeOf(
                Strategy.PRIORITY,
                List.of(
                        first,
                        new Target<>(guarded(beta), "m", 1, 0, first.room()),
                        reserve.at(new Place(0, 0, true))));
    }

    @ParameterizedTest
    @EnumSource(
            value = Strategy.class,
            names = {"WEIGHTED", "ROUND_ROBIN", "LEAST_LATENCY", "COST", "SCORE"})
    void a_favourite_that_is_nearly_as_good_is_asked_first(Strategy strategy) {
        var route = alike(strategy, guarded(beta));

        for (int i = 0; i < 30; i++) {
            assertThat(text(failover.carry(call(true), route, Optional.of(beta.id()))))
                    .isEqualTo("beta says ok");
        }
    }

    @Test
    void priority_has_no_favourites() {
        var route = alike(Strategy.PRIORITY, guarded(beta));

        Answer<String> answer = failover.carry(call(true), route, Optional.of(beta.id()));

        assertThat(text(answer)).isEqualTo("alpha says ok");
    }

    @Test
    void a_favourite_that_is_not_well_is_asked_in_its_turn_only() {
        GuardedUpstream<String, String> unwell = guarded(beta);
        for (int i = 0; i < 20; i++) {
            unwell.observeHealth(i % 2 == 0);
        }
        var route = alike(Strategy.ROUND_ROBIN, unwell);

        for (int i = 0; i < 30; i++) {
            failover.carry(call(true), route, Optional.of(beta.id()));
        }

        assertThat(beta.received).hasSize(10);
    }

    @Test
    void a_favourite_that_costs_far_more_is_left_for_the_cheaper() {
        var route =
                routeOf(
                        Strategy.COST,
                        List.of(
                                new Target<>(guarded(alpha), "m", 1, 1, Long.MAX_VALUE),
                                new Target<>(guarded(beta), "m", 1, 2.1, Long.MAX_VALUE)));

        Answer<String> answer = failover.carry(call(true), route, Optional.of(beta.id()));

        assertThat(text(answer)).isEqualTo("alpha says ok");
    }

    private Route<String, String> alike(Strategy strategy, GuardedUpstream<String, String> middle) {
        return routeOf(
                strategy, List.of(target(guarded(alpha)), target(middle), target(guarded(gamma))));
    }

    private static List<String> asked(Answer<String> answer) {
        return answer.attempts().stream().map(attempt -> attempt.upstream().provider()).toList();
    }

    private Answer<String> carry(Route<String, String> route) {
        return carry(call(true), route);
    }

    private Answer<String> carry(Call<String> call, Route<String, String> route) {
        return failover.carry(call, route);
    }

    private Call<String> order() {
        return call(false);
    }

    private Call<String> call(boolean repeatable) {
        return new Call<>(
                "c1", "hello", Deadline.in(ofSeconds(30), time), repeatable, Rank.NORMAL, 10);
    }

    private Route<String, String> route(FakeUpstream... upstreams) {
        var targets = new ArrayList<Target<String, String>>();
        for (FakeUpstream upstream : upstreams) {
            targets.add(target(guarded(upstream)));
        }
        return new Route<>(
                "r",
                Strategy.PRIORITY,
                targets,
                RetrySettings.DEFAULT,
                Optional.empty(),
                ScoreWeights.DEFAULT);
    }

    private Route<String, String> routeOf(Strategy strategy, List<Target<String, String>> targets) {
        return new Route<>(
                "r",
                strategy,
                targets,
                RetrySettings.DEFAULT,
                Optional.empty(),
                ScoreWeights.DEFAULT);
    }

    private Target<String, String> target(FakeUpstream upstream, long room) {
        return new Target<>(guarded(upstream), "m", 1, 0, room);
    }

    private static Target<String, String> target(GuardedUpstream<String, String> upstream) {
        return new Target<>(upstream, "m", 1, 0, Long.MAX_VALUE);
    }

    private GuardedUpstream<String, String> guarded(FakeUpstream upstream) {
        return guarded(upstream, List.of());
    }

    private GuardedUpstream<String, String> guarded(FakeUpstream upstream, List<Limit> limits) {
        var settings =
                new GuardSettings(
                        BreakerSettings.DEFAULT,
                        new BulkheadSettings(10, 10, ofSeconds(1)),
                        Optional.empty(),
                        limits,
                        HealthSettings.DEFAULT,
                        RestSettings.DEFAULT);
        return new GuardedUpstream<>(upstream, settings, account, journal, time, random);
    }

    private static String text(Answer<String> answer) {
        return switch (answer.deciding().orElseThrow().outcome()) {
            case Outcome.Success<String> success -> success.value();
            case Outcome.Refusal<String> refusal -> "refused: " + refusal.reason();
            case Outcome.Failure<String> failure -> "failed: " + failure.fault().detail();
        };
    }

    private static List<Attempt.Kind> kinds(Answer<String> answer) {
        return answer.attempts().stream().map(Attempt::kind).toList();
    }
}
