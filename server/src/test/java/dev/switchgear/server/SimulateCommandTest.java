package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.time.SystemTime;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.server.config.ConfigLoader;
import dev.switchgear.simulator.Simulator;
import dev.switchgear.simulator.settings.SettingsReader;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The simulator as a command, and what its page shows.
class SimulateCommandTest {
    private static final Pattern PROVIDER =
            Pattern.compile(
                    "^ {2}([a-z-]+) {2}(http://127[.]0[.]0[.]1:([0-9]+)\\S*) {2}([a-z-]+)$");
    private static final Pattern CURL = Pattern.compile("^curl (.*)$", Pattern.MULTILINE);
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

    private static final String EVERY_KIND =
            """
            port: 0
            providers:
              openai: { kind: openai }
              compatible: { kind: openai-compatible }
              claude: { kind: anthropic }
              google: { kind: gemini }
              grok: { kind: xai }
              deep: { kind: deepseek }
              router: { kind: openrouter }
              home: { kind: ollama }
              vllm: { kind: vllm }
              llama: { kind: llama-cpp }
              studio: { kind: lm-studio }
            """;

    private static final Map<String, String> MODELS =
            Map.of(
                    "claude", "claude-haiku-4-5",
                    "google", "gemini-2.5-flash",
                    "grok", "grok-4.3",
                    "deep", "deepseek-v4-flash",
                    "router", "openai/gpt-4o-mini",
                    "home", "llama3");

    @TempDir private Path folder;

    @Test
    void each_printed_address_is_what_a_gateway_takes_as_base_url_of_the_kind_beside_it()
            throws Exception {
        Path file = Files.writeString(folder.resolve("sim.yaml"), EVERY_KIND);
        try (var simulate = GatewayProcess.start("simulate", "--config", file)) {
            simulate.line("Simulated providers:");
            var providers = new StringBuilder("providers:\n");
            String port = "";
            List<String> names =
                    SettingsReader.load(file).providers().stream().map(one -> one.name()).toList();
            for (String name : names) {
                Matcher line = PROVIDER.matcher(simulate.line("  " + name + "  "));
                assertThat(line.matches()).as(name).isTrue();
                port = line.group(3);
                providers
                        .append("  ")
                        .append(name)
                        .append(": { kind: ")
                        .append(line.group(4))
                        .append(", base-url: \"")
                        .append(line.group(2))
                        .append("\", keys: [{ secret: dummy }] }\n");
            }
            String config =
                    "server: { port: 0 }\negress: { allow-private: [\"127.0.0.1:"
                            + port
                            + "\"] }\n"
                            + providers;
            try (var gateway =
                            Wiring.start(
                                    ConfigLoader.parse("t.yaml", config, Map.of())
                                            .config()
                                            .orElseThrow(),
                                    Secret.of(House.PEPPER),
                                    List.of(),
                                    () -> ThreadLocalRandom.current().nextLong(),
                                    new SystemTime());
                    var http = HttpClient.newHttpClient()) {
                for (String name : names) {
                    String model = name + "/" + MODELS.getOrDefault(name, "gpt-4o");
                    if (name.equals("vllm")) {
                        model = name + "/" + modelOf(http, port, name);
                    }
                    HttpResponse<String> answer =
                            http.send(
                                    HttpRequest.newBuilder(
                                                    URI.create(
                                                            "http://127.0.0.1:"
                                                                    + gateway.port()
                                                                    + "/v1/chat/completions"))
                                            .header("content-type", "application/json")
                                            .POST(
                                                    HttpRequest.BodyPublishers.ofString(
                                                            House.plain(model)))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString());
                    assertThat(answer.statusCode()).as(name + ": " + answer.body()).isEqualTo(200);
                }
            }
        }
    }

    private static String modelOf(HttpClient http, String port, String name) throws Exception {
        HttpResponse<String> models =
                http.send(
                        HttpRequest.newBuilder(
                                        URI.create(
                                                "http://127.0.0.1:"
                                                        + port
                                                        + "/"
                                                        + name
                                                        + "/v1/models"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        Matcher id = Pattern.compile("\"id\" *: *\"([^\"]+)\"").matcher(models.body());
        assertThat(id.find()).isTrue();
        return id.group(1);
    }

    @Test
    void a_port_that_is_taken_is_said_with_its_holder_as_serve_says_it() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            var err = new StringWriter();

            int exit = run(err, "simulate", "--port", Integer.toString(port));

            assertThat(exit).isEqualTo(Exit.FAILED.code());
            assertThat(err.toString())
                    .hasLineCount(1)
                    .startsWith("Port " + port + " is taken")
                    .contains("Use `--port " + (port + 1) + "`", "SG-1001");
            if (Files.isReadable(Path.of("/proc/net/tcp"))) {
                assertThat(err.toString()).contains("(pid " + ProcessHandle.current().pid() + ")");
            }
        }
    }

    @Test
    void a_file_that_cannot_be_used_ends_with_78_and_one_line() throws IOException {
        Path tabs = Files.writeString(folder.resolve("tabs.yaml"), "providers:\n\ta: {}\n");
        Path kind =
                Files.writeString(folder.resolve("kind.yaml"), "providers: { a: { kind: opnai } }");
        for (Path file : List.of(tabs, kind, folder.resolve("none.yaml"), folder)) {
            var err = new StringWriter();

            int exit = run(err, "simulate", "--config", file.toString());

            assertThat(exit).as(err.toString()).isEqualTo(Exit.CONFIGURATION.code());
            assertThat(err.toString())
                    .hasLineCount(1)
                    .doesNotContain("Exception", "tools.", "java.", "token", "defect");
        }
        var err = new StringWriter();
        run(err, "simulate", "--config", kind.toString());
        assertThat(err.toString()).contains("did you mean \"openai\"?");
    }

    /// Against what `simulate` starts without a file.
    @Test
    void every_call_that_the_page_shows_is_answered() throws Exception {
        String page =
                Files.readString(
                        Path.of(System.getProperty("switchgear.root"), "docs/simulator.md"));
        int asked = 0;
        try (var simulator = Simulator.start(SimulatorSettings.standard().withPort(0));
                var http = HttpClient.newHttpClient()) {
            Matcher curls = CURL.matcher(page);
            while (curls.find()) {
                HttpResponse<String> answer =
                        http.send(
                                request(curls.group(1), simulator.port()),
                                HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode())
                        .as(curls.group() + " -> " + answer.body())
                        .isBetween(200, 299);
                asked++;
            }
        }
        assertThat(asked).isGreaterThan(30);
    }

    private static HttpRequest request(String call, int port) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(call);
        while (word.find()) {
            words.add(word.group(1) == null ? word.group(2) : word.group(1));
        }
        HttpRequest.Builder request = HttpRequest.newBuilder();
        String method = "";
        String body = "";
        for (int i = 0; i < words.size(); i++) {
            switch (words.get(i)) {
                case "-N" -> {
                    // Shows a stream as it comes; no matter here.
                }
                case "-X" -> method = words.get(++i);
                case "-d" -> body = words.get(++i);
                case "-H" -> {
                    String[] header = words.get(++i).split(": ", 2);
                    request.header(header[0], header[1]);
                }
                default ->
                        request.uri(
                                URI.create(
                                        "http://"
                                                + words.get(i)
                                                        .replace(
                                                                "localhost:19000",
                                                                "127.0.0.1:" + port)));
            }
        }
        String usual = body.isEmpty() ? "GET" : "POST";
        return request.method(
                        method.isEmpty() ? usual : method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static int run(StringWriter err, String... arguments) {
        return Main.line().setErr(new PrintWriter(err, true)).execute(arguments);
    }
}
