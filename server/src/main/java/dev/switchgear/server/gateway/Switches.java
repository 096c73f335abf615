package dev.switchgear.server.gateway;

import dev.switchgear.core.call.Forced;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.health.ForcedState.Order;
import dev.switchgear.core.time.Time;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// What people have ordered for providers and their keys: kept here, so that it outlives the upstreams
/// that a new configuration replaces. It does not outlive the process. Thread-safe.
///
/// The last order counts: one for a provider replaces those for its keys, and one for a key stands
/// above its provider's until it ends. At most 1,000 hold at once.
public final class Switches {
    static final int MOST = 1_000;

    /// What an order is for.
    ///
    /// @param key empty for all keys of the provider
    public record Place(String provider, Optional<String> key) {
        /// Whether an order for it is one for that upstream.
        public boolean isOf(UpstreamId id) {
            return provider.equals(id.provider()) && key.map(id.key()::equals).orElse(true);
        }
    }

    /// An order that holds.
    public record Switch(Place place, Order order, Instant since) {}

    private final Time time;
    private final ReentrantLock lock = new ReentrantLock();

    /// Guarded by the lock.
    private final Map<Place, Switch> switches = new LinkedHashMap<>();

    public Switches(Time time) {
        this.time = time;
    }

    /// Orders, or with [Forced#NONE] takes back, at all upstreams that are meant.
    ///
    /// @return false where too many orders hold
    public boolean order(Place place, Order order, Collection<GuardedUpstream<?, ?>> upstreams) {
        lock.lock();
        try {
            forgetEnded();
            if (order.state() != Forced.NONE
                    && switches.size() >= MOST
                    && !switches.containsKey(place)) {
                return false;
            }
            if (place.key().isEmpty()) {
                switches.keySet().removeIf(other -> other.provider().equals(place.provider()));
            }
            if (order.state() == Forced.NONE) {
                switches.remove(place);
            } else {
                switches.put(place, new Switch(place, order, time.instant()));
            }
            for (GuardedUpstream<?, ?> upstream : upstreams) {
                if (!place.isOf(upstream.id())) {
                    continue;
                }
                if (place.key().isPresent()) {
                    upstream.force(order);
                } else {
                    upstream.forceAll(order);
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Has an upstream that is about to be used obey the orders that hold.
    void greet(GuardedUpstream<?, ?> upstream) {
        lock.lock();
        try {
            for (Switch held : switches.values()) {
                if (!held.place().isOf(upstream.id())) {
                    continue;
                }
                if (held.place().key().isPresent()) {
                    upstream.forced().force(held.order());
                } else {
                    upstream.forced().forceAll(held.order());
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// All that hold, the oldest first.
    public List<Switch> holding() {
        lock.lock();
        try {
            forgetEnded();
            return new ArrayList<>(switches.values());
        } finally {
            lock.unlock();
        }
    }

    private void forgetEnded() {
        Instant now = time.instant();
        switches.values().removeIf(held -> !now.isBefore(held.order().until()));
    }
}
