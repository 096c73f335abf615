package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.switchgear.core.time.SystemTime;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.config.ConfigLoader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a user is told of an answer that patience ended. The upstream never answers: it waits for the
/// test to end.
class PatienceFromOutsideTest {
    private final CountDownLatch over = new CountDownLatch(1);
    private HttpServer upstream;

    @BeforeEach
    void open() throws IOException {
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        over.await();
                    } catch (InterruptedException ended) {
                        Thread.currentThread().interrupt();
                    }
                });
        upstream.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        upstream.start();
    }

    @AfterEach
    void close() {
        over.countDown();
        upstream.stop(0);
    }

    private Config config(String timeouts) {
        int port = upstream.getAddress().getPort();
        String file =
                "server: { port: 0 }\negress: { allow-private: [\"127.0.0.1:"
                        + port
                        + "\"] }\nproviders:\n  chat: { kind: openai-compatible, base-url:"
                        + " \"http://127.0.0.1:"
                        + port
                        + "/v1\", keys: [{ secret: sk-up }] }\nresilience: { "
                        + timeouts
                        + " }\n";
        return ConfigLoader.parse("test.yaml", file, Map.of()).config().orElseThrow();
    }

    private static Running start(Config config) {
        return Wiring.start(
                config,
                Secret.of(House.PEPPER),
                List.of(),
                () -> ThreadLocalRandom.current().nextLong(),
                new SystemTime());
    }

    private static final int LATE_MAX = 20;

    private static HttpResponse<String> ask(Running gateway, String path, boolean streamed)
            throws IOException, InterruptedException {
        String body =
                "{\"model\":\"chat/m\",\"max_tokens\":5,\"stream\":"
                        + streamed
                        + ",\"messages\":[{\"role\":\"user\",\"content\":\"go\"}]}";
        var asked =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path))
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        // On a machine with too much to do the gateway is late itself, and says that instead.
        for (int again = 0; ; again++) {
            HttpResponse<String> answer =
                    HttpClient.newHttpClient()
                            .send(
                                    asked,
                                    HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            if (answer.statusCode() != 503 || again == LATE_MAX) {
                return answer;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/v1/messages", "/api/chat"})
    void a_client_is_told_what_was_waited_for_how_long_and_by_which_setting(String path)
            throws Exception {
        try (Running gateway =
                start(config("timeouts: { head: 400ms, first-token: 500ms, idle: 1s }"))) {
            HttpResponse<String> plain = ask(gateway, path, false);
            HttpResponse<String> streamed = ask(gateway, path, true);

            assertThat(plain.statusCode()).isEqualTo(504);
            assertThat(plain.body()).contains("no answer in 400 ms (setting timeouts.head)");
            assertThat(streamed.statusCode()).isEqualTo(504);
            assertThat(streamed.body()).contains("no answer in 400 ms (setting timeouts.head)");
        }
    }

    @Test
    void the_time_of_the_whole_call_is_named_where_that_was_over_first() throws Exception {
        try (Running gateway = start(config("timeouts: { total: 200ms }"))) {
            HttpResponse<String> plain = ask(gateway, "/v1/chat/completions", false);

            assertThat(plain.statusCode()).isEqualTo(504);
            assertThat(plain.body())
                    .contains("no answer before the call's time was over (setting timeouts.total");
        }
    }
}
