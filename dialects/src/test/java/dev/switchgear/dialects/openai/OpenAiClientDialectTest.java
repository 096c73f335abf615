package dev.switchgear.dialects.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.AnswerFormat;
import dev.switchgear.families.llm.chat.AnswerWish;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.ClientTool;
import dev.switchgear.families.llm.chat.Extra;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.chat.Media;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.ReasoningWish;
import dev.switchgear.families.llm.chat.ReasoningWish.Effort;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.chat.Tool;
import dev.switchgear.families.llm.chat.ToolChoice;
import dev.switchgear.families.llm.chat.Turn;
import dev.switchgear.families.llm.dialect.EmbeddingsRequest;
import dev.switchgear.families.llm.tokens.TokenUsage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// How clients of OpenAI's dialect are read and answered.
final class OpenAiClientDialectTest {
    private static final ChatRequest ASKED = ChatRequest.builder("alias").streamed(true).build();

    private final OpenAiClientDialect client = new OpenAiClientDialect();

    private ChatRequest read(String body) throws InvalidBody {
        return client.chat(body.getBytes(StandardCharsets.UTF_8), "m", false);
    }

    private ChatRequest messages(String messages) throws InvalidBody {
        return read("{\"messages\":[" + messages + "]}");
    }

    private ChatRequest fields(String fields) throws InvalidBody {
        return read("{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]," + fields + "}");
    }

    private static Part text(String text) {
        return new Part.Text(text);
    }

    @Test
    void strings_and_lists_are_content() throws InvalidBody {
        ChatRequest asked =
                messages(
                        """
                        {"role":"developer","content":"rules"},
                        {"role":"system","content":[{"type":"text","text":"more"}]},
                        {"role":"user","content":[{"type":"text","text":"a"},
                          {"type":"image_url","image_url":
                            {"url":"data:image/PNG;charset=x;base64,aGk=","detail":"low"}},
                          {"type":"image_url","image_url":{"url":"https://x/y.png"}},
                          {"type":"input_audio","input_audio":{"data":"aGk","format":"mp3"}},
                          {"type":"file","file":{"filename":"a.pdf",
                            "file_data":"data:application/pdf;base64,aGk="}},
                          {"type":"file","file":{"file_id":"file-1"}}]}
                        """);

        assertThat(asked.turns())
                .containsExactly(
                        new Turn(Role.SYSTEM, List.of(text("rules"), text("more"))),
                        new Turn(
                                Role.USER,
                                List.of(
                                        text("a"),
                                        new Part.Image(
                                                new Media.Inline("image/png", "aGk="), "low"),
                                        new Part.Image(new Media.Url("https://x/y.png", ""), ""),
                                        new Part.Audio(new Media.Inline("audio/mpeg", "aGk=")),
                                        new Part.Document(
                                                new Media.Inline("application/pdf", "aGk="),
                                                "a.pdf"),
                                        new Part.Document(
                                                new Media.FileId(Dialect.OPENAI, "file-1", ""),
                                                ""))));
    }

    @Test
    void messages_of_tools_become_results_in_the_users_turn() throws InvalidBody {
        ChatRequest asked =
                messages(
                        """
                        {"role":"user","content":"go"},
                        {"role":"assistant","content":null,"tool_calls":[
                          {"id":"a","type":"function","function":{"name":"f","arguments":"{\\"n\\":9007199254740993}"}},
                          {"id":"b","type":"function","function":{"name":"g","arguments":""}}]},
                        {"role":"tool","tool_call_id":"a","content":"1"},
                        {"role":"tool","tool_call_id":"b","content":[{"type":"text","text":"2"}]},
                        {"role":"user","content":"and?"}
                        """);

        assertThat(asked.turns().get(1).parts())
                .containsExactly(
                        new Part.ToolCall("a", "f", "{\"n\":9007199254740993}", Optional.empty()),
                        new Part.ToolCall("b", "g", "", Optional.empty()));
        assertThat(asked.turns().get(2))
                .isEqualTo(
                        new Turn(
                                Role.USER,
                                List.of(
                                        new Part.ToolResult("a", "", List.of(text("1")), false),
                                        new Part.ToolResult("b", "", List.of(text("2")), false),
                                        text("and?"))));
    }

    @Test
    void the_old_function_call_is_a_tool_call_with_an_id_of_our_own() throws InvalidBody {
        ChatRequest asked =
                read(
                        """
                        {"messages":[{"role":"user","content":"go"},
                          {"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},
                          {"role":"function","name":"f","content":"1"}],
                         "functions":[{"name":"f","parameters":{"type":"object"}}],
                         "function_call":{"name":"f"}}
                        """);

        assertThat(asked.turns().get(1).parts())
                .containsExactly(new Part.ToolCall("call_0", "f", "{}", Optional.empty()));
        assertThat(asked.turns().get(2).parts())
                .containsExactly(new Part.ToolResult("call_0", "f", List.of(text("1")), false));
        assertThat(asked.tools()).hasSize(1);
        assertThat(asked.toolChoice()).isEqualTo(new ToolChoice.Named("f"));
        assertThat(asked.wishes()).containsExactly(AnswerWish.FUNCTION_CALL);
        assertThat(asked.extras()).isEmpty();
    }

    @Test
    void calls_with_empty_ids_are_answered_in_their_order() throws InvalidBody {
        ChatRequest asked =
                messages(
                        """
                        {"role":"user","content":"go"},
                        {"role":"assistant","tool_calls":[
                          {"id":"","type":"function","function":{"name":"f","arguments":"1"}},
                          {"id":"","type":"function","function":{"name":"f","arguments":"2"}}]},
                        {"role":"tool","tool_call_id":"","content":"one"},
                        {"role":"tool","tool_call_id":"","content":"two"}
                        """);

        assertThat(asked.turns().get(2).parts())
                .containsExactly(
                        new Part.ToolResult("call_0", "", List.of(text("one")), false),
                        new Part.ToolResult("call_1", "", List.of(text("two")), false));
    }

    @Test
    void earlier_reasoning_is_read_from_every_vendors_field() throws InvalidBody {
        for (String field : List.of("reasoning_content", "reasoning", "thinking")) {
            ChatRequest asked =
                    messages(
                            "{\"role\":\"assistant\",\"content\":\"4\",\"" + field + "\":\"2+2\"}");

            assertThat(asked.turns().getFirst().parts())
                    .as(field)
                    .containsExactly(new Part.Thinking("2+2", Optional.empty()), text("4"));
        }
    }

    @Test
    void signed_reasoning_of_another_dialect_comes_back_with_its_signature() throws InvalidBody {
        var signature = new Signature("c2ln", Dialect.ANTHROPIC, "claude");
        List<ChatEvent> answer =
                List.of(
                        new ChatEvent.Start("msg_1", "claude"),
                        new ChatEvent.Thinking("let me "),
                        new ChatEvent.Thinking("see"),
                        new ChatEvent.Signed(signature),
                        new ChatEvent.HiddenThinking(
                                new Signature("sealed", Dialect.ANTHROPIC, "claude")),
                        new ChatEvent.Text("4"),
                        new ChatEvent.Finish(FinishReason.STOP, ""));
        JsonNode whole = Json.read(OpenAiAnswers.wholeWritten(ASKED, answer));

        ChatRequest again = messages(Json.text(whole.path("choices").path(0).path("message")));

        assertThat(again.turns().getFirst().parts())
                .containsExactly(
                        new Part.Thinking("let me see", Optional.of(signature)),
                        new Part.HiddenThinking(
                                new Signature("sealed", Dialect.ANTHROPIC, "claude")),
                        text("4"));
    }

    @Test
    void pieces_of_reasoning_that_a_client_only_collected_are_joined_up_to_their_signature()
            throws InvalidBody {
        ChatRequest asked =
                messages(
                        """
                        {"role":"assistant","content":"4","reasoning_details":[
                          {"type":"reasoning.text","text":"a","index":0},
                          {"type":"reasoning.text","text":"b","index":0},
                          {"type":"reasoning.text","signature":"s","index":0,"format":"x"}]}
                        """);

        assertThat(asked.turns().getFirst().parts().getFirst())
                .isEqualTo(
                        new Part.Thinking(
                                "ab",
                                Optional.of(
                                        new Signature(
                                                "{\"type\":\"reasoning.text\",\"signature\":\"s\","
                                                        + "\"index\":0,\"format\":\"x\"}",
                                                Dialect.OPENAI,
                                                ""))));
    }

    @Test
    void googles_signature_on_a_call_survives_a_round_through_the_client() throws InvalidBody {
        var signature = new Signature("AVSo", Dialect.GEMINI, "gemini-3");
        List<ChatEvent> answer =
                List.of(
                        new ChatEvent.ToolStart(0, "call_1", "f", Optional.of(signature)),
                        new ChatEvent.ToolEnd(0),
                        new ChatEvent.Finish(FinishReason.TOOL_CALLS, ""));
        JsonNode whole = Json.read(OpenAiAnswers.wholeWritten(ASKED, answer));

        ChatRequest again = messages(Json.text(whole.path("choices").path(0).path("message")));

        assertThat(again.turns().getFirst().parts())
                .containsExactly(new Part.ToolCall("call_1", "f", "{}", Optional.of(signature)));
        ChatRequest googles =
                messages(
                        """
                        {"role":"assistant","tool_calls":[{"id":"x","type":"function",
                          "function":{"name":"f","arguments":"{}"},
                          "extra_content":{"google":{"thought_signature":"raw"}}}]}
                        """);
        assertThat(googles.turns().getFirst().parts())
                .containsExactly(
                        new Part.ToolCall(
                                "x",
                                "f",
                                "{}",
                                Optional.of(new Signature("raw", Dialect.GEMINI, ""))));
    }

    @Test
    void reasoning_is_asked_for_in_each_vendors_words() throws InvalidBody {
        Map<String, ReasoningWish> words =
                Map.of(
                        "\"reasoning_effort\":\"xhigh\"", reasoning(Effort.XHIGH),
                        "\"reasoning\":{\"effort\":\"low\"}", reasoning(Effort.LOW),
                        "\"reasoning\":{\"max_tokens\":2000}", budget(2_000),
                        "\"reasoning\":{\"enabled\":true}", budget(-1),
                        "\"reasoning\":{\"enabled\":false}", reasoning(Effort.NONE),
                        "\"thinking\":{\"type\":\"disabled\"}", reasoning(Effort.NONE),
                        "\"thinking\":{\"type\":\"enabled\"}", budget(-1),
                        "\"reasoning_effort\":null", ReasoningWish.UNSAID);
        for (var entry : words.entrySet()) {
            assertThat(fields(entry.getKey()).reasoning())
                    .as(entry.getKey())
                    .isEqualTo(entry.getValue());
        }
        assertThat(fields("\"reasoning\":{\"exclude\":true}").reasoning().shown()).contains(false);
    }

    private static ReasoningWish reasoning(Effort effort) {
        return new ReasoningWish(Optional.of(effort), OptionalLong.empty(), Optional.empty());
    }

    private static ReasoningWish budget(long tokens) {
        return new ReasoningWish(Optional.empty(), OptionalLong.of(tokens), Optional.empty());
    }

    @Test
    void tools_and_their_choice_are_read_in_every_form() throws InvalidBody {
        ChatRequest asked =
                fields(
                        """
                        "tools":[{"type":"function","function":{"name":"f","description":"d",
                            "parameters":{"type":"object","maximum":1.10},"strict":true}},
                          {"type":"function","function":{"name":"g"}},
                          {"type":"custom","custom":{"name":"c"}}],
                        "tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"required",
                          "tools":[{"type":"function","function":{"name":"f"}}]}},
                        "parallel_tool_calls":false
                        """);

        assertThat(asked.tools().get(0))
                .isEqualTo(
                        new Tool.Function(
                                "f",
                                "d",
                                Optional.of(Json.read("{\"type\":\"object\",\"maximum\":1.10}")),
                                Optional.of(true),
                                Optional.empty()));
        assertThat(asked.tools().get(1))
                .isEqualTo(
                        new Tool.Function(
                                "g", "", Optional.empty(), Optional.empty(), Optional.empty()));
        assertThat(asked.tools().get(2))
                .isInstanceOfSatisfying(
                        Tool.Function.class,
                        tool ->
                                assertThat(tool.client().orElseThrow().form())
                                        .isEqualTo(ClientTool.Form.CUSTOM));
        assertThat(asked.toolChoice()).isEqualTo(new ToolChoice.Among(List.of("f"), true));
        assertThat(asked.parallelTools()).contains(false);
        assertThat(fields("\"tool_choice\":\"required\"").toolChoice())
                .isEqualTo(new ToolChoice.Required());
        assertThat(
                        fields(
                                        "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}}")
                                .toolChoice())
                .isEqualTo(new ToolChoice.Named("f"));
    }

    @Test
    void bounds_sampling_and_stop_texts_are_read() throws InvalidBody {
        ChatRequest asked =
                fields(
                        """
                        "max_completion_tokens":7,"max_tokens":9,"temperature":0.5,"top_p":1,
                        "seed":3,"presence_penalty":-1,"frequency_penalty":null,"stop":"x","n":2,
                        "user":"u","stream_options":{"include_usage":true,"include_obfuscation":false}
                        """);

        assertThat(asked.maxOutputTokens()).hasValue(7);
        assertThat(asked.sampling().temperature()).hasValue(0.5);
        assertThat(asked.sampling().presencePenalty()).hasValue(-1);
        assertThat(asked.sampling().frequencyPenalty()).isEmpty();
        assertThat(asked.stop()).containsExactly("x");
        assertThat(asked.answers()).isEqualTo(2);
        assertThat(asked.user()).contains("u");
        assertThat(asked.wishes()).containsExactly(AnswerWish.STREAMED_USAGE);
        assertThat(asked.extras()).isEmpty();
        assertThat(fields("\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]").stop()).hasSize(5);
    }

    @Test
    void a_form_of_the_answer_is_read() throws InvalidBody {
        assertThat(fields("\"response_format\":{\"type\":\"json_object\"}").format())
                .isEqualTo(new AnswerFormat.JsonObject());
        assertThat(
                        fields(
                                        "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":"
                                                + "{\"name\":\"n\",\"schema\":{},\"strict\":false}}")
                                .format())
                .isEqualTo(new AnswerFormat.JsonSchema("n", "", Json.object(), Optional.of(false)));
    }

    @Test
    void unknown_fields_are_kept_by_their_paths() throws InvalidBody {
        ChatRequest asked =
                read(
                        """
                        {"messages":[{"role":"user","content":"hi","name":"bob"}],
                         "logit_bias":{"1":2},"provider":{"sort":"price"},"metadata":null,
                         "tools":[{"type":"function","eager":true,"function":{"name":"f"}}]}
                        """);

        assertThat(asked.asked()).isEqualTo(Dialect.OPENAI);
        assertThat(asked.extras())
                .extracting(Extra::field)
                .containsExactly("messages[0].name", "tools[0].eager", "logit_bias", "provider");
    }

    @Test
    void a_wrong_field_is_named_by_its_path() {
        Map<String, String> wrong =
                Map.ofEntries(
                        Map.entry("{}", "messages"),
                        Map.entry("{\"messages\":{}}", "messages"),
                        Map.entry("{\"messages\":[]}", "messages"),
                        Map.entry("{\"messages\":[1]}", "messages[0]"),
                        Map.entry("{\"messages\":[{}]}", "messages[0].role"),
                        Map.entry("{\"messages\":[{\"role\":\"bot\"}]}", "messages[0].role"),
                        Map.entry("{\"messages\":[{\"role\":\"user\"}]}", "messages[0].content"),
                        Map.entry(
                                "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":7}]}]}",
                                "messages[0].content[0].type"),
                        Map.entry(
                                "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
                                        + "\"image_url\":{\"url\":\"data:image/png;base64,!\"}}]}]}",
                                "messages[0].content[0].image_url.url"),
                        Map.entry(
                                "{\"messages\":[{\"role\":\"tool\",\"content\":\"x\"}]}",
                                "messages[0].tool_call_id"),
                        Map.entry(
                                "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"a\"}]}]}",
                                "messages[0].tool_calls[0].function"));
        wrong.forEach((body, param) ->
                assertThatExceptionOfType(InvalidBody.class)
                        .as(body)
                        .isThrownBy(() -> read(body))
                        .satisfies(invalid -> assertThat(invalid.param()).contains(param)));
        Map<String, String> fields =
                Map.of(
                        "\"temperature\":\"hot\"", "temperature",
                        "\"temperature\":1e999", "temperature",
                        "\"max_tokens\":1.5", "max_tokens",
                        "\"stop\":[1]", "stop[0]",
                        "\"n\":0", "n",
                        "\"reasoning_effort\":[]", "reasoning_effort",
                        "\"tool_choice\":\"maybe\"", "tool_choice",
                        "\"tools\":[{\"type\":\"function\"}]", "tools[0].function",
                        "\"response_format\":{\"type\":\"xml\"}", "response_format.type",
                        "\"stream_options\":true", "stream_options");
        fields.forEach((field, param) ->
                assertThatExceptionOfType(InvalidBody.class)
                        .as(field)
                        .isThrownBy(() -> fields(field))
                        .satisfies(invalid -> assertThat(invalid.param()).contains(param)));
    }

    @Test
    void a_stream_begins_with_the_role_and_ends_with_the_finish_and_done() {
        String stream =
                OpenAiAnswers.written(
                        ASKED,
                        List.of(
                                new ChatEvent.Start("msg_1", "claude"),
                                new ChatEvent.Text("Hi \"you\"\n\u00e9\ud83d\ude00"),
                                new ChatEvent.Usage(TokenUsage.of(1, 2)),
                                new ChatEvent.Finish(FinishReason.STOP, "")));

        String head =
                "data: {\"id\":\"chatcmpl-abc\",\"object\":\"chat.completion.chunk\","
                        + "\"created\":1700000000,\"model\":\"claude\","
                        + "\"choices\":[{\"index\":0,\"delta\":";
        assertThat(stream)
                .isEqualTo(
                        head
                                + "{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null},"
                                + "\"logprobs\":null,\"finish_reason\":null}]}\n\n"
                                + head
                                + "{\"content\":\"Hi \\\"you\\\"\\n\u00e9\ud83d\ude00\"},"
                                + "\"logprobs\":null,\"finish_reason\":null}]}\n\n"
                                + head
                                + "{},\"logprobs\":null,\"finish_reason\":\"stop\"}]}\n\n"
                                + "data: [DONE]\n\n");
    }

    @Test
    void usage_is_streamed_only_to_whom_asked_for_it() {
        List<ChatEvent> events =
                List.of(
                        new ChatEvent.Text("Hi"),
                        new ChatEvent.Finish(FinishReason.STOP, ""),
                        new ChatEvent.Usage(TokenUsage.of(3, 4)));
        ChatRequest wishing =
                ChatRequest.builder("m").streamed(true).wish(AnswerWish.STREAMED_USAGE).build();

        List<String> asked = OpenAiAnswers.data(OpenAiAnswers.written(wishing, events));

        assertThat(OpenAiAnswers.written(ASKED, events)).doesNotContain("usage");
        assertThat(asked.getLast()).isEqualTo("[DONE]");
        JsonNode usage = Json.read(asked.get(asked.size() - 2));
        assertThat(usage.path("choices").isArray()).isTrue();
        assertThat(usage.path("choices")).isEmpty();
        assertThat(usage.path("usage").path("total_tokens").asInt()).isEqualTo(7);
        assertThat(Json.read(asked.getFirst()).path("usage").isNull()).isTrue();
    }

    @Test
    void an_error_within_a_stream_brings_neither_a_finish_nor_done() {
        String stream =
                OpenAiAnswers.written(
                        ASKED,
                        List.of(
                                new ChatEvent.Text("Hi"),
                                new ChatEvent.Broken(529, "overloaded", "too busy"),
                                new ChatEvent.Finish(FinishReason.STOP, "")));

        assertThat(stream).doesNotContain("[DONE]").doesNotContain("\"stop\"");
        assertThat(stream)
                .endsWith(
                        "data: {\"error\":{\"message\":\"too busy\",\"type\":"
                                + "\"service_unavailable_error\",\"param\":null,\"code\":\"overloaded\"}}"
                                + "\n\n");
    }

    @Test
    void tool_calls_count_from_zero_and_a_call_without_arguments_gets_an_empty_object() {
        List<String> data =
                OpenAiAnswers.data(
                        OpenAiAnswers.written(
                                ASKED,
                                List.of(
                                        new ChatEvent.ToolStart(0, "a", "f", Optional.empty()),
                                        new ChatEvent.ToolStart(1, "b", "g", Optional.empty()),
                                        new ChatEvent.ToolArgs(1, "{\"x\":"),
                                        new ChatEvent.ToolArgs(1, "1}"),
                                        new ChatEvent.ToolEnd(0),
                                        new ChatEvent.ToolEnd(1),
                                        new ChatEvent.Finish(FinishReason.STOP, ""))));

        assertThat(data.subList(1, 6).stream().map(OpenAiClientDialectTest::delta).toList())
                .containsExactly(
                        "{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"type\":\"function\","
                                + "\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}",
                        "{\"tool_calls\":[{\"index\":1,\"id\":\"b\",\"type\":\"function\","
                                + "\"function\":{\"name\":\"g\",\"arguments\":\"\"}}]}",
                        "{\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\"{\\\"x\\\":\"}}]}",
                        "{\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\"1}\"}}]}",
                        "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{}\"}}]}");
        assertThat(data.get(6)).contains("\"finish_reason\":\"tool_calls\"");
    }

    private static String delta(String chunk) {
        return Json.text(Json.read(chunk).path("choices").path(0).path("delta"));
    }

    @Test
    void clients_of_the_old_functions_are_answered_with_function_call() {
        ChatRequest old = ChatRequest.builder("m").wish(AnswerWish.FUNCTION_CALL).build();
        List<ChatEvent> events =
                List.of(
                        new ChatEvent.ToolStart(0, "a", "f", Optional.empty()),
                        new ChatEvent.ToolArgs(0, "{}"),
                        new ChatEvent.ToolEnd(0),
                        new ChatEvent.Finish(FinishReason.TOOL_CALLS, ""));

        JsonNode choice =
                Json.read(OpenAiAnswers.wholeWritten(old, events)).path("choices").path(0);
        List<String> data = OpenAiAnswers.data(OpenAiAnswers.written(old, events));

        assertThat(choice.path("finish_reason").asString()).isEqualTo("function_call");
        assertThat(choice.path("message").path("function_call").path("name").asString())
                .isEqualTo("f");
        assertThat(delta(data.get(1)))
                .isEqualTo("{\"function_call\":{\"name\":\"f\",\"arguments\":\"\"}}");
        assertThat(delta(data.get(2))).isEqualTo("{\"function_call\":{\"arguments\":\"{}\"}}");
    }

    @Test
    void a_plain_answer_is_as_openai_words_it() {
        var usage = new TokenUsage(3, 4, 5, 0, 0, 0, 6, 7, 0, 0, false);

        String answer =
                OpenAiAnswers.wholeWritten(
                        ASKED,
                        List.of(
                                new ChatEvent.Start("msg_1", ""),
                                new ChatEvent.Thinking("hm"),
                                new ChatEvent.ToolStart(0, "a", "f", Optional.empty()),
                                new ChatEvent.ToolArgs(0, "{\"n\":9007199254740993}"),
                                new ChatEvent.ToolEnd(0),
                                new ChatEvent.Usage(usage),
                                new ChatEvent.Finish(FinishReason.LENGTH, "")));

        assertThat(answer)
                .isEqualTo(
                        "{\"id\":\"chatcmpl-abc\",\"object\":\"chat.completion\",\"created\":1700000000,"
                                + "\"model\":\"alias\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
                                + "\"content\":null,\"refusal\":null,\"reasoning_content\":\"hm\",\"tool_calls\":"
                                + "[{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\","
                                + "\"arguments\":\"{\\\"n\\\":9007199254740993}\"}}]},\"logprobs\":null,"
                                + "\"finish_reason\":\"length\"}],\"usage\":{\"prompt_tokens\":12,"
                                + "\"completion_tokens\":13,\"total_tokens\":25,\"prompt_tokens_details\":"
                                + "{\"cached_tokens\":4,\"audio_tokens\":0,\"cache_write_tokens\":5},"
                                + "\"completion_tokens_details\":{\"reasoning_tokens\":7,\"audio_tokens\":0,"
                                + "\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}}}");
    }

    @Test
    void an_empty_answer_and_a_refusal_are_legal() {
        List<ChatEvent> empty = List.of(new ChatEvent.Finish(FinishReason.STOP, ""));
        List<ChatEvent> refused =
                List.of(
                        new ChatEvent.Refusal("no"),
                        new ChatEvent.Finish(FinishReason.CONTENT_FILTER, ""));

        JsonNode message =
                Json.read(OpenAiAnswers.wholeWritten(ASKED, refused)).path("choices").path(0);

        assertThat(OpenAiAnswers.wholeWritten(ASKED, empty)).contains("\"content\":\"\"");
        assertThat(OpenAiAnswers.data(OpenAiAnswers.written(ASKED, empty))).hasSize(3);
        assertThat(message.path("message").path("refusal").asString()).isEqualTo("no");
        assertThat(message.path("message").path("content").isNull()).isTrue();
        assertThat(message.path("finish_reason").asString()).isEqualTo("content_filter");
    }

    @Test
    void reasoning_is_not_shown_to_whom_excluded_it() {
        ChatRequest asked =
                ChatRequest.builder("m")
                        .reasoning(
                                new ReasoningWish(
                                        Optional.empty(), OptionalLong.empty(), Optional.of(false)))
                        .build();
        List<ChatEvent> events =
                List.of(
                        new ChatEvent.Thinking("hm"),
                        new ChatEvent.Text("Hi"),
                        new ChatEvent.Finish(FinishReason.STOP, ""));

        assertThat(OpenAiAnswers.written(asked, events)).doesNotContain("hm");
        assertThat(OpenAiAnswers.wholeWritten(asked, events)).doesNotContain("hm");
    }

    @Test
    void texts_are_embedded_but_token_ids_are_refused() throws InvalidBody {
        EmbeddingsRequest one = embeddings("{\"input\":\"a\",\"encoding_format\":\"base64\"}");
        EmbeddingsRequest two = embeddings("{\"input\":[\"a\",\"b\"],\"dimensions\":8}");

        assertThat(one.inputs()).containsExactly("a");
        assertThat(one.base64()).isTrue();
        assertThat(two.inputs()).containsExactly("a", "b");
        assertThat(two.dimensions()).hasValue(8);
        for (String ids : List.of("[1,2]", "[[1,2]]")) {
            assertThatExceptionOfType(InvalidBody.class)
                    .isThrownBy(() -> embeddings("{\"input\":" + ids + "}"))
                    .satisfies(invalid -> assertThat(invalid.param()).contains("input[0]"));
        }
        for (String body : List.of("{}", "{\"input\":[]}", "{\"input\":[\"a\",{}]}")) {
            assertThatExceptionOfType(InvalidBody.class).isThrownBy(() -> embeddings(body));
        }
    }

    private EmbeddingsRequest embeddings(String body) throws InvalidBody {
        return client.embeddings(body.getBytes(StandardCharsets.UTF_8), "m");
    }

    /// Also what a model wrote that was to be asked for the text in JSON.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"input\":\"a b\"} | a b",
                "not json | not json",
                "{\"input\":\"half | half"
            })
    void the_text_of_a_custom_tool_is_told_whole(String arguments, String text) throws Exception {
        ChatRequest asked =
                new OpenAiClientDialect()
                        .chat(
                                """
                                {"messages":[{"role":"user","content":"q"}],"stream":true,
                                 "tools":[{"type":"custom","custom":{"name":"exec"}}]}\
                                """
                                        .getBytes(StandardCharsets.UTF_8),
                                "m",
                                true);
        List<ChatEvent> events =
                List.of(
                        new ChatEvent.Start("", "m"),
                        new ChatEvent.ToolStart(0, "c", "exec", Optional.empty()),
                        new ChatEvent.ToolArgs(0, arguments.substring(0, 3)),
                        new ChatEvent.ToolArgs(0, arguments.substring(3)),
                        new ChatEvent.ToolEnd(0),
                        new ChatEvent.Finish(FinishReason.TOOL_CALLS, ""));

        var told = new StringBuilder();
        for (String data : OpenAiAnswers.data(OpenAiAnswers.written(asked, events))) {
            if (data.startsWith("{")) {
                told.append(
                        Json.read(data)
                                .at("/choices/0/delta/tool_calls/0/custom/input")
                                .asString(""));
            }
        }
        assertThat(told).hasToString(text);
        assertThat(
                        Json.read(OpenAiAnswers.wholeWritten(asked, events))
                                .at("/choices/0/message/tool_calls/0/custom/input")
                                .asString(""))
                .isEqualTo(text);
    }
}
