package dev.switchgear.families.money;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Holds spending to budgets: what a call may cost at most is reserved before it begins, and settled
/// when it has ended. As long as calls cost no more than was reserved for them, no budget is ever
/// exceeded, however many calls run at once; one that costs more is still counted in full. Thread-safe.
///
/// After a reload, new budgets over the same ledger go on with the sums there.
public final class Budgets {
    private final Map<Payer, List<Budget>> budgets;
    private final Ledger ledger;
    private final InstantSource time;

    /// @param budgets any number for each account; accounts without one may spend freely
    /// @param time tells the period, in UTC
    public Budgets(Map<Payer, List<Budget>> budgets, Ledger ledger, InstantSource time) {
        var copies = new HashMap<Payer, List<Budget>>();
        budgets.forEach((account, own) -> copies.put(account, List.copyOf(own)));
        this.budgets = Map.copyOf(copies);
        this.ledger = ledger;
        this.time = time;
    }

    /// Whether any of these has a budget; if not, nothing need be reserved.
    public boolean bound(List<Payer> payers) {
        for (Payer payer : payers) {
            if (budgets.containsKey(payer)) {
                return true;
            }
        }
        return false;
    }

    /// Reserves from every budget of every payer, or from none.
    ///
    /// @param most what the call may cost; [Money#ZERO] or more
    public Reserved reserve(List<Payer> payers, Money most) {
        Instant now = time.instant();
        var bounds = new ArrayList<Ledger.Bound>();
        for (Payer payer : payers) {
            for (Budget budget : budgets.getOrDefault(payer, List.of())) {
                bounds.add(new Ledger.Bound(page(payer, budget, now), budget.most()));
            }
        }
        Optional<Ledger.Bound> inTheWay = ledger.tryAdd(bounds, most);
        if (inTheWay.isEmpty()) {
            return new Reserved.Granted(new Reservation(ledger, bounds, most));
        }
        Ledger.Bound bound = inTheWay.get();
        var budget = new Budget(bound.page().period(), bound.most());
        BudgetStatus status = status(bound.page().account(), budget, now);
        return new Reserved.Refused(
                status,
                most,
                most.compareTo(bound.most()) > 0
                        ? Optional.empty()
                        : Optional.of(Duration.between(now, status.resets())));
    }

    /// How the budgets of an account stand, in their order.
    public List<BudgetStatus> status(Payer account) {
        Instant now = time.instant();
        return budgets.getOrDefault(account, List.of()).stream()
                .map(budget -> status(account, budget, now))
                .toList();
    }

    /// How all budgets stand.
    public List<BudgetStatus> status() {
        return budgets.keySet().stream().flatMap(account -> status(account).stream()).toList();
    }

    private BudgetStatus status(Payer account, Budget budget, Instant now) {
        Ledger.Page page = page(account, budget, now);
        Money used = ledger.sum(page);
        Money left = budget.most().minus(used);
        return new BudgetStatus(
                account,
                budget,
                used,
                left.isPositive() ? left : Money.ZERO,
                budget.period().end(page.begins()));
    }

    private static Ledger.Page page(Payer account, Budget budget, Instant now) {
        return new Ledger.Page(account, budget.period(), budget.period().at(now));
    }
}
