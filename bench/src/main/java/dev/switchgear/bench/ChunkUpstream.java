package dev.switchgear.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.Set;

/// An upstream that answers every `POST` with a chat completion as an event stream, each event in a
/// write of its own, because no static file server paces what it sends. One thread; it holds 10,000
/// streams of one event per half second on a fraction of a core.
///
/// Each event's content is the moment it was due, so a client on the same machine can tell how late
/// it came. An event not yet due is never sent; while a client does not read, its events wait.
final class ChunkUpstream implements AutoCloseable {
    /// Stands before the moment an event was due, whatever the dialect calls its content.
    static final String DUE_MARK = "\":\"@";

    private static final String CONTENT = "\"content" + DUE_MARK;

    /// Digits of that moment, on the scale of [System#nanoTime].
    static final int DUE_DIGITS = 19;

    private static final String HEAD =
            """
            HTTP/1.1 200 OK\r
            content-type: text/event-stream\r
            cache-control: no-cache\r
            transfer-encoding: chunked\r
            \r
            """;
    private static final String EVENT_START =
            "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":"
                    + "1700000000,\"model\":\"bench\",\"choices\":[{\"index\":0,\"delta\":{";
    private static final String EVENT_END = "\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n";
    private static final String LAST_EVENT =
            EVENT_START + "},\"logprobs\":null,\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    private static final String MODELS =
            "{\"object\":\"list\",\"data\":[{\"id\":\"bench\",\"object\":\"model\"}]}";
    private static final int REQUEST_BYTES_MAX = 64 * 1024;

    private final int events;
    private final long pauseNanos;
    private final Selector selector;
    private final ServerSocketChannel door;
    private final ByteBuffer out = ByteBuffer.allocateDirect(4 * 1024);
    private final PriorityQueue<Due> due = new PriorityQueue<>();
    private volatile boolean closing;

    /// @param events per stream, 2 or more; 0 for streams that end only when the client goes
    /// @param pause from one event of a stream to the next; zero for as fast as the client reads
    /// @param port 0 for any that is free
    ChunkUpstream(int events, Duration pause, int port) throws IOException {
        if (events == 0 && pause.isZero()) {
            throw new IllegalArgumentException("endless streams need a pause between events");
        }
        this.events = events;
        this.pauseNanos = pause.toNanos();
        this.selector = Selector.open();
        this.door = ServerSocketChannel.open();
        door.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 4_096);
        door.configureBlocking(false);
        door.register(selector, SelectionKey.OP_ACCEPT);
    }

    static void main(String[] args) throws IOException {
        var options = Options.of(Set.of("port", "chunks", "pause-millis"), args);
        var pause = Duration.ofMillis(options.number("pause-millis", 0, 0));
        var upstream =
                new ChunkUpstream(
                        options.number("chunks", 50, 0), pause, options.number("port", 0, 0));
        System.out.println("listening " + upstream.port());
        upstream.serve();
    }

    int port() {
        return door.socket().getLocalPort();
    }

    /// Serves until [#close].
    void serve() {
        try {
            while (!closing) {
                selector.select(this::ready, patienceMillis());
                sendDue();
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the upstream's own selector or door failed", e);
        }
    }

    /// Ends [#serve]; any thread may call it.
    @Override
    public void close() {
        closing = true;
        selector.wakeup();
    }

    /// How long to wait for the network: until the next event is due, rounded up; 0 is for ever.
    private long patienceMillis() {
        Due next = due.peek();
        if (next == null) {
            return 0;
        }
        return Math.max(1, (next.atNanos() - System.nanoTime() + 999_999) / 1_000_000);
    }

    private void ready(SelectionKey key) {
        if (key.attachment() instanceof Client client) {
            client.ready(key);
        } else {
            accept();
        }
    }

    private void accept() {
        try {
            for (var channel = door.accept(); channel != null; channel = door.accept()) {
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                var key = channel.register(selector, SelectionKey.OP_READ);
                key.attach(new Client(channel, key));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("no more connections can be accepted (ulimit -n?)", e);
        }
    }

    private void sendDue() {
        long now = System.nanoTime();
        for (var next = due.peek(); next != null && next.atNanos() <= now; next = due.peek()) {
            due.remove();
            next.client().sendNext(next.atNanos());
        }
    }

    private record Due(long atNanos, Client client) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            return Long.compare(atNanos, other.atNanos);
        }
    }

    /// One connection: reads a request, streams the answer, reads the next.
    private final class Client {
        private final SocketChannel channel;
        private final SelectionKey key;
        private ByteBuffer in = ByteBuffer.allocate(1_024);

        /// What the socket did not take of the event last sent; the next waits for it.
        private ByteBuffer unsent = ByteBuffer.allocate(0);

        private int sent;
        private long nextDueNanos;
        private boolean streaming;

        Client(SocketChannel channel, SelectionKey key) {
            this.channel = channel;
            this.key = key;
        }

        void ready(SelectionKey ready) {
            try {
                if (ready.isWritable()) {
                    channel.write(unsent);
                    if (!unsent.hasRemaining()) {
                        key.interestOps(SelectionKey.OP_READ);
                        if (streaming) {
                            due.add(new Due(nextDueNanos, this));
                        }
                    }
                }
                if (ready.isReadable()) {
                    read();
                }
            } catch (IOException _) {
                // The client has gone, which is its right: load generators stop in mid-stream.
                drop();
            }
        }

        private void read() throws IOException {
            if (!in.hasRemaining()) {
                if (in.capacity() == REQUEST_BYTES_MAX) {
                    throw new IOException("a request of more than " + REQUEST_BYTES_MAX + " bytes");
                }
                in = ByteBuffer.allocate(in.capacity() * 4).put(in.flip());
            }
            if (channel.read(in) < 0) {
                drop();
                return;
            }
            answer();
        }

        /// Begins an answer if a whole request is here and no other answer is under way.
        private void answer() throws IOException {
            int whole = wholeRequest();
            if (whole == 0 || streaming) {
                return;
            }
            boolean asksForModels = in.get(0) == 'G';
            in.flip().position(whole);
            in.compact();
            if (asksForModels) {
                out.clear();
                put("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ");
                put(MODELS.length() + "\r\n\r\n" + MODELS);
                send(out.flip());
            } else {
                streaming = true;
                sent = 0;
                due.add(new Due(System.nanoTime(), this));
            }
        }

        /// Bytes of the request at the start of `in`; 0 while it is not whole.
        private int wholeRequest() throws IOException {
            String text = new String(in.array(), 0, in.position(), StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            if (end < 0) {
                return 0;
            }
            String head = text.substring(0, end).toLowerCase(Locale.ROOT);
            int length = head.indexOf("\r\ncontent-length:");
            int whole = end + 4;
            if (length >= 0) {
                int from = length + "\r\ncontent-length:".length();
                int to = head.indexOf("\r\n", from);
                whole += Integer.parseInt(head.substring(from, to < 0 ? end : to).strip());
            } else if (head.contains("\r\ntransfer-encoding:")) {
                int last = text.indexOf("0\r\n\r\n", end + 4);
                whole = last < 0 ? Integer.MAX_VALUE : last + 5;
            }
            return whole <= in.position() ? whole : 0;
        }

        /// Sends the event that was due at `dueNanos`, and books the next.
        void sendNext(long dueNanos) {
            if (!channel.isOpen()) {
                return;
            }
            out.clear();
            if (sent == 0) {
                put(HEAD);
            }
            sent++;
            boolean last = sent == events;
            if (last) {
                putChunk(LAST_EVENT);
                put("0\r\n\r\n");
            } else {
                String moment = Long.toString(dueNanos);
                String content = CONTENT + "0".repeat(DUE_DIGITS - moment.length());
                putChunk(EVENT_START + content + moment + EVENT_END);
            }
            streaming = !last;
            nextDueNanos = dueNanos + pauseNanos;
            try {
                send(out.flip());
                if (last) {
                    // A client may have asked again before its answer was over.
                    answer();
                }
            } catch (IOException _) {
                // As above: the client has gone.
                drop();
            }
        }

        private void send(ByteBuffer bytes) throws IOException {
            channel.write(bytes);
            if (bytes.hasRemaining()) {
                unsent = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
                key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            } else if (streaming) {
                due.add(new Due(nextDueNanos, this));
            }
        }

        private void putChunk(String text) {
            put(Integer.toHexString(text.length()));
            put("\r\n");
            put(text);
            put("\r\n");
        }

        private void put(String text) {
            out.put(text.getBytes(StandardCharsets.US_ASCII));
        }

        private void drop() {
            try {
                channel.close();
            } catch (IOException _) {
                // Closing a broken socket may fail; there is nothing left of it to lose.
            }
        }
    }
}
