package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.server.door.RawClient;
import dev.switchgear.server.door.RawSocket;
import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.provider.ReceivedRequest;
import dev.switchgear.simulator.provider.SimulatedProvider;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever ends a response of Responses before it is done, its provider sees that nobody waits for it, and
/// at once: what it goes on to say costs its client money.
@Timeout(60)
class HungUpFromOutsideTest {
    /// Patient enough that no time-out of ours ends it.
    private static final String PATIENT = "timeouts: { first-token: 50s, head: 50s, idle: 50s }";

    /// One whose answers are translated, one whose bytes pass.
    @SuppressWarnings("InlineFormatString") // too long to stand among code
    private static final String PROVIDERS =
            """
            server: { port: 0, drain: 2s }
            egress: { allow-private: ["127.0.0.1:%1$d"] }
            providers:
              alpha: { kind: openai-compatible, base-url: "http://127.0.0.1:%1$d/alpha/v1", %2$s, keys: [ { secret: sk-alpha-0123456789 } ] }
              beta: { kind: openai, base-url: "http://127.0.0.1:%1$d/beta/v1", %2$s, keys: [ { secret: sk-beta-0123456789 } ] }
            """;

    /// How a response is asked for, and what ends it.
    enum Ending {
        CANCELLED,
        DELETED,
        GATEWAY_STOPPED,
        CLIENT_LEFT,
        SOCKET_CLOSED,
        SOCKET_LEFT;

        boolean background() {
            return switch (this) {
                case CANCELLED, DELETED, GATEWAY_STOPPED -> true;
                case CLIENT_LEFT, SOCKET_CLOSED, SOCKET_LEFT -> false;
            };
        }

        /// Who is told to stop lets what runs go on for most of `server.drain`.
        Duration most() {
            return Duration.ofSeconds(this == GATEWAY_STOPPED ? 4 : 2);
        }
    }

    /// Nothing was said yet, or some of it.
    private static FaultKind silent(boolean begun) {
        return begun ? FaultKind.stallAfter(8) : new FaultKind.BlackHole();
    }

    static Stream<Arguments> all() {
        return Arrays.stream(Ending.values())
                .flatMap(ending ->
                        Stream.of("alpha", "beta")
                                .flatMap(provider ->
                                        Stream.of(false, true)
                                                .map(begun ->
                                                        Arguments.of(ending, provider, begun))));
    }

    private static String asked(String model, String more) {
        return "{\"model\":\""
                + model
                + "/gpt-4o\",\"input\":\"Tell me a long story\""
                + more
                + "}";
    }

    @ParameterizedTest
    @MethodSource("all")
    void the_provider_hears_at_once_that_nobody_waits(Ending ending, String name, boolean begun)
            throws Exception {
        try (House house = open()) {
            SimulatedProvider provider = house.provider(name);
            provider.fault(silent(begun));

            Instant ended =
                    ending.background()
                            ? inBackground(house, ending, name, begun)
                            : waitedFor(house, ending, name, begun);

            ReceivedRequest left =
                    provider.await(ReceivedRequest::hungUp, Duration.ofSeconds(20)).orElseThrow();
            assertThat(left.times().hungUp().orElseThrow()).isBefore(ended.plus(ending.most()));
            assertThat(provider.requestCount()).as("asked once").isEqualTo(1);
        }
    }

    /// A reader of a response in the background is not who waits for it.
    @ParameterizedTest
    @ValueSource(strings = {"alpha", "beta"})
    void who_only_reads_along_may_leave(String name) throws Exception {
        try (House house = open()) {
            SimulatedProvider provider = house.provider(name);
            provider.fault(FaultKind.stallAfter(8));
            String id = create(house, name);
            waitFor(house, id, true);
            try (var reader = new RawClient(house.port())) {
                reader.send(
                        "GET /v1/responses/"
                                + id
                                + "?stream=true HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
                assertThat(reader.readUntil("response.output_text.delta")).contains("200 OK");
                reader.hangUp();
            }

            // Whoever asks next is served, so that it was seen that the first one left.
            assertThat(house.get("/v1/responses/" + id).statusCode()).isEqualTo(200);
            assertThat(provider.await(ReceivedRequest::hungUp, Duration.ofMillis(300))).isEmpty();

            house.post("/v1/responses/" + id + "/cancel", "");
            assertThat(provider.await(ReceivedRequest::hungUp, Duration.ofSeconds(20))).isPresent();
        }
    }

    private static House open() {
        return House.of(
                SimulatorSettings.instant("alpha", "beta", "gamma"),
                port -> PROVIDERS.formatted(port, PATIENT));
    }

    private static String create(House house, String name) {
        HttpResponse<String> came =
                house.post("/v1/responses", asked(name, ",\"background\":true"));
        assertThat(came.statusCode()).as(came.body()).isEqualTo(200);
        return Json.read(came.body()).path("id").stringValue();
    }

    /// Waits until the provider is at it, and where it said something, until that was told.
    private static void waitFor(House house, String id, boolean begun) throws Exception {
        if (begun) {
            try (var reader = new RawClient(house.port())) {
                reader.send(
                        "GET /v1/responses/"
                                + id
                                + "?stream=true HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
                assertThat(reader.readUntil("response.output_text.delta")).contains("200 OK");
            }
        }
    }

    private static Instant inBackground(House house, Ending ending, String name, boolean begun)
            throws Exception {
        String id = create(house, name);
        waitFor(house, id, begun);
        received(house, name);
        Instant ended = Instant.now();
        switch (ending) {
            case CANCELLED ->
                    assertThat(house.post("/v1/responses/" + id + "/cancel", "").statusCode())
                            .isEqualTo(200);
            case DELETED -> delete(house, id);
            case GATEWAY_STOPPED -> house.gateway().shutDown();
            case CLIENT_LEFT, SOCKET_CLOSED, SOCKET_LEFT -> throw new AssertionError(ending);
        }
        return ended;
    }

    private static void delete(House house, String id) throws Exception {
        var request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://127.0.0.1:" + house.port() + "/v1/responses/" + id))
                        .DELETE()
                        .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
        }
    }

    private static Instant waitedFor(House house, Ending ending, String name, boolean begun)
            throws Exception {
        if (ending == Ending.CLIENT_LEFT) {
            try (var client = new RawClient(house.port())) {
                client.send(post(asked(name, ",\"stream\":true")));
                if (begun) {
                    assertThat(client.readUntil("response.output_text.delta")).contains("200 OK");
                }
                received(house, name);
                Instant ended = Instant.now();
                client.hangUp();
                return ended;
            }
        }
        var socket = new RawSocket(house.port(), "/v1/responses");
        String turn = asked(name, "").replaceFirst("\\{", "{\"type\":\"response.create\",");
        socket.text(turn);
        while (begun && !socket.next().text().contains("response.output_text.delta")) {
            // Only that one tells that the provider has begun.
        }
        received(house, name);
        Instant ended = Instant.now();
        if (ending == Ending.SOCKET_CLOSED) {
            socket.close(1000);
        } else {
            socket.client().hangUp();
        }
        return ended;
    }

    private static void received(House house, String name) throws InterruptedException {
        assertThat(
                        house.provider(name)
                                .await(request -> request.bodyBytes() > 0, Duration.ofSeconds(20)))
                .isPresent();
    }

    private static String post(String body) {
        return "POST /v1/responses HTTP/1.1\r\nhost: 127.0.0.1\r\n"
                + "content-type: application/json\r\ncontent-length: "
                + body.getBytes(StandardCharsets.UTF_8).length
                + "\r\n\r\n"
                + body;
    }
}
