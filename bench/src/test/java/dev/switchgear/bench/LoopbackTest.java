package dev.switchgear.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Upstream and load generators against each other: what they count must be what was sent.
class LoopbackTest {
    private final List<ChunkUpstream> upstreams = new ArrayList<>();

    @AfterEach
    void stop() {
        upstreams.forEach(ChunkUpstream::close);
    }

    @Test
    void every_stream_is_received_whole_and_asked_for_again() throws Exception {
        int port = serve(10, Duration.ofMillis(2));

        var result = Streams.run(plan(port, 20), () -> {}, () -> {});

        assertThat(result.errors()).isEmpty();
        assertThat(result.alive()).isEqualTo(20);
        assertThat(result.receiving()).isEqualTo(20);
        assertThat(result.whole()).isGreaterThan(20);
        // Streams under way at either end of the measured part hold fewer than ten of their events.
        assertThat(result.events()).isBetween(result.whole() * 10 - 200, result.whole() * 10 + 200);
        // The last event of a stream carries no moment.
        assertThat(result.late().getTotalCount()).isBetween(1L, result.events());
    }

    @Test
    void an_endless_stream_keeps_its_pace() throws Exception {
        int port = serve(0, Duration.ofMillis(100));

        var result = Streams.run(plan(port, 5), () -> {}, () -> {});

        assertThat(result.errors()).isEmpty();
        assertThat(result.whole()).isZero();
        // One second at ten events a second for each of five, and never ahead of the schedule.
        assertThat(result.events()).isBetween(25L, 60L);
    }

    @Test
    void load_asks_at_its_rate_and_measures_each_answer_from_when_it_was_due() throws Exception {
        // An answer of two events takes at least the pause between them.
        int port = serve(2, Duration.ofMillis(20));
        byte[] request = request(port);
        var plan =
                new Load.Plan(
                        port,
                        request,
                        50,
                        10,
                        Load.Broken.ENDS,
                        Duration.ofMillis(100),
                        Duration.ofSeconds(1));

        var result = Load.run(plan, () -> {}, () -> {});

        assertThat(result.answered()).isEqualTo(50);
        assertThat(result.refused()).isZero();
        assertThat(result.fromSent().getMinValue()).isGreaterThan(19_000_000);
    }

    @Test
    void a_request_that_waits_for_a_connection_pays_for_the_wait() throws Exception {
        // One connection, 20 ms an answer, but one request due each 5 ms: the last waits longest.
        int port = serve(2, Duration.ofMillis(20));
        var plan =
                new Load.Plan(
                        port,
                        request(port),
                        200,
                        1,
                        Load.Broken.ENDS,
                        Duration.ZERO,
                        Duration.ofMillis(100));

        var result = Load.run(plan, () -> {}, () -> {});

        assertThat(result.answered()).isEqualTo(20);
        assertThat(result.fromDue().getMaxValue()).isGreaterThan(280_000_000);
        assertThat(result.fromSent().getValueAtPercentile(50)).isLessThan(280_000_000);
    }

    @Test
    void an_upstream_that_fails_refuses_every_call_and_counts_it() throws Exception {
        try (var upstream = new FaultyUpstream(0, Duration.ZERO)) {
            upstream.become(FaultyUpstream.Mood.FAILING);

            var result = Load.run(counted(upstream.port()), () -> {}, () -> {});

            assertThat(result.answered()).isZero();
            assertThat(result.refused()).isEqualTo(20);
            assertThat(upstream.requests()).isEqualTo(20);
        }
    }

    @Test
    void a_connection_that_is_closed_costs_the_call_on_it_and_no_other() throws Exception {
        // It closes each connection after the request that it cannot answer.
        try (var door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual()
                    .start(() -> {
                        while (!door.isClosed()) {
                            try (Socket client = door.accept()) {
                                client.getInputStream().read();
                            } catch (IOException e) {
                                // The test is over, or the load hung up first.
                            }
                        }
                    });

            var result = Load.run(counted(door.getLocalPort()), () -> {}, () -> {});

            assertThat(result.answered()).isZero();
            assertThat(result.refused()).isEqualTo(20);
        }
    }

    private static Load.Plan counted(int port) {
        return new Load.Plan(
                port,
                request(port),
                200,
                4,
                Load.Broken.COUNTED,
                Duration.ZERO,
                Duration.ofMillis(100));
    }

    @Test
    void a_response_is_read_the_same_wherever_it_is_cut() throws Exception {
        byte[] bytes =
                String.join(
                                "\r\n",
                                "HTTP/1.1 200 OK",
                                "Transfer-Encoding: chunked",
                                "",
                                "9",
                                "data: {}\n",
                                "11;x=y",
                                "\ndata: [DONE]\n\n  ",
                                "0",
                                "",
                                "HTTP/1.1 429 Slow",
                                "content-length: 2",
                                "",
                                "{}")
                        .getBytes(StandardCharsets.US_ASCII);

        for (int cut = 0; cut <= bytes.length; cut++) {
            assertThat(read(bytes, cut)).as("cut at %d", cut).containsExactly("200 1 true", "429");
        }
    }

    private static List<String> read(byte[] bytes, int cut) throws IOException {
        var reader = new ResponseReader();
        var events = new ChunkReader(_ -> {});
        var seen = new ArrayList<String>();
        for (ByteBuffer part :
                List.of(
                        ByteBuffer.wrap(bytes, 0, cut),
                        ByteBuffer.wrap(bytes, cut, bytes.length - cut))) {
            while (reader.read(part, events)) {
                seen.add(
                        reader.status() == 200
                                ? "200 " + events.events() + " " + events.whole()
                                : Integer.toString(reader.status()));
            }
        }
        return seen;
    }

    private int serve(int events, Duration pause) throws IOException {
        var upstream = new ChunkUpstream(events, pause, 0);
        upstreams.add(upstream);
        Thread.ofPlatform().daemon().name("upstream").start(upstream::serve);
        return upstream.port();
    }

    private static Streams.Plan plan(int port, int connections) {
        return new Streams.Plan(
                port, request(port), connections, 1_000, Duration.ZERO, Duration.ofSeconds(1));
    }

    private static byte[] request(int port) {
        return RequestBytes.post("127.0.0.1:" + port, "/v1/chat/completions", List.of(), "{}");
    }
}
