package dev.switchgear.wire.http;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/// Tells when channels that do not block can go on. Thread-safe.
///
/// Who has event loops lets them look at the connector's channels beside their own: a wait for an answer
/// then costs no timer, no system call of its own and, for a thread that runs on the loop itself, no
/// second thread.
@FunctionalInterface
public interface Readiness {
    /// Watches `channel`, which does not block, from before it is connected.
    ///
    /// @throws IOException when nobody can watch it
    WatchedChannel watch(SocketChannel channel) throws IOException;
}
