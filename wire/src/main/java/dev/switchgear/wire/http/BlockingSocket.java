package dev.switchgear.wire.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// Waits as the JDK does.
///
/// A channel rather than a [java.net.Socket], because a channel can be asked without waiting
/// whether the peer has hung up, and an interrupt ends its blocking calls on every kind of thread.
final class BlockingSocket implements Socket {
    private final SocketChannel channel;

    BlockingSocket(SocketChannel channel) {
        this.channel = channel;
    }

    @Override
    public SocketChannel channel() {
        return channel;
    }

    @Override
    public void connect(InetSocketAddress to) throws IOException {
        channel.connect(to);
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        return channel.read(into);
    }

    @Override
    public long write(ByteBuffer head, ByteBuffer body) throws IOException {
        if (!head.hasRemaining()) {
            return channel.write(body);
        }
        return body.hasRemaining()
                ? channel.write(new ByteBuffer[] {head, body})
                : channel.write(head);
    }

    /// On virtual threads the JDK's sockets never block in the kernel, so switching the mode is no
    /// system call.
    @Override
    public int poll(ByteBuffer into) {
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
    public boolean near() {
        return true;
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
