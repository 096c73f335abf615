package dev.switchgear.server.door;

/// Words the errors that the door itself must answer: bad framing, too much, too slow.
@FunctionalInterface
public interface ErrorPage {
    /// @return JSON
    byte[] render(int status, String message);

    /// The same in the shape that clients of that path know.
    ///
    /// @param path that was asked for; empty where that cannot be told
    /// @return JSON
    default byte[] render(String path, int status, String message) {
        return render(status, message);
    }
}
