package dev.switchgear.server;

import dev.switchgear.core.time.Time;
import dev.switchgear.server.config.Config;
import dev.switchgear.wire.egress.EgressGuard;
import dev.switchgear.wire.egress.EgressRules;
import dev.switchgear.wire.egress.Resolver;
import dev.switchgear.wire.http.Connector;
import dev.switchgear.wire.http.ConnectorSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// The way out, as `egress:` says. Used by one thread at a time.
final class Outside implements AutoCloseable {
    /// A connector and the rules that it keeps.
    record Way(Config.Egress rules, Connector connector) {}

    private final Time time;
    private volatile Way way;

    Outside(Config.Egress rules, Time time) {
        this.time = time;
        this.way = new Way(rules, connector(rules));
    }

    /// The one in use.
    Way way() {
        return way;
    }

    /// The way by these rules: the one in use where that keeps them.
    Way by(Config.Egress rules) {
        return way.rules().equals(rules) ? way : new Way(rules, connector(rules));
    }

    /// Sends new calls by `next`. The connector of before stays open for the calls it carries; its
    /// resting connections close by their own time limits.
    void use(Way next) {
        way = next;
    }

    private Connector connector(Config.Egress egress) {
        var guard =
                new EgressGuard(
                        new EgressRules(
                                EgressRules.DEFAULT.ports(), Set.copyOf(egress.allowPrivate())),
                        Resolver.system());
        List<Path> authorities =
                egress.caFile().map(file -> List.of(Path.of(file))).orElse(List.of());
        return new Connector(guard, ConnectorSettings.DEFAULT.trusting(authorities), time);
    }

    @Override
    public void close() {
        way.connector().close();
    }
}
