package dev.switchgear.dialects.ollama;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerReader;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.dialect.Worded;
import dev.switchgear.families.llm.model.ModelTraits;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Short ways through the codec for its tests.
final class OllamaAnswerLines {
    static final OllamaProviderDialect PROVIDER = new OllamaProviderDialect();
    static final OllamaClientDialect CHAT = new OllamaClientDialect(OllamaClientDialect.Form.CHAT);
    static final OllamaClientDialect GENERATE =
            new OllamaClientDialect(OllamaClientDialect.Form.GENERATE);
    static final ModelTarget TARGET = new ModelTarget("llama3", ModelTraits.UNKNOWN);

    private OllamaAnswerLines() {}

    static byte[] bytes(String json) {
        return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    static ChatRequest asked(String json) throws InvalidBody {
        return CHAT.chat(bytes(json), "ours", true);
    }

    static ChatRequest generated(String json) throws InvalidBody {
        return GENERATE.chat(bytes(json), "ours", true);
    }

    static JsonNode worded(ChatRequest asked) throws NotTranslatable {
        return json(PROVIDER.chat(asked, TARGET));
    }

    static JsonNode json(Worded worded) {
        return Json.read(worded.body(), 0, worded.body().length);
    }

    static List<ChatEvent> whole(byte[] body) throws MalformedAnswer {
        var events = new ArrayList<ChatEvent>();
        PROVIDER.answer(TARGET, false).whole(body, events::add);
        return events;
    }

    static List<ChatEvent> whole(String body) throws MalformedAnswer {
        return whole(bytes(body));
    }

    /// The events of lines, each read out of the middle of an array.
    static List<ChatEvent> events(List<String> lines) throws MalformedAnswer {
        var events = new ArrayList<ChatEvent>();
        AnswerReader reader = PROVIDER.answer(TARGET, true);
        for (String line : lines) {
            byte[] padded = ("xx" + line + "yy").getBytes(StandardCharsets.UTF_8);
            reader.event(padded, 2, padded.length - 2, events::add);
        }
        if (!reader.bodyEnded(events::add)
                && events.stream().noneMatch(ChatEvent.Broken.class::isInstance)) {
            throw new MalformedAnswer("not whole");
        }
        return events;
    }

    static AnswerWriter writer(ClientDialect client) {
        return client.answer(
                ChatRequest.builder("ours")
                        .streamed(true)
                        .turn(Role.USER, List.of(new Part.Text("hi")))
                        .build(),
                new AnswerIdentity("id", 1_700_000_000, "ours"));
    }

    /// The lines of a stream; fails if they are not exactly JSON objects, a line each.
    static List<String> written(ClientDialect client, List<ChatEvent> events) {
        var out = new ByteArrayOutputStream();
        AnswerWriter writer = writer(client);
        events.forEach(event -> writer.event(event, out));
        if (events.stream().noneMatch(ChatEvent.Broken.class::isInstance)) {
            writer.end(out);
        }
        String text = out.toString(StandardCharsets.UTF_8);
        if (!text.endsWith("\n") || text.contains("\n\n")) {
            throw new AssertionError("not lines: " + text);
        }
        List<String> lines = text.lines().toList();
        for (String line : lines) {
            if (!Json.read(line).isObject()) {
                throw new AssertionError("not an object: " + line);
            }
        }
        return lines;
    }

    /// Neighbouring texts joined: what an answer comes to, however it was cut.
    static List<ChatEvent> comesTo(List<ChatEvent> events) {
        var joined = new ArrayList<ChatEvent>();
        for (ChatEvent event : events) {
            ChatEvent before = joined.isEmpty() ? new ChatEvent.Ping() : joined.getLast();
            if (event instanceof ChatEvent.Text(String now)
                    && before instanceof ChatEvent.Text(String then)) {
                joined.set(joined.size() - 1, new ChatEvent.Text(then + now));
            } else if (event instanceof ChatEvent.Thinking(String now)
                    && before instanceof ChatEvent.Thinking(String then)) {
                joined.set(joined.size() - 1, new ChatEvent.Thinking(then + now));
            } else {
                joined.add(event);
            }
        }
        return joined;
    }
}
