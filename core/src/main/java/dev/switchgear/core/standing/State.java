package dev.switchgear.core.standing;

/// How an upstream is, in the order in which it wants attention.
public enum State {
    /// Its credential has expired or was refused: only a person can help.
    SIGN_IN,
    /// It takes no calls, or fails them.
    DOWN,
    /// It is slow, fails in part, or rests for a while.
    DEGRADED,
    /// On trial, or its share of the calls is growing.
    RECOVERING,
    /// Within its usual success and latency.
    HEALTHY,
    /// Switched off by a person.
    OFF;

    /// Whether somebody may be served by it, now or in a moment, without anybody's help.
    public boolean serves() {
        return switch (this) {
            case SIGN_IN, DOWN, OFF -> false;
            case DEGRADED, RECOVERING, HEALTHY -> true;
        };
    }
}
