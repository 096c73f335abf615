package dev.switchgear.dialects;

import static dev.switchgear.dialects.ShownToModelsTest.PROVIDERS;
import static dev.switchgear.dialects.ShownToModelsTest.read;
import static dev.switchgear.dialects.ShownToModelsTest.word;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Extra;
import dev.switchgear.families.llm.chat.ReasoningWish.Effort;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Tool;
import dev.switchgear.families.llm.chat.ToolChoice;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Clients are pointed at the gateway with what another server took: that is understood where it has a
/// meaning, told as left out where not, and never an error.
class OtherVendorsWordsTest {
    /// Requests that lack nothing; `#` stands for more fields.
    private static final Map<String, String> ASKING =
            Map.of(
                    "chat", "{'messages':[{'role':'user','content':'go'}],#}",
                    "responses", "{'input':'go',#}",
                    "anthropic",
                            "{'max_tokens':5000,'messages':[{'role':'user','content':'go'}],#}",
                    "gemini", "{'contents':[{'parts':[{'text':'go'}]}],#}",
                    "ollama", "{'messages':[{'role':'user','content':'go'}],#}",
                    "generate", "{'prompt':'go',#}");

    private static ChatRequest asked(String door, String more) throws Exception {
        ChatRequest asked = read(door, Objects.requireNonNull(ASKING.get(door)).replace("#", more));
        for (var provider : PROVIDERS.entrySet()) {
            assertThat(word(provider.getValue(), asked).body()).as(provider.getKey()).isNotEmpty();
        }
        return asked;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    chat | {'type':'function','function':{'name':'f','parameters':{'type':'object'}}}
                    chat | {'function':{'name':'f','parameters':{'type':'object'}}}
                    chat | {'name':'f','parameters':{'type':'object'}}
                    chat | {'type':'function','name':'f','parameters':{'type':'object'},'strict':null}
                    chat | {'name':'f','description':null,'input_schema':{'type':'object'}}
                    responses | {'type':'function','name':'f','parameters':{'type':'object'}}
                    responses | {'name':'f','parameters':{'type':'object'}}
                    responses | {'type':'function','function':{'name':'f','parameters':{'type':'object'}}}
                    responses | {'function':{'name':'f','parameters':{'type':'object'}}}
                    anthropic | {'name':'f','input_schema':{'type':'object'}}
                    anthropic | {'type':null,'name':'f','input_schema':{'type':'object'}}
                    anthropic | {'type':'function','function':{'name':'f','parameters':{'type':'object'}}}
                    anthropic | {'function':{'name':'f','parameters':{'type':'object'}}}
                    anthropic | {'name':'f','parameters':{'type':'object'}}
                    gemini | {'functionDeclarations':[{'name':'f','parameters':{'type':'OBJECT'}}]}
                    gemini | {'function_declarations':{'name':'f','parameters':{'type':'OBJECT'}}}
                    ollama | {'type':'function','function':{'name':'f','parameters':{'type':'object'}}}
                    ollama | {'function':{'name':'f','parameters':{'type':'object'}}}
                    ollama | {'name':'f','parameters':{'type':'object'}}
                    """)
    void a_function_is_one_however_it_is_wrapped(String door, String tool) throws Exception {
        ChatRequest asked = asked(door, "'tools':[" + tool + "]");

        assertThat(asked.tools())
                .singleElement()
                .isInstanceOfSatisfying(
                        Tool.Function.class,
                        function -> {
                            assertThat(function.name()).isEqualTo("f");
                            assertThat(function.parameters()).isPresent();
                        });
        assertThat(asked.extras()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    chat | {'type':'function','function':{'name':'f'}}
                    chat | {'function':{'name':'f'}}
                    chat | {'type':'function','name':'f'}
                    chat | {'type':'tool','name':'f'}
                    chat | {'name':'f'}
                    responses | {'type':'function','name':'f'}
                    responses | {'type':'function','function':{'name':'f'}}
                    """)
    void a_choice_of_a_function_is_one_however_it_is_wrapped(String door, String choice)
            throws Exception {
        ChatRequest asked =
                asked(door, "'tools':[{'type':'function','name':'f'}],'tool_choice':" + choice);

        assertThat(asked.toolChoice()).isEqualTo(new ToolChoice.Named("f"));
    }

    /// `unsaid` is left to the model, `budget` a number of tokens.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    chat | 'reasoning_effort':'default' | unsaid
                    chat | 'reasoning_effort':'auto' | unsaid
                    chat | 'reasoning_effort':null | unsaid
                    chat | 'reasoning_effort':'' | unsaid
                    chat | 'reasoning_effort':'minimal' | MINIMAL
                    chat | 'reasoning_effort':'High' | HIGH
                    chat | 'reasoning_effort':'off' | NONE
                    chat | 'reasoning_effort':'ultra' | MAX
                    chat | 'reasoning_effort':'no-such-word' | unsaid
                    chat | 'reasoning_effort':3 | unsaid
                    chat | 'thinking':{'type':'enabled','budget_tokens':2000} | budget
                    chat | 'thinking':{'budget_tokens':2000} | budget
                    chat | 'thinking':{'type':'disabled'} | NONE
                    chat | 'thinking':false | NONE
                    chat | 'thinking':null | unsaid
                    chat | 'enable_thinking':false | NONE
                    chat | 'enable_thinking':true | unsaid
                    chat | 'enable_thinking':true,'thinking_budget':2000 | budget
                    chat | 'chat_template_kwargs':{'enable_thinking':false} | NONE
                    chat | 'chat_template_kwargs':{'thinking':false} | NONE
                    chat | 'extra_body':{'google':{'thinking_config':{'thinking_budget':2000,'include_thoughts':true}}} | budget
                    chat | 'extra_body':{'google':{'thinking_config':{'thinking_level':'low'}}} | LOW
                    chat | 'reasoning':{'effort':'default'} | unsaid
                    chat | 'reasoning':null,'extra_body':{'x':1} | unsaid
                    responses | 'reasoning':{'effort':'default'} | unsaid
                    responses | 'reasoning':{'effort':'off','summary':null} | NONE
                    responses | 'reasoning_effort':'high' | unsaid
                    anthropic | 'output_config':{'effort':'default'} | unsaid
                    anthropic | 'output_config':{'effort':'minimal'} | MINIMAL
                    anthropic | 'thinking':{'budget_tokens':2000} | budget
                    anthropic | 'thinking':null,'reasoning_effort':'high' | unsaid
                    ollama | 'think':'default' | unsaid
                    ollama | 'think':'minimal' | MINIMAL
                    ollama | 'think':'none' | NONE
                    ollama | 'think':null | unsaid
                    generate | 'think':'xhigh' | XHIGH
                    """)
    void how_much_to_reason_is_understood_in_any_word(String door, String said, String meant)
            throws Exception {
        ChatRequest asked = asked(door, said);

        String found =
                asked.reasoning()
                        .effort()
                        .map(Effort::name)
                        .orElse(
                                asked.reasoning().budgetTokens().orElse(-1) > 0
                                        ? "budget"
                                        : "unsaid");
        assertThat(found).isEqualTo(meant);
    }

    /// Settings that came after us, or that another server has: each is named as left out.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    chat | 'reasoning_effort':'no-such' | reasoning_effort
                    chat | 'thinking':{'type':'no-such'} | thinking.type
                    chat | 'thinking':'no-such' | thinking
                    responses | 'reasoning':{'effort':'no-such'} | reasoning.effort
                    anthropic | 'output_config':{'effort':'no-such'} | output_config.effort
                    anthropic | 'thinking':{'type':'no-such'} | thinking.type
                    anthropic | 'thinking':{'type':'adaptive','display':'no-such'} | thinking.display
                    anthropic | 'thinking':{'type':'enabled','budget_tokens':2000,'display':'no-such'} | thinking.display
                    gemini | 'generationConfig':{'thinkingConfig':{'thinkingLevel':'no-such'}} | generationConfig.thinkingConfig.thinkingLevel
                    ollama | 'think':'no-such' | think
                    """)
    void a_wish_in_a_word_that_nobody_knows_is_named_as_left_out(
            String door, String more, String path) throws Exception {
        assertThat(asked(door, more).extras()).extracting(Extra::field).containsExactly(path);
    }

    /// Fields of other servers, and nulls for all that need not be said.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    chat | 'top_k':4,'min_p':0.1,'repetition_penalty':1.1,'extra_body':{'a':1},'chat_template_kwargs':{'a':1},'safe_prompt':true,'cache_control':{'type':'ephemeral'}
                    chat | 'temperature':null,'top_p':null,'max_tokens':null,'max_completion_tokens':null,'stop':null,'tools':null,'tool_choice':null,'response_format':null,'n':null,'seed':null,'user':null,'stream_options':null,'functions':null,'parallel_tool_calls':null,'logprobs':null
                    chat | 'tools':[],'stop':[],'response_format':{'json_schema':{'name':'a','schema':{'type':'object'}}}
                    responses | 'top_k':4,'seed':1,'chat_template_kwargs':{'a':1},'stop':'x'
                    responses | 'temperature':null,'top_p':null,'max_output_tokens':null,'tools':null,'tool_choice':null,'text':null,'reasoning':null,'instructions':null,'include':null,'store':null,'metadata':null,'previous_response_id':null
                    anthropic | 'seed':1,'chat_template_kwargs':{'a':1},'presence_penalty':1,'n':1,'response_format':{'type':'text'}
                    anthropic | 'temperature':null,'top_p':null,'top_k':null,'stop_sequences':null,'system':null,'tools':null,'tool_choice':null,'thinking':null,'metadata':null,'output_config':null
                    gemini | 'generationConfig':null,'tools':null,'toolConfig':null,'systemInstruction':null,'safetySettings':null
                    gemini | 'systemInstruction':'be kind','generationConfig':{'temperature':null,'stopSequences':null,'x':1}
                    ollama | 'options':null,'format':null,'think':null,'keep_alive':null,'tools':null
                    ollama | 'top_k':1,'chat_template_kwargs':{'a':1},'options':{'x':1,'temperature':null}
                    generate | 'images':null,'system':null,'suffix':null,'raw':null,'context':null
                    """)
    void what_nobody_here_knows_is_no_error(String door, String more) throws Exception {
        assertThat(asked(door, more).turns()).isNotEmpty();
    }

    /// Content is a string, one of several lists, or nothing.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    chat | {'messages':[{'role':'user','content':[{'type':'text','text':'go'}]}]}
                    chat | {'messages':[{'role':'user','content':[{'text':'go'}]}]}
                    chat | {'messages':[{'role':'user','content':[{'type':'input_text','text':'go'}]}]}
                    chat | {'messages':[{'role':'system','content':null},{'role':'user','content':'go'}]}
                    chat | {'messages':[{'role':'user','content':'go'},{'role':'assistant','content':[{'type':'thinking','thinking':[{'type':'text','text':'t'}]},{'type':'text','text':'a'}]},{'role':'user','content':'go'}]}
                    responses | {'input':[{'role':'user','content':[{'text':'go'}]}]}
                    responses | {'input':[{'role':'user','content':'go'},{'role':'assistant','content':null},{'role':'user','content':'go'}]}
                    responses | {'input':[{'type':'message','role':'user','content':[{'type':'text','text':'go'}]}]}
                    anthropic | {'max_tokens':9,'system':[{'type':'text','text':'s'}],'messages':[{'role':'user','content':[{'type':'text','text':'go'}]}]}
                    anthropic | {'max_tokens':9,'messages':[{'role':'user','content':[{'text':'go'}]}]}
                    anthropic | {'max_tokens':9,'messages':[{'role':'user','content':'go'},{'role':'assistant','content':null},{'role':'user','content':'go'}]}
                    gemini | {'contents':{'parts':{'text':'go'}}}
                    gemini | {'contents':[{'role':'USER','parts':[{'text':'go'}]}]}
                    ollama | {'messages':[{'role':'user','content':[{'type':'text','text':'go'}]}]}
                    ollama | {'messages':[{'role':'user','content':'go'},{'role':'assistant','content':null},{'role':'user','content':'go'}]}
                    """)
    void content_is_read_in_every_form(String door, String json) throws Exception {
        ChatRequest asked = read(door, json);

        assertThat(asked.turns().getLast().role()).isEqualTo(Role.USER);
        for (var provider : PROVIDERS.entrySet()) {
            byte[] body = word(provider.getValue(), asked).body();
            assertThat(Json.read(body, 0, body.length).isObject()).isTrue();
            assertThat(new String(body, StandardCharsets.UTF_8))
                    .as(provider.getKey())
                    .containsAnyOf("\"go\"", "\"go\\n\\ngo\"");
        }
    }
}
