package dev.switchgear.core.call;

import java.time.Duration;

/// What went wrong in one attempt.
///
/// @param mayHaveActed false only when we know the upstream did nothing
/// @param retryAfter how long the upstream asked us to wait; zero where it did not say
/// @param detail one line for people, free of secrets: status, code, what was expected
public record Fault(
        Cause cause,
        Scope scope,
        Recovery recovery,
        boolean mayHaveActed,
        Duration retryAfter,
        String detail) {
    public Fault {
        if (retryAfter.isNegative()) {
            throw new IllegalArgumentException(
                    "retryAfter: " + retryAfter + " (expected: 0 or more)");
        }
    }

    public static Fault of(
            Cause cause, Scope scope, Recovery recovery, boolean mayHaveActed, String detail) {
        return new Fault(cause, scope, recovery, mayHaveActed, Duration.ZERO, detail);
    }

    public static Fault cancelled(boolean mayHaveActed) {
        return of(
                Cause.CANCELLED,
                Scope.REQUEST,
                Recovery.RETURN,
                mayHaveActed,
                "cancelled: the client has gone or another attempt won");
    }
}
