package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.simulator.Simulator;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The program as a process that is halted again and again, in the middle of calls, for longer than any
/// of its time-outs, while its only upstream answers at once.
@DisabledOnOs(OS.WINDOWS)
@Tag("alone")
class HaltedGatewayTest {
    private static final String TIMEOUTS =
            "timeouts: { connect: 300ms, head: 1s, first-token: 1s, idle: 1s }";

    @TempDir private Path folder;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger shed = new AtomicInteger();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

    @Test
    void calls_are_answered_and_nobody_is_blamed() throws Exception {
        storm(16, 3, Duration.ofMillis(1_400), Duration.ofMillis(300));
    }

    /// Cold, under full load, with a tenth of a processor.
    @Test
    @Tag("long")
    void a_cold_start_with_hardly_any_processor_blames_nobody() throws Exception {
        storm(64, 40, Duration.ofMillis(900), Duration.ofMillis(100));
    }

    private void storm(int clients, int halts, Duration halted, Duration running) throws Exception {
        try (var simulator = Simulator.start(SimulatorSettings.instant("alpha", "beta", "gamma"));
                var gateway =
                        GatewayProcess.serve(config(simulator.port()), folder.resolve("data"))) {
            int port = gateway.port();
            var threads = new Thread[clients];
            for (int i = 0; i < clients; i++) {
                boolean streamed = i % 2 == 0;
                threads[i] = Thread.startVirtualThread(() -> call(port, streamed));
            }
            for (int i = 0; i < halts; i++) {
                pass(running);
                gateway.signal("STOP");
                pass(halted);
                gateway.signal("CONT");
            }
            over.set(true);
            for (Thread thread : threads) {
                assertThat(thread.join(Duration.ofSeconds(60))).isTrue();
            }

            assertThat(wrong).isEmpty();
            assertThat(answered).hasPositiveValue();
            JsonNode page = JsonMapper.shared().readTree(get(port, "/api/health").body());
            JsonNode alpha = page.get("upstreams").get(0);
            assertThat(alpha.get("breaker").asString()).isEqualTo("closed");
            assertThat(alpha.get("availability").asDouble()).isEqualTo(1);
            assertThat(alpha.get("outages").asInt()).isZero();
            assertThat(page.get("gateway").get("status").asString()).isEqualTo("ok");
            assertThat(late(get(port, "/metrics").body()))
                    .as("it knows that it was halted")
                    .isGreaterThan(halts * halted.toMillis() * 0.9 / 1_000);
        }
    }

    private static double late(String metrics) {
        return metrics.lines()
                .filter(line -> line.startsWith("switchgear_gateway_late_seconds_total "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }

    private static void pass(Duration time) throws InterruptedException {
        assertThat(new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS)).isFalse();
    }

    private Path config(int simulator) throws Exception {
        return Files.writeString(
                folder.resolve("switchgear.yaml"),
                "server: { port: 0 }\n"
                        + House.PROVIDERS.formatted(simulator, TIMEOUTS)
                        + "routes: [ { match: { model: auto },"
                        + " to: [ { provider: alpha, model: gpt-4o } ] } ]\n");
    }

    private HttpResponse<String> get(int port, String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
                BodyHandlers.ofString());
    }

    private void call(int port, boolean streamed) {
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + port + "/v1/chat/completions"))
                        .timeout(Duration.ofSeconds(60))
                        .header("content-type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        streamed ? House.streamed("auto") : House.plain("auto")))
                        .build();
        while (!over.get()) {
            try {
                judge(http.send(request, BodyHandlers.ofString()), streamed);
            } catch (java.io.IOException broken) {
                wrong.add(broken.toString());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void judge(HttpResponse<String> answer, boolean streamed) {
        boolean whole =
                answer.statusCode() == 200
                        && answer.body().contains(streamed ? "[DONE]" : "\"finish_reason\"");
        boolean gaveWay =
                answer.statusCode() == 503
                        && answer.body().contains("SG-1214")
                        && answer.headers().firstValue("retry-after").isPresent();
        if (whole) {
            answered.incrementAndGet();
        } else if (gaveWay) {
            shed.incrementAndGet();
        } else {
            wrong.add(answer.statusCode() + " " + answer.body());
        }
    }
}
