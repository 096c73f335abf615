package dev.switchgear.core.call;

/// Who can say no before anything is sent.
public enum GuardName {
    /// A person switched the upstream off, or is draining it.
    FORCED,
    /// A key, account or subject rests after the provider told us so.
    REST,
    BREAKER,
    BULKHEAD,
    LIMITER,
    RETRY_BUDGET,
    DEADLINE
}
