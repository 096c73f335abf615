package dev.switchgear.server.echo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Quota;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.call.Upstream;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.providers.fault.WireFaults;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.Headers;
import dev.switchgear.wire.OutgoingRequest;
import dev.switchgear.wire.Transport;
import dev.switchgear.wire.WireException;
import java.util.List;

/// A server that gives back what it is sent. Thread-safe.
final class EchoUpstream implements Upstream<EchoRequest, EchoReply> {
    private static final int BYTES_MAX = 1 << 20;

    private final UpstreamId id;
    private final Endpoint endpoint;
    private final Transport transport;
    private final Timeouts timeouts;

    EchoUpstream(UpstreamId id, Endpoint endpoint, Transport transport, Timeouts timeouts) {
        this.id = id;
        this.endpoint = endpoint;
        this.transport = transport;
        this.timeouts = timeouts;
    }

    @Override
    public UpstreamId id() {
        return id;
    }

    @Override
    public Outcome<EchoReply> send(Dispatch<EchoRequest> dispatch) {
        byte[] body = dispatch.request().text().getBytes(UTF_8);
        Outcome<String> said = ask("POST", "/echo", body, dispatch.call().deadline());
        return switch (said) {
            case Outcome.Success<String> success ->
                    dispatch.commit()
                            ? new Outcome.Success<>(
                                    new EchoReply(success.value()), -1, Quota.UNKNOWN)
                            : Outcome.Failure.of(Fault.cancelled(true));
            case Outcome.Failure<String> failure -> Outcome.Failure.of(failure.fault());
            case Outcome.Refusal<String> refusal ->
                    new Outcome.Refusal<>(refusal.by(), refusal.retryAfter(), refusal.reason());
        };
    }

    /// Whether the server is there; it has nothing to list.
    Outcome<List<String>> probe(Deadline deadline) {
        return switch (ask("GET", "/well", new byte[0], deadline)) {
            case Outcome.Success<String> _ -> new Outcome.Success<>(List.of(), -1, Quota.UNKNOWN);
            case Outcome.Failure<String> failure -> Outcome.Failure.of(failure.fault());
            case Outcome.Refusal<String> refusal ->
                    new Outcome.Refusal<>(refusal.by(), refusal.retryAfter(), refusal.reason());
        };
    }

    private Outcome<String> ask(String method, String path, byte[] body, Deadline deadline) {
        var request = new OutgoingRequest(method, path, Headers.NONE, body);
        try (Exchange exchange =
                transport.send(endpoint, id.toString(), request, timeouts, deadline)) {
            exchange.waitAtMost(timeouts.idle());
            String text = new String(exchange.readAll(BYTES_MAX), UTF_8);
            return exchange.status() == 200
                    ? new Outcome.Success<>(text, -1, Quota.UNKNOWN)
                    : Outcome.Failure.of(
                            Fault.of(
                                    Cause.SERVER_ERROR,
                                    Scope.PROVIDER,
                                    Recovery.FAIL_OVER,
                                    true,
                                    exchange.status() + " from an echo"));
        } catch (WireException broken) {
            return Outcome.Failure.of(WireFaults.of(broken, Cause.IDLE_TIMEOUT));
        }
    }
}
