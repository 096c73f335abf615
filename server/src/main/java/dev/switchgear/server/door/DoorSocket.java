package dev.switchgear.server.door;

/// A connection that has become a socket (WebSocket, RFC 6455): messages both ways until one side
/// closes. The exchange that was upgraded stays its owner, and its thread reads; any thread may send.
///
/// The door answers pings and the client's farewell, and asks a silent client from time to time whether
/// it is still there. What comes is bounded like a body of a request, and lies in memory that was
/// reserved for it. Thread-safe.
public interface DoorSocket {
    /// What may wait for a slow client, in bytes. A message that is larger goes when nothing else waits.
    int BOUND = HttpStream.BOUND;

    /// What comes next; blocks until there is something. For the exchange's thread alone.
    SocketMessage receive();

    /// Sends a text message. Blocks while what waits for the client would exceed [#BOUND].
    ///
    /// @param utf8 not to be changed afterwards
    /// @return false when nobody will read it: the client has gone, the socket is closed, or the thread
    ///     was interrupted while waiting (the interrupt stays set)
    boolean send(byte[] utf8);

    /// Says farewell; nothing is sent after it. Never blocks. Calling it again does nothing.
    ///
    /// @param code as RFC 6455 §7.4 has them
    /// @param reason for people; cut after 120 bytes
    void close(int code, String reason);

    /// True once nobody reads what is sent: closed by either side, or broken.
    boolean over();

    /// Has something answered by whatever stands behind the door now, as a request of its own: by the
    /// configuration that is in force, and with the keys that are.
    ///
    /// @param message whose answer goes where it says
    void serve(HttpExchange message);
}
