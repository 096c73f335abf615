package dev.switchgear.server.echo;

import dev.switchgear.core.call.Call;
import dev.switchgear.core.routing.Answer;
import dev.switchgear.core.routing.Failover;
import dev.switchgear.core.routing.Route;
import dev.switchgear.core.routing.Strategy;
import dev.switchgear.core.routing.Target;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.gateway.CoreSettings;
import dev.switchgear.server.gateway.Surroundings;
import dev.switchgear.server.gateway.Upstreams;
import dev.switchgear.server.gateway.Upstreams.Member;
import dev.switchgear.wire.Transport;
import java.util.List;
import java.util.Optional;

/// Carries what is said to the servers of this family, in the order of the configuration. Thread-safe.
final class EchoGateway {
    private record Setup(
            Upstreams<EchoRequest, EchoReply> upstreams,
            Optional<Route<EchoRequest, EchoReply>> route) {}

    private final Failover failover;
    private final EchoAdapter adapter = new EchoAdapter();
    private volatile Setup setup;

    EchoGateway(Config config, Transport transport, Surroundings surroundings) {
        this.failover = surroundings.failover();
        this.setup = setUp(config, Upstreams.none(surroundings), transport);
    }

    Runnable prepare(Config config, Transport transport) {
        Setup next = setUp(config, setup.upstreams(), transport);
        return () -> setup = next;
    }

    private Setup setUp(
            Config config, Upstreams<EchoRequest, EchoReply> before, Transport transport) {
        Upstreams<EchoRequest, EchoReply> upstreams = before.next(config, adapter, transport);
        List<Target<EchoRequest, EchoReply>> targets =
                upstreams.members().stream()
                        .map(member ->
                                new Target<>(
                                        member.upstream(),
                                        "echo",
                                        member.weight(),
                                        0,
                                        Long.MAX_VALUE))
                        .toList();
        return new Setup(
                upstreams,
                targets.isEmpty() ? Optional.empty() : Optional.of(route(config, targets)));
    }

    private Route<EchoRequest, EchoReply> route(
            Config config, List<Target<EchoRequest, EchoReply>> targets) {
        return new Route<>(
                "echo",
                Strategy.PRIORITY,
                targets,
                CoreSettings.retry(config.resilience().retry()),
                Optional.empty(),
                CoreSettings.weights(config.resilience().score()));
    }

    List<Member<EchoRequest, EchoReply>> members() {
        return setup.upstreams().members();
    }

    /// Empty where no server of this family is configured.
    Optional<Answer<EchoReply>> carry(Call<EchoRequest> call) {
        return setup.route().map(route -> failover.carry(call, route));
    }
}
