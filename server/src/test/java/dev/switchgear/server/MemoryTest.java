package dev.switchgear.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.door.RawClient;
import dev.switchgear.simulator.Simulator;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Many large bodies at once, half-sent bodies and a request with very many tools, in a process whose
/// heap could not hold them all: it stays up, answers each, and serves small calls meanwhile.
@DisabledOnOs(OS.WINDOWS)
@Tag("alone")
class MemoryTest {
    private static final int QUIET_CALLS = 40;

    @TempDir private Path folder;

    /// @param honest requests that are sent whole, every other one to be translated
    /// @param unfinished connections that send all of a body but its end
    private record Attack(
            String heap,
            int honest,
            int honestBytes,
            int unfinished,
            int unfinishedBytes,
            int tools) {}

    @Test
    void bodies_that_the_heap_could_not_hold_do_not_bring_it_down() throws Exception {
        survived(new Attack("-Xmx160m", 12, 3_000_000, 30, 7_000_000, 50_000));
    }

    @Test
    @Tag("long")
    void nor_do_those_of_full_size() throws Exception {
        survived(new Attack("-Xmx1g", 50, 20_000_000, 100, 49_000_000, 1_000_000));
    }

    private void survived(Attack attack) throws Exception {
        try (Simulator simulator =
                        Simulator.start(SimulatorSettings.instant("alpha", "beta", "gamma"));
                GatewayProcess gateway =
                        GatewayProcess.within(
                                attack.heap(),
                                "serve",
                                "--config",
                                Files.writeString(
                                        folder.resolve("switchgear.yaml"),
                                        House.PROVIDERS.formatted(
                                                        simulator.port(),
                                                        "timeouts: { first-token: 30s, head: 30s }")
                                                + House.ROUTES),
                                "--data",
                                folder.resolve("data"),
                                "--port",
                                0)) {
            int port = gateway.port();
            var good = new GoodClient(port);
            long usual = good.median(good.calls(QUIET_CALLS));
            byte[] plain = honest("/v1/chat/completions", attack.honestBytes());
            byte[] foreign = honest("/v1/messages", attack.honestBytes());
            List<Long> meanwhile = new ArrayList<>();

            List<CompletableFuture<String>> alone = honest(attack, port, plain, foreign);
            meanwhile.addAll(good.callsUntil(alone));
            List<CompletableFuture<String>> unfinished = new ArrayList<>();
            byte[] half = unfinished(attack.unfinishedBytes());
            for (int i = 0; i < attack.unfinished(); i++) {
                unfinished.add(answer(port, half));
            }
            List<CompletableFuture<String>> all = honest(attack, port, plain, foreign);
            all.add(answer(port, tools(attack.tools())));
            meanwhile.addAll(good.callsUntil(all));

            assertThat(alone)
                    .as("some reach a provider, which finds them too long")
                    .anyMatch(one -> one.join().contains("x-switchgear-provider: alpha"));
            all.addAll(alone);
            for (CompletableFuture<String> one : all) {
                assertThat(one.get(60, SECONDS)).as("an honest request").startsWith("HTTP/1.1 ");
            }
            for (CompletableFuture<String> one : unfinished) {
                assertThat(one.get(60, SECONDS))
                        .as("a body without an end")
                        .matches("(?s)(HTTP/1\\.1 (408|503) .*)?");
            }
            List<String> answers = all.stream().map(CompletableFuture::join).toList();
            assertThat(answers)
                    .filteredOn(each -> each.matches("(?s)HTTP/1\\.1 5.*"))
                    .allMatch(
                            each -> each.contains("\r\nretry-after: ") && each.contains("SG-1216"));
            assertThat(good.median(meanwhile))
                    .as("nanoseconds of a small call meanwhile, usually %s", usual)
                    .isLessThan(2 * usual + Duration.ofMillis(250).toNanos());
            gateway.signal("TERM");
            assertThat(gateway.exitCode()).isZero();
            assertThat(gateway.output()).doesNotContain("OutOfMemoryError", "could not be");
        }
    }

    private static List<CompletableFuture<String>> honest(
            Attack attack, int port, byte[] plain, byte[] foreign) {
        List<CompletableFuture<String>> honest = new ArrayList<>();
        for (int i = 0; i < attack.honest(); i++) {
            honest.add(answer(port, i % 2 == 0 ? plain : foreign));
        }
        return honest;
    }

    private static byte[] request(String path, int length, byte[] body) {
        byte[] head =
                ("POST "
                                + path
                                + " HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
                                + "connection: close\r\ncontent-length: "
                                + length
                                + "\r\n\r\n")
                        .getBytes(ISO_8859_1);
        byte[] whole = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, whole, head.length, body.length);
        return whole;
    }

    private static byte[] honest(String path, int bytes) {
        byte[] body =
                ("{\"model\":\"auto\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\""
                                + "word ".repeat(bytes / 5)
                                + "\"}]}")
                        .getBytes(ISO_8859_1);
        return request(path, body.length, body);
    }

    private static byte[] unfinished(int bytes) {
        return request(
                "/v1/chat/completions", bytes + 1000, "{".repeat(bytes).getBytes(ISO_8859_1));
    }

    private static byte[] tools(int count) {
        var body = new StringBuilder("{\"model\":\"auto\",\"max_tokens\":5,\"tools\":[");
        for (int i = 0; i < count; i++) {
            body.append(i == 0 ? "" : ",")
                    .append("{\"name\":\"f")
                    .append(i)
                    .append("\",\"input_schema\":{}}");
        }
        body.append("],\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
        byte[] bytes = body.toString().getBytes(ISO_8859_1);
        return request("/v1/messages", bytes.length, bytes);
    }

    /// What it is answered, until the connection closes; nothing where that closes without.
    private static CompletableFuture<String> answer(int port, byte[] request) {
        var answer = new CompletableFuture<String>();
        Thread.ofVirtual()
                .start(() -> {
                    try (var client = new RawClient(port, 0, 60_000)) {
                        try {
                            client.send(request);
                        } catch (IOException closed) {
                            // It was answered before all of it was taken; the answer can be read
                            // yet.
                        }
                        answer.complete(client.readAll());
                    } catch (IOException closed) {
                        answer.complete("");
                    }
                });
        return answer;
    }

    /// Calls of a client that does nothing wrong.
    private static final class GoodClient {
        private final HttpClient http = HttpClient.newHttpClient();
        private final HttpRequest call;
        private final List<String> unwell = new CopyOnWriteArrayList<>();

        private GoodClient(int port) {
            call =
                    HttpRequest.newBuilder(
                                    URI.create("http://127.0.0.1:" + port + "/v1/chat/completions"))
                            .timeout(Duration.ofSeconds(30))
                            .header("content-type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(House.plain("auto")))
                            .build();
        }

        /// @return how long each took, in nanoseconds
        private List<Long> calls(int count) throws IOException, InterruptedException {
            var took = new ArrayList<Long>();
            for (int i = 0; i < count; i++) {
                long began = System.nanoTime();
                HttpResponse<String> answer = http.send(call, HttpResponse.BodyHandlers.ofString());
                took.add(System.nanoTime() - began);
                if (answer.statusCode() != 200) {
                    unwell.add(answer.statusCode() + " " + answer.body());
                }
            }
            assertThat(unwell).as("small calls that were not served").isEmpty();
            return took;
        }

        /// Calls until all of these are answered, and some more.
        private List<Long> callsUntil(List<CompletableFuture<String>> all)
                throws IOException, InterruptedException {
            var took = new ArrayList<Long>();
            while (!all.stream().allMatch(CompletableFuture::isDone)) {
                took.addAll(calls(1));
            }
            took.addAll(calls(QUIET_CALLS));
            return took;
        }

        private long median(List<Long> took) {
            return took.stream().sorted().toList().get(took.size() / 2);
        }
    }
}
