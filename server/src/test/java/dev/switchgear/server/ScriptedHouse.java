package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.switchgear.core.time.SystemTime;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.server.config.ConfigLoader;
import dev.switchgear.server.config.Loaded;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/// A whole gateway on loopback before upstreams that answer, to the letter, what a test wrote: what
/// the simulator, which is true to its provider, would never say.
///
/// The upstreams, by the first part of their path and as providers by that name: `openai`, `chat`
/// (`openai-compatible`), `resp` (OpenAI by Responses alone), `claude`, `google`, `router`
/// (OpenRouter), `deep` (DeepSeek), `xai`, `mistral`, `ollama`.
final class ScriptedHouse implements AutoCloseable {
    static final String PROVIDERS =
            """
            server: { port: 0 }
            egress: { allow-private: ["127.0.0.1:%1$d"] }
            providers:
              openai: { base-url: "http://127.0.0.1:%1$d/openai/v1", keys: [{ secret: "sk-up" }] }
              chat: { kind: openai-compatible, base-url: "http://127.0.0.1:%1$d/chat/v1", keys: [{ secret: "sk-up" }] }
              resp: { kind: openai, base-url: "http://127.0.0.1:%1$d/resp/v1", keys: [{ secret: "sk-up" }], quirks: { chat: false } }
              claude: { kind: anthropic, base-url: "http://127.0.0.1:%1$d/claude", keys: [{ secret: "sk-up" }] }
              google: { kind: gemini, base-url: "http://127.0.0.1:%1$d/google/v1beta", keys: [{ secret: "sk-up" }] }
              router: { kind: openrouter, base-url: "http://127.0.0.1:%1$d/router/api/v1", keys: [{ secret: "sk-up" }] }
              deep: { kind: deepseek, base-url: "http://127.0.0.1:%1$d/deep", keys: [{ secret: "sk-up" }] }
              xai: { base-url: "http://127.0.0.1:%1$d/xai/v1", keys: [{ secret: "sk-up" }] }
              mistral: { base-url: "http://127.0.0.1:%1$d/mistral/v1", keys: [{ secret: "sk-up" }] }
              ollama: { base-url: "http://127.0.0.1:%1$d/ollama" }
            """;

    private static final String CHAT_OK =
            """
            {"id":"chatcmpl-1","object":"chat.completion","created":1790000000,"model":"m",\
            "choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}],\
            "usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}}\
            """;
    private static final String RESPONSES_OK =
            """
            {"id":"resp_1","object":"response","created_at":1790000000,"status":"completed","model":"m",\
            "output":[{"id":"msg_1","type":"message","role":"assistant","status":"completed",\
            "content":[{"type":"output_text","text":"ok","annotations":[]}]}],\
            "usage":{"input_tokens":3,"output_tokens":1,"total_tokens":4}}\
            """;
    private static final String ANTHROPIC_OK =
            """
            {"id":"msg_1","type":"message","role":"assistant","model":"c",\
            "content":[{"type":"text","text":"ok"}],"stop_reason":"end_turn","stop_sequence":null,\
            "usage":{"input_tokens":3,"output_tokens":1}}\
            """;
    private static final String GEMINI_OK =
            """
            {"candidates":[{"content":{"role":"model","parts":[{"text":"ok"}]},"finishReason":"STOP","index":0}],\
            "usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":1,"totalTokenCount":4},\
            "modelVersion":"g","responseId":"r1"}\
            """;
    private static final String OLLAMA_OK =
            """
            {"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"ok"},\
            "done":true,"done_reason":"stop","prompt_eval_count":3,"eval_count":1}\
            """;

    /// What an upstream answers.
    ///
    /// @param parts of the body, written and flushed one by one
    record Answer(int status, Map<String, String> headers, List<String> parts) {
        Answer {
            headers = Map.copyOf(headers);
            parts = List.copyOf(parts);
        }

        static Answer json(int status, String body) {
            return new Answer(status, Map.of("content-type", "application/json"), List.of(body));
        }

        static Answer events(String... parts) {
            return new Answer(200, Map.of("content-type", "text/event-stream"), List.of(parts));
        }

        Answer with(String header, String value) {
            var more = new HashMap<>(headers);
            more.put(header, value);
            return new Answer(status, more, parts);
        }
    }

    /// What an upstream was asked.
    record Received(String method, String path, Map<String, List<String>> headers, String body) {}

    static {
        // Else each flushed part waits 40 ms for the acknowledgement of the one before.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer upstreams;
    private final Running gateway;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, Deque<Answer>> answers = new ConcurrentHashMap<>();
    private final Map<String, List<Received>> received = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> paused = new ConcurrentHashMap<>();

    private ScriptedHouse(HttpServer upstreams, String config) {
        this.upstreams = upstreams;
        upstreams.createContext("/", this::answer);
        upstreams.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        upstreams.start();
        Loaded loaded = ConfigLoader.parse("test.yaml", config, Map.of());
        this.gateway =
                Wiring.start(
                        loaded.config()
                                .orElseThrow(
                                        () -> new AssertionError(loaded.problems().toString())),
                        Secret.of(House.PEPPER),
                        List.of(),
                        () -> ThreadLocalRandom.current().nextLong(),
                        new SystemTime());
    }

    static ScriptedHouse open() {
        return open("");
    }

    /// @param rest of the configuration behind [#PROVIDERS]
    static ScriptedHouse open(String rest) {
        return of(PROVIDERS + rest);
    }

    /// @param config the whole file, with `%1$d` for the port of the upstreams
    static ScriptedHouse of(String config) {
        try {
            HttpServer server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            return new ScriptedHouse(server, config.formatted(server.getAddress().getPort()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// An upstream's next answers; the last one repeats. Without any it answers "ok" in its dialect.
    ScriptedHouse answers(String upstream, Answer... next) {
        answers.put(upstream, new ArrayDeque<>(List.of(next)));
        return this;
    }

    /// From now on an upstream answers nothing until the latch is down.
    CountDownLatch hold(String upstream) {
        var latch = new CountDownLatch(1);
        held.put(upstream, latch);
        return latch;
    }

    /// From now on an upstream says only the first part of an answer until the latch is down.
    CountDownLatch pause(String upstream) {
        var latch = new CountDownLatch(1);
        paused.put(upstream, latch);
        return latch;
    }

    /// Waits until an upstream was asked so often.
    void waitFor(String upstream, int times) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (received(upstream).size() < times) {
            assertThat(System.nanoTime()).as(upstream + " was not asked").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    /// What `upstream` was asked so far, in order.
    List<Received> received(String upstream) {
        return List.copyOf(received.getOrDefault(upstream, List.of()));
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String upstream = exchange.getRequestURI().getPath().split("/", -1)[1];
            String body =
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            received.computeIfAbsent(upstream, _ -> new CopyOnWriteArrayList<>())
                    .add(
                            new Received(
                                    exchange.getRequestMethod(),
                                    exchange.getRequestURI().toString(),
                                    exchange.getRequestHeaders(),
                                    body));
            awaited(held, upstream);
            Answer answer = next(upstream);
            answer.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.sendResponseHeaders(answer.status(), 0);
            for (String part : answer.parts()) {
                exchange.getResponseBody().write(part.getBytes(StandardCharsets.UTF_8));
                exchange.getResponseBody().flush();
                awaited(paused, upstream);
            }
        }
    }

    private static void awaited(Map<String, CountDownLatch> latches, String upstream) {
        CountDownLatch latch = latches.get(upstream);
        try {
            if (latch != null && !latch.await(20, TimeUnit.SECONDS)) {
                throw new AssertionError(upstream + " was held for too long");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Answer next(String upstream) {
        Deque<Answer> queue = answers.get(upstream);
        if (queue == null) {
            return usual(upstream);
        }
        synchronized (queue) {
            return queue.size() > 1 ? queue.removeFirst() : queue.getFirst();
        }
    }

    /// A plain "ok", as that upstream words it.
    static Answer usual(String upstream) {
        return Answer.json(
                200,
                switch (upstream) {
                    case "resp" -> RESPONSES_OK;
                    case "claude" -> ANTHROPIC_OK;
                    case "google" -> GEMINI_OK;
                    case "ollama" -> OLLAMA_OK;
                    default -> CHAT_OK;
                });
    }

    int port() {
        return gateway.port();
    }

    Running gateway() {
        return gateway;
    }

    /// @param headers names and values in turn
    HttpResponse<String> get(String path, String... headers) {
        return send(request(path, headers).GET().build());
    }

    /// @param headers names and values in turn
    HttpResponse<String> post(String path, String body, String... headers) {
        var all = new ArrayList<>(List.of(headers));
        all.addAll(List.of("content-type", "application/json"));
        return send(
                request(path, all.toArray(String[]::new))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build());
    }

    HttpResponse<String> delete(String path) {
        return send(request(path).DELETE().build());
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                        .timeout(Duration.ofSeconds(20));
        return headers.length == 0 ? request : request.headers(headers);
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        gateway.close();
        upstreams.stop(0);
    }
}
