package dev.switchgear.core.health;

import dev.switchgear.core.call.Forced;
import dev.switchgear.core.time.Time;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// What a person has ordered for one upstream, or for all of its provider. Thread-safe; an order ends
/// by itself, and one for the upstream itself stands above one for all.
public final class ForcedState {
    /// @param by who ordered it; may be empty only where nothing is ordered
    /// @param reason for people; may be empty
    /// @param until when the order ends by the clock on the wall; [Instant#MAX] for good
    public record Order(Forced state, String by, String reason, Instant until) {
        /// No order.
        public static final Order NONE = new Order(Forced.NONE, "", Instant.MAX);

        public Order {
            if (state != Forced.NONE && by.isBlank()) {
                throw new IllegalArgumentException(
                        "force.by: '" + by + "' (expected: who orders it)");
            }
        }

        /// One whose reason is not told.
        public Order(Forced state, String by, Instant until) {
            this(state, by, "", until);
        }

        boolean holds(Time time) {
            return state != Forced.NONE
                    && (until.equals(Instant.MAX) || time.instant().isBefore(until));
        }
    }

    private final Time time;
    private final ReentrantLock lock = new ReentrantLock();

    // Written under the lock.
    private volatile Order own = Order.NONE;
    private volatile Order all = Order.NONE;

    public ForcedState(Time time) {
        this.time = time;
    }

    /// Replaces what was ordered before for the upstream itself; [Order#NONE] takes it back.
    public void force(Order o) {
        lock.lock();
        try {
            own = o;
        } finally {
            lock.unlock();
        }
    }

    /// Replaces what was ordered before for all upstreams of the provider; [Order#NONE] takes it back.
    public void forceAll(Order o) {
        lock.lock();
        try {
            all = o;
        } finally {
            lock.unlock();
        }
    }

    /// What holds now. Reads the clock only where an order has an end.
    public Order current() {
        Order one = own;
        if (one.holds(time)) {
            return one;
        }
        Order wide = all;
        return wide.holds(time) ? wide : Order.NONE;
    }

    /// Forgets an order that has ended by itself; empty where none has since it was last asked.
    public Optional<Order> takeEnded() {
        if (!hasEnded(own) && !hasEnded(all)) {
            return Optional.empty();
        }
        lock.lock();
        try {
            Order one = own;
            Order wide = all;
            if (hasEnded(one)) {
                own = Order.NONE;
                return Optional.of(one);
            }
            if (hasEnded(wide)) {
                all = Order.NONE;
                return Optional.of(wide);
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private boolean hasEnded(Order order) {
        return order.state() != Forced.NONE && !order.holds(time);
    }
}
