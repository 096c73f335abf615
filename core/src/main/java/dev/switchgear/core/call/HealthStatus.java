package dev.switchgear.core.call;

/// How an upstream is, as far as attempts and probes tell.
public enum HealthStatus {
    /// Within its usual success.
    HEALTHY,
    /// Failing in part.
    DEGRADED,
    /// Failed as often in a row as it takes.
    DOWN,
    /// Answers again, not yet often enough to be believed.
    RECOVERING
}
