package dev.switchgear.server.door;

/// An answer that leaves in pieces. Used by one thread.
public interface HttpStream {
    /// What may wait for a slow client, in bytes.
    int BOUND = 64 * 1024;

    /// Sends bytes, copied before this returns. Blocks while they would bring what waits for the
    /// client above [#BOUND].
    ///
    /// @return false when the client has gone, or when the thread was interrupted while waiting (the
    ///     interrupt stays set)
    boolean write(byte[] bytes, int offset, int length);

    /// Sends the last bytes, and the end. Never blocks; after it nothing can be sent. Calling it
    /// again does nothing.
    void end(byte[] last);
}
