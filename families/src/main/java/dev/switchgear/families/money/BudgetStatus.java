package dev.switchgear.families.money;

import java.time.Instant;

/// How a budget stands.
///
/// @param used spent, and reserved for calls under way
/// @param left what may still be reserved; [Money#ZERO] or more
/// @param resets when the period is over and all of it is free again
public record BudgetStatus(Payer account, Budget budget, Money used, Money left, Instant resets) {}
