package dev.switchgear.server.edge;

/// A request that found its route and was let in.
///
/// @param client who asks; [RouteTable#NOBODY] on routes open to all
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
