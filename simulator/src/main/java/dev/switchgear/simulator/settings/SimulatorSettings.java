package dev.switchgear.simulator.settings;

import dev.switchgear.simulator.fields.InvalidSettingsException;
import dev.switchgear.simulator.http.HttpLimits;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// What is simulated.
///
/// @param port of 127.0.0.1; 0: any free one (default 19000)
/// @param seed settles every word, id and drawn fault (default 1)
/// @param providers at least one, each name once; the first also answers under `/v1`
/// @param autoCreate whether a provider nobody configured appears when it is first addressed, as
///     `openai` (default false)
/// @param keptRequests how many requests each provider remembers (default 1,000)
/// @param limits of the HTTP server
public record SimulatorSettings(
        int port,
        long seed,
        List<ProviderSettings> providers,
        boolean autoCreate,
        int keptRequests,
        HttpLimits limits) {
    static final int PORT = 19_000;
    static final int KEPT = 1_000;

    public SimulatorSettings {
        if (port < 0 || port > 65_535) {
            throw new InvalidSettingsException("port: " + port + " (expected: 0 to 65535)");
        }
        if (providers.isEmpty()) {
            throw new InvalidSettingsException("providers: none (expected: one or more)");
        }
        if (keptRequests < 0) {
            throw new InvalidSettingsException(
                    "kept-requests: " + keptRequests + " (expected: 0 or more)");
        }
        Set<String> names = new HashSet<>();
        for (ProviderSettings provider : providers) {
            if (!names.add(provider.name())) {
                throw new InvalidSettingsException(
                        "providers: \"" + provider.name() + "\" stands twice (expected: once)");
            }
        }
        providers = List.copyOf(providers);
    }

    /// The providers `openai`, `alpha`, `beta` and `gamma`, which speak OpenAI's API, `claude`
    /// (Anthropic's), `google` (Gemini's) and `home` (Ollama's), on port 19000.
    public static SimulatorSettings standard() {
        return new SimulatorSettings(
                PORT,
                1,
                Stream.concat(
                                Stream.of("openai", "alpha", "beta", "gamma")
                                        .map(ProviderSettings::openAi),
                                Stream.of(
                                        ProviderSettings.of("claude", Kind.ANTHROPIC),
                                        ProviderSettings.of("google", Kind.GEMINI),
                                        ProviderSettings.of("home", Kind.OLLAMA)))
                        .toList(),
                false,
                KEPT,
                HttpLimits.DEFAULT);
    }

    /// These providers on any free port.
    public static SimulatorSettings of(ProviderSettings... providers) {
        return new SimulatorSettings(0, 1, List.of(providers), false, KEPT, HttpLimits.DEFAULT);
    }

    /// Providers of these names on any free port, answering without any waiting.
    public static SimulatorSettings instant(String... names) {
        return of(
                Stream.of(names)
                        .map(name -> ProviderSettings.openAi(name).instant())
                        .toArray(ProviderSettings[]::new));
    }

    public SimulatorSettings withPort(int wanted) {
        return new SimulatorSettings(wanted, seed, providers, autoCreate, keptRequests, limits);
    }

    public SimulatorSettings withSeed(long wanted) {
        return new SimulatorSettings(port, wanted, providers, autoCreate, keptRequests, limits);
    }

    public SimulatorSettings withAutoCreate(boolean wanted) {
        return new SimulatorSettings(port, seed, providers, wanted, keptRequests, limits);
    }
}
