package dev.switchgear.core.call;

/// One finished try at one upstream.
///
/// @param number counts the attempts of a call from 1; 0 for a refusal, which sent nothing
/// @param model the upstream's own name for what was asked
/// @param latencyNanos from start to the whole answer
/// @param firstTokenNanos from start to the first token of a stream; -1 where there was none
public record Attempt<A>(
        int number,
        Kind kind,
        UpstreamId upstream,
        String model,
        Outcome<A> outcome,
        long latencyNanos,
        long firstTokenNanos) {
    /// Why this attempt was made.
    public enum Kind {
        FIRST,
        RETRY,
        FAILOVER,
        HEDGE
    }
}
