package dev.switchgear.core.simulation;

import dev.switchgear.core.call.BreakerState;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.event.Event.Verdict;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.routing.Route;
import dev.switchgear.core.routing.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// Judges a run by what clients and upstreams saw of it; of the gateway's inside it looks only at
/// whether everything came to rest in the end.
final class Auditor {
    /// What threads may take to get their turn, collectors' pauses among it.
    private static final long SLACK_NANOS = Duration.ofMillis(10).toNanos();

    /// How far past its deadline, or a hang-up, an answer may come.
    private static final long LATE_NANOS = Duration.ofMillis(50).toNanos();

    private static final double BURST = 10;

    private final World world;
    private final Facts facts;
    private final Map<Conversation, List<SimulatedConnection>> byCall = new HashMap<>();

    private Auditor(World world) {
        this.world = world;
        this.facts = world.facts();
        for (Conversation conversation : facts.conversations) {
            byCall.put(conversation, new ArrayList<>());
        }
        for (SimulatedConnection connection : facts.connections) {
            of(connection.client).add(connection);
        }
    }

    /// @throws SimulationFailure at the first broken promise
    static void audit(World world) {
        var auditor = new Auditor(world);
        for (Conversation conversation : world.facts().conversations) {
            auditor.answeredOnceInTime(conversation);
            auditor.triedNoMoreOftenThanAllowed(conversation);
            auditor.neverRepeatedWhatMayHaveBeenDone(conversation);
            auditor.notCarriedOnAfterTheLastWord(conversation);
            auditor.streamIsWholeOrHonest(conversation);
            auditor.servedWhereSomebodyWasWell(conversation);
            auditor.countedAsWhatItIs(conversation);
        }
        auditor.nobodyCameWhereClosed();
        auditor.retriesWithinBudget();
        auditor.normalAfterHealing();
        auditor.everythingAtRest();
    }

    private List<SimulatedConnection> of(Conversation conversation) {
        return byCall.getOrDefault(conversation, List.of());
    }

    private void answeredOnceInTime(Conversation call) {
        require(call.answers == 1, "one answer", () -> call.answers + " answers for " + call);
        require(
                call.answered <= call.deadline + LATE_NANOS,
                "answer in time",
                () -> "answered after its deadline: " + call);
        require(
                call.hungUp < 0 || call.answered <= call.hungUp + LATE_NANOS,
                "stop on hang-up",
                () -> "carried on after its client had gone: " + call);
        require(
                call.verdict != Verdict.CANCELLED || call.hungUp >= 0,
                "no false cancel",
                () -> "cancelled though its client waits: " + call);
    }

    private void triedNoMoreOftenThanAllowed(Conversation call) {
        Route<Ask, SimulatedReply> route = route(call);
        List<SimulatedConnection> tries = of(call);
        require(
                tries.size() <= route.retry().attempts(),
                "attempts per call",
                () -> tries.size() + " attempts: " + call);
        require(
                route.hedge().isPresent() || tries.size() == call.sent,
                "attempts told",
                () -> "told of " + call.sent + " attempts, made " + tries.size() + ": " + call);
        require(
                call.hungUp < 0
                        || tries.stream().noneMatch(c -> c.departed > call.hungUp + SLACK_NANOS),
                "stop on hang-up",
                () -> "sent after its client had gone: " + call);
        if (route.hedge().isPresent() && call.repeatable) {
            return;
        }
        for (int i = 1; i < tries.size(); i++) {
            SimulatedConnection before = tries.get(i - 1);
            SimulatedConnection after = tries.get(i);
            require(
                    before.closed >= 0 && before.closed <= after.departed,
                    "one at a time",
                    () -> before + " still open when came " + after);
        }
    }

    private void neverRepeatedWhatMayHaveBeenDone(Conversation call) {
        if (call.repeatable) {
            return;
        }
        List<SimulatedConnection> tries = of(call);
        require(
                tries.stream().filter(c -> c.executed).count() <= 1,
                "no repetition",
                () -> "done twice: " + tries);
        long open = tries.stream().filter(c -> c.bytesLeft >= 0 && !c.refusedByUpstream()).count();
        require(open <= 1, "no repetition", () -> "may have been done twice: " + tries);
    }

    private void notCarriedOnAfterTheLastWord(Conversation call) {
        if (hedged(call)) {
            // The first may still wait for its place when the second has had the last word.
            return;
        }
        for (SimulatedConnection small : of(call)) {
            for (SimulatedConnection later : of(call)) {
                require(
                        small.status != 413
                                || later.departed <= small.closed
                                || later.room > small.room,
                        "larger model",
                        () -> later + " came after the prompt did not fit " + small);
            }
        }
        List<SimulatedConnection> tries = of(call);
        for (int i = 0; i < tries.size() - 1; i++) {
            SimulatedConnection connection = tries.get(i);
            require(
                    connection.status != 400,
                    "last word",
                    () -> "tried again though the request was refused: " + tries);
        }
    }

    private void streamIsWholeOrHonest(Conversation call) {
        var connections = new HashSet<Integer>();
        for (int i = 0; i < call.chunks.size(); i++) {
            Conversation.Chunk chunk = call.chunks.get(i);
            connections.add(chunk.connection());
            int expected = i;
            require(
                    chunk.index() == expected,
                    "stream intact",
                    () -> "chunks " + call.chunks + " reached " + call);
        }
        require(
                connections.size() <= 1,
                "stream intact",
                () -> "two upstreams wrote " + call.chunks + " to " + call);
        if (call.served()) {
            require(
                    !call.stream || (call.terminated && call.chunks.size() == call.chunksWanted),
                    "stream intact",
                    () -> "told complete with " + call.chunks + ": " + call);
            require(
                    of(call).stream()
                            .anyMatch(c ->
                                    c.number == call.replyConnection
                                            && c.status == 200
                                            && "complete".equals(c.end)),
                    "true answer",
                    () -> "served with an answer nobody gave: " + call + " " + of(call));
        } else {
            require(
                    !call.terminated,
                    "stream intact",
                    () -> "a complete stream was called " + call.verdict + ": " + call);
            require(
                    call.chunks.isEmpty()
                            || call.verdict == Verdict.BROKEN_OFF
                            || call.verdict == Verdict.CANCELLED,
                    "honest error",
                    () -> "half a stream was called " + call.verdict + ": " + call);
        }
        if (!call.chunks.isEmpty()) {
            int writer = call.chunks.getFirst().connection();
            require(
                    hedged(call) || of(call).stream().noneMatch(c -> c.number > writer),
                    "no failover after the first token",
                    () -> "went on after connection " + writer + ": " + of(call));
        }
    }

    /// A patient client of a route with an upstream that is always well must be served, unless the
    /// first token had left, or the call must not be repeated and somebody may have acted.
    private void servedWhereSomebodyWasWell(Conversation call) {
        Route<Ask, SimulatedReply> route = route(call);
        boolean well = route.targets().stream().anyMatch(t -> world.isSteadfast(t.upstream().id()));
        if (!well
                || route.targets().size() > route.retry().attempts()
                || !World.isPatient(call)
                || !call.valid
                || call.hungUp >= 0
                || call.served()
                || !call.chunks.isEmpty()) {
            return;
        }
        boolean mayHaveBeenDone =
                of(call).stream().anyMatch(c -> c.bytesLeft >= 0 && !c.refusedByUpstream());
        require(
                !call.repeatable && mayHaveBeenDone,
                "served while somebody is well",
                () -> call + " was not served: " + of(call));
    }

    /// "None lost" must mean it: a call is counted once, and as lost unless it was served, refused by an
    /// upstream for what it asked, broken off in sight of its client, or given up by it.
    private void countedAsWhatItIs(Conversation call) {
        List<Verdict> counted = world.counted(call);
        require(
                counted.size() == 1 && counted.getFirst() == call.verdict,
                "counted",
                () -> "counted as " + counted + ": " + call);
        require(
                call.verdict != Verdict.RETURNED
                        || of(call).stream().anyMatch(c -> c.status == 400 || c.status == 413),
                "lost means lost",
                () -> "nobody refused what it asked: " + call + " " + of(call));
    }

    private void nobodyCameWhereClosed() {
        for (Facts.Closed closed : facts.closed) {
            for (SimulatedConnection connection : facts.connections) {
                require(
                        !closed.upstreams().contains(connection.upstream)
                                || connection.departed <= closed.fromNanos() + SLACK_NANOS
                                || connection.departed >= closed.untilNanos() - SLACK_NANOS,
                        closed.why().equals("forced off") ? "forced off" : "resting",
                        () -> "%s came despite %s".formatted(connection, closed));
            }
        }
    }

    /// Retries are attempts at an upstream that the call has asked before. In any stretch an upstream
    /// gets no more of them, from all routes together, than the budget gives for the calls that came
    /// to it; paying and departing may be apart by a wait for a place, or by an attempt.
    private void retriesWithinBudget() {
        double perSecond =
                world.routes().stream()
                        .mapToDouble(route -> route.retry().perSecondMin())
                        .max()
                        .orElse(0);
        double ratio = world.routes().getFirst().retry().budget();
        for (UpstreamId id : world.guarded().keySet()) {
            var calls = new ArrayList<SimulatedConnection>();
            var retries = new ArrayList<Long>();
            for (Conversation call : facts.conversations) {
                split(call, id, calls, retries);
            }
            retries.sort(Long::compare);
            for (int from = 0; from < retries.size(); from++) {
                for (int to = from; to < retries.size(); to++) {
                    long first = retries.get(from) - Duration.ofSeconds(1).toNanos();
                    long last = retries.get(to);
                    long asked =
                            calls.stream()
                                    .filter(c -> first <= c.closed && c.departed <= last)
                                    .count();
                    double budget = BURST + ratio * asked + perSecond * (last - first) / 1e9;
                    int made = to - from + 1;
                    require(
                            made <= budget + 1e-9,
                            "retry budget",
                            () ->
                                    "%d retries at %s within a budget of %.1f"
                                            .formatted(made, id, budget));
                }
            }
        }
    }

    private void split(
            Conversation call, UpstreamId id, List<SimulatedConnection> calls, List<Long> retries) {
        boolean asked = false;
        for (SimulatedConnection connection : of(call)) {
            if (!connection.upstream.equals(id)) {
                continue;
            }
            if (asked) {
                retries.add(connection.departed);
            } else {
                calls.add(connection);
            }
            asked = true;
        }
    }

    private void normalAfterHealing() {
        for (int index = 0; index < world.routes().size(); index++) {
            Route<Ask, SimulatedReply> route = world.routes().get(index);
            var served = new HashMap<UpstreamId, Integer>();
            int calls = 0;
            // Where a quota runs out, all that is left may be an upstream that ramps up.
            boolean roomy = route.targets().stream().allMatch(t -> isRoomy(t.upstream().id()));
            for (Conversation call : facts.conversations) {
                if (call.route != index || call.asked < World.SETTLED.toNanos()) {
                    continue;
                }
                calls++;
                require(
                        !roomy || call.served(),
                        "normal after healing",
                        () -> "lost on %s: %s %s".formatted(route.id(), call, of(call)));
                SimulatedConnection by =
                        facts.connections.get(Math.max(0, call.replyConnection - 1));
                served.merge(by.upstream, 1, Integer::sum);
            }
            int all = calls;
            sharesAreNormal(route, served, all);
        }
    }

    private boolean isRoomy(UpstreamId id) {
        return world.hasNoQuota(id)
                && world.settings(id).adaptive().isEmpty()
                && world.settings(id).bulkhead().concurrent() >= 4;
    }

    private void sharesAreNormal(
            Route<Ask, SimulatedReply> route, Map<UpstreamId, Integer> served, int calls) {
        double weights = route.targets().stream().mapToDouble(Target::weight).sum();
        for (int i = 0; i < route.targets().size(); i++) {
            Target<Ask, SimulatedReply> target = route.targets().get(i);
            UpstreamId id = target.upstream().id();
            if (!isRoomy(id)) {
                continue;
            }
            double expected =
                    switch (route.strategy()) {
                        // Targets are drawn in the order of their cost.
                        case PRIORITY, COST -> i == 0 ? 1 : 0;
                        case ROUND_ROBIN -> 1.0 / route.targets().size();
                        case WEIGHTED -> target.weight() / weights;
                        case LEAST_LATENCY, SCORE -> 0;
                    };
            int got = served.getOrDefault(id, 0);
            double least =
                    switch (route.strategy()) {
                        case PRIORITY, COST -> 0.95;
                        case ROUND_ROBIN, LEAST_LATENCY, SCORE -> 0.8;
                        case WEIGHTED -> 0.3;
                    };
            require(
                    route.hedge().isPresent() || got >= Math.floor(least * expected * calls) - 1,
                    "normal after healing",
                    () ->
                            "%s served %d of %d calls of %s (%s, expected %.0f %%)"
                                    .formatted(
                                            id,
                                            got,
                                            calls,
                                            route.id(),
                                            route.strategy(),
                                            100 * expected));
        }
    }

    private void everythingAtRest() {
        for (GuardedUpstream<Ask, SimulatedReply> upstream : world.guarded().values()) {
            require(
                    upstream.bulkhead().running() == 0 && upstream.bulkhead().queued() == 0,
                    "permits return",
                    () ->
                            "%s: %d running, %d queued at the end"
                                    .formatted(
                                            upstream.id(),
                                            upstream.bulkhead().running(),
                                            upstream.bulkhead().queued()));
            require(
                    upstream.breaker().state() != BreakerState.HALF_OPEN
                            || upstream.breaker().wouldEnter(),
                    "permits return",
                    () -> upstream.id() + ": a trial is under way at the end");
            double usual = upstream.history().ewmaNanos();
            require(
                    usual == 0 || upstream.history().load() < 1.5 * usual,
                    "permits return",
                    () -> upstream.id() + ": counts calls in flight at the end");
        }
        require(
                world.timersPending() == 0,
                "timers return",
                () -> world.timersPending() + " timers of the gateway left at the end");
    }

    private boolean hedged(Conversation call) {
        return route(call).hedge().isPresent() && call.repeatable;
    }

    private Route<Ask, SimulatedReply> route(Conversation call) {
        return world.routes().get(call.route);
    }

    private static void require(
            boolean holds, String rule, java.util.function.Supplier<String> message) {
        if (!holds) {
            throw new SimulationFailure(rule, message.get());
        }
    }
}
