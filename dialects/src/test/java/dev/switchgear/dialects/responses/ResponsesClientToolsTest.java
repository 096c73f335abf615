package dev.switchgear.dialects.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Tool;
import dev.switchgear.families.llm.chat.ToolChoice;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.model.ModelTraits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What tools are called that the client runs, and what becomes of calls that are not as asked for.
final class ResponsesClientToolsTest {
    private static ChatRequest asked(String body) {
        try {
            return new ResponsesClientDialect()
                    .chat(body.replace('\'', '"').getBytes(UTF_8), "m", true);
        } catch (InvalidBody e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> names(ChatRequest asked) {
        return asked.tools().stream().map(tool -> ((Tool.Function) tool).name()).toList();
    }

    private static final String ALIKE =
            """
            'tools':[{'type':'function','name':'n__add'},
             {'type':'namespace','name':'n','description':'','tools':[{'type':'function','name':'add'}]},
             {'type':'custom','name':'shell'},{'type':'shell'}]\
            """;

    @Test
    void tools_that_would_be_called_alike_are_told_apart_and_come_back_as_their_own() {
        ChatRequest asked = asked("{'input':'q'," + ALIKE + "}");

        List<String> names = names(asked);
        assertThat(names).doesNotHaveDuplicates().startsWith("n__add").contains("shell");
        assertThat(names.get(1)).matches("n__add_[0-9a-f]{8}");
        assertThat(names.get(3)).matches("shell_[0-9a-f]{8}");
        assertThat(names(asked("{'input':'q'," + ALIKE + "}"))).isEqualTo(names);

        assertThat(item(asked, names.get(0), "{}").path("namespace").isMissingNode()).isTrue();
        JsonNode inside = item(asked, names.get(1), "{}");
        assertThat(inside.path("namespace").asString("")).isEqualTo("n");
        assertThat(inside.path("name").asString("")).isEqualTo("add");
        assertThat(item(asked, names.get(2), "{}").path("type").asString(""))
                .isEqualTo("custom_tool_call");
        assertThat(item(asked, names.get(3), "{}").path("type").asString(""))
                .isEqualTo("shell_call");
    }

    @Test
    void their_history_and_choice_name_the_same() {
        ChatRequest asked =
                asked(
                        "{'input':[{'role':'user','content':'q'},"
                                + "{'type':'function_call','call_id':'1','name':'n__add','arguments':'{}'},"
                                + "{'type':'function_call','call_id':'2','namespace':'n','name':'add','arguments':'{}'},"
                                + "{'type':'custom_tool_call','call_id':'3','name':'shell','input':'i'},"
                                + "{'type':'shell_call','call_id':'4','action':{'commands':['a']}}],"
                                + "'tool_choice':{'type':'shell'},"
                                + ALIKE
                                + "}");

        List<String> called =
                asked.turns().getLast().parts().stream()
                        .map(part -> ((Part.ToolCall) part).name())
                        .toList();
        assertThat(called).isEqualTo(names(asked));
        assertThat(asked.toolChoice()).isEqualTo(new ToolChoice.Named(names(asked).getLast()));
    }

    @Test
    void where_a_name_does_not_tell_whose_it_is_they_are_functions_to_all() throws NotTranslatable {
        JsonNode body =
                Json.read(
                        new String(
                                new ResponsesProviderDialect(ResponsesFlavour.OPENAI)
                                        .chat(
                                                asked("{'input':'q'," + ALIKE + "}"),
                                                new ModelTarget("m", ModelTraits.UNKNOWN))
                                        .body(),
                                UTF_8));

        body.path("tools")
                .values()
                .forEach(tool -> assertThat(tool.path("type").asString("")).isEqualTo("function"));
        assertThat(body.path("tools").size()).isEqualTo(4);
    }

    @Test
    void a_tool_that_is_offered_again_is_one_as_it_was_said_last() {
        ChatRequest asked =
                asked(
                        """
                        {'input':[{'role':'user','content':'q'},
                          {'type':'additional_tools','role':'developer','tools':[
                            {'type':'function','name':'b','description':'new'},
                            {'type':'function','name':'c'}]}],
                         'tools':[{'type':'function','name':'a'},
                          {'type':'function','name':'b','description':'old'}]}\
                        """);

        assertThat(names(asked)).containsExactly("a", "b", "c");
        assertThat(((Tool.Function) asked.tools().get(1)).description()).isEqualTo("new");
    }

    private static List<ChatEvent> events(String name, String arguments, FinishReason reason) {
        var events = new ArrayList<ChatEvent>();
        events.add(new ChatEvent.Start("", "m"));
        events.add(new ChatEvent.ToolStart(0, "c1", name, Optional.empty()));
        for (int i = 0; i < arguments.length(); i++) {
            events.add(new ChatEvent.ToolArgs(0, arguments.substring(i, i + 1)));
        }
        events.add(new ChatEvent.ToolEnd(0));
        events.add(new ChatEvent.Finish(reason, ""));
        return events;
    }

    private static JsonNode item(ChatRequest asked, String name, String arguments) {
        return item(asked, name, arguments, FinishReason.TOOL_CALLS);
    }

    /// The item of one call, which is the same plain and streamed.
    private static JsonNode item(
            ChatRequest asked, String name, String arguments, FinishReason reason) {
        List<ChatEvent> events = events(name, arguments, reason);
        byte[] plain =
                new ResponsesClientDialect()
                        .answer(asked, new AnswerIdentity("1", 1, "m"))
                        .whole(events);
        JsonNode item = Json.read(plain, 0, plain.length).path("output").path(0);
        JsonNode streamed =
                ResponsesStrictClient.accepts(ResponsesDialectRecordingsTest.stream(asked, events));
        assertThat(streamed.path("output").path(0)).isEqualTo(item);
        return item;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "local_shell | {\"command\":\"ls -l\"} | {'action':{'type':'exec','command':['bash','-lc','ls -l'],'env':{}}}",
                "local_shell | {\"command\":[\"a\",1],\"env\":{\"A\":\"b\"},\"user\":\"me\"} | {'action':{'type':'exec','command':['a','1'],'env':{'A':'b'},'user':'me'}}",
                "local_shell | rm -rf | {'action':{'type':'exec','command':['rm -rf'],'env':{}}}",
                "local_shell | {} | {'action':{'type':'exec','command':[],'env':{}}}",
                "shell | {\"commands\":\"ls\",\"timeout_ms\":\"x\"} | {'action':{'commands':['ls'],'timeout_ms':null,'max_output_length':null},'environment':{'type':'local'}}",
                "shell | {\"comm | {'action':{'commands':['{\\'comm'],'timeout_ms':null,'max_output_length':null},'environment':{'type':'local'}}",
                "apply_patch | {\"type\":\"delete_file\",\"path\":\"p\",\"diff\":\"x\"} | {'operation':{'type':'delete_file','path':'p'}}",
                "apply_patch | *** Begin Patch | {'operation':{'type':'update_file','path':'','diff':'*** Begin Patch'}}",
                "tool_search | mail | {'execution':'client','arguments':'mail'}",
                "tool_search | {\"query\":\"mail\"} | {'execution':'client','arguments':{'query':'mail'}}",
                "exec | not json | {'name':'exec','input':'not json'}",
                "exec | {\"cmd\":1} | {'name':'exec','input':'{\\'cmd\\':1}'}",
            })
    void arguments_that_are_not_as_asked_for_are_not_lost(
            String name, String arguments, String held) {
        ChatRequest asked =
                asked(
                        """
                        {'input':'q','tools':[{'type':'local_shell'},{'type':'shell'},
                          {'type':'apply_patch'},{'type':'tool_search','execution':'client'},
                          {'type':'custom','name':'exec'}]}\
                        """);

        ObjectNode item = (ObjectNode) item(asked, name, arguments).deepCopy();

        item.remove(List.of("id", "type", "status", "call_id"));
        assertThat(item)
                .isEqualTo(
                        Json.read(
                                held.replace("\\'", "\\\u0001")
                                        .replace('\'', '"')
                                        .replace('\u0001', '"')));
    }

    @Test
    void a_call_that_was_cut_off_is_incomplete_with_what_came() {
        ChatRequest asked = asked("{'input':'q','tools':[{'type':'custom','name':'exec'}]}");

        JsonNode item = item(asked, "exec", "{\"input\":\"half", FinishReason.LENGTH);

        assertThat(item.path("status").asString("")).isEqualTo("incomplete");
        assertThat(item.path("input").asString("")).isEqualTo("half");
    }

    @Test
    void calls_beside_each_other_keep_their_pieces_apart() {
        ChatRequest asked =
                asked(
                        "{'input':'q','tools':[{'type':'custom','name':'a'},"
                                + "{'type':'function','name':'b'},{'type':'shell'}]}");
        List<ChatEvent> events =
                List.of(
                        new ChatEvent.Start("", "m"),
                        new ChatEvent.ToolStart(0, "1", "a", Optional.empty()),
                        new ChatEvent.ToolStart(1, "2", "b", Optional.empty()),
                        new ChatEvent.ToolArgs(0, "{\"input\":\"x"),
                        new ChatEvent.ToolStart(2, "3", "shell", Optional.empty()),
                        new ChatEvent.ToolArgs(2, "{\"commands\":["),
                        new ChatEvent.ToolArgs(1, "{\"n\":1}"),
                        new ChatEvent.ToolArgs(0, "y\"}"),
                        new ChatEvent.ToolEnd(0),
                        new ChatEvent.ToolArgs(2, "\"ls\"]}"),
                        new ChatEvent.ToolEnd(2),
                        new ChatEvent.ToolEnd(1),
                        new ChatEvent.Finish(FinishReason.TOOL_CALLS, ""));

        JsonNode output =
                ResponsesStrictClient.accepts(ResponsesDialectRecordingsTest.stream(asked, events))
                        .path("output");

        assertThat(output.path(0).path("input").asString("")).isEqualTo("xy");
        assertThat(output.path(1).path("arguments").asString("")).isEqualTo("{\"n\":1}");
        assertThat(output.path(2).path("action").path("commands").path(0).asString(""))
                .isEqualTo("ls");
    }

    @Test
    void an_answer_repeats_the_tools_of_the_list_and_the_choice_as_they_were_said() {
        String tools =
                """
                [{'type':'custom','name':'exec','format':{'type':'text'}},
                 {'type':'namespace','name':'n','description':'d','tools':[
                   {'type':'function','name':'add','parameters':{'type':'object'},'defer_loading':true},
                   {'type':'custom','name':'run'}]},
                 {'type':'web_search'},{'type':'local_shell'}]\
                """;
        String choice = "{'type':'custom','name':'exec'}";
        ChatRequest asked =
                asked(
                        "{'input':[{'role':'user','content':'q'},{'type':'additional_tools',"
                                + "'role':'developer','tools':[{'type':'custom','name':'more'}]}],"
                                + "'tools':"
                                + tools
                                + ",'tool_choice':"
                                + choice
                                + "}");

        byte[] plain =
                new ResponsesClientDialect()
                        .answer(asked, new AnswerIdentity("1", 1, "m"))
                        .whole(events("exec", "{}", FinishReason.TOOL_CALLS));

        JsonNode response = Json.read(plain, 0, plain.length);
        assertThat(response.path("tools")).isEqualTo(Json.read(tools.replace('\'', '"')));
        assertThat(response.path("tool_choice")).isEqualTo(Json.read(choice.replace('\'', '"')));
    }

    /// What runs in a container of a provider's is never asked of the client.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type':'shell'} | true",
                "{'type':'shell','environment':{'type':'local'}} | true",
                "{'type':'shell','environment':{'type':'container_auto'}} | false",
                "{'type':'tool_search','execution':'client'} | true",
                "{'type':'tool_search','execution':'server'} | false",
                "{'type':'tool_search'} | false",
            })
    void the_client_runs_what_it_said_that_it_runs(String tool, boolean client) {
        Tool offered = asked("{'input':'q','tools':[" + tool + "]}").tools().getFirst();

        assertThat(offered instanceof Tool.Function).isEqualTo(client);
    }

    @ParameterizedTest
    @CsvSource({"completed, false", "failed, true"})
    void a_patch_that_failed_is_a_result_that_failed(String status, boolean failed) {
        ChatRequest asked =
                asked(
                        """
                        {'input':[{'role':'user','content':'q'},
                          {'type':'apply_patch_call','call_id':'c1','status':'completed',
                           'operation':{'type':'delete_file','path':'p'}},
                          {'type':'apply_patch_call_output','call_id':'c1','status':'%s'}]}\
                        """
                                .formatted(status));

        var result = (Part.ToolResult) asked.turns().getLast().parts().getFirst();
        assertThat(result.error()).isEqualTo(failed);
        assertThat(result.content()).containsExactly(new Part.Text(status));
    }

    @Test
    void a_shells_result_may_name_the_item_in_place_of_the_call() {
        ChatRequest asked =
                asked(
                        """
                        {'input':[{'role':'user','content':'q'},
                          {'type':'local_shell_call','id':'lsh_1','call_id':'c1','status':'completed',
                           'action':{'type':'exec','command':['ls'],'env':{},'timeout_ms':null}},
                          {'type':'local_shell_call_output','id':'lsh_1','output':'files'}]}\
                        """);

        var result = (Part.ToolResult) asked.turns().getLast().parts().getFirst();
        assertThat(result.id()).isEqualTo("c1");
        var call = (Part.ToolCall) asked.turns().get(1).parts().getFirst();
        assertThat(call.arguments()).isEqualTo("{\"command\":[\"ls\"]}");
    }
}
