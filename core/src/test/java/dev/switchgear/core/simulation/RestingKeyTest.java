package dev.switchgear.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.breaker.BreakerSettings;
import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.guard.GuardSettings;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.health.HealthSettings;
import dev.switchgear.core.health.RestSettings;
import dev.switchgear.core.health.Rests;
import dev.switchgear.core.routing.Failover;
import dev.switchgear.core.routing.RetrySettings;
import dev.switchgear.core.routing.Route;
import dev.switchgear.core.routing.Strategy;
import dev.switchgear.core.routing.Target;
import dev.switchgear.core.score.ScoreWeights;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What the open worlds cannot judge, because there a call may already be on its way when the word
/// comes: here nobody is.
final class RestingKeyTest {
    private static final UpstreamId ID = new UpstreamId("limited", "key");

    @Test
    void whoever_waited_for_the_place_of_a_call_told_to_come_later_is_not_sent() {
        for (long seed = 0; seed < 300; seed++) {
            assertThat(sentOfSix(seed)).as("requests sent, seed %d", seed).isEqualTo(1);
        }
    }

    /// Six calls at once for one place; the first is answered 429 with a Retry-After.
    private static int sentOfSix(long seed) {
        var simulation = new Simulation(seed);
        var facts = new Facts(simulation);
        var journal = new Journal(16);
        var nature =
                new RemoteUpstream.Nature(
                        Duration.ofMillis(5),
                        Duration.ofMillis(1),
                        0,
                        List.of(),
                        false,
                        Duration.ofSeconds(6));
        var remote =
                new RemoteUpstream(
                        ID,
                        Long.MAX_VALUE,
                        nature,
                        Set.of(ID),
                        Timeouts.DEFAULT,
                        simulation,
                        facts);
        remote.suffers(new Spell(Trouble.RATE_LIMITED, 0, Long.MAX_VALUE, 1));
        var settings =
                new GuardSettings(
                        BreakerSettings.DEFAULT,
                        new BulkheadSettings(1, 5, Duration.ofSeconds(5)),
                        Optional.empty(),
                        List.of(),
                        HealthSettings.DEFAULT,
                        RestSettings.DEFAULT);
        var guarded =
                new GuardedUpstream<Ask, SimulatedReply>(
                        remote,
                        settings,
                        new Rests(simulation.time()),
                        journal,
                        simulation.time(),
                        simulation.random("guards"));
        var route =
                new Route<>(
                        "one",
                        Strategy.PRIORITY,
                        List.of(new Target<>(guarded, "model", 1, 0, Long.MAX_VALUE)),
                        new RetrySettings(1, 0, 0, Duration.ofMillis(50), Duration.ofSeconds(1)),
                        Optional.empty(),
                        ScoreWeights.DEFAULT);
        var failover =
                new Failover(
                        journal,
                        simulation.time(),
                        simulation.threads(),
                        simulation.random("failover"));
        long deadline = Duration.ofSeconds(10).toNanos();
        for (int i = 0; i < 6; i++) {
            var client = new Conversation("call-" + i, 0, true, false, 1, true, false, 0, deadline);
            var call =
                    new Call<>(
                            client.id,
                            new Ask(client, false, 1, 1, true),
                            new Deadline(deadline),
                            true,
                            Rank.NORMAL,
                            1);
            simulation.start("call", () -> failover.carry(call, route));
        }
        simulation.run(100_000, Duration.ofMinutes(1));
        return facts.connections.size();
    }
}
