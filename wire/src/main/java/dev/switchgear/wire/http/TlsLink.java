package dev.switchgear.wire.http;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/// TLS over the channel.
///
/// An engine rather than the JDK's TLS socket, because only with our own hand on the channel do we
/// know whether a byte of the request has left, and can ask a resting connection whether it still
/// lives. The buffers for whole records exist only while a record is under way.
final class TlsLink implements Link {
    private static final ByteBuffer NONE = ByteBuffer.allocate(0);
    private static final int FIRST_SIZE = 4 * 1024;

    /// More than any handshake takes; a peer that never finishes is cut off by the timeout first.
    private static final int STEPS_MAX = 1000;

    private final Socket socket;
    private final SSLEngine engine;

    /// Encrypted bytes that have come, ready to be unwrapped.
    private ByteBuffer encrypted = NONE;

    /// Decrypted bytes that did not fit where they were wanted.
    private ByteBuffer decrypted = NONE;

    private long taken;
    private boolean endIsCertain;

    TlsLink(Socket socket, SSLEngine engine) {
        this.socket = socket;
        this.engine = engine;
    }

    /// @throws SSLException when the peer's certificate or TLS is not to our liking
    void handshake() throws IOException {
        engine.beginHandshake();
        for (int step = 0; step < STEPS_MAX; step++) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> runTasks();
                case NEED_WRAP -> flushHandshake();
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    if (unwrap(NONE) < 0) {
                        throw new SSLHandshakeException("the peer closed during the handshake");
                    }
                }
                case FINISHED, NOT_HANDSHAKING -> {
                    taken = 0;
                    return;
                }
            }
        }
        throw new SSLHandshakeException("the handshake does not end");
    }

    private void runTasks() {
        for (Runnable task = engine.getDelegatedTask();
                task != null;
                task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    private void flushHandshake() throws IOException {
        ByteBuffer out = packet();
        SSLEngineResult result = engine.wrap(NONE, out);
        flush(out);
        if (result.getStatus() == Status.CLOSED) {
            throw new SSLHandshakeException("TLS was closed");
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        while (true) {
            if (decrypted.hasRemaining()) {
                return takeDecrypted(into);
            }
            int count = unwrap(into);
            if (count != 0) {
                return count;
            }
        }
    }

    private int takeDecrypted(ByteBuffer into) {
        int count = Math.min(into.remaining(), decrypted.remaining());
        into.put(into.position(), decrypted, decrypted.position(), count);
        into.position(into.position() + count);
        decrypted.position(decrypted.position() + count);
        if (!decrypted.hasRemaining()) {
            decrypted = NONE;
        }
        return count;
    }

    /// Takes one step: unwraps a record, or gets more encrypted bytes.
    ///
    /// @return how many decrypted bytes went into `into`; 0 if none, or if they went to `decrypted`;
    ///     -1 at the end
    private int unwrap(ByteBuffer into) throws IOException {
        int before = into.position();
        SSLEngineResult result = engine.unwrap(encrypted, into);
        if (result.getStatus() == Status.BUFFER_OVERFLOW) {
            var whole = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
            result = engine.unwrap(encrypted, whole);
            decrypted = whole.flip();
        }
        return switch (result.getStatus()) {
            case OK -> {
                settle(result.getHandshakeStatus());
                if (!encrypted.hasRemaining() && encrypted.capacity() > FIRST_SIZE) {
                    encrypted = NONE;
                }
                yield into.position() - before;
            }
            case CLOSED -> {
                endIsCertain = true;
                yield -1;
            }
            case BUFFER_UNDERFLOW -> fetch(true) > 0 ? 0 : -1;
            case BUFFER_OVERFLOW -> throw new SSLException("a TLS record larger than agreed");
        };
    }

    /// What TLS itself wants to say or do between records: a key update, for one.
    private void settle(HandshakeStatus status) throws IOException {
        switch (status) {
            case NEED_TASK -> runTasks();
            case NEED_WRAP -> {
                if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                    flushHandshake();
                }
            }
            case FINISHED, NOT_HANDSHAKING, NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {}
        }
    }

    private int fetch(boolean mayWait) throws IOException {
        encrypted = withRoom(encrypted);
        encrypted.compact();
        int count = mayWait ? socket.read(encrypted) : socket.poll(encrypted);
        encrypted.flip();
        return count;
    }

    /// The buffer with its unread bytes, and space behind them for the rest of a record.
    private ByteBuffer withRoom(ByteBuffer buffer) {
        if (buffer.remaining() < buffer.capacity()) {
            return buffer;
        }
        int size = buffer.capacity() == 0 ? FIRST_SIZE : engine.getSession().getPacketBufferSize();
        // A record may be larger than announced by a little; never more than double.
        size = size > buffer.capacity() ? size : buffer.capacity() * 2;
        return ByteBuffer.allocate(size).put(buffer).flip();
    }

    @Override
    public void write(ByteBuffer head, ByteBuffer body) throws IOException {
        ByteBuffer[] both = {head, body};
        ByteBuffer out = packet();
        while (head.hasRemaining() || body.hasRemaining()) {
            SSLEngineResult result = engine.wrap(both, out);
            switch (result.getStatus()) {
                case OK -> flush(out);
                case CLOSED -> throw new EOFException("the peer has closed TLS");
                case BUFFER_OVERFLOW, BUFFER_UNDERFLOW ->
                        throw new SSLException("a TLS record larger than agreed");
            }
        }
    }

    private void flush(ByteBuffer out) throws IOException {
        out.flip();
        while (out.hasRemaining()) {
            taken += socket.write(out, NONE);
        }
        out.clear();
    }

    private ByteBuffer packet() {
        return ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    }

    @Override
    public long taken() {
        return taken;
    }

    @Override
    public boolean endIsCertain() {
        return endIsCertain;
    }

    /// TLS may have spoken while the connection rested (session tickets): that is no harm, data is.
    @Override
    public boolean fit() {
        try {
            for (int step = 0; step < STEPS_MAX; step++) {
                int count = decrypted.hasRemaining() ? -1 : fetch(false);
                if (count <= 0) {
                    return count == 0;
                }
                if (!swallow()) {
                    return false;
                }
            }
        } catch (IOException _) {
            // A broken record: the connection is not fit, which is all that was asked.
        }
        return false;
    }

    /// Unwraps what has come. False if it is more than TLS talking to itself.
    private boolean swallow() throws IOException {
        while (encrypted.hasRemaining()) {
            SSLEngineResult result = engine.unwrap(encrypted, NONE);
            switch (result.getStatus()) {
                case OK -> settle(result.getHandshakeStatus());
                case BUFFER_UNDERFLOW -> {
                    return true;
                }
                case BUFFER_OVERFLOW, CLOSED -> {
                    return false;
                }
            }
        }
        return true;
    }

    @Override
    public void close() {
        socket.close();
    }
}
