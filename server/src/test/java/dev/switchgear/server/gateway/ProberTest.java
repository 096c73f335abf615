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
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

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
                .singleElement()
                .satisfies(tried -> assertThat(tried.why()).contains("StackOverflowError"));
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
    void one_that_is_switched_off_or_rests_is_left_alone_and_so_are_all_where_probes_are_off() {
        open();

        upstream.forced().force(new ForcedState.Order(Forced.OFF, "ann", Instant.MAX));
        look(20);
        upstream.forced().force(ForcedState.Order.NONE);
        upstream.rests().rest(Duration.ofMinutes(1), Cause.KEY_REJECTED);
        look(20);
        upstream.rests().clear();
        every = Duration.ZERO;
        look(20);

        assertThat(asked).isZero();
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
                ? new Outcome.Success<>(List.of(), -1, Quota.UNKNOWN)
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
