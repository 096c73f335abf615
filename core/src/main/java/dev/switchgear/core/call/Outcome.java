package dev.switchgear.core.call;

import java.time.Duration;
import java.util.Optional;

/// What one attempt came to.
public sealed interface Outcome<A> {
    /// The upstream answered, and the answer is usable (for a stream: was relayed to its end).
    ///
    /// @param units what the provider reported as used; -1 where it did not say
    record Success<A>(A value, long units, Quota quota) implements Outcome<A> {}

    /// A guard said no, so nothing was sent.
    ///
    /// @param retryAfter when asking again may help; zero where unknown
    record Refusal<A>(GuardName by, Duration retryAfter, String reason) implements Outcome<A> {}

    /// It went wrong.
    ///
    /// @param reply the upstream's own words, where it had any: shown to the client if no other
    ///     upstream helps
    record Failure<A>(Fault fault, Optional<A> reply, Quota quota) implements Outcome<A> {
        public static <A> Failure<A> of(Fault fault) {
            return new Failure<>(fault, Optional.empty(), Quota.UNKNOWN);
        }
    }
}
