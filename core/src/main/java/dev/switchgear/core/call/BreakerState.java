package dev.switchgear.core.call;

/// Where a breaker stands. A breaker that ramps up after a recovery is `CLOSED` with a share below 1.
public enum BreakerState {
    CLOSED,
    OPEN,
    HALF_OPEN
}
