package dev.switchgear.core.simulation;

import dev.switchgear.core.call.BreakerState;
import dev.switchgear.core.call.Quota;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.event.Event.Verdict;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.limiter.Limit;
import dev.switchgear.core.routing.Place;
import dev.switchgear.core.routing.Route;
import dev.switchgear.core.routing.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Judges a run by what clients and upstreams saw of it; of the gateway's inside it looks only at
/// whether everything came to rest in the end.
final class Auditor {
    /// What threads may take to get their turn, collectors' pauses among it.
    private static final long SLACK_NANOS = Duration.ofMillis(10).toNanos();

    /// How far past its deadline, or a hang-up, an answer may come.
    private static final long LATE_NANOS = Duration.ofMillis(50).toNanos();

    private static final double BURST = 10;

    /// By how many calls a share may be missed in a stretch of them.
    private static final double UNEVEN = 3;

    private static final long RAMP_MAX_NANOS = Duration.ofSeconds(2).toNanos() + SLACK_NANOS;

    /// More than any verdict on an upstream looks back on.
    private static final int LOOK_BACK = 25;

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
            auditor.reserveOnlyForWhatDidNotFit(conversation);
            auditor.tierBehindTier(conversation);
            auditor.conversationGoesOnWhereItWas(conversation);
        }
        auditor.forcedOnIsAsked();
        auditor.limitsKept();
        auditor.wordsBelieved();
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
                                || mayBeLarger(target(call, later), target(call, small)),
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

    /// As far as the route knows: by the room, and without it by the place.
    private static boolean mayBeLarger(
            Target<Ask, SimulatedReply> there, Target<Ask, SimulatedReply> here) {
        if (here.room() < Long.MAX_VALUE) {
            return there.room() > here.room();
        }
        return there.place().reserve()
                || (!here.place().reserve() && there.place().tier() > here.place().tier());
    }

    /// Somebody said that the request is too large, and nothing says that it fits here.
    private boolean isTooSmall(Target<Ask, SimulatedReply> there, Conversation call) {
        return of(call).stream()
                .anyMatch(c -> c.status == 413 && !mayBeLarger(there, target(call, c)));
    }

    private Target<Ask, SimulatedReply> target(Conversation call, SimulatedConnection connection) {
        return target(route(call), connection.upstream).orElseThrow();
    }

    private static Optional<Target<Ask, SimulatedReply>> target(
            Route<Ask, SimulatedReply> route, UpstreamId id) {
        return route.targets().stream().filter(t -> t.upstream().id().equals(id)).findFirst();
    }

    private void reserveOnlyForWhatDidNotFit(Conversation call) {
        List<SimulatedConnection> tries = of(call);
        for (SimulatedConnection late : tries) {
            require(
                    !target(call, late).place().reserve()
                            || tries.stream()
                                    .anyMatch(c -> c.status == 413 && c.closed <= late.departed),
                    "reserve",
                    () -> late + " came to the reserve though nothing was too large");
        }
        boolean tooLarge =
                !tries.isEmpty() && tries.stream().allMatch(c -> c.status == 413 && c.closed >= 0);
        boolean larger =
                route(call).targets().stream()
                        .anyMatch(t ->
                                t.place().reserve()
                                        && world.isSteadfast(t.upstream().id())
                                        && tries.stream()
                                                .noneMatch(
                                                        c -> c.upstream.equals(t.upstream().id())));
        require(
                !tooLarge
                        || !larger
                        || !World.isPatient(call)
                        || call.hungUp >= 0
                        || tries.size() >= route(call).retry().attempts(),
                "reserve",
                () -> "nobody asked the larger one, which is well: " + call + " " + tries);
    }

    /// Whoever stands in an earlier tier and is always well is asked before the later ones.
    private void tierBehindTier(Conversation call) {
        Route<Ask, SimulatedReply> route = route(call);
        List<SimulatedConnection> tries = of(call);
        if (hedged(call)) {
            return;
        }
        for (SimulatedConnection connection : tries) {
            Place place = target(call, connection).place();
            for (Target<Ask, SimulatedReply> other : route.targets()) {
                boolean before =
                        !other.place().reserve()
                                && !place.reserve()
                                && other.place().tier() < place.tier()
                                && world.isSteadfast(other.upstream().id())
                                && !isTooSmall(other, call);
                require(
                        !before
                                || tries.stream()
                                        .anyMatch(c ->
                                                c.upstream.equals(other.upstream().id())
                                                        && c.number < connection.number),
                        "tiers",
                        () ->
                                connection
                                        + " came before "
                                        + other.upstream().id()
                                        + " of its tier");
            }
        }
        if (isLate(call) && !tries.isEmpty() && isRoomy(leading(route))) {
            UpstreamId first = tries.getFirst().upstream;
            require(
                    leading(route).stream().anyMatch(t -> t.upstream().id().equals(first)),
                    "tiers",
                    () -> "a later tier was asked first though all were well: " + tries);
        }
    }

    /// A conversation whose upstream is well goes on there, unless the strategy has more against it: then
    /// it goes where any other call would.
    private void conversationGoesOnWhereItWas(Conversation call) {
        if (call.favourite.isEmpty() || !isLate(call) || of(call).isEmpty()) {
            return;
        }
        Route<Ask, SimulatedReply> route = route(call);
        List<Target<Ask, SimulatedReply>> leading = leading(route);
        Target<Ask, SimulatedReply> best =
                leading.stream()
                        .filter(t -> t.place().share() == 0)
                        .findFirst()
                        .orElse(leading.getFirst());
        Optional<Target<Ask, SimulatedReply>> there =
                target(route, call.favourite.get()).filter(leading::contains);
        Optional<Target<Ask, SimulatedReply>> expected =
                switch (route.strategy()) {
                    case WEIGHTED, ROUND_ROBIN -> there;
                    case COST ->
                            there.filter(t -> cost(t) <= 2 * cost(best))
                                    .or(() -> Optional.of(best));
                    case PRIORITY -> Optional.of(best);
                    case LEAST_LATENCY, SCORE -> Optional.empty();
                };
        UpstreamId first = of(call).getFirst().upstream;
        expected.map(target -> target.upstream().id())
                .filter(this::isRoomy)
                .filter(id -> isBack(id, call.asked))
                .filter(id -> hasBeenWell(id, call.asked) || isFirst(route, id))
                .ifPresent(id ->
                        require(
                                first.equals(id),
                                "affinity",
                                () ->
                                        "%s (%s) had better have gone on at %s"
                                                .formatted(call, of(call), id)));
    }

    private static double cost(Target<Ask, SimulatedReply> target) {
        return target.price()
                .of(
                        new Ask(
                                new Conversation("", 0, true, false, 1, true, false, 0, 0),
                                false,
                                1,
                                0,
                                true));
    }

    /// So long that no verdict on it can be any other.
    private boolean hasBeenWell(UpstreamId id, long until) {
        List<SimulatedConnection> there = before(id, until);
        return isBack(id, until)
                && last(LOOK_BACK, there).stream().filter(c -> !c.complete()).count() <= 3;
    }

    /// No breaker keeps its calls away any more: two trials at most have gone well, and its share has had
    /// the time to grow.
    private boolean isBack(UpstreamId id, long until) {
        List<SimulatedConnection> there = before(id, until);
        return there.size() >= 3
                && last(3, there).stream().allMatch(SimulatedConnection::complete)
                && there.get(there.size() - 2).closed < until - RAMP_MAX_NANOS;
    }

    private List<SimulatedConnection> before(UpstreamId id, long until) {
        return facts.connections.stream()
                .filter(c -> c.upstream.equals(id) && c.closed >= 0 && c.closed < until)
                .toList();
    }

    private static List<SimulatedConnection> last(int count, List<SimulatedConnection> all) {
        return all.subList(Math.max(0, all.size() - count), all.size());
    }

    /// Those whom a call of this route may be offered to first.
    private static List<Target<Ask, SimulatedReply>> leading(Route<Ask, SimulatedReply> route) {
        int tier =
                route.targets().stream()
                        .filter(t -> !t.place().reserve())
                        .mapToInt(t -> t.place().tier())
                        .min()
                        .orElseThrow();
        return route.targets().stream()
                .filter(t -> !t.place().reserve() && t.place().tier() == tier)
                .toList();
    }

    private static boolean isLate(Conversation call) {
        return call.asked >= World.SETTLED.toNanos();
    }

    private boolean isRoomy(List<Target<Ask, SimulatedReply>> targets) {
        return targets.stream().allMatch(t -> isRoomy(t.upstream().id()));
    }

    /// While a person wants an upstream to be used, its breaker keeps nobody away.
    private void forcedOnIsAsked() {
        for (Facts.Opened opened : facts.opened) {
            UpstreamId id = opened.upstream();
            for (Conversation call : facts.conversations) {
                boolean meanwhile =
                        call.asked >= opened.fromNanos() + SLACK_NANOS
                                && call.asked < opened.untilNanos() - SLACK_NANOS;
                if (!meanwhile || !isFirst(route(call), id) || !onlyItsBreakerMayRefuse(id, call)) {
                    continue;
                }
                List<SimulatedConnection> tries = of(call);
                boolean asked = !tries.isEmpty() && tries.getFirst().upstream.equals(id);
                boolean never = tries.isEmpty() && (call.hungUp >= 0 || !World.isPatient(call));
                require(
                        asked || never,
                        "forced on",
                        () -> "%s did not come first to %s: %s".formatted(call, opened, tries));
            }
        }
    }

    private static boolean isFirst(Route<Ask, SimulatedReply> route, UpstreamId id) {
        List<Target<Ask, SimulatedReply>> leading = leading(route);
        return switch (route.strategy()) {
            case PRIORITY, COST ->
                    leading.getFirst().upstream().id().equals(id)
                            && leading.stream().allMatch(t -> t.place().share() == 0);
            case WEIGHTED, ROUND_ROBIN, LEAST_LATENCY, SCORE -> false;
        };
    }

    /// It has no limits, places are free, and it never asked to be left alone.
    private boolean onlyItsBreakerMayRefuse(UpstreamId id, Conversation call) {
        long there =
                facts.connections.stream()
                        .filter(c ->
                                c.upstream.equals(id)
                                        && c.departed <= call.asked + SLACK_NANOS
                                        && (c.closed < 0 || c.closed >= call.asked - SLACK_NANOS))
                        .count();
        return world.hasNoQuota(id)
                && world.settings(id).adaptive().isEmpty()
                && there + 2 < world.settings(id).bulkhead().concurrent()
                && call.favourite.isEmpty()
                && facts.closed.stream()
                        .noneMatch(c ->
                                c.upstreams().contains(id)
                                        && c.fromNanos() <= call.asked + SLACK_NANOS
                                        && !c.why().equals("forced off"));
    }

    /// Of several limits of one upstream each holds, in any stretch of its time.
    private void limitsKept() {
        for (UpstreamId id : world.guarded().keySet()) {
            List<SimulatedConnection> came =
                    facts.connections.stream()
                            .filter(c -> c.upstream.equals(id) && c.counts())
                            .toList();
            for (Limit limit : world.settings(id).limits()) {
                long stretch = limit.per().toNanos() - SLACK_NANOS;
                long used = 0;
                int oldest = 0;
                for (SimulatedConnection connection : came) {
                    used += need(limit, connection);
                    while (came.get(oldest).departed <= connection.departed - stretch) {
                        used -= need(limit, came.get(oldest));
                        oldest++;
                    }
                    long all = used;
                    require(
                            all <= limit.amount(),
                            "limit kept",
                            () -> "%d came within %s at %s".formatted(all, limit, connection));
                }
            }
        }
    }

    private static long need(Limit limit, SimulatedConnection connection) {
        return switch (limit.measure()) {
            case REQUESTS -> 1;
            case UNITS -> connection.promptTokens;
        };
    }

    /// Where no limit of ours says less, no more come than an upstream said are left, until it says
    /// something else or its time is over.
    private void wordsBelieved() {
        for (Facts.Told told : facts.told) {
            UpstreamId id = told.by().upstream;
            Quota quota = told.quota();
            if (quota.requestsLeft() < 0 || !world.settings(id).limits().isEmpty()) {
                continue;
            }
            boolean alone =
                    facts.told.stream()
                                    .filter(t -> t.by().upstream.equals(id))
                                    .filter(t ->
                                            Math.abs(t.atNanos() - told.atNanos()) <= SLACK_NANOS)
                                    .count()
                            == 1;
            if (!alone) {
                continue;
            }
            long next =
                    facts.told.stream()
                            .filter(t -> t.by().upstream.equals(id))
                            .mapToLong(Facts.Told::atNanos)
                            .filter(at -> at > told.atNanos())
                            .min()
                            .orElse(Long.MAX_VALUE);
            long requests =
                    came(told, Math.min(next, told.atNanos() + quota.requestsReset().toNanos()));
            long givenBack =
                    facts.connections.stream()
                            .filter(c ->
                                    c.upstream.equals(id)
                                            && !c.counts()
                                            && c.departed <= told.atNanos() + SLACK_NANOS
                                            && c.closed >= told.atNanos() - SLACK_NANOS)
                            .count();
            require(
                    requests <= quota.requestsLeft() + givenBack,
                    "word believed",
                    () ->
                            "%d came after %s at %.6f s"
                                    .formatted(requests, quota, told.atNanos() / 1e9));
            long units = came(told, Math.min(next, told.atNanos() + quota.unitsReset().toNanos()));
            require(
                    quota.unitsLeft() != 0 || units == 0,
                    "word believed",
                    () ->
                            "%d came after %s at %.6f s"
                                    .formatted(units, quota, told.atNanos() / 1e9));
        }
    }

    /// How many the upstream counted that left for it after its word and before `until`.
    private long came(Facts.Told told, long until) {
        return facts.connections.stream()
                .filter(c ->
                        c.upstream.equals(told.by().upstream)
                                && c.counts()
                                && c.departed > told.atNanos() + SLACK_NANOS
                                && c.departed < until - SLACK_NANOS)
                .count();
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
        // The reserve is there only for what did not fit elsewhere.
        List<Target<Ask, SimulatedReply>> usual =
                route.targets().stream().filter(t -> !t.place().reserve()).toList();
        boolean well =
                usual.stream()
                        .anyMatch(
                                t -> world.isSteadfast(t.upstream().id()) && !isTooSmall(t, call));
        if (!well
                || usual.size() > route.retry().attempts()
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

    /// Retries are attempts at an upstream that the call has asked before; hedges are paid for
    /// elsewhere. In any stretch an upstream
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
            if (asked && !call.hedges.contains(connection.attempt)) {
                retries.add(connection.departed);
            } else if (!asked) {
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
            if (!world.keepsConversations(index)) {
                sharesAreNormal(route, served, calls);
                drawnSharesAreExact(route);
            }
        }
    }

    private boolean isRoomy(UpstreamId id) {
        return world.hasNoQuota(id)
                && world.settings(id).adaptive().isEmpty()
                && world.settings(id).bulkhead().concurrent() >= 4;
    }

    private void sharesAreNormal(
            Route<Ask, SimulatedReply> route, Map<UpstreamId, Integer> served, int calls) {
        List<Target<Ask, SimulatedReply>> leading = leading(route);
        List<Target<Ask, SimulatedReply>> plain =
                leading.stream().filter(t -> t.place().share() == 0).toList();
        double rest = 1 - leading.stream().mapToDouble(t -> t.place().share()).sum();
        double weights = plain.stream().mapToDouble(Target::weight).sum();
        for (int i = 0; i < plain.size(); i++) {
            Target<Ask, SimulatedReply> target = plain.get(i);
            UpstreamId id = target.upstream().id();
            if (!isRoomy(id)) {
                continue;
            }
            double expected =
                    rest
                            * switch (route.strategy()) {
                                // Targets are drawn in the order of their cost.
                                case PRIORITY, COST -> i == 0 ? 1 : 0;
                                case ROUND_ROBIN -> 1.0 / plain.size();
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
            double uneven = rest == 1 ? 1 : 1 + UNEVEN;
            require(
                    route.hedge().isPresent()
                            || got >= Math.floor(least * expected * calls) - uneven,
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

    /// A share of the calls is that share, not more and not less, whatever the strategy.
    private void drawnSharesAreExact(Route<Ask, SimulatedReply> route) {
        List<Target<Ask, SimulatedReply>> leading = leading(route);
        if (!isRoomy(leading)) {
            return;
        }
        List<SimulatedConnection> first =
                facts.conversations.stream()
                        .filter(c -> route(c).id().equals(route.id()) && isLate(c))
                        .map(c -> of(c).getFirst())
                        .toList();
        boolean allShare = leading.stream().allMatch(t -> t.place().share() > 0);
        for (Target<Ask, SimulatedReply> target : leading) {
            double share = target.place().share();
            long got =
                    first.stream().filter(c -> c.upstream.equals(target.upstream().id())).count();
            double expected = share * first.size();
            require(
                    share == 0
                            || (got >= expected - UNEVEN && (allShare || got <= expected + UNEVEN)),
                    "shares",
                    () ->
                            "%s was asked first by %d of %d calls of %s, its share is %.3f"
                                    .formatted(
                                            target.upstream().id(),
                                            got,
                                            first.size(),
                                            route.id(),
                                            share));
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
