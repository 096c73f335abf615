package dev.switchgear.core.bulkhead;

import dev.switchgear.core.call.Rank;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Who waits: one line per rank, first come first served within it. Leaving from anywhere costs the
/// same, however long the line, because waits that end together are what overload looks like. Not
/// thread-safe.
final class WaitingLine {
    /// One waiting call.
    static final class Waiter {
        final Rank rank;
        final Semaphore wake = new Semaphore(0);
        Bulkhead.@Nullable Entry verdict;
        private @Nullable Waiter before;
        private @Nullable Waiter behind;

        Waiter(Rank rank) {
            this.rank = rank;
        }
    }

    private static final Rank[] RANKS = Rank.values();

    private final @Nullable Waiter[] first = new Waiter[RANKS.length];
    private final @Nullable Waiter[] last = new Waiter[RANKS.length];
    private int size;

    int size() {
        return size;
    }

    void join(Waiter waiter) {
        int line = line(waiter.rank);
        Waiter end = last[line];
        waiter.before = end;
        if (end == null) {
            first[line] = waiter;
        } else {
            end.behind = waiter;
        }
        last[line] = waiter;
        size++;
    }

    void leave(Waiter waiter) {
        int line = line(waiter.rank);
        Waiter before = waiter.before;
        Waiter behind = waiter.behind;
        if (before == null) {
            first[line] = behind;
        } else {
            before.behind = behind;
        }
        if (behind == null) {
            last[line] = before;
        } else {
            behind.before = before;
        }
        waiter.before = null;
        waiter.behind = null;
        size--;
    }

    /// The one whose turn is next; it stays in line.
    @Nullable Waiter next() {
        for (Waiter waiter : first) {
            if (waiter != null) {
                return waiter;
            }
        }
        return null;
    }

    /// The one who gives way to an arrival of `rank`: the youngest of the lowest rank, if that rank
    /// is lower. It stays in line.
    @Nullable Waiter givesWayTo(Rank rank) {
        for (int line = RANKS.length - 1; line > line(rank); line--) {
            if (last[line] != null) {
                return last[line];
            }
        }
        return null;
    }

    @SuppressWarnings("EnumOrdinal") // Rank is declared in the order of giving way.
    private static int line(Rank rank) {
        return rank.ordinal();
    }
}
