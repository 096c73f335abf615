package dev.switchgear.dialects.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.tokens.TokenUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Provider side: events in single quotes.
final class ResponsesAnswerReaderTest {
    private final List<ChatEvent> events = new ArrayList<>();
    private final ResponsesAnswerReader reader = new ResponsesAnswerReader("gpt");

    private void tell(String... data) throws MalformedAnswer {
        for (String event : data) {
            byte[] bytes = ("  " + event.replace('\'', '"') + " ").getBytes(UTF_8);
            reader.event(bytes, 2, bytes.length - 1, events::add);
        }
    }

    private void whole(String body) throws MalformedAnswer {
        reader.whole(body.replace('\'', '"').getBytes(UTF_8), events::add);
    }

    private static final String CREATED =
            "{'type':'response.created','response':{'id':'resp_1','model':'gpt-x'}}";
    private static final ChatEvent START = new ChatEvent.Start("resp_1", "gpt-x");

    private static ChatEvent finish(FinishReason reason) {
        return new ChatEvent.Finish(reason, "");
    }

    private static ChatEvent tool(int index, String id, String name) {
        return new ChatEvent.ToolStart(index, id, name, Optional.empty());
    }

    private static String delta(String kind, int output, String text) {
        return "{'type':'response."
                + kind
                + ".delta','output_index':"
                + output
                + ",'delta':'"
                + text
                + "'}";
    }

    @Test
    void pieces_are_told_as_they_come_and_not_again_when_parts_items_and_the_answer_end()
            throws Exception {
        String item = "{'id':'m','type':'message','content':[{'type':'output_text','text':'Hi.'}]}";
        tell(
                CREATED,
                "{'type':'response.in_progress','response':{'id':'resp_1'}}",
                "{'type':'response.output_item.added','output_index':0,'item':{'id':'m','type':'message'}}",
                "{'type':'response.content_part.added','output_index':0}",
                delta("output_text", 0, "Hi"),
                delta("output_text", 0, "."),
                "{'type':'response.output_text.done','output_index':0,'text':'Hi.'}",
                "{'type':'response.output_item.done','output_index':0,'item':" + item + "}",
                "{'type':'response.completed','response':{'status':'completed','output':["
                        + item
                        + "],'usage':{'input_tokens':11,'input_tokens_details':{'cached_tokens':4},"
                        + "'output_tokens':5,'output_tokens_details':{'reasoning_tokens':3}}}}");

        assertThat(events)
                .containsExactly(
                        START,
                        new ChatEvent.Text("Hi"),
                        new ChatEvent.Text("."),
                        new ChatEvent.Usage(new TokenUsage(7, 4, 0, 0, 0, 0, 2, 3, 0, 0, false)),
                        finish(FinishReason.STOP));
        assertThat(reader.ended()).isTrue();
        assertThat(reader.bodyEnded(events::add)).isTrue();
    }

    @Test
    void a_server_that_sends_no_deltas_is_read_from_what_ends_parts_and_items() throws Exception {
        tell(
                CREATED,
                "{'type':'response.output_text.done','output_index':0,'item_id':'m','text':'Hi'}",
                "{'type':'response.output_item.added','output_index':1,'item':{'id':'f',"
                        + "'type':'function_call','call_id':'c','name':'f','arguments':''}}",
                "{'type':'response.function_call_arguments.done','output_index':1,'arguments':'{}'}",
                "{'type':'response.output_item.done','output_index':1,'item':{'id':'f',"
                        + "'type':'function_call','call_id':'c','name':'f','arguments':'{}'}}",
                "{'type':'response.output_item.done','output_index':2,'item':{'id':'g',"
                        + "'type':'function_call','call_id':'d','name':'g','arguments':'{1}'}}",
                "{'type':'response.completed','response':{'status':'completed','output':[]}}");

        assertThat(events)
                .containsExactly(
                        START,
                        new ChatEvent.Text("Hi"),
                        tool(0, "c", "f"),
                        new ChatEvent.ToolArgs(0, "{}"),
                        new ChatEvent.ToolEnd(0),
                        tool(1, "d", "g"),
                        new ChatEvent.ToolArgs(1, "{1}"),
                        new ChatEvent.ToolEnd(1),
                        finish(FinishReason.TOOL_CALLS));
    }

    @Test
    void an_answer_that_only_the_last_event_holds_is_read_from_it() throws Exception {
        tell(
                CREATED,
                "{'type':'response.completed','response':{'status':'completed','output':["
                        + "{'type':'message','content':[{'type':'output_text','text':'Hi'}]},"
                        + "{'type':'function_call','call_id':'c','name':'f','arguments':'{}'}]}}");

        assertThat(events)
                .containsExactly(
                        START,
                        new ChatEvent.Text("Hi"),
                        tool(0, "c", "f"),
                        new ChatEvent.ToolArgs(0, "{}"),
                        new ChatEvent.ToolEnd(0),
                        finish(FinishReason.TOOL_CALLS));
    }

    @Test
    void deltas_without_an_output_index_are_told_apart_by_the_id_of_their_item() throws Exception {
        tell(
                CREATED,
                "{'type':'response.output_item.added','item':{'id':'a','type':'function_call',"
                        + "'call_id':'c1','name':'f'}}",
                "{'type':'response.output_item.added','item':{'id':'b','type':'function_call',"
                        + "'call_id':'c2','name':'g'}}",
                "{'type':'response.function_call_arguments.delta','item_id':'a','delta':'{1'}",
                "{'type':'response.function_call_arguments.delta','item_id':'b','delta':'{2'}",
                "{'type':'response.function_call_arguments.delta','item_id':'a','delta':'}'}",
                "{'type':'response.output_item.done','item':{'id':'b','type':'function_call',"
                        + "'call_id':'c2','name':'g','arguments':'{2'}}",
                "{'type':'response.completed','response':{'output':[{'id':'a',"
                        + "'type':'function_call','call_id':'c1','name':'f','arguments':'{1}'},"
                        + "{'id':'b','type':'function_call'}]}}");

        assertThat(events)
                .containsExactly(
                        START,
                        tool(0, "c1", "f"),
                        tool(1, "c2", "g"),
                        new ChatEvent.ToolArgs(0, "{1"),
                        new ChatEvent.ToolArgs(1, "{2"),
                        new ChatEvent.ToolArgs(0, "}"),
                        new ChatEvent.ToolEnd(1),
                        new ChatEvent.ToolEnd(0),
                        finish(FinishReason.TOOL_CALLS));
    }

    @Test
    void summaries_are_paragraphs_and_sealed_by_the_encrypted_content() throws Exception {
        tell(
                CREATED,
                "{'type':'response.output_item.added','output_index':0,'item':{'type':'reasoning'}}",
                "{'type':'response.reasoning_summary_text.delta','output_index':0,"
                        + "'summary_index':0,'delta':'a'}",
                "{'type':'response.reasoning_summary_text.delta','output_index':0,"
                        + "'summary_index':1,'delta':'b'}",
                "{'type':'response.output_item.done','output_index':0,'item':{'type':'reasoning',"
                        + "'summary':[{'text':'a'},{'text':'b'},{'text':'c'}],"
                        + "'encrypted_content':'E'}}",
                "{'type':'response.output_item.done','output_index':1,'item':{'type':'reasoning',"
                        + "'summary':[],'encrypted_content':'F'}}",
                "{'type':'response.completed','response':{}}");

        assertThat(ResponsesEvents.joined(events))
                .containsExactly(
                        START,
                        new ChatEvent.Thinking("a\n\nb\n\nc"),
                        new ChatEvent.Signed(new Signature("E", Dialect.RESPONSES, "gpt")),
                        new ChatEvent.HiddenThinking(new Signature("F", Dialect.RESPONSES, "gpt")),
                        finish(FinishReason.STOP));
    }

    /// Else the client would run again what was run.
    @Test
    void a_call_that_ran_in_a_container_is_no_call_of_the_client() throws Exception {
        String item = "{'type':'shell_call','call_id':'c','action':{'commands':['ls']}%s}";
        whole(
                "{'id':'resp_1','model':'gpt-x','status':'completed','output':[%s,%s]}"
                        .formatted(
                                item.formatted(",'environment':{'type':'container_reference'}"),
                                item.formatted("").replace("'c'", "'d'")));

        assertThat(events)
                .filteredOn(ChatEvent.ToolStart.class::isInstance)
                .containsExactly(tool(0, "d", "shell"));
    }

    @Test
    void open_reasoning_and_refusals_are_read() throws Exception {
        tell(
                CREATED,
                delta("reasoning_text", 0, "hm"),
                delta("refusal", 1, "I won"),
                delta("refusal", 1, "t"),
                "{'type':'response.refusal.done','output_index':1,'refusal':'I wont'}",
                "{'type':'response.completed','response':{'output':[]}}");

        assertThat(events)
                .containsExactly(
                        START,
                        new ChatEvent.Thinking("hm"),
                        new ChatEvent.Refusal("I won"),
                        new ChatEvent.Refusal("t"),
                        finish(FinishReason.STOP));
    }

    @Test
    void an_answer_that_was_cut_off_is_whole_and_says_so() throws Exception {
        tell(
                CREATED,
                "{'type':'response.output_item.added','output_index':0,'item':{"
                        + "'type':'function_call','call_id':'c','name':'f','arguments':''}}",
                delta("function_call_arguments", 0, "{1"),
                "{'type':'response.incomplete','response':{'status':'incomplete',"
                        + "'incomplete_details':{'reason':'max_output_tokens'},'output':[]}}");

        assertThat(events.getLast()).isEqualTo(finish(FinishReason.LENGTH));
        assertThat(events).contains(new ChatEvent.ToolArgs(0, "{1"), new ChatEvent.ToolEnd(0));
        assertThat(reader.ended()).isTrue();

        events.clear();
        new ResponsesAnswerReader("gpt")
                .whole(
                        ("{\"id\":\"1\",\"model\":\"m\",\"status\":\"incomplete\","
                                        + "\"incomplete_details\":{\"reason\":\"content_filter\"},"
                                        + "\"output\":[]}")
                                .getBytes(UTF_8),
                        events::add);
        assertThat(events.getLast()).isEqualTo(finish(FinishReason.CONTENT_FILTER));
    }

    @Test
    void a_nested_error_and_the_failure_behind_it_are_told_once() throws Exception {
        tell(
                CREATED,
                "{'type':'error','sequence_number':2,'error':{'type':'insufficient_quota',"
                        + "'code':'insufficient_quota','message':'No money.','param':null}}",
                "{'type':'response.failed','response':{'status':'failed','error':{"
                        + "'code':'insufficient_quota','message':'No money.'}}}",
                delta("output_text", 0, "late"));

        assertThat(events)
                .containsExactly(
                        START, new ChatEvent.Broken(429, "insufficient_quota", "No money."));
        assertThat(reader.ended()).isTrue();
    }

    @Test
    void a_flat_error_is_told_too() throws Exception {
        tell("{'type':'error','code':'server_error','message':'Oh.','param':null}");

        assertThat(events)
                .containsExactly(
                        new ChatEvent.Start("", ""),
                        new ChatEvent.Broken(500, "server_error", "Oh."));
    }

    @Test
    void a_failure_without_an_error_event_is_told() throws Exception {
        tell(
                CREATED,
                "{'type':'response.failed','response':{'status':'failed','error':{"
                        + "'code':'rate_limit_exceeded','message':'Slow.'}}}");

        assertThat(events)
                .containsExactly(START, new ChatEvent.Broken(429, "rate_limit_exceeded", "Slow."));
    }

    @Test
    void an_error_text_of_xai_is_told() throws Exception {
        tell("{'code':'invalid-argument','error':'Bad.'}");

        assertThat(events.getLast()).isEqualTo(new ChatEvent.Broken(500, "", "Bad."));
    }

    @Test
    void a_failed_plain_answer_is_broken_and_not_an_empty_success() throws Exception {
        whole(
                "{'id':'resp_1','model':'gpt-x','status':'failed','output':[],"
                        + "'error':{'code':'server_error','message':'Oh.'}}");

        assertThat(events).containsExactly(START, new ChatEvent.Broken(500, "server_error", "Oh."));
    }

    @Test
    void a_stream_that_only_stops_is_not_whole() throws Exception {
        tell(CREATED, delta("output_text", 0, "Hi"), "[DONE]");

        assertThat(reader.ended()).isFalse();
        assertThat(reader.bodyEnded(events::add)).isFalse();
        assertThat(events).containsExactly(START, new ChatEvent.Text("Hi"));
    }

    @Test
    void a_character_split_over_two_deltas_is_joined() throws Exception {
        tell(
                CREATED,
                delta("output_text", 0, "a\\ud83d"),
                delta("output_text", 0, "\\ude00b"),
                delta("output_text", 0, "\\ud83d"),
                "{'type':'response.output_text.done','output_index':0,'text':'x'}",
                "{'type':'response.completed','response':{}}");

        assertThat(events.subList(1, 4))
                .containsExactly(
                        new ChatEvent.Text("a"),
                        new ChatEvent.Text("😀b"),
                        new ChatEvent.Text("\uFFFD"));
    }

    @Test
    void what_the_provider_s_own_tools_did_is_left_out_by_name() throws Exception {
        tell(
                CREATED,
                "{'type':'response.output_item.added','output_index':0,'item':{'type':'web_search_call'}}",
                "{'type':'response.web_search_call.searching','output_index':0}",
                "{'type':'response.output_item.done','output_index':0,'item':{'type':'web_search_call'}}",
                "{'type':'response.completed','response':{'output':[{'type':'web_search_call'},"
                        + "{'type':'message','content':[{'type':'output_text','text':'T',"
                        + "'annotations':[{'type':'url_citation'}]}]}]}}");

        assertThat(events)
                .containsExactly(
                        START,
                        new ChatEvent.Omitted("web_search_call"),
                        new ChatEvent.Text("T"),
                        new ChatEvent.Omitted("output_text.annotations"),
                        finish(FinishReason.STOP));
    }

    @Test
    void what_is_not_the_dialect_is_malformed() {
        assertThatThrownBy(() -> tell("{'type':'response.created'"))
                .isInstanceOf(MalformedAnswer.class);
        assertThatThrownBy(() -> tell("<html>")).isInstanceOf(MalformedAnswer.class);
        assertThatThrownBy(() -> whole("{}")).isInstanceOf(MalformedAnswer.class);
        assertThatThrownBy(() -> whole("[]")).isInstanceOf(MalformedAnswer.class);
        assertThatThrownBy(() -> whole("{'status':'in_progress','output':[]}"))
                .isInstanceOf(MalformedAnswer.class);
    }
}
