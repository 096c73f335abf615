package dev.switchgear.dialects.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.dialect.EmbeddingsRequest;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.walls.RecordedFolders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Exchanges with Google: real ones where they lie beside the repository, and made ones.
final class GeminiDialectRecordingsTest {
    /// Ways to say the same, which the written request says in one way only.
    private static final Map<String, String> SAME =
            Map.of(
                    "parameters_json_schema", "schema",
                    "parametersJsonSchema", "schema",
                    "parameters", "schema",
                    "responseSchema", "answerSchema",
                    "responseJsonSchema", "answerSchema",
                    "function_call", "functionCall",
                    "function_response", "functionResponse",
                    "google_search", "googleSearch");

    @Test
    void each_recorded_request_asks_the_same_after_it_was_read_and_worded_again() throws Exception {
        int replayed = 0;
        for (Path file : recorded("generate.", ".request.json")) {
            byte[] body = Files.readAllBytes(file);
            var asked = GeminiAnswers.CLIENT.chat(body, "any", false);

            var worded = GeminiAnswers.PROVIDER.chat(asked, GeminiAnswers.target(model(file)));

            assertThat(worded.dropped()).as(file.toString()).isEmpty();
            assertThat(plain(GeminiAnswers.json(worded)))
                    .as(file.toString())
                    .isEqualTo(plain(Json.read(body, 0, body.length)));
            replayed++;
        }
        assertThat(replayed).isGreaterThan(RecordedFolders.count(25, 3));
    }

    @Test
    void each_recorded_answer_is_the_same_after_it_was_read_and_written_again() throws Exception {
        int replayed = 0;
        for (Path file : recorded("generate.", ".response.json")) {
            byte[] body = Files.readAllBytes(file);
            JsonNode json = Json.read(body, 0, body.length);
            if (json.has("error")) {
                continue;
            }

            List<ChatEvent> events = GeminiAnswers.whole(body);
            byte[] written = GeminiAnswers.writer(GeminiClientDialect.Form.EVENTS).whole(events);

            assertThat(GeminiAnswers.comesTo(GeminiAnswers.whole(written)))
                    .as(file.toString())
                    .isEqualTo(GeminiAnswers.comesTo(events));
            assertThat(last(events, ChatEvent.Usage.class).tokens())
                    .as(file.toString())
                    .isEqualTo(usage((json.isArray() ? json.get(0) : json).path("usageMetadata")));
            replayed++;
        }
        assertThat(replayed).isGreaterThan(RecordedFolders.count(20, 1));
    }

    @Test
    void each_recorded_stream_is_the_same_after_it_was_read_and_written_again() throws Exception {
        for (Path file : recorded("generate.", ".response.sse")) {
            List<String> data = GeminiAnswers.data(Files.readString(file));

            List<ChatEvent> events = GeminiAnswers.events(data);
            String stream = GeminiAnswers.written(GeminiClientDialect.Form.EVENTS, events);
            JsonNode array =
                    Json.read(GeminiAnswers.written(GeminiClientDialect.Form.ARRAY, events));

            assertThat(GeminiAnswers.comesTo(GeminiAnswers.events(GeminiAnswers.data(stream))))
                    .as(file.toString())
                    .isEqualTo(GeminiAnswers.comesTo(events));
            assertThat(GeminiAnswers.comesTo(GeminiAnswers.whole(Json.bytes(array))))
                    .as(file + " as an array")
                    .isEqualTo(GeminiAnswers.comesTo(events));
            assertThat(last(events, ChatEvent.Usage.class).tokens())
                    .as(file.toString())
                    .isEqualTo(usage(Json.read(data.getLast()).path("usageMetadata")));
        }
    }

    @Test
    void every_recorded_text_is_read_to_its_last_letter() throws Exception {
        for (Path file : recorded("generate.", ".response.sse")) {
            var texts = new StringBuilder();
            List<String> data = GeminiAnswers.data(Files.readString(file));
            for (String each : data) {
                Json.read(each)
                        .path("candidates")
                        .path(0)
                        .path("content")
                        .path("parts")
                        .values()
                        .forEach(part ->
                                texts.append(
                                        part.has("thought") ? "" : part.path("text").asString("")));
            }

            String read =
                    String.join(
                            "",
                            GeminiAnswers.events(data).stream()
                                    .filter(ChatEvent.Text.class::isInstance)
                                    .map(event -> ((ChatEvent.Text) event).text())
                                    .toList());

            assertThat(read).as(file.toString()).isEqualTo(texts.toString());
        }
    }

    @Test
    void streams_of_other_collections_are_read_too() throws Exception {
        for (String name : List.of("google-text", "google-tool-call", "google-reasoning")) {
            assumeTrue(RecordedFolders.areReal(), "no recordings beside the repository");
            String path = "gemini/vercel-ai-fixtures/" + name;
            List<String> data = Files.readAllLines(RecordedFolders.file(path + ".chunks.txt"));
            byte[] whole = Files.readAllBytes(RecordedFolders.file(path + ".json"));

            assertThat(GeminiAnswers.events(data))
                    .as(name)
                    .last()
                    .isInstanceOf(ChatEvent.Finish.class);
            assertThat(GeminiAnswers.whole(whole))
                    .as(name)
                    .last()
                    .isInstanceOf(ChatEvent.Finish.class);
        }
    }

    @Test
    void recorded_counts_and_embeddings_are_read_and_asked_for_the_same() throws Exception {
        for (Path file : recorded("count.", ".request.json")) {
            byte[] body = Files.readAllBytes(file);
            var asked = GeminiAnswers.CLIENT.countable(body, "gemini-3.5-flash");

            var worded =
                    GeminiAnswers.PROVIDER.count(asked, GeminiAnswers.target("gemini-3.5-flash"));

            assertThat(GeminiAnswers.json(worded)).isEqualTo(Json.read(body, 0, body.length));
        }
        for (Path file : recorded("count.", ".response.json")) {
            byte[] body = Files.readAllBytes(file);
            assertThat(GeminiAnswers.PROVIDER.counted(body))
                    .isEqualTo(Json.read(body, 0, body.length).path("totalTokens").asLong());
        }
        var client = new GeminiClientDialect(GeminiClientDialect.Form.BATCH);
        for (Path file : recorded("embeddings.", ".request.json")) {
            byte[] body = Files.readAllBytes(file);
            EmbeddingsRequest asked = client.embeddings(body, "gemini-embedding-001");

            var worded =
                    GeminiAnswers.PROVIDER.embeddings(
                            asked, GeminiAnswers.target("gemini-embedding-001"));

            assertThat(GeminiAnswers.json(worded)).isEqualTo(Json.read(body, 0, body.length));
        }
        for (Path file : recorded("embeddings.", ".response.json")) {
            byte[] body = Files.readAllBytes(file);
            var answer = GeminiAnswers.PROVIDER.embedded(body);
            JsonNode told = Json.read(body, 0, body.length).at("/embeddings/0/values");
            float[] vector = answer.vectors().getFirst();
            double squares = 0;
            for (float each : vector) {
                squares += each * each;
            }

            assertThat(vector).hasSize(told.size());
            assertThat(squares).isBetween(0.999, 1.001);
            assertThat(answer.usage()).isEqualTo(TokenUsage.UNKNOWN);
        }
    }

    private static List<Path> recorded(String begin, String end) {
        return RecordedFolders.files("gemini", begin, end);
    }

    /// The model in the recorded path.
    private static String model(Path request) throws IOException {
        Path meta =
                request.resolveSibling(
                        request.getFileName().toString().replace(".request.", ".meta."));
        String url = Json.read(Files.readString(meta)).path("url").asString("");
        return url.substring(url.indexOf("/models/") + 8, url.lastIndexOf(':'));
    }

    private static <E extends ChatEvent> E last(List<ChatEvent> events, Class<E> type) {
        return type.cast(
                events.reversed().stream().filter(type::isInstance).findFirst().orElseThrow());
    }

    /// Google's counts as Google's documents explain them, reckoned a second time.
    private static TokenUsage usage(JsonNode json) {
        long cached = json.path("cachedContentTokenCount").asLong(0);
        long audio =
                count(json, "promptTokensDetails", "AUDIO")
                        - count(json, "cacheTokensDetails", "AUDIO");
        long image =
                count(json, "promptTokensDetails", "VIDEO")
                        - count(json, "cacheTokensDetails", "VIDEO");
        long prompt =
                json.path("promptTokenCount").asLong(0)
                        + json.path("toolUsePromptTokenCount").asLong(0);
        return new TokenUsage(
                prompt - cached - audio - image,
                cached,
                0,
                0,
                audio,
                image,
                json.path("candidatesTokenCount").asLong(0),
                json.path("thoughtsTokenCount").asLong(0),
                0,
                0,
                false);
    }

    private static long count(JsonNode usage, String details, String modality) {
        long count = 0;
        for (JsonNode each : usage.path(details).values()) {
            if (each.path("modality").asString("").equals(modality)) {
                count += each.path("tokenCount").asLong();
            }
        }
        return count;
    }

    /// A request without its free choices of wording:
    /// names in camelCase; types and modes in one case; schemas under one name; nothing said by
    /// `null`, an empty description, an empty configuration or a system instruction's role; no ids
    /// that we invented where the client had none; users' turns that follow each other as one.
    private static JsonNode plain(JsonNode json) {
        if (json.isArray()) {
            ArrayNode plain = Json.array();
            json.values().forEach(each -> plain.add(plain(each)));
            return plain;
        }
        if (!json.isObject()) {
            return json;
        }
        ObjectNode plain = Json.object();
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            String name = SAME.getOrDefault(field.getKey(), field.getKey());
            JsonNode value = plain(field.getValue());
            boolean invented = name.equals("id") && value.asString("").matches("call_[0-9]+");
            boolean empty =
                    value.isNull()
                            || (name.equals("description") && value.asString("?").isEmpty())
                            || (name.equals("generationConfig") && value.isEmpty());
            if (!invented && !empty) {
                plain.set(name, one(name, value));
            }
        }
        return plain;
    }

    private static JsonNode one(String name, JsonNode value) {
        return switch (name) {
            case "type" -> Json.read(Json.text(value).toLowerCase(Locale.ROOT));
            case "mode" -> Json.read(Json.text(value).toUpperCase(Locale.ROOT));
            case "systemInstruction" -> ((ObjectNode) value).without("role");
            case "contents" -> merged(value);
            default -> value;
        };
    }

    private static JsonNode merged(JsonNode contents) {
        var turns = new ArrayList<ObjectNode>();
        for (JsonNode content : contents.values()) {
            if (!turns.isEmpty()
                    && turns.getLast().path("role").equals(content.path("role"))
                    && turns.getLast().path("parts") instanceof ArrayNode parts) {
                content.path("parts").values().forEach(parts::add);
            } else {
                turns.add((ObjectNode) content);
            }
        }
        ArrayNode merged = Json.array();
        turns.forEach(merged::add);
        return merged;
    }

    @Test
    void recorded_errors_break_an_answer_with_their_own_status() throws Exception {
        for (Path file : recorded("generate.", ".response.json")) {
            byte[] body = Files.readAllBytes(file);
            JsonNode error = Json.read(body, 0, body.length).path("error");
            if (!error.isMissingNode()) {
                assertThat(GeminiAnswers.whole(body))
                        .containsExactly(
                                new ChatEvent.Broken(
                                        error.path("code").asInt(),
                                        error.path("status").asString(""),
                                        error.path("message").asString("")));
                String array = "[" + new String(body, StandardCharsets.UTF_8) + "]";
                assertThat(GeminiAnswers.whole(array.getBytes(StandardCharsets.UTF_8))).hasSize(1);
            }
        }
    }
}
