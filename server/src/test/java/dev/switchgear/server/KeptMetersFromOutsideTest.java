package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.settings.ProviderSettings;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What is kept for clients, and what goes on while nobody waits, is to be seen in the metrics.
@Timeout(60)
class KeptMetersFromOutsideTest {
    private static final String DOCUMENTS = "switchgear_kept_documents";
    private static final String BYTES = "switchgear_kept_bytes";
    private static final String RUNNING = "switchgear_background_running";
    private static final String EVENTS = "switchgear_background_bytes";
    private static final String SOCKETS = "switchgear_websockets_open";

    private final House house =
            House.of(
                    SimulatorSettings.of(ProviderSettings.openAi("alpha").instant()),
                    port ->
                            """
                            server: { port: 0 }
                            egress: { allow-private: ["127.0.0.1:%1$d"] }
                            providers:
                              alpha: { kind: openai, base-url: "http://127.0.0.1:%1$d/alpha/v1", keys: [ { secret: sk-alpha-0123456789 } ] }
                            """
                                    .formatted(port));

    @AfterEach
    void close() {
        house.close();
    }

    private long value(String series) {
        return house.metrics()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToLong(line -> (long) Double.parseDouble(line.split(" ", -1)[1]))
                .findFirst()
                .orElse(-1);
    }

    /// Looks until it is so, for ten seconds at most.
    private void awaitValue(String series, LongPredicate wanted) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        long value = value(series);
        while (!wanted.test(value) && System.nanoTime() - end < 0) {
            value = value(series);
        }
        assertThat(value).as(series).matches(wanted::test);
    }

    private void delete(String id) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(house.base() + "/responses/" + id))
                            .DELETE()
                            .build();
            assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
        }
    }

    private String create(String more) {
        return Json.read(
                        house.post(
                                        "/v1/responses",
                                        "{\"model\":\"alpha/gpt-4o\",\"input\":\"50 words\"%s}"
                                                .formatted(more))
                                .body())
                .path("id")
                .asString("");
    }

    @Test
    void what_is_kept_is_counted_and_weighed_until_it_is_deleted() throws Exception {
        assertThat(value(DOCUMENTS)).isZero();
        assertThat(value(BYTES)).isZero();

        String id = create("");

        awaitValue(DOCUMENTS, count -> count > 0);
        assertThat(value(BYTES)).isGreaterThan(400);

        delete(id);

        awaitValue(DOCUMENTS, count -> count == 0);
        assertThat(value(BYTES)).isZero();
    }

    @Test
    void what_runs_in_the_background_is_counted_and_weighed_until_it_is_forgotten()
            throws Exception {
        house.provider("alpha").fault(FaultKind.stallAfter(3));
        assertThat(value(RUNNING)).isZero();
        assertThat(value(EVENTS)).isZero();

        String id = create(",\"background\":true");

        awaitValue(RUNNING, count -> count == 1);
        awaitValue(EVENTS, bytes -> bytes > 0);

        house.post("/v1/responses/" + id + "/cancel", "");

        awaitValue(RUNNING, count -> count == 0);
        assertThat(value(EVENTS)).isPositive();

        delete(id);

        awaitValue(EVENTS, bytes -> bytes == 0);
    }

    @Test
    void open_sockets_are_counted_until_they_are_closed() throws Exception {
        assertThat(value(SOCKETS)).isZero();

        try (HttpClient client = HttpClient.newHttpClient()) {
            WebSocket socket =
                    client.newWebSocketBuilder()
                            .buildAsync(
                                    URI.create("ws://127.0.0.1:" + house.port() + "/v1/responses"),
                                    new WebSocket.Listener() {})
                            .get(10, TimeUnit.SECONDS);

            awaitValue(SOCKETS, count -> count == 1);

            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(10, TimeUnit.SECONDS);
        }

        awaitValue(SOCKETS, count -> count == 0);
    }
}
