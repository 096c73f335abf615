package dev.switchgear.core.guard;

/// What a new configuration changes about how an upstream is reached, and so what is still true of it.
public enum Renewal {
    /// Neither place nor credential: everything that is known stays.
    SAME,
    /// Another credential at the same place: rests of the old one are over.
    OTHER_CREDENTIAL,
    /// Another place: only what counts calls, and a person's order, goes on.
    OTHER_PLACE
}
