package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.simulator.Simulator;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Whoever reads what the program writes may stop reading: a pipe then fills up and holds its writer for
/// as long as it likes. Nothing else may wait for it.
@DisabledOnOs(OS.WINDOWS)
@Timeout(180)
class StuckOutputTest {
    /// Each writes a line; a full pipe (64 KiB) and the queue before it hold some 4,500.
    private static final int CALLS_MOST = 15_000;

    private static final int AT_ONCE = 100;

    private static final Pattern PORT = Pattern.compile("://127\\.0\\.0\\.1:(\\d+)");

    @TempDir private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    private final Simulator simulator = Simulator.start(SimulatorSettings.instant("alpha"));

    @AfterEach
    void close() {
        simulator.close();
    }

    @Test
    void a_log_that_nobody_reads_stops_neither_calls_nor_metrics_nor_the_end() throws Exception {
        Path config =
                Files.writeString(
                        folder.resolve("switchgear.yaml"),
                        """
                        server: { log: { level: debug } }
                        egress: { allow-private: ["127.0.0.1:%1$d"] }
                        providers:
                          alpha: { kind: openai-compatible, base-url: "http://127.0.0.1:%1$d/alpha/v1" }
                        routes: [ { match: { model: auto }, to: [ { provider: alpha, model: gpt-4o } ] } ]
                        """
                                .formatted(simulator.port()));
        Process process =
                start("serve", "--config", config, "--data", folder.resolve("data"), "--port", 0);
        try {
            int port = port(process.getErrorStream());
            long dropped = 0;
            for (int i = 0; i < CALLS_MOST && dropped == 0; i += AT_ONCE) {
                answered(port);
                dropped = dropped(get(port, "/metrics").body());
            }

            assertThat(dropped).as("lines that nobody read").isPositive();
            assertThat(get(port, "/livez").statusCode()).isEqualTo(200);
            assertThat(get(port, "/readyz").statusCode()).isEqualTo(200);
            assertThat(get(port, "/api/health").body()).contains("alpha");
            answered(port);
            new ProcessBuilder("kill", "-TERM", Long.toString(process.pid())).start().waitFor();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("it ends").isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void a_demo_that_nobody_watches_ends_all_the_same() throws Exception {
        Process process = start("demo", "--port", 0, "--plain", "--for", "3s");
        try {
            // Its own banner and feed are less than a pipe holds, so the pipe is closed to it.
            process.getInputStream().close();

            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    private static Process start(Object... arguments) throws Exception {
        var command =
                new java.util.ArrayList<String>(
                        List.of(
                                ProcessHandle.current().info().command().orElse("java"),
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.switchgear.server.Main"));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return new ProcessBuilder(command).start();
    }

    /// Reads as far as the line that tells the port, and never again.
    private static int port(InputStream standardError) throws Exception {
        var read = new StringBuilder();
        for (int next = standardError.read(); next >= 0; next = standardError.read()) {
            read.append((char) next);
            Matcher matcher = PORT.matcher(read);
            if (next == '\n' && matcher.find()) {
                return Integer.parseInt(matcher.group(1));
            }
        }
        throw new AssertionError("no port in: " + read);
    }

    /// Many calls at once, all of which are answered well.
    private void answered(int port) {
        List<CompletableFuture<HttpResponse<Void>>> calls =
                Stream.generate(() ->
                                http.sendAsync(chat(port), HttpResponse.BodyHandlers.discarding()))
                        .limit(AT_ONCE)
                        .toList();
        calls.forEach(call -> assertThat(call.join().statusCode()).isEqualTo(200));
    }

    private static HttpRequest chat(int port) {
        return request(port, "/v1/chat/completions")
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(House.plain("auto")))
                .build();
    }

    private static long dropped(String metrics) {
        Matcher matcher =
                Pattern.compile("switchgear_log_dropped_total ([0-9.E]+)").matcher(metrics);
        assertThat(matcher.find()).as("the metric in " + metrics).isTrue();
        return (long) Double.parseDouble(matcher.group(1));
    }

    private HttpResponse<String> get(int port, String path) throws Exception {
        return send(request(port, path).GET());
    }

    private static HttpRequest.Builder request(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(10));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
