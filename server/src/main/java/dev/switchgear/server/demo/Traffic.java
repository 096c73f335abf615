package dev.switchgear.server.demo;

import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/// The demo's own clients, of OpenAI's API and of Anthropic's: seeded requests through the gateway's HTTP
/// port, as anybody else would send them. Their request ids begin with [#MARK]. Thread-safe.
final class Traffic implements Runnable, AutoCloseable {
    /// What tells the demo's own calls from those of people.
    static final String MARK = "demo-";

    /// Requests under way at once; beyond it one is left out.
    private static final int AT_ONCE = 64;

    private static final Duration PAUSE_MAX = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(35);

    private static final List<String> PROMPTS =
            List.of(
                    "Explain circuit breakers in one sentence.",
                    "Which is heavier, a kilogram of tea or of coffee?",
                    "Write a haiku about a power cut.",
                    "Name three rivers in Europe.",
                    "What does a load balancer do?");

    private final int port;
    private final double requestsPerSecond;
    private final Random random;
    private final Time time;
    private final Threads threads;
    private final HttpClient http;
    private final Semaphore places = new Semaphore(AT_ONCE);
    private final LongAdder answered = new LongAdder();
    private final LongAdder unanswered = new LongAdder();

    Traffic(int port, DemoSettings settings, Threads threads, Time time) {
        this.port = port;
        this.requestsPerSecond = settings.requestsPerSecond();
        this.random = new Random(settings.seed());
        this.time = time;
        this.threads = threads;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .executor(threads::start)
                        .build();
    }

    /// Calls whose client got a whole answer.
    long answered() {
        return answered.sum();
    }

    /// Calls whose client got an error, or half an answer.
    long unanswered() {
        return unanswered.sum();
    }

    /// Sends until the thread is interrupted.
    @Override
    public void run() {
        for (long number = 1; ; number++) {
            try {
                time.sleep(gap());
            } catch (InterruptedException stopped) {
                return;
            }
            HttpRequest request = request(number);
            if (places.tryAcquire()) {
                var _ = threads.start(() -> send(request));
            }
        }
    }

    /// Poisson arrivals, as many independent clients make them.
    private Duration gap() {
        double seconds = -Math.log(1 - random.nextDouble()) / requestsPerSecond;
        var gap = Duration.ofNanos((long) (seconds * 1e9));
        return gap.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : gap;
    }

    private HttpRequest request(long number) {
        String prompt = PROMPTS.get(random.nextInt(PROMPTS.size()));
        int kind = random.nextInt(10);
        int most = 20 + random.nextInt(60);
        return kind < 2
                ? post(
                        number,
                        "/v1/embeddings",
                        """
                        {"model":"auto-embed","input":"%s","dimensions":64}\
                        """
                                .formatted(prompt))
                : post(
                        number,
                        // No provider here speaks Anthropic's dialect: these are translated.
                        kind == 2 || kind == 9 ? "/v1/messages" : "/v1/chat/completions",
                        """
                        {"model":"auto","stream":%s,"max_tokens":%d,"messages":[{"role":"user","content":"%s"}]}\
                        """
                                .formatted(kind > 4, most, prompt));
    }

    private HttpRequest post(long number, String path, String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(PATIENCE)
                .header("content-type", "application/json")
                .header("user-agent", "switchgear-demo")
                .header("x-request-id", MARK + number)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private void send(HttpRequest request) {
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            boolean stream =
                    answer.headers()
                            .firstValue("content-type")
                            .orElse("")
                            .startsWith("text/event-stream");
            boolean whole = answer.statusCode() == 200 && (!stream || ended(answer.body()));
            (whole ? answered : unanswered).increment();
        } catch (IOException broken) {
            // Counted: a client that sees its connection break has no answer, whatever the reason.
            unanswered.increment();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            places.release();
        }
    }

    private static boolean ended(String stream) {
        return stream.endsWith("data: [DONE]\n\n")
                || stream.substring(stream.stripTrailing().lastIndexOf('\n') + 1)
                        .contains("\"message_stop\"");
    }

    /// Waits until all requests under way are over; false if they take longer.
    boolean settle(Duration atMost) throws InterruptedException {
        boolean settled = places.tryAcquire(AT_ONCE, atMost.toNanos(), TimeUnit.NANOSECONDS);
        if (settled) {
            places.release(AT_ONCE);
        }
        return settled;
    }

    /// Breaks off what is under way.
    @Override
    public void close() {
        http.shutdownNow();
    }
}
