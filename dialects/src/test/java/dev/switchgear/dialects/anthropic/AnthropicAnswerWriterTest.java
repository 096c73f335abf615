package dev.switchgear.dialects.anthropic;

import static dev.switchgear.dialects.anthropic.Say.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.tokens.TokenUsage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class AnthropicAnswerWriterTest {
    private static final ChatEvent START = new ChatEvent.Start("chatcmpl-1", "gpt-x");
    private static final ChatEvent END = new ChatEvent.Finish(FinishReason.STOP, "");
    private static final ChatEvent CALLED = new ChatEvent.Finish(FinishReason.TOOL_CALLS, "");

    private static ChatEvent call(int index, String id) {
        return new ChatEvent.ToolStart(index, id, "weather", Optional.empty());
    }

    private static ChatEvent args(int index, String json) {
        return new ChatEvent.ToolArgs(index, json);
    }

    private static ChatEvent usage(TokenUsage tokens) {
        return new ChatEvent.Usage(tokens);
    }

    /// Each event's name and data, which must say the same type.
    private static List<JsonNode> sent(ChatEvent... events) {
        var sent = new ArrayList<JsonNode>();
        for (String block : Say.written(List.of(events)).split("\n\n", -1)) {
            if (block.isEmpty()) {
                continue;
            }
            String[] lines = block.split("\n", -1);
            assertThat(lines).as(block).hasSize(2);
            JsonNode data = Json.read(lines[1].substring("data: ".length()));
            assertThat(lines[0]).isEqualTo("event: " + data.path("type").asString(""));
            sent.add(data);
        }
        return sent;
    }

    private static String names(List<JsonNode> sent) {
        var names = new StringBuilder();
        for (JsonNode data : sent) {
            names.append(data.path("type").asString("").replace("content_block_", ""))
                    .append(data.has("index") ? data.path("index").asString("") : "")
                    .append(' ');
        }
        return names.toString().strip();
    }

    @Test
    void a_text_is_one_block_between_start_and_stop() {
        List<JsonNode> sent =
                sent(
                        START,
                        new ChatEvent.Text("He said \"hi\"\n\u0001\\"),
                        new ChatEvent.Text("\uD83D\uDE00"),
                        END,
                        usage(TokenUsage.of(5, 7)));

        assertThat(sent)
                .containsExactly(
                        json(
                                "{'type':'message_start','message':{'id':'msg_abc',"
                                        + "'type':'message','role':'assistant','model':'gpt-x',"
                                        + "'content':[],'stop_reason':null,'stop_sequence':null,"
                                        + "'usage':{'input_tokens':0,"
                                        + "'cache_creation_input_tokens':0,"
                                        + "'cache_read_input_tokens':0,'cache_creation':"
                                        + "{'ephemeral_5m_input_tokens':0,"
                                        + "'ephemeral_1h_input_tokens':0},'output_tokens':0}}}"),
                        json(
                                "{'type':'content_block_start','index':0,"
                                        + "'content_block':{'type':'text','text':''}}"),
                        Json.read(
                                "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
                                        + "{\"type\":\"text_delta\","
                                        + "\"text\":\"He said \\\"hi\\\"\\n\\u0001\\\\\"}}"),
                        json(
                                "{'type':'content_block_delta','index':0,'delta':"
                                        + "{'type':'text_delta','text':'\uD83D\uDE00'}}"),
                        json("{'type':'content_block_stop','index':0}"),
                        json(
                                "{'type':'message_delta','delta':{'stop_reason':'end_turn',"
                                        + "'stop_sequence':null},'usage':{'input_tokens':5,"
                                        + "'cache_creation_input_tokens':0,"
                                        + "'cache_read_input_tokens':0,'output_tokens':7}}"),
                        json("{'type':'message_stop'}"));
    }

    @Test
    void what_the_prompt_took_stands_in_the_start_where_it_is_known_in_time() {
        List<JsonNode> sent =
                sent(
                        new ChatEvent.Start("msg_9", ""),
                        usage(new TokenUsage(5, 4, 3, 2, 1, 0, 1, 0, 0, 0, false)),
                        new ChatEvent.Text("x"),
                        usage(new TokenUsage(5, 4, 3, 2, 1, 0, 9, 6, 0, 0, false)),
                        END);

        assertThat(sent.getFirst().path("message").path("id")).isEqualTo(json("'msg_9'"));
        assertThat(sent.getFirst().path("message").path("model")).isEqualTo(json("'asked-model'"));
        assertThat(sent.getFirst().path("message").path("usage"))
                .isEqualTo(
                        json(
                                "{'input_tokens':6,'cache_creation_input_tokens':5,"
                                        + "'cache_read_input_tokens':4,'cache_creation':"
                                        + "{'ephemeral_5m_input_tokens':3,"
                                        + "'ephemeral_1h_input_tokens':2},'output_tokens':1}"));
        assertThat(sent.get(5 - 1).path("usage"))
                .isEqualTo(
                        json(
                                "{'input_tokens':6,'cache_creation_input_tokens':5,"
                                        + "'cache_read_input_tokens':4,'output_tokens':15,"
                                        + "'output_tokens_details':{'thinking_tokens':6}}"));
    }

    @Test
    void interleaved_calls_come_one_after_another() {
        List<JsonNode> sent =
                sent(
                        START,
                        new ChatEvent.Text("let me see"),
                        call(0, "a"),
                        call(1, "functions.b:1"),
                        args(0, "{\"n\""),
                        args(1, "{\"m\":"),
                        args(0, ":1}"),
                        args(1, "2}"),
                        new ChatEvent.Text("both"),
                        new ChatEvent.ToolEnd(0),
                        new ChatEvent.ToolEnd(1),
                        END);

        assertThat(names(sent))
                .isEqualTo(
                        "message_start start0 delta0 stop0 start1 delta1 delta1 stop1"
                                + " start2 delta2 stop2 start3 delta3 stop3"
                                + " message_delta message_stop");
        assertThat(sent.get(4).path("content_block"))
                .isEqualTo(json("{'type':'tool_use','id':'a','name':'weather','input':{}}"));
        assertThat(sent.get(8).path("content_block").path("id").asString(""))
                .isEqualTo(AnthropicToolIds.fit("functions.b:1"))
                .startsWith("toolu_");
        assertThat(sent.get(9).path("delta").path("partial_json"))
                .isEqualTo(Json.read("\"{\\\"m\\\":2}\""));
        assertThat(sent.get(14).path("delta").path("stop_reason")).isEqualTo(json("'tool_use'"));
    }

    @Test
    void calls_that_nobody_ended_are_sent_at_the_end() {
        List<JsonNode> sent =
                sent(START, call(0, "a"), call(1, "b"), args(1, "{}"), args(0, "{}"), CALLED);

        assertThat(names(sent))
                .isEqualTo(
                        "message_start start0 delta0 stop0 start1 delta1 stop1"
                                + " message_delta message_stop");
    }

    @Test
    void any_mix_of_pieces_makes_whole_blocks_in_order() {
        var random = new Random(7);
        for (int round = 0; round < 60; round++) {
            var events = new ArrayList<ChatEvent>(List.of(START));
            var args = new ArrayList<StringBuilder>();
            var open = new ArrayList<Integer>();
            var text = new StringBuilder();
            for (int i = 0; i < 30; i++) {
                switch (random.nextInt(6)) {
                    case 0 -> {
                        text.append(i);
                        events.add(new ChatEvent.Text("" + i));
                    }
                    case 1 -> events.add(new ChatEvent.Thinking("t"));
                    case 2 -> {
                        open.add(args.size());
                        events.add(call(args.size(), "c" + args.size()));
                        args.add(new StringBuilder());
                    }
                    case 3 -> {
                        if (!open.isEmpty() && random.nextBoolean()) {
                            events.add(
                                    new ChatEvent.ToolEnd(
                                            open.remove(/* index */ random.nextInt(open.size()))));
                        }
                    }
                    default -> {
                        if (!open.isEmpty()) {
                            int index = open.get(random.nextInt(open.size()));
                            args.get(index).append(i);
                            events.add(args(index, "" + i));
                        }
                    }
                }
            }
            events.add(END);

            var said = new StringBuilder();
            var called = new ArrayList<StringBuilder>();
            int at = -1;
            boolean within = false;
            String kind = "";
            for (JsonNode data : sent(events.toArray(ChatEvent[]::new))) {
                switch (data.path("type").asString("")) {
                    case "content_block_start" -> {
                        assertThat(within).isFalse();
                        assertThat(data.path("index").asInt()).isEqualTo(++at);
                        within = true;
                        kind = data.path("content_block").path("type").asString("");
                        if (kind.equals("tool_use")) {
                            called.add(new StringBuilder());
                        }
                    }
                    case "content_block_delta" -> {
                        assertThat(within).isTrue();
                        assertThat(data.path("index").asInt()).isEqualTo(at);
                        if (kind.equals("text")) {
                            said.append(data.path("delta").path("text").asString(""));
                        } else if (kind.equals("tool_use")) {
                            called.getLast()
                                    .append(data.path("delta").path("partial_json").asString(""));
                        }
                    }
                    case "content_block_stop" -> within = false;
                    default -> assertThat(within).isFalse();
                }
            }
            assertThat(said.toString()).isEqualTo(text.toString());
            assertThat(called.stream().map(StringBuilder::toString).toList())
                    .isEqualTo(args.stream().map(StringBuilder::toString).toList());
        }
    }

    @Test
    void reasoning_is_shown_signed_wrapped_or_unsigned() {
        var own = new Signature("own", Dialect.ANTHROPIC, "claude-x");
        var other = new Signature("theirs", Dialect.GEMINI, "g");
        List<JsonNode> sent =
                sent(
                        START,
                        new ChatEvent.Thinking("hm"),
                        new ChatEvent.Signed(own),
                        new ChatEvent.Thinking("hm hm"),
                        new ChatEvent.HiddenThinking(other),
                        new ChatEvent.Text("so"),
                        END);

        assertThat(sent.get(1).path("content_block"))
                .isEqualTo(json("{'type':'thinking','thinking':'','signature':''}"));
        assertThat(sent.get(3).path("delta"))
                .isEqualTo(json("{'type':'signature_delta','signature':'own'}"));
        assertThat(names(sent))
                .isEqualTo(
                        "message_start start0 delta0 delta0 stop0 start1 delta1 stop1"
                                + " start2 stop2 start3 delta3 stop3 message_delta message_stop");
        String data = sent.get(8).path("content_block").path("data").asString("");
        assertThat(Signature.readFrom(Dialect.ANTHROPIC, data)).isEqualTo(other);
    }

    @Test
    void a_signature_on_a_call_survives_the_clients_next_question() throws Exception {
        var signature = new Signature("s", Dialect.GEMINI, "g");
        JsonNode answer =
                Say.whole(
                        List.of(
                                START,
                                new ChatEvent.ToolStart(
                                        0, "call_1", "weather", Optional.of(signature)),
                                args(0, "{\"n\":9007199254740993}"),
                                new ChatEvent.ToolEnd(0),
                                END));
        List<JsonNode> sent =
                sent(
                        START,
                        new ChatEvent.Thinking("unsigned"),
                        new ChatEvent.ToolStart(0, "call_1", "weather", Optional.of(signature)),
                        args(0, "{}"),
                        new ChatEvent.ToolEnd(0),
                        END);

        var next =
                Say.asked(
                        "{'max_tokens':1,'messages':[{'role':'user','content':'x'},"
                                + "{'role':'assistant','content':"
                                + answer.path("content")
                                + "}]}");

        assertThat(next.turns().get(1).parts())
                .containsExactly(
                        new Part.ToolCall(
                                "call_1",
                                "weather",
                                "{\"n\":9007199254740993}",
                                Optional.of(signature)));
        assertThat(names(sent))
                .isEqualTo(
                        "message_start start0 delta0 stop0 start1 delta1 stop1"
                                + " start2 delta2 stop2 message_delta message_stop");
    }

    @Test
    void a_plain_answer_holds_the_same_blocks() {
        JsonNode message =
                Say.whole(
                        List.of(
                                START,
                                new ChatEvent.Thinking("h"),
                                new ChatEvent.Thinking("m"),
                                new ChatEvent.Text("a"),
                                new ChatEvent.Text("b"),
                                call(0, "c"),
                                call(1, "d"),
                                args(1, "{\"n\":1}"),
                                new ChatEvent.ToolEnd(1),
                                new ChatEvent.ToolEnd(0),
                                usage(TokenUsage.of(5, 7)),
                                CALLED));

        assertThat(message)
                .isEqualTo(
                        json(
                                "{'id':'msg_abc','type':'message','role':'assistant',"
                                        + "'model':'gpt-x','content':["
                                        + "{'type':'thinking','thinking':'hm','signature':''},"
                                        + "{'type':'text','text':'ab'},"
                                        + "{'type':'tool_use','id':'c','name':'weather',"
                                        + "'input':{}},"
                                        + "{'type':'tool_use','id':'d','name':'weather',"
                                        + "'input':{'n':1}}],"
                                        + "'stop_reason':'tool_use','stop_sequence':null,"
                                        + "'usage':{'input_tokens':5,"
                                        + "'cache_creation_input_tokens':0,"
                                        + "'cache_read_input_tokens':0,'cache_creation':"
                                        + "{'ephemeral_5m_input_tokens':0,"
                                        + "'ephemeral_1h_input_tokens':0},'output_tokens':7}}"));
    }

    @Test
    void a_call_cut_short_is_not_shown_as_one() {
        JsonNode cut =
                Say.whole(
                        List.of(
                                START,
                                new ChatEvent.Text("a"),
                                call(0, "c"),
                                args(0, "{\"n\":"),
                                new ChatEvent.Finish(FinishReason.LENGTH, "")));
        JsonNode odd = Say.whole(List.of(START, call(0, "c"), args(0, "[1]"), CALLED));

        assertThat(cut.path("content")).hasSize(1);
        assertThat(cut.path("stop_reason")).isEqualTo(json("'max_tokens'"));
        assertThat(odd.path("content").path(0).path("input")).isEqualTo(json("{'_raw':'[1]'}"));
    }

    @Test
    void every_end_has_its_stop_reason() {
        var reasons = new ArrayList<String>();
        for (ChatEvent.Finish finish :
                List.of(
                        new ChatEvent.Finish(FinishReason.STOP, ""),
                        new ChatEvent.Finish(FinishReason.STOP, "END"),
                        new ChatEvent.Finish(FinishReason.LENGTH, ""),
                        new ChatEvent.Finish(FinishReason.CONTENT_FILTER, ""),
                        new ChatEvent.Finish(FinishReason.PAUSE, ""),
                        new ChatEvent.Finish(FinishReason.TOOL_CALLS, ""))) {
            JsonNode message = Say.whole(List.of(START, finish));
            List<JsonNode> sent = sent(START, finish);
            assertThat(sent).hasSize(3);
            JsonNode delta = sent.get(1).path("delta");
            assertThat(message.path("stop_reason")).isEqualTo(delta.path("stop_reason"));
            assertThat(message.path("stop_sequence")).isEqualTo(delta.path("stop_sequence"));
            reasons.add(
                    delta.path("stop_reason").asString("")
                            + delta.path("stop_sequence").asString(""));
        }

        assertThat(reasons)
                .containsExactly(
                        "end_turn",
                        "stop_sequenceEND",
                        "max_tokens",
                        "refusal",
                        "pause_turn",
                        "end_turn");
    }

    @Test
    void words_of_refusal_explain_a_refusal_and_are_text_otherwise() {
        var refused = new ChatEvent.Finish(FinishReason.CONTENT_FILTER, "");

        JsonNode explained = Say.whole(List.of(START, new ChatEvent.Refusal("No."), refused));
        JsonNode said = Say.whole(List.of(START, new ChatEvent.Refusal("No."), END));
        List<JsonNode> explaining = sent(START, new ChatEvent.Refusal("No."), refused);
        List<JsonNode> saying = sent(START, new ChatEvent.Refusal("No."), END);

        assertThat(explained.path("stop_details").path("explanation")).isEqualTo(json("'No.'"));
        assertThat(explained.path("content")).isEmpty();
        assertThat(said.path("content")).isEqualTo(json("[{'type':'text','text':'No.'}]"));
        assertThat(explaining.get(1).path("delta").path("stop_details").path("explanation"))
                .isEqualTo(json("'No.'"));
        assertThat(saying.get(2).path("delta").path("text")).isEqualTo(json("'No.'"));
    }

    @Test
    void nothing_follows_an_error() {
        var writer = new AnthropicAnswerWriter(true, Say.IDENTITY);
        var out = new ByteArrayOutputStream();
        writer.event(START, out);
        writer.event(new ChatEvent.Text("x"), out);
        out.reset();

        writer.event(new ChatEvent.Broken(503, "server_is_overloaded", "busy"), out);
        writer.event(new ChatEvent.Text("x"), out);
        writer.ping(out);
        writer.end(out);

        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        ("event: error\ndata: {'type':'error','error':{'type':'overloaded_error',"
                                        + "'message':'busy'},'request_id':'req_abc'}\n\n")
                                .replace('\'', '"'));
    }

    @Test
    void a_providers_trouble_with_our_key_is_not_the_clients() {
        assertThat(sent(new ChatEvent.Broken(401, "", "bad key")).getFirst().path("error"))
                .isEqualTo(json("{'type':'api_error','message':'bad key'}"));
    }

    @Test
    void a_ping_may_come_before_anything_else() {
        var out = new ByteArrayOutputStream();
        var writer = new AnthropicAnswerWriter(true, Say.IDENTITY);

        writer.ping(out);

        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo("event: ping\ndata: {\"type\":\"ping\"}\n\n");
        assertThat(names(sent(START, new ChatEvent.Ping(), END)))
                .isEqualTo("message_start ping message_delta message_stop");
    }
}
