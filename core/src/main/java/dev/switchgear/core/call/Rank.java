package dev.switchgear.core.call;

/// Who gives way first when there is not room for all: the later in this order, the sooner shed.
public enum Rank {
    /// Cancels, queries, the kill switch: never shed.
    VITAL,
    /// A person or an order waits for it.
    HIGH,
    /// Everything not said otherwise.
    NORMAL,
    /// Batches and background work.
    LOW
}
