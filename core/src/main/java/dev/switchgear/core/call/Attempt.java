package dev.switchgear.core.call;

/// One finished try at one upstream.
///
/// @param number counts the attempts of a call from 1; 0 for a refusal, which sent nothing
/// @param subject the upstream's own name for what was asked
/// @param latencyNanos from start to the whole answer
/// @param firstPieceNanos from start to the first piece of a stream; -1 where there was none
public record Attempt<A>(
        int number,
        Kind kind,
        UpstreamId upstream,
        String subject,
        Outcome<A> outcome,
        long latencyNanos,
        long firstPieceNanos) {
    /// Why this attempt was made.
    public enum Kind {
        FIRST,
        RETRY,
        FAILOVER,
        HEDGE
    }
}
