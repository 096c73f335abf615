package dev.switchgear.families.money;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// Money that a call under way may spend. Ended exactly once, by [#settle] or [#refund]; ending it
/// again is a bug and throws. What is settled counts for the period in which it was reserved.
/// Thread-safe.
public final class Reservation {
    private final Ledger ledger;
    private final List<Ledger.Bound> bounds;
    private final List<Ledger.Page> pages;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private Money reserved;
    private boolean ended;

    Reservation(Ledger ledger, List<Ledger.Bound> bounds, Money reserved) {
        this.ledger = ledger;
        this.bounds = List.copyOf(bounds);
        this.pages = bounds.stream().map(Ledger.Bound::page).toList();
        this.reserved = reserved;
    }

    public Money reserved() {
        lock.lock();
        try {
            return reserved;
        } finally {
            lock.unlock();
        }
    }

    /// Reserves up to `most` instead, before the call goes on to something dearer. Less than is
    /// reserved already changes nothing.
    ///
    /// @return false if a budget does not allow it; then the reservation stays as it was
    public boolean raise(Money most) {
        lock.lock();
        try {
            check();
            Money more = most.minus(reserved);
            if (!more.isPositive()) {
                return true;
            }
            if (ledger.tryAdd(bounds, more).isPresent()) {
                return false;
            }
            reserved = most;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Ends it with what the call cost, more or less than reserved. A cost that is not known leaves
    /// the whole reservation spent.
    public void settle(Cost cost) {
        lock.lock();
        try {
            check();
            ended = true;
            if (cost.known()) {
                ledger.add(pages, cost.amount().minus(reserved));
            }
        } finally {
            lock.unlock();
        }
    }

    /// Ends it with nothing spent: no provider has done anything for it.
    public void refund() {
        lock.lock();
        try {
            check();
            ended = true;
            ledger.add(pages, Money.ZERO.minus(reserved));
        } finally {
            lock.unlock();
        }
    }

    private void check() {
        if (ended) {
            throw new IllegalStateException("the reservation has ended already");
        }
    }
}
