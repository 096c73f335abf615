package dev.switchgear.families.money;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/// Keeps the sums that budgets bound. [MemoryLedger] keeps them while the process runs; a store that
/// outlives it implements the same. Thread-safe, and each method is one atomic step.
public interface Ledger {
    /// What is counted under one name.
    ///
    /// @param begins the first day of the period
    record Page(Payer account, Period period, LocalDate begins) {}

    /// A page, and what its sum must not exceed.
    record Bound(Page page, Money most) {}

    /// Adds an amount to every page, if none then exceeds its bound; else to none.
    ///
    /// @param amount [Money#ZERO] or more
    /// @return the first bound that stands in the way; empty if the amount was added
    Optional<Bound> tryAdd(List<Bound> bounds, Money amount);

    /// Adds to every page whatever was bound: below [Money#ZERO] to give back, above it where more
    /// was spent than reserved. Pages of periods long past may be gone; they are left out.
    void add(List<Page> pages, Money amount);

    /// The sum on a page; [Money#ZERO] where nothing was written.
    Money sum(Page page);
}
