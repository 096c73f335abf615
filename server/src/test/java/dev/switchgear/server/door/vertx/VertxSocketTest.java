package dev.switchgear.server.door.vertx;

import static dev.switchgear.server.door.RawSocket.BINARY;
import static dev.switchgear.server.door.RawSocket.CLOSE;
import static dev.switchgear.server.door.RawSocket.CONTINUATION;
import static dev.switchgear.server.door.RawSocket.PING;
import static dev.switchgear.server.door.RawSocket.PONG;
import static dev.switchgear.server.door.RawSocket.TEXT;
import static dev.switchgear.server.door.RawSocket.ascii;
import static dev.switchgear.server.door.RawSocket.bytes;
import static dev.switchgear.server.door.RawSocket.frame;
import static dev.switchgear.server.door.RawSocket.join;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.door.Door;
import dev.switchgear.server.door.DoorSettings;
import dev.switchgear.server.door.DoorSocket;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.HttpHandler;
import dev.switchgear.server.door.RawClient;
import dev.switchgear.server.door.RawSocket;
import dev.switchgear.server.door.ResponseHead;
import dev.switchgear.server.door.ResponseHeader;
import dev.switchgear.server.door.SocketHandshake;
import dev.switchgear.server.door.SocketMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What RFC 6455 asks of a server, and what the door adds to it: bounds.
final class VertxSocketTest {
    private static final int MOST = 200_000;

    private final OpenDoors doors = new OpenDoors();

    /// How sockets ended for their handler.
    private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        doors.close();
    }

    private Door open(DoorSettings settings, HttpHandler handler) {
        return doors.open(settings, handler);
    }

    private static DoorSettings small() {
        return with(DoorSettings.Limits.DEFAULT.idle(), 64L * 1024 * 1024);
    }

    private static DoorSettings with(Duration idle, long bodyMemory) {
        DoorSettings.Limits usual = DoorSettings.Limits.DEFAULT;
        return new DoorSettings(
                "127.0.0.1",
                0,
                new DoorSettings.Limits(
                        usual.headBytes(),
                        usual.headLines(),
                        MOST,
                        usual.headTime(),
                        Duration.ofMillis(400),
                        usual.bodyRate(),
                        idle,
                        usual.stall(),
                        usual.connections(),
                        usual.connectionsPerSource()),
                Optional.empty(),
                bodyMemory);
    }

    private Door echo() {
        return open(small(), this::echoing);
    }

    private void echoing(HttpExchange exchange) {
        switch (SocketHandshake.of(exchange)) {
            case SocketHandshake.None _ ->
                    exchange.respond(ResponseHead.of(200), "plain".getBytes(UTF_8));
            case SocketHandshake.Flawed flawed ->
                    exchange.respond(
                            ResponseHead.of(flawed.status()).with("upgrade", "websocket"),
                            flawed.reason().getBytes(UTF_8));
            case SocketHandshake.Fit fit ->
                    echo(
                            exchange.upgrade(
                                    fit.accept(), List.of(new ResponseHeader("x-said", "a\nb"))),
                            exchange);
        }
    }

    private void echo(DoorSocket socket, HttpExchange exchange) {
        while (true) {
            switch (socket.receive()) {
                case SocketMessage.Whole whole -> {
                    socket.send(whole.bytes());
                    whole.memory().giveBack();
                }
                case SocketMessage.Refused refused ->
                        socket.send(("refused " + refused.status()).getBytes(UTF_8));
                case SocketMessage.Closing _ -> socket.close(1001, "closing");
                case SocketMessage.Closed _ -> {
                    heard.add("closed, gone " + exchange.gone() + ", over " + socket.over());
                    return;
                }
            }
        }
    }

    private static void until(BooleanSupplier holds) throws InterruptedException {
        long end = System.nanoTime() + SECONDS.toNanos(10);
        while (!holds.getAsBoolean() && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(holds.getAsBoolean()).isTrue();
    }

    @Test
    void opens_with_the_proof_that_it_was_understood() throws Exception {
        try (var socket = new RawSocket(echo().port(), "/s")) {
            // The example of RFC 6455 §1.3.
            assertThat(socket.head())
                    .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
                    .contains("upgrade: websocket\r\n")
                    .contains("connection: Upgrade\r\n")
                    .contains("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
                    .contains("x-said: a%0Ab\r\n")
                    .doesNotContain("sec-websocket-extensions");
            socket.text("hé");
            assertThat(socket.next().text()).isEqualTo("hé");
            socket.close(1000);
            assertThat(socket.next().code()).isEqualTo(1000);
            assertThat(socket.ended()).isTrue();
        }
        // Who says farewell is gone a moment later, which another test waits for.
        assertThat(heard.poll(10, SECONDS)).matches("closed, gone (true|false), over true");
    }

    static List<Arguments> handshakes() {
        return List.of(
                Arguments.of("another version", 426, new String[] {"sec-websocket-version: 8"}),
                Arguments.of("no version", 426, new String[] {"sec-websocket-version:"}),
                Arguments.of(
                        "two versions",
                        426,
                        new String[] {"sec-websocket-version: 13\r\nsec-websocket-version: 13"}),
                Arguments.of("no key", 400, new String[] {"sec-websocket-key:"}),
                Arguments.of(
                        "two keys",
                        400,
                        new String[] {
                            "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ=="
                        }),
                Arguments.of("a short key", 400, new String[] {"sec-websocket-key: c2hvcnQ="}),
                Arguments.of(
                        "no base64",
                        400,
                        new String[] {"sec-websocket-key: dGhlIHNhbXBsZSBub25jZ_=="}),
                Arguments.of("no connection", 400, new String[] {"connection: keep-alive"}),
                Arguments.of("a body", 400, new String[] {"content-length: 2"}));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("handshakes")
    void a_handshake_is_read_strictly(String name, int status, String[] headers) throws Exception {
        try (var raw = new RawClient(echo().port())) {
            raw.send(RawSocket.handshake("/s", headers) + (name.equals("a body") ? "{}" : ""));
            String head = raw.readUntil("\r\n\r\n");

            assertThat(head).startsWith("HTTP/1.1 " + status + " ");
            if (status == 426) {
                assertThat(head).contains("connection: upgrade").contains("upgrade: websocket");
            }
        }
    }

    @Test
    void a_post_and_http_1_0_open_no_socket_and_a_plain_get_is_none() throws Exception {
        int port = echo().port();
        try (var raw = new RawClient(port)) {
            raw.send(RawSocket.handshake("/s").replace("GET", "POST"));
            assertThat(raw.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        }
        try (var raw = new RawClient(port)) {
            raw.send(RawSocket.handshake("/s").replace("HTTP/1.1", "HTTP/1.0"));
            assertThat(raw.readUntil("\r\n\r\n")).contains(" 400 ");
        }
        try (var raw = new RawClient(port)) {
            raw.send(RawSocket.handshake("/s", "upgrade: h2c, foo"));
            assertThat(raw.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 200 ");
        }
        try (var raw = new RawClient(port)) {
            raw.send(RawSocket.handshake("/s", "upgrade: foo, WebSocket", "connection: x,UPGRADE"));
            assertThat(raw.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 101 ");
        }
    }

    @Test
    void frames_that_come_before_the_answer_are_not_taken_for_a_request() throws Exception {
        try (var raw = new RawClient(echo().port())) {
            raw.send(join(ascii(RawSocket.handshake("/s")), frame(0x81, ascii("early"))));
            String all = raw.readAll();

            assertThat(all).doesNotContain("early");
            assertThat(all).contains(" 400 ");
        }
    }

    private static final byte[] HI = ascii("hi");

    /// What is sent, and what is to come of it: echoes, then the code of the farewell, 0 for none.
    static List<Arguments> frames() {
        byte[] euro = "€".getBytes(UTF_8);
        return List.of(
                wants("text", frame(0x80 | TEXT, HI), "hi", 0),
                wants("empty text", frame(0x80 | TEXT, new byte[0]), "", 0),
                wants("bytes", frame(0x80 | BINARY, HI), "hi", 0),
                wants("125", frame(0x81, ascii("x".repeat(125))), "x".repeat(125), 0),
                wants("126", frame(0x81, ascii("x".repeat(126))), "x".repeat(126), 0),
                wants("65535", frame(0x81, ascii("x".repeat(65_535))), "x".repeat(65_535), 0),
                wants("65536", frame(0x81, ascii("x".repeat(65_536))), "x".repeat(65_536), 0),
                wants("the most", frame(0x81, ascii("x".repeat(MOST))), "x".repeat(MOST), 0),
                wants(
                        "in fragments",
                        join(
                                frame(TEXT, ascii("he")),
                                frame(CONTINUATION, ascii("l")),
                                frame(CONTINUATION, new byte[0]),
                                frame(0x80, ascii("lo"))),
                        "hello",
                        0),
                wants(
                        "a character in two fragments",
                        join(
                                frame(TEXT, Arrays.copyOf(euro, 1)),
                                frame(0x80, Arrays.copyOfRange(euro, 1, 3))),
                        "€",
                        0),
                wants(
                        "a ping between fragments",
                        join(
                                frame(TEXT, ascii("a")),
                                frame(0x80 | PING, ascii("p")),
                                frame(0x80 | PONG, ascii("q")),
                                frame(0x80, ascii("b"))),
                        "ab",
                        0),
                wants(
                        "two messages at once",
                        join(frame(0x81, ascii("1")), frame(0x81, ascii("2"))),
                        "1|2",
                        0),
                wants("bytes that are no text", frame(0x82, bytes(0xff, 0xfe)), "\ufffd\ufffd", 0),
                wants("not UTF-8", frame(0x81, bytes(0xc3, 0x28)), "", 1007),
                wants("an overlong form", frame(0x81, bytes(0xc0, 0xaf)), "", 1007),
                wants("a surrogate", frame(0x81, bytes(0xed, 0xa0, 0x80)), "", 1007),
                wants("half a character", frame(0x81, Arrays.copyOf(euro, 2)), "", 1007),
                wants("reserved bit 1", frame(0xc1, HI), "", 1002),
                wants("reserved bit 2", frame(0xa1, HI), "", 1002),
                wants("reserved bit 3", frame(0x91, HI), "", 1002),
                wants("no mask", frame(0x81, HI, false), "", 1002),
                wants("kind 3", frame(0x83, HI), "", 1002),
                wants("kind 7", frame(0x87, HI), "", 1002),
                wants("kind 11", frame(0x8b, HI), "", 1002),
                wants("kind 15", frame(0x8f, HI), "", 1002),
                wants("nothing to continue", frame(0x80, HI), "", 1002),
                wants("a message in another", join(frame(TEXT, HI), frame(0x81, HI)), "", 1002),
                wants("half a ping", frame(PING, HI), "", 1002),
                wants("a long ping", frame(0x89, new byte[126]), "", 1002),
                wants("a long farewell", frame(0x88, new byte[126]), "", 1002),
                wants("a short length written long", bytes(0x81, 0xfe, 0, 2, 0, 0, 0, 0), "", 1002),
                wants(
                        "a middle length written long",
                        bytes(0x81, 0xff, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0),
                        "",
                        1002),
                wants(
                        "a negative length",
                        bytes(0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0),
                        "",
                        1002),
                wants("too large", frame(0x81, new byte[MOST + 1]), "refused 413", 1009),
                wants(
                        "too large by its length alone",
                        bytes(0x81, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
                        "refused 413",
                        1009),
                wants(
                        "too large in fragments",
                        join(
                                frame(TEXT, ascii("x".repeat(MOST - 10))),
                                frame(CONTINUATION, ascii("x".repeat(10))),
                                frame(0x80, ascii("x"))),
                        "refused 413",
                        1009),
                wants("a farewell without a code", frame(0x88, new byte[0]), "", 1),
                wants("a farewell of one byte", frame(0x88, bytes(3)), "", 1002),
                wants("a farewell", frame(0x88, bytes(0x03, 0xe8)), "", 1000),
                wants("an own farewell", frame(0x88, bytes(0x0f, 0xa0)), "", 4000),
                wants("a code that may not be sent", frame(0x88, bytes(0x03, 0xed)), "", 1002),
                wants("a code of nobody", frame(0x88, bytes(0x13, 0x88)), "", 1002),
                wants("a reason that is not UTF-8", frame(0x88, bytes(0x03, 0xe8, 0xff)), "", 1007),
                wants(
                        "nothing counts after a farewell",
                        join(frame(0x88, bytes(0x03, 0xe8)), frame(0x81, HI)),
                        "",
                        1000));
    }

    private static Arguments wants(String name, byte[] sent, String echoes, int farewell) {
        return Arguments.of(name, sent, echoes, farewell);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("frames")
    void frames_are_read_as_the_protocol_has_them(
            String name, byte[] sent, String echoes, int farewell) throws Exception {
        // Whole, and in the smallest pieces: where a frame is torn apart makes no difference.
        int port = echo().port();
        try (var socket = new RawSocket(port, "/s")) {
            answered(socket.send(sent), name, echoes, farewell);
        }
        if (sent.length < 1_000) {
            try (var socket = new RawSocket(port, "/s")) {
                try {
                    for (byte one : sent) {
                        socket.send(new byte[] {one});
                    }
                } catch (IOException closed) {
                    assertThat(farewell).as(name).isNotZero();
                }
                answered(socket, name, echoes, farewell);
            }
        }
    }

    private static void answered(RawSocket socket, String name, String echoes, int farewell)
            throws IOException {
        for (String echo :
                echoes.isEmpty() && farewell != 0 ? new String[0] : echoes.split("\\|")) {
            RawSocket.Frame frame = socket.next();
            if (frame.opcode() == PONG) {
                assertThat(frame.text()).isEqualTo("p");
                frame = socket.next();
            }
            assertThat(frame.opcode()).as(name).isEqualTo(TEXT);
            assertThat(frame.text()).as(name).isEqualTo(echo);
        }
        if (farewell == 0) {
            socket.text("still there");
            assertThat(socket.next().text()).as(name).isEqualTo("still there");
            return;
        }
        RawSocket.Frame last = socket.next();
        assertThat(last.opcode()).as(name).isEqualTo(CLOSE);
        assertThat(last.code()).as(name).isEqualTo(farewell == 1 ? 0 : farewell);
    }

    @Test
    void a_ping_is_answered_while_its_handler_is_busy() throws Exception {
        var mayEnd = new CountDownLatch(1);
        Door door =
                open(
                        small(),
                        exchange -> {
                            SocketHandshake.Fit fit =
                                    (SocketHandshake.Fit) SocketHandshake.of(exchange);
                            exchange.upgrade(fit.accept(), List.of());
                            awaitQuietly(mayEnd);
                        });
        try (var socket = new RawSocket(door.port(), "/s")) {
            socket.send(frame(0x89, ascii("there?")));
            RawSocket.Frame pong = socket.next();

            assertThat(pong.opcode()).isEqualTo(PONG);
            assertThat(pong.text()).isEqualTo("there?");
            mayEnd.countDown();
            // Who returns has said all.
            assertThat(socket.farewell()).isEqualTo(1000);
        }
    }

    @Test
    void who_answers_no_farewell_is_left_nonetheless() throws Exception {
        Door door =
                open(
                        small(),
                        exchange -> {
                            SocketHandshake.Fit fit =
                                    (SocketHandshake.Fit) SocketHandshake.of(exchange);
                            exchange.upgrade(fit.accept(), List.of());
                        });
        try (var socket = new RawSocket(door.port(), "/s")) {
            assertThat(socket.farewell()).isEqualTo(1000);
            assertThat(socket.ended()).isTrue();
        }
    }

    @Test
    void what_is_sent_faster_than_it_is_read_comes_whole_and_in_order() throws Exception {
        int most = 400;
        String filling = "x".repeat(20_000);
        Door door =
                open(
                        small(),
                        exchange -> {
                            SocketHandshake.Fit fit =
                                    (SocketHandshake.Fit) SocketHandshake.of(exchange);
                            DoorSocket socket = exchange.upgrade(fit.accept(), List.of());
                            for (int i = 0; i < most; i++) {
                                socket.send((i + filling).getBytes(UTF_8));
                            }
                        });
        try (var socket = new RawSocket(door.port(), "/s")) {
            for (int i = 0; i < most; i++) {
                assertThat(socket.next().text().equals(i + filling)).as("message %s", i).isTrue();
            }
            assertThat(socket.farewell()).isEqualTo(1000);
        }
    }

    @Test
    void a_handler_that_breaks_down_ends_its_socket() throws Exception {
        Door door =
                open(
                        small(),
                        exchange -> {
                            SocketHandshake.Fit fit =
                                    (SocketHandshake.Fit) SocketHandshake.of(exchange);
                            exchange.upgrade(fit.accept(), List.of());
                            throw new IllegalStateException("broken down, as this test wants it");
                        });
        try (var socket = new RawSocket(door.port(), "/s")) {
            assertThat(socket.farewell()).isEqualTo(1011);
        }
    }

    @Test
    void a_client_that_hangs_up_or_says_farewell_interrupts_who_serves_it() throws Exception {
        for (boolean politely : new boolean[] {true, false}) {
            var busy = new CountDownLatch(1);
            var left = new CompletableFuture<Boolean>();
            Door door =
                    open(
                            small(),
                            exchange -> {
                                SocketHandshake.Fit fit =
                                        (SocketHandshake.Fit) SocketHandshake.of(exchange);
                                exchange.upgrade(fit.accept(), List.of());
                                busy.countDown();
                                try {
                                    new CountDownLatch(1).await();
                                } catch (InterruptedException _) {
                                    left.complete(exchange.gone());
                                }
                            });
            try (var socket = new RawSocket(door.port(), "/s")) {
                assertThat(busy.await(10, SECONDS)).isTrue();
                if (politely) {
                    socket.close(1000);
                } else {
                    socket.client().reset();
                }
                assertThat(left.get(10, SECONDS)).isTrue();
            }
            until(() -> door.inFlight() == 0);
        }
    }

    @Test
    void a_flood_of_frames_that_ask_for_nothing_ends_the_connection() throws Exception {
        for (byte[] one :
                List.of(
                        frame(0x89, HI),
                        frame(0x8a, HI),
                        frame(CONTINUATION, HI),
                        frame(CONTINUATION, new byte[0]))) {
            try (var socket = new RawSocket(echo().port(), "/s")) {
                if ((one[0] & 0x0f) == CONTINUATION) {
                    socket.send(frame(TEXT, HI));
                }
                byte[][] many = new byte[3 * SocketIntake.A_SECOND][];
                Arrays.fill(many, one);
                socket.send(join(many));

                RawSocket.Frame last = socket.next();
                while (last.code() != 1008) {
                    last = socket.next();
                }
                assertThat(last.text()).contains("too many frames that ask for nothing");
            }
        }
        // What asks for something may come as fast as it likes.
        try (var socket = new RawSocket(echo().port(), "/s")) {
            for (int i = 0; i < 3 * SocketIntake.A_SECOND; i++) {
                socket.text("m" + i);
                assertThat(socket.next().text()).isEqualTo("m" + i);
            }
        }
    }

    /// A client that is asked whether it is there has been silent for longer than a second.
    @Test
    void what_asks_for_nothing_is_free_so_often_in_every_second() throws Exception {
        Door door = open(with(Duration.ofSeconds(3), 1024 * 1024), this::echoing);
        byte[][] some = new byte[SocketIntake.A_SECOND - 1][];
        Arrays.fill(some, frame(0x89, HI));
        try (var socket = new RawSocket(door.port(), "/s")) {
            for (int second = 0; second < 2; second++) {
                socket.send(join(some));
                for (int i = 0; i < some.length; i++) {
                    assertThat(socket.read().opcode()).isEqualTo(PONG);
                }
                assertThat(socket.read().opcode()).isEqualTo(PING);
            }
            socket.send(join(some)).send(join(some)).send(join(some));

            assertThat(socket.farewell()).isEqualTo(1008);
        }
    }

    /// Serves sockets, of which it takes nothing on one path, until that path is closed to all.
    private final class Closing implements HttpHandler {
        private static final String UNTAKEN = "/untaken";

        private final CountDownLatch never = new CountDownLatch(1);
        private final AtomicInteger came = new AtomicInteger();
        private volatile Object edition = "open";

        @Override
        public void handle(HttpExchange exchange) {
            if (!exchange.path().equals(UNTAKEN)) {
                echoing(exchange);
                return;
            }
            var fit = (SocketHandshake.Fit) SocketHandshake.of(exchange);
            exchange.upgrade(fit.accept(), List.of());
            came.incrementAndGet();
            try {
                never.await();
            } catch (InterruptedException gone) {
                heard.add("gone");
            }
        }

        @Override
        public Object edition() {
            return edition;
        }

        @Override
        public boolean admits(HttpExchange head) {
            return edition.equals("open") || !head.path().equals(UNTAKEN);
        }
    }

    @Test
    void what_nobody_took_before_its_client_was_sent_away_leaves_no_memory_behind()
            throws Exception {
        var handler = new Closing();
        Door door = open(with(Duration.ofMinutes(5), 1024 * 1024), handler);
        byte[] large = frame(0x81, ascii("x".repeat(MOST)));
        try (var one = new RawSocket(door.port(), Closing.UNTAKEN);
                var other = new RawSocket(door.port(), Closing.UNTAKEN);
                var stays = new RawSocket(door.port(), "/stays")) {
            // Two have all the memory that there is.
            one.send(large);
            other.send(large);
            until(() -> handler.came.get() == 2);
            String answer = "";
            for (int i = 0; i < 1_000 && !answer.equals("refused 503"); i++) {
                // Theirs are still on their way where this one is taken.
                stays.send(large);
                answer = stays.next().text();
            }
            assertThat(answer).isEqualTo("refused 503");

            handler.edition = "closed";

            assertThat(one.farewell()).isEqualTo(1008);
            assertThat(other.farewell()).isEqualTo(1008);
            assertThat(one.ended()).isTrue();
            assertThat(other.ended()).isTrue();
            for (int i = 0; i < 2; i++) {
                assertThat(heard.poll(10, SECONDS)).isEqualTo("gone");
            }
            until(() -> door.inFlight() == 1);
            stays.send(large);
            assertThat(stays.next().text()).hasSize(MOST);
        }
    }

    @Test
    void a_message_that_trickles_ends_the_connection() throws Exception {
        try (var socket = new RawSocket(echo().port(), "/s")) {
            socket.send(Arrays.copyOf(frame(0x81, new byte[10_000]), 300));

            assertThat(socket.farewell()).isEqualTo(1008);
        }
    }

    @Test
    void what_is_sent_waits_for_a_slow_client_and_arrives_whole() throws Exception {
        var sent = new CompletableFuture<Integer>();
        byte[] large = "y".repeat(300_000).getBytes(UTF_8);
        Door door =
                open(
                        small(),
                        exchange -> {
                            SocketHandshake.Fit fit =
                                    (SocketHandshake.Fit) SocketHandshake.of(exchange);
                            DoorSocket socket = exchange.upgrade(fit.accept(), List.of());
                            int count = 0;
                            for (int i = 0; i < 200; i++) {
                                count += socket.send(i % 50 == 0 ? large : ascii("m" + i)) ? 1 : 0;
                            }
                            sent.complete(count);
                        });
        try (var socket = new RawSocket(new RawClient(door.port(), 2_000, 10_000), "/s")) {
            for (int i = 0; i < 200; i++) {
                String text = socket.next().text();
                assertThat(text).isEqualTo(i % 50 == 0 ? "y".repeat(300_000) : "m" + i);
            }
            assertThat(sent.get(10, SECONDS)).isEqualTo(200);
        }
    }

    @Test
    void who_sends_more_than_is_read_waits() throws Exception {
        int most = 1_000;
        byte[] piece = ascii("y".repeat(60_000));
        var sends = new CompletableFuture<Thread>();
        var sent = new AtomicInteger();
        Door door =
                open(
                        small(),
                        exchange -> {
                            SocketHandshake.Fit fit =
                                    (SocketHandshake.Fit) SocketHandshake.of(exchange);
                            DoorSocket socket = exchange.upgrade(fit.accept(), List.of());
                            sends.complete(Thread.currentThread());
                            while (sent.get() < most && socket.send(piece)) {
                                sent.incrementAndGet();
                            }
                        });
        try (var socket = new RawSocket(new RawClient(door.port(), 2_000, 10_000), "/s")) {
            Thread thread = sends.get(10, SECONDS);
            until(() ->
                    sent.get() == most
                            || (sent.get() > 1 && thread.getState() == Thread.State.WAITING));
            assertThat(sent.get()).as("taken for a client that does not read").isLessThan(most);
            for (int i = 0; i < most; i++) {
                assertThat(socket.next().text()).hasSize(piece.length);
            }
        }
    }

    @Test
    void who_leaves_in_the_middle_of_a_message_leaves_no_memory_behind() throws Exception {
        Door door = open(with(Duration.ofMinutes(5), 1024 * 1024), this::echoing);
        byte[] large = frame(0x81, ascii("x".repeat(MOST)));
        for (int i = 0; i < 8; i++) {
            try (var leaves = new RawSocket(door.port(), "/s")) {
                leaves.send(Arrays.copyOf(large, MOST - 1_000));
            }
            until(() -> door.inFlight() == 0);
        }
        try (var stays = new RawSocket(door.port(), "/s")) {
            stays.send(large);
            assertThat(stays.next().text()).hasSize(MOST);
        }
    }

    @Test
    void several_threads_send_and_no_message_is_torn() throws Exception {
        Door door =
                open(
                        small(),
                        exchange -> {
                            SocketHandshake.Fit fit =
                                    (SocketHandshake.Fit) SocketHandshake.of(exchange);
                            DoorSocket socket = exchange.upgrade(fit.accept(), List.of());
                            var threads = new ArrayList<Thread>();
                            for (int t = 0; t < 8; t++) {
                                String name = Integer.toString(t);
                                threads.add(
                                        Thread.startVirtualThread(() -> {
                                            for (int i = 0; i < 100; i++) {
                                                socket.send(ascii(name.repeat(1 + 37 * i)));
                                            }
                                        }));
                            }
                            for (Thread thread : threads) {
                                joinQuietly(thread);
                            }
                        });
        try (var socket = new RawSocket(door.port(), "/s")) {
            int[] counts = new int[8];
            for (int i = 0; i < 800; i++) {
                if (i % 100 == 0) {
                    socket.send(frame(0x89, HI));
                }
                RawSocket.Frame frame = socket.next();
                while (frame.opcode() == PONG) {
                    frame = socket.next();
                }
                int from = frame.text().charAt(0) - '0';
                assertThat(frame.text())
                        .isEqualTo(Integer.toString(from).repeat(1 + 37 * counts[from]++));
            }
            assertThat(counts).containsOnly(100);
        }
    }

    @Test
    void a_silent_client_is_asked_and_one_that_answers_no_more_is_let_go() throws Exception {
        Door door = open(with(Duration.ofMillis(600), 64L * 1024 * 1024), this::echoing);
        try (var socket = new RawSocket(door.port(), "/s")) {
            for (int i = 0; i < 4; i++) {
                RawSocket.Frame ping = socket.read();
                assertThat(ping.opcode()).isEqualTo(PING);
                // Longer than it may stand unused, and there all the time.
                socket.send(frame(0x80 | PONG, ping.data()));
            }
            assertThat(socket.read().opcode()).isEqualTo(PING);
            assertThat(socket.farewell()).isEqualTo(1001);
        }
        assertThat(heard.poll(10, SECONDS)).startsWith("closed");
    }

    @Test
    void a_message_takes_memory_like_a_body_and_gives_it_back() throws Exception {
        // Room for one large message and its copy, and a small one.
        var taken = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        Door door =
                open(
                        with(Duration.ofMinutes(5), 1024 * 1024),
                        exchange -> {
                            SocketHandshake.Fit fit =
                                    (SocketHandshake.Fit) SocketHandshake.of(exchange);
                            DoorSocket socket = exchange.upgrade(fit.accept(), List.of());
                            boolean first = true;
                            while (true) {
                                switch (socket.receive()) {
                                    case SocketMessage.Whole whole -> {
                                        if (exchange.path().equals("/hold") && first) {
                                            taken.countDown();
                                            awaitQuietly(mayEnd);
                                            first = false;
                                        }
                                        whole.memory().giveBack();
                                        socket.send(ascii("took " + whole.bytes().length));
                                    }
                                    case SocketMessage.Refused refused ->
                                            socket.send(ascii("refused " + refused.status()));
                                    case SocketMessage.Closing _ -> {}
                                    case SocketMessage.Closed _ -> {
                                        return;
                                    }
                                }
                            }
                        });
        byte[] large = frame(0x81, ascii("x".repeat(MOST)));
        try (var holds = new RawSocket(door.port(), "/hold");
                var second = new RawSocket(door.port(), "/hold");
                var waits = new RawSocket(door.port(), "/go")) {
            holds.send(large);
            second.send(large);
            assertThat(taken.await(10, SECONDS)).isTrue();
            waits.send(large);
            // It waits as long as one may, and is refused; the socket goes on.
            assertThat(waits.next().text()).isEqualTo("refused 503");
            waits.text("small");
            assertThat(waits.next().text()).isEqualTo("took 5");
            mayEnd.countDown();
            assertThat(holds.next().text()).isEqualTo("took " + MOST);
            waits.send(large);
            assertThat(waits.next().text()).isEqualTo("took " + MOST);
        }
        until(() -> door.inFlight() == 0);
    }

    @Test
    void a_closing_door_tells_its_sockets_and_waits_for_them() throws Exception {
        Door door = echo();
        try (var socket = new RawSocket(door.port(), "/s")) {
            socket.text("one");
            assertThat(socket.next().text()).isEqualTo("one");
            assertThat(door.inFlight()).isEqualTo(1);

            var drained =
                    CompletableFuture.supplyAsync(() -> {
                        try {
                            return door.drain(Duration.ofSeconds(10));
                        } catch (InterruptedException interrupted) {
                            throw new IllegalStateException(interrupted);
                        }
                    });
            assertThat(socket.farewell()).isEqualTo(1001);
            assertThat(drained.get(10, SECONDS)).isTrue();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void joinQuietly(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
