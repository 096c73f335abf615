package dev.switchgear.server;

import dev.switchgear.server.door.RawClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// One request after the other, by HTTP.
final class AgentByHttp implements AgentLine {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String root;

    /// @param root what the agent's paths are added to
    AgentByHttp(String root) {
        this.root = root;
    }

    @Override
    public Heard ask(String path, String body) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(root + path))
                        .timeout(Duration.ofSeconds(30))
                        .header("content-type", "application/json")
                        .header("anthropic-version", "2023-06-01")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        String provider = response.headers().firstValue("x-switchgear-provider").orElse("");
        return new Heard(response.statusCode(), provider, response.body());
    }

    @Override
    public void leave(String path, String body, Underway underway)
            throws IOException, InterruptedException {
        URI uri = URI.create(root + path);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        try (var client = new RawClient(uri.getPort())) {
            client.send(
                    """
                    POST %s%s HTTP/1.1\r
                    host: localhost\r
                    content-type: application/json\r
                    anthropic-version: 2023-06-01\r
                    content-length: %d\r
                    \r
                    """
                            .formatted(uri.getRawPath(), query, bytes.length));
            client.send(bytes);
            underway.await();
        }
    }

    @Override
    public void close() {
        // Connections belong to the client that all share.
    }
}
