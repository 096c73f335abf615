package dev.switchgear.dialects.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.Worded;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.walls.RecordedFolders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Real exchanges with Anthropic, read and written again. They lie beside the repository and are
/// judged by their own JSON.
final class AnthropicDialectRecordingsTest {
    /// Where a request that went through the neutral model may differ, and why.
    private static final Map<String, String> EXCEPTIONS =
            Map.of(
                    "a text alone",
                    "a string and a list of one text block mean the same",
                    "is_error: false",
                    "is what leaving it out means",
                    "caller: direct",
                    "is what leaving it out means",
                    "description: ''",
                    "is what leaving it out means",
                    "stream: false",
                    "is what leaving it out means",
                    "numbers",
                    "1 and 1.0 are the same temperature");

    private static final Map<String, FinishReason> REASONS =
            Map.of(
                    "end_turn", FinishReason.STOP,
                    "stop_sequence", FinishReason.STOP,
                    "tool_use", FinishReason.TOOL_CALLS,
                    "max_tokens", FinishReason.LENGTH,
                    "refusal", FinishReason.CONTENT_FILTER,
                    "pause_turn", FinishReason.PAUSE);

    private final AnthropicClientDialect client = new AnthropicClientDialect();
    private final AnthropicProviderDialect provider = new AnthropicProviderDialect();

    @Test
    void each_recorded_request_means_the_same_after_it_was_read_and_worded() throws Exception {
        int compared = 0;
        for (JsonNode entry : entries()) {
            byte[] body = bytes(entry, "request");
            JsonNode recorded = Json.read(body, 0, body.length);
            boolean counting = entry.path("kind").asString("").equals("count");
            String model = recorded.path("model").asString("");
            var target = new ModelTarget(model, Say.UNKNOWN.traits());

            ChatRequest asked =
                    counting
                            ? client.countable(body, "asked")
                            : client.chat(body, "asked", recorded.path("stream").asBoolean(false));
            Worded worded = counting ? provider.count(asked, target) : provider.chat(asked, target);

            assertThat(usual(Say.body(worded)))
                    .as(entry.path("id").asString("") + " but for " + EXCEPTIONS.keySet())
                    .isEqualTo(usual(recorded));
            assertThat(worded.dropped()).as(entry.path("id").asString("")).isEmpty();
            compared++;
        }
        assertThat(compared).isGreaterThanOrEqualTo(RecordedFolders.count(38, 8));
    }

    @Test
    void each_recorded_plain_answer_is_read_with_its_usage_and_finish() throws Exception {
        int read = 0;
        for (JsonNode entry : entries()) {
            if (answer(entry) && !entry.path("stream").asBoolean(false)) {
                byte[] body = bytes(entry, "response");
                JsonNode recorded = Json.read(body, 0, body.length);

                List<ChatEvent> events = Say.plain(body);

                judge(entry.path("id").asString(""), events, recorded);
                read++;
            }
        }
        assertThat(read).isGreaterThanOrEqualTo(RecordedFolders.count(18, 3));
    }

    @Test
    void each_recorded_stream_is_read_with_its_usage_and_finish() throws Exception {
        int read = 0;
        for (JsonNode entry : entries()) {
            if (answer(entry) && entry.path("stream").asBoolean(false)) {
                List<String> data = Say.data(text(entry));

                List<ChatEvent> events = Say.streamed(data);

                judge(entry.path("id").asString(""), events, message(data));
                read++;
            }
        }
        assertThat(read).isGreaterThanOrEqualTo(RecordedFolders.count(15, 2));
    }

    @Test
    void each_recorded_answer_means_the_same_after_it_was_written_for_a_client() throws Exception {
        int read = 0;
        for (JsonNode entry : entries()) {
            if (answer(entry)) {
                boolean streamed = entry.path("stream").asBoolean(false);
                List<ChatEvent> events =
                        streamed
                                ? Say.streamed(Say.data(text(entry)))
                                : Say.plain(bytes(entry, "response"));

                List<ChatEvent> fromStream = Say.streamed(Say.data(Say.written(events)));
                List<ChatEvent> fromPlain = Say.plain(Json.bytes(Say.whole(events)));

                String id = entry.path("id").asString("");
                assertThat(Say.meaning(fromStream)).as(id).isEqualTo(Say.meaning(events));
                assertThat(Say.compact(fromPlain)).as(id).isEqualTo(Say.compact(events));
                read++;
            }
        }
        assertThat(read).isGreaterThanOrEqualTo(RecordedFolders.count(33, 5));
    }

    @Test
    void each_recorded_count_is_read() throws Exception {
        int read = 0;
        for (JsonNode entry : entries()) {
            if (entry.path("kind").asString("").equals("count")) {
                byte[] body = bytes(entry, "response");

                long tokens = provider.counted(body);

                JsonNode recorded = Json.read(body, 0, body.length);
                assertThat(tokens).isEqualTo(recorded.path("input_tokens").asLong(-1));
                assertThat(client.counted(tokens, false))
                        .isEqualTo(Say.bytes("{'input_tokens':" + tokens + "}"));
                read++;
            }
        }
        assertThat(read).isEqualTo(RecordedFolders.count(2, 1));
    }

    /// By the message itself, whatever way it came.
    private static void judge(String id, List<ChatEvent> events, JsonNode message) {
        var text = new StringBuilder();
        var thinking = new StringBuilder();
        var calls = new ArrayList<String>();
        var signatures = new ArrayList<String>();
        for (JsonNode block : message.path("content")) {
            switch (block.path("type").asString("")) {
                case "text" -> text.append(block.path("text").asString(""));
                case "thinking" -> {
                    thinking.append(block.path("thinking").asString(""));
                    signatures.add(block.path("signature").asString(""));
                }
                case "tool_use" ->
                        calls.add(
                                block.path("id").asString("")
                                        + block.path("name").asString("")
                                        + Json.text(block.path("input")));
                default -> {}
            }
        }
        var said = new StringBuilder();
        var thought = new StringBuilder();
        var called = new ArrayList<String>();
        var sealed = new ArrayList<String>();
        TokenUsage usage = TokenUsage.UNKNOWN;
        for (ChatEvent event : Say.meaning(events)) {
            switch (event) {
                case ChatEvent.Text one -> said.append(one.text());
                case ChatEvent.Thinking one -> thought.append(one.text());
                case ChatEvent.Signed one -> sealed.add(one.signature().value());
                case ChatEvent.ToolStart one -> called.add(one.id() + one.name());
                case ChatEvent.ToolArgs one ->
                        called.set(
                                one.index(),
                                called.get(one.index()) + Json.text(Json.read(one.json())));
                case ChatEvent.Usage(TokenUsage tokens, _) -> usage = tokens;
                default -> {}
            }
        }
        assertThat(said.toString()).as(id).isEqualTo(text.toString());
        assertThat(thought.toString()).as(id).isEqualTo(thinking.toString());
        assertThat(called).as(id).isEqualTo(calls);
        assertThat(sealed).as(id).isEqualTo(signatures);
        assertThat(usage).as(id).isEqualTo(usage(message.path("usage")));
        assertThat(events.getFirst())
                .isEqualTo(
                        new ChatEvent.Start(
                                message.path("id").asString(""),
                                message.path("model").asString("")));
        assertThat(events.getLast())
                .as(id)
                .isEqualTo(
                        new ChatEvent.Finish(
                                REASONS.getOrDefault(
                                        message.path("stop_reason").asString(""),
                                        FinishReason.PAUSE),
                                message.path("stop_sequence").asString("")));
    }

    private static TokenUsage usage(JsonNode usage) {
        long written = usage.path("cache_creation_input_tokens").asLong(0);
        long hour = usage.path("cache_creation").path("ephemeral_1h_input_tokens").asLong(0);
        long thinking = usage.path("output_tokens_details").path("thinking_tokens").asLong(0);
        return new TokenUsage(
                usage.path("input_tokens").asLong(-1),
                usage.path("cache_read_input_tokens").asLong(0),
                written - hour,
                hour,
                0,
                0,
                usage.path("output_tokens").asLong(-1) - thinking,
                thinking,
                0,
                0,
                false);
    }

    /// The message that a stream makes, put together without the code under test.
    private static JsonNode message(List<String> stream) {
        ObjectNode message = Json.object();
        var blocks = new ArrayList<ObjectNode>();
        var pieces = new ArrayList<StringBuilder>();
        for (String data : stream) {
            JsonNode event = Json.read(data);
            switch (event.path("type").asString("")) {
                case "message_start" -> message = (ObjectNode) event.get("message");
                case "content_block_start" -> {
                    blocks.add((ObjectNode) event.get("content_block"));
                    pieces.add(new StringBuilder());
                }
                case "content_block_delta" -> {
                    int index = event.path("index").asInt();
                    for (var field : event.path("delta").properties()) {
                        ObjectNode block = blocks.get(index);
                        String text = field.getValue().asString("");
                        switch (field.getKey()) {
                            case "text", "thinking" ->
                                    block.put(
                                            field.getKey(),
                                            block.path(field.getKey()).asString("") + text);
                            case "signature" -> block.put("signature", text);
                            case "partial_json" -> pieces.get(index).append(text);
                            default -> {}
                        }
                    }
                }
                case "message_delta" -> {
                    message.setAll((ObjectNode) event.get("delta"));
                    ((ObjectNode) message.get("usage")).setAll((ObjectNode) event.get("usage"));
                }
                default -> {}
            }
        }
        for (int i = 0; i < blocks.size(); i++) {
            if (!pieces.get(i).isEmpty()) {
                blocks.get(i).set("input", Json.read(pieces.get(i).toString()));
            }
        }
        message.putArray("content").addAll(blocks);
        return message;
    }

    /// Without the differences that [#EXCEPTIONS] names.
    private static JsonNode usual(JsonNode body) {
        ObjectNode top = (ObjectNode) body.deepCopy();
        if (!top.path("stream").asBoolean(false)) {
            top.remove("stream");
        }
        if (top.has("temperature")) {
            top.put("temperature", top.path("temperature").asDouble());
        }
        list(top, "system");
        for (JsonNode tool : top.path("tools")) {
            if (tool.path("description").asString("x").isEmpty()) {
                ((ObjectNode) tool).remove("description");
            }
        }
        for (JsonNode message : top.path("messages")) {
            list((ObjectNode) message, "content");
            for (JsonNode block : message.path("content")) {
                ObjectNode object = (ObjectNode) block;
                if (object.path("type").asString("").equals("tool_result")) {
                    list(object, "content");
                }
                if (!object.path("is_error").asBoolean(true)) {
                    object.remove("is_error");
                }
                object.remove("caller");
            }
        }
        return top;
    }

    private static void list(ObjectNode owner, String field) {
        if (owner.path(field).isString()) {
            String text = owner.path(field).asString("");
            ArrayNode list = owner.putArray(field);
            list.addObject().put("type", "text").put("text", text);
        }
    }

    private static boolean answer(JsonNode entry) {
        return entry.path("status").asInt() == 200
                && entry.path("kind").asString("").equals("messages");
    }

    private static List<JsonNode> entries() throws IOException {
        var found = new ArrayList<JsonNode>();
        for (Path index : RecordedFolders.indexes()) {
            for (JsonNode entry : Json.read(Files.readString(index))) {
                if (entry.path("provider").asString("").equals("anthropic")
                        && entry.hasNonNull("request")) {
                    found.add(entry);
                }
            }
        }
        return found;
    }

    private static byte[] bytes(JsonNode entry, String field) throws IOException {
        return Files.readAllBytes(RecordedFolders.file(entry.path(field).asString("")));
    }

    private static String text(JsonNode entry) throws IOException {
        return new String(bytes(entry, "response"), StandardCharsets.UTF_8);
    }
}
