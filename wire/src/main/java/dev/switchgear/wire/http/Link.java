package dev.switchgear.wire.http;

import java.io.IOException;
import java.nio.ByteBuffer;

/// A connection's bytes, both ways: plain or through TLS. Used by one thread, but for [#close],
/// which any thread may call, and which ends a blocked read or write.
interface Link {
    /// Blocks until bytes come.
    ///
    /// @return how many, at least 1; -1 at the end
    int read(ByteBuffer into) throws IOException;

    /// Writes both to their ends; in one packet where they are small.
    void write(ByteBuffer head, ByteBuffer body) throws IOException;

    /// How many bytes the operating system has taken from [#write] so far. With an end by force
    /// ([java.nio.channels.ClosedChannelException]) some more may have left.
    long taken();

    /// Whether the end that [#read] told was announced by the peer.
    boolean endIsCertain();

    /// Asks the operating system, without waiting, whether the resting connection is still open and
    /// silent. A peer that has hung up, or says something unasked, makes it unfit for a request.
    boolean fit();

    void close();
}
