package dev.switchgear.server;

import dev.switchgear.core.time.SystemTime;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.config.ConfigLoader;
import dev.switchgear.server.config.Loaded;
import dev.switchgear.simulator.Simulator;
import dev.switchgear.simulator.http.HttpLimits;
import dev.switchgear.simulator.provider.SimulatedProvider;
import dev.switchgear.simulator.settings.ProviderSettings;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/// A whole gateway on loopback with three simulated providers behind it: alpha, beta, gamma.
final class House implements AutoCloseable {
    static final String PROVIDERS =
            """
            egress: { allow-private: ["127.0.0.1:%1$d"] }
            providers:
              alpha: { kind: openai-compatible, base-url: "http://127.0.0.1:%1$d/alpha/v1", %2$s, keys: [ { secret: sk-alpha-0123456789 } ] }
              beta:  { kind: openai-compatible, base-url: "http://127.0.0.1:%1$d/beta/v1",  %2$s, keys: [ { secret: sk-beta-0123456789 } ] }
              gamma: { kind: openai-compatible, base-url: "http://127.0.0.1:%1$d/gamma/v1", %2$s, keys: [ { secret: sk-gamma-0123456789 } ] }
            """;
    static final String PEPPER = "a pepper for tests";
    static final String TIMEOUTS = "timeouts: { first-token: 1s, head: 1s, idle: 1s }";
    static final String ROUTES =
            """
            routes:
              - match: { model: auto }
                to: [ { provider: alpha, model: gpt-4o }, { provider: beta, model: gpt-4o }, { provider: gamma, model: gpt-4o } ]
              - match: { model: auto-embed }
                to: [ { provider: alpha, model: text-embedding-3-small }, { provider: beta, model: text-embedding-3-small } ]
            """;

    private final Simulator simulator;
    private final Running gateway;
    private final HttpClient http = HttpClient.newHttpClient();

    private House(Simulator simulator, Running gateway) {
        this.simulator = simulator;
        this.gateway = gateway;
    }

    static House open() {
        return open(ROUTES);
    }

    /// @param rest of the configuration, from `routes:` on
    static House open(String rest) {
        return open(rest, TIMEOUTS, SimulatorSettings.instant("alpha", "beta", "gamma"));
    }

    /// @param timeouts of each provider, as the file says them
    static House open(String rest, String timeouts, SimulatorSettings simulated) {
        return with("server: { port: 0 }", rest, timeouts, simulated);
    }

    /// @param config the whole file, given the simulator's port
    static House of(IntFunction<String> config) {
        return of(SimulatorSettings.instant("alpha", "beta", "gamma"), config);
    }

    static House of(SimulatorSettings simulated, IntFunction<String> config) {
        var simulator = Simulator.start(simulated);
        var gateway =
                Wiring.start(
                        parsed(config.apply(simulator.port())),
                        Secret.of(PEPPER),
                        List.of(),
                        () -> ThreadLocalRandom.current().nextLong(),
                        new SystemTime());
        return new House(simulator, gateway);
    }

    /// @param server the section of that name
    static House with(String server, String rest, String timeouts, SimulatorSettings simulated) {
        return of(simulated, port -> server + "\n" + PROVIDERS.formatted(port, timeouts) + rest);
    }

    /// The three providers at a pace that looks alive: an answer takes about a tenth of a second.
    static SimulatorSettings alive(int kept) {
        List<ProviderSettings> providers =
                Stream.of("alpha", "beta", "gamma")
                        .map(name ->
                                ProviderSettings.openAi(name)
                                        .paced(
                                                Duration.ofMillis(5),
                                                Duration.ofMillis(5),
                                                Duration.ofMillis(2)))
                        .toList();
        return new SimulatorSettings(0, 1, providers, false, kept, HttpLimits.DEFAULT);
    }

    private static Config parsed(String text) {
        Loaded loaded = ConfigLoader.parse("test.yaml", text, Map.of());
        return loaded.config().orElseThrow(() -> new AssertionError(loaded.problems().toString()));
    }

    Running gateway() {
        return gateway;
    }

    Simulator simulator() {
        return simulator;
    }

    SimulatedProvider provider(String name) {
        return simulator.provider(name);
    }

    String base() {
        return "http://127.0.0.1:" + gateway.port() + "/v1";
    }

    int port() {
        return gateway.port();
    }

    /// @param headers names and values in turn
    HttpResponse<String> get(String path, String... headers) {
        HttpRequest.Builder request = request(path).GET();
        return send((headers.length == 0 ? request : request.headers(headers)).build());
    }

    String metrics() {
        return get("/metrics").body();
    }

    /// @param headers names and values in turn
    HttpResponse<String> chat(String model, String... headers) {
        return post("/v1/chat/completions", plain(model), headers);
    }

    HttpResponse<String> stream(String model, String... headers) {
        return post("/v1/chat/completions", streamed(model), headers);
    }

    static String plain(String model) {
        return """
        {"model":"%s","messages":[{"role":"user","content":"hi"}]}\
        """
                .formatted(model);
    }

    static String streamed(String model) {
        return """
        {"model":"%s","stream":true,"messages":[{"role":"user","content":"hi"}]}\
        """
                .formatted(model);
    }

    /// @param headers names and values in turn
    HttpResponse<String> post(String path, String body, String... headers) {
        HttpRequest.Builder request =
                request(path)
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body));
        return send((headers.length == 0 ? request : request.headers(headers)).build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path))
                .timeout(Duration.ofSeconds(20));
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        gateway.close();
        simulator.close();
    }
}
