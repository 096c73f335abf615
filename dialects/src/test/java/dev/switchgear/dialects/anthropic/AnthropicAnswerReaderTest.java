package dev.switchgear.dialects.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.tokens.TokenUsage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AnthropicAnswerReaderTest {
    private static final String START =
            "{'type':'message_start','message':{'id':'msg_1','model':'claude-x','content':[],"
                    + "'usage':{'input_tokens':5,'output_tokens':1}}   }";
    private static final String END =
            "{'type':'message_delta','delta':{'stop_reason':'end_turn','stop_sequence':null},"
                    + "'usage':{'output_tokens':7}}";
    private static final String STOP = "{'type':'message_stop'  }";

    private static List<ChatEvent> read(String... data) throws MalformedAnswer {
        return Say.streamed(List.of(data).stream().map(one -> one.replace('\'', '"')).toList());
    }

    private static List<ChatEvent> plain(String body) throws MalformedAnswer {
        return Say.plain(Say.bytes(body));
    }

    @Test
    void text_arrives_piece_by_piece_with_running_usage() throws Exception {
        List<ChatEvent> events =
                read(
                        START,
                        "{'type':'content_block_start','index':0,"
                                + "'content_block':{'type':'text','text':''}}",
                        "{'type': 'ping'}",
                        "{'delta':{'text':'Hel','type':'text_delta'},'index':0,"
                                + "'type':'content_block_delta'}",
                        "{'type':'content_block_delta','index':0,"
                                + "'delta':{'type':'text_delta','text':'lo'}}",
                        "{'type':'content_block_stop','index':0}",
                        END,
                        STOP);

        assertThat(events)
                .containsExactly(
                        new ChatEvent.Start("msg_1", "claude-x"),
                        new ChatEvent.Usage(TokenUsage.of(5, 1)),
                        new ChatEvent.Ping(),
                        new ChatEvent.Text("Hel"),
                        new ChatEvent.Text("lo"),
                        new ChatEvent.Usage(TokenUsage.of(5, 7)),
                        new ChatEvent.Finish(FinishReason.STOP, ""));
    }

    @Test
    void every_kind_of_tokens_is_counted_in_one_place_only() throws Exception {
        List<ChatEvent> events =
                read(
                        "{'type':'message_start','message':{'id':'m','usage':{'input_tokens':5,"
                                + "'cache_creation_input_tokens':30,'cache_read_input_tokens':7,"
                                + "'cache_creation':{'ephemeral_5m_input_tokens':20,"
                                + "'ephemeral_1h_input_tokens':10},'output_tokens':1}}}",
                        "{'type':'message_delta','delta':{'stop_reason':'max_tokens'},'usage':"
                                + "{'input_tokens':6,'cache_creation_input_tokens':33,"
                                + "'cache_read_input_tokens':8,'output_tokens':50,"
                                + "'output_tokens_details':{'thinking_tokens':40}}}",
                        STOP);

        assertThat(events)
                .contains(
                        new ChatEvent.Usage(
                                new TokenUsage(6, 8, 23, 10, 0, 0, 10, 40, 0, 0, false)))
                .endsWith(new ChatEvent.Finish(FinishReason.LENGTH, ""));
    }

    @Test
    void a_tool_without_arguments_is_called_with_an_empty_object() throws Exception {
        List<ChatEvent> events =
                read(
                        START,
                        "{'type':'content_block_start','index':0,'content_block':{'type':"
                                + "'tool_use','id':'toolu_1','name':'now','input':{}}}",
                        "{'type':'content_block_delta','index':0,'delta':"
                                + "{'type':'input_json_delta','partial_json':''}}",
                        "{'type':'content_block_stop','index':0}",
                        "{'type':'message_delta','delta':{'stop_reason':'tool_use'}}",
                        STOP);

        assertThat(events)
                .containsSubsequence(
                        new ChatEvent.ToolStart(0, "toolu_1", "now", Optional.empty()),
                        new ChatEvent.ToolArgs(0, "{}"),
                        new ChatEvent.ToolEnd(0),
                        new ChatEvent.Finish(FinishReason.TOOL_CALLS, ""));
    }

    @Test
    void calls_are_counted_apart_from_the_blocks_around_them() throws Exception {
        List<ChatEvent> events =
                read(
                        START,
                        "{'type':'content_block_start','index':0,'content_block':"
                                + "{'type':'server_tool_use','id':'s','name':'search','input':{}}}",
                        "{'type':'content_block_delta','index':0,'delta':"
                                + "{'type':'input_json_delta','partial_json':'{}'}}",
                        "{'type':'content_block_stop','index':0}",
                        "{'type':'content_block_start','index':1,'content_block':{'type':"
                                + "'tool_use','id':'a','name':'one','input':{'n':1.10}}}",
                        "{'type':'content_block_stop','index':1}",
                        "{'type':'content_block_start','index':2,'content_block':{'type':"
                                + "'tool_use','id':'b','name':'two','input':{}}}",
                        "{'type':'content_block_delta','index':2,'delta':"
                                + "{'type':'input_json_delta','partial_json':'{}'}}",
                        "{'type':'content_block_stop','index':2}",
                        "{'type':'message_delta','delta':{'stop_reason':'tool_use'}}",
                        STOP);

        assertThat(events)
                .containsSubsequence(
                        new ChatEvent.Omitted("server_tool_use"),
                        new ChatEvent.ToolStart(0, "a", "one", Optional.empty()),
                        new ChatEvent.ToolArgs(0, "{\"n\":1.10}"),
                        new ChatEvent.ToolStart(1, "b", "two", Optional.empty()));
        assertThat(events).filteredOn(ChatEvent.ToolArgs.class::isInstance).hasSize(2);
    }

    @Test
    void reasoning_is_signed_by_this_provider_and_model() throws Exception {
        var signature = new Signature("sig", Dialect.ANTHROPIC, "claude-x");

        List<ChatEvent> streamed =
                read(
                        START,
                        "{'type':'content_block_start','index':0,'content_block':"
                                + "{'type':'thinking','thinking':'','signature':''}}",
                        "{'type':'content_block_delta','index':0,'delta':"
                                + "{'type':'thinking_delta','thinking':'hm'}}",
                        "{'type':'content_block_delta','index':0,'delta':"
                                + "{'type':'signature_delta','signature':'sig'}}",
                        "{'type':'content_block_stop','index':0}",
                        "{'type':'content_block_start','index':1,'content_block':"
                                + "{'type':'redacted_thinking','data':'sig'}}",
                        "{'type':'content_block_stop','index':1}",
                        END,
                        STOP);
        List<ChatEvent> plain =
                plain(
                        "{'type':'message','id':'msg_1','model':'claude-x','content':["
                                + "{'type':'thinking','thinking':'hm','signature':'sig'},"
                                + "{'type':'redacted_thinking','data':'sig'}],"
                                + "'stop_reason':'end_turn',"
                                + "'usage':{'input_tokens':5,'output_tokens':7}}");

        assertThat(streamed)
                .containsSubsequence(
                        new ChatEvent.Thinking("hm"),
                        new ChatEvent.Signed(signature),
                        new ChatEvent.HiddenThinking(signature));
        assertThat(Say.meaning(plain)).isEqualTo(Say.meaning(streamed));
    }

    @Test
    void a_character_split_over_two_pieces_is_joined() throws Exception {
        List<ChatEvent> events =
                read(
                        START,
                        "{'type':'content_block_start','index':0,"
                                + "'content_block':{'type':'text','text':''}}",
                        "{'type':'content_block_delta','index':0,"
                                + "'delta':{'type':'text_delta','text':'a\\ud83d'}}",
                        "{'type':'content_block_delta','index':0,"
                                + "'delta':{'type':'text_delta','text':'\\ude00b\\ud83d'}}",
                        "{'type':'content_block_stop','index':0}",
                        END,
                        STOP);

        assertThat(events)
                .containsSubsequence(
                        new ChatEvent.Text("a"),
                        new ChatEvent.Text("\uD83D\uDE00b"),
                        new ChatEvent.Text("\uFFFD"));
    }

    @Test
    void a_call_of_the_answer_tool_is_the_answers_text() throws Exception {
        List<ChatEvent> streamed =
                read(
                        START,
                        "{'type':'content_block_start','index':0,'content_block':{'type':"
                                + "'tool_use','id':'a','name':'switchgear_json_answer',"
                                + "'input':{}}}",
                        "{'type':'content_block_delta','index':0,'delta':"
                                + "{'type':'input_json_delta','partial_json':'{\\'n\\':'}}",
                        "{'type':'content_block_delta','index':0,'delta':"
                                + "{'type':'input_json_delta','partial_json':'1.10}'}}",
                        "{'type':'content_block_stop','index':0}",
                        "{'type':'message_delta','delta':{'stop_reason':'tool_use'},"
                                + "'usage':{'output_tokens':7}}",
                        STOP);
        List<ChatEvent> plain =
                plain(
                        "{'type':'message','id':'msg_1','model':'claude-x','content':["
                                + "{'type':'tool_use','id':'a','name':'switchgear_json_answer',"
                                + "'input':{'n':1.10}}],'stop_reason':'tool_use',"
                                + "'usage':{'input_tokens':5,'output_tokens':7}}");

        assertThat(Say.meaning(streamed))
                .containsExactly(
                        new ChatEvent.Start("msg_1", "claude-x"),
                        new ChatEvent.Text("{\"n\":1.10}"),
                        new ChatEvent.Finish(FinishReason.STOP, ""),
                        new ChatEvent.Usage(TokenUsage.of(5, 7)));
        assertThat(Say.meaning(plain)).isEqualTo(Say.meaning(streamed));
    }

    @Test
    void every_stop_reason_has_its_meaning() throws Exception {
        var reasons = new ArrayList<ChatEvent>();
        for (String reason :
                List.of(
                        "end_turn",
                        "stop_sequence",
                        "max_tokens",
                        "model_context_window_exceeded",
                        "tool_use",
                        "pause_turn",
                        "refusal",
                        "not_known_yet")) {
            reasons.add(
                    plain("{'content':[],'stop_reason':'" + reason + "','stop_sequence':'END'}")
                            .getLast());
        }

        assertThat(reasons)
                .containsExactly(
                        new ChatEvent.Finish(FinishReason.STOP, ""),
                        new ChatEvent.Finish(FinishReason.STOP, "END"),
                        new ChatEvent.Finish(FinishReason.LENGTH, ""),
                        new ChatEvent.Finish(FinishReason.LENGTH, ""),
                        new ChatEvent.Finish(FinishReason.TOOL_CALLS, ""),
                        new ChatEvent.Finish(FinishReason.PAUSE, ""),
                        new ChatEvent.Finish(FinishReason.CONTENT_FILTER, ""),
                        ChatEvent.Broken.byModel("not_known_yet", ""));
        assertThat(plain("{'content':[{'type':'text','text':'a'}],'stop_reason':'not_known_yet'}"))
                .last()
                .isEqualTo(new ChatEvent.Finish(FinishReason.STOP, ""));
    }

    @Test
    void a_refusal_is_told_with_its_explanation() throws Exception {
        assertThat(
                        plain(
                                "{'content':[],'stop_reason':'refusal','stop_details':{'type':"
                                        + "'refusal','category':'cyber','explanation':'No.'}}"))
                .containsExactly(
                        new ChatEvent.Start("", ""),
                        new ChatEvent.Refusal("No."),
                        new ChatEvent.Finish(FinishReason.CONTENT_FILTER, ""));
    }

    @Test
    void nothing_is_told_after_an_error_in_the_stream() throws Exception {
        var events = new ArrayList<ChatEvent>();
        var reader = new AnthropicAnswerReader("claude-x");
        for (String data :
                List.of(
                        START,
                        "{'type':'error','error':{'type':'overloaded_error',"
                                + "'message':'Overloaded'}}",
                        END,
                        STOP)) {
            byte[] bytes = Say.bytes(data);
            reader.event(bytes, 0, bytes.length, events::add);
        }

        assertThat(events)
                .endsWith(new ChatEvent.Broken(529, "overloaded_error", "Overloaded"))
                .hasSize(3);
        assertThat(reader.ended()).isTrue();
        assertThat(reader.bodyEnded(events::add)).isFalse();
    }

    @Test
    void a_body_is_whole_once_the_reason_to_stop_has_come_and_not_before() throws Exception {
        for (List<String> stream : List.of(List.of(START), List.of(START, END))) {
            var events = new ArrayList<ChatEvent>();
            var reader = new AnthropicAnswerReader("claude-x");
            for (String data : stream) {
                byte[] bytes = Say.bytes(data);
                reader.event(bytes, 0, bytes.length, events::add);
            }

            boolean stopped = stream.contains(END);
            assertThat(reader.ended()).isFalse();
            assertThat(reader.stopped()).isEqualTo(stopped);
            assertThat(events).noneMatch(ChatEvent.Finish.class::isInstance);
            assertThat(reader.bodyEnded(events::add)).isEqualTo(stopped);
            assertThat(events.getLast() instanceof ChatEvent.Finish).isEqualTo(stopped);
        }
    }

    @Test
    void unknown_events_blocks_and_pieces_are_passed_over() throws Exception {
        List<ChatEvent> events =
                read(
                        "{'type':'future_event','x':[{'type':'text'}]}",
                        START,
                        "{'type':'content_block_start','index':0,"
                                + "'content_block':{'type':'hologram','text':'no'}}",
                        "{'type':'content_block_delta','index':0,"
                                + "'delta':{'type':'text_delta','text':'no'}}",
                        "{'type':'content_block_stop','index':0}",
                        "{'type':'content_block_start','index':1,"
                                + "'content_block':{'type':'text','text':'','citations':[]}}",
                        "{'type':'content_block_delta','index':1,"
                                + "'delta':{'type':'citations_delta','citation':{'type':'x'}}}",
                        "{'type':'content_block_delta','index':1,"
                                + "'delta':{'type':'hologram_delta','text':'no'}}",
                        "{'type':'content_block_stop','index':1}",
                        END,
                        STOP);

        assertThat(events)
                .containsExactly(
                        new ChatEvent.Start("msg_1", "claude-x"),
                        new ChatEvent.Usage(TokenUsage.of(5, 1)),
                        new ChatEvent.Omitted("hologram"),
                        new ChatEvent.Omitted("citations"),
                        new ChatEvent.Usage(TokenUsage.of(5, 7)),
                        new ChatEvent.Finish(FinishReason.STOP, ""));
    }

    @Test
    void what_breaks_the_grammar_is_malformed() {
        for (List<String> data :
                List.of(
                        List.of("not JSON"),
                        List.of("[1]"),
                        List.of("{'type':'message_stop'}{}"),
                        List.of(END),
                        List.of(START, START),
                        List.of(START, STOP),
                        List.of(START, "{'type':'content_block_stop','index':3}"),
                        List.of(
                                START,
                                "{'type':'content_block_delta','index':3,"
                                        + "'delta':{'type':'text_delta','text':'x'}}"))) {
            assertThatThrownBy(() -> read(data.toArray(String[]::new)))
                    .as(data.toString())
                    .isInstanceOf(MalformedAnswer.class);
        }
        for (String body : List.of("<html>", "{}", "{'content':[]}", "[]", "{'content':{}}")) {
            assertThatThrownBy(() -> plain(body)).isInstanceOf(MalformedAnswer.class);
        }
        byte[] noCount = "{\"input_tokens\":\"seven\"}".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> new AnthropicProviderDialect().counted(noCount))
                .isInstanceOf(MalformedAnswer.class);
    }

    @Test
    void an_error_with_status_200_is_told_as_one() throws Exception {
        assertThat(
                        plain(
                                "{'type':'error','error':{'type':'rate_limit_error',"
                                        + "'message':'slow'}}"))
                .containsExactly(new ChatEvent.Broken(429, "rate_limit_error", "slow"));
    }
}
