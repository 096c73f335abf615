package dev.switchgear.core.breaker;

/// Where a breaker stands. A breaker that ramps up after a recovery is `CLOSED` with a share below 1.
public enum BreakerState {
    CLOSED(0),
    OPEN(1),
    HALF_OPEN(2);

    private final int gauge;

    BreakerState(int gauge) {
        this.gauge = gauge;
    }

    /// What metrics show: 0, 1 or 2.
    public int gauge() {
        return gauge;
    }
}
