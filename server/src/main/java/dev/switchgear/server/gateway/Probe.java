package dev.switchgear.server.gateway;

import dev.switchgear.core.call.Deadline;

/// A question that costs nothing. Thread-safe.
@FunctionalInterface
interface Probe {
    /// Blocks until the upstream has answered, or not. Never throws for what it or the network did.
    boolean answered(Deadline deadline);
}
