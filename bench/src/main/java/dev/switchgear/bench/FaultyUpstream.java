package dev.switchgear.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An upstream that can be killed, slowed and made to cut its streams while it runs, and that keeps
/// account of which request it received, and answered whole, how often. Thread-safe.
final class FaultyUpstream implements AutoCloseable {
    /// What it does to those who ask.
    enum Mood {
        HEALTHY,
        /// Its port refuses, and whoever was connected is no longer.
        KILLED,
        /// Answers take 20 times as long.
        SLOW,
        /// Every stream ends in its middle, without a word.
        CUTTING,
        /// Every request is answered with status 500, that for a list of models too.
        FAILING,
        /// Requests are read, and never answered.
        SILENT
    }

    static final int SLOWNESS = 20;

    private static final int EVENTS = 10;
    private static final int HEAD_BYTES_MAX = 64 * 1024;
    private static final int BODY_BYTES_MAX = 1024 * 1024;
    private static final Pattern LENGTH = Pattern.compile("(?im)^content-length: *(\\d+)");
    private static final Pattern ID = Pattern.compile("id-(\\d+)");
    private static final String EVENT =
            "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":"
                    + "\"bench\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"word \"},"
                    + "\"finish_reason\":null}]}\n\n";
    private static final String LAST =
            "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":"
                    + "\"bench\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
                    + "data: [DONE]\n\n";

    private static final String FAILURE =
            "{\"error\":{\"message\":\"The server had an error while processing your request.\","
                    + "\"type\":\"server_error\",\"param\":null,\"code\":null}}";

    private static final String STREAM_HEAD =
            """
            HTTP/1.1 200 OK\r
            content-type: text/event-stream\r
            transfer-encoding: chunked\r
            \r
            """;

    private final int port;
    private final Duration usual;
    private final Set<Socket> connected = ConcurrentHashMap.newKeySet();
    private final Map<Long, AtomicInteger> received = new ConcurrentHashMap<>();
    private final Map<Long, AtomicInteger> answered = new ConcurrentHashMap<>();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger runningMax = new AtomicInteger();
    private volatile Mood mood = Mood.HEALTHY;
    private volatile ServerSocket door;

    /// @param port 0 for any
    /// @param usual how long an answer takes while healthy
    FaultyUpstream(int port, Duration usual) throws IOException {
        this.door = open(port);
        this.port = door.getLocalPort();
        this.usual = usual;
        serve(door);
    }

    static void main(String[] args) throws IOException, InterruptedException {
        var options = Options.of(Set.of("port", "mood"), args);
        var upstream = new FaultyUpstream(options.number("port", 0, 0), Duration.ZERO);
        upstream.become(Mood.valueOf(options.text("mood").toUpperCase(Locale.ROOT)));
        System.out.println("listening " + upstream.port());
        // Until the process is ended.
        new CountDownLatch(1).await();
    }

    int port() {
        return port;
    }

    /// A port that was closed a moment ago may still be in use: it is asked for up to a second.
    private static ServerSocket open(int port) throws IOException {
        for (int i = 0; ; i++) {
            var opened = new ServerSocket();
            try {
                opened.setReuseAddress(true);
                opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
                return opened;
            } catch (BindException taken) {
                opened.close();
                if (i == 100) {
                    throw taken;
                }
                pause(Duration.ofMillis(10));
            }
        }
    }

    private static void pause(Duration length) throws IOException {
        try {
            Thread.sleep(length);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private void serve(ServerSocket opened) {
        Thread.ofVirtual()
                .name("upstream " + port)
                .start(() -> {
                    while (!opened.isClosed()) {
                        try {
                            Socket socket = opened.accept();
                            connected.add(socket);
                            Thread.ofVirtual().start(() -> talk(socket));
                        } catch (IOException closed) {
                            return;
                        }
                    }
                });
    }

    void become(Mood next) throws IOException {
        Mood before = mood;
        mood = next;
        if (next == Mood.KILLED && before != Mood.KILLED) {
            close();
        } else if (next != Mood.KILLED && before == Mood.KILLED) {
            door = open(port);
            serve(door);
        }
    }

    /// Forgets what it counted.
    void forget() {
        received.clear();
        answered.clear();
        runningMax.set(0);
    }

    Map<Long, AtomicInteger> received() {
        return received;
    }

    /// Requests to do something, since it began.
    long requests() {
        return requests.get();
    }

    Map<Long, AtomicInteger> answered() {
        return answered;
    }

    /// The most requests that were under way here at once.
    int runningMax() {
        return runningMax.get();
    }

    private void talk(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            var in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            while (answerOne(in, out)) {
                // Until the other side goes, or this one is killed.
            }
        } catch (IOException gone) {
            // The gateway hung up, or this upstream was killed: both are what is played here.
        } finally {
            connected.remove(socket);
        }
    }

    private boolean answerOne(InputStream in, OutputStream out) throws IOException {
        String head = head(in);
        if (head.isEmpty()) {
            return false;
        }
        Matcher length = LENGTH.matcher(head);
        int size = length.find() ? Integer.parseInt(length.group(1)) : 0;
        if (size > BODY_BYTES_MAX) {
            throw new IOException("a body of " + size + " bytes");
        }
        byte[] body = in.readNBytes(size);
        if (body.length < size) {
            throw new EOFException("a body ended early");
        }
        if (head.startsWith("GET /received ")) {
            write(out, "200 OK", "text/plain", Long.toString(requests.get()));
            return true;
        }
        if (head.startsWith("POST")) {
            requests.incrementAndGet();
        }
        if (mood == Mood.FAILING) {
            write(out, "500 Internal Server Error", "application/json", FAILURE);
            return true;
        }
        if (mood == Mood.SILENT) {
            // What still comes is nothing that is answered.
            in.transferTo(OutputStream.nullOutputStream());
            return false;
        }
        if (!head.startsWith("POST")) {
            write(out, "200 OK", "application/json", "{\"object\":\"list\",\"data\":[]}");
            return true;
        }
        String text = new String(body, StandardCharsets.UTF_8);
        Matcher id = ID.matcher(text);
        if (!id.find()) {
            write(out, "400 Bad Request", "application/json", "{}");
            return true;
        }
        long number = Long.parseLong(id.group(1));
        received.computeIfAbsent(number, _ -> new AtomicInteger()).incrementAndGet();
        runningMax.accumulateAndGet(running.incrementAndGet(), Math::max);
        try {
            boolean whole = text.contains("\"stream\":true") ? stream(out) : plain(out, number);
            if (whole) {
                answered.computeIfAbsent(number, _ -> new AtomicInteger()).incrementAndGet();
            }
            return whole;
        } finally {
            running.decrementAndGet();
        }
    }

    /// Half as long or one and a half times as long as usual, evenly.
    private void work(Duration whole) throws IOException {
        double share = 0.5 + ThreadLocalRandom.current().nextDouble();
        int slowness = mood == Mood.SLOW ? SLOWNESS : 1;
        pause(Duration.ofNanos((long) (whole.toNanos() * share * slowness)));
    }

    private boolean plain(OutputStream out, long number) throws IOException {
        work(usual);
        write(
                out,
                "200 OK",
                "application/json",
                "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1700000000,\"model\":\"bench\","
                        + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"id-"
                        + number
                        + "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":9,"
                        + "\"completion_tokens\":9,\"total_tokens\":18}}");
        return true;
    }

    private boolean stream(OutputStream out) throws IOException {
        out.write(ascii(STREAM_HEAD));
        for (int i = 0; i < EVENTS; i++) {
            work(usual.dividedBy(EVENTS));
            if (mood == Mood.CUTTING && i == EVENTS / 2) {
                out.flush();
                return false;
            }
            chunk(out, EVENT);
        }
        chunk(out, LAST);
        out.write(ascii("0\r\n\r\n"));
        out.flush();
        return true;
    }

    private static void chunk(OutputStream out, String text) throws IOException {
        out.write(ascii(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n"));
        out.flush();
    }

    private static void write(OutputStream out, String status, String type, String body)
            throws IOException {
        out.write(
                ascii(
                        "HTTP/1.1 "
                                + status
                                + "\r\ncontent-type: "
                                + type
                                + "\r\ncontent-length: "
                                + body.length()
                                + "\r\n\r\n"
                                + body));
        out.flush();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// A request's head, or nothing where the connection ended between two.
    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder(256);
        while (head.length() < HEAD_BYTES_MAX) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            head.append((char) next);
            if (next == '\n' && head.length() > 3 && head.charAt(head.length() - 3) == '\n') {
                return head.toString();
            }
        }
        throw new IOException("a head of more than " + HEAD_BYTES_MAX + " bytes");
    }

    @Override
    public void close() throws IOException {
        door.close();
        for (Socket socket : connected) {
            socket.close();
        }
    }
}
