package dev.switchgear.server.api;

import dev.switchgear.server.door.HttpExchange;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// One line of the route table.
///
/// @param method in upper case; a GET also serves HEAD
/// @param path exact, or ending in `/{name}`, which then stands for the rest of the path
/// @param asked tells who is meant where several protocols share a path: the first route that says
///     yes serves
public record HttpRoute(
        String method,
        String path,
        Access access,
        Protocol protocol,
        Predicate<HttpExchange> asked,
        Consumer<Visit> handler) {
    /// For whoever asks.
    public HttpRoute(
            String method, String path, Access access, Protocol protocol, Consumer<Visit> handler) {
        this(method, path, access, protocol, _ -> true, handler);
    }

    /// Who may use a route.
    public enum Access {
        /// Anyone who reaches the door.
        ANYONE,
        /// Who has a key, or needs none.
        CLIENT,
        /// Whoever of them the configuration calls an operator. Where no client is configured, that is
        /// everybody on this machine.
        OPERATOR
    }

    boolean open() {
        return path.endsWith("}");
    }

    /// The fixed part of the path.
    String stem() {
        return open() ? path.substring(0, path.lastIndexOf('{')) : path;
    }
}
