package dev.switchgear.wire.http;

import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.time.Time;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.Endpoint.Scheme;
import dev.switchgear.wire.WireException;
import dev.switchgear.wire.WireException.Kind;
import dev.switchgear.wire.egress.EgressGuard;
import dev.switchgear.wire.http.Connection.Phase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLEngine;

/// Opens connections: asks the guard, and connects to the very addresses it checked, in order.
/// Thread-safe.
final class Dial {
    private final EgressGuard guard;
    private final Lookups lookups;
    private final Tls tls;
    private final Watchdog watchdog;
    private final Optional<Readiness> readiness;
    private final Time time;

    Dial(
            EgressGuard guard,
            Lookups lookups,
            Tls tls,
            Watchdog watchdog,
            Optional<Readiness> readiness,
            Time time) {
        this.guard = guard;
        this.lookups = lookups;
        this.tls = tls;
        this.watchdog = watchdog;
        this.readiness = readiness;
        this.time = time;
    }

    /// Blocks for lookup, connect and TLS together no longer than `allowance`.
    ///
    /// @throws WireException for whatever goes wrong; nothing has been sent
    Connection open(Endpoint endpoint, ConnectionKey key, Duration allowance, Deadline deadline)
            throws WireException {
        long startedNanos = time.nanos();
        long lateBeforeNanos = time.lateNanos(startedNanos);
        // What we are late meanwhile is not the network's.
        LongSupplier due =
                () ->
                        startedNanos
                                + allowance.toNanos()
                                + time.lateNanos(time.nanos())
                                - lateBeforeNanos;
        List<InetAddress> addresses =
                endpoint.literal()
                        ? guard.check(endpoint)
                        : lookups.within(
                                () -> rest(due.getAsLong(), deadline),
                                () -> guard.check(endpoint),
                                endpoint);
        for (int i = 0; ; i++) {
            int left = addresses.size() - i;
            // A silent address must leave time for the next.
            long now = time.nanos();
            long dueNanos = due.getAsLong();
            long share = now + Math.max(0, dueNanos - now) / left;
            try {
                return openTo(
                        addresses.get(i), endpoint, key, left == 1 ? dueNanos : share, deadline);
            } catch (WireException e) {
                if (left == 1 || !nextAddressMayHelp(e.kind())) {
                    throw e;
                }
            }
        }
    }

    private long rest(long dueNanos, Deadline deadline) {
        long due = dueNanos - deadline.atNanos() < 0 ? dueNanos : deadline.atNanos();
        return Math.max(0, due - time.nanos());
    }

    private static boolean nextAddressMayHelp(Kind kind) {
        return kind == Kind.CONNECT_FAILED || kind == Kind.CONNECT_TIMEOUT;
    }

    private Connection openTo(
            InetAddress address,
            Endpoint endpoint,
            ConnectionKey key,
            long dueNanos,
            Deadline deadline)
            throws WireException {
        Socket socket;
        try {
            socket = socket();
        } catch (IOException e) {
            throw new WireException(
                    Kind.CONNECT_FAILED, false, "no socket to be had: " + e.getMessage(), e);
        }
        var connection = new Connection(socket, key, watchdog, time);
        boolean opened = false;
        try {
            connection.expect(Phase.CONNECT, dueNanos, deadline.atNanos());
            var target = new InetSocketAddress(address, endpoint.port());
            connection.watched(() -> {
                socket.channel().setOption(StandardSocketOptions.TCP_NODELAY, true);
                KeepAlives.on(socket.channel());
                socket.connect(target);
                return true;
            });
            if (endpoint.scheme() == Scheme.HTTPS) {
                SSLEngine engine = tls.engine(endpoint);
                var secured = new TlsLink(socket, engine);
                connection.watched(() -> {
                    secured.handshake();
                    return true;
                });
                connection.through(secured);
            }
            opened = true;
            return connection;
        } finally {
            if (!opened) {
                connection.close();
            }
        }
    }

    private Socket socket() throws IOException {
        SocketChannel channel = SocketChannel.open();
        if (readiness.isEmpty()) {
            return new BlockingSocket(channel);
        }
        boolean watched = false;
        try {
            channel.configureBlocking(false);
            Socket socket = new WatchedSocket(channel, readiness.get().watch(channel));
            watched = true;
            return socket;
        } finally {
            if (!watched) {
                channel.close();
            }
        }
    }
}
