package dev.switchgear.core.health;

/// How an upstream is, in the words people see.
public enum HealthStatus {
    /// Within its usual success.
    HEALTHY,
    /// Failing in part.
    DEGRADED,
    /// Failed as often in a row as it takes.
    DOWN,
    /// Answers again, not yet often enough to be believed.
    RECOVERING,
    /// Switched off by a person. [Health] never says so itself; whoever also knows [ForcedState] does.
    OFF,
    /// The credential has expired or was refused. As with `OFF`, only who knows the [Rests] says so.
    SIGN_IN
}
