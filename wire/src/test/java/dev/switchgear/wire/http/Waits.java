package dev.switchgear.wire.http;

import dev.switchgear.core.time.Time;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.egress.EgressRules;
import dev.switchgear.wire.egress.Resolver;
import java.util.Optional;

/// How a connector waits: what is true of one is true of the other.
enum Waits {
    /// As the JDK does.
    BLOCKING(Optional.empty()),
    /// Parked, while a loop looks at the channels for one of its own threads.
    WATCHED(Optional.of(SelectorLoop.start(true))),
    /// Parked, while it does so for a thread of somebody else's.
    WATCHED_FROM_AFAR(Optional.of(SelectorLoop.start(false)));

    @SuppressWarnings("ImmutableEnumChecker") // a loop for all tests
    private final Optional<Readiness> readiness;

    Waits(Optional<Readiness> readiness) {
        this.readiness = readiness;
    }

    Caller caller(BadUpstream upstream) {
        return new Caller(upstream, readiness);
    }

    Caller caller(BadUpstream upstream, ConnectorSettings settings, Time time) {
        return new Caller(upstream, settings, readiness, time);
    }

    Caller caller(
            Endpoint endpoint,
            EgressRules rules,
            Resolver resolver,
            ConnectorSettings settings,
            Time time) {
        return new Caller(endpoint, rules, resolver, settings, readiness, time);
    }
}
