package dev.switchgear.core.routing;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Outcome.Failure;
import dev.switchgear.core.call.Outcome.Refusal;
import dev.switchgear.core.call.Outcome.Success;

/// Tells a wait that this program was too late to end well from one that the upstream let run out.
/// Pure.
final class OwnDelay {
    private OwnDelay() {}

    /// The same outcome, but where a wait ran out of which at least half was our own lateness: that
    /// tells nothing about the upstream, and is called so.
    ///
    /// @param latencyNanos what the attempt took
    /// @param lateNanos how much of it this program did not get its turn
    static <A> Outcome<A> named(Outcome<A> outcome, long latencyNanos, long lateNanos) {
        if (lateNanos <= 0 || lateNanos < latencyNanos - lateNanos) {
            return outcome;
        }
        return switch (outcome) {
            case Success<A> _, Refusal<A> _ -> outcome;
            case Failure<A>(Fault fault, var reply, var quota) ->
                    isWait(fault.cause())
                            ? new Failure<>(ours(fault, lateNanos), reply, quota)
                            : outcome;
        };
    }

    /// A call whose time is over ends by that; any other goes to the next, which costs no retry.
    private static Fault ours(Fault fault, long lateNanos) {
        return Fault.of(
                Cause.OWN_DELAY,
                fault.scope(),
                fault.recovery(),
                fault.mayHaveActed(),
                "the gateway itself was late by "
                        + lateNanos / 1_000_000
                        + " ms ("
                        + fault.detail()
                        + ")");
    }

    private static boolean isWait(Cause cause) {
        return switch (cause) {
            case CONNECT_TIMEOUT, HEAD_TIMEOUT, FIRST_PIECE_TIMEOUT, IDLE_TIMEOUT, DEADLINE -> true;
            case EGRESS_DENIED,
                    CONNECT_FAILED,
                    TLS_FAILED,
                    CONNECTION_LOST,
                    MALFORMED,
                    ADAPTER_FAILED,
                    SERVER_ERROR,
                    OVERLOADED,
                    RATE_LIMITED,
                    KEY_REJECTED,
                    ACCOUNT_EXHAUSTED,
                    FORBIDDEN,
                    SUBJECT_UNKNOWN,
                    TOO_LARGE,
                    POLICY_REFUSED,
                    INVALID_REQUEST,
                    ANSWER_FAILED,
                    NOT_OFFERED,
                    OVER_BUDGET,
                    OWN_DELAY,
                    CANCELLED ->
                    false;
        };
    }
}
