package dev.switchgear.server.gateway.llm;

import dev.switchgear.families.llm.seal.ClientSeals;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What stands behind this protocol: routes and their upstreams. Thread-safe.
public interface Destinations {
    /// Where a model's name leads; empty where no route and no provider offers it.
    Optional<Destination> find(String model);

    /// Where a model's name leads a request that says more about where it may go; empty where nobody
    /// is left.
    ///
    /// @param selection names only models and providers that are found here
    Optional<Destination> find(String model, Selection selection);

    /// The ids of all providers that are configured.
    Set<String> providers();

    /// What is remembered of the thoughts that a client was told.
    ClientSeals seals(String client);

    /// All names that may stand in `model`: routes first.
    List<ModelEntry> models();
}
