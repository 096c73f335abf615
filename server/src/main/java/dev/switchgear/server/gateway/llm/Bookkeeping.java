package dev.switchgear.server.gateway.llm;

import dev.switchgear.core.time.Time;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.price.CostBook;
import dev.switchgear.families.llm.price.Prices;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.families.money.BudgetStatus;
import dev.switchgear.families.money.Budgets;
import dev.switchgear.families.money.Ledger;
import dev.switchgear.families.money.MemoryLedger;
import dev.switchgear.families.money.Money;
import dev.switchgear.families.money.Payer;
import dev.switchgear.families.money.Reserved;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.config.PriceFile;
import dev.switchgear.server.gateway.CoreSettings;
import java.util.List;
import java.util.Optional;

/// Keeps the books: what may be spent, what was. It survives every new configuration, which brings
/// prices and budgets but forgets nothing that was spent. Thread-safe.
///
/// What a call may cost at most is the dearest of its route's targets: its prompt as estimated, and
/// the output that the client allows. Where it names no bound, [Books#USUAL_OUTPUT] tokens or the
/// model's own bound are reckoned, whichever is less; what goes beyond is still counted in full.
public final class Bookkeeping implements Billing {
    private final Ledger ledger = new MemoryLedger();
    private final CostBook costs = new CostBook();
    private final Time time;
    private volatile Books inForce;

    /// @throws IllegalArgumentException if prices or budgets cannot be used
    Bookkeeping(Config config, Time time) {
        this.time = time;
        this.inForce = by(config);
    }

    /// How things would be by `config`.
    ///
    /// @throws IllegalArgumentException if its prices or budgets cannot be used
    Books by(Config config) {
        return new Books(
                config,
                new Prices(
                        PriceFile.read(config.prices()).catalogue(),
                        ConfiguredPrices.of(config),
                        time),
                new Budgets(CoreSettings.budgets(config), ledger, time));
    }

    /// Counts by `books` from now on.
    void use(Books books) {
        inForce = books;
    }

    Books inForce() {
        return inForce;
    }

    /// What calls have cost since the start.
    public CostBook costs() {
        return costs;
    }

    /// How budgets stand.
    public List<BudgetStatus> budgets() {
        return inForce.budgets().status();
    }

    @Override
    public Opened open(String client, Destination to, Operation operation, RequestBody body) {
        Books books = inForce;
        List<Payer> payers = List.of(Payer.EVERYBODY, Payer.client(client));
        boolean bounded = operation != Operation.COUNT_TOKENS && books.budgets().bound(payers);
        if (!bounded) {
            // Nothing is held back, and nothing need be reckoned.
            payers = List.of();
        }
        Optional<Money> most = bounded ? to.ceiling(operation, body) : Optional.of(Money.ZERO);
        if (most.isEmpty()) {
            return new Opened.Unpriced(to.targets());
        }
        return switch (books.budgets().reserve(payers, most.get())) {
            case Reserved.Refused refused -> new Opened.Refused(refused);
            case Reserved.Granted granted ->
                    new Opened.Granted(
                            new ClientTab(
                                    client, body, books, costs, granted.reservation(), bounded));
        };
    }
}
