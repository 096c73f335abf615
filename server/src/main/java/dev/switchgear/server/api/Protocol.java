package dev.switchgear.server.api;

import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.ResponseHead;
import java.util.Optional;

/// What routes of one client protocol have in common. Thread-safe.
public interface Protocol {
    /// The key that the client shows, as it stands there; an empty one counts as none. A bearer token,
    /// where the protocol has no other place for it.
    default Optional<String> key(HttpExchange exchange) {
        return bearer(exchange);
    }

    /// What stands behind `Bearer` in the request's `authorization`.
    static Optional<String> bearer(HttpExchange exchange) {
        String scheme = "bearer ";
        return exchange.header("authorization")
                .filter(value -> value.regionMatches(true, 0, scheme, 0, scheme.length()))
                .map(value -> value.substring(scheme.length()));
    }

    /// Adds the header in which this protocol's clients look for the request's name, beside the
    /// `x-request-id` of all.
    default void name(ResponseHead head, String requestId) {}

    /// The HTTP status of an error, where the protocol has one of its own for it.
    default int status(Problem problem) {
        return problem.status();
    }

    /// What this protocol's clients know an error by.
    default String code(Problem problem) {
        return problem.word();
    }

    /// An error's body in the protocol's shape: JSON.
    byte[] render(Problem problem, String requestId);
}
