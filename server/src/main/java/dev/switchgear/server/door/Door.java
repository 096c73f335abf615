package dev.switchgear.server.door;

import dev.switchgear.core.time.Lateness;
import java.time.Duration;

/// Where clients come in: an open HTTP port. It owns framing, limits and disconnects; a complete,
/// size-limited request becomes one [HttpExchange] on a virtual thread of its own. Thread-safe.
public interface Door extends AutoCloseable {
    /// The port that is open; the one the system chose where the settings said 0.
    int port();

    /// Requests that have been handed to the handler and whose answer has not left yet.
    int inFlight();

    /// Has the threads that read requests and write answers measured too, until the door closes.
    void beat(Lateness lateness);

    /// Refuses new connections from now on. Those that stand may ask once more and are told
    /// `connection: close` with the answer. Calling it again does nothing.
    void stopAccepting();

    /// Stops accepting and waits until every answer has left. What is not finished in time is
    /// interrupted with [HttpExchange#closing] true, and has two more seconds to say goodbye.
    ///
    /// @return whether all finished by themselves in time
    boolean drain(Duration within) throws InterruptedException;

    /// Closes everything at once. Calling it again does nothing.
    @Override
    void close();
}
