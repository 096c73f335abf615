package dev.switchgear.core.simulation;

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
import dev.switchgear.core.routing.Answer;
import dev.switchgear.core.routing.Failover;
import dev.switchgear.core.routing.HedgeSettings;
import dev.switchgear.core.routing.RetrySettings;
import dev.switchgear.core.routing.Route;
import dev.switchgear.core.routing.Strategy;
import dev.switchgear.core.routing.Target;
import dev.switchgear.core.score.ScoreWeights;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Hedged streams whose two first tokens come at the same moment, or the second's much later: the
/// client must hear one of them only, and the other must be hung up on.
final class Twins implements Scenario {
    private static final int CALLS = 40;
    private static final int CHUNKS = 4;
    private static final Duration HEDGE_AFTER = Duration.ofMillis(20);
    private static final Duration LATENCY = Duration.ofMillis(60);

    /// A loser is told at once; this is for its turn to come.
    private static final long HANG_UP = Duration.ofMillis(10).toNanos();

    private static final Timeouts TIMEOUTS =
            new Timeouts(
                    Duration.ofMillis(500),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(10));

    private final Simulation simulation;
    private final Facts facts;
    private final Route<Ask, SimulatedReply> route;
    private final Failover failover;

    Twins(long seed) {
        simulation = new Simulation(seed);
        facts = new Facts(simulation);
        var journal = new Journal(16);
        Duration second =
                simulation.random("twins").nextBoolean()
                        ? LATENCY.minus(HEDGE_AFTER)
                        : LATENCY.multipliedBy(10);
        route =
                new Route<>(
                        "twins",
                        Strategy.PRIORITY,
                        List.of(
                                target("first", LATENCY, journal),
                                target("second", second, journal)),
                        RetrySettings.DEFAULT,
                        Optional.of(new HedgeSettings(HEDGE_AFTER, 1)),
                        ScoreWeights.DEFAULT);
        failover =
                new Failover(
                        journal,
                        simulation.time(),
                        simulation.threads(),
                        simulation.random("failover"));
    }

    private Target<Ask, SimulatedReply> target(String name, Duration latency, Journal journal) {
        var id = new UpstreamId(name, "key");
        var nature =
                new RemoteUpstream.Nature(
                        latency, Duration.ofMillis(1), 0, List.of(), false, Duration.ofSeconds(6));
        var remote =
                new RemoteUpstream(
                        id, Long.MAX_VALUE, nature, Set.of(id), TIMEOUTS, simulation, facts);
        var settings =
                new GuardSettings(
                        BreakerSettings.DEFAULT,
                        BulkheadSettings.DEFAULT,
                        Optional.empty(),
                        List.of(),
                        HealthSettings.DEFAULT,
                        RestSettings.DEFAULT);
        return new Target<>(
                new GuardedUpstream<>(
                        remote,
                        settings,
                        new Rests(simulation.time()),
                        journal,
                        simulation.time(),
                        simulation.random("guards " + id)),
                "model",
                1,
                0,
                Long.MAX_VALUE);
    }

    @Override
    public Simulation simulation() {
        return simulation;
    }

    @Override
    public void live() {
        for (int i = 0; i < CALLS; i++) {
            int number = i;
            simulation.start("call", () -> carry(number));
        }
        simulation.run(200_000, Duration.ofMinutes(1));
        facts.conversations.forEach(Twins::heardOne);
        facts.connections.forEach(Twins::hungUpOnTheOther);
        require(
                facts.connections.size() > CALLS,
                "hedge",
                "nobody was asked beside a slow first: " + facts.connections.size());
    }

    private void carry(int number) {
        long now = simulation.nanos();
        long deadline = now + Duration.ofSeconds(5).toNanos();
        var client =
                new Conversation(
                        "call-" + number, 0, true, true, CHUNKS, true, false, now, deadline);
        facts.conversations.add(client);
        Answer<SimulatedReply> answer =
                failover.carry(
                        new Call<>(
                                client.id,
                                new Ask(client, true, CHUNKS, 1, true),
                                new Deadline(deadline),
                                true,
                                Rank.NORMAL,
                                1),
                        route);
        client.answered = simulation.nanos();
        client.verdict = answer.verdict();
    }

    private static void heardOne(Conversation client) {
        var writers = new HashSet<Integer>();
        client.chunks.forEach(chunk -> writers.add(chunk.connection()));
        require(
                client.served() && client.terminated && client.chunks.size() == CHUNKS,
                "stream intact",
                client + " got " + client.chunks);
        require(
                writers.size() == 1,
                "stream intact",
                "two upstreams wrote " + client.chunks + " to " + client);
    }

    private static void hungUpOnTheOther(SimulatedConnection connection) {
        boolean won = connection.number == connection.client.chunks.getFirst().connection();
        long firstToken = connection.client.firstToken;
        require(
                won || (connection.closed >= 0 && connection.closed <= firstToken + HANG_UP),
                "loser cancelled",
                connection + " lost at %.6f s".formatted(firstToken / 1e9));
    }

    private static void require(boolean holds, String rule, String message) {
        if (!holds) {
            throw new SimulationFailure(rule, message);
        }
    }
}
