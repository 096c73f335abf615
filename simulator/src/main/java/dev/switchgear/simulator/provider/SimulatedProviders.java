package dev.switchgear.simulator.provider;

import dev.switchgear.core.time.Time;
import dev.switchgear.simulator.settings.ProviderSettings;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All providers of a simulator by their names, those included that appear when they are first
/// addressed. Thread-safe.
public final class SimulatedProviders {
    private static final int PROVIDERS_MAX = 100;

    private final SimulatorSettings settings;
    private final URI root;
    private final Time time;
    private final Map<String, SimulatedProvider> byName = new LinkedHashMap<>();

    /// @param root of the server they stand behind
    public SimulatedProviders(SimulatorSettings settings, URI root, Time time) {
        this.settings = settings;
        this.root = root;
        this.time = time;
        for (ProviderSettings provider : settings.providers()) {
            byName.put(provider.name(), begin(provider));
        }
    }

    /// What every word, id and drawn fault follows from.
    public long seed() {
        return settings.seed();
    }

    /// In order of appearance.
    public List<String> names() {
        synchronized (byName) {
            return List.copyOf(byName.keySet());
        }
    }

    /// In the same order.
    public List<SimulatedProvider> all() {
        synchronized (byName) {
            return List.copyOf(byName.values());
        }
    }

    /// The provider of that name, which begins now where the settings let it; empty for none.
    public Optional<SimulatedProvider> find(String name) {
        synchronized (byName) {
            SimulatedProvider known = byName.get(name);
            boolean creatable =
                    settings.autoCreate()
                            && byName.size() < PROVIDERS_MAX
                            && name.matches("[A-Za-z0-9][A-Za-z0-9_-]{0,62}")
                            && !isVersion(name);
            if (known == null && creatable) {
                known = begin(ProviderSettings.openAi(name));
                byName.put(name, known);
            }
            return Optional.ofNullable(known);
        }
    }

    /// Who answers a path that begins with `segment`: whom it names, or the first provider where it
    /// begins with an API's version. Empty for nobody.
    public Optional<SimulatedProvider> meant(String segment) {
        return isVersion(segment) ? find(settings.providers().getFirst().name()) : find(segment);
    }

    /// Whether a path begins with an API's version, so that it names no provider.
    public static boolean isVersion(String segment) {
        return segment.equals("v1") || segment.equals("v1beta");
    }

    private SimulatedProvider begin(ProviderSettings provider) {
        return new SimulatedProvider(
                provider, settings.seed(), settings.keptRequests(), root, time);
    }
}
