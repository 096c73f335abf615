package dev.switchgear.dialects.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.tokens.TokenUsage;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class ResponsesAnswerWriterTest {
    private static final AnswerIdentity IDENTITY = new AnswerIdentity("k7", 1_700_000_000, "asked");
    private static final ChatEvent START = new ChatEvent.Start("chatcmpl-1", "");

    private static ChatRequest asked(String body) {
        try {
            return new ResponsesClientDialect()
                    .chat(body.replace('\'', '"').getBytes(UTF_8), "m", true);
        } catch (dev.switchgear.families.llm.InvalidBody e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] stream(ChatEvent... events) {
        return ResponsesDialectRecordingsTest.stream(
                asked("{'input':'x','reasoning':{'summary':'auto'}}"), List.of(events));
    }

    private static JsonNode plain(ChatEvent... events) {
        byte[] body =
                new ResponsesClientDialect()
                        .answer(
                                asked("{'input':'x','reasoning':{'summary':'auto'}}"),
                                new AnswerIdentity("1", 1, "m"))
                        .whole(List.of(events));
        return Json.read(body, 0, body.length);
    }

    private static ChatEvent tool(int index, String id, String name) {
        return new ChatEvent.ToolStart(index, id, name, Optional.empty());
    }

    private static ChatEvent finish(FinishReason reason) {
        return new ChatEvent.Finish(reason, "");
    }

    @Test
    void a_text_is_told_in_the_order_that_sdks_demand() {
        byte[] stream =
                stream(
                        START,
                        new ChatEvent.Text("Hi"),
                        new ChatEvent.Text(" \"you\"\n\u0001é€😀"),
                        finish(FinishReason.STOP),
                        new ChatEvent.Usage(new TokenUsage(7, 4, 1, 0, 0, 0, 2, 3, 0, 0, false)));

        assertThat(ResponsesStrictClient.types(stream))
                .containsExactly(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.output_text.delta",
                        "response.output_text.delta",
                        "response.output_text.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "response.completed");
        JsonNode response = ResponsesStrictClient.accepts(stream);
        assertThat(response.at("/output/0/content/0/text").stringValue())
                .isEqualTo("Hi \"you\"\n\u0001é€😀");
        assertThat(response.path("usage"))
                .isEqualTo(
                        Json.read(
                                """
                                {"input_tokens":12,"input_tokens_details":{"cached_tokens":4,
                                 "cache_write_tokens":1},"output_tokens":5,
                                 "output_tokens_details":{"reasoning_tokens":3},"total_tokens":17}
                                """));
        assertThat(new String(stream, UTF_8)).doesNotContain("[DONE]");
    }

    @Test
    void one_delta_is_these_bytes() {
        String stream = new String(stream(START, new ChatEvent.Text("Hi")), UTF_8);

        assertThat(stream)
                .contains(
                        "event: response.output_text.delta\n"
                                + "data: {\"type\":\"response.output_text.delta\","
                                + "\"sequence_number\":4,\"item_id\":\"msg_1_0\","
                                + "\"output_index\":0,\"content_index\":0,\"delta\":\"Hi\","
                                + "\"logprobs\":[]}\n\n");
    }

    @Test
    void reasoning_text_and_interleaved_calls_are_items_of_their_own() {
        byte[] stream =
                stream(
                        START,
                        new ChatEvent.Thinking("hm"),
                        new ChatEvent.Signed(new Signature("E", Dialect.RESPONSES, "x")),
                        new ChatEvent.Text("T"),
                        tool(0, "c1", "f"),
                        tool(1, "c2", "g"),
                        new ChatEvent.ToolArgs(0, "{\"a\":"),
                        new ChatEvent.ToolArgs(1, "{\"b\":"),
                        new ChatEvent.ToolArgs(0, "9007199254740993}"),
                        new ChatEvent.ToolEnd(0),
                        new ChatEvent.ToolArgs(1, "2}"),
                        new ChatEvent.ToolEnd(1),
                        finish(FinishReason.TOOL_CALLS));

        JsonNode output = ResponsesStrictClient.accepts(stream).path("output");
        assertThat(output)
                .isEqualTo(
                        Json.read(
                                """
                                [{"id":"rs_1_0","type":"reasoning",
                                  "summary":[{"type":"summary_text","text":"hm"}],
                                  "encrypted_content":"E"},
                                 {"id":"msg_1_1","type":"message","status":"completed",
                                  "role":"assistant","content":[{"type":"output_text",
                                  "annotations":[],"logprobs":[],"text":"T"}]},
                                 {"id":"fc_1_2","type":"function_call","status":"completed",
                                  "call_id":"c1","name":"f",
                                  "arguments":"{\\"a\\":9007199254740993}"},
                                 {"id":"fc_1_3","type":"function_call","status":"completed",
                                  "call_id":"c2","name":"g","arguments":"{\\"b\\":2}"}]
                                """));
    }

    @Test
    void a_call_without_arguments_has_an_empty_object() {
        byte[] stream =
                stream(
                        START,
                        tool(0, "c", "f"),
                        new ChatEvent.ToolEnd(0),
                        finish(FinishReason.TOOL_CALLS));

        assertThat(ResponsesStrictClient.accepts(stream).at("/output/0/arguments").stringValue())
                .isEqualTo("{}");
    }

    @Test
    void a_call_that_was_cut_off_is_not_told_as_complete() {
        ChatEvent[] events = {
            START,
            tool(0, "c", "f"),
            new ChatEvent.ToolArgs(0, "{}"),
            new ChatEvent.ToolEnd(0),
            tool(1, "d", "g"),
            new ChatEvent.ToolArgs(1, "{\"a"),
            new ChatEvent.ToolEnd(1),
            finish(FinishReason.LENGTH)
        };
        byte[] stream = stream(events);

        JsonNode response = ResponsesStrictClient.accepts(stream);
        assertThat(ResponsesStrictClient.types(stream).getLast()).isEqualTo("response.incomplete");
        assertThat(response.path("status").stringValue()).isEqualTo("incomplete");
        assertThat(response.at("/incomplete_details/reason").stringValue())
                .isEqualTo("max_output_tokens");
        assertThat(response.at("/output/0/status").stringValue()).isEqualTo("completed");
        assertThat(response.at("/output/1/status").stringValue()).isEqualTo("incomplete");
        assertThat(response.at("/output/1/arguments").stringValue()).isEqualTo("{\"a");
        assertThat(plain(events)).isEqualTo(response);
    }

    @Test
    void a_filtered_answer_is_incomplete() {
        JsonNode response =
                plain(START, new ChatEvent.Text("So"), finish(FinishReason.CONTENT_FILTER));

        assertThat(response.path("status").stringValue()).isEqualTo("incomplete");
        assertThat(response.at("/incomplete_details/reason").stringValue())
                .isEqualTo("content_filter");
        assertThat(response.at("/output/0/status").stringValue()).isEqualTo("incomplete");
    }

    @Test
    void a_refusal_is_a_part_of_its_own_in_the_same_message() {
        byte[] stream =
                stream(
                        START,
                        new ChatEvent.Text("Well"),
                        new ChatEvent.Refusal("no"),
                        finish(FinishReason.STOP));

        assertThat(ResponsesStrictClient.accepts(stream).at("/output/0/content/1"))
                .isEqualTo(Json.read("{\"type\":\"refusal\",\"refusal\":\"no\"}"));
    }

    @Test
    void an_empty_answer_has_no_items() {
        byte[] stream = stream(START, finish(FinishReason.STOP));

        assertThat(ResponsesStrictClient.accepts(stream).path("output")).isEmpty();
    }

    @Test
    void an_error_is_told_twice_as_recorded_and_nothing_follows_it() {
        var out = new ByteArrayOutputStream();
        AnswerWriter writer =
                new ResponsesClientDialect()
                        .answer(asked("{'input':'x','reasoning':{'summary':'auto'}}"), IDENTITY);
        writer.event(START, out);
        writer.event(new ChatEvent.Text("Hi"), out);
        writer.event(new ChatEvent.Broken(503, "server_is_overloaded", "Busy."), out);
        int size = out.size();
        writer.event(new ChatEvent.Text("more"), out);
        writer.end(out);

        assertThat(out.size()).isEqualTo(size);
        JsonNode failed = ResponsesStrictClient.accepts(out.toByteArray());
        assertThat(failed.path("status").stringValue()).isEqualTo("failed");
        assertThat(failed.path("error"))
                .isEqualTo(Json.read("{\"code\":\"server_is_overloaded\",\"message\":\"Busy.\"}"));
        assertThat(new String(out.toByteArray(), UTF_8))
                .contains("event: error\ndata: {\"type\":\"error\"")
                .doesNotContain("response.completed");
    }

    @Test
    void an_error_before_anything_else_comes_behind_the_announced_answer() {
        byte[] stream = stream(new ChatEvent.Broken(429, "", "Slow."));

        assertThat(ResponsesStrictClient.types(stream))
                .containsExactly(
                        "response.created", "response.in_progress", "error", "response.failed");
        assertThat(ResponsesStrictClient.accepts(stream).at("/error/code").stringValue())
                .isEqualTo("rate_limit_exceeded");
    }

    @Test
    void a_sign_of_life_is_a_comment_and_may_come_first() {
        var out = new ByteArrayOutputStream();
        AnswerWriter writer =
                new ResponsesClientDialect()
                        .answer(asked("{'input':'x','reasoning':{'summary':'auto'}}"), IDENTITY);
        writer.ping(out);
        writer.event(START, out);
        writer.event(finish(FinishReason.STOP), out);
        writer.end(out);

        assertThat(new String(out.toByteArray(), UTF_8)).startsWith(": keep-alive\nevent: ");
        assertThat(ResponsesStrictClient.types(out.toByteArray())).hasSize(3);
    }

    @Test
    void the_answer_repeats_what_was_asked_for() {
        ChatRequest asked =
                asked(
                        """
                        {'input':'x','instructions':'I','temperature':0.5,'max_output_tokens':20,
                         'tools':[{'type':'function','name':'f','parameters':{'type':'object'},
                          'strict':true}],'tool_choice':'required','metadata':{'a':'b'},
                         'parallel_tool_calls':false,'reasoning':{'effort':'low'},
                         'text':{'format':{'type':'json_object'},'verbosity':'low'}}
                        """);
        byte[] body =
                new ResponsesClientDialect()
                        .answer(asked, IDENTITY)
                        .whole(List.of(START, finish(FinishReason.STOP)));

        assertThat(Json.read(body, 0, body.length))
                .isEqualTo(
                        Json.read(
                                """
                                {"id":"resp_k7","object":"response","created_at":1700000000,
                                 "status":"completed","background":false,"error":null,
                                 "incomplete_details":null,"model":"asked","output":[],
                                 "instructions":"I","max_output_tokens":20,"metadata":{"a":"b"},
                                 "parallel_tool_calls":false,"previous_response_id":null,
                                 "reasoning":{"effort":"low","summary":null},"service_tier":null,
                                 "store":false,"temperature":0.5,"text":{"format":
                                 {"type":"json_object"},"verbosity":"low"},
                                 "tool_choice":"required","tools":[{"type":"function","name":"f",
                                 "parameters":{"type":"object"},"strict":true}],"top_p":1.0,
                                 "truncation":"disabled","user":null,"usage":null}
                                """));
    }

    @Test
    void what_gemini_signed_comes_back_with_its_call() throws Exception {
        var signature = new Signature("G", Dialect.GEMINI, "gemini");
        byte[] stream =
                stream(
                        START,
                        new ChatEvent.ToolStart(0, "c", "f", Optional.of(signature)),
                        new ChatEvent.ToolArgs(0, "{}"),
                        new ChatEvent.ToolEnd(0),
                        finish(FinishReason.TOOL_CALLS));
        JsonNode output = ResponsesStrictClient.accepts(stream).path("output");

        var next = Json.object();
        next.set("input", output);
        ChatRequest again = new ResponsesClientDialect().chat(Json.bytes(next), "m", false);

        assertThat(again.turns().getFirst().parts())
                .containsExactly(
                        new dev.switchgear.families.llm.chat.Part.ToolCall(
                                "c", "f", "{}", Optional.of(signature)));
    }

    @Test
    void any_order_of_events_makes_a_stream_that_the_strictest_client_accepts() throws Exception {
        var random = new SplittableRandom(11);
        for (int round = 0; round < 500; round++) {
            List<ChatEvent> events = any(random);

            byte[] stream =
                    ResponsesDialectRecordingsTest.stream(
                            asked("{'input':'x','reasoning':{'summary':'auto'}}"), events);

            JsonNode end = ResponsesStrictClient.accepts(stream);
            assertThat(plain(events.toArray(ChatEvent[]::new))).isEqualTo(end);
        }
    }

    private static List<ChatEvent> any(SplittableRandom random) {
        var events = new ArrayList<ChatEvent>(List.of(START));
        var open = new ArrayList<Integer>();
        int tools = 0;
        for (int i = random.nextInt(25); i > 0; i--) {
            switch (random.nextInt(8)) {
                case 0 -> events.add(new ChatEvent.Text(piece(random)));
                case 1 -> events.add(new ChatEvent.Refusal(piece(random)));
                case 2 -> events.add(new ChatEvent.Thinking(piece(random)));
                case 3 -> events.add(new ChatEvent.Signed(new Signature("s", Dialect.GEMINI, "g")));
                case 4 -> {
                    open.add(tools);
                    events.add(tool(tools, "c" + tools, "f"));
                    tools++;
                }
                case 5, 6 -> {
                    if (!open.isEmpty()) {
                        int call = open.get(random.nextInt(open.size()));
                        events.add(new ChatEvent.ToolArgs(call, piece(random)));
                    }
                }
                default -> {
                    if (!open.isEmpty()) {
                        Integer call = open.get(random.nextInt(open.size()));
                        open.removeIf(call::equals);
                        events.add(new ChatEvent.ToolEnd(call));
                    }
                }
            }
        }
        FinishReason[] reasons = FinishReason.values();
        events.add(finish(reasons[random.nextInt(reasons.length)]));
        return events;
    }

    private static String piece(SplittableRandom random) {
        String[] pieces = {"", "a", "\"\\", "é", "\ud83d", "\ude00", "😀", "\n"};
        return pieces[random.nextInt(pieces.length)];
    }

    /// What is kept under a name must be found by it, and says where it belongs.
    @Test
    void an_answer_that_is_kept_says_so_and_has_our_name() {
        var kept =
                new AnswerIdentity(
                        "k7",
                        1_700_000_000,
                        "asked",
                        Optional.of(new AnswerIdentity.Kept(true, "resp_0", "conv_1", true)));
        var writer =
                new ResponsesClientDialect().answer(ChatRequest.builder("asked").build(), kept);

        byte[] body =
                writer.whole(
                        List.of(
                                new ChatEvent.Start("resp_theirs", "m"),
                                new ChatEvent.Text("hi"),
                                finish(FinishReason.STOP)));
        JsonNode answer = Json.read(body, 0, body.length);

        assertThat(answer.get("id").asString()).isEqualTo("resp_k7");
        assertThat(answer.get("store").asBoolean()).isTrue();
        assertThat(answer.get("background").asBoolean()).isTrue();
        assertThat(answer.get("previous_response_id").asString()).isEqualTo("resp_0");
        assertThat(answer.get("conversation").get("id").asString()).isEqualTo("conv_1");
    }
}
