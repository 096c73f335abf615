package dev.switchgear.server.api.llm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.time.SystemTime;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import dev.switchgear.families.llm.scan.ScanLimits;
import dev.switchgear.server.api.Clients;
import dev.switchgear.server.api.HttpRoutes;
import dev.switchgear.server.api.limit.ClientLimits;
import dev.switchgear.server.api.llm.openai.OpenAiProtocol;
import dev.switchgear.server.api.llm.openai.OpenAiRoutes;
import dev.switchgear.server.door.Door;
import dev.switchgear.server.door.DoorSettings;
import dev.switchgear.server.door.vertx.EventLoops;
import dev.switchgear.server.door.vertx.VertxDoor;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a client is told while everything waits for the processor.
class SheddingTest {
    private final FakeGateway gateway = new FakeGateway();

    /// The clock of a gateway before whose processor there is a queue.
    private record Queue(Time time, Duration lag) implements Time {
        @Override
        public Instant instant() {
            return time.instant();
        }

        @Override
        public long nanos() {
            return time.nanos();
        }

        @Override
        public long lagNanos() {
            return lag.toNanos();
        }

        @Override
        public void sleep(Duration pause) throws InterruptedException {
            time.sleep(pause);
        }

        @Override
        public Timer after(Duration delay, Runnable task) {
            return time.after(delay, task);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 200, -", "600, 200, -", "1999, 200, -", "2000, 503, 2", "4100, 503, 5"})
    void a_usual_call_gives_way_once_the_queue_is_two_seconds_long(
            long lagMillis, int status, String retryAfter) throws Exception {
        var time = new Queue(new SystemTime(), Duration.ofMillis(lagMillis));
        var routes =
                new OpenAiRoutes(
                        new LlmEdge(
                                gateway,
                                ClientLimits.NONE,
                                gateway,
                                ScanLimits.DEFAULT,
                                new KeepAlive(Duration.ZERO, Threads.virtual(), time),
                                time));
        var table =
                new HttpRoutes(
                        routes.routes(),
                        Clients.onThisMachine(),
                        new OpenAiProtocol(),
                        new SplittableRandom(1),
                        (_, _) -> {});
        try (Door door =
                        VertxDoor.open(
                                DoorSettings.DEFAULT.at("127.0.0.1", 0),
                                table,
                                (_, message) -> message.getBytes(UTF_8),
                                EventLoops.start(),
                                Threads.virtual(),
                                time);
                HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    client.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "http://127.0.0.1:"
                                                            + door.port()
                                                            + "/v1/chat/completions"))
                                    .header("content-type", "application/json")
                                    .POST(
                                            HttpRequest.BodyPublishers.ofString(
                                                    "{\"model\":\"chat\",\"messages\":[]}"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(answer.headers().firstValue("retry-after").orElse("-"))
                    .isEqualTo(retryAfter);
            assertThat(gateway.calls).hasSize(status == 200 ? 1 : 0);
            if (status == 503) {
                assertThat(answer.body()).contains("SG-1214", lagMillis + " ms");
            }
        }
    }
}
