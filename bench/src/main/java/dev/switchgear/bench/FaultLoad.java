package dev.switchgear.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/// Asks a gateway at a fixed rate, whatever the answers do, each request with a number of its own, and
/// tells what became of each: answered, refused in order, told that it broke, or lost. Each is measured
/// from when it was due. Thread-safe.
final class FaultLoad implements AutoCloseable {
    private static final int ANSWER_MILLIS_MAX = 30_000;
    private static final long NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(2 * ANSWER_MILLIS_MAX);

    /// Requests that may be under way; a gateway that lets more pile up loses those beyond.
    private static final int UNDER_WAY_MAX = 4_000;

    private final int port;
    private final AtomicLong numbers = new AtomicLong();
    private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();
    private final Semaphore underWay = new Semaphore(UNDER_WAY_MAX);

    FaultLoad(int port) {
        this.port = port;
    }

    /// @param rate requests per second, 1 or more
    /// @param hangUps every which call is hung up on before its answer; 0 for none
    record Plan(int rate, Duration time, boolean streamed, int hangUps) {}

    /// What became of the requests of one phase. Thread-safe while it is counted.
    static final class Tally {
        final AtomicLong sent = new AtomicLong();
        final AtomicLong answered = new AtomicLong();

        /// Refused with 429 or 503 and a `retry-after`.
        final AtomicLong refused = new AtomicLong();

        /// Streams whose client was told that they broke off.
        final AtomicLong told = new AtomicLong();

        /// Hung up on by the client itself.
        final AtomicLong hungUp = new AtomicLong();

        /// All else: other errors, cut off without a word, nothing within 30 s.
        final AtomicLong lost = new AtomicLong();

        final Histogram answers = new ConcurrentHistogram(NANOS_MAX, 3);
        final Histogram refusals = new ConcurrentHistogram(NANOS_MAX, 3);
        volatile String firstLoss = "";

        double answeredPerSecond(Duration time) {
            return answered.get() * 1e9 / time.toNanos();
        }

        static double millis(Histogram histogram, double percent) {
            return histogram.getValueAtPercentile(percent) / 1e6;
        }
    }

    /// Runs one phase to its end, and to the end of its last answer.
    Tally run(Plan plan) throws InterruptedException {
        var tally = new Tally();
        long interval = TimeUnit.SECONDS.toNanos(1) / plan.rate();
        long count = plan.time().toNanos() / interval;
        long start = System.nanoTime();
        for (long i = 0; i < count; i++) {
            long due = start + i * interval;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            tally.sent.incrementAndGet();
            if (!underWay.tryAcquire()) {
                lose(tally, "more than " + UNDER_WAY_MAX + " requests are under way");
                continue;
            }
            boolean hangUp = plan.hangUps() > 0 && i % plan.hangUps() == 0;
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            ask(tally, plan.streamed(), hangUp, due);
                        } finally {
                            underWay.release();
                        }
                    });
        }
        underWay.acquire(UNDER_WAY_MAX);
        underWay.release(UNDER_WAY_MAX);
        return tally;
    }

    private static void lose(Tally tally, String why) {
        tally.lost.incrementAndGet();
        if (tally.firstLoss.isEmpty()) {
            tally.firstLoss = why;
        }
    }

    private void ask(Tally tally, boolean streamed, boolean hangUp, long due) {
        long number = numbers.incrementAndGet();
        byte[] request =
                RequestBytes.post(
                        "127.0.0.1:" + port,
                        "/v1/chat/completions",
                        List.of(),
                        "{\"model\":\"bench\","
                                + (streamed ? "\"stream\":true," : "")
                                + "\"messages\":[{\"role\":\"user\",\"content\":\"id-"
                                + number
                                + "\"}]}");
        try {
            Connection connection = idle.pollFirst();
            if (connection == null) {
                connection = new Connection();
            }
            connection.out.write(request);
            connection.out.flush();
            if (hangUp) {
                connection.socket.close();
                tally.hungUp.incrementAndGet();
                return;
            }
            var body = new StringBuilder();
            int status = connection.answer(body);
            count(tally, status, body.toString(), streamed, number, System.nanoTime() - due);
            idle.addFirst(connection);
        } catch (IOException e) {
            lose(tally, e.toString());
        }
    }

    private static void count(
            Tally tally, int status, String body, boolean streamed, long number, long nanos) {
        long bounded = Math.clamp(nanos, 0, NANOS_MAX);
        boolean whole =
                streamed ? body.contains("data: [DONE]") : body.contains("\"id-" + number + "\"");
        boolean broken = body.contains("\"error\"");
        if (status == 200 && whole && !broken) {
            tally.answered.incrementAndGet();
            tally.answers.recordValue(bounded);
        } else if (status == 429 || status == 503) {
            tally.refused.incrementAndGet();
            tally.refusals.recordValue(bounded);
        } else if (status == 200 && streamed && broken) {
            tally.told.incrementAndGet();
        } else {
            lose(tally, status + ": " + body.substring(0, Math.min(300, body.length())));
        }
    }

    @Override
    public void close() throws IOException {
        for (Connection connection : idle) {
            connection.socket.close();
        }
    }

    private final class Connection {
        private final Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        private final OutputStream out;
        private final InputStream in;
        private final ResponseReader reader = new ResponseReader();
        private final byte[] piece = new byte[16 * 1024];

        Connection() throws IOException {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(ANSWER_MILLIS_MAX);
            out = socket.getOutputStream();
            in = socket.getInputStream();
        }

        int answer(StringBuilder body) throws IOException {
            while (true) {
                int got = in.read(piece);
                if (got < 0) {
                    throw new IOException("closed by the other side after: " + body);
                }
                if (reader.read(ByteBuffer.wrap(piece, 0, got), next -> body.append((char) next))) {
                    return reader.status();
                }
            }
        }
    }

    /// What the gateway says of itself in Prometheus' words.
    static String metrics(int port) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(ANSWER_MILLIS_MAX);
            socket.getOutputStream()
                    .write(
                            ("GET /metrics HTTP/1.1\r\nhost: 127.0.0.1:"
                                            + port
                                            + "\r\nconnection: close\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
