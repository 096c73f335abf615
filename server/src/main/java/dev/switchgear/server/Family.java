package dev.switchgear.server;

import dev.switchgear.core.event.Event;
import dev.switchgear.server.api.HttpRoute;
import dev.switchgear.server.api.limit.ClientLimits;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.gateway.Upstreams.Member;
import dev.switchgear.wire.Transport;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/// One family of calls, whole: what the house must know of it to serve it, to probe and show its
/// upstreams, and to exchange its configuration. Thread-safe.
public interface Family {
    /// Its upstreams in use now.
    Collection<? extends Member<?, ?>> members();

    /// What it serves.
    ///
    /// @param config may be one that is not in force yet
    /// @param limits what its callers may ask
    List<HttpRoute> routes(Config config, ClientLimits limits);

    /// Who counts what only this family knows. They hear of every event of the house, on the monitor's
    /// thread, and tell those of this family by what its upstreams answer.
    ///
    /// @param registry scraped with the metrics of all families
    List<Consumer<Event>> readers(MeterRegistry registry);

    /// Waits until nothing goes on any more that no client waits for.
    ///
    /// @return false where something still did after `within`
    default boolean drain(Duration within) throws InterruptedException {
        return true;
    }

    /// What goes on that no client waits for ends, as failed, and nothing of that kind begins. Does not
    /// wait; calling it again does nothing.
    default void close() {}

    /// Makes ready to carry new calls by `config`; calls under way end by the one they began with.
    ///
    /// @return puts it in force, and cannot fail; it is run before the next one is prepared, or never
    /// @throws IllegalArgumentException if the configuration cannot be used
    Runnable prepare(Config config, Transport transport);
}
