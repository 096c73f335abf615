package dev.switchgear.server.door;

/// What stands behind the [Door].
@FunctionalInterface
public interface HttpHandler {
    /// Answers one request; called on a virtual thread of its own, which may block. The thread is
    /// interrupted when the client has gone. Returning without an answer, or throwing, answers 500.
    void handle(HttpExchange exchange);
}
