package dev.switchgear.server.door.vertx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.door.Door;
import dev.switchgear.server.door.DoorSettings;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.HttpHandler;
import dev.switchgear.server.door.HttpStream;
import dev.switchgear.server.door.RawClient;
import dev.switchgear.server.door.ResponseHead;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SlowClientTest {
    private static final byte[] EVENT = ("data: " + "x".repeat(1016) + "\n\n").getBytes(UTF_8);

    private final OpenDoors doors = new OpenDoors();

    @AfterEach
    void close() {
        doors.close();
    }

    private Door open(DoorSettings settings, HttpHandler handler) {
        return doors.open(settings, handler);
    }

    /// Every time is a tenth of a second or so.
    private static DoorSettings impatient() {
        return new DoorSettings(
                "127.0.0.1",
                0,
                new DoorSettings.Limits(
                        16 * 1024,
                        100,
                        1024 * 1024,
                        Duration.ofMillis(150),
                        Duration.ofMillis(150),
                        1024,
                        Duration.ofMillis(300),
                        Duration.ofMillis(200),
                        20,
                        100),
                Optional.empty());
    }

    private static void ok(HttpExchange exchange) {
        exchange.respond(ResponseHead.of(200), "ok".getBytes(UTF_8));
    }

    @Test
    void no_more_than_64_kib_wait_for_a_client_that_does_not_read_and_then_it_is_dropped()
            throws Exception {
        var heldMost = new AtomicInteger();
        var dropped = new CompletableFuture<Boolean>();
        Door door =
                open(
                        impatient(),
                        exchange -> {
                            var stream =
                                    (VertxStream)
                                            exchange.stream(
                                                    ResponseHead.of(200, "text/event-stream"));
                            while (stream.write(EVENT, 0, EVENT.length)) {
                                heldMost.accumulateAndGet(stream.held(), Math::max);
                            }
                            dropped.complete(exchange.gone());
                        });

        try (var raw = new RawClient(door.port(), 4096)) {
            raw.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n");

            assertThat(dropped.get(20, SECONDS)).as("gone").isTrue();
        }
        assertThat(heldMost.get()).isBetween(1, HttpStream.BOUND);
    }

    @Test
    void a_slow_but_steady_reader_gets_everything() throws Exception {
        int events = 4000;
        Door door =
                open(
                        impatient(),
                        exchange -> {
                            HttpStream stream =
                                    exchange.stream(ResponseHead.of(200, "text/event-stream"));
                            for (int i = 0; i < events; i++) {
                                assertThat(stream.write(EVENT, 0, EVENT.length)).isTrue();
                            }
                            stream.end(new byte[0]);
                        });

        try (var raw = new RawClient(door.port(), 16 * 1024)) {
            raw.send("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");

            assertThat(raw.readAll().split("data: ", -1)).hasSize(events + 1);
        }
    }

    @Test
    void one_piece_larger_than_the_bound_arrives_whole() throws Exception {
        byte[] large = new byte[1_000_000];
        Door door =
                open(
                        impatient(),
                        exchange -> {
                            HttpStream stream = exchange.stream(ResponseHead.of(200));
                            assertThat(stream.write(large, 0, large.length)).isTrue();
                            stream.end(new byte[0]);
                        });

        try (var raw = new RawClient(door.port())) {
            raw.send("GET / HTTP/1.0\r\n\r\n");
            raw.readUntil("\r\n\r\n");

            assertThat(raw.in().readAllBytes()).hasSize(large.length);
        }
    }

    @Test
    void a_head_that_never_ends_is_cut_with_408() throws Exception {
        Door door = open(impatient(), SlowClientTest::ok);
        try (var raw = new RawClient(door.port())) {
            raw.send("GET / HTTP/1.1\r\nhost: x\r\nx-a:");
            assertThat(raw.readAll()).startsWith("HTTP/1.1 408 ");
        }
    }

    @Test
    void a_head_that_trickles_is_cut_all_the_same() throws Exception {
        Door door = open(impatient(), SlowClientTest::ok);
        try (var raw = new RawClient(door.port())) {
            raw.send("GET / HTTP/1.1\r\nhost: x\r\nx-a: ");
            var answered = new CountDownLatch(1);
            var talker = new CompletableFuture<Integer>();
            Thread.ofVirtual().start(() -> trickle(raw, answered, talker));
            String answer = raw.readUntil("\r\n\r\n");
            answered.countDown();

            assertThat(answer).startsWith("HTTP/1.1 408 ");
            assertThat(talker.get(10, SECONDS)).as("bytes sent meanwhile").isGreaterThan(3);
        }
    }

    private static void trickle(
            RawClient raw, CountDownLatch answered, CompletableFuture<Integer> sent) {
        try {
            int bytes = 0;
            while (!answered.await(10, MILLISECONDS)) {
                raw.send("a");
                bytes++;
            }
            sent.complete(bytes);
        } catch (IOException | InterruptedException failure) {
            sent.completeExceptionally(failure);
        }
    }

    @Test
    void a_connection_that_says_nothing_is_closed_and_so_is_one_that_has_nothing_more_to_say()
            throws Exception {
        Door door = open(impatient(), SlowClientTest::ok);
        try (var silent = new RawClient(door.port());
                var idle = new RawClient(door.port())) {
            idle.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n");

            assertThat(silent.readAll()).isEmpty();
            assertThat(idle.readAll()).endsWith("ok");
        }
    }

    @Test
    void a_body_that_trickles_is_cut_with_408() throws Exception {
        Door door = open(impatient(), SlowClientTest::ok);
        try (var raw = new RawClient(door.port())) {
            raw.send("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\nabc");
            assertThat(raw.readAll()).startsWith("HTTP/1.1 408 ").contains("connection: close");
        }
    }

    @Test
    void a_body_that_came_fast_and_then_stalls_is_cut_too() throws Exception {
        Door door = open(impatient(), SlowClientTest::ok);
        try (var raw = new RawClient(door.port())) {
            raw.send("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n");
            raw.send("a".repeat(900_000));
            assertThat(raw.readAll()).startsWith("HTTP/1.1 408 ").contains("1024 bytes a second");
        }
    }

    @Test
    void a_chunked_body_above_the_limit_is_cut_with_413() throws Exception {
        Door door = open(impatient(), SlowClientTest::ok);
        try (var raw = new RawClient(door.port())) {
            raw.send("POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n");
            raw.send("110000\r\n" + "a".repeat(0x110000) + "\r\n0\r\n\r\n");
            assertThat(raw.readAll()).startsWith("HTTP/1.1 413 ");
        }
    }

    @Test
    void a_client_that_waits_for_leave_to_send_its_body_gets_it() throws Exception {
        Door door = open(impatient(), SlowClientTest::ok);
        try (var raw = new RawClient(door.port())) {
            raw.send("POST / HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\n");
            raw.send("content-length: 2\r\nconnection: close\r\n\r\n");
            assertThat(raw.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 100 ");
            raw.send("hi");
            assertThat(raw.readAll()).startsWith("HTTP/1.1 200 ").endsWith("ok");
        }
    }

    @Test
    void connections_above_the_most_are_closed_at_once() throws Exception {
        Door door = open(impatient(), SlowClientTest::ok);
        var clients = new ArrayList<RawClient>();
        try {
            for (int i = 0; i < 20; i++) {
                var raw = new RawClient(door.port());
                clients.add(raw);
                raw.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n").readUntil("ok");
            }
            try (var above = new RawClient(door.port())) {
                assertThat(above.in().read()).isEqualTo(-1);
            }
        } finally {
            for (RawClient raw : clients) {
                raw.close();
            }
        }
    }

    @Test
    void a_thousand_streams_at_once_all_receive_and_all_end() throws Exception {
        int streams = 1000;
        var allOpen = new CountDownLatch(streams);
        Door door =
                open(
                        DoorSettings.DEFAULT.at("127.0.0.1", 0),
                        exchange -> {
                            HttpStream stream =
                                    exchange.stream(ResponseHead.of(200, "text/event-stream"));
                            stream.write(EVENT, 0, EVENT.length);
                            allOpen.countDown();
                            try {
                                assertThat(allOpen.await(30, SECONDS)).isTrue();
                            } catch (InterruptedException interrupted) {
                                throw new IllegalStateException(interrupted);
                            }
                            stream.end(EVENT);
                        });
        List<CompletableFuture<Integer>> received = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            var one = new CompletableFuture<Integer>();
            received.add(one);
            Thread.ofVirtual()
                    .start(() -> {
                        try (var raw = new RawClient(door.port())) {
                            raw.send("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
                            one.complete(raw.readAll().split("data: ", -1).length - 1);
                        } catch (Throwable failure) {
                            one.completeExceptionally(failure);
                        }
                    });
        }

        for (CompletableFuture<Integer> one : received) {
            assertThat(one.get(30, SECONDS)).isEqualTo(2);
        }
        assertThat(door.drain(Duration.ofSeconds(10))).isTrue();
        assertThat(door.inFlight()).isZero();
    }

    @Test
    void what_is_in_flight_when_the_door_drains_is_finished() throws Exception {
        var began = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        Door door =
                open(
                        DoorSettings.DEFAULT.at("127.0.0.1", 0),
                        exchange -> {
                            began.countDown();
                            try {
                                assertThat(mayEnd.await(10, SECONDS)).isTrue();
                            } catch (InterruptedException interrupted) {
                                throw new IllegalStateException(interrupted);
                            }
                            ok(exchange);
                        });
        try (var raw = new RawClient(door.port())) {
            raw.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
            assertThat(began.await(10, SECONDS)).isTrue();
            var drained = new CompletableFuture<Boolean>();
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            drained.complete(door.drain(Duration.ofSeconds(10)));
                        } catch (InterruptedException interrupted) {
                            drained.completeExceptionally(interrupted);
                        }
                    });
            door.stopAccepting();
            mayEnd.countDown();

            assertThat(raw.readAll()).contains("connection: close").endsWith("ok");
            assertThat(drained.get(10, SECONDS)).isTrue();
        }
    }
}
