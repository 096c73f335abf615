package dev.switchgear.server.gateway.llm;

import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.patience.Habits;
import java.util.LinkedHashMap;
import java.util.Map;

/// How long each upstream takes to answer, by what it is called and where it is: it outlives every
/// configuration. Thread-safe. At most 1,024 are kept; then the one that was asked for least recently
/// is forgotten.
final class LearnedHabits {
    private static final int MOST = 1_024;

    private record Whose(UpstreamId id, String base) {}

    // Guarded by this.
    private final Map<Whose, Habits> all =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Whose, Habits> eldest) {
                    return size() > MOST;
                }
            };

    /// @param base where its API begins
    synchronized Habits of(UpstreamId id, String base) {
        return all.computeIfAbsent(new Whose(id, base), _ -> new Habits());
    }
}
