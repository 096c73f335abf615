package dev.switchgear.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.identity.ClientKey;
import dev.switchgear.server.door.RawClient;
import dev.switchgear.server.door.RawSocket;
import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/// Many clients of Responses at once, each of which asks in every way there is, leaves in the middle, cancels
/// and deletes, while a provider dies again and again: afterwards the gateway holds nothing for any of them.
@Timeout(120)
class CrowdedConversationsTest {
    private static final int RUNNING = 40;

    /// After such an event none comes of that turn.
    private static final Pattern LAST =
            Pattern.compile("\"type\":\"(response\\.(completed|failed|incomplete)|error)\"");

    @SuppressWarnings("InlineFormatString") // too long to stand among code
    private static final String SETTINGS =
            """
            server: { port: 0, limits: { body-memory: 1%% } }
            egress: { allow-private: ["127.0.0.1:%1$d"] }
            providers:
              alpha: { kind: openai, base-url: "http://127.0.0.1:%1$d/alpha/v1", timeouts: { first-token: 1s, head: 1s, idle: 1s }, keys: [ { secret: sk-alpha-0123456789 } ] }
              beta: { kind: openai-compatible, base-url: "http://127.0.0.1:%1$d/beta/v1", keys: [ { secret: sk-beta-0123456789 } ] }
              gamma: { kind: openai-compatible, base-url: "http://127.0.0.1:%1$d/gamma/v1", keys: [ { secret: sk-gamma-0123456789 } ] }
            routes:
              - { match: { model: auto }, strategy: round-robin, to: [ { provider: alpha, model: gpt-4o }, { provider: beta, model: gpt-4o } ] }
            responses: { background: { running: %2$d, running-per-client: %2$d } }
            """;

    /// One client, with what it left here.
    private final class Client {
        final House house;
        final String[] key;
        final Random random;
        final List<String> conversations = new ArrayList<>();
        private String last = "";

        Client(House house, ClientKey key, int seed) {
            this.house = house;
            this.key = new String[] {"authorization", "Bearer " + key.reveal()};
            this.random = new Random(seed);
        }

        /// While the first provider dies, or is well again.
        void act() throws IOException {
            if (random.nextBoolean()) {
                house.provider("alpha").fault(fault(random));
            } else {
                house.provider("alpha").heal();
            }
            switch (random.nextInt(7)) {
                case 0 -> converse();
                case 1 -> background("cancel");
                case 2 -> background("delete");
                case 3 -> background("");
                case 4 -> leave();
                case 5 -> socket(true);
                default -> socket(false);
            }
        }

        private String id(HttpResponse<String> came) {
            answers.incrementAndGet();
            if (came.statusCode() == 200) {
                served.incrementAndGet();
                return Json.read(came.body()).path("id").stringValue("");
            }
            return "";
        }

        private String asked(String more) {
            return "{\"model\":\"auto\",\"input\":\"hi\"" + more + "}";
        }

        private void converse() {
            String id = id(house.post("/v1/conversations", "{}", key));
            conversations.add(id);
            last = id(house.post("/v1/responses", asked(",\"conversation\":\"" + id + "\""), key));
        }

        private void background(String end) {
            String id = id(house.post("/v1/responses", asked(",\"background\":true"), key));
            switch (end) {
                case "cancel" -> house.post("/v1/responses/" + id + "/cancel", "", key);
                case "delete" -> delete(house, "/v1/responses/" + id, key);
                default -> house.get("/v1/responses/" + id, key);
            }
        }

        /// In the middle of a turn of a conversation.
        private void leave() throws IOException {
            String id = id(house.post("/v1/conversations", "{}", key));
            conversations.add(id);
            byte[] body = asked(",\"stream\":true,\"conversation\":\"" + id + "\"").getBytes(UTF_8);
            try (var client = new RawClient(house.port())) {
                client.send(
                        "POST /v1/responses HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: "
                                + key[1]
                                + "\r\ncontent-type: application/json\r\ncontent-length: "
                                + body.length
                                + "\r\n\r\n");
                client.send(body);
                client.read(random.nextInt(400));
                client.reset();
            }
        }

        private void socket(boolean whole) throws IOException {
            String previous = last.isEmpty() ? "" : ",\"previous_response_id\":\"" + last + "\"";
            try (var socket =
                    new RawSocket(house.port(), "/v1/responses", "authorization: " + key[1])) {
                socket.text(asked(",\"type\":\"response.create\"" + previous));
                if (whole) {
                    while (!LAST.matcher(socket.next().text()).find() && random.nextInt(50) > 0) {
                        // Until it is over, or the client has had enough of it.
                    }
                    socket.close(1000);
                } else {
                    socket.client().hangUp();
                }
            }
        }
    }

    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicInteger served = new AtomicInteger();
    private final HttpClient http = HttpClient.newHttpClient();

    private void delete(House house, String path, String[] key) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + house.port() + path))
                        .headers(key)
                        .DELETE()
                        .build();
        try {
            http.send(request, HttpResponse.BodyHandlers.discarding());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void until(String what, BooleanSupplier so) {
        long end = System.nanoTime() + 30_000_000_000L;
        while (!so.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void nothing_is_held_for_clients_that_came_and_went() throws Exception {
        crowded(40, 3);
    }

    @Test
    @Tag("long")
    void nor_for_very_many_of_them() throws Exception {
        crowded(200, 6);
    }

    private void crowded(int many, int acts) throws Exception {
        var keys = new ArrayList<ClientKey>();
        var text = new StringBuilder("clients:\n");
        for (int i = 0; i < many; i++) {
            keys.add(ClientKey.generate(new Random(i)));
            text.append(
                    "  - { name: c%d, key-hash: \"%s\" }\n"
                            .formatted(i, keys.get(i).stored(Secret.of(House.PEPPER)).text()));
        }
        try (House house =
                        House.of(
                                SimulatorSettings.instant("alpha", "beta", "gamma"),
                                port -> SETTINGS.formatted(port, RUNNING) + text);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var clients = new ArrayList<Client>();
            for (int i = 0; i < many; i++) {
                clients.add(new Client(house, keys.get(i), i));
            }
            int large = largest(clients.getFirst());
            var working = new ArrayList<Future<?>>();
            for (Client client : clients) {
                working.add(
                        threads.submit(() -> {
                            for (int i = 0; i < acts; i++) {
                                client.act();
                            }
                            return null;
                        }));
            }
            for (Future<?> each : working) {
                each.get();
            }
            house.provider("alpha").heal();

            assertThat(served.get()).as("of %s", answers).isGreaterThan(answers.get() / 2);
            nothingIsHeld(house, clients, large);
        }
    }

    private static FaultKind fault(Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> new FaultKind.BlackHole();
            case 1 -> FaultKind.stallAfter(random.nextInt(8));
            default -> FaultKind.status(500);
        };
    }

    private static void nothingIsHeld(House house, List<Client> clients, int large) {
        until("attempts under way", () -> running(house).isEmpty());
        until("memory of bodies", () -> large(clients.getFirst(), large) == 200);
        for (Client client : clients) {
            for (String conversation : client.conversations) {
                String turn =
                        "{\"model\":\"gamma/gpt-4o\",\"input\":\"on\",\"conversation\":\""
                                + conversation
                                + "\"}";
                until(
                        "a locked conversation",
                        () -> house.post("/v1/responses", turn, client.key).statusCode() == 200);
            }
        }
        // As many as may run at once, one of each of so many clients, or all of one.
        house.provider("gamma").fault(new FaultKind.BlackHole());
        String asked = "{\"model\":\"gamma/gpt-4o\",\"input\":\"hi\",\"background\":true}";
        Client one = clients.getFirst();
        for (int i = 0; i < RUNNING; i++) {
            assertThat(house.post("/v1/responses", asked, one.key).statusCode())
                    .as("place %s", i)
                    .isEqualTo(200);
        }
        assertThat(house.post("/v1/responses", asked, one.key).statusCode()).isEqualTo(429);
    }

    private static List<String> running(House house) {
        return house.metrics()
                .lines()
                .filter(line -> line.startsWith("switchgear_upstream_running"))
                .filter(line -> !line.endsWith(" 0.0") && !line.endsWith(" 0"))
                .toList();
    }

    /// The largest body that is taken while nothing else is asked.
    private static int largest(Client client) {
        int bytes = 1_000_000;
        while (large(client, bytes * 11 / 10) == 200) {
            bytes = bytes * 11 / 10;
        }
        return bytes;
    }

    private static int large(Client client, int bytes) {
        JsonNode body =
                Json.object()
                        .put("model", "gamma/gpt-4o")
                        .put("store", false)
                        .put("input", "hi")
                        .set("metadata", Json.object().put("a", "x".repeat(bytes)));
        return client.house.post("/v1/responses", Json.text(body), client.key).statusCode();
    }
}
