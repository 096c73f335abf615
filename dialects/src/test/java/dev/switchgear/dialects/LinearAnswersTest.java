package dev.switchgear.dialects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.anthropic.AnthropicClientDialect;
import dev.switchgear.dialects.anthropic.AnthropicProviderDialect;
import dev.switchgear.dialects.gemini.GeminiClientDialect;
import dev.switchgear.dialects.gemini.GeminiFlavour;
import dev.switchgear.dialects.gemini.GeminiProviderDialect;
import dev.switchgear.dialects.ollama.OllamaClientDialect;
import dev.switchgear.dialects.ollama.OllamaProviderDialect;
import dev.switchgear.dialects.openai.CompletionsClientDialect;
import dev.switchgear.dialects.openai.OpenAiClientDialect;
import dev.switchgear.dialects.openai.OpenAiFlavour;
import dev.switchgear.dialects.openai.OpenAiProviderDialect;
import dev.switchgear.dialects.own.OwnClientDialect;
import dev.switchgear.dialects.responses.ResponsesClientDialect;
import dev.switchgear.dialects.responses.ResponsesFlavour;
import dev.switchgear.dialects.responses.ResponsesProviderDialect;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerReader;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.ProviderDialect;
import dev.switchgear.families.llm.model.ModelTraits;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// An answer in many pieces costs no more than in proportion to it, whoever gives it and whoever gets
/// it.
class LinearAnswersTest {
    private static final int FEW = 2_000;
    private static final int LOOKS = 3;
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private interface Work {
        void run(int size) throws MalformedAnswer;
    }

    private static void isLinear(Work work) throws MalformedAnswer {
        work.run(100);
        long[] few = cost(work, FEW);
        long[] many = cost(work, 4 * FEW);

        assertThat(many[0])
                .as("bytes allocated, and for a quarter of it %s", few[0])
                .isLessThan(5 * few[0] + 1_000_000);
        // What else runs on the machine may make one look dear; what is not linear is so at each.
        for (int look = 1; look < LOOKS && many[1] >= most(few); look++) {
            few = cost(work, FEW);
            many = cost(work, 4 * FEW);
        }
        assertThat(many[1])
                .as("nanoseconds of processor, and for a quarter of it %s", few[1])
                .isLessThan(most(few));
    }

    private static long most(long[] few) {
        return 10 * few[1] + Duration.ofMillis(60).toNanos();
    }

    private static long[] cost(Work work, int size) throws MalformedAnswer {
        long bytes = THREADS.getThreadAllocatedBytes(Thread.currentThread().threadId());
        long nanos = THREADS.getCurrentThreadCpuTime();
        work.run(size);
        return new long[] {
            THREADS.getThreadAllocatedBytes(Thread.currentThread().threadId()) - bytes,
            THREADS.getCurrentThreadCpuTime() - nanos
        };
    }

    /// A stream's pieces.
    ///
    /// @param piece one of many
    private record Shape(
            ProviderDialect provider,
            List<String> before,
            IntFunction<String> piece,
            List<String> after) {}

    private static Map<String, Shape> shapes() {
        var all = new LinkedHashMap<String, Shape>();
        var chat = new OpenAiProviderDialect(OpenAiFlavour.OPENAI);
        String delta = "{\"choices\":[{\"index\":0,\"delta\":{%s}}]}";
        List<String> stop =
                List.of("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}");
        all.put(
                "chat text",
                new Shape(
                        chat, List.of(), i -> delta.formatted("\"content\":\"w" + i + "\""), stop));
        all.put(
                "chat arguments",
                new Shape(
                        chat,
                        List.of(
                                delta.formatted(
                                        "\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"f\",\"arguments\":\"[0\"}}]")),
                        i ->
                                delta.formatted(
                                        "\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\","
                                                + i
                                                + "\"}}]"),
                        stop));
        all.put(
                "chat calls",
                new Shape(
                        chat,
                        List.of(),
                        i ->
                                delta.formatted(
                                        "\"tool_calls\":[{\"index\":"
                                                + i / 4
                                                + (i % 4 == 0
                                                        ? ",\"id\":\"c"
                                                                + i
                                                                + "\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]"
                                                        : ",\"function\":{\"arguments\":\" \"}}]")),
                        stop));
        var responses = new ResponsesProviderDialect(ResponsesFlavour.OPENAI);
        all.put(
                "responses text",
                new Shape(
                        responses,
                        List.of(
                                "{\"type\":\"response.created\",\"response\":{\"id\":\"r\",\"model\":\"m\"}}",
                                "{\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"type\":\"message\",\"id\":\"i\",\"role\":\"assistant\",\"content\":[]}}"),
                        i ->
                                "{\"type\":\"response.output_text.delta\",\"item_id\":\"i\",\"output_index\":0,\"content_index\":0,\"delta\":\"w"
                                        + i
                                        + "\"}",
                        List.of(
                                "{\"type\":\"response.completed\",\"response\":{\"id\":\"r\",\"status\":\"completed\",\"output\":[]}}")));
        all.put(
                "anthropic text",
                new Shape(
                        new AnthropicProviderDialect(),
                        List.of(
                                "{\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"model\":\"m\",\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}",
                                "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}"),
                        i ->
                                "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"w"
                                        + i
                                        + "\"}}",
                        anthropicEnd()));
        all.put(
                "anthropic arguments",
                new Shape(
                        new AnthropicProviderDialect(),
                        List.of(
                                "{\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"model\":\"m\",\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}",
                                "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{}}}"),
                        _ ->
                                "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\" \"}}",
                        anthropicEnd()));
        all.put(
                "gemini text",
                new Shape(
                        new GeminiProviderDialect(GeminiFlavour.GOOGLE),
                        List.of(),
                        i ->
                                "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"w"
                                        + i
                                        + "\"}]},\"index\":0}]}",
                        List.of(
                                "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"\"}]},\"finishReason\":\"STOP\",\"index\":0}]}")));
        all.put(
                "ollama text",
                new Shape(
                        new OllamaProviderDialect(),
                        List.of(),
                        i ->
                                "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"w"
                                        + i
                                        + "\"},\"done\":false}",
                        List.of(
                                "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\"}")));
        return all;
    }

    private static List<String> anthropicEnd() {
        return List.of(
                "{\"type\":\"content_block_stop\",\"index\":0}",
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":2}}",
                "{\"type\":\"message_stop\"}");
    }

    @TestFactory
    Stream<DynamicTest> reading_a_stream_of_many_pieces() {
        return shapes().entrySet().stream()
                .map(shape ->
                        DynamicTest.dynamicTest(
                                shape.getKey(), () -> isLinear(n -> read(shape.getValue(), n))));
    }

    private static void read(Shape shape, int count) throws MalformedAnswer {
        AnswerReader reader =
                shape.provider().answer(new ModelTarget("m", ModelTraits.UNKNOWN), true);
        var events = new ArrayList<ChatEvent>();
        for (String data : shape.before()) {
            event(reader, data, events);
        }
        for (int i = 0; i < count; i++) {
            event(reader, shape.piece().apply(i), events);
        }
        for (String data : shape.after()) {
            event(reader, data, events);
        }
        reader.bodyEnded(events::add);
        assertThat(events).hasSizeGreaterThanOrEqualTo(count);
        assertThat(events).last().isInstanceOf(ChatEvent.Finish.class);
    }

    private static void event(AnswerReader reader, String data, List<ChatEvent> events)
            throws MalformedAnswer {
        byte[] bytes = data.getBytes(StandardCharsets.UTF_8);
        reader.event(bytes, 0, bytes.length, events::add);
    }

    /// What an answer may have much of.
    private static Map<String, IntFunction<List<ChatEvent>>> answers() {
        var all = new LinkedHashMap<String, IntFunction<List<ChatEvent>>>();
        all.put("texts", n -> many(n, i -> List.of(new ChatEvent.Text("w" + i))));
        all.put("thoughts", n -> many(n, i -> List.of(new ChatEvent.Thinking("w" + i))));
        all.put(
                "thoughts and texts in turn",
                n -> many(n, _ -> List.of(new ChatEvent.Thinking("t"), new ChatEvent.Text("w"))));
        all.put(
                "calls",
                n ->
                        many(
                                n,
                                i ->
                                        List.of(
                                                new ChatEvent.ToolStart(
                                                        i, "c" + i, "f" + i, Optional.empty()),
                                                new ChatEvent.ToolArgs(i, "{}"),
                                                new ChatEvent.ToolEnd(i))));
        all.put(
                "pieces of one call",
                n -> {
                    var events = new ArrayList<ChatEvent>();
                    events.add(new ChatEvent.ToolStart(0, "c", "f", Optional.empty()));
                    events.add(new ChatEvent.ToolArgs(0, "{\"a\":[0"));
                    for (int i = 0; i < n; i++) {
                        events.add(new ChatEvent.ToolArgs(0, "," + i));
                    }
                    events.add(new ChatEvent.ToolArgs(0, "]}"));
                    events.add(new ChatEvent.ToolEnd(0));
                    return events;
                });
        all.put("what is left out", n -> many(n, i -> List.of(new ChatEvent.Omitted("what" + i))));
        return all;
    }

    private static List<ChatEvent> many(int count, IntFunction<List<ChatEvent>> each) {
        var events = new ArrayList<ChatEvent>();
        for (int i = 0; i < count; i++) {
            events.addAll(each.apply(i));
        }
        return events;
    }

    @TestFactory
    Stream<DynamicTest> writing_an_answer_of_many_pieces() {
        var clients =
                List.<ClientDialect>of(
                        new OpenAiClientDialect(),
                        new CompletionsClientDialect(),
                        new ResponsesClientDialect(),
                        new AnthropicClientDialect(),
                        new GeminiClientDialect(GeminiClientDialect.Form.EVENTS),
                        new OllamaClientDialect(OllamaClientDialect.Form.CHAT),
                        new OwnClientDialect());
        return clients.stream()
                .flatMap(client ->
                        answers().entrySet().stream()
                                .flatMap(answer ->
                                        Stream.of(true, false)
                                                .map(streamed ->
                                                        DynamicTest.dynamicTest(
                                                                client.dialect()
                                                                        + " "
                                                                        + answer.getKey()
                                                                        + (streamed
                                                                                ? " streamed"
                                                                                : ""),
                                                                () ->
                                                                        isLinear(n ->
                                                                                write(
                                                                                        client,
                                                                                        answer.getValue()
                                                                                                .apply(
                                                                                                        n),
                                                                                        streamed))))));
    }

    private static void write(ClientDialect client, List<ChatEvent> events, boolean streamed) {
        ChatRequest asked =
                ChatRequest.builder("m")
                        .streamed(streamed)
                        .turn(Role.USER, List.of(new Part.Text("go")))
                        .build();
        AnswerWriter writer = client.answer(asked, new AnswerIdentity("id", 1, "m"));
        var all = new ArrayList<ChatEvent>();
        all.add(new ChatEvent.Start("id", "m"));
        all.addAll(events);
        all.add(new ChatEvent.Finish(FinishReason.STOP, ""));
        if (!streamed) {
            assertThat(writer.whole(all)).isNotEmpty();
            return;
        }
        var out = new ByteArrayOutputStream();
        long written = 0;
        for (ChatEvent event : all) {
            writer.event(event, out);
            written += out.size();
            out.reset();
        }
        writer.end(out);
        assertThat(written + out.size()).isPositive();
    }
}
