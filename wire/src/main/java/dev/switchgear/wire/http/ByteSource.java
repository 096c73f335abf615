package dev.switchgear.wire.http;

import dev.switchgear.wire.WireException;
import java.nio.ByteBuffer;

/// Where a response's bytes come from: a connection, or a test's array.
@FunctionalInterface
interface ByteSource {
    /// Blocks until bytes have come.
    ///
    /// @return how many, at least 1; -1 at an end of the connection
    int read(ByteBuffer into) throws WireException;

    /// Whether an end was announced by the peer, so that nobody can have cut it short. Only TLS can
    /// tell.
    default boolean endIsCertain() {
        return true;
    }
}
