package dev.switchgear.server.gateway;

import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Outcome;
import java.util.List;

/// A question that costs nothing: which models are there? Thread-safe.
@FunctionalInterface
public interface Probe {
    /// Blocks until the upstream has answered, or not. Never throws for what it or the network did.
    Outcome<List<String>> ask(Deadline deadline);
}
