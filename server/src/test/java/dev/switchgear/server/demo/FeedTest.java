package dev.switchgear.server.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.breaker.Breaker;
import dev.switchgear.core.breaker.Breaker.Result;
import dev.switchgear.core.breaker.BreakerSettings;
import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Forced;
import dev.switchgear.core.call.Outcome;
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
import dev.switchgear.server.monitor.Totals;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FeedTest {
    private static final Totals.Count NOTHING = new Totals.Count(0, 0, 0, 0, 0, Duration.ZERO);

    private final ManualTime time = new ManualTime();
    private final Rests account = new Rests(time);
    private final Journal journal = new Journal(100);
    private final GuardedUpstream<String, String> alpha = guarded();
    private final StringWriter out = new StringWriter();
    private final Feed feed = new Feed(new Paper(out::write, false), new ManualTime());

    @Test
    void a_trial_is_told_by_what_it_comes_to() {
        Breaker breaker = alpha.breaker();
        for (int i = 0; i < 5; i++) {
            breaker.settle(breaker.tryEnter(), Result.FAILURE, 1, Duration.ZERO);
        }
        look();
        assertThat(told()).hasSize(1).first().asString().contains("x alpha (sim) is down: ");

        long first = trial();
        look();
        breaker.settle(first, Result.FAILURE, 1, Duration.ZERO);
        look();
        long second = trial();
        look();
        assertThat(told()).as("a trial that failed and one under way").hasSize(1);

        breaker.settle(second, Result.SUCCESS, 1, Duration.ZERO);
        look();
        assertThat(told()).hasSize(2).last().asString().contains("> alpha (sim) is recovering");
    }

    @Test
    void an_account_that_rests_is_told() {
        account.rest(Duration.ofMinutes(15), Cause.ACCOUNT_EXHAUSTED);

        look();

        assertThat(told())
                .containsExactly(
                        "  0:00  ! alpha (sim) is degraded: account used up. It rests for 900 s, as"
                                + " it asked.");
    }

    @Test
    void a_person_s_order_is_told() {
        alpha.force(new ForcedState.Order(Forced.OFF, "ann", Instant.MAX));

        look();

        assertThat(told())
                .containsExactly(
                        "  0:00  - alpha (sim) is off: switched off by ann. Nobody is left to take"
                                + " its calls.");
    }

    private long trial() {
        time.advance(Duration.ofMinutes(6));
        long ticket = alpha.breaker().tryEnter();
        assertThat(ticket).isNotEqualTo(Breaker.REFUSED);
        return ticket;
    }

    private void look() {
        journal.drain(feed, 100);
        feed.look(List.of(alpha), NOTHING);
    }

    private List<String> told() {
        return out.toString().lines().toList();
    }

    private GuardedUpstream<String, String> guarded() {
        var sender =
                new Upstream<String, String>() {
                    @Override
                    public UpstreamId id() {
                        return new UpstreamId("alpha", "main");
                    }

                    @Override
                    public Outcome<String> send(Dispatch<String> dispatch) {
                        throw new AssertionError("nobody asks it");
                    }
                };
        var settings =
                new GuardSettings(
                        BreakerSettings.DEFAULT,
                        BulkheadSettings.DEFAULT,
                        Optional.empty(),
                        List.of(),
                        HealthSettings.DEFAULT,
                        RestSettings.DEFAULT);
        return new GuardedUpstream<>(
                sender, settings, account, journal, time, new SplittableRandom(1));
    }
}
