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
import dev.switchgear.core.limiter.Limit;
import dev.switchgear.core.routing.Failover;
import dev.switchgear.core.routing.RetrySettings;
import dev.switchgear.core.routing.Route;
import dev.switchgear.core.routing.Strategy;
import dev.switchgear.core.routing.Target;
import dev.switchgear.core.score.ScoreWeights;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/// Twice as many calls as an upstream's limits let in, for some windows: it must never see more than any
/// of them in any stretch of time, and at least 95 % of the tightest, although some calls never reach
/// it and some are estimated too high.
final class Saturation implements Scenario {
    private static final int WINDOWS = 6;
    private static final double LOAD = 2.5;

    /// What a call is in tokens, on average.
    private static final int TOKENS = 20;

    /// How many windows of the one limit are one of the other.
    private static final int LONGER = 3;

    private static final double USED_LEAST = 0.95;

    /// A turn lost between taking a permit and departing shifts a request by this much at most.
    private static final Duration SHIFT = Duration.ofMillis(10);

    private static final UpstreamId ID = new UpstreamId("limited", "key");
    private static final Timeouts TIMEOUTS =
            new Timeouts(
                    Duration.ofMillis(500),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(10));

    private final Simulation simulation;
    private final Facts facts;
    private final RandomGenerator chance;
    private final Limit limit;

    /// The one above, and perhaps one of the other measure in a longer time, which lets in less or more.
    private final List<Limit> limits;

    private final boolean ofTokens;
    private final boolean estimatesHigh;
    private final Route<Ask, SimulatedReply> route;
    private final Failover failover;

    Saturation(long seed) {
        simulation = new Simulation(seed);
        facts = new Facts(simulation);
        chance = simulation.random("saturation");
        ofTokens = chance.nextBoolean();
        estimatesHigh = ofTokens && chance.nextBoolean();
        limit =
                new Limit(
                        ofTokens ? Limit.Measure.UNITS : Limit.Measure.REQUESTS,
                        (60L + chance.nextInt(60)) * (ofTokens ? TOKENS : 1),
                        Duration.ofMillis(500 + chance.nextInt(1500)));
        limits = chance.nextBoolean() ? List.of(limit) : List.of(limit, longer());
        var nature =
                new RemoteUpstream.Nature(
                        Duration.ofMillis(5),
                        Duration.ofMillis(2),
                        0,
                        List.of(),
                        false,
                        Duration.ofSeconds(6));
        var remote =
                new RemoteUpstream(
                        ID, Long.MAX_VALUE, nature, Set.of(ID), TIMEOUTS, simulation, facts);
        double refused = chance.nextBoolean() ? 0 : 0.3;
        remote.suffers(new Spell(Trouble.REFUSED, 0, Long.MAX_VALUE, refused));
        var journal = new Journal(16);
        var guarded =
                new GuardedUpstream<Ask, SimulatedReply>(
                        remote,
                        settings(),
                        new Rests(simulation.time()),
                        journal,
                        simulation.time(),
                        simulation.random("guards"));
        route =
                new Route<>(
                        "saturated",
                        Strategy.PRIORITY,
                        List.of(new Target<>(guarded, "model", 1, 0, Long.MAX_VALUE)),
                        new RetrySettings(1, 0, 0, Duration.ofMillis(50), Duration.ofSeconds(1)),
                        Optional.empty(),
                        ScoreWeights.DEFAULT);
        failover =
                new Failover(
                        journal,
                        simulation.time(),
                        simulation.threads(),
                        simulation.random("failover"));
    }

    private Limit longer() {
        double requests = limit.amount() / (ofTokens ? TOKENS : 1.0);
        double amount = LONGER * requests * (chance.nextBoolean() ? 0.5 : 2);
        return new Limit(
                ofTokens ? Limit.Measure.REQUESTS : Limit.Measure.UNITS,
                (long) (amount * (ofTokens ? 1 : TOKENS)),
                limit.per().multipliedBy(LONGER));
    }

    private GuardSettings settings() {
        // Only the limit may say no here.
        var breaker =
                new BreakerSettings(
                        new Window.Count(100),
                        100,
                        1,
                        0,
                        Duration.ofSeconds(30),
                        BreakerSettings.OFF,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        BreakerGrowth.LINEAR,
                        0,
                        Duration.ZERO,
                        1);
        return new GuardSettings(
                breaker,
                new BulkheadSettings(1_000, 0, Duration.ZERO),
                Optional.empty(),
                limits,
                HealthSettings.DEFAULT,
                RestSettings.DEFAULT);
    }

    @Override
    public Simulation simulation() {
        return simulation;
    }

    @Override
    public void live() {
        simulation.start("clients", this::saturate);
        simulation.run(1_000_000, Duration.ofMinutes(5));
        limits.forEach(this::neverExceeded);
        wellUsed();
    }

    private long end() {
        return WINDOWS * limit.per().toNanos();
    }

    private void saturate() {
        double calls = limit.amount() / (ofTokens ? (double) TOKENS : 1.0);
        long gap = (long) (limit.per().toNanos() / (calls * LOAD));
        int asked = 0;
        while (simulation.nanos() < end()) {
            int number = ++asked;
            simulation.start("call", () -> carry(number));
            try {
                simulation.time().sleep(Duration.ofNanos(1 + chance.nextLong(2 * gap)));
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts the clients", e);
            }
        }
    }

    private void carry(int number) {
        long now = simulation.nanos();
        long deadline = now + Duration.ofSeconds(5).toNanos();
        long tokens = TOKENS / 2L + chance.nextInt(TOKENS + 1);
        var conversation =
                new Conversation("call-" + number, 0, true, false, 1, true, false, now, deadline);
        facts.conversations.add(conversation);
        var ask = new Ask(conversation, false, 1, tokens, true);
        long estimate = estimatesHigh ? tokens + tokens / 4 : tokens;
        failover.carry(
                new Call<>(
                        conversation.id, ask, new Deadline(deadline), true, Rank.NORMAL, estimate),
                route);
    }

    private static long amount(Limit limit, SimulatedConnection connection) {
        return switch (limit.measure()) {
            case REQUESTS -> 1;
            case UNITS -> connection.promptTokens;
        };
    }

    private void neverExceeded(Limit one) {
        var window = new ArrayDeque<SimulatedConnection>();
        long used = 0;
        long stretch = one.per().minus(SHIFT).toNanos();
        for (SimulatedConnection connection : facts.connections) {
            if (connection.arrived < 0) {
                continue;
            }
            window.add(connection);
            used += amount(one, connection);
            while (window.getFirst().arrived <= connection.arrived - stretch) {
                used -= amount(one, window.removeFirst());
            }
            if (used > one.amount()) {
                throw new SimulationFailure(
                        "limit kept", used + " came within " + one + " at " + connection);
            }
        }
    }

    /// Of several limits one is the tightest, and that is used.
    private void wellUsed() {
        double share = limits.stream().mapToDouble(this::used).max().orElseThrow();
        if (share < USED_LEAST) {
            throw new SimulationFailure(
                    "limit used",
                    "only %.1f %% of the tightest of %s was used under saturation"
                            .formatted(100 * share, limits));
        }
    }

    private double used(Limit one) {
        long used =
                facts.connections.stream()
                        .filter(c -> c.arrived >= 0 && c.arrived < end())
                        .mapToLong(c -> amount(one, c))
                        .sum();
        return used / (one.amount() * ((double) end() / one.per().toNanos()));
    }
}
