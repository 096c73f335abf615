package dev.switchgear.core.simulation;

import dev.switchgear.core.breaker.BreakerGrowth;
import dev.switchgear.core.breaker.BreakerSettings;
import dev.switchgear.core.breaker.Window;
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
import dev.switchgear.core.routing.RetrySettings;
import dev.switchgear.core.routing.Route;
import dev.switchgear.core.routing.Strategy;
import dev.switchgear.core.routing.Target;
import dev.switchgear.core.score.ScoreWeights;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/// The preferred upstream takes connections and never answers, until it does again. It may cost the
/// callers of the first moments one timeout each; once its breaker is open it costs nothing but one
/// trial at a time, ever rarer; and when it is well again it gets its share back.
final class BlackHole implements Scenario {
    private static final UpstreamId HOLE = new UpstreamId("hole", "key");
    private static final UpstreamId WELL = new UpstreamId("well", "key");
    private static final long BEGINS = Duration.ofSeconds(1).toNanos();
    private static final long HEALS = Duration.ofSeconds(25).toNanos();
    private static final long SETTLED = Duration.ofSeconds(40).toNanos();
    private static final long END = Duration.ofSeconds(45).toNanos();
    private static final long SLACK = Duration.ofMillis(10).toNanos();
    private static final Duration SILENCE = Duration.ofSeconds(1);
    private static final Duration OPEN_FOR_MAX = Duration.ofSeconds(8);
    private static final double JITTER = 0.2;
    private static final Timeouts TIMEOUTS =
            new Timeouts(Duration.ofMillis(500), SILENCE, SILENCE, SILENCE, Duration.ofSeconds(10));

    private final Simulation simulation;
    private final Facts facts;
    private final RandomGenerator chance;
    private final int threshold;
    private final boolean oneByOne;
    private final Duration openFor;
    private final BreakerGrowth growth;
    private final Route<Ask, SimulatedReply> route;
    private final Failover failover;
    private int asked;

    BlackHole(long seed) {
        simulation = new Simulation(seed);
        facts = new Facts(simulation);
        chance = simulation.random("black hole");
        threshold = 1 + chance.nextInt(5);
        oneByOne = chance.nextBoolean();
        openFor = Duration.ofMillis(1_000 + chance.nextInt(1_000));
        growth = List.of(BreakerGrowth.values()).get(chance.nextInt(BreakerGrowth.values().length));
        var journal = new Journal(16);
        RemoteUpstream hole = remote(HOLE);
        hole.suffers(new Spell(Trouble.BLACK_HOLE, BEGINS, HEALS, 1));
        route =
                new Route<>(
                        "route",
                        Strategy.PRIORITY,
                        List.of(target(hole, journal), target(remote(WELL), journal)),
                        RetrySettings.DEFAULT,
                        Optional.empty(),
                        ScoreWeights.DEFAULT);
        failover =
                new Failover(
                        journal,
                        simulation.time(),
                        simulation.threads(),
                        simulation.random("failover"));
    }

    private RemoteUpstream remote(UpstreamId id) {
        var nature =
                new RemoteUpstream.Nature(
                        Duration.ofMillis(20),
                        Duration.ofMillis(3),
                        0.5,
                        List.of(),
                        false,
                        Duration.ofSeconds(6));
        return new RemoteUpstream(
                id, Long.MAX_VALUE, nature, Set.of(id), TIMEOUTS, simulation, facts);
    }

    private Target<Ask, SimulatedReply> target(RemoteUpstream remote, Journal journal) {
        var breaker =
                new BreakerSettings(
                        new Window.Count(50),
                        50,
                        1,
                        threshold,
                        Duration.ofSeconds(30),
                        BreakerSettings.OFF,
                        openFor,
                        OPEN_FOR_MAX,
                        growth,
                        JITTER,
                        Duration.ofSeconds(1),
                        1);
        var settings =
                new GuardSettings(
                        breaker,
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
                        simulation.random("guards " + remote.id())),
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
        simulation.start("clients", this::ask);
        simulation.run(1_000_000, Duration.ofMinutes(5));
        everybodyIsServed();
        costsLittle();
        getsItsShareBack();
    }

    private void ask() {
        while (simulation.nanos() < END) {
            if (oneByOne) {
                carry();
            } else {
                simulation.start("call", this::carry);
            }
            try {
                simulation.time().sleep(Duration.ofMillis(50 + chance.nextInt(100)));
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts the clients", e);
            }
        }
    }

    private void carry() {
        long now = simulation.nanos();
        long deadline = now + Duration.ofSeconds(8).toNanos();
        boolean stream = chance.nextBoolean();
        var call =
                new Conversation("call-" + ++asked, 0, true, stream, 1, true, false, now, deadline);
        facts.conversations.add(call);
        Answer<SimulatedReply> answer =
                failover.carry(
                        new Call<>(
                                call.id,
                                new Ask(call, stream, 1, 1, true),
                                new Deadline(deadline),
                                true,
                                Rank.NORMAL,
                                1),
                        route);
        call.answered = simulation.nanos();
        call.verdict = answer.verdict();
    }

    private void everybodyIsServed() {
        for (Conversation call : facts.conversations) {
            require(call.served(), "black hole", "lost a call: " + call);
            require(
                    call.answered - call.asked < 2 * SILENCE.toNanos(),
                    "black hole",
                    "cost more than one timeout: " + call);
        }
    }

    private List<SimulatedConnection> swallowed() {
        return facts.connections.stream()
                .filter(c -> c.upstream.equals(HOLE) && BEGINS <= c.departed && c.departed < HEALS)
                .toList();
    }

    private void costsLittle() {
        List<SimulatedConnection> swallowed = swallowed();
        require(
                swallowed.size() >= threshold,
                "black hole",
                "only " + swallowed.size() + " calls went there before it was known");
        long opened =
                swallowed.stream()
                        .mapToLong(c -> c.closed)
                        .sorted()
                        .skip(threshold - 1L)
                        .findFirst()
                        .orElseThrow();
        List<SimulatedConnection> trials =
                swallowed.stream().filter(c -> c.departed > opened + SLACK).toList();
        int before = swallowed.size() - trials.size();
        require(
                !oneByOne || before == threshold,
                "black hole",
                before + " callers paid a timeout, " + threshold + " should have");
        long shut = opened;
        for (int i = 0; i < trials.size(); i++) {
            SimulatedConnection trial = trials.get(i);
            double factor =
                    Math.min(factor(i + 1) * openFor.toNanos(), (double) OPEN_FOR_MAX.toNanos());
            long least = (long) (factor * (1 - JITTER));
            require(
                    trial.departed - shut >= least - SLACK,
                    "black hole",
                    "trial %d came %s after the last failure, %s at the soonest"
                            .formatted(
                                    i + 1,
                                    Duration.ofNanos(trial.departed - shut),
                                    Duration.ofNanos(least)));
            shut = trial.closed;
        }
    }

    /// By how much the pause of opening `n` exceeds the first.
    private double factor(int n) {
        return switch (growth) {
            case LINEAR -> n;
            case EXPONENTIAL -> 1 << (n - 1);
            case FIBONACCI -> List.of(1, 2, 3, 5, 8, 13, 21, 34, 55, 89).get(Math.min(n, 10) - 1);
        };
    }

    private void getsItsShareBack() {
        long calls = facts.conversations.stream().filter(c -> c.asked >= SETTLED).count();
        long home =
                facts.connections.stream()
                        .filter(c -> c.client.asked >= SETTLED && c.upstream.equals(HOLE))
                        .count();
        require(
                home == calls,
                "normal after healing",
                home + " of " + calls + " calls went to the healed upstream");
    }

    private static void require(boolean holds, String rule, String message) {
        if (!holds) {
            throw new SimulationFailure(rule, message);
        }
    }
}
