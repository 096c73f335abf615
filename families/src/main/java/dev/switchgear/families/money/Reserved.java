package dev.switchgear.families.money;

import java.time.Duration;
import java.util.Optional;

/// Whether the most that a call may cost could be reserved.
public sealed interface Reserved {
    /// It could. The reservation must be settled or refunded, once.
    record Granted(Reservation reservation) implements Reserved {}

    /// What is left of a budget is less than the call may cost.
    ///
    /// @param status of the first budget that stood in the way
    /// @param wanted what was to be reserved
    /// @param retryAfter until the budget's period is over; empty where no wait helps, because
    ///     `wanted` is more than the whole budget
    record Refused(BudgetStatus status, Money wanted, Optional<Duration> retryAfter)
            implements Reserved {}
}
