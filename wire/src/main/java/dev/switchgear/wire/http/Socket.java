package dev.switchgear.wire.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// A TCP connection's bytes, and the waits for them. Used by one thread, but for [#close], which any
/// thread may call, and which ends a wait.
interface Socket {
    SocketChannel channel();

    void connect(InetSocketAddress to) throws IOException;

    /// Waits for bytes.
    ///
    /// @return how many, at least 1; -1 at the end
    int read(ByteBuffer into) throws IOException;

    /// Writes something of `head` and then of `body`, at least a byte.
    long write(ByteBuffer head, ByteBuffer body) throws IOException;

    /// Reads what has already come. 0 for nothing; -1 for an end or an error.
    int poll(ByteBuffer into);

    /// Whether the calling thread waits here at the least cost.
    boolean near();

    void close();
}
