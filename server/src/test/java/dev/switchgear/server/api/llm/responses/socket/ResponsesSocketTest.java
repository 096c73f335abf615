package dev.switchgear.server.api.llm.responses.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.Rank;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.core.time.Threads;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.identity.Client;
import dev.switchgear.server.api.FakeExchange;
import dev.switchgear.server.api.Visit;
import dev.switchgear.server.api.llm.responses.ResponsesProtocol;
import dev.switchgear.server.api.llm.responses.kept.Archive;
import dev.switchgear.server.api.llm.responses.kept.ConnectionArchive;
import dev.switchgear.server.door.BodyBudget;
import dev.switchgear.server.door.DoorSocket;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.HttpStream;
import dev.switchgear.server.door.ResponseHead;
import dev.switchgear.server.door.SocketMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// A connection without a door and without a model: how old it becomes, what runs beside what, and what
/// is left of it.
final class ResponsesSocketTest {
    private final ManualTime time = new ManualTime();
    private final BodyBudget memory = new BodyBudget(16 * 1024 * 1024);
    private final Shelf shelf = new Shelf();
    private final Wire wire = new Wire();
    private final CompletableFuture<Boolean> served = new CompletableFuture<>();

    /// By the connection, last.
    private volatile Thread started = Thread.currentThread();

    /// What stands behind the door.
    private volatile Answering answering = exchange -> answer(exchange, "resp_1");

    private interface Answering {
        void answer(HttpExchange exchange) throws InterruptedException;
    }

    private static FakeExchange opened() {
        FakeExchange opened = new FakeExchange("GET", "/v1/responses", "");
        opened.with("x-session-id", "s");
        HANDSHAKE.forEach(name -> opened.with(name, "of the handshake"));
        return opened;
    }

    private static final List<String> HANDSHAKE =
            List.of(
                    "connection",
                    "upgrade",
                    "sec-websocket-key",
                    "sec-websocket-version",
                    "sec-websocket-protocol",
                    "sec-websocket-extensions");

    /// It was said of the connection: of a turn it would be a lie, to us and to whoever is told it.
    @Test
    void what_belongs_to_the_handshake_is_no_header_of_a_turn() throws Exception {
        var seen = new LinkedBlockingQueue<String>();
        answering =
                exchange -> {
                    for (String name : HANDSHAKE) {
                        for (String spelt : List.of(name, name.toUpperCase(Locale.ROOT))) {
                            exchange.header(spelt).ifPresent(_ -> seen.add(spelt));
                            exchange.headers(spelt).forEach(_ -> seen.add(spelt));
                        }
                    }
                    seen.add(exchange.header("x-session-id").orElse("none"));
                    answer(exchange, "resp_1");
                };
        begin();
        asks("");
        hearsEnd();

        assertThat(seen).containsExactly("s");
    }

    private void begin() {
        var visit =
                new Visit(
                        opened(),
                        new Client("one", Rank.NORMAL),
                        "",
                        "req",
                        "",
                        new ResponsesProtocol());
        var local = new ConnectionArchive(shelf, "c1");
        Threads threads = task -> started = Thread.startVirtualThread(task);
        var socket = new ResponsesSocket(wire, visit, local, threads, time);
        Thread.startVirtualThread(() -> {
            socket.serve();
            served.complete(true);
        });
    }

    @AfterEach
    void close() throws Exception {
        wire.come.add(new SocketMessage.Closed());
        assertThat(served.get(10, SECONDS)).isTrue();
        assertThat(memory.taken()).isZero();
        assertThat(shelf.documents).isEmpty();
    }

    private static void answer(HttpExchange exchange, String id) {
        HttpStream stream = exchange.stream(ResponseHead.of(200, "text/event-stream"));
        String events =
                "data: {\"type\":\"response.created\",\"response\":{\"id\":\"%1$s\"}}\n\n: ping\n\ndata: {\"type\":\"response.completed\",\"response\":{\"id\":\"%1$s\"}}\n\n"
                        .formatted(id);
        stream.end(events.getBytes(UTF_8));
    }

    private void says(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        BodyBudget.Share share = memory.share();
        assertThat(share.take(2L * bytes.length, true, NOBODY)).isEqualTo(BodyBudget.Room.GRANTED);
        wire.come.add(new SocketMessage.Whole(bytes, true, share));
    }

    private static final BodyBudget.Waiting NOBODY =
            new BodyBudget.Waiting() {
                @Override
                public void granted() {}

                @Override
                public void refused() {}
            };

    private void asks(String more) {
        says("{\"type\":\"response.create\",\"model\":\"m\",\"input\":\"x\"" + more + "}");
    }

    private JsonNode hears() throws InterruptedException {
        String text = wire.sent.poll(10, SECONDS);
        assertThat(text).isNotNull();
        return Json.read(text);
    }

    private JsonNode hearsEnd() throws InterruptedException {
        while (true) {
            JsonNode event = hears();
            String type = event.path("type").stringValue("");
            if (type.equals("error") || type.equals("response.completed")) {
                return event;
            }
        }
    }

    private static String code(JsonNode event) {
        return event.path("error").path("code").stringValue("");
    }

    @Test
    void an_idle_connection_ends_at_sixty_minutes_and_says_why() throws Exception {
        begin();
        asks("");
        hearsEnd();
        time.advance(Duration.ofMinutes(60).minusMillis(1));
        asks("");
        assertThat(code(hearsEnd())).isEmpty();
        assertThat(wire.closed).isNotDone();

        time.advance(Duration.ofMillis(1));

        JsonNode error = hearsEnd();
        assertThat(code(error)).isEqualTo("websocket_connection_limit_reached");
        assertThat(error.path("status").intValue()).isEqualTo(400);
        assertThat(wire.closed.get(10, SECONDS)).isEqualTo(1001);
    }

    @Test
    void a_turn_may_end_on_an_old_connection_but_none_begins() throws Exception {
        var mayEnd = new CountDownLatch(1);
        var runs = new CountDownLatch(1);
        answering =
                exchange -> {
                    runs.countDown();
                    mayEnd.await();
                    answer(exchange, "resp_1");
                };
        begin();
        asks("");
        assertThat(runs.await(10, SECONDS)).isTrue();
        time.advance(Duration.ofMinutes(60));
        started.join();
        asks(",\"stream_id\":\"other\"");
        assertThat(code(hearsEnd())).isEqualTo("websocket_connection_limit_reached");
        assertThat(wire.closed).isNotDone();
        mayEnd.countDown();
        assertThat(wire.closed.get(10, SECONDS)).isEqualTo(1001);
    }

    @Test
    void sixteen_turns_run_at_once_and_the_next_when_one_has_ended() throws Exception {
        var mayEnd = new CountDownLatch(1);
        var running = new AtomicInteger();
        var most = new AtomicInteger();
        answering =
                exchange -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    mayEnd.await();
                    running.decrementAndGet();
                    answer(exchange, "resp_1");
                };
        begin();
        for (int i = 0; i < 20; i++) {
            asks(",\"stream_id\":\"l" + i + "\"");
        }
        while (running.get() < ResponsesSocket.RUNNING_MOST) {
            Thread.onSpinWait();
        }
        mayEnd.countDown();
        for (int i = 0; i < 20; i++) {
            assertThat(code(hearsEnd())).isEmpty();
        }
        assertThat(most.get()).isEqualTo(ResponsesSocket.RUNNING_MOST);
    }

    @Test
    void so_many_lanes_and_so_many_waiting_turns_and_no_more() throws Exception {
        var mayEnd = new CountDownLatch(1);
        answering =
                exchange -> {
                    mayEnd.await();
                    answer(exchange, "resp_1");
                };
        begin();
        for (int i = 0; i < ResponsesSocket.LANES_MOST; i++) {
            asks(",\"stream_id\":\"l" + i + "\"");
        }
        asks(",\"stream_id\":\"another\"");
        assertThat(code(hears())).isEqualTo("websocket_stream_limit_reached");

        int waiting = ResponsesSocket.LANES_MOST - ResponsesSocket.RUNNING_MOST;
        for (int i = waiting; i < ResponsesSocket.WAITING_MOST; i++) {
            asks(",\"stream_id\":\"l0\"");
        }
        asks(",\"stream_id\":\"l0\"");
        assertThat(code(hears())).isEqualTo("websocket_queue_full");

        mayEnd.countDown();
        for (int i = 0; i < ResponsesSocket.RUNNING_MOST + ResponsesSocket.WAITING_MOST; i++) {
            assertThat(code(hearsEnd())).isEmpty();
        }
    }

    /// Turns are numbered as they begin.
    @Test
    void turns_of_one_lane_run_one_after_the_other_and_other_lanes_beside_them() throws Exception {
        var mayEnd = new CountDownLatch(1);
        var begun = new CopyOnWriteArrayList<String>();
        answering =
                exchange -> {
                    begun.add(exchange.header("x-request-id").orElse(""));
                    mayEnd.await();
                    answer(exchange, "resp_1");
                };
        begin();
        asks("");
        asks("");
        asks(",\"stream_id\":\"other\"");
        while (begun.size() < 2) {
            Thread.onSpinWait();
        }
        assertThat(begun).containsExactlyInAnyOrder("req.1", "req.2");
        mayEnd.countDown();
        var ended = new ArrayList<String>();
        for (int i = 0; i < 3; i++) {
            ended.add(hearsEnd().path("stream_id").stringValue("-"));
        }
        assertThat(ended).containsExactlyInAnyOrder("-", "-", "other");
        assertThat(begun).hasSize(3).last().isEqualTo("req.3");
    }

    @Test
    void a_turn_may_end_while_the_gateway_does_but_none_begins() throws Exception {
        var mayEnd = new CountDownLatch(1);
        answering =
                exchange -> {
                    mayEnd.await();
                    answer(exchange, "resp_1");
                };
        begin();
        asks("");
        wire.come.add(new SocketMessage.Closing());
        asks(",\"stream_id\":\"other\"");

        assertThat(code(hears())).isEqualTo("gateway_closing");
        assertThat(wire.closed).isNotDone();
        mayEnd.countDown();
        assertThat(code(hearsEnd())).isEmpty();
        assertThat(wire.closed.get(10, SECONDS)).isEqualTo(1001);
    }

    /// So a client that tries the same again begins anew, with the whole history.
    @Test
    void what_a_failed_turn_went_on_from_is_forgotten_on_its_connection() throws Exception {
        answering =
                exchange -> {
                    Archive local = ResponsesSockets.turn(exchange).orElseThrow().local();
                    local.put("one", "resp_1", new byte[] {1});
                    answer(exchange, "resp_1");
                };
        begin();
        asks("");
        hearsEnd();
        answering =
                exchange -> {
                    Archive local = ResponsesSockets.turn(exchange).orElseThrow().local();
                    boolean there = local.get("one", "resp_1").isPresent();
                    exchange.respond(
                            ResponseHead.of(there ? 400 : 404, "application/json"),
                            "{\"error\":{\"message\":\"No.\"}}".getBytes(UTF_8));
                };
        asks(",\"previous_response_id\":\"resp_1\"");
        assertThat(hearsEnd().path("status").intValue()).isEqualTo(400);
        asks(",\"previous_response_id\":\"resp_1\"");
        assertThat(hearsEnd().path("status").intValue()).isEqualTo(404);
    }

    /// However a turn comes to nothing: told in an event of either kind, or not told at all.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: {\"type\":\"response.failed\",\"response\":{\"id\":\"r\"}}\n\n",
                "data: {\"type\":\"error\",\"code\":\"x\",\"message\":\"no\"}\n\n",
                "data: {\"type\":\"response.created\",\"response\":{\"id\":\"r\"}}\n\n"
            })
    void whatever_a_turn_failed_by_it_cannot_be_gone_on_from(String events) throws Exception {
        answering =
                exchange -> {
                    Archive local = ResponsesSockets.turn(exchange).orElseThrow().local();
                    local.put("one", "resp_1", new byte[] {1});
                    answer(exchange, "resp_1");
                };
        begin();
        asks("");
        hearsEnd();
        answering =
                exchange ->
                        exchange.stream(ResponseHead.of(200, "text/event-stream"))
                                .end(events.getBytes(UTF_8));
        asks(",\"previous_response_id\":\"resp_1\"");
        String type = "";
        while (!type.equals("error") && !type.equals("response.failed")) {
            type = hears().path("type").stringValue("");
        }
        var there = new LinkedBlockingQueue<Boolean>();
        answering =
                exchange -> {
                    Archive local = ResponsesSockets.turn(exchange).orElseThrow().local();
                    there.add(local.get("one", "resp_1").isPresent());
                    answer(exchange, "resp_2");
                };
        asks(",\"previous_response_id\":\"resp_1\"");

        assertThat(there.poll(10, SECONDS)).isFalse();
    }

    @Test
    void who_answers_a_turn_is_told_once() throws Exception {
        answering =
                exchange -> {
                    HttpStream stream =
                            exchange.stream(
                                    ResponseHead.of(200, "text/event-stream")
                                            .with("x-switchgear-provider", "one"));
                    stream.end(
                            "data: {\"type\":\"response.created\"}\n\ndata: {\"type\":\"response.completed\"}\n\ndata: {\"type\":\"response.late\"}\n\n"
                                    .getBytes(UTF_8));
                };
        begin();
        for (int turn = 0; turn < 2; turn++) {
            asks("");
            JsonNode created = hears();
            assertThat(created.path("headers").path("x-switchgear-provider").stringValue(""))
                    .isEqualTo("one");
            JsonNode completed = hears();
            assertThat(completed.path("type").stringValue("")).isEqualTo("response.completed");
            assertThat(completed.has("headers")).isFalse();
            // Nothing follows the end but the next turn.
        }
    }

    @Test
    void each_turn_is_a_post_of_its_own_with_the_head_of_the_connection() throws Exception {
        var seen = new LinkedBlockingQueue<String>();
        answering =
                exchange -> {
                    seen.add(
                            String.join(
                                    " ",
                                    exchange.method(),
                                    exchange.path(),
                                    exchange.header("x-request-id").orElse(""),
                                    exchange.header("x-session-id").orElse(""),
                                    exchange.header("Upgrade").orElse("-"),
                                    exchange.header("content-type").orElse(""),
                                    new String(exchange.body(), UTF_8)));
                    answer(exchange, "resp_1");
                };
        begin();
        says(
                """
                { "type" : "response.create" , "model":"m", "stream_id":"a","background":true, "stream": false ,\
                "input":[{"type":"x","stream_id":"kept"}] , "generate":true }\
                """);
        assertThat(seen.poll(10, SECONDS))
                .isEqualTo(
                        "POST /v1/responses req.1 s - application/json"
                                + " {\"stream\":true,\"model\":\"m\","
                                + "\"input\":[{\"type\":\"x\",\"stream_id\":\"kept\"}]}");
        assertThat(hearsEnd().path("stream_id").stringValue("")).isEqualTo("a");
        asks("");
        assertThat(seen.poll(10, SECONDS)).contains(" req.2 ");
        assertThat(hearsEnd().has("stream_id")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"401, true", "403, false", "500, false"})
    void a_key_that_is_not_accepted_any_more_closes_the_connection(int status, boolean closes)
            throws Exception {
        answering =
                exchange ->
                        exchange.respond(
                                ResponseHead.of(status, "application/json"),
                                "{\"error\":{\"code\":\"c\"}}".getBytes(UTF_8));
        begin();
        asks("");
        assertThat(hearsEnd().path("status").intValue()).isEqualTo(status);
        if (closes) {
            assertThat(wire.closed.get(10, SECONDS)).isEqualTo(1008);
        } else {
            answering = exchange -> answer(exchange, "resp_1");
            asks("");
            assertThat(code(hearsEnd())).isEmpty();
            assertThat(wire.closed).isNotDone();
        }
    }

    @Test
    void a_turn_that_is_not_answered_at_all_is_told_so_and_a_broken_one_too() throws Exception {
        answering = _ -> {};
        begin();
        asks("");
        assertThat(code(hearsEnd())).isEqualTo("stream_ended");
        answering =
                _ -> {
                    throw new IllegalStateException("broken down, as this test wants it");
                };
        asks("");
        assertThat(code(hearsEnd())).isEqualTo("internal_error");
    }

    @Test
    void what_the_door_refused_is_told_as_http_would() throws Exception {
        begin();
        wire.come.add(new SocketMessage.Refused(413, "too large"));
        JsonNode error = hearsEnd();
        assertThat(error.path("status").intValue()).isEqualTo(413);
        wire.come.add(new SocketMessage.Refused(503, "no memory"));
        assertThat(hearsEnd().path("status").intValue()).isEqualTo(503);
    }

    /// What is left of a connection on its shelf.
    private static final class Shelf implements Archive {
        private final Map<String, byte[]> documents = new ConcurrentHashMap<>();

        @Override
        public boolean keeps() {
            return true;
        }

        @Override
        public void put(String client, String id, byte[] content) {
            documents.put(client + " " + id, content);
        }

        @Override
        public Optional<byte[]> get(String client, String id) {
            return Optional.ofNullable(documents.get(client + " " + id));
        }

        @Override
        public Optional<Holding> holding(String client, String item) {
            return Optional.empty();
        }

        @Override
        public boolean remove(String client, String id) {
            return documents.remove(client + " " + id) != null;
        }
    }

    @Test
    void what_was_answered_on_a_connection_is_found_there_alone_and_goes_with_it() {
        begin();
        var one = new ConnectionArchive(shelf, "c1");
        var two = new ConnectionArchive(shelf, "c2");
        one.of("a").put("ann", "resp_1", new byte[] {1});
        assertThat(one.get("ann", "resp_1")).isPresent();
        assertThat(one.get("bob", "resp_1")).isEmpty();
        assertThat(two.get("ann", "resp_1")).isEmpty();
        assertThat(shelf.get("ann", "resp_1")).isEmpty();
        one.forget("resp_1", "b");
        assertThat(one.get("ann", "resp_1")).isPresent();
        one.forget("resp_1", "a");
        assertThat(one.get("ann", "resp_1")).isEmpty();
        one.put("ann", "resp_2", new byte[] {1});
        one.close();
        one.put("ann", "resp_3", new byte[] {1});
        assertThat(shelf.documents).isEmpty();
    }

    /// A door's socket that a test speaks through.
    private final class Wire implements DoorSocket {
        private final LinkedBlockingQueue<SocketMessage> come = new LinkedBlockingQueue<>();
        private final LinkedBlockingQueue<String> sent = new LinkedBlockingQueue<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();

        @Override
        public SocketMessage receive() {
            try {
                return come.take();
            } catch (InterruptedException interrupted) {
                return new SocketMessage.Closed();
            }
        }

        @Override
        public boolean send(byte[] utf8) {
            return !closed.isDone() && sent.add(new String(utf8, UTF_8));
        }

        @Override
        public void close(int code, String reason) {
            closed.complete(code);
        }

        @Override
        public boolean over() {
            return closed.isDone();
        }

        @Override
        public void serve(HttpExchange message) {
            try {
                answering.answer(message);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void whoever_leaves_gives_back_what_waits_and_interrupts_what_runs() throws Exception {
        var interrupted = new CompletableFuture<Boolean>();
        var runs = new CountDownLatch(1);
        answering =
                exchange -> {
                    runs.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException told) {
                        interrupted.complete(true);
                        throw told;
                    }
                };
        begin();
        asks("");
        asks("");
        assertThat(runs.await(10, SECONDS)).isTrue();
        wire.come.add(new SocketMessage.Closed());
        assertThat(interrupted.get(10, SECONDS)).isTrue();
        assertThat(served.get(10, SECONDS)).isTrue();
        assertThat(memory.taken()).isZero();
        assertThat(List.copyOf(wire.sent)).allMatch(text -> text.contains("error"));
    }
}
