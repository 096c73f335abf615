package dev.switchgear.dialects.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.chat.AnswerWish;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.dialect.EmbeddingsRequest;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.Worded;
import dev.switchgear.families.llm.model.ModelTraits;
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
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Real exchanges with every provider that speaks this dialect, read and written again. They lie
/// beside the repository.
final class OpenAiDialectRecordingsTest {
    private static final Map<String, OpenAiFlavour> FLAVOURS =
            new TreeMap<>(
                    Map.of(
                            "openai", OpenAiFlavour.OPENAI,
                            "xai", OpenAiTestFlavours.XAI,
                            "deepseek", OpenAiTestFlavours.DEEPSEEK,
                            "openrouter", OpenAiTestFlavours.OPENROUTER,
                            "local-openai", OpenAiFlavour.COMPATIBLE,
                            "ollama", OpenAiFlavour.COMPATIBLE,
                            "gemini", OpenAiFlavour.COMPATIBLE));

    private final OpenAiClientDialect client = new OpenAiClientDialect();

    private record Recording(
            String name,
            OpenAiFlavour flavour,
            boolean embeddings,
            boolean streamed,
            int status,
            byte[] request,
            byte[] response) {}

    @Test
    void each_recorded_request_is_written_as_it_was_read() throws Exception {
        int replayed = 0;
        for (Recording recording : recordings()) {
            if (!recording.embeddings()) {
                ObjectNode original = object(recording.request());
                String model = original.path("model").asString("");
                ChatRequest asked = client.chat(recording.request(), model, recording.streamed());

                Worded worded =
                        new OpenAiProviderDialect(recording.flavour())
                                .chat(asked, new ModelTarget(model, ModelTraits.UNKNOWN));

                assertThat(alike(object(worded.body()), recording.flavour()))
                        .as(recording.name())
                        .isEqualTo(alike(original, recording.flavour()));
                assertThat(worded.dropped()).as(recording.name()).isEmpty();
                replayed++;
            }
        }
        assertThat(replayed).isGreaterThanOrEqualTo(RecordedFolders.count(50, 15));
    }

    /// The documented ways in which a request may come out differently, applied to both sides.
    private static ObjectNode alike(ObjectNode request, OpenAiFlavour flavour) {
        ObjectNode alike = request.deepCopy();
        // `stream:false` is what is meant without it; usage is always asked for, for our own books.
        if (!alike.path("stream").asBoolean(false)) {
            alike.remove("stream");
        }
        alike.remove("stream_options");
        // One answer is what is meant without it.
        if (alike.path("n").asInt(0) == 1) {
            alike.remove("n");
        }
        // 0.0 is 0.
        for (String field : List.of("temperature", "top_p")) {
            if (alike.has(field)) {
                alike.put(field, alike.path(field).doubleValue());
            }
        }
        // DeepSeek: thinking is said explicitly, as its models differ in what they do without.
        if (flavour.equals(OpenAiTestFlavours.DEEPSEEK) && alike.has("reasoning_effort")) {
            alike.remove("thinking");
        }
        for (JsonNode tool : alike.path("tools")) {
            // An empty description says nothing.
            if (tool.path("function") instanceof ObjectNode function
                    && function.path("description").asString("").isEmpty()) {
                function.remove("description");
            }
        }
        if (alike.path("messages") instanceof ArrayNode messages) {
            alike.set("messages", alike(messages, flavour));
        }
        return alike;
    }

    private static ArrayNode alike(ArrayNode messages, OpenAiFlavour flavour) {
        ArrayNode alike = Json.array();
        for (JsonNode message : messages) {
            ObjectNode one = (ObjectNode) message.deepCopy();
            // `developer` is what OpenAI's newer models call `system`.
            if (one.path("role").asString("").equals("developer")) {
                one.put("role", "system");
            }
            // A list of texts and the text are the same; so are no content and null, and beside
            // calls the empty text.
            if (one.path("content").isArray()
                    && one.path("content").size() == 1
                    && one.path("content").get(0).size() == 2
                    && one.path("content").get(0).has("text")) {
                one.set("content", one.path("content").get(0).path("text"));
            }
            if (one.has("tool_calls") && one.path("content").asString("").isEmpty()) {
                one.remove("content");
            }
            // The same reasoning under the other name.
            if (one.has("reasoning_content")) {
                one.remove("reasoning");
            }
            // DeepSeek demands it beside calls, if only empty.
            if (flavour.equals(OpenAiTestFlavours.DEEPSEEK)
                    && one.path("reasoning_content").asString("").isEmpty()) {
                one.remove("reasoning_content");
            }
            // An assistant's empty message before another of its own is one with it.
            if (!alike.isEmpty()
                    && one.path("role").asString("").equals("assistant")
                    && alike.get(alike.size() - 1) instanceof ObjectNode before
                    && before.path("role").asString("").equals("assistant")
                    && before.path("content").asString("").isEmpty()) {
                alike.remove(alike.size() - 1);
            }
            alike.add(one);
        }
        return alike;
    }

    @Test
    void each_recorded_answer_survives_being_read_and_written_for_a_client() throws Exception {
        int replayed = 0;
        for (Recording recording : recordings()) {
            if (recording.status() == 200 && !recording.embeddings() && !recording.streamed()) {
                String body = new String(recording.response(), StandardCharsets.UTF_8);
                List<ChatEvent> events = OpenAiAnswers.whole(recording.flavour(), body);

                List<ChatEvent> again =
                        OpenAiAnswers.whole(
                                OpenAiFlavour.OPENAI,
                                OpenAiAnswers.wholeWritten(
                                        ChatRequest.builder("m").build(), events));

                assertThat(alike(again)).as(recording.name()).isEqualTo(alike(events));
                JsonNode json = Json.read(body);
                assertThat(finish(events))
                        .as(recording.name())
                        .isEqualTo(finishWord(json.path("choices").path(0)));
                assertUsage(recording, json.path("usage"), events);
                assertText(recording, json, events);
                replayed++;
            }
        }
        assertThat(replayed).isGreaterThanOrEqualTo(RecordedFolders.count(25, 6));
    }

    @Test
    void each_recorded_stream_survives_being_read_and_written_for_a_client() throws Exception {
        int replayed = 0;
        for (Recording recording : recordings()) {
            if (recording.status() == 200 && recording.streamed()) {
                List<String> data =
                        OpenAiAnswers.data(
                                new String(recording.response(), StandardCharsets.UTF_8));
                List<ChatEvent> events = OpenAiAnswers.streamed(recording.flavour(), data);
                ChatRequest asked =
                        ChatRequest.builder("m")
                                .streamed(true)
                                .wish(AnswerWish.STREAMED_USAGE)
                                .build();

                String written = OpenAiAnswers.written(asked, events);

                List<ChatEvent> again =
                        OpenAiAnswers.streamed(OpenAiFlavour.OPENAI, OpenAiAnswers.data(written));
                assertThat(alike(again)).as(recording.name()).isEqualTo(alike(events));
                boolean fails = events.getLast() instanceof ChatEvent.Broken;
                assertThat(written.contains("[DONE]")).as(recording.name()).isEqualTo(!fails);
                assertThat(fails)
                        .as(recording.name())
                        .isEqualTo(recording.name().contains("stream-error"));
                JsonNode usage = lastUsage(data);
                assertUsage(recording, usage, events);
                replayed++;
            }
        }
        assertThat(replayed).isGreaterThanOrEqualTo(RecordedFolders.count(15, 6));
    }

    @Test
    void streams_whose_framing_was_not_recorded_are_read_too() throws Exception {
        Map<String, OpenAiFlavour> files =
                Map.of(
                        "xai/vercel-ai-fixtures/xai-text.chunks.txt", OpenAiTestFlavours.XAI,
                        "xai/vercel-ai-fixtures/xai-tool-call.chunks.txt", OpenAiTestFlavours.XAI,
                        "deepseek/vercel-ai-fixtures/deepseek-tool-call.chunks.txt",
                                OpenAiTestFlavours.DEEPSEEK,
                        "openai/vercel-ai-fixtures/azure-model-router.1.chunks.txt",
                                OpenAiFlavour.OPENAI);
        for (var file : files.entrySet()) {
            Path path = RecordedFolders.file(file.getKey());
            assumeTrue(Files.exists(path), "no recordings beside the repository");
            var data = new ArrayList<>(Files.readAllLines(path));
            data.removeIf(String::isBlank);
            data.add("[DONE]");

            List<ChatEvent> events = OpenAiAnswers.streamed(file.getValue(), data);

            assertThat(events.getFirst()).isInstanceOf(ChatEvent.Start.class);
            assertThat(events.getLast()).isInstanceOf(ChatEvent.Finish.class);
            JsonNode usage = lastUsage(data);
            if (usage.isObject()) {
                assertThat(usageOf(events))
                        .isEqualTo(OpenAiUsage.read(usage).usage(file.getValue().counting()));
                // The total is right whatever stands in it.
                assertThat(usageOf(events).total())
                        .isEqualTo(usage.path("total_tokens").longValue());
            }
        }
    }

    @Test
    void xais_plain_answers_count_reasoning_beside_the_completion() throws Exception {
        for (String name : List.of("xai-text.json", "xai-tool-call.json")) {
            Path path = RecordedFolders.file("xai/vercel-ai-fixtures/" + name);
            assumeTrue(Files.exists(path), "no recordings beside the repository");
            String body = Files.readString(path);

            List<ChatEvent> events = OpenAiAnswers.whole(OpenAiTestFlavours.XAI, body);

            assertThat(usageOf(events).total())
                    .as(name)
                    .isEqualTo(Json.read(body).path("usage").path("total_tokens").longValue());
        }
    }

    @Test
    void recorded_embeddings_keep_their_vectors_in_both_encodings() throws Exception {
        int replayed = 0;
        for (Recording recording : recordings()) {
            if (recording.embeddings() && recording.status() == 200) {
                String model = object(recording.request()).path("model").asString("");
                EmbeddingsRequest asked = client.embeddings(recording.request(), model);
                var provider = new OpenAiProviderDialect(recording.flavour());
                var answer = provider.embedded(recording.response());

                for (boolean base64 : List.of(true, false)) {
                    var form =
                            new EmbeddingsRequest(
                                    asked.model(),
                                    asked.inputs(),
                                    asked.dimensions(),
                                    "",
                                    base64,
                                    List.of());
                    var again = provider.embedded(client.embedded(form, answer));

                    assertThat(again.vectors()).hasSameSizeAs(answer.vectors());
                    for (int i = 0; i < again.vectors().size(); i++) {
                        assertThat(again.vectors().get(i)).isEqualTo(answer.vectors().get(i));
                    }
                    assertThat(again.usage()).isEqualTo(answer.usage());
                    assertThat(again.model()).isEqualTo(answer.model());
                }
                ObjectNode worded =
                        object(
                                provider.embeddings(
                                                asked, new ModelTarget(model, ModelTraits.UNKNOWN))
                                        .body());
                ObjectNode original = object(recording.request());
                worded.remove("encoding_format");
                original.remove("encoding_format");
                if (original.path("input").isArray() && original.path("input").size() == 1) {
                    original.set("input", original.path("input").get(0));
                }
                assertThat(worded).isEqualTo(original);
                replayed++;
            }
        }
        assertThat(replayed).isGreaterThanOrEqualTo(RecordedFolders.count(2, 1));
    }

    private static void assertUsage(Recording recording, JsonNode usage, List<ChatEvent> events) {
        if (!usage.isObject()) {
            assertThat(usageOf(events)).isEqualTo(TokenUsage.UNKNOWN);
            return;
        }
        TokenUsage read = usageOf(events);
        long prompt = usage.path("prompt_tokens").longValue(0);
        assertThat(read.wholeInput()).as(recording.name()).isEqualTo(prompt);
        // Gemini's layer leaves its thoughts out of the completion, but not out of the total.
        assertThat(read.total())
                .as(recording.name())
                .isEqualTo(usage.path("total_tokens").longValue(0));
        assertThat(read.cacheRead())
                .as(recording.name())
                .isEqualTo(usage.path("prompt_tokens_details").path("cached_tokens").longValue(0));
        assertThat(read.cacheWrite())
                .as(recording.name())
                .isEqualTo(
                        usage.path("prompt_tokens_details")
                                .path("cache_write_tokens")
                                .longValue(0));
    }

    private static void assertText(Recording recording, JsonNode json, List<ChatEvent> events) {
        JsonNode message = json.path("choices").path(0).path("message");
        var text = new StringBuilder();
        var names = new ArrayList<String>();
        for (ChatEvent event : events) {
            if (event instanceof ChatEvent.Text(String piece)) {
                text.append(piece);
            } else if (event instanceof ChatEvent.ToolStart tool) {
                names.add(tool.name());
            }
        }
        assertThat(text.toString())
                .as(recording.name())
                .isEqualTo(message.path("content").asString(""));
        assertThat(names)
                .as(recording.name())
                .isEqualTo(message.path("tool_calls").findValuesAsString("name"));
    }

    private static JsonNode lastUsage(List<String> data) {
        JsonNode usage = Json.object().path("none");
        for (String one : data) {
            if (!one.equals("[DONE]")) {
                JsonNode found = Json.read(one).path("usage");
                usage = found.isObject() ? found : usage;
            }
        }
        return usage;
    }

    private static TokenUsage usageOf(List<ChatEvent> events) {
        TokenUsage usage = TokenUsage.UNKNOWN;
        for (ChatEvent event : events) {
            usage = event instanceof ChatEvent.Usage(TokenUsage tokens, _) ? tokens : usage;
        }
        return usage;
    }

    private static String finish(List<ChatEvent> events) {
        return ((ChatEvent.Finish) events.getLast()).reason().name();
    }

    private static String finishWord(JsonNode choice) {
        return choice.path("message").path("tool_calls").isEmpty()
                ? choice.path("finish_reason").asString("").toUpperCase(Locale.ROOT)
                : "TOOL_CALLS";
    }

    /// What must be the same: all but the answer's name, pieces' borders, and what no answer of ours
    /// tells.
    private static List<ChatEvent> alike(List<ChatEvent> events) {
        var alike = new ArrayList<ChatEvent>();
        TokenUsage usage = usageOf(events);
        for (ChatEvent event : OpenAiAnswers.joined(events)) {
            switch (event) {
                case ChatEvent.Start(_, String model) -> alike.add(new ChatEvent.Start("", model));
                case ChatEvent.Made _,
                        ChatEvent.Omitted _,
                        ChatEvent.Ping _,
                        ChatEvent.Usage _ -> {}
                case ChatEvent.Finish(var reason, _) -> alike.add(new ChatEvent.Finish(reason, ""));
                // A missing code is read as the type.
                case ChatEvent.Broken(int status, _, String message, _) ->
                        alike.add(new ChatEvent.Broken(status, "", message));
                // A message has no order of text and signature, so it tells where that stood.
                case ChatEvent.Signed(Signature signature) ->
                        alike.add(new ChatEvent.Signed(signature.inPlace()));
                case ChatEvent.HiddenThinking(Signature signature) ->
                        alike.add(new ChatEvent.HiddenThinking(signature.inPlace()));
                default -> alike.add(event);
            }
        }
        if (!(events.getLast() instanceof ChatEvent.Broken)) {
            alike.add(new ChatEvent.Usage(usage));
        }
        return alike;
    }

    private static ObjectNode object(byte[] json) {
        return (ObjectNode) Json.read(json, 0, json.length);
    }

    private static List<JsonNode> entries() throws IOException {
        var entries = new ArrayList<JsonNode>();
        for (Path index : RecordedFolders.indexes()) {
            entries.addAll(Json.read(Files.readString(index)).values());
        }
        return entries;
    }

    private static List<Recording> recordings() throws IOException {
        var found = new ArrayList<Recording>();
        for (JsonNode entry : entries()) {
            String provider = entry.path("provider").asString("");
            String kind = entry.path("kind").asString("");
            boolean chat = kind.equals("chat") || kind.equals("openai-compat-chat");
            boolean embeddings = kind.equals("embeddings") && !provider.equals("gemini");
            if (FLAVOURS.containsKey(provider)
                    && (chat || embeddings)
                    && entry.hasNonNull("request")) {
                found.add(
                        new Recording(
                                provider + "/" + entry.path("id").asString(""),
                                FLAVOURS.get(provider),
                                embeddings,
                                entry.path("stream").asBoolean(false),
                                entry.path("status").asInt(),
                                read(entry, "request"),
                                read(entry, "response")));
            }
        }
        return found;
    }

    private static byte[] read(JsonNode entry, String field) throws IOException {
        return Files.readAllBytes(RecordedFolders.file(entry.path(field).asString("")));
    }
}
