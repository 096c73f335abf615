package dev.switchgear.core.guard;

import dev.switchgear.core.breaker.BreakerSettings;
import dev.switchgear.core.bulkhead.AdaptiveSettings;
import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.health.HealthSettings;
import dev.switchgear.core.health.RestSettings;
import dev.switchgear.core.limiter.Limit;
import java.util.List;
import java.util.Optional;

/// Everything that decides whether one upstream may be asked.
///
/// @param limits documented limits of the provider; empty for none
/// @param adaptive how the concurrency limit also follows the upstream's latency; empty for not at
///     all
public record GuardSettings(
        BreakerSettings breaker,
        BulkheadSettings bulkhead,
        Optional<AdaptiveSettings> adaptive,
        List<Limit> limits,
        HealthSettings health,
        RestSettings rest) {
    public GuardSettings {
        limits = List.copyOf(limits);
    }
}
