package dev.switchgear.server;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.identity.ClientKey;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.config.ConfigLoader;
import dev.switchgear.server.config.Loaded;
import dev.switchgear.server.door.RawClient;
import dev.switchgear.server.door.RawSocket;
import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.provider.ReceivedRequest;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Connections that stay open while the gateway around them changes, or stops.
final class HeldConnectionsTest {
    private static final ClientKey ONE = ClientKey.generate(new Random(1));
    private static final ClientKey TWO = ClientKey.generate(new Random(2));
    private static final String PATIENT = "timeouts: { first-token: 30s, head: 30s, idle: 30s }";
    private static final String CREATE =
            "{\"type\":\"response.create\",\"model\":\"%s\",\"store\":false,\"input\":\"hi\"}";

    private static String client(String name, ClientKey key, String more) {
        return "  - { name: %s, key-hash: \"%s\"%s }\n"
                .formatted(name, key.stored(Secret.of(House.PEPPER)).text(), more);
    }

    private static Config config(ScriptedHouse house, String rest) {
        return whole(house, ScriptedHouse.PROVIDERS + rest);
    }

    /// @param file with `%1$d` for the port of the upstreams
    private static Config whole(ScriptedHouse house, String file) {
        Config.Provider any = house.gateway().config().providers().values().iterator().next();
        String text = file.formatted(any.baseUrl().orElseThrow().getPort());
        Loaded loaded = ConfigLoader.parse("next.yaml", text, Map.of());
        return loaded.config().orElseThrow(() -> new AssertionError(loaded.problems().toString()));
    }

    private static RawSocket socket(ScriptedHouse house, ClientKey key) throws IOException {
        return new RawSocket(
                house.port(), "/v1/responses", "authorization: Bearer " + key.reveal());
    }

    private static JsonNode last(RawSocket socket) throws IOException {
        while (true) {
            RawSocket.Frame frame = socket.next();
            assertThat(frame.opcode()).isEqualTo(RawSocket.TEXT);
            JsonNode event = Json.read(frame.text());
            switch (event.path("type").stringValue("")) {
                case "response.completed", "response.failed", "error" -> {
                    return event;
                }
                default -> {}
            }
        }
    }

    private static String type(JsonNode event) {
        return event.path("type").stringValue("");
    }

    @Test
    void a_key_is_asked_for_before_it_opens_and_stands_in_no_query() throws Exception {
        try (var house = ScriptedHouse.open("clients:\n" + client("one", ONE, ""))) {
            for (String path :
                    new String[] {"/v1/responses", "/v1/responses?key=" + ONE.reveal()}) {
                try (var socket = new RawSocket(house.port(), path)) {
                    assertThat(socket.head()).startsWith("HTTP/1.1 401 ");
                }
            }
            try (var socket =
                    new RawSocket(house.port(), "/v1/responses", "api-key: " + ONE.reveal())) {
                assertThat(socket.head()).startsWith("HTTP/1.1 101 ");
            }
            // A page of a foreign origin opens nothing, whatever key it has.
            try (var socket =
                    new RawSocket(
                            house.port(),
                            "/v1/responses",
                            "authorization: Bearer " + ONE.reveal(),
                            "origin: https://evil.example")) {
                assertThat(socket.head()).startsWith("HTTP/1.1 403 ");
            }
            String self = "origin: http://gateway.example";
            try (var socket =
                    new RawSocket(
                            house.port(),
                            "/v1/responses",
                            "authorization: Bearer " + ONE.reveal(),
                            "host: gateway.example",
                            self)) {
                assertThat(socket.head()).startsWith("HTTP/1.1 101 ");
            }
        }
    }

    @Test
    void a_key_that_is_taken_away_closes_its_connections_and_no_others() throws Exception {
        String both = "clients:\n" + client("one", ONE, "") + client("two", TWO, "");
        try (var house = ScriptedHouse.open(both);
                var one = socket(house, ONE);
                var two = socket(house, TWO)) {
            one.text(CREATE.formatted("chat/m"));
            assertThat(type(last(one))).isEqualTo("response.completed");

            long revoked = System.nanoTime();
            house.gateway().use(config(house, "clients:\n" + client("two", TWO, "")));

            assertThat(one.farewell()).isEqualTo(1008);
            assertThat(Duration.ofNanos(System.nanoTime() - revoked))
                    .isLessThan(Duration.ofSeconds(5));
            two.text(CREATE.formatted("chat/m"));
            assertThat(type(last(two))).isEqualTo("response.completed");
        }
    }

    private static String allowing(String... origins) {
        return ScriptedHouse.PROVIDERS.replace(
                        "server: { port: 0 }",
                        "server: { port: 0, cors: { origins: [\""
                                + String.join("\", \"", origins)
                                + "\"] } }")
                + "clients:\n"
                + client("one", ONE, "");
    }

    private static RawSocket page(ScriptedHouse house, String... head) throws IOException {
        var headers = new ArrayList<>(List.of(head));
        headers.add("authorization: Bearer " + ONE.reveal());
        return new RawSocket(house.port(), "/v1/responses", headers.toArray(String[]::new));
    }

    @Test
    void a_page_that_is_taken_away_loses_its_connections_and_no_others() throws Exception {
        String gone = "origin: https://gone.example";
        String stays = "origin: https://stays.example";
        try (var house =
                        ScriptedHouse.of(
                                allowing("https://gone.example", "https://stays.example"));
                var page = page(house, gone);
                var other = page(house, stays);
                var own = page(house, "host: gateway.example", "origin: http://gateway.example");
                var program = page(house)) {
            page.text(CREATE.formatted("chat/m"));
            assertThat(type(last(page))).isEqualTo("response.completed");

            house.gateway().use(whole(house, allowing("https://stays.example")));

            assertThat(page.farewell()).isEqualTo(1008);
            for (RawSocket left : List.of(other, own, program)) {
                left.text(CREATE.formatted("chat/m"));
                assertThat(type(last(left))).isEqualTo("response.completed");
            }
            try (var again = page(house, gone)) {
                assertThat(again.head()).startsWith("HTTP/1.1 403 ");
            }
        }
    }

    @Test
    void each_turn_is_limited_counted_and_served_by_what_is_in_force_then() throws Exception {
        String limited = "clients:\n" + client("one", ONE, ", limits: { requests-per-minute: 2 }");
        try (var house = ScriptedHouse.open("clients:\n" + client("one", ONE, ""));
                var socket = socket(house, ONE)) {
            for (int i = 0; i < 4; i++) {
                socket.text(CREATE.formatted("chat/m"));
                assertThat(type(last(socket))).isEqualTo("response.completed");
            }
            house.gateway().use(config(house, limited));
            for (int i = 0; i < 2; i++) {
                socket.text(CREATE.formatted("chat/m"));
                assertThat(type(last(socket))).isEqualTo("response.completed");
            }
            socket.text(CREATE.formatted("chat/m"));
            JsonNode error = last(socket);
            assertThat(type(error)).isEqualTo("error");
            assertThat(error.path("status").intValue()).isEqualTo(429);
            assertThat(error.path("error").path("type").stringValue())
                    .isEqualTo("rate_limit_error");
            assertThat(error.path("headers").path("retry-after").stringValue("")).isNotEmpty();

            house.gateway().monitor().readAll();
            String metrics =
                    house.get("/metrics", "authorization", "Bearer " + ONE.reveal()).body();
            assertThat(metrics)
                    .contains(
                            "switchgear_requests_total{path=\"/v1/responses\",status=\"200\"} 6.0")
                    .contains(
                            "switchgear_requests_total{path=\"/v1/responses\",status=\"429\"} 1.0");
        }
    }

    @Test
    void a_client_that_leaves_in_the_middle_of_a_turn_hangs_up_upstream() throws Exception {
        try (var house =
                House.open(
                        House.ROUTES,
                        PATIENT,
                        SimulatorSettings.instant("alpha", "beta", "gamma"))) {
            for (boolean politely : new boolean[] {true, false}) {
                house.provider("alpha").forgetRequests();
                house.provider("alpha").fault(FaultKind.stallAfter(3));
                try (var socket = new RawSocket(house.port(), "/v1/responses")) {
                    socket.text(CREATE.formatted("auto"));
                    assertThat(socket.next().text()).contains("response.created");
                    if (politely) {
                        socket.close(1000);
                    } else {
                        socket.client().hangUp();
                    }
                    assertThat(
                                    house.provider("alpha")
                                            .await(ReceivedRequest::hungUp, Duration.ofSeconds(10)))
                            .as("politely: %s", politely)
                            .isPresent();
                }
            }
        }
    }

    @Test
    void a_gateway_that_stops_lets_turns_end_and_closes_what_is_idle_at_once() throws Exception {
        try (var house =
                House.with(
                        "server: { port: 0, drain: 20s }",
                        House.ROUTES,
                        PATIENT,
                        House.alive(100))) {
            try (var idle = new RawSocket(house.port(), "/v1/responses");
                    var busy = new RawSocket(house.port(), "/v1/responses")) {
                busy.text(CREATE.formatted("auto"));
                assertThat(busy.next().text()).contains("response.created");
                CompletableFuture<Boolean> stopped = stop(house);

                assertThat(idle.farewell()).isEqualTo(1001);
                assertThat(type(last(busy))).isEqualTo("response.completed");
                assertThat(busy.farewell()).isEqualTo(1001);
                assertThat(stopped.get(20, SECONDS)).isTrue();
            }
        }
    }

    @Test
    void a_turn_that_does_not_end_in_time_is_told_that_the_gateway_stops() throws Exception {
        try (var house =
                House.with(
                        "server: { port: 0, drain: 1s }",
                        House.ROUTES,
                        PATIENT,
                        SimulatorSettings.instant("alpha", "beta", "gamma"))) {
            house.provider("alpha").fault(FaultKind.stallAfter(3));
            try (var socket = new RawSocket(house.port(), "/v1/responses")) {
                socket.text(CREATE.formatted("auto"));
                assertThat(socket.next().text()).contains("response.created");
                CompletableFuture<Boolean> stopped = stop(house);

                JsonNode end = last(socket);
                assertThat(type(end)).isIn("error", "response.failed");
                assertThat(end.toString()).contains("SG-");
                assertThat(socket.farewell()).isEqualTo(1001);
                assertThat(stopped.get(20, SECONDS)).isFalse();
            }
        }
    }

    private static CompletableFuture<Boolean> stop(House house) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return house.gateway().shutDown();
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        });
    }

    @Test
    void so_many_turns_wait_and_no_more() throws Exception {
        try (var house =
                House.open(
                        House.ROUTES,
                        PATIENT,
                        SimulatorSettings.instant("alpha", "beta", "gamma"))) {
            house.provider("alpha").fault(new FaultKind.BlackHole());
            try (var socket =
                    new RawSocket(new RawClient(house.port(), 0, 10_000), "/v1/responses")) {
                // One runs, sixty-four wait behind it in their lane, and one is too many.
                for (int i = 0; i < 66; i++) {
                    socket.text(CREATE.formatted("auto"));
                }
                JsonNode error = last(socket);
                assertThat(error.path("error").path("code").stringValue())
                        .isEqualTo("websocket_queue_full");
                assertThat(error.path("status").intValue()).isEqualTo(429);
                // Other lanes wait with them, since what waits is bounded for all.
                socket.text(
                        CREATE.formatted("auto").replace("{\"type", "{\"stream_id\":\"b\",\"type"));
                assertThat(last(socket).path("stream_id").stringValue()).isEqualTo("b");
            }
        }
    }

    @TempDir private Path folder;

    /// Over TLS everything goes through the event loop, and a client that would rather speak HTTP/2 is
    /// told that it cannot open one there.
    @Test
    void it_is_the_same_over_tls_and_nothing_over_http_2() throws Exception {
        PemFiles pem = PemFiles.in(folder);
        String server =
                "server: { port: 0, tls: { certificate: '%s', key: '%s' } }"
                        .formatted(pem.certificate(), pem.key());
        try (var house =
                        House.with(
                                server,
                                House.ROUTES,
                                House.TIMEOUTS,
                                SimulatorSettings.instant("alpha", "beta", "gamma"));
                var client = HttpClient.newBuilder().sslContext(trusting()).build()) {
            var heard = new LinkedBlockingQueue<String>();
            var closed = new CompletableFuture<Integer>();
            WebSocket socket =
                    client.newWebSocketBuilder()
                            .buildAsync(
                                    URI.create("wss://localhost:" + house.port() + "/v1/responses"),
                                    new Texts(heard, closed))
                            .get(10, SECONDS);
            socket.sendText(CREATE.formatted("auto"), true).get(10, SECONDS);
            String event = heard.poll(10, SECONDS);
            assertThat(event).contains("response.created");
            while (event != null && !event.contains("\"type\":\"response.completed\"")) {
                event = heard.poll(10, SECONDS);
            }
            assertThat(event).isNotNull();
            socket.sendClose(1000, "").get(10, SECONDS);
            assertThat(closed.get(10, SECONDS)).isEqualTo(1000);

            HttpResponse<String> refused =
                    client.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "https://localhost:"
                                                            + house.port()
                                                            + "/v1/responses"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(refused.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("WebSocket is opened over HTTP/1.1");
        }
    }

    private record Texts(LinkedBlockingQueue<String> heard, CompletableFuture<Integer> closed)
            implements WebSocket.Listener {
        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            heard.add(data.toString());
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }
    }

    private static SSLContext trusting() throws Exception {
        var all =
                new X509TrustManager() {
                    @Override
                    public void checkClientTrusted(X509Certificate[] chain, String type) {}

                    @Override
                    public void checkServerTrusted(X509Certificate[] chain, String type) {}

                    @Override
                    public X509Certificate[] getAcceptedIssuers() {
                        return new X509Certificate[0];
                    }
                };
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {all}, new SecureRandom());
        return context;
    }
}
