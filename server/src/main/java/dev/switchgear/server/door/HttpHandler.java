package dev.switchgear.server.door;

/// What stands behind the [Door].
@FunctionalInterface
public interface HttpHandler {
    /// What becomes of a request, decided by its head alone.
    ///
    /// @param bodyWanted false where the answer is known already: no byte of the body is taken for it
    /// @param answer answers the exchange; run once, on a virtual thread, when the body has come where
    ///     it is wanted
    record Entry(boolean bodyWanted, Runnable answer) {}

    /// Answers one request; called on a virtual thread of its own, which may wait for locks, queues,
    /// time and the connector. It may run on an event loop, so what keeps a thread of the system (files,
    /// names, much work at a stretch) belongs on another. The thread is interrupted when the client has
    /// gone. Returning without an answer, or throwing, answers 500.
    void handle(HttpExchange exchange);

    /// Looks at a request of which only the head has come. Called on an event loop: it must not wait.
    ///
    /// @param head has no body yet
    default Entry enter(HttpExchange head) {
        return new Entry(true, () -> handle(head));
    }

    /// By what it serves now: another object once that has changed.
    default Object edition() {
        return this;
    }

    /// Whether who asked that would still be let in. Called on an event loop: it must not wait.
    ///
    /// @param head of a request that was let in
    default boolean admits(HttpExchange head) {
        return true;
    }
}
