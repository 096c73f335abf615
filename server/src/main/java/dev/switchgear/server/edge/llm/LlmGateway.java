package dev.switchgear.server.edge.llm;

import java.util.List;
import java.util.Optional;

/// What stands behind this protocol: routes and their upstreams. Thread-safe.
public interface LlmGateway {
    /// Where a model's name leads; empty where no route and no provider offers it.
    Optional<Destination> find(String model);

    /// All names that may stand in `model`: routes first.
    List<ModelEntry> models();
}
