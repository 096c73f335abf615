package dev.switchgear.wire.http;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Bytes straight from and to the socket.
final class PlainLink implements Link {
    /// The JDK copies heap bytes through a cached native buffer as large as the write.
    private static final int PIECE = 64 * 1024;

    private final Socket socket;
    private long taken;

    PlainLink(Socket socket) {
        this.socket = socket;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        return socket.read(into);
    }

    @Override
    public void write(ByteBuffer head, ByteBuffer body) throws IOException {
        while (head.hasRemaining() || body.hasRemaining()) {
            int end = body.limit();
            body.limit(Math.min(end, body.position() + PIECE));
            taken += socket.write(head, body);
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
        return socket.poll(ByteBuffer.allocate(1)) == 0;
    }

    @Override
    public void close() {
        socket.close();
    }
}
