package dev.switchgear.providers;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.walls.RecordedFolders;
import dev.switchgear.wire.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// An exchange with a provider: a real one, which lies beside the repository, or a made one. What asks
/// for a particular real one is skipped without it.
///
/// @param model as the path names it; empty where the body does
public record Recording(
        String provider,
        String id,
        Operation operation,
        boolean streamed,
        int status,
        String model,
        byte[] request,
        byte[] response,
        Headers headers) {
    private static final String DATA = "data:";

    /// Those of the index with their requests.
    ///
    /// @param kinds the index's words for what was asked
    public static List<Recording> of(Set<String> providers, Set<String> kinds) throws IOException {
        var found = new ArrayList<Recording>();
        for (JsonNode entry : entries()) {
            if (providers.contains(entry.path("provider").asString(""))
                    && kinds.contains(entry.path("kind").asString(""))
                    && entry.hasNonNull("request")) {
                found.add(read(entry));
            }
        }
        return found;
    }

    private static List<JsonNode> entries() throws IOException {
        var entries = new ArrayList<JsonNode>();
        for (Path index : RecordedFolders.indexes()) {
            entries.addAll(Json.read(Files.readString(index)).values());
        }
        return entries;
    }

    private static Recording read(JsonNode entry) throws IOException {
        JsonNode meta = Json.read(Files.readString(file(entry, "meta")));
        Headers headers = Headers.NONE;
        for (var header : meta.path("response_headers").properties()) {
            headers = headers.with(header.getKey(), header.getValue().asString(""));
        }
        String provider = entry.path("provider").asString("");
        String url = meta.path("url").asString("");
        // Gemini without events streams one array, which was read in one piece.
        boolean array = url.contains(":streamGenerateContent") && !url.contains("alt=sse");
        return new Recording(
                provider,
                entry.path("id").asString(""),
                operation(provider, entry.path("kind").asString("")),
                entry.path("stream").asBoolean(false) && !array,
                entry.path("status").asInt(),
                url.contains("/models/")
                        ? url.substring(url.indexOf("/models/") + 8, url.lastIndexOf(':'))
                        : "",
                Files.readAllBytes(file(entry, "request")),
                Files.readAllBytes(file(entry, "response")),
                headers);
    }

    private static Operation operation(String provider, String kind) {
        return switch (kind) {
            case "count" -> Operation.COUNT_TOKENS;
            case "embeddings" ->
                    provider.equals("gemini") ? Operation.BATCH_EMBEDDINGS : Operation.EMBEDDINGS;
            default -> Operation.CHAT;
        };
    }

    private static Path file(JsonNode entry, String field) {
        return file(entry.path(field).asString(""));
    }

    /// A file among the recordings.
    public static Path file(String path) {
        Path file = RecordedFolders.file(path);
        assumeTrue(Files.exists(file), "no recordings beside the repository");
        return file;
    }

    /// An answer in Chat Completions of which nothing else was kept: one JSON object, or one chunk a
    /// line.
    public static Recording chatAnswer(String path) throws IOException {
        boolean streamed = path.endsWith(".chunks.txt");
        return answer(
                path,
                streamed,
                "{\"model\":\"m\",\"stream\":"
                        + streamed
                        + ",\"stream_options\":{\"include_usage\":true},"
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
                "data: [DONE]\n\n");
    }

    /// A stream in Responses of which nothing else was kept, one event a line.
    public static Recording responsesStream(String path) throws IOException {
        return answer(path, true, "{\"model\":\"m\",\"stream\":true,\"input\":\"x\"}", "");
    }

    private static Recording answer(String path, boolean streamed, String request, String end)
            throws IOException {
        var body = new StringBuilder();
        if (streamed) {
            for (String line : Files.readAllLines(file(path))) {
                body.append(line.isBlank() ? "" : "data: " + line + "\n\n");
            }
            body.append(end);
        } else {
            body.append(Files.readString(file(path)));
        }
        return new Recording(
                path.substring(0, path.indexOf('/')),
                path,
                Operation.CHAT,
                streamed,
                200,
                "",
                request.getBytes(StandardCharsets.UTF_8),
                body.toString().getBytes(StandardCharsets.UTF_8),
                Headers.of("content-type", streamed ? "text/event-stream" : "application/json"));
    }

    /// For messages.
    public String name() {
        return provider + "/" + id;
    }

    public String text() {
        return new String(response, StandardCharsets.UTF_8);
    }

    /// What its events say, or the whole answer where it is none of events.
    public List<String> data() {
        if (!streamed) {
            return List.of(text());
        }
        return text().lines()
                .filter(line -> line.startsWith(DATA))
                .map(line -> line.substring(DATA.length()).strip())
                .filter(data -> !data.equals("[DONE]"))
                .toList();
    }

    /// The same exchange, broken off.
    public Recording cutAt(int length) {
        return new Recording(
                provider,
                id,
                operation,
                streamed,
                status,
                model,
                request,
                Arrays.copyOf(response, length),
                headers);
    }
}
