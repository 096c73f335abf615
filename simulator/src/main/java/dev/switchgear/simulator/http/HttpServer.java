package dev.switchgear.simulator.http;

import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Accepts connections on a loopback address and gives each a virtual thread. Thread-safe.
public final class HttpServer implements AutoCloseable {
    /// Answers requests; called by many threads, one for each connection.
    @FunctionalInterface
    public interface Handler {
        /// Answers the request that begins with `head`, reading its body from `connection` if it
        /// wants it. True: the connection may carry another request.
        boolean serve(ServerConnection connection, ReceivedHead head) throws IOException;
    }

    private static final System.Logger LOG = System.getLogger(HttpServer.class.getName());
    private static final int BACKLOG = 4096;
    private static final Duration AFTER_A_FAILED_ACCEPT = Duration.ofMillis(20);

    private final ServerSocket listener;
    private final HttpLimits limits;
    private final Time time;
    private final Threads threads;
    private final Set<ServerConnection> open = ConcurrentHashMap.newKeySet();

    private HttpServer(ServerSocket listener, HttpLimits limits, Time time, Threads threads) {
        this.listener = listener;
        this.limits = limits;
        this.time = time;
        this.threads = threads;
    }

    /// Takes `port` of 127.0.0.1; 0 takes any free port. Clients that connect wait until [#serve].
    public static HttpServer bind(int port, HttpLimits limits, Time time, Threads threads) {
        try {
            var listener = new ServerSocket();
            listener.setReuseAddress(true);
            try {
                listener.bind(
                        new InetSocketAddress(
                                InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port),
                        BACKLOG);
            } catch (IOException e) {
                listener.close();
                throw new IOException("port " + port + " of 127.0.0.1: " + e.getMessage(), e);
            }
            return new HttpServer(listener, limits, time, threads);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Lets `handler` answer whoever connects, or has connected already. Called once.
    public void serve(Handler handler) {
        threads.start(() -> accept(handler));
    }

    public int port() {
        return listener.getLocalPort();
    }

    /// How many clients are connected now.
    public int connections() {
        return open.size();
    }

    /// Stops listening and closes every connection, whatever it is doing.
    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "closing the listener failed", e);
        }
        open.forEach(ServerConnection::close);
    }

    private void accept(Handler handler) {
        Thread.currentThread().setName("simulator-accept");
        while (!listener.isClosed()) {
            try {
                welcome(listener.accept(), handler);
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    LOG.log(Level.WARNING, "a connection could not be accepted", e);
                    rest();
                }
            }
        }
    }

    private void welcome(Socket socket, Handler handler) throws IOException {
        if (open.size() >= limits.connections()) {
            socket.close();
            return;
        }
        socket.setTcpNoDelay(true);
        var connection = new ServerConnection(socket, limits, time);
        open.add(connection);
        if (listener.isClosed()) {
            connection.close();
        }
        threads.start(() -> converse(connection, handler));
    }

    private void rest() {
        try {
            time.sleep(AFTER_A_FAILED_ACCEPT);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void converse(ServerConnection connection, Handler handler) {
        Thread.currentThread().setName("simulator-connection");
        // Not a resource: what is caught below has still something to say to the client.
        try {
            boolean more = true;
            while (more) {
                Optional<ReceivedHead> head = connection.head();
                more =
                        head.isPresent()
                                && handler.serve(connection, head.get())
                                && head.get().keepAlive()
                                && connection.reusable();
            }
        } catch (BadRequestException e) {
            refuse(connection, e);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "{0} ended: {1}", connection, e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "answering " + connection + " failed", e);
        } finally {
            connection.close();
            open.remove(connection);
        }
    }

    private static void refuse(ServerConnection connection, BadRequestException refusal) {
        byte[] body = (refusal.getMessage() + "\n").getBytes(StandardCharsets.UTF_8);
        String head =
                "HTTP/1.1 "
                        + refusal.status()
                        + " Refused\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: "
                        + body.length
                        + "\r\nconnection: close\r\n\r\n";
        try {
            connection.write(head.getBytes(StandardCharsets.US_ASCII));
            connection.write(body);
            connection.hangUp();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "{0} left before it was refused", connection);
        }
    }
}
