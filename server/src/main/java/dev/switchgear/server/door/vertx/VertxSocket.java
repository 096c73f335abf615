package dev.switchgear.server.door.vertx;

import dev.switchgear.server.door.DoorSocket;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.HttpHandler;
import dev.switchgear.server.door.SocketMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A socket on its connection. The loop reads frames, collects a message and answers what the protocol
/// itself asks; the exchange's thread takes one message after the other, and while it has not, no
/// further one is read. What is sent goes straight into the connection where nothing else waits for it,
/// as with [VertxStream], else through the loop.
final class VertxSocket implements DoorSocket, SocketIntake.Owner {
    /// A client of which nothing was heard for so long is asked whether it is there.
    static final long PING_MILLIS = 20_000;

    /// How often it is looked whether the client would still be let in.
    private static final long ADMISSION_MILLIS = 1_000;

    /// How long the client's farewell is waited for after ours.
    private static final long FAREWELL_MILLIS = 2_000;

    private static final int NORMAL = 1000;
    private static final int GOING_AWAY = 1001;
    private static final int VIOLATION = 1008;
    private static final int TOO_LARGE = 1009;
    private static final int DEFECT = 1011;
    private static final int REASON_MOST = 120;
    private static final int TEXT = 0x81;
    private static final int CLOSE = 0x88;
    private static final int PING = 0x89;
    private static final int PONG = 0x8a;
    private static final Logger LOG = LoggerFactory.getLogger(VertxSocket.class);

    private final VertxDoor door;
    private final VertxExchange exchange;
    private final VertxConnection line;
    private final DoorTransport.@Nullable Socket socket;
    private final SocketIntake intake;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Condition news = lock.newCondition();

    /// Of the exchange's thread: the message that came last was too large.
    private boolean tooLarge;

    // Guarded by the lock.
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
    private int waitingBytes;
    private int leaving;
    private boolean headLeft;
    private boolean errand;
    private boolean farewellSaid;
    private boolean ended;
    private boolean closingTold;
    private boolean closing;
    private @Nullable SocketMessage next;

    // Of the loop.
    /// By which the client was let in last; nobody's yet, since what is in force may have changed while
    /// the socket was opened.
    private Object edition = this;

    private long admittedMillis;
    private long heardMillis;
    private boolean asked;
    private boolean farewellLeft;
    private long farewellMillis;
    private long sent;

    VertxSocket(VertxDoor door, VertxExchange exchange, VertxConnection line) {
        this.door = door;
        this.exchange = exchange;
        this.line = line;
        this.socket = line.socket();
        this.intake = new SocketIntake(door, line, this);
    }

    // What the exchange's thread and others do.

    @Override
    public SocketMessage receive() {
        if (tooLarge) {
            close(TOO_LARGE, "the message was too large");
        }
        SocketMessage message = await();
        return switch (message) {
            case SocketMessage.Whole whole -> {
                onLoop(intake::taken);
                yield whole.text() && !SocketFrames.isUtf8(ByteBuffer.wrap(whole.bytes()))
                        ? notText(whole)
                        : whole;
            }
            case SocketMessage.Refused refused -> {
                tooLarge = refused.status() == 413;
                onLoop(intake::taken);
                yield refused;
            }
            case SocketMessage.Closing _, SocketMessage.Closed _ -> message;
        };
    }

    private SocketMessage notText(SocketMessage.Whole message) {
        message.memory().giveBack();
        close(SocketFrames.NOT_UTF_8, "a text message that is not UTF-8");
        return new SocketMessage.Closed();
    }

    private SocketMessage await() {
        lock.lock();
        try {
            while (true) {
                SocketMessage came = next;
                if (came != null && !ended) {
                    next = null;
                    return came;
                }
                if (ended || farewellSaid) {
                    return new SocketMessage.Closed();
                }
                if (closing && !closingTold) {
                    closingTold = true;
                    return new SocketMessage.Closing();
                }
                news.await();
            }
        } catch (InterruptedException interrupted) {
            // The door has no more time, or the client has gone.
            if (exchange.gone() || closingTold) {
                return new SocketMessage.Closed();
            }
            closingTold = true;
            return new SocketMessage.Closing();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean send(byte[] utf8) {
        byte[] frame = frame(TEXT, utf8);
        lock.lock();
        try {
            while (!ended && !farewellSaid) {
                if (straight(frame)) {
                    return true;
                }
                int held = waitingBytes + leaving;
                if (held == 0 || held + frame.length <= BOUND) {
                    add(frame);
                    return true;
                }
                room.await();
            }
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /// Writes without the loop, under the lock. False if that is not possible now, and nothing was
    /// written.
    private boolean straight(byte[] frame) {
        if (socket == null
                || !headLeft
                || waitingBytes > 0
                || leaving > 0
                || errand
                || frame.length > BOUND) {
            return false;
        }
        int taken;
        try {
            taken = socket.writeNow(ByteBuffer.wrap(frame));
        } catch (IOException broken) {
            // The loop will find the same, and knows what to do then.
            return false;
        }
        if (taken < frame.length) {
            add(Arrays.copyOfRange(frame, taken, frame.length));
        }
        return true;
    }

    private void add(byte[] bytes) {
        waiting.add(bytes);
        waitingBytes += bytes.length;
        if (!errand) {
            errand = true;
            onLoop(this::handOver);
        }
    }

    @Override
    public void close(int code, String reason) {
        byte[] said = reason.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(said.length, REASON_MOST);
        while (length > 0 && length < said.length && (said[length] & 0xc0) == 0x80) {
            length--;
        }
        byte[] data = new byte[2 + length];
        data[0] = (byte) (code >> 8);
        data[1] = (byte) code;
        System.arraycopy(said, 0, data, 2, length);
        farewell(data);
    }

    private void farewell(byte[] data) {
        lock.lock();
        try {
            if (!farewellSaid && !ended) {
                farewellSaid = true;
                add(frame(CLOSE, data));
                wake();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean over() {
        lock.lock();
        try {
            return ended || farewellSaid;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void serve(HttpExchange message) {
        door.handler().handle(message);
    }

    private static byte[] frame(int first, byte[] data) {
        int extra = data.length < 126 ? 0 : data.length < 65_536 ? 2 : 8;
        byte[] frame = new byte[2 + extra + data.length];
        frame[0] = (byte) first;
        frame[1] = (byte) (extra == 0 ? data.length : extra == 2 ? 126 : 127);
        for (int i = 0; i < extra; i++) {
            int shift = 8 * (extra - 1 - i);
            frame[2 + i] = shift > 24 ? 0 : (byte) (data.length >>> shift);
        }
        System.arraycopy(data, 0, frame, 2 + extra, data.length);
        return frame;
    }

    private void wake() {
        room.signalAll();
        news.signalAll();
    }

    // What the loop does.

    /// The connection is a socket from now on.
    void begin(byte[] head) {
        heardMillis = line.watch().millis();
        if (door.closing()) {
            ending();
        }
        line.send(
                Unpooled.wrappedBuffer(head),
                () -> {
                    lock.lock();
                    try {
                        headLeft = true;
                    } finally {
                        lock.unlock();
                    }
                });
    }

    void read(ByteBuf bytes) {
        heardMillis = line.watch().millis();
        asked = false;
        intake.read(bytes);
    }

    /// Sends all that waits; under way until the connection has taken it.
    private void handOver() {
        byte[][] frames;
        int count;
        boolean last;
        lock.lock();
        try {
            errand = false;
            frames = waiting.toArray(byte[][]::new);
            count = waitingBytes;
            waiting.clear();
            waitingBytes = 0;
            leaving += count;
            last = farewellSaid;
        } finally {
            lock.unlock();
        }
        if (count == 0) {
            return;
        }
        if (last) {
            farewellLeft = true;
            farewellMillis = line.watch().millis();
        }
        line.send(
                Unpooled.wrappedBuffer(frames),
                () -> {
                    left(count);
                    if (last) {
                        parted();
                    }
                });
    }

    private void left(int count) {
        sent += count;
        lock.lock();
        try {
            leaving -= count;
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Our farewell has left: the exchange is over, and the connection once the client has said its own.
    private void parted() {
        exchange.partedFromSocket();
        if (intake.over()) {
            line.linger();
        }
    }

    @Override
    public void came(SocketMessage message) {
        lock.lock();
        try {
            next = message;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void ping(byte[] data) {
        control(PONG, data);
    }

    private void control(int kind, byte[] data) {
        lock.lock();
        try {
            if (!farewellSaid && !ended) {
                add(frame(kind, data));
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void farewell(int code) {
        if (farewellLeft) {
            line.linger();
            return;
        }
        farewell(
                code == SocketFrames.NO_CODE
                        ? new byte[0]
                        : new byte[] {(byte) (code >> 8), (byte) code});
        exchange.leftSocket();
    }

    @Override
    public void flawed(int code, String reason) {
        close(code, reason);
        exchange.leftSocket();
    }

    /// Whoever served the socket has nothing more to say.
    void served() {
        close(NORMAL, "");
    }

    /// Whoever served the socket broke down.
    void failed() {
        close(DEFECT, "the gateway failed");
    }

    /// The door is closing.
    void ending() {
        lock.lock();
        try {
            closing = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The connection is gone.
    void lost() {
        lock.lock();
        try {
            ended = true;
            waiting.clear();
            waitingBytes = 0;
            wake();
            if (next instanceof SocketMessage.Whole whole) {
                next = null;
                whole.memory().giveBack();
            }
        } finally {
            lock.unlock();
        }
        intake.release();
    }

    void sweep(long nowMillis) {
        if (farewellLeft) {
            if (nowMillis - farewellMillis >= FAREWELL_MILLIS) {
                line.breakOff();
            }
            return;
        }
        intake.sweep(nowMillis);
        if (nowMillis - admittedMillis >= ADMISSION_MILLIS) {
            admittedMillis = nowMillis;
            admit();
        }
        long silent = nowMillis - heardMillis;
        long idle = door.limits().idle().toMillis();
        if (silent >= idle && !intake.held()) {
            LOG.debug("{} answers no more", line.remote());
            close(GOING_AWAY, "nothing was heard of you for " + idle / 1000 + " s");
            exchange.leftSocket();
        } else if (!asked && silent >= Math.min(PING_MILLIS, idle / 2)) {
            asked = true;
            control(PING, new byte[0]);
        }
    }

    /// Who would not be let in any more, by what has come into force since, has to go.
    @SuppressWarnings("ReferenceEquality") // An edition is itself, and nothing more.
    private void admit() {
        HttpHandler handler = door.handler();
        Object now = handler.edition();
        if (now != edition) {
            edition = now;
            if (!handler.admits(exchange)) {
                close(VIOLATION, "the key is not accepted any more");
                exchange.leftSocket();
            }
        }
    }

    int held() {
        lock.lock();
        try {
            return waitingBytes + leaving;
        } finally {
            lock.unlock();
        }
    }

    long sent() {
        return sent;
    }

    private void onLoop(Runnable task) {
        exchange.onLoop(task);
    }
}
