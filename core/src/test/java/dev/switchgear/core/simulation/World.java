package dev.switchgear.core.simulation;

import dev.switchgear.core.breaker.BreakerGrowth;
import dev.switchgear.core.breaker.BreakerSettings;
import dev.switchgear.core.breaker.Window;
import dev.switchgear.core.bulkhead.AdaptiveSettings;
import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Forced;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.event.Event;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.guard.GuardSettings;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.health.ForcedState;
import dev.switchgear.core.health.HealthSettings;
import dev.switchgear.core.health.RestSettings;
import dev.switchgear.core.health.Rests;
import dev.switchgear.core.limiter.Limit;
import dev.switchgear.core.routing.Answer;
import dev.switchgear.core.routing.Failover;
import dev.switchgear.core.routing.HedgeSettings;
import dev.switchgear.core.routing.Place;
import dev.switchgear.core.routing.RetrySettings;
import dev.switchgear.core.routing.Route;
import dev.switchgear.core.routing.Strategy;
import dev.switchgear.core.routing.Target;
import dev.switchgear.core.score.ScoreWeights;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/// A gateway between clients and upstreams, everything about it drawn from one seed: how many there
/// are, how they are set, what goes wrong when, who hangs up, what the operator orders.
///
/// Three acts: trouble until [#HEALED], light traffic until [#SETTLED], then a steady load under
/// which everything must be as if nothing had happened.
final class World implements Scenario {
    static final Duration HEALED = Duration.ofSeconds(20);
    static final Duration SETTLED = Duration.ofSeconds(50);
    static final Duration END = Duration.ofSeconds(58);

    private static final long STEPS_MAX = 2_000_000;
    private static final Duration TIME_MAX = Duration.ofMinutes(5);
    private static final long ROOM_SMALL = 1_000;
    private static final long PROMPT = 100;
    private static final long PROMPT_LARGE = 2_000;
    private static final double SHARE = 0.4;
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Timeouts TIMEOUTS =
            new Timeouts(
                    Duration.ofMillis(500),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(30));

    private final Simulation simulation;
    private final Facts facts;
    private final CountedTime time;
    private final RandomGenerator chance;
    private final RandomGenerator layout;
    private final Journal journal = new Journal(4_096);
    private final Failover failover;
    private final Map<UpstreamId, RemoteUpstream> remotes = new LinkedHashMap<>();
    private final Map<UpstreamId, GuardedUpstream<Ask, SimulatedReply>> guarded =
            new LinkedHashMap<>();
    private final Map<UpstreamId, GuardSettings> settings = new LinkedHashMap<>();
    private final Set<UpstreamId> steadfast;
    private final List<Route<Ask, SimulatedReply>> routes = new ArrayList<>();
    private final Map<String, List<Event.Verdict>> counted = new HashMap<>();

    /// Routes on which a conversation goes where it went before, and who answered each last.
    private final Set<Integer> keeping = new HashSet<>();

    private final Map<String, UpstreamId> answeredBy = new HashMap<>();
    private int asked;

    World(long seed) {
        simulation = new Simulation(seed);
        facts = new Facts(simulation);
        time = new CountedTime(simulation.time());
        chance = simulation.random("world");
        layout = simulation.random("layout");
        failover = new Failover(journal, time, simulation.threads(), simulation.random("failover"));
        List<UpstreamId> ids = drawUpstreams();
        steadfast = chance.nextInt(10) < 7 ? Set.of(ids.getLast()) : Set.of();
        build(ids);
        int count = 1 + chance.nextInt(2);
        for (int i = 0; i < count; i++) {
            routes.add(drawRoute("route-" + i, ids));
            if (layout.nextBoolean()) {
                keeping.add(i);
            }
        }
    }

    @Override
    public Simulation simulation() {
        return simulation;
    }

    Facts facts() {
        return facts;
    }

    List<Route<Ask, SimulatedReply>> routes() {
        return routes;
    }

    Map<UpstreamId, GuardedUpstream<Ask, SimulatedReply>> guarded() {
        return guarded;
    }

    GuardSettings settings(UpstreamId id) {
        return settings.getOrDefault(id, usual());
    }

    /// Has no trouble, no limits and room for everybody.
    boolean isSteadfast(UpstreamId id) {
        return steadfast.contains(id);
    }

    boolean keepsConversations(int route) {
        return keeping.contains(route);
    }

    boolean hasNoQuota(UpstreamId id) {
        return remoteOf(id).quotas().isEmpty();
    }

    /// What the gateway's own count says a call came to, each time it was counted.
    List<Event.Verdict> counted(Conversation call) {
        return counted.getOrDefault(call.id, List.of());
    }

    int timersPending() {
        return time.pending();
    }

    static boolean isPatient(Conversation conversation) {
        return conversation.deadline - conversation.asked >= PATIENCE.toNanos();
    }

    @Override
    public void live() {
        run();
        Auditor.audit(this);
    }

    /// Lives through all three acts.
    private void run() {
        for (int route = 0; route < routes.size(); route++) {
            int index = route;
            simulation.start("clients", () -> actOne(index));
            simulation.start("clients", () -> actTwoAndThree(index));
        }
        simulation.start("operator", this::operate);
        simulation.start("journal", this::readJournal);
        simulation.run(STEPS_MAX, TIME_MAX);
        journal.drain(this::read, 100_000);
    }

    private List<UpstreamId> drawUpstreams() {
        var ids = new ArrayList<UpstreamId>();
        int count = 2 + chance.nextInt(3);
        for (int i = 0; i < count; i++) {
            boolean shares = i > 0 && i < count - 1 && chance.nextInt(3) == 0;
            String provider = shares ? ids.getLast().provider() : "provider-" + i;
            ids.add(new UpstreamId(provider, "key-" + i));
        }
        return ids;
    }

    private void build(List<UpstreamId> ids) {
        var accounts = new LinkedHashMap<String, Rests>();
        for (UpstreamId id : ids) {
            Set<UpstreamId> account =
                    ids.stream()
                            .filter(other -> other.provider().equals(id.provider()))
                            .collect(Collectors.toUnmodifiableSet());
            boolean firm = steadfast.contains(id);
            List<Limit> limits = firm || chance.nextBoolean() ? List.of() : drawLimits();
            GuardSettings mine = firm ? usual() : drawSettings(limits);
            var nature =
                    new RemoteUpstream.Nature(
                            Duration.ofMillis(5 + chance.nextInt(75)),
                            Duration.ofMillis(1 + chance.nextInt(10)),
                            0.5,
                            limits.stream()
                                    .map(limit -> new RemoteQuota(limit, chance.nextBoolean()))
                                    .toList(),
                            chance.nextBoolean(),
                            mine.rest().keyRejected());
            var remote =
                    new RemoteUpstream(
                            id,
                            firm || chance.nextBoolean() ? Long.MAX_VALUE : ROOM_SMALL,
                            nature,
                            account,
                            TIMEOUTS,
                            simulation,
                            facts);
            if (!firm) {
                drawSpells().forEach(remote::suffers);
            }
            remotes.put(id, remote);
            settings.put(id, mine);
            guarded.put(
                    id,
                    new GuardedUpstream<>(
                            remote,
                            mine,
                            accounts.computeIfAbsent(id.provider(), _ -> new Rests(time)),
                            journal,
                            time,
                            simulation.random("guards " + id)));
        }
    }

    /// Requests in a short stretch of time, and perhaps units in it and requests in a longer one.
    private List<Limit> drawLimits() {
        var limits = new ArrayList<Limit>();
        int calls = 3 + chance.nextInt(15);
        Duration per = Duration.ofSeconds(1 + chance.nextInt(4));
        limits.add(new Limit(Limit.Measure.REQUESTS, calls, per));
        if (layout.nextBoolean()) {
            long units = PROMPT_LARGE + PROMPT * layout.nextInt(calls);
            limits.add(new Limit(Limit.Measure.UNITS, units, per.multipliedBy(2)));
        }
        if (layout.nextBoolean()) {
            limits.add(new Limit(Limit.Measure.REQUESTS, 2L * calls, per.multipliedBy(3)));
        }
        return limits;
    }

    private List<Spell> drawSpells() {
        var spells = new ArrayList<Spell>();
        int count = 1 + chance.nextInt(4);
        for (int i = 0; i < count; i++) {
            long from = chance.nextLong(HEALED.toNanos() * 3 / 4);
            long until =
                    Math.min(
                            HEALED.toNanos(),
                            from + Duration.ofMillis(1_000 + chance.nextInt(14_000)).toNanos());
            double share = chance.nextBoolean() ? 1 : 0.2 + 0.6 * chance.nextDouble();
            spells.add(new Spell(oneOf(Trouble.values()), from, until, share));
        }
        return spells;
    }

    private static RestSettings rests() {
        return new RestSettings(
                Duration.ofSeconds(2),
                Duration.ofMinutes(1),
                Duration.ofSeconds(6),
                Duration.ofSeconds(6),
                Duration.ofSeconds(6),
                Duration.ofMinutes(1));
    }

    private static GuardSettings usual() {
        return new GuardSettings(
                BreakerSettings.DEFAULT,
                BulkheadSettings.DEFAULT,
                Optional.empty(),
                List.of(),
                HealthSettings.DEFAULT,
                rests());
    }

    private GuardSettings drawSettings(List<Limit> limits) {
        boolean lenient = chance.nextInt(5) == 0;
        int calls = 5 + chance.nextInt(20);
        var breaker =
                new BreakerSettings(
                        chance.nextBoolean()
                                ? new Window.Count(calls)
                                : new Window.Span(Duration.ofSeconds(2 + chance.nextInt(9))),
                        lenient ? calls : 3 + chance.nextInt(3),
                        lenient ? 1 : 0.3 + 0.5 * chance.nextDouble(),
                        lenient ? 0 : chance.nextInt(6),
                        Duration.ofSeconds(1),
                        chance.nextInt(3) == 0 ? 0.8 : BreakerSettings.OFF,
                        Duration.ofMillis(500 + chance.nextInt(1500)),
                        Duration.ofSeconds(4),
                        oneOf(BreakerGrowth.values()),
                        0.4 * chance.nextDouble(),
                        Duration.ofMillis(chance.nextInt(2000)),
                        1 + chance.nextInt(2));
        var bulkhead =
                new BulkheadSettings(
                        1 + chance.nextInt(10),
                        chance.nextInt(10),
                        Duration.ofMillis(chance.nextInt(1000)));
        boolean knowsLimits = chance.nextInt(4) > 0;
        return new GuardSettings(
                breaker,
                bulkhead,
                chance.nextInt(3) == 0 ? Optional.of(AdaptiveSettings.DEFAULT) : Optional.empty(),
                knowsLimits ? limits : List.of(),
                HealthSettings.DEFAULT,
                rests());
    }

    private Route<Ask, SimulatedReply> drawRoute(String id, List<UpstreamId> ids) {
        var chosen = new ArrayList<>(ids);
        while (chosen.size() > 1 && chance.nextInt(4) == 0) {
            chosen.remove(chance.nextInt(chosen.size()));
        }
        for (int i = chosen.size() - 1; i > 0; i--) {
            chosen.add(chosen.remove(chance.nextInt(i + 1)));
        }
        var targets = new ArrayList<Target<Ask, SimulatedReply>>();
        for (UpstreamId upstream : chosen) {
            targets.add(
                    new Target<>(
                            upstreamOf(upstream),
                            "model",
                            1 + chance.nextInt(3),
                            targets.size() + chance.nextDouble() / 2,
                            remoteOf(upstream).room()));
        }
        return new Route<>(
                id,
                oneOf(Strategy.values()),
                placed(targets),
                new RetrySettings(
                                chance.nextInt(5) == 0 ? 2 : 3,
                                0.1,
                                chance.nextInt(3) == 0 ? 1 : 0,
                                Duration.ofMillis(50),
                                Duration.ofSeconds(1))
                        .waiting(chance.nextInt(3) == 0),
                chance.nextInt(3) == 0
                        ? Optional.of(
                                new HedgeSettings(Duration.ofMillis(50 + chance.nextInt(300)), 0.2))
                        : Optional.empty(),
                ScoreWeights.DEFAULT);
    }

    /// Some routes have tiers, some shares, some a reserve for what does not fit elsewhere, and some do
    /// not know how much room there is.
    private List<Target<Ask, SimulatedReply>> placed(List<Target<Ask, SimulatedReply>> targets) {
        boolean tiers = layout.nextInt(3) == 0;
        boolean shares = layout.nextInt(3) == 0;
        boolean unknown = layout.nextInt(3) == 0;
        int reserve = layout.nextInt(3) == 0 ? layout.nextInt(targets.size()) : -1;
        double left = 1;
        var placed = new ArrayList<Target<Ask, SimulatedReply>>();
        for (int i = 0; i < targets.size(); i++) {
            Target<Ask, SimulatedReply> target = targets.get(i);
            double share = shares && layout.nextBoolean() ? left * SHARE : 0;
            left -= share;
            boolean last = targets.size() > 1 && i == reserve;
            placed.add(
                    new Target<>(
                            target.upstream(),
                            target.subject(),
                            target.weight(),
                            target.price(),
                            unknown ? Long.MAX_VALUE : target.room(),
                            new Place(tiers ? layout.nextInt(3) : 0, last ? 0 : share, last)));
        }
        return placed;
    }

    private GuardedUpstream<Ask, SimulatedReply> upstreamOf(UpstreamId id) {
        return Optional.ofNullable(guarded.get(id)).orElseThrow();
    }

    private RemoteUpstream remoteOf(UpstreamId id) {
        return Optional.ofNullable(remotes.get(id)).orElseThrow();
    }

    private void actOne(int route) {
        while (simulation.nanos() < HEALED.toNanos()) {
            pause(Duration.ofMillis(1 + chance.nextInt(chance.nextInt(10) == 0 ? 3000 : 250)));
            boolean patient = chance.nextInt(3) > 0;
            ask(
                    route,
                    chance.nextInt(4) > 0,
                    chance.nextBoolean(),
                    chance.nextInt(50) > 0,
                    chance.nextInt(25) == 0,
                    patient ? PATIENCE : Duration.ofMillis(100 + chance.nextInt(5000)),
                    chance.nextInt(10) == 0);
        }
    }

    private void actTwoAndThree(int route) {
        pause(HEALED);
        while (simulation.nanos() < SETTLED.toNanos()) {
            pause(Duration.ofMillis(500 + chance.nextInt(500)));
            ask(route, true, chance.nextBoolean(), true, false, PATIENCE, false);
        }
        while (simulation.nanos() < END.toNanos()) {
            pause(Duration.ofMillis(150 + chance.nextInt(100)));
            ask(route, true, chance.nextBoolean(), true, false, PATIENCE, false);
        }
    }

    private void ask(
            int route,
            boolean repeatable,
            boolean stream,
            boolean valid,
            boolean large,
            Duration patience,
            boolean hangsUp) {
        long now = simulation.nanos();
        var conversation =
                new Conversation(
                        "call-" + ++asked,
                        route,
                        repeatable,
                        stream,
                        stream ? 2 + chance.nextInt(6) : 1,
                        valid,
                        large,
                        now,
                        now + patience.toNanos());
        facts.conversations.add(conversation);
        Rank rank = oneOf(Rank.values());
        conversation.session = keeping.contains(route) ? layout.nextInt(4) : Conversation.NEW;
        Thread carrier = simulation.start("call", () -> carry(conversation, rank));
        if (hangsUp) {
            simulation.later(
                    Duration.ofNanos(chance.nextLong(patience.toNanos() / 4)),
                    () -> hangUp(conversation, carrier));
        }
    }

    private void hangUp(Conversation conversation, Thread carrier) {
        if (conversation.answers == 0) {
            conversation.hungUp = simulation.nanos();
            carrier.interrupt();
        }
    }

    /// What an edge does with a call.
    private void carry(Conversation conversation, Rank rank) {
        var ask =
                new Ask(
                        conversation,
                        conversation.stream,
                        conversation.chunksWanted,
                        conversation.large ? PROMPT_LARGE : PROMPT,
                        conversation.valid);
        var call =
                new Call<>(
                        conversation.id,
                        ask,
                        new Deadline(conversation.deadline),
                        conversation.repeatable,
                        rank,
                        ask.promptTokens());
        String session = conversation.route + "/" + conversation.session;
        if (conversation.session != Conversation.NEW) {
            conversation.favourite = Optional.ofNullable(answeredBy.get(session));
        }
        Answer<SimulatedReply> answer =
                failover.carry(call, routes.get(conversation.route), conversation.favourite);
        conversation.answers++;
        conversation.answered = simulation.nanos();
        conversation.verdict = answer.verdict();
        conversation.sent = answer.sent();
        conversation.refusals =
                answer.attempts().stream()
                        .filter(attempt -> attempt.number() == 0)
                        .map(attempt -> attempt.outcome().toString())
                        .collect(Collectors.joining(", "));
        conversation.hedges =
                answer.attempts().stream()
                        .filter(attempt -> attempt.kind() == Attempt.Kind.HEDGE)
                        .map(Attempt::number)
                        .collect(Collectors.toUnmodifiableSet());
        conversation.replyConnection = answer.deciding().map(World::replyConnection).orElse(0);
        if (conversation.served()) {
            answer.deciding().ifPresent(attempt -> answeredBy.put(session, attempt.upstream()));
        }
        simulation.note(conversation.id + " " + answer.verdict());
    }

    private static int replyConnection(Attempt<SimulatedReply> attempt) {
        return switch (attempt.outcome()) {
            case Outcome.Success<SimulatedReply> success -> success.value().connection();
            case Outcome.Failure<SimulatedReply> failure ->
                    failure.reply().map(SimulatedReply::connection).orElse(0);
            case Outcome.Refusal<SimulatedReply> _ -> 0;
        };
    }

    private void operate() {
        int orders = chance.nextInt(4);
        List<UpstreamId> mine =
                guarded.keySet().stream().filter(id -> !steadfast.contains(id)).toList();
        for (int i = 0; i < orders && !mine.isEmpty(); i++) {
            pause(Duration.ofMillis(chance.nextInt(4000)));
            UpstreamId id = mine.get(chance.nextInt(mine.size()));
            Forced state = List.of(Forced.OFF, Forced.DRAIN, Forced.ON).get(chance.nextInt(3));
            Duration length = Duration.ofMillis(200 + chance.nextInt(2000));
            boolean ends = chance.nextBoolean();
            Instant until = ends ? time.instant().plus(length) : Instant.MAX;
            upstreamOf(id).forced().force(new ForcedState.Order(state, "operator", until));
            long from = simulation.nanos();
            pause(length);
            long released = Math.min(simulation.nanos(), from + length.toNanos());
            if (state == Forced.ON) {
                facts.opened.add(new Facts.Opened(id, from, released));
            } else {
                facts.closed.add(new Facts.Closed("forced off", Set.of(id), from, released));
            }
            if (!ends) {
                upstreamOf(id).forced().force(ForcedState.Order.NONE);
            }
        }
    }

    private void readJournal() {
        while (simulation.nanos() < END.toNanos()) {
            pause(Duration.ofSeconds(1));
            journal.drain(this::read, 1_000);
        }
    }

    private void read(Event event) {
        simulation.note(event.getClass().getSimpleName());
        if (event instanceof Event.Answered answered) {
            counted.computeIfAbsent(answered.call(), _ -> new ArrayList<>())
                    .add(answered.verdict());
        }
    }

    private <T> T oneOf(T[] all) {
        return all[chance.nextInt(all.length)];
    }

    private void pause(Duration length) {
        try {
            simulation.time().sleep(length);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the world", e);
        }
    }
}
