package dev.switchgear.dialects.openai;

import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerReader;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.model.ModelTraits;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Answers as tests handle them: texts of chunks on one side, lists of events on the other.
final class OpenAiAnswers {
    static final ModelTarget TARGET = new ModelTarget("some-model", ModelTraits.UNKNOWN);
    static final AnswerIdentity IDENTITY = new AnswerIdentity("abc", 1_700_000_000L, "alias");

    private OpenAiAnswers() {}

    static List<ChatEvent> whole(OpenAiFlavour flavour, String body) throws MalformedAnswer {
        var events = new ArrayList<ChatEvent>();
        new OpenAiProviderDialect(flavour)
                .answer(TARGET, false)
                .whole(body.getBytes(StandardCharsets.UTF_8), events::add);
        return events;
    }

    /// Reads the data of each event, and then the end of the body.
    static List<ChatEvent> streamed(OpenAiFlavour flavour, List<String> data)
            throws MalformedAnswer {
        var events = new ArrayList<ChatEvent>();
        AnswerReader reader = new OpenAiProviderDialect(flavour).answer(TARGET, true);
        for (String one : data) {
            // Within a longer array, as the buffer of a connection is.
            byte[] bytes = ("xx" + one + "yy").getBytes(StandardCharsets.UTF_8);
            reader.event(bytes, 2, bytes.length - 2, events::add);
        }
        if (!reader.bodyEnded(events::add) && !(events.getLast() instanceof ChatEvent.Broken)) {
            throw new MalformedAnswer("cut off");
        }
        return events;
    }

    static List<ChatEvent> streamed(OpenAiFlavour flavour, String... data) throws MalformedAnswer {
        return streamed(flavour, List.of(data));
    }

    static String chunk(String delta) {
        return "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,"
                + "\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":"
                + delta
                + ",\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}";
    }

    static String finish(String reason) {
        return "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,"
                + "\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\""
                + reason
                + "\"}]}";
    }

    static String written(ChatRequest asked, List<ChatEvent> events) {
        AnswerWriter writer = new OpenAiClientDialect().answer(asked, IDENTITY);
        var out = new ByteArrayOutputStream();
        for (ChatEvent event : events) {
            writer.event(event, out);
        }
        writer.end(out);
        return out.toString(StandardCharsets.UTF_8);
    }

    static String wholeWritten(ChatRequest asked, List<ChatEvent> events) {
        return new String(
                new OpenAiClientDialect().answer(asked, IDENTITY).whole(events),
                StandardCharsets.UTF_8);
    }

    /// The data of each event of a stream.
    static List<String> data(String stream) {
        var data = new ArrayList<String>();
        for (String line : stream.lines().toList()) {
            if (line.startsWith("data:")) {
                data.add(line.substring(5).strip());
            }
        }
        return data;
    }

    /// The same events with neighbouring pieces joined, as a plain answer has them.
    static List<ChatEvent> joined(List<ChatEvent> events) {
        var joined = new ArrayList<ChatEvent>();
        for (ChatEvent event : events) {
            if (joined.isEmpty()) {
                joined.add(event);
                continue;
            }
            ChatEvent last = joined.getLast();
            switch (event) {
                case ChatEvent.Text(String text) when last instanceof ChatEvent.Text before ->
                        joined.set(joined.size() - 1, new ChatEvent.Text(before.text() + text));
                case ChatEvent.Thinking(String text)
                        when last instanceof ChatEvent.Thinking before ->
                        joined.set(joined.size() - 1, new ChatEvent.Thinking(before.text() + text));
                case ChatEvent.Refusal(String text) when last instanceof ChatEvent.Refusal before ->
                        joined.set(joined.size() - 1, new ChatEvent.Refusal(before.text() + text));
                case ChatEvent.ToolArgs(int index, String json)
                        when last instanceof ChatEvent.ToolArgs before && before.index() == index ->
                        joined.set(
                                joined.size() - 1,
                                new ChatEvent.ToolArgs(index, before.json() + json));
                default -> joined.add(event);
            }
        }
        return joined;
    }
}
