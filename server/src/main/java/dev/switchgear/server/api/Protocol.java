package dev.switchgear.server.api;

import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.ResponseHead;
import java.util.Optional;

/// What routes of one client protocol have in common. Thread-safe.
public interface Protocol {
    /// The key that the client shows.
    Optional<String> key(HttpExchange exchange);

    /// Adds the header in which this protocol's clients look for the request's name, beside the
    /// `x-request-id` of all.
    default void name(ResponseHead head, String requestId) {}

    /// The HTTP status of an error, where the protocol has one of its own for it.
    default int status(Problem problem) {
        return problem.status();
    }

    /// An error's body in the protocol's shape: JSON.
    byte[] render(Problem problem, String requestId);
}
