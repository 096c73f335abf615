package dev.switchgear.dialects.gemini;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.ReasoningWish;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerReader;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.dialect.Worded;
import dev.switchgear.families.llm.model.ModelTraits;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/// Short ways through the codec for its tests.
final class GeminiAnswers {
    static final GeminiProviderDialect PROVIDER = new GeminiProviderDialect(GeminiFlavour.GOOGLE);
    static final GeminiClientDialect CLIENT =
            new GeminiClientDialect(GeminiClientDialect.Form.EVENTS);

    private static final AnswerIdentity IDENTITY = new AnswerIdentity("ours", 1, "gemini-any");

    private GeminiAnswers() {}

    static ModelTarget target(String model) {
        return new ModelTarget(model, ModelTraits.UNKNOWN);
    }

    static ChatRequest asked(String json) throws InvalidBody {
        return CLIENT.chat(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), "any", false);
    }

    static JsonNode worded(ChatRequest asked, String model) throws NotTranslatable {
        return json(PROVIDER.chat(asked, target(model)));
    }

    static JsonNode json(Worded worded) {
        return Json.read(worded.body(), 0, worded.body().length);
    }

    static AnswerReader reader() {
        return PROVIDER.answer(target("gemini-2.5-flash"), true);
    }

    /// The events of a stream whose body ended well; an exception if it is neither whole nor
    /// broken.
    static List<ChatEvent> events(List<String> data) throws MalformedAnswer {
        var events = new ArrayList<ChatEvent>();
        AnswerReader reader = reader();
        for (String each : data) {
            byte[] bytes = ("  " + each).getBytes(StandardCharsets.UTF_8);
            reader.event(bytes, 2, bytes.length, events::add);
        }
        if (!reader.ended() && !reader.bodyEnded(events::add)) {
            throw new MalformedAnswer("not whole");
        }
        return events;
    }

    static List<ChatEvent> whole(byte[] body) throws MalformedAnswer {
        var events = new ArrayList<ChatEvent>();
        PROVIDER.answer(target("gemini-2.5-flash"), false).whole(body, events::add);
        return events;
    }

    static AnswerWriter writer(GeminiClientDialect.Form form) {
        return new GeminiClientDialect(form).answer(showing(), IDENTITY);
    }

    private static ChatRequest showing() {
        return ChatRequest.builder("any")
                .streamed(true)
                .turn(Role.USER, List.of(new Part.Text("hi")))
                .reasoning(
                        new ReasoningWish(
                                Optional.empty(), OptionalLong.empty(), Optional.of(true)))
                .build();
    }

    static String written(GeminiClientDialect.Form form, List<ChatEvent> events) {
        var out = new ByteArrayOutputStream();
        AnswerWriter writer = writer(form);
        events.forEach(event -> writer.event(event, out));
        if (events.stream().noneMatch(ChatEvent.Broken.class::isInstance)) {
            writer.end(out);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /// The data of each event; fails if the text is not exactly server-sent events as Google sends.
    static List<String> data(String stream) {
        var data = new ArrayList<String>();
        for (String event : stream.split("\r\n\r\n", -1)) {
            if (!event.isEmpty()) {
                if (!event.startsWith("data: ") || event.contains("\n")) {
                    throw new AssertionError("not an event: " + event);
                }
                data.add(event.substring(6));
            }
        }
        if (!stream.endsWith("\r\n\r\n")) {
            throw new AssertionError("does not end with an event");
        }
        return data;
    }

    /// Neighbouring texts joined, running totals left out but the last: what an answer comes to,
    /// however it was cut.
    static List<ChatEvent> comesTo(List<ChatEvent> events) {
        var joined = new ArrayList<ChatEvent>();
        var last = new ArrayList<ChatEvent>();
        for (ChatEvent event : events) {
            ChatEvent before = joined.isEmpty() ? new ChatEvent.Ping() : joined.getLast();
            switch (event) {
                case ChatEvent.Text now when before instanceof ChatEvent.Text then ->
                        joined.set(joined.size() - 1, new ChatEvent.Text(then.text() + now.text()));
                case ChatEvent.Thinking now when before instanceof ChatEvent.Thinking then ->
                        joined.set(
                                joined.size() - 1,
                                new ChatEvent.Thinking(then.text() + now.text()));
                case ChatEvent.Usage _ -> {
                    last.clear();
                    last.add(event);
                }
                // Citations and hosted tools have no place in other dialects' answers.
                case ChatEvent.Made _, ChatEvent.Omitted _ -> {}
                case ChatEvent.Finish _ -> {
                    joined.addAll(last);
                    joined.add(event);
                }
                case ChatEvent.Start _,
                        ChatEvent.Text _,
                        ChatEvent.Refusal _,
                        ChatEvent.Thinking _,
                        ChatEvent.Signed _,
                        ChatEvent.HiddenThinking _,
                        ChatEvent.ToolStart _,
                        ChatEvent.ToolArgs _,
                        ChatEvent.ToolEnd _,
                        ChatEvent.Broken _,
                        ChatEvent.Ping _ ->
                        joined.add(event);
            }
        }
        return joined;
    }
}
