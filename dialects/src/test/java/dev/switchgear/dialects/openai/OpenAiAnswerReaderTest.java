package dev.switchgear.dialects.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.tokens.TokenUsage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// How answers of providers of OpenAI's dialect are read.
final class OpenAiAnswerReaderTest {
    private static final ChatEvent START = new ChatEvent.Start("chatcmpl-1", "m");
    private static final ChatEvent STOPPED = new ChatEvent.Finish(FinishReason.STOP, "");
    private static final ChatEvent CALLED = new ChatEvent.Finish(FinishReason.TOOL_CALLS, "");
    private static final String DONE = "[DONE]";

    private static List<ChatEvent> read(String... data) throws MalformedAnswer {
        return OpenAiAnswers.streamed(OpenAiFlavour.COMPATIBLE, data);
    }

    private static String text(String text) {
        return OpenAiAnswers.chunk("{\"content\":" + text + "}");
    }

    private static String calls(String elements) {
        return OpenAiAnswers.chunk("{\"tool_calls\":[" + elements + "]}");
    }

    private static ChatEvent tool(int index, String id, String name) {
        return new ChatEvent.ToolStart(index, id, name, Optional.empty());
    }

    @Test
    void the_text_of_a_custom_tool_is_one_argument_however_it_is_cut() throws MalformedAnswer {
        List<ChatEvent> told =
                read(
                        calls(
                                "{\"index\":0,\"id\":\"c\",\"type\":\"custom\",\"custom\":{\"name\":\"exec\",\"input\":\"a\\\"\"}}"),
                        calls("{\"index\":0,\"custom\":{\"input\":\"b\"}}"),
                        calls("{\"index\":0,\"custom\":{\"input\":\"c\"}}"),
                        OpenAiAnswers.finish("tool_calls"),
                        DONE);

        var arguments = new StringBuilder();
        for (ChatEvent event : told) {
            if (event instanceof ChatEvent.ToolArgs args) {
                arguments.append(args.json());
            }
        }
        assertThat(told).contains(tool(0, "c", "exec"), new ChatEvent.ToolEnd(0));
        assertThat(arguments).hasToString("{\"input\":\"a\\\"bc\"}");
    }

    @Test
    void text_and_reasoning_are_read_under_every_vendors_name() throws MalformedAnswer {
        for (String field : List.of("reasoning_content", "reasoning", "thinking")) {
            assertThat(
                            read(
                                    OpenAiAnswers.chunk(
                                            "{\"role\":\"assistant\",\"content\":\"\"}"),
                                    OpenAiAnswers.chunk(
                                            "{\"" + field + "\":\"hm\",\"content\":null}"),
                                    text("\"Hi\""),
                                    OpenAiAnswers.finish("stop"),
                                    DONE))
                    .as(field)
                    .containsExactly(
                            START, new ChatEvent.Thinking("hm"), new ChatEvent.Text("Hi"), STOPPED);
        }
    }

    @Test
    void reasoning_that_stands_in_two_fields_is_read_once() throws MalformedAnswer {
        assertThat(
                        read(
                                OpenAiAnswers.chunk(
                                        "{\"reasoning\":\"a\",\"reasoning_content\":\"a\",\"content\":\"\"}"),
                                OpenAiAnswers.chunk(
                                        "{\"reasoning\":\"b\",\"reasoning_details\":[{\"type\":"
                                                + "\"reasoning.text\",\"text\":\"b\"}]}"),
                                OpenAiAnswers.finish("stop")))
                .containsExactly(
                        START, new ChatEvent.Thinking("a"), new ChatEvent.Thinking("b"), STOPPED);
    }

    @Test
    void the_halves_of_a_character_in_two_chunks_are_joined() throws MalformedAnswer {
        assertThat(
                        read(
                                text("\"a\\ud83d\""),
                                text("\"\\ude00b\""),
                                text("\"\\ud83d\""),
                                OpenAiAnswers.finish("stop")))
                .containsExactly(
                        START,
                        new ChatEvent.Text("a"),
                        new ChatEvent.Text("\ud83d\ude00b"),
                        new ChatEvent.Text("\ufffd"),
                        STOPPED);
    }

    @Test
    void parallel_calls_may_interleave() throws MalformedAnswer {
        assertThat(
                        read(
                                calls(
                                        "{\"index\":0,\"id\":\"a\",\"type\":\"function\",\"function\":"
                                                + "{\"name\":\"f\",\"arguments\":\"\"}}"),
                                calls(
                                        "{\"index\":1,\"id\":\"b\",\"type\":\"function\",\"function\":"
                                                + "{\"name\":\"g\",\"arguments\":\"\"}}"),
                                calls("{\"index\":0,\"function\":{\"arguments\":\"{\"}}"),
                                calls(
                                        "{\"index\":1,\"function\":{\"arguments\":\"[\"}},"
                                                + "{\"index\":0,\"function\":{\"arguments\":\"}\"}}"),
                                calls("{\"index\":1,\"function\":{\"arguments\":null}}"),
                                calls("{\"index\":1,\"function\":{\"arguments\":\"]\"}}"),
                                OpenAiAnswers.finish("stop"),
                                DONE))
                .containsExactly(
                        START,
                        tool(0, "a", "f"),
                        tool(1, "b", "g"),
                        new ChatEvent.ToolArgs(0, "{"),
                        new ChatEvent.ToolArgs(1, "["),
                        new ChatEvent.ToolArgs(0, "}"),
                        new ChatEvent.ToolArgs(1, "]"),
                        new ChatEvent.ToolEnd(0),
                        new ChatEvent.ToolEnd(1),
                        CALLED);
    }

    @Test
    void calls_that_all_have_index_zero_are_told_apart_by_their_ids() throws MalformedAnswer {
        assertThat(
                        read(
                                calls(
                                        "{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\","
                                                + "\"arguments\":\"1\"}}"),
                                calls(
                                        "{\"index\":0,\"id\":\"b\",\"function\":{\"name\":\"f\","
                                                + "\"arguments\":\"2\"}}"),
                                calls("{\"index\":0,\"function\":{\"arguments\":\"3\"}}"),
                                OpenAiAnswers.finish("tool_calls")))
                .containsExactly(
                        START,
                        tool(0, "a", "f"),
                        new ChatEvent.ToolArgs(0, "1"),
                        tool(1, "b", "f"),
                        new ChatEvent.ToolArgs(1, "2"),
                        new ChatEvent.ToolArgs(1, "3"),
                        new ChatEvent.ToolEnd(0),
                        new ChatEvent.ToolEnd(1),
                        CALLED);
    }

    @Test
    void calls_without_ids_and_indexes_are_given_them() throws MalformedAnswer {
        assertThat(
                        read(
                                calls(
                                        "{\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},"
                                                + "{\"function\":{\"name\":\"g\",\"arguments\":{\"n\":1.10}}}"),
                                OpenAiAnswers.finish("stop")))
                .containsExactly(
                        START,
                        tool(0, "call_chatcmpl-1_0", "f"),
                        new ChatEvent.ToolArgs(0, "{}"),
                        tool(1, "call_chatcmpl-1_1", "g"),
                        new ChatEvent.ToolArgs(1, "{\"n\":1.10}"),
                        new ChatEvent.ToolEnd(0),
                        new ChatEvent.ToolEnd(1),
                        CALLED);
    }

    @Test
    void a_name_that_comes_before_its_id_is_waited_with() throws MalformedAnswer {
        assertThat(
                        read(
                                calls("{\"index\":0,\"function\":{\"name\":\"f\"}}"),
                                calls(
                                        "{\"index\":0,\"id\":\"a\",\"function\":{\"arguments\":\"{}\"}}"),
                                calls(
                                        "{\"index\":0,\"id\":\"a\",\"function\":{\"arguments\":\" \"}}"),
                                OpenAiAnswers.finish("tool_calls")))
                .containsExactly(
                        START,
                        tool(0, "a", "f"),
                        new ChatEvent.ToolArgs(0, "{}"),
                        new ChatEvent.ToolArgs(0, " "),
                        new ChatEvent.ToolEnd(0),
                        CALLED);
    }

    @Test
    void an_empty_list_of_calls_is_no_call() throws MalformedAnswer {
        assertThat(
                        OpenAiAnswers.whole(
                                OpenAiFlavour.COMPATIBLE,
                                "{\"id\":\"chatcmpl-1\",\"model\":\"m\",\"choices\":[{\"message\":"
                                        + "{\"content\":\"Hi\",\"tool_calls\":[]},\"finish_reason\":\"tool_calls\"}]}"))
                .containsExactly(START, new ChatEvent.Text("Hi"), STOPPED);
        assertThat(
                        read(
                                OpenAiAnswers.chunk("{\"content\":\"Hi\",\"tool_calls\":[]}"),
                                OpenAiAnswers.chunk("{\"tool_calls\":null}"),
                                OpenAiAnswers.finish("stop")))
                .containsExactly(START, new ChatEvent.Text("Hi"), STOPPED);
    }

    @Test
    void arguments_that_were_cut_off_are_an_end_by_length() throws MalformedAnswer {
        List<ChatEvent> events =
                read(
                        calls(
                                "{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"x\"}}"),
                        OpenAiAnswers.finish("length"));

        assertThat(events)
                .endsWith(
                        new ChatEvent.ToolArgs(0, "{\"x"),
                        new ChatEvent.ToolEnd(0),
                        new ChatEvent.Finish(FinishReason.LENGTH, ""));
    }

    @Test
    void usage_is_read_wherever_it_stands() throws MalformedAnswer {
        String usage = "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4,\"total_tokens\":7}";
        String alone = "{\"id\":\"chatcmpl-1\",\"model\":\"m\",\"choices\":[]," + usage + "}";
        String withFinish =
                "{\"id\":\"chatcmpl-1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{},"
                        + "\"finish_reason\":\"stop\"}],"
                        + usage
                        + "}";
        ChatEvent used = new ChatEvent.Usage(TokenUsage.of(3, 4));

        assertThat(read(text("\"Hi\""), OpenAiAnswers.finish("stop"), alone, DONE))
                .containsExactly(START, new ChatEvent.Text("Hi"), used, STOPPED);
        assertThat(read(text("\"Hi\""), withFinish))
                .containsExactly(START, new ChatEvent.Text("Hi"), used, STOPPED);
        // OpenRouter repeats the finish beside it.
        assertThat(read(text("\"Hi\""), OpenAiAnswers.finish("stop"), withFinish, DONE))
                .containsExactly(START, new ChatEvent.Text("Hi"), used, STOPPED);
    }

    @Test
    void usage_is_reckoned_as_each_provider_reckons() throws MalformedAnswer {
        assertThat(
                        usage(
                                OpenAiTestFlavours.XAI,
                                "\"prompt_tokens\":291,\"completion_tokens\":26,\"total_tokens\":513,"
                                        + "\"prompt_tokens_details\":{\"cached_tokens\":290},"
                                        + "\"completion_tokens_details\":{\"reasoning_tokens\":196}"))
                .isEqualTo(new TokenUsage(1, 290, 0, 0, 0, 0, 26, 196, 0, 0, false));
        assertThat(
                        usage(
                                OpenAiTestFlavours.DEEPSEEK,
                                "\"completion_tokens\":5,\"prompt_cache_hit_tokens\":320,"
                                        + "\"prompt_cache_miss_tokens\":19"))
                .isEqualTo(new TokenUsage(19, 320, 0, 0, 0, 0, 5, 0, 0, 0, false));
        assertThat(
                        usage(
                                OpenAiTestFlavours.OPENROUTER,
                                "\"prompt_tokens\":43,\"completion_tokens\":10,\"total_tokens\":53,"
                                        + "\"prompt_tokens_details\":{\"cached_tokens\":3,"
                                        + "\"cache_write_tokens\":30},"
                                        + "\"completion_tokens_details\":{\"reasoning_tokens\":11}"))
                .isEqualTo(new TokenUsage(10, 3, 30, 0, 0, 0, 0, 10, 0, 0, false));
        assertThat(
                        usage(
                                OpenAiFlavour.COMPATIBLE,
                                "\"prompt_tokens\":35,\"completion_tokens\":12,\"total_tokens\":109"))
                .isEqualTo(new TokenUsage(35, 0, 0, 0, 0, 0, 12, 62, 0, 0, false));
    }

    private static TokenUsage usage(OpenAiFlavour flavour, String counts) throws MalformedAnswer {
        List<ChatEvent> events =
                OpenAiAnswers.whole(
                        flavour,
                        "{\"id\":\"1\",\"choices\":[{\"message\":{\"content\":\"Hi\"},"
                                + "\"finish_reason\":\"stop\"}],\"usage\":{"
                                + counts
                                + "}}");
        return ((ChatEvent.Usage) events.get(2)).tokens();
    }

    @Test
    void reasons_that_are_failures_break_the_answer_off() throws MalformedAnswer {
        for (String reason : List.of("insufficient_system_resource", "error", "abort")) {
            List<ChatEvent> events = read(text("\"Hi\""), OpenAiAnswers.finish(reason), DONE);

            assertThat(events).hasSize(3);
            assertThat(events.getLast()).isEqualTo(ChatEvent.Broken.byModel(reason, ""));
        }
    }

    @Test
    void a_reason_that_nobody_knows_ends_an_answer_and_says_why_there_is_none()
            throws MalformedAnswer {
        assertThat(read(text("\"Hi\""), OpenAiAnswers.finish("newer"), DONE).getLast())
                .isEqualTo(new ChatEvent.Finish(FinishReason.STOP, ""));
        assertThat(read(OpenAiAnswers.finish("newer"), DONE).getLast())
                .isEqualTo(ChatEvent.Broken.byModel("newer", ""));
    }

    @Test
    void an_error_within_a_stream_ends_it_whatever_its_shape() throws MalformedAnswer {
        Map<String, ChatEvent> errors =
                Map.of(
                        "{\"error\":{\"message\":\"slow down\",\"type\":\"requests\",\"code\":\"rate_limit_exceeded\"}}",
                        new ChatEvent.Broken(429, "rate_limit_exceeded", "slow down"),
                        "{\"error\":{\"code\":502,\"message\":\"down\",\"metadata\":{\"error_type\":\"provider_unavailable\"}},"
                                + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\"}]}",
                        new ChatEvent.Broken(502, "provider_unavailable", "down"),
                        "{\"code\":\"unavailable\",\"error\":\"come back\"}",
                        new ChatEvent.Broken(503, "unavailable", "come back"),
                        "{\"object\":\"error\",\"message\":\"no\",\"type\":\"BadRequestError\",\"code\":400}",
                        new ChatEvent.Broken(400, "BadRequestError", "no"));
        for (var error : errors.entrySet()) {
            assertThat(read(text("\"Hi\""), error.getKey(), OpenAiAnswers.finish("stop"), DONE))
                    .as(error.getKey())
                    .containsExactly(START, new ChatEvent.Text("Hi"), error.getValue());
        }
    }

    @Test
    void a_plain_answer_that_is_an_error_is_one() throws MalformedAnswer {
        assertThat(
                        OpenAiAnswers.whole(
                                OpenAiTestFlavours.OPENROUTER,
                                "{\"error\":{\"code\":429,\"message\":\"Provider returned error\"}}"))
                .containsExactly(
                        new ChatEvent.Start("", ""),
                        new ChatEvent.Broken(429, "", "Provider returned error"));
    }

    @Test
    void a_stream_without_its_end_is_not_whole() {
        assertThatExceptionOfType(MalformedAnswer.class).isThrownBy(() -> read(text("\"Hi\"")));
        assertThatExceptionOfType(MalformedAnswer.class)
                .isThrownBy(() ->
                        OpenAiAnswers.streamed(
                                OpenAiFlavour.OPENAI.ending(true),
                                text("\"Hi\""),
                                OpenAiAnswers.finish("stop")));
    }

    @Test
    void done_without_a_reason_is_no_success() throws MalformedAnswer {
        assertThat(read(text("\"Hi\""), DONE).getLast()).isInstanceOf(ChatEvent.Broken.class);
    }

    @Test
    void what_is_not_an_answer_is_malformed() {
        for (String body :
                List.of(
                        "",
                        "<html>502</html>",
                        "[]",
                        "{}",
                        "{\"choices\":[]}",
                        "{\"choices\":[{\"message\":{\"content\":7},\"finish_reason\":\"stop\"}]}",
                        "{\"choices\":[{\"message\":{\"content\":\"\"}}]}")) {
            assertThatExceptionOfType(MalformedAnswer.class)
                    .as(body)
                    .isThrownBy(() -> OpenAiAnswers.whole(OpenAiFlavour.OPENAI, body));
        }
        assertThatExceptionOfType(MalformedAnswer.class).isThrownBy(() -> read("{\"cho"));
    }

    @Test
    void a_signature_seals_the_reasoning_before_it() throws MalformedAnswer {
        List<ChatEvent> events =
                OpenAiAnswers.streamed(
                        OpenAiTestFlavours.OPENROUTER,
                        OpenAiAnswers.chunk(
                                "{\"reasoning\":\"hm\",\"reasoning_details\":[{\"type\":\"reasoning.text\","
                                        + "\"text\":\"hm\",\"index\":0}]}"),
                        OpenAiAnswers.chunk(
                                "{\"reasoning\":null,\"reasoning_details\":[{\"type\":\"reasoning.text\","
                                        + "\"signature\":\"s\",\"format\":\"a\",\"index\":0}]}"),
                        OpenAiAnswers.chunk(
                                "{\"reasoning_details\":[{\"type\":\"reasoning.encrypted\",\"data\":\"zz\"}]}"),
                        OpenAiAnswers.finish("stop"),
                        DONE);

        assertThat(events)
                .containsExactly(
                        START,
                        new ChatEvent.Thinking("hm"),
                        new ChatEvent.Signed(
                                new Signature(
                                        "{\"type\":\"reasoning.text\",\"signature\":\"s\",\"format\":\"a\","
                                                + "\"index\":0}",
                                        Dialect.OPENAI,
                                        "some-model")),
                        new ChatEvent.HiddenThinking(
                                new Signature(
                                        "{\"type\":\"reasoning.encrypted\",\"data\":\"zz\"}",
                                        Dialect.OPENAI,
                                        "some-model")),
                        STOPPED);
    }

    @Test
    void what_cannot_be_carried_is_named_once() throws MalformedAnswer {
        String cited =
                OpenAiAnswers.chunk(
                        "{\"content\":\"x\",\"annotations\":[{\"type\":\"url_citation\"}]}");

        assertThat(read(cited, cited, OpenAiAnswers.finish("stop")))
                .containsExactly(
                        START,
                        new ChatEvent.Text("x"),
                        new ChatEvent.Omitted("annotations"),
                        new ChatEvent.Text("x"),
                        STOPPED);
    }

    @Test
    void refusals_old_calls_and_lists_of_parts_are_read() throws MalformedAnswer {
        assertThat(
                        read(
                                OpenAiAnswers.chunk("{\"refusal\":\"I \"}"),
                                OpenAiAnswers.chunk("{\"refusal\":\"cannot\"}"),
                                OpenAiAnswers.finish("stop")))
                .contains(new ChatEvent.Refusal("I "), new ChatEvent.Refusal("cannot"));
        assertThat(
                        read(
                                OpenAiAnswers.chunk(
                                        "{\"function_call\":{\"name\":\"f\",\"arguments\":\"\"}}"),
                                OpenAiAnswers.chunk("{\"function_call\":{\"arguments\":\"{}\"}}"),
                                OpenAiAnswers.finish("function_call")))
                .containsExactly(
                        START,
                        tool(0, "call_chatcmpl-1_0", "f"),
                        new ChatEvent.ToolArgs(0, "{}"),
                        new ChatEvent.ToolEnd(0),
                        CALLED);
        assertThat(
                        OpenAiAnswers.whole(
                                OpenAiFlavour.COMPATIBLE,
                                "{\"id\":\"chatcmpl-1\",\"model\":\"m\",\"choices\":[{\"message\":{\"content\":"
                                        + "[{\"type\":\"text\",\"text\":\"Hi\"}]},\"finish_reason\":\"stop\","
                                        + "\"stop_reason\":\"END\"}]}"))
                .containsExactly(
                        START,
                        new ChatEvent.Text("Hi"),
                        new ChatEvent.Finish(FinishReason.STOP, "END"));
    }

    @Test
    void the_short_way_and_the_long_way_read_the_same() throws MalformedAnswer {
        var plain = new OpenAiPlainChunk();
        String opened =
                calls(
                        "{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}");
        String[] deltas = {
            "{\"content\":\"a\"}",
            "{\"role\":\"assistant\",\"content\":\"a\",\"refusal\":null}",
            "{\"content\":null,\"reasoning_content\":\"r\"}",
            "{\"reasoning\":\"x\",\"reasoning_content\":\"r\",\"tool_calls\":[]}",
            "{}",
            "{\"tool_calls\":[{\"index\":0,\"type\":\"function\",\"function\":{\"arguments\":\"[1]\"}}]}"
        };
        for (String delta : deltas) {
            byte[] chunk = OpenAiAnswers.chunk(delta).getBytes(StandardCharsets.UTF_8);
            assertThat(plain.read(chunk, 0, chunk.length)).as(delta).isTrue();
            // A field that the short way does not know sends the chunk the long way.
            String unknown = "{\"x\":1" + (delta.length() > 2 ? "," : "") + delta.substring(1);
            byte[] longer = OpenAiAnswers.chunk(unknown).getBytes(StandardCharsets.UTF_8);
            assertThat(plain.read(longer, 0, longer.length)).as(unknown).isFalse();
            List<ChatEvent> longWay =
                    read(opened, OpenAiAnswers.chunk(unknown), OpenAiAnswers.finish("stop"));
            List<ChatEvent> shortWay =
                    read(opened, OpenAiAnswers.chunk(delta), OpenAiAnswers.finish("stop"));
            assertThat(shortWay).as(delta).isEqualTo(longWay);
        }
    }
}
