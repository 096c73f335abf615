package dev.switchgear.wire.http;

import static dev.switchgear.wire.http.BadUpstream.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.core.time.SystemTime;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.Headers;
import dev.switchgear.wire.OutgoingRequest;
import dev.switchgear.wire.WireException;
import dev.switchgear.wire.WireException.Kind;
import dev.switchgear.wire.egress.EgressRules;
import dev.switchgear.wire.egress.Resolver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// How exchanges end badly: too late, cut off, or because we do not want them any more; and whether
/// the upstream may have acted.
@ParameterizedClass
@EnumSource(Waits.class)
class EndsTest {
    private final Waits waits;

    EndsTest(Waits waits) {
        this.waits = waits;
    }

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final String HALF =
            lines("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "5", "hello", "");
    private static final OutgoingRequest LARGE =
            new OutgoingRequest("POST", "/chat", Headers.NONE, new byte[4 * 1024 * 1024]);

    private final ManualTime time = new ManualTime();

    private interface Doing {
        void run() throws WireException;
    }

    /// Runs `doing` on a virtual thread and gives what it threw.
    private static CompletableFuture<WireException> failing(Doing doing) {
        var failure = new CompletableFuture<WireException>();
        Thread.startVirtualThread(() -> {
            try {
                doing.run();
                failure.completeExceptionally(new AssertionError("nothing was thrown"));
            } catch (WireException e) {
                failure.complete(e);
            }
        });
        return failure;
    }

    /// Lets simulated time pass until `failure` is there. The blocked thread may note its wait only
    /// after a step, so the steps go on.
    private WireException passTimeUntil(CompletableFuture<WireException> failure) throws Exception {
        for (int step = 0; step < 500; step++) {
            time.advance(Duration.ofSeconds(1));
            try {
                return failure.get(10, TimeUnit.MILLISECONDS);
            } catch (TimeoutException _) {
                // Not yet: the next step may be the one.
            }
        }
        throw new AssertionError("the wait did not end");
    }

    @Test
    void a_head_that_does_not_come_is_a_head_timeout_and_may_have_acted() throws Exception {
        try (var upstream = new BadUpstream(visit -> silent(visit, ""));
                var caller = waits.caller(upstream, ConnectorSettings.DEFAULT, time)) {
            WireException thrown = passTimeUntil(failing(caller::get));

            assertThat(thrown.kind()).isEqualTo(Kind.HEAD_TIMEOUT);
            assertThat(thrown.mayHaveActed()).isTrue();
            assertThat(Duration.ofNanos(time.nanos())).isGreaterThanOrEqualTo(MINUTE);
            assertThat(caller.connector().open()).isZero();
        }
    }

    @Test
    void a_body_that_stalls_longer_than_its_reader_waits_is_a_read_timeout() throws Exception {
        try (var upstream = new BadUpstream(visit -> silent(visit, HALF));
                var caller = waits.caller(upstream, ConnectorSettings.DEFAULT, time)) {
            Exchange exchange = caller.get();
            byte[] some = new byte[5];
            assertThat(exchange.read(some, 0, 5)).isEqualTo(5);
            exchange.waitAtMost(Duration.ofSeconds(20));

            WireException thrown = passTimeUntil(failing(() -> exchange.read(some, 0, 5)));

            assertThat(thrown.kind()).isEqualTo(Kind.READ_TIMEOUT);
            assertThat(Duration.ofNanos(time.nanos())).isLessThan(MINUTE);
        }
    }

    @Test
    void the_deadline_bounds_every_wait_and_is_named_as_what_it_is() throws Exception {
        Timeouts hurried = Caller.timeouts(Duration.ofSeconds(2), MINUTE, Duration.ofSeconds(10));
        try (var upstream = new BadUpstream(visit -> silent(visit, ""));
                var caller = waits.caller(upstream, ConnectorSettings.DEFAULT, time)) {
            WireException thrown =
                    passTimeUntil(failing(() -> caller.send("key", Caller.GET, hurried)));

            assertThat(thrown.kind()).isEqualTo(Kind.DEADLINE);
            assertThat(thrown.mayHaveActed()).isTrue();
        }
    }

    @Test
    void time_spent_by_a_slow_reader_is_not_the_upstreams() throws Exception {
        try (var upstream = BadUpstream.answering(HALF + lines("5", "world", "0", "", ""));
                var caller = waits.caller(upstream, ConnectorSettings.DEFAULT, time)) {
            Exchange exchange = caller.get();
            byte[] some = new byte[5];
            exchange.waitAtMost(Duration.ofSeconds(1));
            exchange.read(some, 0, 5);

            time.advance(MINUTE);

            assertThat(exchange.readAll(100)).hasSize(5);
        }
    }

    @Test
    void a_deadline_that_has_passed_stops_a_call_before_it_acts() throws Exception {
        try (var upstream = BadUpstream.answering("");
                var caller = waits.caller(upstream, ConnectorSettings.DEFAULT, time)) {
            var gone = new Deadline(time.nanos());

            WireException thrown =
                    catchThrowableOfType(
                            WireException.class,
                            () ->
                                    caller.connector()
                                            .send(
                                                    caller.endpoint(),
                                                    "key",
                                                    Caller.GET,
                                                    Timeouts.DEFAULT,
                                                    gone));

            assertThat(thrown.kind()).isEqualTo(Kind.DEADLINE);
            assertThat(thrown.mayHaveActed()).isFalse();
            assertThat(upstream.connections()).isZero();
        }
    }

    @Test
    void a_port_where_nobody_listens_has_not_acted() throws Exception {
        int port;
        try (ServerSocket server = BadUpstream.plainServer()) {
            port = server.getLocalPort();
        }
        try (var caller = loopback("127.0.0.1:" + port)) {
            WireException thrown = catchThrowableOfType(WireException.class, caller::get);

            assertThat(thrown.kind()).isEqualTo(Kind.CONNECT_FAILED);
            assertThat(thrown.mayHaveActed()).isFalse();
        }
    }

    @Test
    void an_address_that_does_not_answer_is_a_connect_timeout_and_has_not_acted() throws Exception {
        // A full backlog drops further connection requests, as a black hole does.
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var caller = loopback("127.0.0.1:" + server.getLocalPort())) {
            var fillers = new ArrayList<CompletableFuture<WireException>>();
            for (int i = 0; i < 8; i++) {
                fillers.add(failing(caller::get));
            }

            long connectTimeouts = 0;
            for (CompletableFuture<WireException> filler : fillers) {
                WireException thrown = passTimeUntil(filler);
                boolean connecting = thrown.kind() == Kind.CONNECT_TIMEOUT;
                assertThat(thrown.mayHaveActed()).isEqualTo(!connecting);
                connectTimeouts += connecting ? 1 : 0;
            }

            assertThat(connectTimeouts).isPositive();
        }
    }

    @Test
    void where_one_address_refuses_the_next_is_tried() throws Exception {
        try (var upstream = BadUpstream.answering(lines("HTTP/1.1 204 None", "", ""))) {
            // Loopback has many addresses; the upstream listens on one.
            Resolver resolver =
                    _ ->
                            List.of(
                                    InetAddress.ofLiteral("127.0.0.9"),
                                    InetAddress.ofLiteral("127.0.0.1"));
            String named = "two.test:" + upstream.port();
            try (var caller =
                    waits.caller(
                            Endpoint.parse("http://" + named),
                            EgressRules.allowing(named),
                            resolver,
                            ConnectorSettings.DEFAULT,
                            new SystemTime())) {
                assertThat(caller.get().status()).isEqualTo(204);
            }
        }
    }

    @Test
    void a_name_lookup_that_hangs_is_a_connect_timeout() throws Exception {
        var release = new CountDownLatch(1);
        Resolver stuck =
                _ -> {
                    try {
                        release.await();
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                    return List.of();
                };
        var hurried = Caller.timeouts(Duration.ofMillis(30), MINUTE, MINUTE);
        try (var caller =
                waits.caller(
                        Endpoint.parse("https://stuck.test"),
                        EgressRules.DEFAULT,
                        stuck,
                        ConnectorSettings.DEFAULT,
                        new SystemTime())) {
            WireException thrown =
                    catchThrowableOfType(
                            WireException.class, () -> caller.send("key", Caller.GET, hurried));

            assertThat(thrown.kind()).isEqualTo(Kind.CONNECT_TIMEOUT);
            assertThat(thrown.mayHaveActed()).isFalse();
        } finally {
            release.countDown();
        }
    }

    @Test
    void a_request_that_breaks_off_half_way_is_never_sent_again() throws Exception {
        try (var upstream =
                        new BadUpstream(visit -> {
                            visit.socket().getInputStream().readNBytes(100_000);
                            visit.reset();
                        });
                var caller = waits.caller(upstream)) {
            WireException thrown =
                    catchThrowableOfType(WireException.class, () -> caller.send(LARGE));

            assertThat(thrown.kind()).isEqualTo(Kind.CONNECTION_LOST);
            assertThat(thrown.mayHaveActed()).isTrue();
            assertThat(upstream.connections()).isEqualTo(1);
        }
    }

    @Test
    void a_pooled_connection_that_breaks_after_the_first_byte_is_no_reason_to_send_again()
            throws Exception {
        try (var upstream =
                        new BadUpstream(visit -> {
                            visit.readRequest();
                            visit.write(lines("HTTP/1.1 204 None", "", ""));
                            visit.socket().getInputStream().read();
                            visit.reset();
                        });
                var caller = waits.caller(upstream)) {
            caller.get();

            WireException thrown = catchThrowableOfType(WireException.class, caller::get);

            assertThat(thrown.kind()).isEqualTo(Kind.CONNECTION_LOST);
            assertThat(thrown.mayHaveActed()).isTrue();
            assertThat(upstream.connections()).isEqualTo(1);
        }
    }

    @Test
    void an_answer_that_comes_before_the_request_is_whole_is_read() throws Exception {
        try (var upstream =
                        new BadUpstream(visit -> {
                            visit.socket().getInputStream().readNBytes(1000);
                            visit.write(
                                    lines("HTTP/1.1 413 Too Large", "Content-Length: 2", "", "no"));
                            visit.socket().shutdownInput();
                            visit.socket().getOutputStream().flush();
                        });
                var caller = waits.caller(upstream)) {
            int status;
            try {
                status = caller.send(LARGE).status();
            } catch (WireException e) {
                // The system may tell us of the reset before it shows us the answer.
                assertThat(e.kind()).isEqualTo(Kind.CONNECTION_LOST);
                assertThat(e.mayHaveActed()).isTrue();
                status = 413;
            }

            assertThat(status).isEqualTo(413);
            assertThat(caller.connector().resting()).isZero();
            assertThat(upstream.connections()).isEqualTo(1);
        }
    }

    @Test
    void an_interrupt_ends_a_wait_within_50_ms_and_the_upstream_sees_us_hang_up() throws Exception {
        long median =
                median(() -> {
                    var upstreamKnows = new CountDownLatch(1);
                    try (var upstream =
                                    new BadUpstream(visit -> {
                                        silent(visit, HALF);
                                        upstreamKnows.countDown();
                                    });
                            var caller = waits.caller(upstream)) {
                        var reading = new CountDownLatch(1);
                        var ended = new CompletableFuture<WireException>();
                        var stillInterrupted = new CompletableFuture<Boolean>();
                        Thread thread =
                                Thread.startVirtualThread(() -> {
                                    try {
                                        Exchange exchange = caller.get();
                                        exchange.read(new byte[5], 0, 5);
                                        reading.countDown();
                                        exchange.read(new byte[5], 0, 5);
                                    } catch (WireException e) {
                                        stillInterrupted.complete(
                                                Thread.currentThread().isInterrupted());
                                        ended.complete(e);
                                    }
                                });
                        assertThat(reading.await(5, TimeUnit.SECONDS)).isTrue();

                        long from = System.nanoTime();
                        thread.interrupt();

                        WireException thrown = ended.get(5, TimeUnit.SECONDS);
                        assertThat(upstreamKnows.await(5, TimeUnit.SECONDS)).isTrue();
                        long took = System.nanoTime() - from;
                        assertThat(thrown.kind()).isEqualTo(Kind.CANCELLED);
                        assertThat(thrown.mayHaveActed()).isTrue();
                        assertThat(stillInterrupted.get()).isTrue();
                        return took;
                    }
                });

        assertThat(Duration.ofNanos(median)).isLessThan(Duration.ofMillis(50));
    }

    @Test
    void closing_from_another_thread_ends_a_wait_within_50_ms() throws Exception {
        long median =
                median(() -> {
                    var upstreamKnows = new CountDownLatch(1);
                    try (var upstream =
                                    new BadUpstream(visit -> {
                                        silent(visit, HALF);
                                        upstreamKnows.countDown();
                                    });
                            var caller = waits.caller(upstream)) {
                        Exchange exchange = caller.get();
                        exchange.read(new byte[5], 0, 5);
                        CompletableFuture<WireException> failure =
                                failing(() -> exchange.read(new byte[5], 0, 5));

                        long from = System.nanoTime();
                        exchange.close();

                        WireException thrown = failure.get(5, TimeUnit.SECONDS);
                        assertThat(upstreamKnows.await(5, TimeUnit.SECONDS)).isTrue();
                        assertThat(thrown.kind()).isEqualTo(Kind.CANCELLED);
                        return System.nanoTime() - from;
                    }
                });

        assertThat(Duration.ofNanos(median)).isLessThan(Duration.ofMillis(50));
    }

    @Test
    void an_interrupted_thread_sends_nothing() throws Exception {
        try (var upstream = BadUpstream.answering("");
                var caller = waits.caller(upstream)) {
            WireException thrown =
                    failing(
                                    () -> {
                                        Thread.currentThread().interrupt();
                                        caller.get();
                                    })
                            .get(5, TimeUnit.SECONDS);

            assertThat(thrown.kind()).isEqualTo(Kind.CANCELLED);
            assertThat(thrown.mayHaveActed()).isFalse();
            assertThat(upstream.connections()).isZero();
        }
    }

    @Test
    void closing_the_connector_ends_what_is_under_way() throws Exception {
        try (var upstream = new BadUpstream(visit -> silent(visit, ""));
                var caller = waits.caller(upstream)) {
            CompletableFuture<WireException> failure = failing(caller::get);
            upstream.request();

            caller.connector().close();

            assertThat(failure.get(5, TimeUnit.SECONDS).kind()).isEqualTo(Kind.CANCELLED);
            assertThat(catchThrowableOfType(WireException.class, caller::get).mayHaveActed())
                    .isFalse();
        }
    }

    private interface Round {
        long nanos() throws Exception;
    }

    private static long median(Round round) throws Exception {
        long[] nanos = new long[5];
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = round.nanos();
        }
        Arrays.sort(nanos);
        return nanos[2];
    }

    private static void silent(BadUpstream.Visit visit, String first) throws IOException {
        visit.readRequest();
        visit.write(first.getBytes(StandardCharsets.US_ASCII));
        visit.awaitHangUp();
    }

    private Caller loopback(String authority) {
        return waits.caller(
                Endpoint.parse("http://" + authority),
                EgressRules.allowing(authority),
                Resolver.system(),
                ConnectorSettings.DEFAULT,
                time);
    }
}
