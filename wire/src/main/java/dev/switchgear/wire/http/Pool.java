package dev.switchgear.wire.http;

import dev.switchgear.core.time.Time;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Resting connections. The one used last is taken first, so that surplus ones grow old and go; but of
/// the last few rather one whose loop is the caller's.
/// Thread-safe.
final class Pool {
    /// How many are looked at for one that is near: a bound, as there may be hundreds.
    private static final int LOOKED_AT = 8;

    private final Map<ConnectionKey, ArrayDeque<Connection>> resting = new HashMap<>();
    private final ConnectorSettings settings;
    private final Time time;
    private int total;
    private boolean closed;
    private Time.@Nullable Timer sweep;

    Pool(ConnectorSettings settings, Time time) {
        this.settings = settings;
        this.time = time;
    }

    /// A connection that is young enough and still open; empty if none is.
    Optional<Connection> take(ConnectionKey key) {
        while (true) {
            Connection connection = pop(key);
            if (connection == null) {
                return Optional.empty();
            }
            if (!outworn(connection, time.nanos()) && connection.fit()) {
                return Optional.of(connection);
            }
            connection.close();
        }
    }

    private synchronized @Nullable Connection pop(ConnectionKey key) {
        ArrayDeque<Connection> same = resting.get(key);
        if (same == null) {
            return null;
        }
        Connection newest = same.getLast();
        Connection taken = newest.near() ? newest : nearest(same, newest);
        same.removeLastOccurrence(taken);
        total--;
        if (same.isEmpty()) {
            resting.remove(key);
        }
        return taken;
    }

    private static Connection nearest(ArrayDeque<Connection> same, Connection newest) {
        Iterator<Connection> newer = same.descendingIterator();
        for (int i = 0; i < LOOKED_AT && newer.hasNext(); i++) {
            Connection next = newer.next();
            if (next.near()) {
                return next;
            }
        }
        return newest;
    }

    /// Keeps the connection for the next exchange, or closes it where there is no room.
    void give(Connection connection) {
        connection.rest();
        if (!keep(connection)) {
            connection.close();
        }
    }

    private synchronized boolean keep(Connection connection) {
        if (closed || total >= settings.idleTotal() || outworn(connection, time.nanos())) {
            return false;
        }
        ArrayDeque<Connection> same =
                resting.computeIfAbsent(connection.key(), _ -> new ArrayDeque<>());
        if (same.size() >= settings.idlePerKey()) {
            return false;
        }
        same.addLast(connection);
        total++;
        if (sweep == null) {
            sweep = time.after(settings.idleFor(), this::closeOutworn);
        }
        return true;
    }

    private boolean outworn(Connection connection, long now) {
        return now - connection.bornNanos() >= settings.ageMax().toNanos()
                || now - connection.restingSinceNanos() >= settings.idleFor().toNanos();
    }

    private void closeOutworn() {
        removeOutworn().forEach(Connection::close);
    }

    private synchronized List<Connection> removeOutworn() {
        var removed = new ArrayList<Connection>();
        long now = time.nanos();
        for (Iterator<ArrayDeque<Connection>> i = resting.values().iterator(); i.hasNext(); ) {
            ArrayDeque<Connection> same = i.next();
            same.removeIf(connection -> {
                boolean outworn = outworn(connection, now);
                if (outworn) {
                    removed.add(connection);
                }
                return outworn;
            });
            if (same.isEmpty()) {
                i.remove();
            }
        }
        total -= removed.size();
        sweep =
                total > 0 && !closed
                        ? time.after(settings.idleFor().dividedBy(2), this::closeOutworn)
                        : null;
        return removed;
    }

    synchronized int size() {
        return total;
    }

    /// Closes what rests and keeps nothing from now on.
    void close() {
        var all = new ArrayList<Connection>();
        synchronized (this) {
            closed = true;
            resting.values().forEach(all::addAll);
            resting.clear();
            total = 0;
            if (sweep != null) {
                sweep.cancel();
            }
        }
        all.forEach(Connection::close);
    }
}
