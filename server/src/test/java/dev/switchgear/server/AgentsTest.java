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
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Agents in the middle of a conversation, from outside.
final class AgentsTest {
    /// The first provider's time-outs are short, so that silence is noticed soon.
    private static final String IMPATIENT = "first-token: 300ms, head: 300ms, idle: 300ms";

    /// The first provider is asked again and again, however often it failed.
    private static final String NO_BREAKER =
            "breaker: { failures: 0, minimum-calls: 10000, window: 1h }, retry: { base: 1ms, cap: 1ms }";

    private static final String PATIENT = "first-token: 20s, head: 20s, idle: 20s";

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

    /// Without a gateway: what is judged below is the gateway, and not the agent or the simulator.
    @TestFactory
    Stream<DynamicTest> agents_and_simulated_providers_understand_each_other() {
        List<DynamicTest> tests = new ArrayList<>();
        for (AgentKind kind : AgentKind.values()) {
            for (AgentHost host : kind.spokenBy()) {
                for (boolean streamed : List.of(false, true)) {
                    String name = kind + " at " + host + (streamed ? ", streamed" : "");
                    tests.add(dynamicTest(name, () -> direct(kind, host, streamed, name)));
                }
            }
        }
        return tests.stream();
    }

    private static AgentTalk.Account direct(
            AgentKind kind, AgentHost host, boolean streamed, String name)
            throws InterruptedException {
        try (var simulator = Simulator.start(SimulatorSettings.of(host.simulated("first")))) {
            SimulatedProvider first = simulator.provider("first");
            Agent agent = kind.agent(host.model(), streamed);
            // Pages of text are the gateway's to word for DeepSeek, which takes words alone.
            Set<Enclosed> shown =
                    host == AgentHost.DEEPSEEK ? EnumSet.of(Enclosed.NOTHING) : host.takes();
            String root = "http://127.0.0.1:" + simulator.port() + "/first" + host.root();
            var auditor = new AgentAuditor(name, List.of(first));
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

        AgentTalk talk(House house, String name, IntConsumer beforeTurn) {
            Agent agent = kind.agent("agent", streamed);
            var auditor =
                    new AgentAuditor(
                            name, List.of(house.provider("first"), house.provider("second")));
            Set<Enclosed> shown = EnumSet.copyOf(first.takes());
            shown.retainAll(second.takes());
            return new AgentTalk(
                    agent,
                    "http://127.0.0.1:" + house.port() + agent.base(),
                    auditor,
                    shown,
                    beforeTurn);
        }

        /// @param resilience as the file says it
        House house(String resilience) {
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
                                to: [ %s, %s ]
                            resilience: { %s }
                            """
                                    .formatted(
                                            port,
                                            first.configured("first", port, IMPATIENT),
                                            second.configured("second", port, PATIENT),
                                            promise,
                                            first.target("first"),
                                            second.target("second"),
                                            resilience));
        }
    }

    private static AgentHost behind(AgentHost host, int places) {
        AgentHost[] all = AgentHost.values();
        return all[(host.ordinal() + places) % all.length];
    }

    /// Google's own clients send back what others called without a seal, which Gemini refuses.
    private static boolean unsealed(Case some) {
        return some.kind() == AgentKind.GEMINI
                && some.first() != some.second()
                && (some.first() == AgentHost.GEMINI || some.second() == AgentHost.GEMINI);
    }

    /// Each kind of agent before each kind of provider, with nothing amiss.
    @TestFactory
    Stream<DynamicTest> every_agent_holds_its_conversation_on_every_provider() {
        List<DynamicTest> tests = new ArrayList<>();
        for (AgentKind kind : AgentKind.values()) {
            for (AgentHost host : AgentHost.values()) {
                boolean streamed = (kind.ordinal() + host.ordinal()) % 2 == 0;
                var some = new Case(kind, host, host, streamed);
                tests.add(dynamicTest(some.toString(), () -> hold(some, "", _ -> _ -> {})));
            }
        }
        return tests.stream();
    }

    /// The first provider fails at every second turn, so that the conversation goes to and fro between
    /// two accounts of one kind, or of two.
    @TestFactory
    Stream<DynamicTest> every_agent_goes_to_and_fro_between_two_accounts() {
        List<DynamicTest> tests = new ArrayList<>();
        for (AgentKind kind : AgentKind.values()) {
            for (AgentHost host : AgentHost.values()) {
                for (int places : List.of(0, 1 + kind.ordinal() % 3)) {
                    boolean streamed = (kind.ordinal() + host.ordinal()) % 2 == 1;
                    var some = new Case(kind, host, behind(host, places), streamed);
                    if (unsealed(some)) {
                        continue;
                    }
                    tests.add(
                            dynamicTest(
                                    some.toString(),
                                    () ->
                                            hold(
                                                    some,
                                                    NO_BREAKER,
                                                    AgentsTest::failingEverySecondTurn)));
                }
            }
        }
        return tests.stream();
    }

    private static IntConsumer failingEverySecondTurn(House house) {
        return turn -> {
            if (turn % 2 == 0) {
                house.provider("first").fault(FaultKind.status(503));
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
                failing(number, fault, 1 + (number * 7) % AgentScript.TURNS).ifPresent(tests::add);
                number++;
            }
        }
        return tests.stream();
    }

    private static Optional<DynamicTest> failing(int number, FaultKind fault, int turn) {
        AgentKind[] kinds = AgentKind.values();
        AgentHost first = AgentHost.values()[number % AgentHost.values().length];
        boolean streamed = fault.streamsOnly() || number % 2 == 0;
        boolean complete = number % 2 == 1;
        var some =
                new Case(
                        kinds[number % kinds.length],
                        first,
                        behind(first, number / kinds.length),
                        streamed,
                        complete ? "complete" : "relay");
        if (unsealed(some)) {
            return Optional.empty();
        }
        return Optional.of(
                dynamicTest(
                        some + ": " + fault + " at turn " + turn,
                        () -> {
                            AgentTalk.Account account = hold(some, "", failingAt(turn, fault));
                            if (complete) {
                                assertThat(account.tries()).isEqualTo(AgentScript.TURNS);
                            }
                        }));
    }

    private static Function<House, IntConsumer> failingAt(int turn, FaultKind fault) {
        return house ->
                now -> {
                    if (now == turn) {
                        house.provider("first").faults(List.of(SimulatedFault.always(fault)));
                    } else {
                        house.provider("first").heal();
                    }
                };
    }

    private static AgentTalk.Account hold(
            Case some, String resilience, Function<House, IntConsumer> trouble)
            throws InterruptedException {
        try (House house = some.house(resilience)) {
            return some.talk(house, some.toString(), trouble.apply(house)).hold();
        }
    }
}
