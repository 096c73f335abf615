package dev.switchgear.core.health;

import dev.switchgear.core.call.HealthStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// How an upstream is and has been since we know it.
///
/// @param since when it became so
/// @param failuresInRow failures since the last success
/// @param outages how often it went down
/// @param timeToRecover mean time from going down to healthy (MTTR); empty until an outage has ended
/// @param timeBetweenFailures mean time up per outage (MTBF); empty until it went down once
/// @param availability share of time not down or recovering, 0 to 1
public record HealthReport(
        HealthStatus status,
        Instant since,
        int failuresInRow,
        int outages,
        Optional<Duration> timeToRecover,
        Optional<Duration> timeBetweenFailures,
        double availability) {}
