package dev.switchgear.server.door.vertx;

import dev.switchgear.server.door.HttpStream;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Carries bytes from the handler's virtual thread to the client.
///
/// On a connection in clear text that has nothing else to send they go straight from the thread into
/// the socket: an errand to the event loop for each event of each stream would cost more than all else
/// that is done with it. What the socket does not take, the head, the end, and everything under TLS or
/// HTTP/2 goes through the loop. What is written collects in one array, and at most one errand to the
/// loop is under way: a fast writer's pieces leave together, and a slow one costs one errand a piece.
/// Bytes count as held until the socket has taken them.
final class VertxStream implements HttpStream {
    private static final byte[] NOTHING = new byte[0];

    private final VertxExchange exchange;

    /// Takes chunks from any thread; null where only the loop can send.
    private final DoorTransport.@Nullable Socket socket;

    // Guarded by this.
    private byte[] waiting = NOTHING;
    private int length;
    private int leaving;

    /// The framed end of a piece of which the socket took the beginning: goes before `waiting`.
    private byte[] rest = NOTHING;

    private boolean headLeft;
    private boolean errand;
    private boolean ended;
    private boolean torn;
    private @Nullable Thread writer;

    /// Written by the loop, read by the loop.
    private long sent;

    /// @param socket to which HTTP/1.1 chunks may be written; null for none
    VertxStream(VertxExchange exchange, DoorTransport.@Nullable Socket socket) {
        this.exchange = exchange;
        this.socket = socket;
    }

    @Override
    public boolean write(byte[] bytes, int offset, int count) {
        if (count == 0 || straight(bytes, offset, count)) {
            return !exchange.gone();
        }
        int done = 0;
        while (done < count) {
            int taken = take(bytes, offset + done, count - done);
            if (taken < 0) {
                return false;
            }
            done += taken;
            if (taken == 0) {
                LockSupport.park(this);
                if (Thread.currentThread().isInterrupted()) {
                    tear(done);
                    return false;
                }
            }
        }
        return true;
    }

    /// Writes without the loop. False if that is not possible now, and nothing was written.
    private boolean straight(byte[] bytes, int offset, int count) {
        if (socket == null || count > BOUND || !quiet()) {
            return false;
        }
        // Nobody else sends until this thread says so: what the loop sends, it is told by `run`.
        byte[] chunk = chunk(bytes, offset, count);
        int taken;
        try {
            taken = socket.writeNow(ByteBuffer.wrap(chunk));
        } catch (IOException broken) {
            // The loop will find the same, and knows what to do then.
            return false;
        }
        if (taken < chunk.length) {
            leave(Arrays.copyOfRange(chunk, taken, chunk.length));
        }
        return true;
    }

    private synchronized boolean quiet() {
        return headLeft
                && length == 0
                && leaving == 0
                && !errand
                && !ended
                && !torn
                && !exchange.gone();
    }

    private synchronized void leave(byte[] end) {
        rest = end;
        leaving += end.length;
        run();
    }

    /// Framed as RFC 9112 §7.1 says.
    private static byte[] chunk(byte[] bytes, int offset, int count) {
        int digits = (35 - Integer.numberOfLeadingZeros(count)) / 4;
        byte[] chunk = new byte[digits + 2 + count + 2];
        for (int i = 0; i < digits; i++) {
            int digit = (count >>> (4 * (digits - 1 - i))) & 0xf;
            chunk[i] = (byte) Character.forDigit(digit, 16);
        }
        chunk[digits] = '\r';
        chunk[digits + 1] = '\n';
        System.arraycopy(bytes, offset, chunk, digits + 2, count);
        chunk[chunk.length - 2] = '\r';
        chunk[chunk.length - 1] = '\n';
        return chunk;
    }

    /// Takes all that is offered if there is room for it. What is larger than the whole bound goes in
    /// parts, each when nothing else waits.
    ///
    /// @return bytes taken; 0: there is no room yet, and the caller will be unparked; -1: no use
    private synchronized int take(byte[] bytes, int offset, int count) {
        if (ended || torn || exchange.gone()) {
            return -1;
        }
        int held = length + leaving;
        if (held > 0 && held + count > BOUND) {
            writer = Thread.currentThread();
            return 0;
        }
        writer = null;
        int taken = Math.min(count, BOUND);
        append(bytes, offset, taken);
        run();
        return taken;
    }

    private void append(byte[] bytes, int offset, int count) {
        if (length + count > waiting.length) {
            byte[] larger =
                    new byte[length == 0 ? count : Math.max(length + count, 2 * waiting.length)];
            System.arraycopy(waiting, 0, larger, 0, length);
            waiting = larger;
        }
        System.arraycopy(bytes, offset, waiting, length, count);
        length += count;
    }

    private void run() {
        if (!errand) {
            errand = true;
            exchange.line().watch().home().execute(this::leaveNow);
        }
    }

    /// Half of a piece has left and the rest never will: only a broken connection tells the truth.
    private synchronized void tear(int done) {
        writer = null;
        if (done > 0) {
            torn = true;
        }
    }

    @Override
    public void end(byte[] last) {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            if (!torn) {
                append(last, 0, last.length);
                run();
                return;
            }
        }
        exchange.breakOff();
    }

    /// On the loop: what cannot be sent ends the exchange, or its writer would wait for ever.
    private void leaveNow() {
        try {
            handOver();
        } catch (Throwable failure) {
            exchange.broke(failure);
        }
    }

    /// On the loop: hands over everything that waits.
    private void handOver() {
        byte[] bytes;
        int count;
        boolean last;
        byte[] first;
        synchronized (this) {
            errand = false;
            first = rest;
            rest = NOTHING;
            bytes = waiting;
            count = length;
            waiting = NOTHING;
            length = 0;
            leaving += count;
            last = ended;
        }
        if (exchange.gone()) {
            wake();
            return;
        }
        if (first.length > 0) {
            exchange.line().send(first, () -> left(first.length));
        }
        if (count > 0) {
            Buffer buffer = BufferInternal.buffer(Unpooled.wrappedBuffer(bytes, 0, count));
            var _ = exchange.response().write(buffer).onComplete(_ -> left(count));
        }
        if (last) {
            exchange.end(BufferInternal.buffer(Unpooled.EMPTY_BUFFER));
        }
    }

    /// On the loop: the socket has taken `count` bytes, or never will.
    private void left(int count) {
        sent += count;
        Thread waiter;
        synchronized (this) {
            leaving -= count;
            headLeft = true;
            waiter = writer;
        }
        if (waiter != null) {
            LockSupport.unpark(waiter);
        }
    }

    void wake() {
        Thread waiter;
        synchronized (this) {
            waiter = writer;
        }
        if (waiter != null) {
            LockSupport.unpark(waiter);
        }
    }

    synchronized int held() {
        return length + leaving;
    }

    synchronized boolean ended() {
        return ended;
    }

    long sent() {
        return sent;
    }
}
