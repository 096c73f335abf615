package dev.switchgear.core.call;

/// What is left alone for a while, because the provider said so.
public sealed interface Resting {
    /// One key: its upstream takes no calls.
    record Key() implements Resting {}

    /// An account: none of its keys takes calls.
    record Account() implements Resting {}

    /// One subject at one upstream.
    ///
    /// @param name the upstream's own name for it
    record Subject(String name) implements Resting {}
}
