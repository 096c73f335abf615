package dev.switchgear.core.call;

/// What helps against a failure.
public enum Recovery {
    /// The same upstream may do better in a moment; the next one certainly may.
    RETRY,
    /// Only another upstream helps.
    FAIL_OVER,
    /// Only a target with more room helps.
    MORE_ROOM,
    /// Nothing helps: the client must be told.
    RETURN
}
