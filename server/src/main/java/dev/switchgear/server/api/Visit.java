package dev.switchgear.server.api;

import dev.switchgear.identity.Client;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.ResponseHead;

/// A request that found its route and was let in.
///
/// @param client who asks; [HttpRoutes#NOBODY] on routes open to all
/// @param rest the part of the path that the route leaves open, decoded; empty for an exact route
/// @param requestId the client's name for the request, or ours
/// @param traceparent the trace to continue, with a span of ours; empty for none
public record Visit(
        HttpExchange exchange, Client client, String rest, String requestId, String traceparent) {
    /// A head that already carries what every answer carries.
    public ResponseHead head(int status, String contentType) {
        ResponseHead head = ResponseHead.of(status, contentType).with("x-request-id", requestId);
        return traceparent.isEmpty() ? head : head.with("traceparent", traceparent);
    }
}
