package dev.switchgear.server.door;

/// What comes out of a [DoorSocket].
public sealed interface SocketMessage {
    /// A whole message.
    ///
    /// @param text whether it came as text, and so is well-formed UTF-8; else bytes
    /// @param memory what is reserved for it; to be given back when nobody works with it any more
    record Whole(byte[] bytes, boolean text, BodyBudget.Share memory) implements SocketMessage {}

    /// One that was not taken, and was thrown away.
    ///
    /// @param status as HTTP would tell it: 413 for one that is too large, after which nothing more is
    ///     read and the door says farewell as soon as it is asked for more; 503 where there was no memory
    /// @param reason for people
    record Refused(int status, String reason) implements SocketMessage {}

    /// The door is closing: what is under way may end, nothing new should begin. Comes once.
    record Closing() implements SocketMessage {}

    /// The end: either side has closed, or the connection broke.
    record Closed() implements SocketMessage {}
}
