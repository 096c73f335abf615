package dev.switchgear.core.simulation;

import dev.switchgear.core.breaker.BreakerGrowth;
import dev.switchgear.core.breaker.BreakerSettings;
import dev.switchgear.core.breaker.Window;
import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Forced;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.guard.GuardSettings;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.health.ForcedState;
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

/// The best upstream takes connections and never answers, until it does again. It may cost the
/// callers of the first moments one timeout each; once its breaker is open it costs nothing but one
/// trial at a time, ever rarer; and when it is well again it gets its share back, whatever the
/// strategy. Meanwhile a person may want it to be used all the same: then it is, and no longer.
final class BlackHole implements Scenario {
    private static final UpstreamId HOLE = new UpstreamId("hole", "key");
    private static final UpstreamId WELL = new UpstreamId("well", "key");
    private static final long BEGINS = Duration.ofSeconds(1).toNanos();
    private static final long HEALS = Duration.ofSeconds(25).toNanos();

    /// A trial that began in the last moment of silence, the longest pause after it, and the ramp.
    private static final long BACK = HEALS + Duration.ofSeconds(12).toNanos();

    /// By then what was bad of it is forgotten where history decides, too.
    private static final long FORGIVEN = HEALS + Duration.ofSeconds(50).toNanos();

    private static final Duration JUDGED = Duration.ofSeconds(5);
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
    private final Strategy strategy;
    private final boolean ordered;
    private final long orderedFrom;
    private final long orderedUntil;
    private final GuardedUpstream<Ask, SimulatedReply> guarded;
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
        strategy = List.of(Strategy.values()).get(chance.nextInt(Strategy.values().length));
        ordered = chance.nextBoolean();
        orderedFrom = Duration.ofMillis(9_000 + chance.nextInt(8_000)).toNanos();
        orderedUntil = orderedFrom + Duration.ofMillis(1_000 + chance.nextInt(5_000)).toNanos();
        RemoteUpstream hole = remote(HOLE, Duration.ofMillis(20));
        hole.suffers(new Spell(Trouble.BLACK_HOLE, BEGINS, HEALS, 1));
        Target<Ask, SimulatedReply> best = target(hole, 3, 1, journal);
        guarded = best.upstream();
        route =
                new Route<>(
                        "route",
                        strategy,
                        List.of(
                                best,
                                target(remote(WELL, Duration.ofMillis(60)), 1, 1.05, journal)),
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

    private RemoteUpstream remote(UpstreamId id, Duration latency) {
        var nature =
                new RemoteUpstream.Nature(
                        latency,
                        Duration.ofMillis(3),
                        0.5,
                        List.of(),
                        false,
                        Duration.ofSeconds(6));
        return new RemoteUpstream(
                id, Long.MAX_VALUE, nature, Set.of(id), TIMEOUTS, simulation, facts);
    }

    private Target<Ask, SimulatedReply> target(
            RemoteUpstream remote, double weight, double cost, Journal journal) {
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
                weight,
                cost,
                Long.MAX_VALUE);
    }

    @Override
    public Simulation simulation() {
        return simulation;
    }

    @Override
    public void live() {
        simulation.start("clients", this::ask);
        if (ordered) {
            simulation.start("operator", this::order);
        }
        simulation.run(1_000_000, Duration.ofMinutes(5));
        everybodyIsServed();
        usedAsOrdered();
        costsLittle();
        getsItsShareBack();
    }

    /// Nobody takes the order back: it ends by itself.
    private void order() {
        pause(Duration.ofNanos(orderedFrom));
        Duration length = Duration.ofNanos(orderedUntil - orderedFrom);
        var order =
                new ForcedState.Order(
                        Forced.ON, "operator", simulation.time().instant().plus(length));
        if (chance.nextBoolean()) {
            guarded.forced().force(order);
        } else {
            guarded.forced().forceAll(order);
        }
    }

    /// Whether it was certainly ordered to be used.
    private boolean inOrder(long nanos) {
        return ordered && nanos >= orderedFrom + SLACK && nanos < orderedUntil - SLACK;
    }

    /// Whether it may have been ordered to be used.
    private boolean mayBeOrdered(SimulatedConnection connection) {
        return ordered
                && connection.departed >= orderedFrom - SLACK
                && connection.departed < orderedUntil + SLACK;
    }

    private void usedAsOrdered() {
        for (Conversation call : facts.conversations) {
            require(
                    !inOrder(call.asked)
                            || !decidesAlone()
                            || facts.connections.stream()
                                    .anyMatch(
                                            c -> c.client.equals(call) && c.upstream.equals(HOLE)),
                    "forced on",
                    "not used though a person wants it: " + call);
        }
    }

    /// Whether the strategy prefers the best, whatever it has been like.
    private boolean decidesAlone() {
        return switch (strategy) {
            case PRIORITY, COST -> true;
            case WEIGHTED, ROUND_ROBIN, LEAST_LATENCY, SCORE -> false;
        };
    }

    private long settled() {
        return switch (strategy) {
            case PRIORITY, COST, WEIGHTED, ROUND_ROBIN -> BACK;
            case LEAST_LATENCY, SCORE -> FORGIVEN;
        };
    }

    private void pause(Duration length) {
        try {
            simulation.time().sleep(length);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the world", e);
        }
    }

    private void ask() {
        while (simulation.nanos() < settled() + JUDGED.toNanos()) {
            if (oneByOne) {
                carry();
            } else {
                simulation.start("call", this::carry);
            }
            pause(Duration.ofMillis(50 + chance.nextInt(100)));
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
                .filter(c -> !mayBeOrdered(c))
                .toList();
    }

    private void costsLittle() {
        List<SimulatedConnection> swallowed = swallowed();
        require(
                swallowed.size() >= threshold || settled() == FORGIVEN,
                "black hole",
                "only " + swallowed.size() + " calls went there before it was known");
        if (swallowed.size() < threshold) {
            // Its history alone has kept calls away from it.
            return;
        }
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
        long calls = facts.conversations.stream().filter(c -> c.asked >= settled()).count();
        long home =
                facts.connections.stream()
                        .filter(c -> c.client.asked >= settled() && c.upstream.equals(HOLE))
                        .count();
        double least =
                switch (strategy) {
                    case PRIORITY, COST, SCORE -> calls;
                    case ROUND_ROBIN -> (calls - 1) / 2.0;
                    // Three times the weight; and three times as quick, unless several come at
                    // once.
                    case WEIGHTED, LEAST_LATENCY -> 0.4 * calls;
                };
        require(
                home >= least,
                "normal after healing",
                "%d of %d calls went to the healed upstream (%s)".formatted(home, calls, strategy));
    }

    private static void require(boolean holds, String rule, String message) {
        if (!holds) {
            throw new SimulationFailure(rule, message);
        }
    }
}
