package dev.switchgear.server.door.vertx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.server.door.Door;
import dev.switchgear.server.door.DoorSettings;
import dev.switchgear.server.door.HttpHandler;
import dev.switchgear.server.door.HttpStream;
import dev.switchgear.server.door.RawClient;
import dev.switchgear.server.door.ResponseHead;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class VertxDoorTest {
    private static final byte[] OK = "ok".getBytes(UTF_8);

    private final HttpClient client = HttpClient.newHttpClient();
    private final OpenDoors doors = new OpenDoors();

    @AfterEach
    void close() {
        client.close();
        doors.close();
    }

    private Door open(HttpHandler handler) {
        return open(DoorSettings.DEFAULT.at("127.0.0.1", 0), handler);
    }

    private Door open(DoorSettings settings, HttpHandler handler) {
        return doors.open(settings, handler);
    }

    private static URI at(Door door, String path) {
        return URI.create("http://127.0.0.1:" + door.port() + path);
    }

    @Test
    void a_request_reaches_its_handler_whole_and_on_a_virtual_thread() throws Exception {
        var seen = new CompletableFuture<String>();
        Door door =
                open(exchange -> {
                    seen.complete(
                            "%s %s %s %s %s %s"
                                    .formatted(
                                            exchange.method(),
                                            exchange.path(),
                                            exchange.query(),
                                            exchange.header("X-Asked").orElse("-"),
                                            new String(exchange.body(), UTF_8),
                                            Thread.currentThread().isVirtual()));
                    exchange.respond(ResponseHead.of(201).with("x-said", "yes"), OK);
                });

        HttpResponse<String> answer =
                client.send(
                        HttpRequest.newBuilder(at(door, "/a%2Fb?c=d"))
                                .header("x-asked", "well")
                                .POST(HttpRequest.BodyPublishers.ofString("body"))
                                .build(),
                        BodyHandlers.ofString());

        assertThat(seen.get(10, SECONDS)).isEqualTo("POST /a%2Fb c=d well body true");
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("x-said")).hasValue("yes");
        assertThat(answer.body()).isEqualTo("ok");
    }

    @Test
    void a_streamed_answer_arrives_piece_by_piece() throws Exception {
        var mayGoOn = new CountDownLatch(1);
        Door door =
                open(exchange -> {
                    HttpStream stream = exchange.stream(ResponseHead.of(200, "text/event-stream"));
                    stream.write("data: 1\n\n".getBytes(UTF_8), 0, 9);
                    awaitQuietly(mayGoOn);
                    stream.write("data: 2\n\n".getBytes(UTF_8), 0, 9);
                    stream.end("data: 3\n\n".getBytes(UTF_8));
                });

        try (var raw = new RawClient(door.port())) {
            raw.send("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
            String first = raw.readUntil("data: 1\n\n");
            mayGoOn.countDown();
            String rest = raw.readAll();

            assertThat(first).contains("200 OK").contains("transfer-encoding: chunked");
            assertThat(rest).contains("data: 2\n\n").contains("data: 3\n\n").endsWith("0\r\n\r\n");
        }
    }

    @Test
    @Tag("alone")
    void a_client_that_goes_away_interrupts_its_handler_at_once() throws Exception {
        var began = new CountDownLatch(1);
        var interrupted = new CompletableFuture<Long>();
        Door door =
                open(exchange -> {
                    began.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException _) {
                        assertThat(exchange.gone()).isTrue();
                        interrupted.complete(System.nanoTime());
                    }
                });

        try (var raw = new RawClient(door.port())) {
            raw.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
            assertThat(began.await(10, SECONDS)).isTrue();
            long left = System.nanoTime();
            raw.hangUp();

            assertThat(Duration.ofNanos(interrupted.get(10, SECONDS) - left))
                    .isLessThan(Duration.ofMillis(100));
        }
    }

    @Test
    void after_it_stopped_accepting_new_connections_are_refused_and_old_ones_answered_and_closed()
            throws Exception {
        Door door = open(exchange -> exchange.respond(ResponseHead.of(200), OK));
        try (var raw = new RawClient(door.port())) {
            raw.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
            raw.readUntil("ok");

            door.stopAccepting();

            awaitRefusal(door.port());
            raw.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
            assertThat(raw.readAll()).contains("connection: close").endsWith("ok");
        }
    }

    @Test
    void a_slow_machine_is_waited_for_and_a_failure_is_told_at_once() throws Exception {
        Duration each = Duration.ofMillis(20);
        Promise<String> slow = Promise.promise();
        var waited = new CompletableFuture<String>();
        Thread.ofVirtual()
                .start(() -> {
                    VertxDoor.await(slow.future(), "opening", each);
                    waited.complete("opened");
                });
        assertThatThrownBy(() -> waited.get(5 * each.toMillis(), MILLISECONDS))
                .as("five times as long as it says nothing")
                .isInstanceOf(TimeoutException.class);
        slow.complete("now");
        assertThat(waited.get(10, SECONDS)).isEqualTo("opened");

        assertThatThrownBy(() ->
                        VertxDoor.await(Future.failedFuture("no such place"), "opening", each))
                .hasMessageContaining("no such place");
        assertThatThrownBy(() ->
                        VertxDoor.await(
                                Promise.promise().future(), "opening", Duration.ofMillis(1)))
                .hasMessageContaining("opening took longer than");
    }

    /// The system lets go of a closed listening socket a moment later, when its selector has turned
    /// once more; until then it still completes a handshake, and resets what nobody took.
    private static void awaitRefusal(int port) throws Exception {
        long end = System.nanoTime() + SECONDS.toNanos(5);
        while (System.nanoTime() - end < 0) {
            try (var late = new RawClient(port)) {
                assertThat(late).isNotNull();
            } catch (SocketException refusedOrReset) {
                return;
            }
        }
        throw new AssertionError("new connections are still taken after 5 s");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
