package dev.switchgear.server.door.vertx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.time.SystemTime;
import dev.switchgear.core.time.Threads;
import dev.switchgear.server.door.Door;
import dev.switchgear.server.door.DoorSettings;
import dev.switchgear.server.door.ErrorPage;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.HttpHandler;
import dev.switchgear.server.door.HttpStream;
import dev.switchgear.server.door.RawClient;
import dev.switchgear.server.door.ResponseHead;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever goes wrong behind the door, or in it: who asked is answered or sees the connection close,
/// nothing stays in flight, and a door that is told to end does so at once.
class DoorSurvivesTest {
    private static final byte[] PIECE = "data: 1\n\n".getBytes(UTF_8);
    private static final ErrorPage ERRORS =
            (status, message) -> ("{\"error\":\"" + status + "\"}").getBytes(UTF_8);

    private static Arguments when(String name, String answered, HttpHandler handler) {
        return Arguments.of(name, answered, handler);
    }

    private static Arguments head(String name, ResponseHead head) {
        return when(name, "HTTP/1.1 200", exchange -> exchange.respond(head, PIECE));
    }

    private static RuntimeException thrown() {
        return new IllegalStateException("as the test wants it");
    }

    /// What is answered begins so; with nothing, the connection closes.
    static Stream<Arguments> handlers() {
        ResponseHead ok = ResponseHead.of(200, "text/plain");
        return Stream.of(
                when("nothing is answered", "HTTP/1.1 500", _ -> {}),
                when(
                        "throws before",
                        "HTTP/1.1 500",
                        _ -> {
                            throw thrown();
                        }),
                when(
                        "an error before",
                        "HTTP/1.1 500",
                        _ -> {
                            throw new StackOverflowError("as the test wants it");
                        }),
                when(
                        "out of memory",
                        "HTTP/1.1 500",
                        _ -> {
                            throw new OutOfMemoryError("as the test wants it");
                        }),
                when(
                        "throws by the head",
                        "HTTP/1.1 500",
                        new HttpHandler() {
                            @Override
                            public void handle(HttpExchange exchange) {
                                throw thrown();
                            }

                            @Override
                            public Entry enter(HttpExchange head) {
                                throw thrown();
                            }
                        }),
                when(
                        "throws after",
                        "HTTP/1.1 200",
                        exchange -> {
                            exchange.respond(ok, PIECE);
                            throw thrown();
                        }),
                when(
                        "answers twice",
                        "HTTP/1.1 200",
                        exchange -> {
                            exchange.respond(ok, PIECE);
                            exchange.respond(ok, PIECE);
                        }),
                when(
                        "throws before the first piece of a stream",
                        "",
                        exchange -> {
                            exchange.stream(ok);
                            throw thrown();
                        }),
                when(
                        "throws in the middle of a stream",
                        "",
                        exchange -> {
                            HttpStream stream = exchange.stream(ok);
                            stream.write(PIECE, 0, PIECE.length);
                            throw thrown();
                        }),
                when(
                        "forgets the end of a stream",
                        "",
                        exchange -> {
                            HttpStream stream = exchange.stream(ok);
                            stream.write(PIECE, 0, PIECE.length);
                        }),
                when(
                        "writes beyond the array",
                        "",
                        exchange -> {
                            HttpStream stream = exchange.stream(ok);
                            stream.write(PIECE, 0, PIECE.length + 1);
                            stream.end(PIECE);
                        }),
                when(
                        "throws after the end of a stream",
                        "HTTP/1.1 200",
                        exchange -> {
                            exchange.stream(ok).end(PIECE);
                            throw thrown();
                        }),
                when(
                        "no status",
                        "HTTP/1.1 500",
                        exchange -> exchange.respond(ResponseHead.of(0), PIECE)),
                when(
                        "a status that is not final",
                        "HTTP/1.1 500",
                        exchange -> exchange.respond(ResponseHead.of(101), PIECE)),
                when(
                        "a status beyond all",
                        "HTTP/1.1 500",
                        exchange -> exchange.stream(ResponseHead.of(600)).end(PIECE)),
                head("CR in a value", ResponseHead.of(200).with("x-a", "b\rc")),
                head("LF in a value", ResponseHead.of(200).with("x-a", "b\nx-b: c")),
                head("CRLF in a value", ResponseHead.of(200).with("x-a", "m\r\nX: y\r\n\r\nbody")),
                head("NUL in a value", ResponseHead.of(200).with("x-a", "b\0c")),
                head("DEL in a value", ResponseHead.of(200).with("x-a", "b\u007fc")),
                head("Latin-1 in a value", ResponseHead.of(200).with("x-a", "déjà")),
                head("more in a value", ResponseHead.of(200).with("x-a", "東京 🚀")),
                head(
                        "a letter whose last byte is LF",
                        ResponseHead.of(200).with("x-a", "b\u010ac")),
                head("a lone surrogate in a value", ResponseHead.of(200).with("x-a", "b\ud83dc")),
                head("a long value", ResponseHead.of(200).with("x-a", "v".repeat(100_000))),
                head("an empty value", ResponseHead.of(200).with("x-a", "")),
                head("an empty name", ResponseHead.of(200).with("", "b")),
                head("a space in a name", ResponseHead.of(200).with("x a", "b")),
                head("a colon in a name", ResponseHead.of(200).with("x:a", "b")),
                head("a line break in a name", ResponseHead.of(200).with("x\r\na", "b")),
                head("another alphabet in a name", ResponseHead.of(200).with("x-é", "b")),
                head("the same name twice", ResponseHead.of(200).with("x-a", "b").with("x-a", "c")),
                head("a name in upper case", ResponseHead.of(200).with("X-A", "b")),
                when(
                        "a length of its own",
                        "HTTP/1.1 500",
                        exchange ->
                                exchange.respond(
                                        ResponseHead.of(200).with("content-length", "1"), PIECE)),
                when(
                        "a coding of its own",
                        "HTTP/1.1 500",
                        exchange ->
                                exchange.stream(
                                                ResponseHead.of(200)
                                                        .with("transfer-encoding", "gzip"))
                                        .end(PIECE)),
                when(
                        "a connection of its own",
                        "HTTP/1.1 500",
                        exchange ->
                                exchange.respond(
                                        ResponseHead.of(200).with("connection", "upgrade"), PIECE)),
                when(
                        "a header in a stream",
                        "HTTP/1.1 200",
                        exchange ->
                                exchange.stream(ResponseHead.of(200).with("x-a", "b\r\nc: d"))
                                        .end(PIECE)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("handlers")
    void is_answered_or_closed_and_leaves_nothing_in_flight(
            String name, String answered, HttpHandler handler) throws Exception {
        Door door = open(handler, ERRORS, Threads.virtual());
        try (door;
                var raw = new RawClient(door.port())) {
            raw.send(
                    "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi");

            String answer = raw.readAll();

            assertThat(answer).startsWith(answered);
            if (answered.isEmpty()) {
                assertThat(answer).as("an end that was none").doesNotContain("0\r\n\r\n");
            }
            String fields = answer.toLowerCase(Locale.ROOT);
            int end = fields.indexOf("\r\n\r\n");
            if (end >= 0) {
                assertThat(fields.substring(0, end + 2).split("\r\n"))
                        .as("no header that was not meant")
                        .noneMatch(line -> line.matches("(x|x-b|c|a): .*"))
                        .allMatch(line -> line.chars().allMatch(c -> c >= ' ' && c < 0x7f));
            }
            leavesAtOnce(door);
        }
    }

    private static void leavesAtOnce(Door door) throws InterruptedException {
        long began = System.nanoTime();
        assertThat(door.drain(Duration.ofSeconds(20))).as("drained").isTrue();
        assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(5));
        assertThat(door.inFlight()).isZero();
    }

    private static Door open(HttpHandler handler, ErrorPage errors, Threads threads) {
        return VertxDoor.open(
                DoorSettings.DEFAULT.at("127.0.0.1", 0),
                handler,
                errors,
                EventLoops.start(),
                threads,
                new SystemTime());
    }

    static Stream<Arguments> doors() {
        ErrorPage broken =
                (_, _) -> {
                    throw thrown();
                };
        Threads none =
                _ -> {
                    throw new OutOfMemoryError("no thread, as the test wants it");
                };
        HttpHandler silent = _ -> {};
        String good = "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        String bad = "GET / HTTP/1.1\r\nhost: x\r\nhost: y\r\n\r\n";
        return Stream.of(
                Arguments.of(
                        "no page for 500", "500", open(silent, broken, Threads.virtual()), good),
                Arguments.of(
                        "no page for 400", "400", open(silent, broken, Threads.virtual()), bad),
                Arguments.of("no thread", "500", open(silent, ERRORS, none), good));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("doors")
    void a_door_that_cannot_even_word_its_error_answers_in_plain_words(
            String name, String status, Door door, String request) throws Exception {
        try (door;
                var raw = new RawClient(door.port())) {
            raw.send(request);

            assertThat(raw.readAll())
                    .startsWith("HTTP/1.1 " + status)
                    .contains("\"" + status + "\"");
            leavesAtOnce(door);
        }
    }

    @ParameterizedTest
    @MethodSource("handlers")
    void and_the_next_client_is_served(String name, String answered, HttpHandler handler)
            throws Exception {
        var asked = new AtomicInteger();
        Door door =
                open(
                        exchange -> {
                            if (asked.getAndIncrement() == 0) {
                                handler.handle(exchange);
                            } else {
                                exchange.respond(ResponseHead.of(200), "next".getBytes(UTF_8));
                            }
                        },
                        ERRORS,
                        Threads.virtual());
        try (door;
                var first = new RawClient(door.port());
                var next = new RawClient(door.port())) {
            first.send("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").readAll();
            next.send("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
            assertThat(next.readAll()).endsWith("next");
        }
    }
}
