package dev.switchgear.server.api;

import dev.switchgear.identity.Client;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.ResponseHead;
import java.util.function.Consumer;

/// A request that found its route and was let in, or whom it is told why not.
///
/// @param client who asks; [HttpRoutes#NOBODY] on routes open to all
/// @param rest the part of the path that the route leaves open, decoded; empty for an exact route
/// @param requestId the client's name for the request, or ours
/// @param traceparent the trace to continue, with a span of ours; empty for none
/// @param protocol in which the client is answered
public record Visit(
        HttpExchange exchange,
        Client client,
        String rest,
        String requestId,
        String traceparent,
        Protocol protocol) {
    /// A head that already carries what every answer carries.
    public ResponseHead head(int status, String contentType) {
        ResponseHead head = ResponseHead.of(status, contentType).with("x-request-id", requestId);
        if (!traceparent.isEmpty()) {
            head.with("traceparent", traceparent);
        }
        protocol.name(head, requestId);
        return head;
    }

    /// The same over another exchange.
    public Visit over(HttpExchange other) {
        return new Visit(other, client, rest, requestId, traceparent, protocol);
    }

    /// Answers with an error in the client's protocol.
    public void refuse(Problem problem) {
        refuse(problem, _ -> {});
    }

    /// The same.
    ///
    /// @param more adds to the head before the error's own headers do
    public void refuse(Problem problem, Consumer<ResponseHead> more) {
        ResponseHead head = head(protocol.status(problem), "application/json");
        more.accept(head);
        exchange.respond(head.with(problem.headers()), protocol.render(problem, requestId));
    }
}
