package dev.switchgear.core.share;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// How much each client has of something of which there is only so much for all. Not thread-safe: whoever
/// hands it out holds a lock anyway.
///
/// Clients are put in order only once somebody asks who has the most, which nobody does before there is
/// too little: until then a change costs one look into a map. From then on the order is kept up, so that
/// neither a change nor the question looks at every client.
public final class Shares {
    /// Of two that have the same, the one that came first has the most.
    private static final Comparator<Share> ORDER =
            Comparator.comparingLong(Share::amount)
                    .thenComparing(Comparator.comparingLong(Share::number).reversed());

    private final Map<String, Share> ofClients = new HashMap<>();
    private final TreeSet<Share> ordered;
    private boolean inOrder;
    private long numbers;

    private record Share(String client, long number, long amount) {}

    public Shares() {
        this(ORDER);
    }

    /// @param order compares as [#ORDER] does, and may count how often
    private Shares(Comparator<Share> order) {
        this.ordered = new TreeSet<>(order);
    }

    /// One whose comparisons are heard of, for a test of how many there are.
    static Shares heard(Runnable compared) {
        return new Shares((one, other) -> {
            compared.run();
            return ORDER.compare(one, other);
        });
    }

    /// A client has so much more than before, or less.
    public void add(String client, long more) {
        Share before = ofClients.get(client);
        Share now =
                before == null
                        ? new Share(client, numbers++, more)
                        : new Share(client, before.number(), before.amount() + more);
        if (now.amount() == 0) {
            ofClients.remove(client);
        } else {
            ofClients.put(client, now);
        }
        if (!inOrder) {
            return;
        }
        if (before != null) {
            ordered.remove(before);
        }
        if (now.amount() != 0) {
            ordered.add(now);
        }
    }

    /// Who has the most; empty where nobody has anything.
    public Optional<String> most() {
        if (!inOrder) {
            ordered.addAll(ofClients.values());
            inOrder = true;
        }
        return ordered.isEmpty() ? Optional.empty() : Optional.of(ordered.last().client());
    }
}
