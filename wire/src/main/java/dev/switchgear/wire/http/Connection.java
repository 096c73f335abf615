package dev.switchgear.wire.http;

import dev.switchgear.core.time.Time;
import dev.switchgear.wire.WireException;
import dev.switchgear.wire.WireException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLException;

/// One connection to an upstream, and what happens to it: every wait is watched, every end is
/// named. Used by one thread at a time, but for [#cancel].
final class Connection implements ByteSource {
    /// What we are waiting for; decides what an overdue wait is called.
    enum Phase {
        CONNECT,
        SEND,
        HEAD,
        BODY
    }

    /// The moment a wait is overdue does not move with its begin.
    private static final long FIXED = -1;

    private final SocketChannel channel;
    private final Watchdog.Watch watch;
    private final Time time;
    private final ConnectionKey key;
    private final Intake intake = new Intake(this);
    private final long bornNanos;

    private Link link;
    private Phase phase = Phase.CONNECT;
    private long dueNanos;
    private long deadlineNanos;
    private long restingSinceNanos;
    private long pauseNanos = FIXED;
    private boolean leaving;
    private boolean spoiled;
    private volatile boolean cancelled;

    /// Not connected yet: [Dial] does that.
    Connection(SocketChannel channel, ConnectionKey key, Watchdog watchdog, Time time) {
        this.channel = channel;
        this.key = key;
        this.time = time;
        this.link = new PlainLink(channel);
        this.watch = watchdog.watch(() -> PlainLink.close(channel));
        this.bornNanos = time.nanos();
    }

    ConnectionKey key() {
        return key;
    }

    SocketChannel channel() {
        return channel;
    }

    Intake intake() {
        return intake;
    }

    long bornNanos() {
        return bornNanos;
    }

    long restingSinceNanos() {
        return restingSinceNanos;
    }

    /// From here on bytes pass through `link`.
    void through(Link secured) {
        link = secured;
    }

    /// Whether a request broke off on it; the answer may come, but nothing after it.
    boolean spoiled() {
        return spoiled;
    }

    void rest() {
        intake.clear();
        restingSinceNanos = time.nanos();
    }

    boolean fit() {
        return link.fit();
    }

    /// The next waits belong to `next`, and are overdue at `atNanos` or the deadline.
    void expect(Phase next, long atNanos, long deadline) {
        phase = next;
        pauseNanos = FIXED;
        deadlineNanos = deadline;
        dueNanos = atNanos - deadline < 0 ? atNanos : deadline;
    }

    /// The head is in: the body's first bytes may take what is left of the head's time.
    void body() {
        phase = Phase.BODY;
        pauseNanos = FIXED;
    }

    /// From now on each wait is overdue `nanos` after its begin.
    void pauseAtMost(long nanos) {
        pauseNanos = nanos;
    }

    /// What may block and fail for the network's reasons.
    interface Step<T> {
        T run() throws IOException;
    }

    /// Runs `step` as a watched wait.
    <T> T watched(Step<T> step) throws WireException {
        begin();
        T result;
        try {
            result = step.run();
        } catch (IOException e) {
            throw named(e, !watch.disarm());
        }
        end();
        return result;
    }

    @Override
    public int read(ByteBuffer into) throws WireException {
        begin();
        int count;
        try {
            count = link.read(into);
        } catch (IOException e) {
            throw named(e, !watch.disarm());
        }
        end();
        return count;
    }

    private void begin() throws WireException {
        long now = time.nanos();
        if (pauseNanos != FIXED) {
            long atNanos = now + pauseNanos;
            dueNanos = atNanos - deadlineNanos < 0 ? atNanos : deadlineNanos;
        }
        if (dueNanos - now <= 0) {
            throw overdue();
        }
        watch.arm(dueNanos);
    }

    private void end() throws WireException {
        if (!watch.disarm()) {
            throw overdue();
        }
    }

    @Override
    public boolean endIsCertain() {
        return link.endIsCertain();
    }

    /// Sends head and body. False if the connection proved dead before one byte had left.
    ///
    /// A request that breaks off after some bytes counts as sent: the upstream may have answered
    /// early (413, 401), and if it has not, reading will say that the connection is lost.
    boolean send(ByteBuffer head, ByteBuffer body) throws WireException {
        leaving = false;
        begin();
        leaving = true;
        long before = link.taken();
        try {
            link.write(head, body);
        } catch (IOException e) {
            boolean overdue = !watch.disarm();
            if (overdue || cancelled || e instanceof ClosedChannelException) {
                throw named(e, overdue);
            }
            spoiled = true;
            leaving = link.taken() > before;
            return leaving;
        }
        end();
        return true;
    }

    private WireException overdue() {
        boolean deadline = dueNanos == deadlineNanos;
        Kind kind =
                deadline
                        ? Kind.DEADLINE
                        : switch (phase) {
                            case CONNECT -> Kind.CONNECT_TIMEOUT;
                            case SEND, HEAD -> Kind.HEAD_TIMEOUT;
                            case BODY -> Kind.READ_TIMEOUT;
                        };
        String what =
                switch (phase) {
                    case CONNECT -> "while connecting";
                    case SEND -> "while the request was being sent";
                    case HEAD -> "before the response head";
                    case BODY -> "within the response body";
                };
        return new WireException(
                kind,
                leaving,
                (deadline ? "the call's deadline passed " : "no progress in time ") + what);
    }

    /// What an I/O error means, once we know what we did ourselves.
    WireException named(IOException e, boolean overdue) {
        if (overdue) {
            return overdue();
        }
        if (cancelled
                || Thread.currentThread().isInterrupted()
                || e instanceof ClosedChannelException) {
            return cancelled(leaving, e);
        }
        if (phase == Phase.CONNECT) {
            return TlsTrouble.of(e, key.authority())
                    .orElseGet(() -> new WireException(Kind.CONNECT_FAILED, false, describe(e), e));
        }
        Kind kind = e instanceof SSLException ? Kind.TLS_FAILED : Kind.CONNECTION_LOST;
        return new WireException(kind, leaving, describe(e), e);
    }

    private static WireException cancelled(boolean mayHaveActed, Throwable cause) {
        return new WireException(Kind.CANCELLED, mayHaveActed, "the exchange was cancelled", cause);
    }

    private String describe(IOException e) {
        String message = e.getMessage();
        return key.authority() + ": " + (message == null ? e.getClass().getSimpleName() : message);
    }

    /// Ends the exchange from any thread: whoever is blocked here learns that it was cancelled.
    void cancel() {
        cancelled = true;
        close();
    }

    void close() {
        watch.release();
        link.close();
    }
}
