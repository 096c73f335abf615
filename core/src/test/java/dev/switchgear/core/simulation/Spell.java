package dev.switchgear.core.simulation;

/// A trouble that comes and goes.
///
/// @param share of requests it strikes, 0 to 1
record Spell(Trouble trouble, long fromNanos, long untilNanos, double share) {
    boolean covers(long nanos) {
        return fromNanos <= nanos && nanos < untilNanos;
    }
}
