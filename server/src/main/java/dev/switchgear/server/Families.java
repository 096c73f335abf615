package dev.switchgear.server;

import dev.switchgear.core.event.Event;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.time.Time;
import dev.switchgear.server.api.HttpRoute;
import dev.switchgear.server.api.limit.ClientLimits;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.gateway.Upstreams.Member;
import dev.switchgear.wire.Transport;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/// All families of the house, and the configuration that they work by. Thread-safe.
final class Families {
    private final List<Family> all;
    private volatile Config config;

    /// @param config by which they were made
    Families(List<Family> all, Config config) {
        this.all = List.copyOf(all);
        this.config = config;
    }

    /// The configuration in force.
    Config config() {
        return config;
    }

    /// Everybody's upstreams in use now.
    Collection<Member<?, ?>> members() {
        var members = new ArrayList<Member<?, ?>>();
        all.forEach(family -> members.addAll(family.members()));
        return members;
    }

    /// Everybody's upstreams in use now.
    Collection<GuardedUpstream<?, ?>> upstreams() {
        var upstreams = new ArrayList<GuardedUpstream<?, ?>>();
        all.forEach(family -> family.members().forEach(member -> upstreams.add(member.upstream())));
        return upstreams;
    }

    List<HttpRoute> routes(Config config, ClientLimits limits) {
        return all.stream().flatMap(family -> family.routes(config, limits).stream()).toList();
    }

    /// Who counts what only one family knows.
    List<Consumer<Event>> readers(MeterRegistry registry) {
        return all.stream().flatMap(family -> family.readers(registry).stream()).toList();
    }

    /// Waits until nothing goes on any more that no client waits for.
    ///
    /// @return false where something still did after `within`
    boolean drain(Duration within, Time time) throws InterruptedException {
        long end = time.nanos() + within.toNanos();
        boolean finished = true;
        for (Family family : all) {
            finished &= family.drain(Duration.ofNanos(end - time.nanos()));
        }
        return finished;
    }

    /// What goes on that no client waits for ends.
    void close() {
        all.forEach(Family::close);
    }

    /// All of them or none: nothing is in force before everybody has found that it can be.
    ///
    /// @return puts it in force, and cannot fail
    /// @throws IllegalArgumentException if the configuration cannot be used
    Runnable prepare(Config next, Transport transport) {
        List<Runnable> ready = all.stream().map(family -> family.prepare(next, transport)).toList();
        return () -> {
            ready.forEach(Runnable::run);
            config = next;
        };
    }
}
