package dev.switchgear.simulator.settings;

import dev.switchgear.core.time.Time;
import dev.switchgear.simulator.answer.Api;
import dev.switchgear.simulator.fault.SimulatedFault;
import dev.switchgear.simulator.fields.InvalidSettingsException;
import dev.switchgear.simulator.limit.Meter;
import dev.switchgear.simulator.limit.RateLimits;
import dev.switchgear.simulator.mind.OfferedModel;
import java.time.Duration;
import java.util.List;

/// One simulated provider.
///
/// @param name its first path segment; letters, digits, `-` and `_`
/// @param kind the API it speaks
/// @param models what it offers; one called `*` stands for any name (default: the kind's)
/// @param keys credentials it accepts; none: any, and none at all (default none)
/// @param limits for each key (default: more than anybody uses)
/// @param latency before the head of each answer (default 20 ms)
/// @param jitter up to so much more (default 20 ms)
/// @param perToken mean time a model takes for one token; streams vary between none and twice that
///     (default 5 ms)
/// @param faults in force from the start (default none)
public record ProviderSettings(
        String name,
        Kind kind,
        List<OfferedModel> models,
        List<String> keys,
        RateLimits limits,
        Duration latency,
        Duration jitter,
        Duration perToken,
        List<SimulatedFault> faults) {
    public ProviderSettings {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9_-]{0,62}")) {
            throw new InvalidSettingsException(
                    "providers: \""
                            + name
                            + "\" (expected: 1 to 63 letters, digits, - or _, the first no sign)");
        }
        if (latency.isNegative() || jitter.isNegative() || perToken.isNegative()) {
            throw new InvalidSettingsException(
                    "providers." + name + ": a time is negative (expected: 0 or more)");
        }
        models = List.copyOf(models);
        keys = List.copyOf(keys);
        faults = List.copyOf(faults);
    }

    /// OpenAI's models, any key, no limit that anybody reaches, and a pace that looks alive.
    public static ProviderSettings openAi(String name) {
        return of(name, Kind.OPENAI);
    }

    /// The same for any API: its own models.
    public static ProviderSettings of(String name, Kind kind) {
        return new ProviderSettings(
                name,
                kind,
                kind.models(),
                List.of(),
                RateLimits.GENEROUS,
                Duration.ofMillis(20),
                Duration.ofMillis(20),
                Duration.ofMillis(5),
                List.of());
    }

    /// The same without any waiting: for tests and benchmarks.
    public ProviderSettings instant() {
        return paced(Duration.ZERO, Duration.ZERO, Duration.ZERO);
    }

    public ProviderSettings paced(Duration delay, Duration variation, Duration token) {
        return new ProviderSettings(
                name, kind, models, keys, limits, delay, variation, token, faults);
    }

    public ProviderSettings withModels(List<OfferedModel> offered) {
        return new ProviderSettings(
                name, kind, offered, keys, limits, latency, jitter, perToken, faults);
    }

    public ProviderSettings withKeys(List<String> accepted) {
        return new ProviderSettings(
                name, kind, models, accepted, limits, latency, jitter, perToken, faults);
    }

    public ProviderSettings withLimits(RateLimits allowed) {
        return new ProviderSettings(
                name, kind, models, keys, allowed, latency, jitter, perToken, faults);
    }

    public ProviderSettings withFaults(List<SimulatedFault> initial) {
        return new ProviderSettings(
                name, kind, models, keys, limits, latency, jitter, perToken, initial);
    }

    /// The API it speaks, as it is said and remembered by this provider alone.
    public Api api(long ownSeed, Time time) {
        return kind.api(ownSeed, models, keys, new Meter(limits, time), time);
    }

    /// Keys are left out.
    @Override
    public String toString() {
        return "ProviderSettings[" + name + ", " + models.size() + " models]";
    }
}
