package dev.switchgear.core.routing;

/// What a call is likely to cost at a target, in any one unit. Asked for each call that is ranked by it,
/// so it must be quick. Thread-safe.
@FunctionalInterface
public interface CallPrice<Q> {
    /// That nobody knows.
    double UNKNOWN = Double.POSITIVE_INFINITY;

    /// @return 0 or more; [#UNKNOWN] stands behind every price
    double of(Q request);

    /// The same for every call.
    ///
    /// @param cost 0 or more
    static <Q> CallPrice<Q> fixed(double cost) {
        if (!(cost >= 0)) {
            throw new IllegalArgumentException("cost: " + cost + " (expected: 0 or more)");
        }
        return _ -> cost;
    }
}
