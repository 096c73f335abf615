package dev.switchgear.server;

import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.gateway.llm.Bookkeeping;
import dev.switchgear.server.monitor.Meters;
import dev.switchgear.server.monitor.Monitor;
import dev.switchgear.server.monitor.Totals;
import java.util.Collection;

/// A gateway that runs. Thread-safe.
public interface Running extends AutoCloseable {
    /// The port that is open.
    int port();

    /// The configuration in force.
    Config config();

    /// All upstreams in use now, of all families.
    Collection<GuardedUpstream<?, ?>> upstreams();

    /// What LLM calls have cost, and how budgets stand.
    Bookkeeping books();

    Totals totals();

    Meters meters();

    Monitor monitor();

    /// Puts a new configuration in force, whole or not at all. Calls under way end by the old one.
    ///
    /// @throws IllegalArgumentException if it cannot be used; the old one then stays
    void use(Config config);

    /// Says that it is not ready, goes on serving for the configured delay, then stops accepting, lets
    /// calls finish within the configured time, ends what is left with an error that says so, and closes
    /// everything.
    ///
    /// @return whether all calls finished by themselves
    boolean shutDown() throws InterruptedException;

    /// Closes everything at once.
    @Override
    void close();
}
