package dev.switchgear.core.routing;

import dev.switchgear.core.guard.GuardedUpstream;

/// One place a route may send a call to.
///
/// @param subject the upstream's own name for what is asked
/// @param weight share under [Strategy#WEIGHTED]; 0 or more, 0 only as a last resort (default 1)
/// @param price what a call is likely to cost there
/// @param room the most units one request may have; [Long#MAX_VALUE] where unknown
public record Target<Q, A>(
        GuardedUpstream<Q, A> upstream,
        String subject,
        double weight,
        CallPrice<Q> price,
        long room,
        Place place) {
    public Target {
        if (!(weight >= 0)) {
            throw new IllegalArgumentException("weight: " + weight + " (expected: 0 or more)");
        }
    }

    /// One where every call costs the same.
    ///
    /// @param cost in any one unit; 0 or more
    public Target(
            GuardedUpstream<Q, A> upstream,
            String subject,
            double weight,
            double cost,
            long room,
            Place place) {
        this(upstream, subject, weight, CallPrice.fixed(cost), room, place);
    }

    /// One like any other.
    public Target(
            GuardedUpstream<Q, A> upstream, String subject, double weight, double cost, long room) {
        this(upstream, subject, weight, cost, room, Place.USUAL);
    }

    /// The same in another place.
    public Target<Q, A> at(Place other) {
        return new Target<>(upstream, subject, weight, price, room, other);
    }
}
