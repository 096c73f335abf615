package dev.switchgear.server.door.vertx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.time.SystemTime;
import dev.switchgear.core.time.Threads;
import dev.switchgear.server.door.Door;
import dev.switchgear.server.door.DoorSettings;
import dev.switchgear.server.door.HttpHandler;
import dev.switchgear.server.door.ResponseHead;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.Headers;
import dev.switchgear.wire.OutgoingRequest;
import dev.switchgear.wire.WireException;
import dev.switchgear.wire.WireException.Kind;
import dev.switchgear.wire.egress.EgressGuard;
import dev.switchgear.wire.egress.EgressRules;
import dev.switchgear.wire.egress.Resolver;
import dev.switchgear.wire.http.Connector;
import dev.switchgear.wire.http.ConnectorSettings;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
final class EventLoopsTest {
    /// Two, so that one can be told from the other.
    private static LoopThreads first(EventLoops loops) {
        return loops.of((EventLoop) loops.executors().iterator().next());
    }

    private static Threads threads(LoopThreads loop) {
        return loop.threads().orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"0, true", "65536, true", "65537, false", "1000000, false"})
    void a_request_runs_on_a_loop_unless_much_may_be_made_of_it(int bytes, boolean looped)
            throws Exception {
        var names = new CompletableFuture<String>();
        HttpHandler handler =
                exchange -> {
                    names.complete(
                            Thread.currentThread().isVirtual()
                                    + " "
                                    + Thread.currentThread().getName());
                    exchange.respond(ResponseHead.of(200), new byte[0]);
                };
        try (Door door =
                        VertxDoor.open(
                                DoorSettings.DEFAULT.at("127.0.0.1", 0),
                                handler,
                                (status, message) -> message.getBytes(UTF_8),
                                EventLoops.start(2),
                                Threads.virtual(),
                                new SystemTime());
                HttpClient client = HttpClient.newHttpClient()) {
            var _ =
                    client.send(
                            HttpRequest.newBuilder(
                                            URI.create("http://127.0.0.1:" + door.port() + "/"))
                                    .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[bytes]))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding());
        }
        assertThat(names.get(10, TimeUnit.SECONDS)).matches(looped ? "true loop [01]" : "true ");
    }

    @Test
    void what_a_thread_of_a_loop_hands_it_runs_after_the_thread_has_let_go() throws Exception {
        try (EventLoops loops = EventLoops.start(1)) {
            LoopThreads loop = first(loops);
            var order = new ArrayList<String>();
            var done = new CompletableFuture<List<String>>();
            threads(loop)
                    .start(() -> {
                        loop.execute(() -> {
                            order.add("errand, on " + loop.here());
                            done.complete(order);
                        });
                        order.add("thread, on " + loop.here());
                    });

            assertThat(done.get(10, TimeUnit.SECONDS))
                    .containsExactly("thread, on true", "errand, on true");
            assertThat(loop.here()).isFalse();
        }
    }

    @Test
    void another_thread_of_the_same_name_is_not_taken_for_the_loops() throws Exception {
        try (EventLoops loops = EventLoops.start(1)) {
            LoopThreads loop = first(loops);
            var here = new CompletableFuture<Boolean>();
            Thread.ofVirtual()
                    .name("loop ".concat(Integer.toString(0)))
                    .start(() -> here.complete(loop.here()));

            assertThat(here.get(10, TimeUnit.SECONDS)).isFalse();
        }
    }

    @Test
    void a_thread_whose_loop_has_ended_still_comes_to_its_end() throws Exception {
        var go = new CountDownLatch(1);
        var waits = new CountDownLatch(1);
        Thread thread;
        LoopThreads loop;
        try (EventLoops loops = EventLoops.start(1)) {
            loop = first(loops);
            thread =
                    threads(loop)
                            .start(() -> {
                                waits.countDown();
                                try {
                                    go.await();
                                } catch (InterruptedException _) {
                                    Thread.currentThread().interrupt();
                                }
                            });
            waits.await();
        }
        go.countDown();
        assertThat(thread.join(Duration.ofSeconds(20))).isTrue();
        assertThatThrownBy(() -> loop.execute(() -> {}))
                .isInstanceOf(RejectedExecutionException.class);
    }

    /// What a thread may wait for while it holds nothing.
    enum Held {
        LOCK,
        MONITOR;

        void within(ReentrantLock lock, Runnable errand) {
            switch (this) {
                case LOCK -> {
                    lock.lock();
                    try {
                        errand.run();
                    } finally {
                        lock.unlock();
                    }
                }
                case MONITOR -> {
                    synchronized (lock) {
                        errand.run();
                    }
                }
            }
        }
    }

    /// Who gives the lock back wakes the thread that asked first: that one waits for the loop, and the
    /// loop for the lock.
    @ParameterizedTest
    @EnumSource(Held.class)
    void a_loop_that_waits_behind_a_thread_of_its_own_goes_on(Held held) throws Exception {
        try (EventLoops loops = EventLoops.start(1)) {
            LoopThreads loop = first(loops);
            var lock = new ReentrantLock();
            var has = new CountDownLatch(1);
            var enough = new CountDownLatch(1);
            var gone = new CountDownLatch(2);
            Thread.ofPlatform()
                    .daemon()
                    .start(() ->
                            held.within(
                                    lock,
                                    () -> {
                                        has.countDown();
                                        uninterrupted(enough);
                                    }));
            has.await();
            Thread waits = threads(loop).start(() -> held.within(lock, gone::countDown));
            until(() ->
                    waits.getState() != Thread.State.RUNNABLE
                            && waits.getState() != Thread.State.NEW);
            var asks = new CompletableFuture<Thread>();
            loop.execute(() -> {
                asks.complete(Thread.currentThread());
                held.within(lock, gone::countDown);
            });
            Thread system = asks.get(10, TimeUnit.SECONDS);
            until(() -> system.getState() != Thread.State.RUNNABLE);

            enough.countDown();

            assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void nobody_waits_for_a_thread_that_has_much_to_do() throws Exception {
        try (EventLoops loops = EventLoops.start(1)) {
            LoopThreads loop = first(loops);
            var enough = new AtomicBoolean();
            Thread busy =
                    threads(loop)
                            .start(() -> {
                                while (!enough.get()) {
                                    Thread.onSpinWait();
                                }
                            });
            var done = new CompletableFuture<Boolean>();
            threads(loop).start(() -> done.complete(loop.here()));

            assertThat(done.get(20, TimeUnit.SECONDS)).as("on the loop").isFalse();
            enough.set(true);
            assertThat(busy.join(Duration.ofSeconds(20))).isTrue();
            // Who runs them beside the loop may take one more before it sees that there are no
            // others.
            until(() -> onLoop(loop));
        }
    }

    private static boolean onLoop(LoopThreads loop) {
        var here = new CompletableFuture<Boolean>();
        threads(loop).start(() -> here.complete(loop.here()));
        return here.join();
    }

    private static void uninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void until(BooleanSupplier so) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!so.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    /// Whoever listens here answers nobody.
    private static ServerSocketChannel silent() throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        return server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private static CompletableFuture<WireException> asked(
            Threads threads, Connector connector, String authority) {
        var failed = new CompletableFuture<WireException>();
        threads.start(() -> {
            try (Exchange exchange =
                    connector.send(
                            Endpoint.parse("http://" + authority),
                            "key",
                            new OutgoingRequest("GET", "/", Headers.NONE, new byte[0]),
                            Timeouts.DEFAULT,
                            Deadline.in(Duration.ofMinutes(1), new SystemTime()))) {
                failed.completeExceptionally(
                        new AssertionError("answered with " + exchange.status()));
            } catch (WireException e) {
                failed.complete(e);
            }
        });
        return failed;
    }

    @Test
    void whoever_waits_for_an_upstream_goes_on_when_the_loops_end() throws Exception {
        EventLoops loops = EventLoops.start(1);
        try (ServerSocketChannel server = silent()) {
            String authority =
                    "127.0.0.1:" + ((InetSocketAddress) server.getLocalAddress()).getPort();
            try (Connector connector =
                    new Connector(
                            new EgressGuard(EgressRules.allowing(authority), Resolver.system()),
                            ConnectorSettings.DEFAULT,
                            loops.readiness(),
                            new SystemTime())) {
                var on = asked(threads(first(loops)), connector, authority);
                var beside = asked(Threads.virtual(), connector, authority);
                server.accept().read(ByteBuffer.allocate(1));
                server.accept().read(ByteBuffer.allocate(1));

                loops.close();

                assertThat(on.get(20, TimeUnit.SECONDS).kind()).isEqualTo(Kind.CANCELLED);
                assertThat(beside.get(20, TimeUnit.SECONDS).kind()).isEqualTo(Kind.CANCELLED);
                var late = asked(Threads.virtual(), connector, authority);
                assertThat(late.get(20, TimeUnit.SECONDS).mayHaveActed()).isFalse();
            }
        } finally {
            loops.close();
        }
    }
}
