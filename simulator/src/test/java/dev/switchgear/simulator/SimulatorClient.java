package dev.switchgear.simulator;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// An ordinary HTTP client of one simulated provider.
final class SimulatorClient implements AutoCloseable {
    static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI root;

    SimulatorClient(Simulator simulator) {
        this.root = simulator.base();
    }

    HttpResponse<String> send(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(root.resolve(path))
                        .timeout(Duration.ofSeconds(10))
                        .method(
                                method,
                                body.isEmpty()
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> chat(String body) throws IOException, InterruptedException {
        return send("POST", "/alpha/v1/chat/completions", body);
    }

    JsonNode chatted(String body) throws IOException, InterruptedException {
        return JSON.readTree(chat(body).body());
    }

    /// The data of each event; fails where a stream is not made of `data:` lines and empty lines.
    static List<String> events(String stream) {
        if (!stream.endsWith("\n\n")) {
            throw new AssertionError("the stream ends inside an event: " + stream);
        }
        List<String> events = new ArrayList<>();
        for (String block : stream.substring(0, stream.length() - 2).split("\n\n", -1)) {
            if (!block.startsWith("data: ") || block.contains("\n") || block.contains("\r")) {
                throw new AssertionError("not an event: " + block);
            }
            events.add(block.substring(6));
        }
        return events;
    }

    @Override
    public void close() {
        http.close();
    }
}
