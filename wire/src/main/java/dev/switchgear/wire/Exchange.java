package dev.switchgear.wire;

import java.time.Duration;

/// A response whose head is in and whose body is still coming. Used by one thread, but for
/// [#close], which any thread may call to cancel.
public interface Exchange extends AutoCloseable {
    int status();

    Headers headers();

    /// How long each following [#read] may wait for the next byte. At the start it is the `head`
    /// timeout's rest; a stream's reader sets the first-token, then the idle timeout. The call's
    /// deadline bounds it always.
    void waitAtMost(Duration pause);

    /// Reads some bytes of the decoded body (chunking and gzip removed). -1 at its proper end; an
    /// end that breaks the framing is a [WireException].
    int read(byte[] buffer, int offset, int length) throws WireException;

    /// Reads the rest of the body.
    ///
    /// @param limit in bytes; a longer body is a [WireException] with [WireException.Kind#TOO_LARGE]
    byte[] readAll(int limit) throws WireException;

    /// Ends the exchange. The connection goes back to the pool if the body was read to its end, and
    /// is closed otherwise. Calling it again does nothing.
    @Override
    void close();
}
