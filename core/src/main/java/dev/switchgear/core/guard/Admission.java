package dev.switchgear.core.guard;

import dev.switchgear.core.call.GuardName;
import java.time.Duration;

/// What the guards of an upstream said to one attempt.
public sealed interface Admission {
    /// Yes. The permit must be settled exactly once.
    record Admitted(Permit permit) implements Admission {}

    /// No, and nothing was taken.
    ///
    /// @param retryAfter when asking again may help; zero where unknown
    record Refused(GuardName by, Duration retryAfter, String reason) implements Admission {}
}
