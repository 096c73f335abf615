package dev.switchgear.wire.http;

import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.time.Time;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.OutgoingRequest;
import dev.switchgear.wire.Transport;
import dev.switchgear.wire.WireException;
import dev.switchgear.wire.WireException.Kind;
import dev.switchgear.wire.egress.EgressGuard;
import dev.switchgear.wire.http.Connection.Phase;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// HTTP/1.1 to providers, blocking, one request at a time on a connection. It exists for two things
/// that no library client gives: it knows whether a byte of the request has left, and it connects
/// to exactly the address that was checked. It follows no redirect and answers no challenge.
///
/// An interrupt of the calling thread, or [Exchange#close] from another, ends a wait at once and
/// closes the connection; the interrupt stays set. Thread-safe. How many connections are open is
/// bounded by how many threads call, plus the resting ones.
public final class Connector implements Transport, AutoCloseable {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /// A request may leave as slowly as 256 KiB a second.
    private static final long SLOWEST_NANOS_A_BYTE = 1_000_000_000 / (256 * 1024);

    private final ConnectorSettings settings;
    private final Time time;
    private final Watchdog watchdog;
    private final Pool pool;
    private final Lookups lookups = new Lookups();
    private final Dial dial;
    private volatile boolean closed;

    /// @throws IllegalArgumentException when an extra certificate file cannot be used
    public Connector(EgressGuard guard, ConnectorSettings settings, Time time) {
        this(guard, settings, Optional.empty(), time);
    }

    /// A connector whose channels `readiness` watches; without, it waits as the JDK does.
    ///
    /// @throws IllegalArgumentException when an extra certificate file cannot be used
    public Connector(
            EgressGuard guard,
            ConnectorSettings settings,
            Optional<Readiness> readiness,
            Time time) {
        this.settings = settings;
        this.time = time;
        this.watchdog = new Watchdog(time);
        this.pool = new Pool(settings, time);
        this.dial =
                new Dial(
                        guard,
                        lookups,
                        new Tls(settings.extraCertificates()),
                        watchdog,
                        readiness,
                        time);
    }

    /// Reads authorities as a connector that trusts them does.
    ///
    /// @throws IllegalArgumentException when one of the files cannot be used
    public static void checkAuthorities(List<Path> files) {
        var _ = new Tls(files);
    }

    @Override
    public Exchange send(
            Endpoint endpoint,
            String poolKey,
            OutgoingRequest request,
            Timeouts timeouts,
            Deadline deadline)
            throws WireException {
        checkMayStart(deadline);
        var key = new ConnectionKey(endpoint.scheme(), endpoint.host(), endpoint.port(), poolKey);
        Optional<Connection> rested = pool.take(key);
        if (rested.isPresent()) {
            Connection connection = rested.get();
            if (sent(connection, endpoint, request, timeouts, deadline)) {
                return await(connection, request, timeouts, deadline);
            }
            connection.close();
            // It proved dead before the first byte: the one case of a second try.
        }
        Connection fresh = dial.open(endpoint, key, timeouts.connect(), deadline);
        if (!sent(fresh, endpoint, request, timeouts, deadline)) {
            fresh.close();
            throw new WireException(
                    Kind.CONNECTION_LOST,
                    false,
                    endpoint.authority() + ": the new connection broke before the first byte");
        }
        return await(fresh, request, timeouts, deadline);
    }

    private void checkMayStart(Deadline deadline) throws WireException {
        if (Thread.currentThread().isInterrupted()) {
            throw new WireException(Kind.CANCELLED, false, "cancelled before anything was sent");
        }
        if (closed) {
            throw new WireException(Kind.CANCELLED, false, "the connector is closed");
        }
        if (deadline.passed(time)) {
            throw new WireException(
                    Kind.DEADLINE, false, "the call's deadline passed before anything was sent");
        }
    }

    /// False if not one byte left. The connection is closed when this throws.
    private boolean sent(
            Connection connection,
            Endpoint endpoint,
            OutgoingRequest request,
            Timeouts timeouts,
            Deadline deadline)
            throws WireException {
        boolean done = false;
        try {
            Intake intake = connection.intake();
            byte[] body = request.body();
            int length = RequestHead.write(endpoint, request, intake);
            byte[] scratch = intake.bytes();
            // How long an answer may take says nothing of how long a large request does.
            long toLeaveNanos = (long) body.length * SLOWEST_NANOS_A_BYTE;
            connection.expect(
                    Phase.SEND,
                    time.nanos() + timeouts.head().toNanos() + toLeaveNanos,
                    deadline.atNanos());
            boolean sent;
            if (length + body.length <= scratch.length) {
                System.arraycopy(body, 0, scratch, length, body.length);
                sent = connection.send(ByteBuffer.wrap(scratch, 0, length + body.length), NOTHING);
            } else {
                sent = connection.send(ByteBuffer.wrap(scratch, 0, length), ByteBuffer.wrap(body));
            }
            done = true;
            return sent;
        } finally {
            if (!done) {
                connection.close();
            }
        }
    }

    private Exchange await(
            Connection connection, OutgoingRequest request, Timeouts timeouts, Deadline deadline)
            throws WireException {
        boolean done = false;
        try {
            connection.expect(
                    Phase.HEAD, time.nanos() + timeouts.head().toNanos(), deadline.atNanos());
            ResponseLimits limits = settings.response();
            Intake intake = connection.intake();
            Head head = Head.read(intake, limits);
            Body framed = Body.of(head, request.method(), intake, limits);
            connection.body();
            Decoded body = Decoded.of(head, framed, limits);
            var exchange = new Http1Exchange(head, body, connection, pool);
            done = true;
            return exchange;
        } finally {
            if (!done) {
                connection.close();
            }
        }
    }

    /// How many connections are open, in use or resting.
    public int open() {
        return watchdog.size();
    }

    /// How many connections rest.
    public int resting() {
        return pool.size();
    }

    /// Ends every exchange under way and closes every connection; later calls are refused.
    @Override
    public void close() {
        closed = true;
        pool.close();
        watchdog.closeAll();
        lookups.close();
    }
}
