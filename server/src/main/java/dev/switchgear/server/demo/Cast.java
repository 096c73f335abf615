package dev.switchgear.server.demo;

import dev.switchgear.server.config.Config;
import dev.switchgear.server.config.ConfigLoader;
import dev.switchgear.server.config.Loaded;
import dev.switchgear.simulator.Simulator;
import dev.switchgear.simulator.provider.SimulatedProvider;
import dev.switchgear.simulator.settings.ProviderSettings;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// The demo's simulated providers, on a port of 127.0.0.1, and the configuration of a gateway that
/// uses them. Thread-safe.
public final class Cast implements AutoCloseable {
    /// The one that needs no key, as a server of one's own.
    static final String LOCAL = "local";

    /// Those with a key.
    static final List<String> REMOTE = List.of("alpha", "beta", "gamma");

    private final Simulator simulator;

    private Cast(Simulator simulator) {
        this.simulator = simulator;
    }

    /// Opens their port.
    ///
    /// @param seed what they say and how long they take follows from it
    public static Cast enter(long seed) {
        return new Cast(
                Simulator.start(
                        SimulatorSettings.of(
                                        provider("alpha", 60),
                                        provider("beta", 70),
                                        provider("gamma", 80),
                                        provider(LOCAL, 90))
                                .withSeed(seed)));
    }

    private static ProviderSettings provider(String name, long latencyMillis) {
        return ProviderSettings.openAi(name)
                .paced(
                        Duration.ofMillis(latencyMillis),
                        Duration.ofMillis(80),
                        Duration.ofNanos(1_500_000));
    }

    /// How a gateway on `port` uses them; read and checked like a file.
    ///
    /// Breaker and time-outs are quick, so that a fault is seen within seconds. `least-latency`
    /// spreads chats over all that are quick, so a slow one loses its share at once;
    /// embeddings go round all in turn, so that none is forgotten.
    public Config config(int port) {
        String text =
                """
                server: { port: %1$d, drain: 2s, log: { level: error } }
                egress: { allow-private: ["127.0.0.1:%2$d"] }
                resilience:
                  timeouts: { connect: 1s, head: 3s, first-token: 1500ms, idle: 2s, total: 30s }
                  breaker: { failures: 2, open-for: 3s, open-for-max: 6s, ramp-up: 5s, slow-call: 10s }
                  retry: { attempts: 4 }
                providers:
                  alpha: { kind: openai-compatible, base-url: "http://127.0.0.1:%2$d/alpha/v1", keys: [ { secret: sk-sim-alpha-0001f3a9 } ] }
                  beta:  { kind: openai-compatible, base-url: "http://127.0.0.1:%2$d/beta/v1",  keys: [ { secret: sk-sim-beta-0002c71e } ] }
                  gamma: { kind: openai-compatible, base-url: "http://127.0.0.1:%2$d/gamma/v1", keys: [ { secret: sk-sim-gamma-00039b2d } ] }
                  local: { kind: openai-compatible, base-url: "http://127.0.0.1:%2$d/local/v1" }
                routes:
                  - match: { model: auto }
                    strategy: least-latency
                    to: [ { provider: alpha, model: gpt-4o }, { provider: beta, model: gpt-4.1 }, { provider: gamma, model: gpt-4o-mini }, { provider: local, model: gpt-4.1-nano } ]
                  - match: { model: auto-embed }
                    strategy: round-robin
                    to: [ { provider: alpha, model: text-embedding-3-small }, { provider: beta, model: text-embedding-3-small }, { provider: gamma, model: text-embedding-3-small }, { provider: local, model: text-embedding-3-small } ]
                """
                        .formatted(port, simulator.port());
        Loaded loaded = ConfigLoader.parse("demo", text, Map.of());
        return loaded.config()
                .orElseThrow(() -> new IllegalStateException(loaded.problems().toString()));
    }

    List<String> names() {
        return simulator.names();
    }

    SimulatedProvider provider(String name) {
        return simulator.provider(name);
    }

    /// Closes their port.
    @Override
    public void close() {
        simulator.close();
    }
}
