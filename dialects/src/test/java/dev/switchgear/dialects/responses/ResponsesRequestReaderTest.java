package dev.switchgear.dialects.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.switchgear.dialects.WrappedSeal;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.AnswerFormat;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Extra;
import dev.switchgear.families.llm.chat.Media;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.ReasoningWish.Effort;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.chat.Tool;
import dev.switchgear.families.llm.chat.ToolChoice;
import dev.switchgear.families.llm.chat.Turn;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Client side: bodies in single quotes.
final class ResponsesRequestReaderTest {
    private final ResponsesClientDialect client = new ResponsesClientDialect();

    private ChatRequest read(String body) throws InvalidBody {
        return client.chat(body.replace('\'', '"').getBytes(UTF_8), "m", false);
    }

    @Test
    void a_plain_text_is_a_turn_of_the_user_behind_the_instructions() throws Exception {
        ChatRequest asked = read("{'model':'m','instructions':'Be brief.','input':'Hi'}");

        assertThat(asked.turns())
                .containsExactly(
                        new Turn(Role.SYSTEM, List.of(new Part.Text("Be brief."))),
                        new Turn(Role.USER, List.of(new Part.Text("Hi"))));
        assertThat(asked.extras()).isEmpty();
    }

    @Test
    void items_are_gathered_into_turns_with_results_first() throws Exception {
        ChatRequest asked =
                read(
                        """
                        {'model':'m','input':[
                         {'role':'developer','content':'D'},
                         {'role':'user','content':[{'type':'input_text','text':'Q'}]},
                         {'type':'reasoning','id':'rs_1','summary':[{'type':'summary_text',
                          'text':'a'},{'type':'summary_text','text':'b'}],'encrypted_content':'E'},
                         {'type':'function_call','id':'fc_1','call_id':'c1','name':'f',
                          'arguments':'{}','status':'completed'},
                         {'type':'function_call','call_id':'c2','name':'g','arguments':''},
                         {'role':'user','content':'and?'},
                         {'type':'function_call_output','call_id':'c1','output':'1'},
                         {'type':'function_call_output','call_id':'c2','output':[
                          {'type':'input_text','text':'2'},
                          {'type':'input_image','image_url':'data:image/PNG;base64,QUJD'}]}]}
                        """);

        assertThat(asked.turns())
                .containsExactly(
                        new Turn(Role.SYSTEM, List.of(new Part.Text("D"))),
                        new Turn(Role.USER, List.of(new Part.Text("Q"))),
                        new Turn(
                                Role.ASSISTANT,
                                List.of(
                                        new Part.Thinking("a", Optional.empty()),
                                        new Part.Thinking(
                                                "b",
                                                Optional.of(
                                                        new Signature("E", Dialect.RESPONSES, ""))),
                                        new Part.ToolCall("c1", "f", "{}", Optional.empty()),
                                        new Part.ToolCall("c2", "g", "", Optional.empty()))),
                        new Turn(
                                Role.USER,
                                List.of(
                                        new Part.ToolResult(
                                                "c1", "", List.of(new Part.Text("1")), false),
                                        new Part.ToolResult(
                                                "c2",
                                                "",
                                                List.of(
                                                        new Part.Text("2"),
                                                        new Part.Image(
                                                                new Media.Inline(
                                                                        "image/png", "QUJD"),
                                                                "")),
                                                false),
                                        new Part.Text("and?"))));
    }

    @Test
    void every_kind_of_media_is_read() throws Exception {
        ChatRequest asked =
                read(
                        """
                        {'model':'m','input':[{'role':'user','content':[
                         {'type':'input_image','image_url':'https://x/a.png','detail':'low'},
                         {'type':'input_image','file_id':'file-1'},
                         {'type':'input_file','filename':'A.PDF','file_data':'QUJD'},
                         {'type':'input_file','filename':'b','file_data':
                          'data:text/csv;charset=utf-8;base64,QUJD'},
                         {'type':'input_file','file_url':'https://x/c.pdf'},
                         {'type':'input_file','file_id':'file-2'}]}]}
                        """);

        assertThat(asked.turns().getFirst().parts())
                .containsExactly(
                        new Part.Image(new Media.Url("https://x/a.png", ""), "low"),
                        new Part.Image(new Media.FileId(Dialect.RESPONSES, "file-1", ""), ""),
                        new Part.Document(new Media.Inline("application/pdf", "QUJD"), "A.PDF"),
                        new Part.Document(new Media.Inline("text/csv", "QUJD"), "b"),
                        new Part.Document(new Media.Url("https://x/c.pdf", ""), ""),
                        new Part.Document(new Media.FileId(Dialect.RESPONSES, "file-2", ""), ""));
    }

    @Test
    void settings_are_read_and_what_has_no_neutral_place_is_kept_under_its_path() throws Exception {
        ChatRequest asked =
                read(
                        """
                        {'model':'m','input':'Hi','max_output_tokens':50,'temperature':0.2,
                         'top_p':0.9,'parallel_tool_calls':false,'safety_identifier':'u',
                         'reasoning':{'effort':'xhigh','summary':'detailed','context':'all_turns'},
                         'text':{'verbosity':'low','format':{'type':'json_schema','name':'n',
                          'schema':{'type':'object'},'strict':true}},
                         'include':['reasoning.encrypted_content','file_search_call.results'],
                         'metadata':{'a':'b'},'brand_new':1,'truncation':null,'store':false}
                        """);

        assertThat(asked.maxOutputTokens()).hasValue(50);
        assertThat(asked.sampling().temperature()).hasValue(0.2);
        assertThat(asked.sampling().topP()).hasValue(0.9);
        assertThat(asked.parallelTools()).contains(false);
        assertThat(asked.user()).contains("u");
        assertThat(asked.reasoning().effort()).contains(Effort.XHIGH);
        assertThat(asked.reasoning().shown()).contains(true);
        AnswerFormat.JsonSchema format = (AnswerFormat.JsonSchema) asked.format();
        assertThat(format.name()).isEqualTo("n");
        assertThat(format.strict()).contains(true);
        assertThat(asked.extras().stream().map(Extra::field))
                .containsExactlyInAnyOrder(
                        "text.verbosity",
                        "reasoning.summary",
                        "reasoning.context",
                        "include",
                        "metadata",
                        "brand_new");
    }

    @Test
    void flat_tools_hosted_tools_and_every_choice_are_read() throws Exception {
        String tools =
                "'tools':[{'type':'function','name':'f','description':'d','parameters':"
                        + "{'type':'object','x':12345678901234567890.10},'strict':true},"
                        + "{'type':'function','name':'g'},{'type':'web_search'}]";
        ChatRequest asked = read("{'model':'m','input':'Hi'," + tools + "}");

        Tool.Function first = (Tool.Function) asked.tools().getFirst();
        assertThat(first.parameters().orElseThrow())
                .hasToString("{\"type\":\"object\",\"x\":12345678901234567890.10}");
        assertThat(asked.tools().get(1))
                .isEqualTo(
                        new Tool.Function(
                                "g", "", Optional.empty(), Optional.empty(), Optional.empty()));
        assertThat(((Tool.Hosted) asked.tools().get(2)).kind()).isEqualTo("web_search");
        assertThat(choice("'required'")).isEqualTo(new ToolChoice.Required());
        assertThat(choice("{'type':'function','name':'f'}")).isEqualTo(new ToolChoice.Named("f"));
        assertThat(
                        choice(
                                "{'type':'allowed_tools','mode':'required','tools':"
                                        + "[{'type':'function','name':'f'}]}"))
                .isEqualTo(new ToolChoice.Among(List.of("f"), true));
        assertThat(choice("{'type':'web_search'}")).isEqualTo(new ToolChoice.Unsaid());
    }

    private ToolChoice choice(String choice) throws InvalidBody {
        return read("{'model':'m','input':'Hi','tool_choice':" + choice + "}").toolChoice();
    }

    @Test
    void reasoning_of_other_dialects_comes_back_with_its_signer() throws Exception {
        var claude = new Signature("S", Dialect.ANTHROPIC, "claude");
        var gemini = new Signature("G", Dialect.GEMINI, "gemini");
        ChatRequest asked =
                read(
                        "{'model':'m','input':[{'role':'user','content':'Q'},"
                                + "{'type':'reasoning','summary':[],'encrypted_content':'"
                                + claude.shownTo(Dialect.RESPONSES)
                                + "'},{'type':'reasoning','summary':[],'encrypted_content':'"
                                + WrappedSeal.ofCall(gemini, Dialect.RESPONSES)
                                + "'},{'type':'function_call','call_id':'c','name':'f',"
                                + "'arguments':'{}'}]}");

        assertThat(asked.turns().get(1).parts())
                .containsExactly(
                        new Part.HiddenThinking(claude),
                        new Part.ToolCall("c", "f", "{}", Optional.of(gemini)));
    }

    @Test
    void items_of_hosted_tools_stay_as_they_are() throws Exception {
        ChatRequest asked =
                read(
                        "{'model':'m','input':[{'role':'user','content':'Q'},"
                                + "{'type':'web_search_call','id':'ws_1','status':'completed'},"
                                + "{'type':'custom_tool_call_output','call_id':'x','output':'y'}]}");

        assertThat(asked.turns()).hasSize(3);
        assertThat(((Part.Foreign) asked.turns().get(1).parts().getFirst()).kind())
                .isEqualTo("web_search_call");
        assertThat(asked.turns().get(2).role()).isEqualTo(Role.USER);
    }

    @Test
    void citations_and_phases_are_kept_as_extras_and_not_lost_silently() throws Exception {
        ChatRequest asked =
                read(
                        "{'model':'m','input':[{'role':'assistant','phase':'final_answer',"
                                + "'content':[{'type':'output_text','text':'T','logprobs':[],"
                                + "'annotations':[{'type':'url_citation'}]}]}]}");

        assertThat(asked.extras().stream().map(Extra::field))
                .containsExactly("input[0].phase", "input[0].content[0].annotations");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'model':'m'} | input",
                "{'input':[]} | input",
                "{'input':3} | input",
                "{'input':[3]} | input[0]",
                "{'input':[{'role':'robot','content':'x'}]} | input[0].role",
                "{'input':[{'content':'x'}]} | input[0].role",
                "{'input':[{'role':'user'}]} | input[0].content",
                "{'input':[{'role':'user','content':[{'type':'video'}]}]} | input[0].content[0].type",
                "{'input':[{'role':'user','content':[{'type':'input_text'}]}]} | input[0].content[0].text",
                "{'input':[{'role':'user','content':[{'type':'input_image'}]}]} | input[0].content[0].image_url",
                "{'input':[{'role':'user','content':[{'type':'input_image','image_url':'data:x'}]}]} | input[0].content[0].image_url",
                "{'input':[{'role':'user','content':[{'type':'input_image','image_url':'data:image/png;base64,a!'}]}]} | input[0].content[0].image_url",
                "{'input':[{'role':'user','content':[{'type':'input_image','image_url':'data:image/png,%4'}]}]} | input[0].content[0].image_url",
                "{'input':[{'role':'user','content':[{'type':'input_image','image_url':'nowhere'}]}]} | input[0].content[0].image_url",
                "{'input':[{'role':'user','content':[{'type':'input_file'}]}]} | input[0].content[0].file_data",
                "{'input':[{'type':'function_call','name':'f','arguments':'{}'}]} | input[0].call_id",
                "{'input':[{'type':'function_call','call_id':'c','name':'f','arguments':{}}]} | input[0].arguments",
                "{'input':[{'type':'function_call_output','call_id':'c'}]} | input[0].output",
                "{'input':[{'type':'item_reference','id':'rs_1'}]} | input[0]",
                "{'input':'x','previous_response_id':'resp_1'} | previous_response_id",
                "{'input':'x','conversation':{'id':'conv_1'}} | conversation",
                "{'input':'x','prompt':{'id':'p'}} | prompt",
                "{'input':'x','background':true} | background",
                "{'input':'x','temperature':3} | temperature",
                "{'input':'x','temperature':1e999999999} | temperature",
                "{'input':'x','max_output_tokens':0} | max_output_tokens",
                "{'input':'x','max_output_tokens':1.5} | max_output_tokens",
                "{'input':'x','max_output_tokens':99999999999999999999} | max_output_tokens",
                "{'input':'x','tools':[{'type':'function'}]} | tools[0].name",
                "{'input':'x','tools':[{'type':'function','name':'f','parameters':[]}]} | tools[0].parameters",
                "{'input':'x','tools':{}} | tools",
                "{'input':'x','tool_choice':'any'} | tool_choice",
                "{'input':'x','text':{'format':{'type':'xml'}}} | text.format.type",
                "{'input':'x','text':{'format':{'type':'json_schema','name':'n'}}} | text.format.schema",
                "{'input':'x','reasoning':{'effort':[]}} | reasoning.effort",
                "{'input':'x','include':'all'} | include",
            })
    void what_cannot_be_read_is_refused_by_the_name_of_its_field(String body, String param) {
        InvalidBody refused = catchThrowableOfType(InvalidBody.class, () -> read(body));

        assertThat(refused.param()).contains(param);
        assertThat(refused.message()).startsWith(param + ": ").contains("expected: ");
    }

    @Test
    void a_count_is_told_as_the_provider_tells_it() {
        assertThat(new String(client.counted(16, true), UTF_8))
                .isEqualTo("{\"object\":\"response.input_tokens\",\"input_tokens\":16}");
    }
}
