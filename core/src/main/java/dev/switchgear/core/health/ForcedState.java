package dev.switchgear.core.health;

import dev.switchgear.core.call.Forced;
import dev.switchgear.core.time.Time;
import java.time.Instant;

/// What a person has ordered for one upstream. Thread-safe; an order ends by itself.
public final class ForcedState {
    /// @param by who ordered it; may be empty only where nothing is ordered
    /// @param until when the order ends by the clock on the wall; [Instant#MAX] for good
    public record Order(Forced state, String by, Instant until) {
        /// No order.
        public static final Order NONE = new Order(Forced.NONE, "", Instant.MAX);

        public Order {
            if (state != Forced.NONE && by.isBlank()) {
                throw new IllegalArgumentException(
                        "force.by: '" + by + "' (expected: who orders it)");
            }
        }
    }

    private final Time time;
    private volatile Order order = Order.NONE;

    public ForcedState(Time time) {
        this.time = time;
    }

    /// Replaces what was ordered before; [Order#NONE] takes it back.
    public void force(Order o) {
        order = o;
    }

    /// What holds now. Reads the clock only where an order has an end.
    public Order current() {
        Order current = order;
        boolean holds =
                current.until().equals(Instant.MAX) || time.instant().isBefore(current.until());
        return holds ? current : Order.NONE;
    }
}
