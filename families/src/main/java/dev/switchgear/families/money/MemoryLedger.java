package dev.switchgear.families.money;

import java.time.LocalDate;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Keeps sums while the process runs; a restart forgets them. Thread-safe.
///
/// Of each account and kind of period it keeps the three periods that were begun last, which is
/// enough for calls that end after midnight and for a clock that is set back. Accounts are those that
/// the configuration gives a budget, so they are few; beyond `accountsMost` it makes room only by
/// forgetting accounts whose last period is over, and otherwise refuses.
public final class MemoryLedger implements Ledger {
    private static final int PERIODS = 3;

    private record Book(Payer account, Period period) {}

    private final int accountsMost;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private final Map<Book, SequencedMap<LocalDate, Money>> books = new HashMap<>();

    public MemoryLedger() {
        this(100_000);
    }

    /// @param accountsMost accounts, each kind of period counting as one; 1 or more
    public MemoryLedger(int accountsMost) {
        this.accountsMost = accountsMost;
    }

    @Override
    public Optional<Bound> tryAdd(List<Bound> bounds, Money amount) {
        lock.lock();
        try {
            for (Bound bound : bounds) {
                Money sum = read(bound.page()).plus(amount);
                if (sum.compareTo(bound.most()) > 0 || !room(bound.page())) {
                    return Optional.of(bound);
                }
            }
            for (Bound bound : bounds) {
                write(bound.page(), amount);
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void add(List<Page> pages, Money amount) {
        lock.lock();
        try {
            for (Page page : pages) {
                SequencedMap<LocalDate, Money> book = book(page);
                if (book != null && book.containsKey(page.begins())) {
                    write(page, amount);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Money sum(Page page) {
        lock.lock();
        try {
            return read(page);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable SequencedMap<LocalDate, Money> book(Page page) {
        return books.get(new Book(page.account(), page.period()));
    }

    private Money read(Page page) {
        SequencedMap<LocalDate, Money> book = book(page);
        return book == null ? Money.ZERO : book.getOrDefault(page.begins(), Money.ZERO);
    }

    private void write(Page page, Money amount) {
        SequencedMap<LocalDate, Money> book =
                books.computeIfAbsent(
                        new Book(page.account(), page.period()), _ -> new LinkedHashMap<>());
        book.merge(page.begins(), amount, Money::plus);
        if (book.size() > PERIODS) {
            book.pollFirstEntry();
        }
    }

    private boolean room(Page page) {
        if (books.size() < accountsMost || book(page) != null) {
            return true;
        }
        books.entrySet()
                .removeIf(entry ->
                        entry.getKey().period() == page.period()
                                && entry.getValue().keySet().stream()
                                        .allMatch(begins -> begins.isBefore(page.begins())));
        return books.size() < accountsMost;
    }
}
