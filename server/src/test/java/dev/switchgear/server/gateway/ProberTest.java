package dev.switchgear.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.breaker.Breaker;
import dev.switchgear.core.breaker.BreakerSettings;
import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Forced;
import dev.switchgear.core.call.GuardName;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Quota;
import dev.switchgear.core.call.Upstream;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.guard.GuardSettings;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.health.ForcedState;
import dev.switchgear.core.health.HealthSettings;
import dev.switchgear.core.health.RestSettings;
import dev.switchgear.core.health.Rests;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.server.gateway.Upstreams.Member;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProberTest {
    private final ManualTime time = new ManualTime();
    private final GuardedUpstream<LlmRequest, LlmReply> upstream = guarded();
    private final Queue<Runnable> started = new ArrayDeque<>();
    private int asked;
    private boolean well;
    private boolean broken;
    private Duration every = Duration.ofSeconds(5);
    private final Prober prober =
            new Prober(
                    () -> List.of(member()),
                    () -> every,
                    new SplittableRandom(1),
                    task -> {
                        started.add(task);
                        return Thread.currentThread();
                    },
                    time);

    @Test
    void an_upstream_that_is_well_is_never_asked() {
        look(60);

        assertThat(asked).isZero();
    }

    @Test
    void one_that_is_down_is_asked_about_every_five_seconds_until_it_answers() {
        open();

        look(60);

        assertThat(asked).isBetween(8, 15);
        assertThat(upstream.breaker().wouldEnter()).isFalse();
    }

    @Test
    void one_whose_adapter_breaks_is_asked_again_in_its_time() {
        open();
        broken = true;

        look(60);

        assertThat(asked).isBetween(8, 15);
        assertThat(
                        new ProviderTrials(() -> List.of(member()), time)
                                .test(
                                        upstream.id().provider(),
                                        Deadline.in(Duration.ofSeconds(1), time)))
                .isInstanceOfSatisfying(
                        ProviderTrials.Trial.Done.class,
                        done ->
                                assertThat(done.keys())
                                        .singleElement()
                                        .satisfies(tried ->
                                                assertThat(tried.why())
                                                        .contains("StackOverflowError")));
    }

    @Test
    void ten_seconds_after_it_is_cured_it_gets_its_trial_however_long_its_pause() {
        open();
        look(30);
        well = true;

        look(10);

        assertThat(upstream.breaker().wouldEnter()).isTrue();
    }

    @Test
    void one_question_at_a_time() {
        open();
        for (int i = 0; i < 60; i++) {
            time.advance(Duration.ofSeconds(1));
            prober.look();
        }

        assertThat(started).hasSize(1);
    }

    @Test
    void one_that_is_switched_off_is_left_alone_and_so_are_all_where_probes_are_off() {
        open();
        upstream.rests().rest(Duration.ofMinutes(50), Cause.KEY_REJECTED);

        for (Forced order : List.of(Forced.OFF, Forced.DRAIN)) {
            upstream.forced().force(new ForcedState.Order(order, "ann", Instant.MAX));
            look(20);
        }
        upstream.forced().force(ForcedState.Order.NONE);
        every = Duration.ZERO;
        look(20);

        assertThat(asked).isZero();
    }

    /// What rests, whether an answer proves that it is back, and whether it is asked at all.
    @ParameterizedTest
    @CsvSource({
        "KEY, KEY_REJECTED, true",
        "ACCOUNT, KEY_REJECTED, true",
        "SUBJECT, SUBJECT_UNKNOWN, true",
        "OTHER_SUBJECT, SUBJECT_UNKNOWN, false",
        "KEY, FORBIDDEN, false",
        "KEY, RATE_LIMITED, false",
        "KEY, OVERLOADED, false",
        "SUBJECT, RATE_LIMITED, false",
        "SUBJECT, OVERLOADED, false",
        "SUBJECT, SERVER_ERROR, false",
        "ACCOUNT, ACCOUNT_EXHAUSTED, false",
        "ACCOUNT, FORBIDDEN, false",
        "ACCOUNT, RATE_LIMITED, false",
    })
    void an_answer_ends_the_rest_that_it_proves_wrong_and_no_other(
            String what, Cause cause, boolean proves) {
        rest(what, cause);

        look(60);
        assertThat(upstream.wouldRefuse(subject(what), 1)).contains(GuardName.REST);
        well = true;
        look(10);

        assertThat(upstream.wouldRefuse(subject(what), 1).isEmpty()).isEqualTo(proves);
        if (!proves && !what.equals("OTHER_SUBJECT")) {
            assertThat(asked).as("questions that can prove nothing").isZero();
        }
        if (proves) {
            assertThat(
                            upstream.rests().enter(subject(what))
                                    + upstream.account().enter(subject(what)))
                    .as("one trial")
                    .isPositive();
            assertThat(upstream.wouldRefuse(subject(what), 1)).contains(GuardName.REST);
        }
    }

    @Test
    void a_list_that_everybody_gets_is_believed_once() {
        believedOnce();
        int before = asked;
        look(120);

        assertThat(upstream.wouldRefuse("listed", 1)).contains(GuardName.REST);
        assertThat(asked).isEqualTo(before);
    }

    /// The list is given, the key is taken to be accepted, and turned away again.
    private void believedOnce() {
        well = true;
        rest("KEY", Cause.KEY_REJECTED);
        look(10);
        assertThat(upstream.wouldRefuse("listed", 1)).isEmpty();
        rest("KEY", Cause.KEY_REJECTED);
    }

    @Test
    void who_was_not_believed_is_believed_again_after_an_answer_to_a_call() {
        believedOnce();
        time.advance(Duration.ofHours(1));
        upstream.rests().settle(upstream.rests().enter("listed"), "listed", true);
        rest("KEY", Cause.KEY_REJECTED);

        look(10);

        assertThat(upstream.wouldRefuse("listed", 1)).isEmpty();
    }

    @Test
    void a_provider_that_is_being_tried_is_not_tried_beside_that() {
        var seen = new ArrayList<ProviderTrials.Trial>();
        var trials = new ArrayList<ProviderTrials>();
        var deadline = Deadline.in(Duration.ofSeconds(10), time);
        trials.add(
                new ProviderTrials(
                        () ->
                                List.of(
                                        new Member<>(
                                                upstream,
                                                1,
                                                _ -> {
                                                    seen.add(
                                                            trials.getFirst()
                                                                    .test("alpha", deadline));
                                                    return outcome();
                                                })),
                        time));

        ProviderTrials.Trial first = trials.getFirst().test("alpha", deadline);

        assertThat(seen).singleElement().isInstanceOf(ProviderTrials.Trial.TooMany.class);
        assertThat(first).isInstanceOf(ProviderTrials.Trial.Done.class);
        assertThat(trials.getFirst().test("nobody", deadline))
                .isInstanceOf(ProviderTrials.Trial.Unknown.class);
    }

    private static String subject(String what) {
        return what.equals("OTHER_SUBJECT") ? "not listed" : "listed";
    }

    private void rest(String what, Cause cause) {
        Duration pause = Duration.ofMinutes(50);
        switch (what) {
            case "KEY" -> upstream.rests().rest(pause, cause);
            case "ACCOUNT" -> upstream.account().rest(pause, cause);
            default -> upstream.rests().restSubject(subject(what), pause, cause);
        }
    }

    private void look(int seconds) {
        for (int i = 0; i < 2 * seconds; i++) {
            time.advance(Duration.ofMillis(500));
            prober.look();
            while (!started.isEmpty()) {
                started.remove().run();
            }
        }
    }

    private Member<LlmRequest, LlmReply> member() {
        return new Member<>(upstream, 1, _ -> outcome());
    }

    private Outcome<List<String>> outcome() {
        return answer()
                ? new Outcome.Success<>(List.of("listed"), -1, Quota.UNKNOWN)
                : Outcome.Failure.of(Fault.cancelled(false));
    }

    private boolean answer() {
        asked++;
        if (broken) {
            throw new StackOverflowError("a defect");
        }
        return well;
    }

    private void open() {
        for (int i = 0; i < 5; i++) {
            long ticket = upstream.breaker().tryEnter();
            upstream.breaker().settle(ticket, Breaker.Result.FAILURE, 1, Duration.ZERO);
        }
        assertThat(upstream.breaker().retryAfter()).isGreaterThan(Duration.ofMinutes(5));
    }

    private GuardedUpstream<LlmRequest, LlmReply> guarded() {
        var sender =
                new Upstream<LlmRequest, LlmReply>() {
                    @Override
                    public UpstreamId id() {
                        return new UpstreamId("alpha", "main");
                    }

                    @Override
                    public Outcome<LlmReply> send(Dispatch<LlmRequest> dispatch) {
                        throw new AssertionError("a probe costs no call");
                    }
                };
        BreakerSettings usual = BreakerSettings.DEFAULT;
        var breaker =
                new BreakerSettings(
                        usual.window(),
                        usual.minimumCalls(),
                        usual.failureRatio(),
                        usual.consecutiveFailures(),
                        usual.slowCall(),
                        usual.slowRatio(),
                        Duration.ofMinutes(10),
                        Duration.ofMinutes(10),
                        usual.growth(),
                        0,
                        usual.rampUp(),
                        usual.probesToClose());
        var settings =
                new GuardSettings(
                        breaker,
                        BulkheadSettings.DEFAULT,
                        Optional.empty(),
                        List.of(),
                        HealthSettings.DEFAULT,
                        RestSettings.DEFAULT);
        return new GuardedUpstream<>(
                sender, settings, new Rests(time), new Journal(100), time, new SplittableRandom(1));
    }
}
