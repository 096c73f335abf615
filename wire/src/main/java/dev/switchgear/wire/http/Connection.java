package dev.switchgear.wire.http;

import dev.switchgear.core.time.Time;
import dev.switchgear.wire.WireException;
import dev.switchgear.wire.WireException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import javax.net.ssl.SSLException;

/// One connection to an upstream, and what happens to it: every wait is watched, every end is
/// named. Used by one thread at a time, but for [#cancel].
final class Connection implements ByteSource, Watchdog.Held {
    /// What we are waiting for; decides what an overdue wait is called.
    enum Phase {
        CONNECT,
        SEND,
        HEAD,
        BODY
    }

    /// The moment a wait is overdue does not move with its begin.
    private static final long FIXED = -1;

    /// How long an overdue wait still lasts where bytes may have come that nobody has read yet.
    private static final long LOOK_NANOS = Duration.ofMillis(20).toNanos();

    private final Socket socket;
    private final Watchdog.Watch watch;
    private final Time time;
    private final ConnectionKey key;
    private final Intake intake = new Intake(this);
    private final long bornNanos;

    private Link link;
    private Phase phase = Phase.CONNECT;

    /// When the wait is overdue, were this program never late.
    private long phaseNanos;

    /// What the wait was armed for.
    private long dueNanos;

    private long deadlineNanos;

    /// How late this program was, all in all, when the wait or its phase began.
    private long lateBeforeNanos;

    private boolean looked;
    private long restingSinceNanos;
    private long pauseNanos = FIXED;
    private boolean leaving;
    private boolean spoiled;
    private volatile boolean cancelled;

    /// Not connected yet: [Dial] does that.
    Connection(Socket socket, ConnectionKey key, Watchdog watchdog, Time time) {
        this.socket = socket;
        this.key = key;
        this.time = time;
        this.link = new PlainLink(socket);
        this.watch = watchdog.watch(this);
        this.bornNanos = time.nanos();
    }

    ConnectionKey key() {
        return key;
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

    boolean near() {
        return socket.near();
    }

    /// The next waits belong to `next`, and are overdue at `atNanos` or the deadline.
    void expect(Phase next, long atNanos, long deadline) {
        phase = next;
        pauseNanos = FIXED;
        deadlineNanos = deadline;
        phaseNanos = atNanos;
        lateBeforeNanos = time.lateNanos(time.nanos());
        looked = false;
    }

    /// The head is in: the body's first bytes may take what is left of the head's time.
    void body() {
        phase = Phase.BODY;
        pauseNanos = FIXED;
    }

    /// From now on each wait is overdue `nanos` after its begin.
    void pauseAtMost(long nanos) {
        pauseNanos = nanos;
        looked = false;
    }

    /// What may block and fail for the network's reasons.
    interface Step<T> {
        T run() throws IOException;
    }

    /// Runs `step` as a watched wait.
    <T> T watched(Step<T> step) throws WireException {
        begin(false);
        T result;
        try {
            result = step.run();
        } catch (IOException e) {
            throw named(e, !watch.disarm());
        }
        disarm();
        return result;
    }

    @Override
    public int read(ByteBuffer into) throws WireException {
        begin(true);
        int count;
        try {
            count = link.read(into);
        } catch (IOException e) {
            throw named(e, !watch.disarm());
        }
        disarm();
        return count;
    }

    /// @param reading whether what it waits for may be there already
    private void begin(boolean reading) throws WireException {
        long now = time.nanos();
        if (pauseNanos != FIXED) {
            phaseNanos = now + pauseNanos;
            lateBeforeNanos = time.lateNanos(now);
        }
        dueNanos = due(now);
        if (dueNanos - now <= 0) {
            if (!reading || looked) {
                throw overdue();
            }
            // What is here already is taken, once: it came in time, and only we were late to read
            // it.
            looked = true;
            dueNanos = now + LOOK_NANOS;
        }
        watch.arm(dueNanos);
    }

    /// When the wait is overdue: this program's own lateness is not counted, but the call's deadline
    /// stays.
    private long due(long nowNanos) {
        long at = phaseNanos + Math.max(0, time.lateNanos(nowNanos) - lateBeforeNanos);
        return at - deadlineNanos < 0 ? at : deadlineNanos;
    }

    /// Where this program was late, the thread that waits gets a moment more in any case: its bytes may
    /// be here, and its turn about to come. The fields are read past the holder's thread; should that
    /// have armed anew meanwhile, nothing comes of it.
    @Override
    public long overdueFrom(long armedNanos, long nowNanos) {
        long own = time.lateNanos(nowNanos) - lateBeforeNanos;
        if (own <= 0) {
            return armedNanos;
        }
        long due = due(nowNanos);
        if (due - nowNanos > 0) {
            return due;
        }
        return nowNanos - armedNanos > LOOK_NANOS ? nowNanos + LOOK_NANOS : armedNanos;
    }

    @Override
    public void end() {
        socket.close();
    }

    private void disarm() throws WireException {
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
        begin(false);
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
        disarm();
        return true;
    }

    private WireException overdue() {
        boolean deadline = phaseNanos - deadlineNanos >= 0 || deadlineNanos - time.nanos() <= 0;
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
