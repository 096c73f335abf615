package dev.switchgear.wire.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;

/// Never blocks in the system: a wait is a parked thread, which whoever watches the channel unparks.
final class WatchedSocket implements Socket {
    private final SocketChannel channel;
    private final WatchedChannel watched;

    /// Whether more may have come than the last read took.
    private boolean more;

    WatchedSocket(SocketChannel channel, WatchedChannel watched) {
        this.channel = channel;
        this.watched = watched;
    }

    @Override
    public SocketChannel channel() {
        return channel;
    }

    @Override
    public void connect(InetSocketAddress to) throws IOException {
        if (channel.connect(to)) {
            return;
        }
        while (!channel.finishConnect()) {
            watched.awaitConnect();
            checkInterrupt();
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (!more) {
            watched.awaitRead();
            checkInterrupt();
        }
        while (true) {
            int count = channel.read(into);
            if (count != 0) {
                // What did not fill the room was all there was; an end is told by whoever watches.
                more = !into.hasRemaining();
                return count;
            }
            more = false;
            watched.awaitRead();
            checkInterrupt();
        }
    }

    @Override
    public long write(ByteBuffer head, ByteBuffer body) throws IOException {
        while (true) {
            long count =
                    !head.hasRemaining()
                            ? channel.write(body)
                            : body.hasRemaining()
                                    ? channel.write(new ByteBuffer[] {head, body})
                                    : channel.write(head);
            if (count > 0) {
                return count;
            }
            watched.awaitWrite();
            checkInterrupt();
        }
    }

    /// As the JDK's blocking calls do: the channel is closed, and the interrupt stays set.
    private void checkInterrupt() throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            close();
            throw new ClosedByInterruptException();
        }
    }

    @Override
    public int poll(ByteBuffer into) {
        try {
            return channel.read(into);
        } catch (IOException _) {
            // Reset or closed: for a resting connection the same as an end.
            return -1;
        }
    }

    @Override
    public boolean near() {
        return watched.near();
    }

    @Override
    public void close() {
        BlockingSocket.close(channel);
        watched.release();
    }
}
