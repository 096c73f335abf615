package dev.switchgear.server.door;

/// Words the errors that the door itself must answer: bad framing, too much, too slow.
@FunctionalInterface
public interface ErrorPage {
    /// @return JSON
    byte[] render(int status, String message);
}
