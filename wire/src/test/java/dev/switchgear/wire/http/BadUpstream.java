package dev.switchgear.wire.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// An upstream on loopback that does to each connection exactly what a test says.
final class BadUpstream implements AutoCloseable {
    /// What happens on one connection; when it returns, the connection is closed.
    interface Script {
        void run(Visit visit) throws IOException, InterruptedException;
    }

    private final ServerSocket server;
    private final Script script;
    private final AtomicInteger connections = new AtomicInteger();
    private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    BadUpstream(Script script) {
        this(plainServer(), script);
    }

    BadUpstream(ServerSocket server, Script script) {
        this.server = server;
        this.script = script;
        Thread.startVirtualThread(this::accept);
    }

    /// Answers every request with these bytes, and goes on.
    static BadUpstream answering(String response) {
        return new BadUpstream(visit -> {
            while (visit.readRequest()) {
                visit.write(response);
            }
        });
    }

    /// Answers the first request with these bytes, and hangs up.
    static BadUpstream answeringOnce(String response) {
        return new BadUpstream(visit -> {
            visit.readRequest();
            visit.write(response);
        });
    }

    /// HTTP's lines, joined by CRLF; the body is the last.
    static String lines(String... lines) {
        return String.join("\r\n", lines);
    }

    static ServerSocket plainServer() {
        try {
            return new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return server.getLocalPort();
    }

    String authority() {
        return "127.0.0.1:" + port();
    }

    /// How many connections have come so far.
    int connections() {
        return connections.get();
    }

    /// The next request that came whole, head and body; empty if none comes soon.
    String request() throws InterruptedException {
        String request = requests.poll(5, TimeUnit.SECONDS);
        return request == null ? "" : request;
    }

    /// How many requests came whole and were not asked for yet.
    int requestsWaiting() {
        return requests.size();
    }

    /// Blocks until a connection has ended, and says how its script did.
    String end() throws InterruptedException {
        String end = ends.poll(5, TimeUnit.SECONDS);
        return end == null ? "still open" : end;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                connections.incrementAndGet();
                open.add(socket);
                Thread.startVirtualThread(() -> serve(socket));
            } catch (IOException _) {
                // The test is over.
                return;
            }
        }
    }

    private void serve(Socket socket) {
        String end;
        try (socket) {
            script.run(new Visit(socket));
            end = "script ended";
        } catch (IOException e) {
            end = String.valueOf(e.getMessage());
        } catch (InterruptedException e) {
            end = "interrupted";
        }
        // Only now that the connection is closed: who waits for the end goes on with that.
        open.remove(socket);
        ends.add(end);
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    /// One connection.
    final class Visit {
        private final Socket socket;
        private final InputStream in;

        Visit(Socket socket) throws IOException {
            this.socket = socket;
            this.in = socket.getInputStream();
        }

        Socket socket() {
            return socket;
        }

        /// The same connection, spoken through a layer.
        Visit over(Socket layer) throws IOException {
            return new Visit(layer);
        }

        /// Reads one request. False if the client has hung up instead.
        boolean readRequest() throws IOException {
            var bytes = new ByteArrayOutputStream();
            int matched = 0;
            while (matched < 4) {
                int b = in.read();
                if (b < 0) {
                    return false;
                }
                bytes.write(b);
                matched = b == "\r\n\r\n".charAt(matched) ? matched + 1 : b == '\r' ? 1 : 0;
            }
            String head = bytes.toString(StandardCharsets.ISO_8859_1);
            int at = head.indexOf("Content-Length: ");
            if (at >= 0) {
                int from = at + "Content-Length: ".length();
                int length = Integer.parseInt(head.substring(from, head.indexOf('\r', from)));
                bytes.write(in.readNBytes(length));
            }
            requests.add(bytes.toString(StandardCharsets.ISO_8859_1));
            return true;
        }

        void write(String text) throws IOException {
            write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        void write(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        }

        /// Blocks until the client hangs up.
        void awaitHangUp() throws IOException {
            while (in.read() >= 0) {
                // Whatever else the client says is not of interest.
            }
        }

        /// Closes so that the client sees a reset.
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }
}
