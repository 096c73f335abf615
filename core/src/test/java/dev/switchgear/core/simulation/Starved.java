package dev.switchgear.core.simulation;

import dev.switchgear.core.breaker.BreakerGrowth;
import dev.switchgear.core.breaker.BreakerSettings;
import dev.switchgear.core.breaker.Window;
import dev.switchgear.core.bulkhead.AdaptiveSettings;
import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.BreakerState;
import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.GuardName;
import dev.switchgear.core.call.HealthStatus;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.event.Event;
import dev.switchgear.core.event.Event.Verdict;
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
import dev.switchgear.core.time.WatchedTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/// The gateway gets no processor for seconds at a time, or little of it, while its upstreams answer at
/// once, and its adapters throw away what they were too late to read. That is nobody's fault but its
/// own: no breaker opens, nobody's health, latency or limit suffers, and whoever is patient is served.
/// In every second world one upstream falls silent in truth, and that is noticed all the same.
final class Starved implements Scenario {
    private static final UpstreamId FIRST = new UpstreamId("first", "key");
    private static final UpstreamId OTHER = new UpstreamId("other", "key");
    private static final Duration END = Duration.ofSeconds(40);
    private static final Duration SILENT_FROM = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LATENCY = Duration.ofMillis(20);
    private static final Duration SILENCE = Duration.ofSeconds(1);

    /// What an answer of the upstreams takes at most, by what the wire saw: jitter and the way there
    /// and back, and what less than a beat of the pulse goes unseen.
    private static final Duration PLAIN = Duration.ofMillis(250);

    private final Simulation simulation;
    private final Facts facts;
    private final RandomGenerator chance;
    private final boolean sick;
    private final WatchedTime time;
    private final Journal journal = new Journal(65_536);
    private final Failover failover;
    private final Route<Ask, SimulatedReply> route;
    private final List<Event.Attempted> attempts = new ArrayList<>();
    private final List<Event.BreakerMoved> moves = new ArrayList<>();
    private int asked;

    Starved(long seed) {
        simulation = new Simulation(seed);
        facts = new Facts(simulation);
        chance = simulation.random("starved");
        sick = chance.nextBoolean();
        time = new WatchedTime(simulation.time());
        RemoteUpstream first = remote(FIRST);
        if (sick) {
            first.suffers(
                    new Spell(Trouble.BLACK_HOLE, SILENT_FROM.toNanos(), END.toNanos() * 2, 1));
        }
        Strategy[] strategies = Strategy.values();
        route =
                new Route<>(
                        "route",
                        strategies[chance.nextInt(strategies.length)],
                        List.of(target(first), target(remote(OTHER))),
                        RetrySettings.DEFAULT,
                        chance.nextInt(3) == 0
                                ? Optional.of(new HedgeSettings(Duration.ZERO, 0.1))
                                : Optional.empty(),
                        ScoreWeights.DEFAULT);
        failover = new Failover(journal, time, simulation.threads(), simulation.random("failover"));
    }

    private RemoteUpstream remote(UpstreamId id) {
        var nature =
                new RemoteUpstream.Nature(
                        LATENCY, Duration.ofMillis(3), 0.5, List.of(), false, Duration.ZERO);
        var timeouts = new Timeouts(Duration.ofMillis(300), SILENCE, SILENCE, SILENCE, PATIENCE);
        var remote =
                new RemoteUpstream(
                        id, Long.MAX_VALUE, nature, Set.of(id), timeouts, simulation, facts);
        remote.deafens();
        return remote;
    }

    private Target<Ask, SimulatedReply> target(RemoteUpstream remote) {
        var breaker =
                new BreakerSettings(
                        new Window.Count(20),
                        10,
                        0.5,
                        5,
                        Duration.ofMillis(500),
                        0.5,
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(8),
                        BreakerGrowth.EXPONENTIAL,
                        0.1,
                        Duration.ofSeconds(1),
                        1);
        var settings =
                new GuardSettings(
                        breaker,
                        BulkheadSettings.DEFAULT,
                        Optional.of(AdaptiveSettings.DEFAULT),
                        List.of(),
                        HealthSettings.DEFAULT,
                        RestSettings.DEFAULT);
        var guarded =
                new GuardedUpstream<>(
                        remote,
                        settings,
                        new Rests(time),
                        journal,
                        time,
                        simulation.random("guards " + remote.id()));
        return new Target<>(guarded, "model", 1, 0, Long.MAX_VALUE);
    }

    @Override
    public Simulation simulation() {
        return simulation;
    }

    @Override
    public void live() {
        time.start(simulation.threads());
        for (long at = 0; at < END.toNanos(); at += chance.nextLong(120_000_000)) {
            simulation.later(Duration.ofNanos(at), () -> simulation.start("call", this::carry));
        }
        for (long at = 2_000_000_000L; at < END.toNanos(); at += chance.nextLong(8_000_000_000L)) {
            boolean halts = chance.nextInt(3) > 0;
            var length = Duration.ofMillis(200 + chance.nextInt(4_000));
            simulation.later(
                    Duration.ofNanos(at),
                    () -> {
                        if (halts) {
                            simulation.starve(length);
                        } else {
                            simulation.burden(length.dividedBy(2));
                        }
                    });
        }
        simulation.start("end", this::untilAllIsAnswered);
        simulation.run(3_000_000, Duration.ofMinutes(5));
        journal.drain(this::read, 65_536);
        everybodyIsServed();
        nobodyIsBlamed(OTHER, 1);
        if (sick) {
            silenceIsNoticed();
        } else {
            nobodyIsBlamed(FIRST, 0);
        }
    }

    private void untilAllIsAnswered() {
        try {
            simulation.time().sleep(END);
            while (facts.conversations.stream().anyMatch(call -> call.answers == 0)) {
                simulation.time().sleep(Duration.ofMillis(100));
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the end", e);
        }
        time.close();
    }

    private void carry() {
        long now = simulation.nanos();
        boolean stream = chance.nextBoolean();
        long deadline = now + PATIENCE.toNanos();
        var call =
                new Conversation("call-" + ++asked, 0, true, stream, 2, true, false, now, deadline);
        facts.conversations.add(call);
        Answer<SimulatedReply> answer =
                failover.carry(
                        new Call<>(
                                call.id,
                                new Ask(call, stream, 2, 1, true),
                                new Deadline(deadline),
                                true,
                                Rank.NORMAL,
                                1),
                        route);
        call.answers++;
        call.answered = simulation.nanos();
        call.verdict = answer.verdict();
        call.sent = answer.sent();
        call.refusals =
                answer.attempts().stream()
                        .map(Attempt::outcome)
                        .filter(Starved::isOurs)
                        .map(Object::toString)
                        .collect(Collectors.joining(", "));
    }

    private static boolean isOurs(Outcome<?> outcome) {
        return switch (outcome) {
            case Outcome.Success<?> _ -> false;
            case Outcome.Refusal<?> refusal -> refusal.by() == GuardName.BULKHEAD;
            case Outcome.Failure<?> failure -> failure.fault().cause() == Cause.OWN_DELAY;
        };
    }

    private void read(Event event) {
        if (event instanceof Event.Attempted attempted) {
            attempts.add(attempted);
        } else if (event instanceof Event.BreakerMoved moved) {
            moves.add(moved);
        }
    }

    /// What cannot be made good is a stream that a halt cut in its middle; and a few calls find the
    /// places taken by those who wait, or are hit by one halt after the other: these are told so.
    private void everybodyIsServed() {
        long lost = 0;
        for (Conversation call : facts.conversations) {
            require(
                    call.served()
                            || call.verdict == Verdict.BROKEN_OFF
                            || !call.refusals.isEmpty()
                            || sick,
                    "starved but served",
                    call + " was not served");
            lost += call.served() || call.verdict == Verdict.BROKEN_OFF ? 0 : 1;
        }
        require(
                lost <= facts.conversations.size() / 10,
                "starved but served",
                lost + " of " + facts.conversations.size() + " calls were not served");
    }

    private void nobodyIsBlamed(UpstreamId id, int target) {
        for (Event.Attempted attempted : attempts) {
            if (attempted.attempt().upstream().equals(id)
                    && attempted.attempt().outcome() instanceof Outcome.Failure<?> failure) {
                require(
                        failure.fault().cause() == Cause.OWN_DELAY
                                || failure.fault().cause() == Cause.CANCELLED,
                        "own delay",
                        id + " is blamed: " + attempted.attempt());
            }
        }
        require(
                moves.stream().noneMatch(move -> move.upstream().equals(id)),
                "own delay",
                id + "'s breaker moved: " + moves);
        GuardedUpstream<Ask, SimulatedReply> upstream = route.targets().get(target).upstream();
        require(
                upstream.breaker().state() == BreakerState.CLOSED
                        && upstream.health().status() == HealthStatus.HEALTHY
                        && upstream.history().availability() == 1,
                "own delay",
                id + " is thought ill of");
        require(
                upstream.history().p95Nanos() <= PLAIN.toNanos()
                        && upstream.history().ewmaNanos() <= PLAIN.toNanos(),
                "own delay",
                "%s is thought slow: 95 %% within %d ms, average %.0f ms"
                        .formatted(
                                id,
                                upstream.history().p95Nanos() / 1_000_000,
                                upstream.history().ewmaNanos() / 1e6));
    }

    /// Real silence counts, however late we are at times: the breaker opens.
    private void silenceIsNoticed() {
        int silent = 0;
        int blamed = 0;
        for (Event.Attempted attempted : attempts) {
            Attempt<?> attempt = attempted.attempt();
            if (attempt.upstream().equals(FIRST)
                    && attempt.outcome() instanceof Outcome.Failure<?> failure
                    && failure.fault().cause() != Cause.CANCELLED) {
                silent++;
                blamed += failure.fault().cause().blame() == Cause.Blame.UPSTREAM ? 1 : 0;
            }
        }
        boolean opened = moves.stream().anyMatch(move -> move.upstream().equals(FIRST));
        require(
                opened || silent < 12,
                "real silence",
                "the breaker stays closed after %d silences, %d of them blamed on it"
                        .formatted(silent, blamed));
    }

    private static void require(boolean holds, String rule, String message) {
        if (!holds) {
            throw new SimulationFailure(rule, message);
        }
    }
}
