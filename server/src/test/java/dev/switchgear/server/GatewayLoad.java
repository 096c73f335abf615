package dev.switchgear.server;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Clients that call without a pause, plain and streamed, over connections that they keep, until they
/// are stopped or the door no longer lets them in.
final class GatewayLoad implements AutoCloseable {
    private static final int CLIENTS = 16;

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(10))
                    .build();
    private final URI uri;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger whole = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final Queue<String> broken = new ConcurrentLinkedQueue<>();
    private final Semaphore answers = new Semaphore(0);
    private volatile boolean stopped;

    private GatewayLoad(int port) {
        uri = URI.create("http://127.0.0.1:" + port + "/v1/chat/completions");
    }

    static GatewayLoad on(int port) {
        var load = new GatewayLoad(port);
        for (int i = 0; i < CLIENTS; i++) {
            boolean streamed = i % 2 == 0;
            load.threads.add(Thread.ofVirtual().start(() -> load.call(streamed)));
        }
        return load;
    }

    private void call(boolean streamed) {
        String body = streamed ? House.streamed("auto") : House.plain("auto");
        HttpRequest request =
                HttpRequest.newBuilder(uri)
                        .timeout(Duration.ofSeconds(30))
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        while (!stopped) {
            try {
                HttpResponse<String> answer =
                        http.send(request, HttpResponse.BodyHandlers.ofString());
                judge(answer, streamed);
            } catch (ConnectException closedDoor) {
                refused.incrementAndGet();
                return;
            } catch (IOException lost) {
                if (noByteCame(lost)) {
                    unanswered.incrementAndGet();
                } else {
                    broken.add(lost.toString());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /// A connection that the kernel had let in when the port closed, or that ended as the request
    /// was being sent, gives no byte of an answer: such a call is made again, over a new connection.
    /// That none of these had been accepted is seen by what the upstreams received.
    private static boolean noByteCame(IOException lost) {
        String message = String.valueOf(lost.getMessage());
        return message.contains("received no bytes")
                || message.contains("Connection reset")
                || message.contains("Broken pipe");
    }

    private void judge(HttpResponse<String> answer, boolean streamed) {
        boolean good =
                answer.statusCode() == 200
                        && (streamed
                                ? answer.body().endsWith("data: [DONE]\n\n")
                                : answer.body().contains("\"finish_reason\""));
        if (good) {
            whole.incrementAndGet();
            answers.release();
        } else {
            broken.add(answer.statusCode() + " " + answer.body());
        }
    }

    /// Blocks until so many more calls have been answered.
    void answered(int count) throws InterruptedException {
        answers.drainPermits();
        if (!answers.tryAcquire(count, 60, TimeUnit.SECONDS)) {
            throw new AssertionError("no answers come any more; broken: " + broken);
        }
    }

    /// Lets every call under way end.
    void stop() throws InterruptedException {
        stopped = true;
        finished();
    }

    /// Waits until every client has stopped by itself.
    void finished() throws InterruptedException {
        for (Thread thread : threads) {
            if (!thread.join(Duration.ofSeconds(60))) {
                throw new AssertionError("a client still waits for its answer");
            }
        }
    }

    int whole() {
        return whole.get();
    }

    int refused() {
        return refused.get();
    }

    int unanswered() {
        return unanswered.get();
    }

    /// What went wrong with calls that were let in.
    List<String> broken() {
        return List.copyOf(broken);
    }

    static int clients() {
        return CLIENTS;
    }

    @Override
    public void close() {
        stopped = true;
        http.shutdownNow();
        http.close();
    }
}
