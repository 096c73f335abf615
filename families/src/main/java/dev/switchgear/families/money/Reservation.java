package dev.switchgear.families.money;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// Money that a call under way may spend. Ended exactly once, by [#settle] or [#refund]; ending it
/// again is a bug and throws. What is settled counts for the period in which it was reserved.
/// Thread-safe.
public final class Reservation {
    private final Ledger ledger;
    private final List<Ledger.Page> pages;
    private final Money reserved;
    private final AtomicBoolean ended = new AtomicBoolean();

    Reservation(Ledger ledger, List<Ledger.Bound> bounds, Money reserved) {
        this.ledger = ledger;
        this.pages = bounds.stream().map(Ledger.Bound::page).toList();
        this.reserved = reserved;
    }

    /// Ends it with what the call cost, more or less than reserved.
    ///
    /// @param cost empty where nobody knows it, which leaves the whole reservation spent
    public void settle(Optional<Money> cost) {
        end();
        cost.ifPresent(amount -> ledger.add(pages, amount.minus(reserved)));
    }

    /// Ends it with nothing spent: no provider has done anything for it.
    public void refund() {
        end();
        ledger.add(pages, Money.ZERO.minus(reserved));
    }

    private void end() {
        if (!ended.compareAndSet(false, true)) {
            throw new IllegalStateException("the reservation has ended already");
        }
    }
}
