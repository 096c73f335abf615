package dev.switchgear.server.edge;

import java.util.Optional;

/// What routes of one client protocol have in common. Thread-safe.
public interface Protocol {
    /// The key that the client shows.
    Optional<String> key(HttpExchange exchange);

    /// An error's body in the protocol's shape: JSON.
    byte[] render(Problem problem, String requestId);
}
