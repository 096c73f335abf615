package dev.switchgear.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/// Holds many event streams at once and tells how they fared: events, how late each came after
/// [ChunkUpstream] had it due, gaps, streams alive and streams still receiving. A stream that has
/// ended as it should is asked for again. One thread.
///
/// Prints `begin` and `end` around the measured part, then one `name value` a line.
final class Streams {
    private static final long NANOS_MAX = TimeUnit.SECONDS.toNanos(60);

    /// A stream without an event for longer than this no longer counts as receiving: three pauses of
    /// the slowest upstream that `bench/run` starts.
    private static final long RECENT_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

    private final Plan plan;
    private final Selector selector;
    private final ByteBuffer in = ByteBuffer.allocateDirect(64 * 1024);
    private final Histogram late = new Histogram(NANOS_MAX, 3);
    private final Histogram gaps = new Histogram(NANOS_MAX, 3);
    private final List<Stream> streams = new ArrayList<>();
    private final Map<String, Long> errors = new HashMap<>();
    private boolean measuring;
    private long events;
    private long whole;

    /// @param rampPerSecond connections opened a second: all at once is another test
    /// @param settle time between the last connection and the measured part
    record Plan(
            int port,
            byte[] request,
            int connections,
            int rampPerSecond,
            Duration settle,
            Duration time) {
        Plan {
            request = request.clone();
        }

        @Override
        public byte[] request() {
            return request.clone();
        }
    }

    /// What came of the measured part; times in nanoseconds.
    ///
    /// @param whole streams that ended as they should
    /// @param alive connections still open at the end
    /// @param receiving connections to which at least one event came in its last 1.5 s
    /// @param errors broken connections since the start, by what was wrong
    record Result(
            long events,
            long whole,
            int alive,
            int receiving,
            Histogram late,
            Histogram gaps,
            Map<String, Long> errors) {
        Result {
            errors = Map.copyOf(errors);
        }

        void print() {
            System.out.println("events " + events);
            System.out.println("whole " + whole);
            System.out.println("alive " + alive);
            System.out.println("receiving " + receiving);
            for (int percent : new int[] {50, 99}) {
                System.out.println("late_p" + percent + "_ms " + millis(late, percent));
                System.out.println("gap_p" + percent + "_ms " + millis(gaps, percent));
            }
            System.out.println("late_max_ms " + late.getMaxValue() / 1e6);
            System.out.println(
                    "errors " + errors.values().stream().mapToLong(Long::longValue).sum());
            errors.forEach((what, times) -> System.err.println(times + " x " + what));
        }

        private static double millis(Histogram histogram, double percent) {
            return histogram.getValueAtPercentile(percent) / 1e6;
        }
    }

    private Streams(Plan plan, Selector selector) {
        this.plan = plan;
        this.selector = selector;
    }

    static void main(String[] args) throws IOException {
        var options =
                Options.of(
                        Set.of(
                                "port",
                                "path",
                                "header",
                                "body",
                                "body-file",
                                "connections",
                                "ramp",
                                "settle",
                                "seconds"),
                        args);
        int port = options.number("port", 0, 1);
        byte[] request =
                RequestBytes.post(
                        "127.0.0.1:" + port,
                        options.text("path"),
                        options.all("header"),
                        options.content("body"));
        var plan =
                new Plan(
                        port,
                        request,
                        options.number("connections", 100, 1),
                        options.number("ramp", 1_000, 1),
                        Duration.ofSeconds(options.number("settle", 2, 0)),
                        Duration.ofSeconds(options.number("seconds", 10, 1)));
        run(plan, () -> System.out.println("begin"), () -> System.out.println("end")).print();
    }

    /// @param begin called when measuring starts
    /// @param end called when it ends
    static Result run(Plan plan, Runnable begin, Runnable end) throws IOException {
        try (var selector = Selector.open()) {
            var streams = new Streams(plan, selector);
            try {
                return streams.measure(begin, end);
            } finally {
                for (SelectionKey key : selector.keys()) {
                    key.channel().close();
                }
            }
        }
    }

    private Result measure(Runnable begin, Runnable end) throws IOException {
        byte[] request = plan.request();
        long interval = TimeUnit.SECONDS.toNanos(1) / plan.rampPerSecond();
        long start = System.nanoTime();
        for (int i = 0; i < plan.connections(); i++) {
            serveUntil(start + i * interval);
            open(request);
        }
        serveUntil(System.nanoTime() + plan.settle().toNanos());

        measuring = true;
        begin.run();
        serveUntil(System.nanoTime() + plan.time().toNanos());
        long recent = System.nanoTime() - RECENT_NANOS;
        end.run();

        int alive = 0;
        int receiving = 0;
        for (Stream stream : streams) {
            if (stream.channel.isOpen()) {
                alive++;
                if (stream.lastNanos >= recent) {
                    receiving++;
                }
            }
        }
        return new Result(events, whole, alive, receiving, late, gaps, errors);
    }

    private void open(byte[] request) throws IOException {
        var channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        var stream = new Stream(channel, ByteBuffer.wrap(request));
        streams.add(stream);
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), plan.port());
        if (channel.connect(address)) {
            stream.ask();
        }
    }

    private void serveUntil(long moment) throws IOException {
        for (long left = moment - System.nanoTime(); left > 0; left = moment - System.nanoTime()) {
            selector.select(
                    key -> ((Stream) key.attachment()).ready(key), Math.max(1, left / 1_000_000));
        }
    }

    private void count(String error) {
        errors.merge(error, 1L, Long::sum);
    }

    private final class Stream {
        private final SocketChannel channel;
        private final ByteBuffer request;
        private final ResponseReader response = new ResponseReader();
        private final ChunkReader body = new ChunkReader(this::arrived);
        private final SelectionKey key;
        private long lastNanos;
        private boolean first = true;
        private long counted;

        Stream(SocketChannel channel, ByteBuffer request) throws IOException {
            this.channel = channel;
            this.request = request;
            this.key = channel.register(selector, SelectionKey.OP_CONNECT, this);
        }

        void ready(SelectionKey ready) {
            try {
                if (ready.isConnectable()) {
                    channel.finishConnect();
                    ask();
                } else if (ready.isReadable()) {
                    receive();
                }
            } catch (IOException e) {
                count(e.getClass().getSimpleName() + ": " + e.getMessage());
                close();
            }
        }

        private void receive() throws IOException {
            in.clear();
            if (channel.read(in) < 0) {
                throw new IOException("closed by the other side");
            }
            in.flip();
            while (response.read(in, body)) {
                ended();
                ask();
            }
            if (measuring) {
                events += body.events() - counted;
            }
            counted = body.events();
        }

        private void ended() throws IOException {
            if (response.status() != 200) {
                throw new IOException("status " + response.status());
            }
            if (!body.whole()) {
                throw new IOException("the stream told an error, or ended without [DONE]");
            }
            if (measuring) {
                whole++;
            }
            body.nextStream();
            first = true;
        }

        private void arrived(long dueNanos) {
            long now = System.nanoTime();
            if (measuring) {
                late.recordValue(Math.clamp(now - dueNanos, 0, NANOS_MAX));
                // The pause between two streams is not a gap in one.
                if (!first) {
                    gaps.recordValue(Math.clamp(now - lastNanos, 0, NANOS_MAX));
                }
            }
            lastNanos = now;
            first = false;
        }

        void ask() throws IOException {
            request.rewind();
            while (request.hasRemaining()) {
                channel.write(request);
            }
            key.interestOps(SelectionKey.OP_READ);
        }

        private void close() {
            try {
                channel.close();
            } catch (IOException e) {
                count("on closing: " + e.getMessage());
            }
        }
    }
}
