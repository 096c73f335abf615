package dev.switchgear.server;

import dev.switchgear.server.api.HttpRoute;
import dev.switchgear.server.api.limit.ClientLimits;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.gateway.Upstreams.Member;
import dev.switchgear.wire.Transport;
import java.util.Collection;
import java.util.List;

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

    /// Makes ready to carry new calls by `config`; calls under way end by the one they began with.
    ///
    /// @param sameTransport whether `transport` is the one in use already: upstreams that do not change
    ///     then keep what they have learned
    /// @return puts it in force, and cannot fail; it is run before the next one is prepared, or never
    /// @throws IllegalArgumentException if the configuration cannot be used
    Runnable prepare(Config config, Transport transport, boolean sameTransport);
}
