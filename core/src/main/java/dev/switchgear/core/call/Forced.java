package dev.switchgear.core.call;

/// What a person has ordered for an upstream.
public enum Forced {
    /// Nothing: it is judged as usual.
    NONE,
    /// Used whatever we think of its health.
    ON,
    /// Not used; calls under way may be ended.
    OFF,
    /// Takes no new calls; those under way finish.
    DRAIN
}
