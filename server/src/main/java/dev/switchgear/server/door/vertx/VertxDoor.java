package dev.switchgear.server.door.vertx;

import dev.switchgear.core.time.Lateness;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import dev.switchgear.server.door.BodyBudget;
import dev.switchgear.server.door.Door;
import dev.switchgear.server.door.DoorSettings;
import dev.switchgear.server.door.ErrorPage;
import dev.switchgear.server.door.HttpHandler;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http1ServerConfig;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.http1.Http1ServerConnection;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The door on Vert.x. Its event loops read, frame and write, and between two looks at their connections
/// carry the virtual threads of their requests ([EventLoops]).
public final class VertxDoor implements Door {
    private static final Logger LOG = LoggerFactory.getLogger(VertxDoor.class);
    private static final AttributeKey<VertxConnection> LINE =
            AttributeKey.valueOf("switchgear.line");
    private static final int CHUNK = 64 * 1024;

    /// How often it is said that an opening or closing door is still being waited for.
    private static final Duration START = Duration.ofSeconds(10);

    /// A machine so slow that it does not open a port in that time will not serve anybody.
    private static final int STARTS_MOST = 60;

    /// Until [#close], which ends it anyway.
    private static final Duration FOREVER = Duration.ofHours(1);

    private static final Duration FAREWELL = Duration.ofSeconds(2);

    /// A client that has just been given a connection from its pool must find it open.
    private static final Duration QUIET = Duration.ofMillis(500);

    private final DoorSettings settings;
    private final HttpHandler handler;
    private final BodyBudget memory;
    private final ErrorPage errors;
    private final EventLoops loops;
    private final Threads threads;
    private final Time time;
    private final Vertx vertx;
    private final List<Lateness.Pulse> pulses = new CopyOnWriteArrayList<>();
    private final List<HttpServer> servers = new ArrayList<>();
    private final Map<EventLoop, ConnectionWatch> watches = new ConcurrentHashMap<>();
    private final Map<InetAddress, Integer> sources = new ConcurrentHashMap<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final ReentrantLock draining = new ReentrantLock();
    private final Condition calmer = draining.newCondition();
    private final int port;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean closing;

    /// The channel that accepts; known once a client has come.
    private volatile @Nullable Channel listener;

    private volatile long lastLeftNanos;

    private VertxDoor(
            DoorSettings settings,
            HttpHandler handler,
            ErrorPage errors,
            EventLoops loops,
            Threads threads,
            Time time) {
        this.settings = settings;
        this.handler = handler;
        this.memory = new BodyBudget(settings.bodyMemory());
        this.errors = errors;
        this.threads = threads;
        this.time = time;
        this.loops = loops;
        this.vertx = loops.vertx();
        loops.watchBy(this::watch);
        this.port = listen();
    }

    /// Opens the door.
    ///
    /// @throws IllegalStateException when the port cannot be had; the message says why
    public static Door open(
            DoorSettings settings,
            HttpHandler handler,
            ErrorPage errors,
            EventLoops loops,
            Threads threads,
            Time time) {
        return new VertxDoor(settings, handler, errors, loops, threads, time);
    }

    private int listen() {
        // To Vert.x a negative port means: any, but the same for all that ask with this number.
        int asked = settings.port() == 0 && loops.count() > 1 ? -1 : settings.port();
        int chosen = asked;
        for (int i = 0; i < loops.count(); i++) {
            HttpServer server =
                    vertx.createHttpServer(options())
                            .connectionHandler(this::connected)
                            .requestHandler(this::requested)
                            .invalidRequestHandler(this::malformed)
                            .exceptionHandler(failure -> LOG.debug("connection failed", failure));
            try {
                await(server.listen(asked, settings.host()), "opening " + settings.place());
            } catch (IllegalStateException failure) {
                close();
                throw new IllegalStateException(
                        settings.place() + " cannot be opened: " + failure.getMessage(), failure);
            }
            servers.add(server);
            chosen = server.actualPort();
        }
        return chosen;
    }

    private HttpServerOptions options() {
        HttpServerOptions options =
                new HttpServerOptions()
                        .setMaxHeaderSize(settings.limits().headBytes())
                        .setMaxInitialLineLength(settings.limits().headBytes())
                        .setMaxChunkSize(CHUNK)
                        .setTcpNoDelay(true)
                        .setAcceptBacklog(1024)
                        .setCompressionSupported(false)
                        .setDecompressionSupported(false)
                        .setHandle100ContinueAutomatically(false)
                        .setPerFrameWebSocketCompressionSupported(false)
                        .setPerMessageWebSocketCompressionSupported(false)
                        .setHttp2ClearTextEnabled(false)
                        .setHttp2RstFloodMaxRstFramePerWindow(20)
                        .setHttp2RstFloodWindowDuration(1)
                        .setHttp2MaxSmallContinuationFrames(4)
                        .setInitialSettings(
                                new Http2Settings()
                                        .setMaxConcurrentStreams(100)
                                        .setPushEnabled(false)
                                        .setMaxHeaderListSize(settings.limits().headBytes()));
        return settings.tls()
                .map(tls ->
                        options.setSsl(true)
                                .setUseAlpn(true)
                                .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
                                .setSslHandshakeTimeout(settings.limits().headTime().toMillis())
                                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                                .setKeyCertOptions(
                                        new PemKeyCertOptions()
                                                .setCertPath(tls.certificate())
                                                .setKeyPath(tls.key())))
                .orElse(options);
    }

    /// Waits for a slow machine, and says so.
    static void await(Future<?> future, String what) {
        await(future, what, START);
    }

    /// @param each after how long it is said again that this is waited for
    static void await(Future<?> future, String what, Duration each) {
        CompletableFuture<?> done = future.toCompletionStage().toCompletableFuture();
        for (int waits = 1; waits <= STARTS_MOST; waits++) {
            try {
                var _ = done.get(each.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (ExecutionException failure) {
                throw new IllegalStateException(failure.getMessage(), failure);
            } catch (TimeoutException late) {
                LOG.warn(
                        "{} takes longer than {} s; waiting",
                        what,
                        each.multipliedBy(waits).toSeconds());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", interrupted);
            }
        }
        throw new IllegalStateException(
                what + " took longer than " + each.multipliedBy(STARTS_MOST));
    }

    private void connected(HttpConnection connection) {
        Channel channel = ((ConnectionBase) connection).channel();
        if (listener == null) {
            listener = channel.parent();
        }
        InetAddress remote = ((InetSocketAddress) channel.remoteAddress()).getAddress();
        ConnectionWatch watch = watch(channel.eventLoop());
        HeadDecoder heads =
                connection instanceof Http1ServerConnection
                        ? new HeadDecoder(heads(), settings.limits().headLines())
                        : null;
        var line =
                new VertxConnection(settings.limits(), watch, connection, channel, heads, errors);
        if (!admit(remote)) {
            var _ = connection.close();
            return;
        }
        watch.lines().add(line);
        var _ = connection.closeHandler(_ -> disconnected(line));
        channel.attr(LINE).set(line);
        if (connection instanceof Http1ServerConnection http1) {
            // Without Vert.x's own first look at each request, which answers odd versions in its
            // own
            // way and starts WebSockets by itself.
            http1.handler(this::requested);
            channel.pipeline().replace("httpDecoder", "httpDecoder", heads);
            channel.pipeline().addBefore("httpDecoder", "line", line);
        }
    }

    /// Names and limits of the decoder, as [#options] has them.
    private Http1ServerConfig heads() {
        return new Http1ServerConfig()
                .setMaxHeaderSize(settings.limits().headBytes())
                .setMaxInitialLineLength(settings.limits().headBytes())
                .setMaxChunkSize(CHUNK);
    }

    private ConnectionWatch watch(EventLoop loop) {
        return watches.computeIfAbsent(
                loop, one -> new ConnectionWatch(loops.of(one), time, sweepMillis()));
    }

    private boolean admit(InetAddress remote) {
        if (connections.incrementAndGet() > settings.limits().connections()) {
            connections.decrementAndGet();
            return false;
        }
        if (!counts(remote)) {
            return true;
        }
        if (sources.merge(remote, 1, Integer::sum) > settings.limits().connectionsPerSource()) {
            release(remote);
            return false;
        }
        return true;
    }

    private boolean counts(InetAddress remote) {
        return settings.limits().connectionsPerSource() > 0 && !remote.isLoopbackAddress();
    }

    private void release(InetAddress remote) {
        connections.decrementAndGet();
        if (counts(remote)) {
            sources.computeIfPresent(remote, (_, count) -> count == 1 ? null : count - 1);
        }
    }

    private void disconnected(VertxConnection line) {
        line.watch().lines().remove(line);
        release(line.remote());
        if (closing) {
            signal();
        }
    }

    private long sweepMillis() {
        long least =
                Math.min(
                        Math.min(
                                settings.limits().headTime().toMillis(),
                                settings.limits().idle().toMillis()),
                        Math.min(
                                settings.limits().bodyWindow().toMillis(),
                                settings.limits().stall().toMillis()));
        return Math.clamp(least / 4, 5, 250);
    }

    private static VertxConnection line(HttpServerRequest request) {
        return ((ConnectionBase) request.connection()).channel().attr(LINE).get();
    }

    private void requested(HttpServerRequest request) {
        VertxConnection line = line(request);
        if (line == null || line.closing()) {
            return;
        }
        HttpVersion version = request.version();
        if (version != HttpVersion.HTTP_1_1
                && version != HttpVersion.HTTP_1_0
                && version != HttpVersion.HTTP_2) {
            line.refuse(
                    new ErrorPage.Asked(
                            request.uri(),
                            Optional.ofNullable(request.getHeader("origin")),
                            Optional.ofNullable(request.getHeader("x-request-id"))),
                    505,
                    "only HTTP 1.0 and 1.1 are spoken here");
            return;
        }
        new VertxExchange(this, line, request, time.nanos()).begin();
    }

    /// What Netty's decoder could not make sense of.
    private void malformed(HttpServerRequest request) {
        VertxConnection line = line(request);
        if (line == null || line.closing()) {
            return;
        }
        Throwable cause = request.decoderResult().cause();
        switch (cause) {
            case TooLongHttpLineException _ ->
                    line.refuse(
                            414,
                            "the request line is longer than "
                                    + settings.limits().headBytes()
                                    + " bytes (setting server.limits.header-bytes)");
            case TooLongHttpHeaderException _ ->
                    line.refuse(
                            431,
                            "the header is larger than "
                                    + settings.limits().headBytes()
                                    + " bytes (setting server.limits.header-bytes)");
            case HeadDecoder.FoldedLine _ -> line.refuse(400, "a header line is folded");
            case HeadDecoder.TooManyLines _ ->
                    line.refuse(
                            431,
                            "more than "
                                    + settings.limits().headLines()
                                    + " header fields (setting server.limits.header-lines)");
            case null, default -> line.refuse(400, "this is not a well-formed HTTP request");
        }
    }

    DoorSettings.Limits limits() {
        return settings.limits();
    }

    BodyBudget memory() {
        return memory;
    }

    HttpHandler handler() {
        return handler;
    }

    ErrorPage errors() {
        return errors;
    }

    Threads threads() {
        return threads;
    }

    boolean closing() {
        return closing;
    }

    void entered() {
        inFlight.incrementAndGet();
    }

    void left() {
        int now = inFlight.decrementAndGet();
        if (closing) {
            lastLeftNanos = time.nanos();
            if (now == 0) {
                signal();
            }
        }
    }

    private void signal() {
        draining.lock();
        try {
            calmer.signalAll();
        } finally {
            draining.unlock();
        }
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public int inFlight() {
        return inFlight.get();
    }

    @Override
    public void beat(Lateness lateness) {
        long every = Lateness.PULSE.toMillis();
        for (EventExecutor loop : loops.executors()) {
            Lateness.Pulse pulse = lateness.pulse();
            pulses.add(pulse);
            var _ = loop.scheduleWithFixedDelay(pulse::beat, every, every, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void stopAccepting() {
        if (closing) {
            return;
        }
        lastLeftNanos = time.nanos();
        closing = true;
        // Vert.x would close standing connections together with the port, and lose what clients
        // have just sent on them: so the listening channel is closed by itself.
        Channel open = listener;
        if (open == null) {
            servers.forEach(server -> await(server.close(), "closing the port"));
        } else {
            open.close().awaitUninterruptibly(START.toMillis());
        }
        watches.values().forEach(watch -> watch.loop().execute(() -> sayGoAway(watch)));
    }

    private static void sayGoAway(ConnectionWatch watch) {
        for (VertxConnection line : watch.lines()) {
            VertxSocket socket = line.opened();
            if (socket != null) {
                socket.ending();
            } else if (line.connection().protocolVersion() == HttpVersion.HTTP_2) {
                var _ = line.connection().shutdown(FOREVER);
            }
        }
    }

    @Override
    public boolean drain(Duration within) throws InterruptedException {
        stopAccepting();
        if (calm(within)) {
            return true;
        }
        for (ConnectionWatch watch : watches.values()) {
            watch.loop().execute(() -> hurry(watch));
        }
        var _ = calm(FAREWELL);
        return false;
    }

    private static void hurry(ConnectionWatch watch) {
        for (VertxConnection line : watch.lines()) {
            line.exchanges().forEach(VertxExchange::endNow);
        }
    }

    /// Waits until nothing is in flight, and no client is likely to be just sending.
    private boolean calm(Duration within) throws InterruptedException {
        long end = time.nanos() + within.toNanos();
        draining.lock();
        try {
            while (!isCalm()) {
                long left = end - time.nanos();
                if (left <= 0) {
                    return false;
                }
                var _ = calmer.awaitNanos(Math.min(left, QUIET.toNanos() / 4));
            }
            return true;
        } finally {
            draining.unlock();
        }
    }

    private boolean isCalm() {
        return inFlight.get() == 0
                && (connections.get() == 0 || time.nanos() - lastLeftNanos >= QUIET.toNanos());
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            closing = true;
            pulses.forEach(Lateness.Pulse::end);
            loops.close();
        }
    }
}
