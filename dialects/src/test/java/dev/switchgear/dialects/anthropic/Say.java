package dev.switchgear.dialects.anthropic;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerReader;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.dialect.Worded;
import dev.switchgear.families.llm.model.Capability;
import dev.switchgear.families.llm.model.ModelTraits;
import dev.switchgear.families.llm.model.Reasoning;
import dev.switchgear.families.llm.tokens.TokenUsage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// What tests of this dialect say over and over.
final class Say {
    static final String MODEL = "claude-x";
    static final ModelTarget UNKNOWN = new ModelTarget(MODEL, ModelTraits.UNKNOWN);
    static final AnswerIdentity IDENTITY = new AnswerIdentity("req_abc", 1, "asked-model");
    private static final AnthropicClientDialect CLIENT = new AnthropicClientDialect();
    private static final AnthropicProviderDialect PROVIDER = new AnthropicProviderDialect();

    private Say() {}

    static ModelTarget model(long outputMax, Reasoning way, Capability... lacks) {
        return new ModelTarget(
                MODEL,
                new ModelTraits(OptionalLong.of(outputMax), Optional.of(way), Set.of(lacks)));
    }

    /// JSON with `'` for `"`.
    static JsonNode json(String text) {
        return Json.read(text.replace('\'', '"'));
    }

    static byte[] bytes(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    static ChatRequest asked(String body) throws InvalidBody {
        return CLIENT.chat(bytes(body), "asked-model", false);
    }

    static Worded worded(ChatRequest asked, ModelTarget target) throws NotTranslatable {
        return PROVIDER.chat(asked, target);
    }

    static JsonNode body(Worded worded) {
        return Json.read(worded.body(), 0, worded.body().length);
    }

    static JsonNode body(ChatRequest asked, ModelTarget target) throws NotTranslatable {
        return body(worded(asked, target));
    }

    static List<ChatEvent> plain(byte[] body) throws MalformedAnswer {
        var events = new ArrayList<ChatEvent>();
        PROVIDER.answer(UNKNOWN, false).whole(body, events::add);
        return events;
    }

    /// Reads the data of each event.
    static List<ChatEvent> streamed(List<String> data) throws MalformedAnswer {
        var events = new ArrayList<ChatEvent>();
        AnswerReader reader = PROVIDER.answer(UNKNOWN, true);
        for (String one : data) {
            byte[] bytes = one.getBytes(StandardCharsets.UTF_8);
            // Not at the beginning, as in a buffer.
            byte[] buffer = new byte[bytes.length + 7];
            System.arraycopy(bytes, 0, buffer, 3, bytes.length);
            reader.event(buffer, 3, 3 + bytes.length, events::add);
        }
        return events;
    }

    static List<String> data(String stream) {
        return stream.lines()
                .filter(line -> line.startsWith("data:"))
                .map(line -> line.substring(5).strip())
                .toList();
    }

    static String written(List<ChatEvent> events) {
        AnswerWriter writer = new AnthropicAnswerWriter(true, IDENTITY);
        var out = new ByteArrayOutputStream();
        boolean broken = false;
        for (ChatEvent event : events) {
            writer.event(event, out);
            broken |= event instanceof ChatEvent.Broken;
        }
        if (!broken) {
            writer.end(out);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    static JsonNode whole(List<ChatEvent> events) {
        byte[] body = new AnthropicAnswerWriter(true, IDENTITY).whole(events);
        return Json.read(body, 0, body.length);
    }

    /// Without what has no place in an answer, and neighbouring pieces joined: what was said.
    static List<ChatEvent> meaning(List<ChatEvent> events) {
        var said = new ArrayList<ChatEvent>();
        TokenUsage usage = TokenUsage.UNKNOWN;
        for (ChatEvent event : events) {
            ChatEvent last = said.isEmpty() ? new ChatEvent.Ping() : said.getLast();
            switch (event) {
                case ChatEvent.Made _, ChatEvent.Omitted _, ChatEvent.Ping _ -> {}
                case ChatEvent.Usage(TokenUsage tokens, _) -> usage = tokens;
                case ChatEvent.Text(String text) when last instanceof ChatEvent.Text before -> {
                    said.removeLast();
                    said.add(new ChatEvent.Text(before.text() + text));
                }
                case ChatEvent.Thinking(String text)
                        when last instanceof ChatEvent.Thinking before -> {
                    said.removeLast();
                    said.add(new ChatEvent.Thinking(before.text() + text));
                }
                case ChatEvent.ToolArgs(int index, String json)
                        when last instanceof ChatEvent.ToolArgs before
                                && before.index() == index -> {
                    said.removeLast();
                    said.add(new ChatEvent.ToolArgs(index, before.json() + json));
                }
                default -> said.add(event);
            }
        }
        said.add(new ChatEvent.Usage(usage));
        return said;
    }

    /// As [#meaning], with the white space in arguments taken out: plain answers keep none.
    static List<ChatEvent> compact(List<ChatEvent> events) {
        return meaning(events).stream()
                .map(event ->
                        event instanceof ChatEvent.ToolArgs(int index, String json)
                                ? new ChatEvent.ToolArgs(index, Json.text(Json.read(json)))
                                : event)
                .toList();
    }
}
