package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.time.SystemTime;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.providers.Kinds;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.config.ConfigLoader;
import dev.switchgear.server.config.Loaded;
import dev.switchgear.server.echo.EchoFamily;
import dev.switchgear.server.echo.EchoKind;
import dev.switchgear.server.echo.EchoServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A family that the house does not know moves in: it brings its package along, and one line says so.
class EchoFamilyTest {
    private static final String PROVIDERS =
            """
            server: { port: 0 }
            egress: { allow-private: ["127.0.0.1:%1$d"] }
            limits: { requests-per-minute: 20 }
            providers:
              parrot: { kind: echo, base-url: "http://127.0.0.1:%1$d/parrot" }
              cliff: { kind: echo, base-url: "http://127.0.0.1:%1$d/cliff" }
              openai: { keys: [ { secret: sk-0123456789 } ] }
            """;

    private final HttpClient http = HttpClient.newHttpClient();
    private EchoServer echoes;
    private Running gateway;

    @BeforeEach
    void open() throws IOException {
        echoes = new EchoServer();
        gateway =
                Wiring.start(
                        config(PROVIDERS),
                        new Given(
                                        Secret.of("a pepper for tests"),
                                        () -> ThreadLocalRandom.current().nextLong(),
                                        new SystemTime(),
                                        List.of())
                                .with(List.of(EchoFamily::new)));
    }

    @AfterEach
    void close() {
        gateway.close();
        echoes.close();
    }

    private Config config(String text) {
        Loaded loaded =
                ConfigLoader.parse(
                        "test.yaml",
                        text.formatted(echoes.port()),
                        Kinds.ours().with(new EchoKind()),
                        Map.of());
        return loaded.config().orElseThrow(() -> new AssertionError(loaded.problems().toString()));
    }

    @Test
    void its_calls_are_answered_at_a_path_of_its_own() throws Exception {
        HttpResponse<String> answer = say("hello there");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"text\":\"hello there\",\"provider\":\"parrot\"}");
        assertThat(answer.headers().firstValue("x-request-id")).isPresent();
    }

    @Test
    void they_fail_over_when_the_first_upstream_fails() throws Exception {
        echoes.fail("parrot");

        assertThat(say("hello").body()).contains("\"provider\":\"cliff\"");
        gateway.monitor().readAll();
        assertThat(gateway.totals().now().failedOver()).isEqualTo(1);
        assertThat(gateway.totals().now().lost()).isZero();
    }

    @Test
    void when_nobody_answers_the_client_is_told_in_the_manner_of_our_own_api() throws Exception {
        echoes.fail("parrot");
        echoes.fail("cliff");

        HttpResponse<String> answer = say("hello");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).startsWith("{\"error\":{").contains("Nobody answers.");
    }

    @Test
    void its_own_metric_stands_beside_those_of_all_families() throws Exception {
        say("one two three");

        assertThat(get("/metrics").body().lines())
                .contains("switchgear_echo_words_total{provider=\"parrot\"} 3.0")
                .anySatisfy(line ->
                        assertThat(line)
                                .startsWith("switchgear_attempts_total{")
                                .contains("provider=\"parrot\"")
                                .endsWith(" 1.0"))
                .anySatisfy(line ->
                        assertThat(line)
                                .startsWith("switchgear_breaker_state{")
                                .contains("provider=\"cliff\""));
    }

    @Test
    void its_upstreams_are_on_the_health_page_beside_those_of_others() throws Exception {
        JsonNode health = JsonMapper.shared().readTree(get("/api/health").body());

        assertThat(health.get("upstreams").findValuesAsString("provider"))
                .containsExactly("openai", "parrot", "cliff");
    }

    @Test
    void a_provider_of_its_can_be_tried_like_any_other() throws Exception {
        echoes.fail("cliff");

        assertThat(post("/api/providers/parrot/test", "").body()).contains("\"ok\":true");
        assertThat(post("/api/providers/cliff/test", "").body())
                .contains("\"ok\":false")
                .contains("500 from an echo");
    }

    @Test
    void no_other_family_takes_its_providers_for_its_own() throws Exception {
        HttpResponse<String> answer = post("/v1/chat/completions", House.plain("parrot/anything"));

        assertThat(answer.statusCode()).isEqualTo(404);
    }

    @Test
    void a_new_configuration_keeps_what_its_upstreams_have_learned() throws Exception {
        echoes.fail("parrot");
        say("hello");
        var before = gateway.upstreams().stream().toList().get(1).breaker();

        gateway.use(config(PROVIDERS.replace("cliff:", "canyon:")));

        assertThat(gateway.upstreams().stream().toList().get(1).breaker()).isSameAs(before);
        assertThat(say("hello").body()).contains("\"provider\":\"canyon\"");
    }

    @Test
    void the_limits_of_clients_count_for_it_too() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertThat(say("hello").statusCode()).isEqualTo(200);
        }

        assertThat(say("hello").statusCode()).isEqualTo(429);
    }

    private HttpResponse<String> say(String text) throws Exception {
        return post("/api/echo", text);
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return http.send(
                request(path).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path))
                .timeout(Duration.ofSeconds(20));
    }
}
