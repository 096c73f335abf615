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
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/// Asks at a fixed rate, whatever the answers do (an open loop), and measures each answer from the
/// moment its request was *due*, so a stall is paid by every request it delayed and none is left
/// out. One thread sends, one receives.
///
/// Prints `begin` and `end` around the measured part, then one `name value` a line.
final class Load {
    /// The sender sleeps until this long before a request is due, then spins: a timer alone wakes
    /// up to a tenth of a millisecond late, as much as what is to be measured.
    private static final long SPIN_NANOS = 60_000;

    private static final long ANSWER_NANOS_MAX = TimeUnit.SECONDS.toNanos(30);

    private final Plan plan;
    private final Selector selector = Selector.open();
    private final BlockingDeque<Connection> idle;
    private final Histogram fromDue = new Histogram(ANSWER_NANOS_MAX, 3);
    private final Histogram fromSent = new Histogram(ANSWER_NANOS_MAX, 3);
    private volatile boolean over;

    /// Written by the receiving thread alone until it has ended.
    private long answered;

    private long refused;

    /// Calls whose connection broke, or to which no answer came, where such are counted.
    private final AtomicLong broken = new AtomicLong();

    /// The first connection that broke where that ends the run.
    private volatile Optional<IOException> trouble = Optional.empty();

    /// What a connection that breaks, or an answer that does not come, means.
    enum Broken {
        /// The end of the run: its rate could not be kept.
        ENDS,
        /// One call that was not answered, where that is what is looked for.
        COUNTED
    }

    /// @param rate requests per second, 1 or more
    /// @param warmup time at that rate before measuring starts
    record Plan(
            int port,
            byte[] request,
            int rate,
            int connections,
            Broken broken,
            Duration warmup,
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
    /// @param refused answers with a status other than 200, and calls without one
    record Result(Histogram fromDue, Histogram fromSent, long answered, long refused) {
        void print() {
            System.out.println("requests " + answered);
            System.out.println("errors " + refused);
            for (double percent : new double[] {50, 90, 99, 99.9}) {
                String name = "p" + Double.toString(percent).replace(".0", "").replace(".", "");
                System.out.println(name + "_us " + micros(fromDue, percent));
                System.out.println("service_" + name + "_us " + micros(fromSent, percent));
            }
            System.out.println("max_us " + fromDue.getMaxValue() / 1e3);
        }

        private static double micros(Histogram histogram, double percent) {
            return histogram.getValueAtPercentile(percent) / 1e3;
        }
    }

    private Load(Plan plan) throws IOException {
        this.plan = plan;
        this.idle = new LinkedBlockingDeque<>(plan.connections());
    }

    static void main(String[] args) throws Exception {
        var options =
                Options.of(
                        Set.of(
                                "port",
                                "path",
                                "header",
                                "body",
                                "body-file",
                                "rate",
                                "connections",
                                "broken",
                                "warmup",
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
                        options.number("rate", 1_000, 1),
                        options.number("connections", 50, 1),
                        Broken.valueOf(options.text("broken", "ends").toUpperCase(Locale.ROOT)),
                        Duration.ofSeconds(options.number("warmup", 2, 0)),
                        Duration.ofSeconds(options.number("seconds", 10, 1)));
        run(plan, () -> System.out.println("begin"), () -> System.out.println("end")).print();
    }

    /// @param begin called when measuring starts, on the sending thread
    /// @param end called when it ends
    static Result run(Plan plan, Runnable begin, Runnable end)
            throws IOException, InterruptedException {
        var load = new Load(plan);
        try (load.selector) {
            load.connect();
            var receiver = Thread.ofPlatform().name("receiver").start(load::receive);
            try {
                load.send(begin, end);
                load.awaitStragglers();
            } finally {
                load.over = true;
                load.selector.wakeup();
                receiver.join();
            }
            for (SelectionKey key : load.selector.keys()) {
                key.channel().close();
            }
        }
        return new Result(
                load.fromDue, load.fromSent, load.answered, load.refused + load.broken.get());
    }

    private void connect() throws IOException {
        byte[] request = plan.request();
        for (int i = 0; i < plan.connections(); i++) {
            idle.add(new Connection(ByteBuffer.wrap(request)));
        }
    }

    private void send(Runnable begin, Runnable end) throws IOException, InterruptedException {
        long interval = TimeUnit.SECONDS.toNanos(1) / plan.rate();
        long warmup = plan.warmup().toNanos() / interval;
        long count = warmup + plan.time().toNanos() / interval;
        long start = System.nanoTime();
        for (long i = 0; i < count; i++) {
            if (i == warmup) {
                begin.run();
            }
            long due = start + i * interval;
            await(due);
            next().send(due, i >= warmup);
        }
        end.run();
    }

    private static void await(long due) {
        long left = due - System.nanoTime();
        while (left > 0) {
            if (left > SPIN_NANOS) {
                LockSupport.parkNanos(left - SPIN_NANOS);
            } else {
                Thread.onSpinWait();
            }
            left = due - System.nanoTime();
        }
    }

    /// Waits until every connection is idle again, so that slow answers are measured too.
    private void awaitStragglers() throws IOException, InterruptedException {
        for (int i = 0; i < plan.connections(); i++) {
            if (plan.broken() == Broken.COUNTED && idle.size() + i < plan.connections()) {
                Connection last = idle.poll(ANSWER_NANOS_MAX, TimeUnit.NANOSECONDS);
                if (last == null) {
                    broken.addAndGet(plan.connections() - i);
                    return;
                }
            } else {
                next();
            }
        }
    }

    /// A connection whose answer has come; waits for one.
    private Connection next() throws IOException, InterruptedException {
        long giveUp = System.nanoTime() + ANSWER_NANOS_MAX;
        while (System.nanoTime() < giveUp && trouble.isEmpty()) {
            Connection connection = idle.poll(100, TimeUnit.MILLISECONDS);
            if (connection != null) {
                return connection;
            }
        }
        throw new IOException("an answer did not come within 30 s", trouble.orElse(null));
    }

    private void receive() {
        var in = ByteBuffer.allocateDirect(64 * 1024);
        try {
            while (!over) {
                selector.select(key -> ((Connection) key.attachment()).receive(in));
            }
        } catch (IOException e) {
            throw new IllegalStateException("the load generator's selector failed", e);
        }
    }

    /// Belongs to the sender while idle, to the receiver until its answer has come.
    private final class Connection {
        private final ByteBuffer request;
        private SocketChannel channel;
        private ResponseReader reader = new ResponseReader();
        private boolean waiting;
        private volatile long dueNanos;
        private volatile long sentNanos;
        private volatile boolean counts;

        Connection(ByteBuffer request) throws IOException {
            this.request = request.duplicate();
            this.channel = open();
        }

        private SocketChannel open() throws IOException {
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), plan.port());
            var opened = SocketChannel.open(address);
            opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
            opened.configureBlocking(false);
            opened.register(selector, SelectionKey.OP_READ, this);
            return opened;
        }

        synchronized void send(long due, boolean measured) throws IOException {
            dueNanos = due;
            counts = measured;
            sentNanos = System.nanoTime();
            waiting = true;
            request.rewind();
            try {
                while (request.hasRemaining()) {
                    channel.write(request);
                }
            } catch (IOException e) {
                // Whoever reads from it sees it broken too, and counts it.
                if (plan.broken() == Broken.ENDS) {
                    throw e;
                }
            }
        }

        void receive(ByteBuffer in) {
            try {
                in.clear();
                if (channel.read(in) < 0) {
                    throw new IOException("closed by the other side");
                }
                if (!reader.read(in.flip(), _ -> {})) {
                    return;
                }
                long now = System.nanoTime();
                if (counts && reader.status() == 200) {
                    answered++;
                    fromDue.recordValue(Math.min(now - dueNanos, ANSWER_NANOS_MAX));
                    fromSent.recordValue(Math.min(now - sentNanos, ANSWER_NANOS_MAX));
                } else if (counts) {
                    refused++;
                }
                synchronized (this) {
                    waiting = false;
                }
                giveBack();
            } catch (IOException e) {
                broke(e);
            }
        }

        /// The one used last is used next where connections may break: those that rest long enough are
        /// closed by servers.
        private void giveBack() {
            if (plan.broken() == Broken.COUNTED) {
                idle.addFirst(this);
            } else {
                idle.addLast(this);
            }
        }

        private synchronized void broke(IOException cause) {
            try {
                channel.close();
                if (plan.broken() == Broken.ENDS) {
                    throw cause;
                }
                reader = new ResponseReader();
                channel = open();
            } catch (IOException e) {
                trouble = Optional.of(e);
                over = true;
                return;
            }
            // One that was closed while it rested is in place again, and nobody has lost a call.
            if (waiting) {
                waiting = false;
                if (counts) {
                    broken.incrementAndGet();
                }
                giveBack();
            }
        }
    }
}
