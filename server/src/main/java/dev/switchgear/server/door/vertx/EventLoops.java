package dev.switchgear.server.door.vertx;

import dev.switchgear.core.time.Threads;
import dev.switchgear.wire.http.Readiness;
import dev.switchgear.wire.http.WatchedChannel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// The event loops of a gateway. Each carries connections of the door, the virtual threads of the
/// requests that come by them, and the connections to providers that those threads open: one system
/// thread a processor does all of it. Thread-safe.
///
/// Where the JDK does not let us choose who runs a virtual thread, requests run as its virtual threads
/// do, and connections to providers wait as they do.
public final class EventLoops implements AutoCloseable {
    private static final int LOOPS_MOST = 64;

    /// Long against what a loop does at a stretch, short against what a person notices.
    private static final long LOOK_MILLIS = 10;

    private final Vertx vertx;
    private final List<LoopThreads> loops;
    private final AtomicInteger next = new AtomicInteger();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean closed = new AtomicBoolean();

    /// Who watches the connections of a loop: the door, once there is one.
    private volatile @Nullable Function<EventLoop, ConnectionWatch> watches;

    private EventLoops(int count) {
        this.vertx =
                Vertx.builder()
                        .with(
                                new VertxOptions()
                                        .setEventLoopPoolSize(count)
                                        .setWorkerPoolSize(1)
                                        .setInternalBlockingPoolSize(1)
                                        .setFileSystemOptions(
                                                new FileSystemOptions()
                                                        .setClassPathResolvingEnabled(false)
                                                        .setFileCachingEnabled(false)))
                        .withTransport(new DoorTransport(this::watch))
                        .build();
        var number = new AtomicInteger();
        this.loops =
                StreamSupport.stream(executors().spliterator(), false)
                        .map(loop -> new LoopThreads((EventLoop) loop, number.getAndIncrement()))
                        .toList();
        if (readiness().isPresent()) {
            var _ = Threads.platform("loops").start(this::lookAfter);
        }
    }

    /// Until they are closed: a loop that cannot go on is not left alone with those who wait for it.
    private void lookAfter() {
        try {
            while (!ended.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                loops.forEach(LoopThreads::lookAfter);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// One for each processor.
    public static EventLoops start() {
        return start(Math.min(LOOPS_MOST, Runtime.getRuntime().availableProcessors()));
    }

    /// @param count of loops, from 1
    public static EventLoops start(int count) {
        return new EventLoops(count);
    }

    int count() {
        return loops.size();
    }

    /// Looks at the connector's channels; empty where requests do not run on the loops, and would be
    /// told by another thread.
    public Optional<Readiness> readiness() {
        return loops.getFirst().threads().map(_ -> this::watched);
    }

    Vertx vertx() {
        return vertx;
    }

    Iterable<EventExecutor> executors() {
        return ((VertxInternal) vertx).nettyEventLoopGroup();
    }

    void watchBy(Function<EventLoop, ConnectionWatch> door) {
        watches = door;
    }

    private ConnectionWatch watch(EventLoop loop) {
        Function<EventLoop, ConnectionWatch> door = watches;
        if (door == null) {
            throw new IllegalStateException("a connection without a door");
        }
        return door.apply(loop);
    }

    LoopThreads of(EventLoop loop) {
        return loops.stream()
                .filter(one -> one.loop().equals(loop))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no loop of ours"));
    }

    private WatchedChannel watched(SocketChannel channel) throws IOException {
        LoopThreads home = nearest();
        var watched = new LoopChannel(channel, home);
        try {
            home.execute(watched::register);
        } catch (RejectedExecutionException ended) {
            throw new IOException("the gateway is ending", ended);
        }
        return watched;
    }

    /// The loop that the calling thread runs on, or any.
    private LoopThreads nearest() {
        for (LoopThreads one : loops) {
            if (one.here()) {
                return one;
            }
        }
        return loops.get(Math.floorMod(next.getAndIncrement(), loops.size()));
    }

    /// Ends the loops, with all connections.
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            VertxDoor.await(vertx.close(), "ending the event loops");
            ended.countDown();
        }
    }
}
