package dev.switchgear.wire.http;

import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.Headers;
import dev.switchgear.wire.WireException;
import dev.switchgear.wire.WireException.Kind;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;

/// A response on a connection. The connection is given back as soon as the body's end is seen, not
/// only when the reader closes.
final class Http1Exchange implements Exchange {
    private enum State {
        OPEN,
        /// The body ended; the connection belongs to somebody else.
        ENDED,
        CLOSED
    }

    private static final int FIRST_SIZE = 8 * 1024;

    private final Head head;
    private final Decoded body;
    private final Connection connection;
    private final Pool pool;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

    Http1Exchange(Head head, Decoded body, Connection connection, Pool pool) {
        this.head = head;
        this.body = body;
        this.connection = connection;
        this.pool = pool;
        if (body.ended()) {
            release();
        }
    }

    @Override
    public int status() {
        return head.status();
    }

    @Override
    public Headers headers() {
        return body.headers();
    }

    @Override
    public void waitAtMost(Duration pause) {
        if (state.get() == State.OPEN) {
            connection.pauseAtMost(pause.toNanos());
        }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws WireException {
        if (state.get() == State.ENDED) {
            return -1;
        }
        if (state.get() == State.CLOSED) {
            throw closed();
        }
        int count;
        try {
            count = body.read(buffer, offset, length);
        } catch (WireException e) {
            abort();
            body.abandon();
            throw e;
        }
        if (body.ended() && !release()) {
            throw closed();
        }
        return count;
    }

    @Override
    public byte[] readAll(int limit) throws WireException {
        long announced = body.announced();
        if (announced > limit) {
            abort();
            throw tooLarge(limit);
        }
        byte[] bytes = new byte[announced >= 0 ? (int) announced : Math.min(limit, FIRST_SIZE)];
        int length = 0;
        while (true) {
            if (length == bytes.length) {
                // One byte more than allowed shows that the body goes on.
                byte[] probe = new byte[1];
                int more = read(probe, 0, 1);
                if (more < 0) {
                    return bytes;
                }
                if (length == limit) {
                    abort();
                    throw tooLarge(limit);
                }
                bytes = Arrays.copyOf(bytes, (int) Math.min(limit, Math.max(16, 2L * length)));
                bytes[length++] = probe[0];
            }
            int count = read(bytes, length, bytes.length - length);
            if (count < 0) {
                return Arrays.copyOf(bytes, length);
            }
            length += count;
        }
    }

    private static WireException tooLarge(int limit) {
        return new WireException(
                Kind.TOO_LARGE,
                true,
                "the response body exceeds "
                        + limit
                        + " bytes (setting server.limits.answer-bytes)");
    }

    private static WireException closed() {
        return new WireException(Kind.CANCELLED, true, "the exchange was closed");
    }

    /// False if another thread closed first.
    private boolean release() {
        if (!state.compareAndSet(State.OPEN, State.ENDED)) {
            return false;
        }
        boolean silent = connection.intake().buffered() == 0;
        if (silent && body.framed().leavesConnectionUsable() && !connection.spoiled()) {
            pool.give(connection);
        } else {
            connection.close();
        }
        return true;
    }

    private void abort() {
        if (state.compareAndSet(State.OPEN, State.CLOSED)) {
            connection.close();
        }
    }

    @Override
    public void close() {
        if (state.compareAndSet(State.OPEN, State.CLOSED)) {
            connection.cancel();
        }
    }
}
