package dev.switchgear.wire.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// Bytes straight from and to the socket.
///
/// A channel rather than a [java.net.Socket], because a channel can be asked without waiting
/// whether the peer has hung up, and an interrupt ends its blocking calls on every kind of thread.
final class PlainLink implements Link {
    /// The JDK copies heap bytes through a cached native buffer as large as the write.
    private static final int PIECE = 64 * 1024;

    private final SocketChannel channel;
    private long taken;

    PlainLink(SocketChannel channel) {
        this.channel = channel;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        return channel.read(into);
    }

    @Override
    public void write(ByteBuffer head, ByteBuffer body) throws IOException {
        ByteBuffer[] both = {head, body};
        while (head.hasRemaining()) {
            int end = body.limit();
            body.limit(Math.min(end, body.position() + PIECE));
            taken += body.hasRemaining() ? channel.write(both) : channel.write(head);
            body.limit(end);
        }
        while (body.hasRemaining()) {
            int end = body.limit();
            body.limit(Math.min(end, body.position() + PIECE));
            taken += channel.write(body);
            body.limit(end);
        }
    }

    @Override
    public long taken() {
        return taken;
    }

    @Override
    public boolean endIsCertain() {
        return true;
    }

    @Override
    public boolean fit() {
        return poll(channel, ByteBuffer.allocate(1)) == 0;
    }

    /// Reads what has already come. 0 for nothing; -1 for an end or an error.
    ///
    /// On virtual threads the JDK's sockets never block in the kernel, so switching the mode is no
    /// system call.
    static int poll(SocketChannel channel, ByteBuffer into) {
        try {
            channel.configureBlocking(false);
            int count = channel.read(into);
            channel.configureBlocking(true);
            return count;
        } catch (IOException _) {
            // Reset or closed: for a resting connection the same as an end.
            return -1;
        }
    }

    @Override
    public void close() {
        close(channel);
    }

    static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException _) {
            // The descriptor is gone either way, and nothing was left to deliver.
        }
    }
}
