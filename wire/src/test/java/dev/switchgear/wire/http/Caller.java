package dev.switchgear.wire.http;

import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.time.SystemTime;
import dev.switchgear.core.time.Time;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.Headers;
import dev.switchgear.wire.OutgoingRequest;
import dev.switchgear.wire.WireException;
import dev.switchgear.wire.egress.EgressGuard;
import dev.switchgear.wire.egress.EgressRules;
import dev.switchgear.wire.egress.Resolver;
import java.time.Duration;
import java.util.Optional;

/// A connector that may talk to one upstream of a test.
final class Caller implements AutoCloseable {
    static final OutgoingRequest GET =
            new OutgoingRequest("GET", "/models", Headers.NONE, new byte[0]);

    private final Endpoint endpoint;
    private final Connector connector;
    private final Time time;

    Caller(BadUpstream upstream, Optional<Readiness> readiness) {
        this(upstream, ConnectorSettings.DEFAULT, readiness, new SystemTime());
    }

    Caller(
            BadUpstream upstream,
            ConnectorSettings settings,
            Optional<Readiness> readiness,
            Time time) {
        this(
                Endpoint.parse("http://" + upstream.authority() + "/v1"),
                EgressRules.allowing(upstream.authority()),
                Resolver.system(),
                settings,
                readiness,
                time);
    }

    Caller(
            Endpoint endpoint,
            EgressRules rules,
            Resolver resolver,
            ConnectorSettings settings,
            Optional<Readiness> readiness,
            Time time) {
        this.endpoint = endpoint;
        this.time = time;
        this.connector = new Connector(new EgressGuard(rules, resolver), settings, readiness, time);
    }

    Endpoint endpoint() {
        return endpoint;
    }

    Connector connector() {
        return connector;
    }

    Exchange get() throws WireException {
        return send(GET);
    }

    Exchange send(OutgoingRequest request) throws WireException {
        return send("key", request, Timeouts.DEFAULT);
    }

    Exchange send(String poolKey, OutgoingRequest request, Timeouts timeouts) throws WireException {
        return connector.send(
                endpoint, poolKey, request, timeouts, Deadline.in(timeouts.total(), time));
    }

    static Timeouts timeouts(Duration connect, Duration head, Duration total) {
        return new Timeouts(connect, head, head, head, total);
    }

    @Override
    public void close() {
        connector.close();
    }
}
