package dev.switchgear.server;

import dev.switchgear.core.time.Time;
import dev.switchgear.server.config.ByteSize;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.config.FileMark;
import dev.switchgear.wire.egress.EgressGuard;
import dev.switchgear.wire.egress.EgressRules;
import dev.switchgear.wire.egress.Resolver;
import dev.switchgear.wire.http.Connector;
import dev.switchgear.wire.http.ConnectorSettings;
import dev.switchgear.wire.http.Readiness;
import dev.switchgear.wire.stream.EventLimits;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The way out, as `egress:` and the limit on answers say. Used by one thread at a time.
final class Outside implements AutoCloseable {
    /// A connector and what it keeps to.
    ///
    /// @param answerBytes how much is read of an answer
    /// @param authorities the file of authorities as it was when it was read
    record Way(
            Config.Egress rules,
            ByteSize answerBytes,
            Optional<FileMark> authorities,
            Connector connector) {
        private boolean keeps(Config config) {
            return rules.equals(config.egress())
                    && authorities.equals(Outside.authorities(config.egress()))
                    && answerBytes.equals(config.server().limits().answerBytes());
        }
    }

    private final Optional<Readiness> readiness;
    private final Time time;
    private volatile Way way;

    Outside(Config config, Optional<Readiness> readiness, Time time) {
        this.readiness = readiness;
        this.time = time;
        this.way = open(config);
    }

    /// The one in use.
    Way way() {
        return way;
    }

    /// The way that `config` wants: the one in use where that is it.
    Way by(Config config) {
        return way.keeps(config) ? way : open(config);
    }

    /// Sends new calls by `next`. The connector of before stays open for the calls it carries; its
    /// resting connections close by their own time limits.
    void use(Way next) {
        way = next;
    }

    private Way open(Config config) {
        Config.Egress egress = config.egress();
        ByteSize answerBytes = config.server().limits().answerBytes();
        var guard =
                new EgressGuard(
                        new EgressRules(
                                EgressRules.DEFAULT.ports(), Set.copyOf(egress.allowPrivate())),
                        Resolver.system());
        List<Path> authorities =
                egress.caFile().map(file -> List.of(Path.of(file))).orElse(List.of());
        var settings =
                ConnectorSettings.DEFAULT
                        .trusting(authorities)
                        .reading(EventLimits.upTo(Math.toIntExact(answerBytes.bytes())).total());
        Optional<FileMark> mark = authorities(egress);
        return new Way(egress, answerBytes, mark, new Connector(guard, settings, readiness, time));
    }

    private static Optional<FileMark> authorities(Config.Egress egress) {
        return egress.caFile().flatMap(FileMark::of);
    }

    @Override
    public void close() {
        way.connector().close();
    }
}
