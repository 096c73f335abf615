package dev.switchgear.server.echo;

import dev.switchgear.core.event.Event;
import dev.switchgear.core.time.Time;
import dev.switchgear.server.Family;
import dev.switchgear.server.api.HttpRoute;
import dev.switchgear.server.api.limit.ClientLimits;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.gateway.Surroundings;
import dev.switchgear.server.gateway.Upstreams.Member;
import dev.switchgear.wire.Transport;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/// What is said comes back: all rooms of this family together. Thread-safe.
public final class EchoFamily implements Family {
    private final EchoGateway gateway;
    private final Time time;

    public EchoFamily(Config config, Transport transport, Surroundings surroundings) {
        this.gateway = new EchoGateway(config, transport, surroundings);
        this.time = surroundings.time();
    }

    @Override
    public Collection<? extends Member<?, ?>> members() {
        return gateway.members();
    }

    @Override
    public List<HttpRoute> routes(Config config, ClientLimits limits) {
        return new EchoRoutes(gateway, limits, time).routes();
    }

    @Override
    public List<Consumer<Event>> readers(MeterRegistry registry) {
        return List.of(new EchoMeters(registry));
    }

    @Override
    public Runnable prepare(Config config, Transport transport) {
        return gateway.prepare(config, transport);
    }
}
