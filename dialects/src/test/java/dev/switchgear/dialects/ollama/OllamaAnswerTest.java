package dev.switchgear.dialects.ollama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.ReasoningWish;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerReader;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.tokens.TokenUsage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class OllamaAnswerTest {
    private static final String DONE =
            "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},"
                    + "\"done_reason\":\"stop\",\"done\":true,\"prompt_eval_count\":7,"
                    + "\"eval_count\":3}";

    private static String said(String message) {
        return "{\"model\":\"m\",\"created_at\":\"2024-05-24T20:26:46.29Z\",\"message\":"
                + message.replace('\'', '"')
                + ",\"done\":false}";
    }

    @Test
    void thoughts_text_and_calls_are_read_in_their_order() throws Exception {
        List<ChatEvent> events =
                OllamaAnswerLines.events(
                        List.of(
                                said("{'role':'assistant','content':'','thinking':'hm'}"),
                                said("{'role':'assistant','content':'I ask'}"),
                                said(
                                        "{'role':'assistant','content':'','tool_calls':["
                                                + "{'function':{'name':'f','arguments':{'n':"
                                                + " 9007199254740993, 'd': 1.10}}},"
                                                + "{'id':'x','function':{'index':1,'name':'g'}}]}"),
                                DONE));

        assertThat(events)
                .containsExactly(
                        new ChatEvent.Start("", "m"),
                        new ChatEvent.Thinking("hm"),
                        new ChatEvent.Text("I ask"),
                        new ChatEvent.ToolStart(
                                0, "call_2024052420264629_0", "f", Optional.empty()),
                        new ChatEvent.ToolArgs(0, "{\"n\": 9007199254740993, \"d\": 1.10}"),
                        new ChatEvent.ToolEnd(0),
                        new ChatEvent.ToolStart(1, "x", "g", Optional.empty()),
                        new ChatEvent.ToolArgs(1, "{}"),
                        new ChatEvent.ToolEnd(1),
                        new ChatEvent.Usage(TokenUsage.of(7, 3)),
                        new ChatEvent.Finish(FinishReason.TOOL_CALLS, ""));
    }

    @Test
    void a_count_that_is_missing_is_unknown_and_not_nothing() throws Exception {
        List<ChatEvent> cached =
                OllamaAnswerLines.whole(
                        "{'response':'x','done':true,'done_reason':'length','eval_count':3}");
        List<ChatEvent> silent = OllamaAnswerLines.whole("{'response':'x','done':true}");

        assertThat(cached)
                .contains(new ChatEvent.Usage(TokenUsage.of(-1, 3)))
                .last()
                .isEqualTo(new ChatEvent.Finish(FinishReason.LENGTH, ""));
        assertThat(silent)
                .noneMatch(ChatEvent.Usage.class::isInstance)
                .last()
                .isEqualTo(new ChatEvent.Finish(FinishReason.STOP, ""));
    }

    @Test
    void an_error_in_the_middle_ends_the_answer() throws Exception {
        List<ChatEvent> events =
                OllamaAnswerLines.events(
                        List.of(
                                said("{'role':'assistant','content':'Wh'}"),
                                "{\"error\":\"an error was encountered while running the model\"}",
                                said("{'role':'assistant','content':'never'}"),
                                DONE));

        assertThat(events)
                .containsExactly(
                        new ChatEvent.Start("", "m"),
                        new ChatEvent.Text("Wh"),
                        new ChatEvent.Broken(
                                502, "", "an error was encountered while running the model"));
        assertThat(OllamaAnswerLines.written(OllamaAnswerLines.CHAT, events).getLast())
                .isEqualTo("{\"error\":\"an error was encountered while running the model\"}");
    }

    @Test
    void a_stream_without_its_last_line_is_not_whole() throws Exception {
        AnswerReader reader = OllamaAnswerLines.PROVIDER.answer(OllamaAnswerLines.TARGET, true);
        byte[] line = said("{'role':'assistant','content':'Wh'}").getBytes(StandardCharsets.UTF_8);
        var events = new ArrayList<ChatEvent>();
        reader.event(line, 0, line.length, events::add);

        assertThat(reader.ended()).isFalse();
        assertThat(reader.bodyEnded(events::add)).isFalse();
        assertThat(events).noneMatch(ChatEvent.Finish.class::isInstance);
    }

    @Test
    void what_is_not_an_answer_is_malformed() {
        for (String body :
                List.of(
                        "",
                        "[]",
                        "1",
                        "{",
                        "{}",
                        "{} {}",
                        "{'message':[],'done':true}",
                        "{'message':{'content':'x'},'done':false}",
                        "{'message':{'tool_calls':[{}]},'done':true}",
                        "{'message':{'tool_calls':[{'function':{'name':'f','arguments':[]}}]},"
                                + "'done':true}")) {
            assertThatThrownBy(() -> OllamaAnswerLines.whole(body))
                    .as(body)
                    .isInstanceOf(MalformedAnswer.class);
        }
    }

    @Test
    void a_character_cut_in_two_is_joined() throws Exception {
        List<ChatEvent> events =
                OllamaAnswerLines.events(
                        List.of(
                                said("{'role':'assistant','content':'a\\ud83d'}"),
                                said("{'role':'assistant','content':'\\ude00b'}"),
                                DONE));

        assertThat(OllamaAnswerLines.comesTo(events)).contains(new ChatEvent.Text("a😀b"));
    }

    @Test
    void a_chat_is_written_line_by_line() throws Exception {
        List<String> lines =
                OllamaAnswerLines.written(
                        OllamaAnswerLines.CHAT,
                        List.of(
                                new ChatEvent.Start("x", "m\"1"),
                                new ChatEvent.Thinking("hm"),
                                new ChatEvent.Text("a\n😀"),
                                new ChatEvent.ToolStart(0, "id", "f", Optional.empty()),
                                new ChatEvent.ToolArgs(0, "{\"a\":"),
                                new ChatEvent.ToolArgs(0, "1.10}"),
                                new ChatEvent.ToolEnd(0),
                                new ChatEvent.Finish(FinishReason.TOOL_CALLS, ""),
                                new ChatEvent.Usage(TokenUsage.of(7, 3))));

        String head = "{\"model\":\"m\\\"1\",\"created_at\":\"2023-11-14T22:13:20Z\",\"message\":";
        assertThat(lines)
                .containsExactly(
                        head
                                + "{\"role\":\"assistant\",\"content\":\"\",\"thinking\":\"hm\"},"
                                + "\"done\":false}",
                        head
                                + "{\"role\":\"assistant\",\"content\":\"a\\n😀\"},"
                                + "\"done\":false}",
                        head
                                + "{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{"
                                + "\"id\":\"id\",\"function\":{\"index\":0,\"name\":\"f\","
                                + "\"arguments\":{\"a\":1.10}}}]},\"done\":false}",
                        head
                                + "{\"role\":\"assistant\",\"content\":\"\"},\"done_reason\":"
                                + "\"stop\",\"done\":true,\"prompt_eval_count\":7,"
                                + "\"eval_count\":3}");
    }

    @Test
    void a_generation_is_written_line_by_line() throws Exception {
        List<String> lines =
                OllamaAnswerLines.written(
                        OllamaAnswerLines.GENERATE,
                        List.of(
                                new ChatEvent.Start("x", ""),
                                new ChatEvent.Thinking("hm"),
                                new ChatEvent.Text("a"),
                                new ChatEvent.Finish(FinishReason.LENGTH, "")));

        String head = "{\"model\":\"ours\",\"created_at\":\"2023-11-14T22:13:20Z\",\"response\":";
        assertThat(lines)
                .containsExactly(
                        head + "\"\",\"thinking\":\"hm\",\"done\":false}",
                        head + "\"a\",\"done\":false}",
                        head + "\"\",\"done_reason\":\"length\",\"done\":true}");
    }

    @Test
    void what_was_declined_does_not_look_complete() throws Exception {
        List<ChatEvent> events = List.of(new ChatEvent.Finish(FinishReason.CONTENT_FILTER, ""));

        assertThat(OllamaAnswerLines.written(OllamaAnswerLines.GENERATE, events).getLast())
                .contains("\"done_reason\":\"content_filter\"");
    }

    @Test
    void what_is_written_in_one_piece_reads_as_it_was_told() throws Exception {
        List<ChatEvent> events =
                List.of(
                        new ChatEvent.Start("", "m"),
                        new ChatEvent.Thinking("hm"),
                        new ChatEvent.Text("a"),
                        new ChatEvent.ToolStart(0, "x", "f", Optional.empty()),
                        new ChatEvent.ToolArgs(0, "{\"n\":9007199254740993}"),
                        new ChatEvent.ToolEnd(0),
                        new ChatEvent.ToolStart(1, "y", "g", Optional.empty()),
                        new ChatEvent.ToolArgs(1, "{}"),
                        new ChatEvent.ToolEnd(1),
                        new ChatEvent.Usage(TokenUsage.of(7, 3)),
                        new ChatEvent.Finish(FinishReason.TOOL_CALLS, ""));

        assertThat(
                        OllamaAnswerLines.whole(
                                OllamaAnswerLines.writer(OllamaAnswerLines.CHAT).whole(events)))
                .isEqualTo(events);
    }

    @Test
    void arguments_that_interleave_are_told_whole() throws Exception {
        List<ChatEvent> events =
                List.of(
                        new ChatEvent.Start("", "m"),
                        new ChatEvent.ToolStart(0, "x", "f", Optional.empty()),
                        new ChatEvent.ToolStart(1, "y", "g", Optional.empty()),
                        new ChatEvent.ToolArgs(0, "{\"a\""),
                        new ChatEvent.ToolArgs(1, "{\"b\""),
                        new ChatEvent.ToolArgs(0, ":1}"),
                        new ChatEvent.ToolArgs(1, ":2}"),
                        new ChatEvent.ToolEnd(0),
                        new ChatEvent.ToolEnd(1),
                        new ChatEvent.Finish(FinishReason.TOOL_CALLS, ""));

        List<ChatEvent> read =
                OllamaAnswerLines.events(OllamaAnswerLines.written(OllamaAnswerLines.CHAT, events));

        assertThat(read)
                .contains(
                        new ChatEvent.ToolArgs(0, "{\"a\":1}"),
                        new ChatEvent.ToolArgs(1, "{\"b\":2}"));
    }

    @Test
    void who_wants_no_thoughts_gets_none() throws Exception {
        ChatRequest asked =
                ChatRequest.builder("ours")
                        .turn(Role.USER, List.of(new Part.Text("hi")))
                        .reasoning(
                                new ReasoningWish(
                                        Optional.of(ReasoningWish.Effort.NONE),
                                        OptionalLong.empty(),
                                        Optional.of(false)))
                        .build();
        var writer = OllamaAnswerLines.CHAT.answer(asked, new AnswerIdentity("id", 1, "ours"));
        var out = new ByteArrayOutputStream();

        writer.event(new ChatEvent.Thinking("hm"), out);

        assertThat(out.size()).isZero();
    }

    @Test
    void a_ping_is_an_empty_piece() {
        for (var client : List.of(OllamaAnswerLines.CHAT, OllamaAnswerLines.GENERATE)) {
            var out = new ByteArrayOutputStream();

            OllamaAnswerLines.writer(client).ping(out);

            assertThat(Json.read(out.toString(StandardCharsets.UTF_8)).path("done").asBoolean())
                    .isFalse();
        }
    }
}
