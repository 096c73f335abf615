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

/// The way out, as `egress:` says. Not thread-safe.
final class Outside implements AutoCloseable {
    private final Time time;
    private Config.Egress rules;
    private Connector connector;

    Outside(Config.Egress rules, Time time) {
        this.time = time;
        this.rules = rules;
        this.connector = connector(rules);
    }

    Connector connector() {
        return connector;
    }

    /// Whether `next` would need another connector.
    boolean differs(Config.Egress next) {
        return !rules.equals(next);
    }

    /// Sends new calls by `next`. The connector of before stays open for the calls it carries; its
    /// resting connections close by their own time limits.
    void use(Config.Egress next) {
        if (differs(next)) {
            connector = connector(next);
            rules = next;
        }
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
        connector.close();
    }
}
