package dev.switchgear.server.edge;

import java.util.function.Consumer;

/// One line of the route table.
///
/// @param method in upper case; a GET also serves HEAD
/// @param path exact, or ending in `/{name}`, which then stands for the rest of the path
public record Route(
        String method, String path, Access access, Protocol protocol, Consumer<Visit> handler) {
    /// Who may use a route.
    public enum Access {
        /// Anyone who reaches the door.
        ANYONE,
        /// Who has a key, or needs none.
        CLIENT
    }

    boolean open() {
        return path.endsWith("}");
    }

    /// The fixed part of the path.
    String stem() {
        return open() ? path.substring(0, path.lastIndexOf('{')) : path;
    }
}
