package dev.switchgear.server;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.switchgear.server.AgentScript.Enclosed;
import dev.switchgear.simulator.Simulator;
import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.fault.SimulatedFault;
import dev.switchgear.simulator.fault.Spot;
import dev.switchgear.simulator.limit.RateLimits;
import dev.switchgear.simulator.provider.SimulatedProvider;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/// Agents in the middle of a conversation, from outside.
final class AgentsTest {
    /// The time-outs of a provider that will fall silent are short, so that it is noticed soon.
    private static final String IMPATIENT = "first-token: 300ms, head: 300ms, idle: 300ms";

    /// The first provider is asked again and again, however often it failed.
    private static final String NO_BREAKER =
            "breaker: { failures: 0, minimum-calls: 10000, window: 1h }, retry: { base: 1ms, cap: 1ms }";

    /// Whoever is late itself blames nobody for it: so many failures are soon enough also on a machine
    /// that does other work.
    private static final String QUICK_BREAKER = "breaker: { failures: 3 }";

    private static final String PATIENT = "first-token: 20s, head: 20s, idle: 20s";

    /// Who seals thoughts in the dialect that an agent speaks.
    private static final Map<AgentKind, Set<AgentHost>> SEALING =
            Map.of(
                    AgentKind.CHAT, Set.of(AgentHost.OPENROUTER),
                    AgentKind.RESPONSES, Set.of(AgentHost.OPENAI, AgentHost.XAI),
                    AgentKind.ANTHROPIC, Set.of(AgentHost.ANTHROPIC),
                    AgentKind.GEMINI, Set.of(AgentHost.GEMINI));

    /// Every way to fail that the simulator has.
    private static final List<FaultKind> FAULTS =
            List.of(
                    new FaultKind.Status(500),
                    new FaultKind.Status(502),
                    new FaultKind.Status(503),
                    new FaultKind.Status(429),
                    FaultKind.tooMany(ofSeconds(7)),
                    new FaultKind.Latency(ofSeconds(5), Duration.ZERO),
                    new FaultKind.SlowFirstToken(ofSeconds(5), Duration.ZERO, false),
                    new FaultKind.SlowFirstToken(ofSeconds(5), Duration.ZERO, true),
                    new FaultKind.Stall(new Spot.AfterBytes(30), Optional.empty()),
                    FaultKind.stallAfter(3),
                    new FaultKind.Stall(new Spot.AfterBytes(30), Optional.of(ofMillis(50))),
                    new FaultKind.Cut(new Spot.AfterBytes(30)),
                    FaultKind.cutAfter(1),
                    FaultKind.cutAfter(4),
                    FaultKind.reset(),
                    new FaultKind.Reset(new Spot.AfterBytes(200)),
                    new FaultKind.BlackHole(),
                    new FaultKind.Refuse(),
                    new FaultKind.Garbage(64),
                    new FaultKind.WrongContentType("text/html; charset=utf-8", "<html></html>"),
                    new FaultKind.ErrorFirstEvent("", ""),
                    new FaultKind.ErrorEvent(4, "", ""),
                    new FaultKind.NoTerminalEvent(FaultKind.Missing.DONE),
                    new FaultKind.NoTerminalEvent(FaultKind.Missing.FINISH),
                    new FaultKind.NoTerminalEvent(FaultKind.Missing.BOTH),
                    new FaultKind.RateLimit(new RateLimits(1, 1_000_000_000, ofSeconds(60))),
                    new FaultKind.ExpiredKey());

    /// Those after which a provider is asked again at once: who says that it will not answer for a while
    /// is left alone.
    private static final List<FaultKind> LASTING =
            FAULTS.stream()
                    .filter(fault ->
                            switch (fault) {
                                case FaultKind.Status status -> status.code() != 429;
                                case FaultKind.RateLimit _, FaultKind.ExpiredKey _ -> false;
                                default -> true;
                            })
                    .toList();

    /// Without a gateway: what is judged below is the gateway, and not the agent or the simulator.
    @TestFactory
    Stream<DynamicTest> agents_and_simulated_providers_understand_each_other() {
        List<DynamicTest> tests = new ArrayList<>();
        for (AgentKind kind : AgentKind.values()) {
            for (AgentHost host : kind.spokenBy()) {
                boolean streamed = (place(kind) + place(host)) % 2 == 0;
                String name = kind + " at " + host + (streamed ? ", streamed" : "");
                tests.add(
                        dynamicTest(name, () -> direct(kind, host, streamed, AgentScript.SYSTEM)));
            }
        }
        return tests.stream();
    }

    private static AgentTalk.Account direct(
            AgentKind kind, AgentHost host, boolean streamed, String system)
            throws InterruptedException {
        try (var simulator = Simulator.start(SimulatorSettings.of(host.simulated("first")))) {
            SimulatedProvider first = simulator.provider("first");
            Agent agent = kind.agent(host.model(), streamed, system);
            // Pages of text are the gateway's to word for DeepSeek, which takes words alone.
            Set<Enclosed> shown =
                    host == AgentHost.DEEPSEEK ? EnumSet.of(Enclosed.NOTHING) : host.takes();
            String root = "http://127.0.0.1:" + simulator.port() + "/first" + host.root();
            var auditor = new AgentAuditor(kind + " at " + host, List.of(first));
            return new AgentTalk(agent, root, auditor, shown, _ -> {}).hold();
        }
    }

    /// One agent before two providers, of which the first is preferred.
    ///
    /// @param promise what the route promises on streams
    private record Case(
            AgentKind kind, AgentHost first, AgentHost second, boolean streamed, String promise) {
        Case(AgentKind kind, AgentHost first, AgentHost second, boolean streamed) {
            this(kind, first, second, streamed, "relay");
        }

        @Override
        public String toString() {
            return "%s before %s and %s%s"
                    .formatted(kind, first, second, streamed ? ", streamed" : "");
        }

        AgentTalk talk(House house, String system, AgentTrouble trouble) {
            Agent agent = kind.agent("agent", streamed, system);
            var auditor =
                    new AgentAuditor(
                            toString(), List.of(house.provider("first"), house.provider("second")));
            Set<Enclosed> shown = EnumSet.copyOf(first.takes());
            shown.retainAll(second.takes());
            return new AgentTalk(
                    agent,
                    "http://127.0.0.1:" + house.port() + agent.base(),
                    auditor,
                    shown,
                    trouble);
        }

        /// @param timeouts of the first provider, as the file says them
        /// @param resilience likewise
        House house(String timeouts, String resilience) {
            return house(timeouts, resilience, "off");
        }

        /// @param marks whether the route marks prompts for the cache
        House house(String timeouts, String resilience, String marks) {
            return House.of(
                    SimulatorSettings.of(first.simulated("first"), second.simulated("second")),
                    port ->
                            """
                            server: { port: 0 }
                            egress: { allow-private: ["127.0.0.1:%d"] }
                            providers:
                            %s%sroutes:
                              - match: { model: agent }
                                strategy: priority
                                stream: { promise: %s }
                                prompt-cache: %s
                                to: [ %s, %s ]
                            resilience: { %s }
                            """
                                    .formatted(
                                            port,
                                            first.configured("first", port, timeouts),
                                            second.configured("second", port, PATIENT),
                                            promise,
                                            marks,
                                            first.target("first"),
                                            second.target("second"),
                                            resilience));
        }
    }

    /// Spreads what is asked over all kinds: any even spread will do.
    @SuppressWarnings("EnumOrdinal")
    private static int place(Enum<?> kind) {
        return kind.ordinal();
    }

    private static AgentHost behind(AgentHost host, int places) {
        AgentHost[] all = AgentHost.values();
        return all[(place(host) + places) % all.length];
    }

    /// Each kind of agent before each kind of provider, with nothing amiss.
    @TestFactory
    Stream<DynamicTest> every_agent_holds_its_conversation_on_every_provider() {
        List<DynamicTest> tests = new ArrayList<>();
        for (AgentKind kind : AgentKind.values()) {
            for (AgentHost host : AgentHost.values()) {
                boolean streamed = (place(kind) + place(host)) % 2 == 0;
                var some = new Case(kind, host, host, streamed);
                tests.add(
                        dynamicTest(some.toString(), () -> hold(some, PATIENT, "", _ -> _ -> {})));
            }
        }
        return tests.stream();
    }

    /// What a provider knows already of a conversation that comes through the gateway, against what it
    /// knows of the same conversation with an agent that speaks its own dialect to it.
    @TestFactory
    Stream<DynamicTest> prompts_are_remembered_as_without_a_gateway() {
        List<DynamicTest> tests = new ArrayList<>();
        for (AgentHost host : AgentHost.values()) {
            for (AgentKind kind : AgentKind.values()) {
                AgentKind own = kind.spokenBy().contains(host) ? kind : host.own();
                boolean streamed = (place(kind) + place(host)) % 2 == 0;
                boolean asked = own == kind || (place(kind) + place(host)) % 3 == 0;
                if (asked && host.remembers() && kind.sees()) {
                    tests.add(remembering(kind, own, host, streamed));
                }
            }
        }
        return tests.stream();
    }

    /// The same for all of them, plain and streamed.
    @TestFactory
    @Tag("long")
    Stream<DynamicTest> all_prompts_are_remembered_as_without_a_gateway() {
        List<DynamicTest> tests = new ArrayList<>();
        for (AgentHost host : AgentHost.values()) {
            for (AgentKind kind : AgentKind.values()) {
                AgentKind own = kind.spokenBy().contains(host) ? kind : host.own();
                for (boolean streamed : List.of(false, true)) {
                    if (host.remembers() && kind.sees()) {
                        tests.add(remembering(kind, own, host, streamed));
                    }
                }
            }
        }
        return tests.stream();
    }

    private static DynamicTest remembering(
            AgentKind kind, AgentKind own, AgentHost host, boolean streamed) {
        return dynamicTest(
                kind
                        + " before "
                        + host
                        + " as "
                        + own
                        + " without"
                        + (streamed ? ", streamed" : ""),
                () -> remembered(kind, own, host, streamed));
    }

    private static void remembered(AgentKind kind, AgentKind own, AgentHost host, boolean streamed)
            throws InterruptedException {
        AgentTalk.Account alone = direct(own, host, streamed, AgentScript.LONG_SYSTEM);
        AgentTalk.Account through;
        var some = new Case(kind, host, host, streamed);
        // Claude remembers what is marked, for which other dialects have no word.
        boolean unmarked = host == AgentHost.ANTHROPIC && kind != AgentKind.ANTHROPIC;
        try (House house = some.house(PATIENT, "", unmarked ? "auto" : "off")) {
            through = some.talk(house, AgentScript.LONG_SYSTEM, _ -> {}).hold();
        }

        double without = (double) alone.cached() / alone.prompt();
        double with = (double) through.cached() / through.prompt();
        assertThat(without).as("what is remembered without a gateway").isGreaterThan(0.4);
        assertThat(with).as("what is remembered, of all").isGreaterThanOrEqualTo(0.9 * without);
        if (own == kind) {
            assertThat((double) through.cached())
                    .as("tokens that are remembered")
                    .isGreaterThanOrEqualTo(0.9 * alone.cached());
        }
    }

    /// The first provider fails at every second turn, so that the conversation goes to and fro between
    /// two accounts of one kind, or of two.
    @TestFactory
    Stream<DynamicTest> every_agent_goes_to_and_fro_between_two_accounts() {
        List<DynamicTest> tests = new ArrayList<>();
        for (AgentKind kind : AgentKind.values()) {
            for (AgentHost host : AgentHost.values()) {
                int turned = place(kind) + place(host);
                if (turned % 3 == 0) {
                    // These leave and come back, below.
                    continue;
                }
                int places = turned % 2 == 0 ? 0 : 1 + place(kind) % 4;
                var some = new Case(kind, host, behind(host, places), turned % 4 < 2);
                tests.add(dynamicTest(some.toString(), () -> toAndFro(some)));
            }
        }
        return tests.stream();
    }

    /// Whose dialect has a place for seals, before two accounts that seal and speak it: plain and streamed,
    /// as what passes is looked at in another way in each.
    @TestFactory
    Stream<DynamicTest> what_passes_with_its_seals_goes_to_and_fro_between_two_accounts() {
        return everyCase()
                .filter(some -> some.first() == some.second())
                .filter(some -> SEALING.getOrDefault(some.kind(), Set.of()).contains(some.first()))
                .map(some -> dynamicTest(some.toString(), () -> toAndFro(some)));
    }

    private static void toAndFro(Case some) throws InterruptedException {
        AgentTalk.Account account =
                hold(some, PATIENT, NO_BREAKER, AgentsTest::failingEverySecondTurn);

        assertThat(account.first()).as("turns at the first").isEqualTo(AgentScript.TURNS / 2);
    }

    private static AgentTrouble failingEverySecondTurn(House house) {
        return turn -> {
            if (turn % 2 == 0) {
                house.provider("first").fault(FaultKind.status(500));
            } else {
                house.provider("first").heal();
            }
        };
    }

    /// Each fault, at another turn each time, for kinds of agents and providers in turn. Where a stream
    /// breaks off after its first words have left, the agent is told and asks again; a route that
    /// promises to `complete` streams spares it that.
    @TestFactory
    Stream<DynamicTest> no_fault_of_the_first_provider_is_noticed() {
        List<DynamicTest> tests = new ArrayList<>();
        int number = 0;
        for (FaultKind fault : FAULTS) {
            for (int i = 0; i < 2; i++) {
                tests.add(failing(number, fault, 1 + (number * 7) % AgentScript.TURNS));
                number++;
            }
        }
        return tests.stream();
    }

    private static DynamicTest failing(int number, FaultKind fault, int turn) {
        AgentKind[] kinds = AgentKind.values();
        AgentHost first = behind(AgentHost.OPENAI, number);
        boolean streamed = fault.streamsOnly() || number % 2 == 0;
        boolean complete = number % 2 == 1;
        var some =
                new Case(
                        kinds[number % kinds.length],
                        first,
                        behind(first, number / kinds.length),
                        streamed,
                        complete ? "complete" : "relay");
        return dynamicTest(
                some + ": " + fault + " at turn " + turn,
                () -> {
                    AgentTalk.Account account = hold(some, IMPATIENT, "", failingAt(turn, fault));
                    if (complete) {
                        assertThat(account.tries()).isEqualTo(AgentScript.TURNS);
                    }
                });
    }

    private static Function<House, AgentTrouble> failingAt(int turn, FaultKind fault) {
        return house ->
                now -> {
                    if (now == turn) {
                        house.provider("first").faults(List.of(SimulatedFault.always(fault)));
                    } else {
                        house.provider("first").heal();
                    }
                };
    }

    /// The first provider fails at every turn, each time in another way; of a route that promises to
    /// `complete` streams the agent hears nothing of it, and asks for nothing twice.
    @TestFactory
    Stream<DynamicTest> a_first_provider_that_fails_at_every_turn_is_not_noticed() {
        List<DynamicTest> tests = new ArrayList<>();
        AgentKind[] kinds = AgentKind.values();
        for (int i = 0; i < kinds.length; i += 2) {
            AgentHost first = behind(AgentHost.OPENAI, i);
            tests.add(failingThroughout(kinds[i], first, i % 4 == 0, 5 * i));
        }
        return tests.stream();
    }

    /// For every agent before every first provider, plain and streamed: each of these faults at each turn:
    /// about 5,000 conversations, all of which wait a second or two.
    @TestFactory
    @Tag("long")
    Stream<DynamicTest> a_first_provider_that_fails_at_every_turn_in_any_way_is_not_noticed() {
        return IntStream.range(0, LASTING.size())
                .boxed()
                .flatMap(shift ->
                        everyCase()
                                .filter(some -> behind(some.first(), shift) == some.second())
                                .map(some ->
                                        failingThroughout(
                                                some.kind(),
                                                some.first(),
                                                some.streamed(),
                                                shift)));
    }

    private static DynamicTest failingThroughout(
            AgentKind kind, AgentHost first, boolean streamed, int shift) {
        var some = new Case(kind, first, behind(first, 1 + shift), streamed, "complete");
        return dynamicTest(
                some + ": every fault from " + shift % LASTING.size() + " on",
                () -> {
                    AgentTalk.Account account =
                            hold(some, IMPATIENT, NO_BREAKER, failingThroughout(shift));
                    assertThat(account.tries()).isEqualTo(AgentScript.TURNS);
                });
    }

    private static Function<House, AgentTrouble> failingThroughout(int shift) {
        return house ->
                turn -> house.provider("first").fault(LASTING.get((turn + shift) % LASTING.size()));
    }

    /// Each kind of agent leaves in the middle of answers, comes back, and asks the same again.
    @TestFactory
    Stream<DynamicTest> no_agent_that_leaves_and_comes_back_finds_anything_amiss() {
        List<DynamicTest> tests = new ArrayList<>();
        for (AgentKind kind : AgentKind.values()) {
            for (AgentHost host : AgentHost.values()) {
                int turned = place(kind) + place(host);
                if (turned % 3 == 0) {
                    tests.add(leaving(new Case(kind, host, behind(host, 1), turned % 2 == 0)));
                }
            }
        }
        return tests.stream();
    }

    private static DynamicTest leaving(Case some) {
        return dynamicTest(
                some.toString(),
                () ->
                        hold(
                                some,
                                PATIENT,
                                "",
                                house ->
                                        new AgentThatLeaves(
                                                house.provider("first"),
                                                some.streamed() ? 600 : 100)));
    }

    /// The same before any provider, plain and streamed.
    @TestFactory
    @Tag("long")
    Stream<DynamicTest> no_agent_that_leaves_any_provider_finds_anything_amiss() {
        return everyCase().filter(some -> some.first() == some.second()).map(AgentsTest::leaving);
    }

    /// To and fro between any two kinds of accounts: about 2,000 conversations, some five minutes on two
    /// processors.
    @TestFactory
    @Tag("long")
    Stream<DynamicTest> every_agent_goes_to_and_fro_between_any_two_accounts() {
        return everyCase().map(some -> dynamicTest(some.toString(), () -> toAndFro(some)));
    }

    /// For every agent before every first provider, plain and streamed: each fault, and something amiss
    /// at each turn: about 4,800 conversations, of which many wait.
    @TestFactory
    @Tag("long")
    Stream<DynamicTest> no_fault_is_noticed_at_any_turn_by_any_agent() {
        int rounds = Math.max(FAULTS.size(), AgentScript.TURNS);
        return IntStream.range(0, rounds)
                .boxed()
                .flatMap(i ->
                        everyCase()
                                .filter(some -> behind(some.first(), i) == some.second())
                                .filter(some -> some.streamed() || !fault(i, some).streamsOnly())
                                .map(some ->
                                        dynamicTest(
                                                some + ": " + fault(i, some) + " at " + turn(i),
                                                () ->
                                                        hold(
                                                                some,
                                                                IMPATIENT,
                                                                QUICK_BREAKER,
                                                                failingAt(
                                                                        turn(i),
                                                                        fault(i, some))))));
    }

    private static int turn(int round) {
        return 1 + round % AgentScript.TURNS;
    }

    /// Another fault for each kind of agent and provider at the same turn.
    private static FaultKind fault(int round, Case some) {
        int place = round + 5 * place(some.kind()) + 7 * place(some.first());
        return FAULTS.get(place % FAULTS.size());
    }

    private static Stream<Case> everyCase() {
        List<Case> cases = new ArrayList<>();
        for (AgentKind kind : AgentKind.values()) {
            for (AgentHost first : AgentHost.values()) {
                for (AgentHost second : AgentHost.values()) {
                    for (boolean streamed : List.of(false, true)) {
                        cases.add(new Case(kind, first, second, streamed));
                    }
                }
            }
        }
        return cases.stream();
    }

    private static AgentTalk.Account hold(
            Case some, String timeouts, String resilience, Function<House, AgentTrouble> trouble)
            throws InterruptedException {
        try (House house = some.house(timeouts, resilience)) {
            return some.talk(house, AgentScript.SYSTEM, trouble.apply(house)).hold();
        }
    }
}
