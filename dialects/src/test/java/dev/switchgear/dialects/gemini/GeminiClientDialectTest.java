package dev.switchgear.dialects.gemini;

import static dev.switchgear.dialects.gemini.GeminiAnswers.asked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.dialects.json.Json;
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
import dev.switchgear.families.llm.dialect.EmbeddingsAnswer;
import dev.switchgear.families.llm.tokens.TokenUsage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GeminiClientDialectTest {
    private static final String HI = "{'contents':[{'parts':[{'text':'hi'}]}]";

    @Test
    void a_request_is_read_with_all_that_has_a_neutral_meaning() throws InvalidBody {
        ChatRequest read =
                asked(
                        """
                        {'systemInstruction':{'parts':[{'text':'Be brief.'}]},
                        'contents':[{'role':'user','parts':[{'text':'hi'}]}],
                        'generationConfig':{'maxOutputTokens':256,'temperature':0.7,'topP':0.9,'topK':40,
                          'seed':7,'presencePenalty':1,'frequencyPenalty':-1,'stopSequences':['END'],
                          'thinkingConfig':{'includeThoughts':true,'thinkingLevel':'HIGH'}}}
                        """);

        assertThat(read.turns())
                .extracting(turn -> turn.role())
                .containsExactly(Role.SYSTEM, Role.USER);
        assertThat(read.maxOutputTokens()).hasValue(256);
        assertThat(read.sampling().temperature()).hasValue(0.7);
        assertThat(read.sampling().topP()).hasValue(0.9);
        assertThat(read.sampling().topK()).hasValue(40);
        assertThat(read.sampling().seed()).hasValue(7);
        assertThat(read.sampling().presencePenalty()).hasValue(1);
        assertThat(read.sampling().frequencyPenalty()).hasValue(-1);
        assertThat(read.stop()).containsExactly("END");
        assertThat(read.reasoning().effort()).contains(Effort.HIGH);
        assertThat(read.reasoning().shown()).contains(true);
        assertThat(read.extras()).isEmpty();
    }

    @Test
    void names_may_be_written_with_underscores() throws InvalidBody {
        ChatRequest read =
                asked(
                        """
                        {'system_instruction':{'parts':[{'text':'x'}]},
                        'contents':[{'role':'user','parts':[{'inline_data':{'mime_type':'image/PNG','data':'AA=='}}]}],
                        'generation_config':{'max_output_tokens':'9','thinking_config':{'thinking_budget':-1}},
                        'tool_config':{'function_calling_config':{'mode':'any','allowed_function_names':['a']}},
                        'tools':[{'function_declarations':[{'name':'a'}]}]}
                        """);

        assertThat(read.turns().getLast().parts())
                .containsExactly(new Part.Image(new Media.Inline("image/png", "AA=="), ""));
        assertThat(read.maxOutputTokens()).hasValue(9);
        assertThat(read.reasoning().budgetTokens()).hasValue(-1);
        assertThat(read.toolChoice()).isEqualTo(new ToolChoice.Named("a"));
    }

    @Test
    void what_only_gemini_knows_is_kept_by_its_path() throws InvalidBody {
        ChatRequest read =
                asked(
                        HI
                                + """
                                ,'safetySettings':[1],'cached_content':'c','generationConfig':
                                {'speechConfig':{},'thinkingConfig':{'new':1}},'toolConfig':{'retrievalConfig':{}}}
                                """);

        assertThat(read.extras())
                .extracting(Extra::field)
                .containsExactlyInAnyOrder(
                        "safetySettings",
                        "cachedContent",
                        "generationConfig.speechConfig",
                        "generationConfig.thinkingConfig.new",
                        "toolConfig.retrievalConfig");
    }

    @Test
    void calls_without_ids_are_tied_to_their_results_by_name_and_order() throws InvalidBody {
        ChatRequest read =
                asked(
                        """
                        {'contents':[{'parts':[{'text':'?'}]},
                        {'role':'model','parts':[{'functionCall':{'name':'a','args':{'n':1}}},
                          {'functionCall':{'name':'b'}},{'functionCall':{'name':'a','args':{'n':2}}}]},
                        {'role':'function','parts':[{'functionResponse':{'name':'a','response':{'output':'one'}}},
                          {'functionResponse':{'name':'a','response':{'output':'two'}}},
                          {'functionResponse':{'name':'b','response':{'error':'no'}}}]}]}
                        """);

        assertThat(read.turns().get(1).parts())
                .extracting(part -> ((Part.ToolCall) part).id())
                .containsExactly("call_0", "call_1", "call_2");
        assertThat(read.turns().get(2).parts())
                .containsExactly(
                        result("call_0", "a", "one", false),
                        result("call_2", "a", "two", false),
                        result("call_1", "b", "no", true));
    }

    @Test
    void results_stand_before_what_the_user_says_beside_them() throws InvalidBody {
        ChatRequest read =
                asked(
                        """
                        {'contents':[{'role':'model','parts':[{'functionCall':{'name':'a','id':'x'}}]},
                        {'role':'user','parts':[{'text':'and?'},
                          {'functionResponse':{'name':'a','id':'x','response':{'k':1}}}]}]}
                        """);

        assertThat(read.turns().getLast().parts())
                .containsExactly(result("x", "a", "{\"k\":1}", false), new Part.Text("and?"));
    }

    private static Part result(String id, String name, String text, boolean error) {
        return new Part.ToolResult(id, name, List.of(new Part.Text(text)), error);
    }

    @Test
    void arguments_keep_every_digit() throws InvalidBody {
        ChatRequest read =
                asked(
                        "{'contents':[{'role':'model','parts':[{'functionCall':{'name':'a',"
                                + "'args':{'n':9007199254740993,'x':0.10,'u':'é🌊'}}}]}]}");

        assertThat(((Part.ToolCall) read.turns().getFirst().parts().getFirst()).arguments())
                .isEqualTo("{\"n\":9007199254740993,\"x\":0.10,\"u\":\"é🌊\"}");
    }

    @Test
    void schemas_in_googles_words_become_json_schema() throws InvalidBody {
        ChatRequest read =
                asked(
                        HI
                                + """
                                ,'tools':[{'functionDeclarations':[{'name':'f','description':'d','parameters':
                                {'type':'OBJECT','properties':{'type':{'type':'STRING','nullable':true},
                                'n':{'type':'ARRAY','items':{'type':'INTEGER'},'minItems':'1'}},
                                'propertyOrdering':['n','type'],'required':['n']}}]}]}
                                """);

        Tool.Function function = (Tool.Function) read.tools().getFirst();
        assertThat(Json.text(function.parameters().orElseThrow()))
                .isEqualTo(
                        """
                        {"type":"object","properties":{"n":{"type":"array","items":{"type":"integer"},\
                        "minItems":1},"type":{"type":["string","null"]}},"required":["n"]}\
                        """);
    }

    @Test
    void hosted_tools_and_functions_are_told_apart() throws InvalidBody {
        ChatRequest read =
                asked(
                        HI
                                + ",'tools':[{'google_search':{}},{'functionDeclarations':"
                                + "[{'name':'f','parametersJsonSchema':{'type':'object'}}]}]}");

        assertThat(read.tools())
                .containsExactly(
                        new Tool.Hosted(
                                Dialect.GEMINI, "googleSearch", Json.read("{\"googleSearch\":{}}")),
                        new Tool.Function(
                                "f",
                                "",
                                Optional.of(Json.read("{\"type\":\"object\"}")),
                                Optional.empty(),
                                Optional.empty()));
    }

    @Test
    void each_way_to_ask_for_json_is_understood() throws InvalidBody {
        String type = HI + ",'generationConfig':{'responseMimeType':'application/json'";

        assertThat(asked(type + "}}").format()).isEqualTo(new AnswerFormat.JsonObject());
        assertThat(asked(type + ",'responseSchema':{'type':'NUMBER'}}}").format())
                .isEqualTo(asked(type + ",'responseJsonSchema':{'type':'number'}}}").format())
                .isInstanceOf(AnswerFormat.JsonSchema.class);
    }

    @Test
    void files_at_google_stay_there_and_others_are_addresses() throws InvalidBody {
        ChatRequest read =
                asked(
                        """
                        {'contents':[{'parts':[
                        {'fileData':{'fileUri':'https://generativelanguage.googleapis.com/v1beta/files/x','mimeType':'audio/mpeg'}},
                        {'fileData':{'fileUri':'https://example.org/a.png','mimeType':'image/png'}},
                        {'fileData':{'fileUri':'https://youtu.be/x'}},
                        {'inlineData':{'mimeType':'application/pdf','data':'AA=='}}]}]}
                        """);

        assertThat(read.turns().getFirst().parts())
                .satisfiesExactly(
                        part ->
                                assertThat(part)
                                        .isEqualTo(
                                                new Part.Audio(
                                                        new Media.FileId(
                                                                Dialect.GEMINI,
                                                                "https://generativelanguage.googleapis.com/v1beta/files/x",
                                                                "audio/mpeg"))),
                        part ->
                                assertThat(part)
                                        .isEqualTo(
                                                new Part.Image(
                                                        new Media.Url(
                                                                "https://example.org/a.png",
                                                                "image/png"),
                                                        "")),
                        part -> assertThat(part).isInstanceOf(Part.Foreign.class),
                        part ->
                                assertThat(part)
                                        .isEqualTo(
                                                new Part.Document(
                                                        new Media.Inline("application/pdf", "AA=="),
                                                        "")));
    }

    @Test
    void reasoning_in_pieces_is_one_again_under_its_signature() throws InvalidBody {
        var foreign = new Signature("opaque", Dialect.ANTHROPIC, "claude-x");
        String seal = GeminiSeals.of(foreign);

        ChatRequest read =
                asked(
                        "{'contents':[{'role':'model','parts':[{'text':'a','thought':true},"
                                + "{'text':'b','thought':true},{'text':'','thought':true,"
                                + "'thoughtSignature':'"
                                + seal
                                + "'},{'text':'x','thoughtSignature':'b3du'}]}]}");

        assertThat(read.turns().getFirst().parts())
                .containsExactly(
                        new Part.Thinking("ab", Optional.of(foreign)),
                        new Part.Thinking(
                                "", Optional.of(new Signature("b3du", Dialect.GEMINI, ""))),
                        new Part.Text("x"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|contents",
                "{'contents':[]}|contents",
                "{'contents':7}|contents",
                "{'contents':[{'role':'model'}]}|contents[0].parts",
                "{'contents':[{'role':'bot','parts':[{'text':'x'}]}]}|contents[0].role",
                "{'contents':[{'parts':[{'text':1}]}]}|contents[0].parts[0].text",
                "{'contents':[{'parts':[{}]}]}|contents[0].parts[0]",
                "{'contents':[{'parts':[{'txet':'x'}]}]}|contents[0].parts[0].txet",
                "{'contents':[{'parts':[{'inlineData':{'data':'AAAA'}}]}]}|contents[0].parts[0].inlineData.mimeType",
                "{'contents':[{'parts':[{'text':'x','functionCall':{'name':'f'}}]}]}|contents[0].parts[0]",
                "{'contents':[{'role':'model','parts':[{'functionCall':{'args':{}}}]}]}|contents[0].parts[0].functionCall.name",
                "{'contents':[{'role':'model','parts':[{'functionCall':{'name':'f','args':[]}}]}]}|contents[0].parts[0].functionCall.args",
                "{'contents':[{'parts':[{'text':'x'}]}],'generationConfig':{'temperature':'hot'}}|generationConfig.temperature",
                "{'contents':[{'parts':[{'text':'x'}]}],'generationConfig':{'maxOutputTokens':1.5}}|generationConfig.maxOutputTokens",
                "{'contents':[{'parts':[{'text':'x'}]}],'generationConfig':{'thinkingConfig':{'thinkingBudget':1,'thinkingLevel':'low'}}}|generationConfig.thinkingConfig.thinkingLevel",
                "{'contents':[{'parts':[{'text':'x'}]}],'generationConfig':{'topP':1,'top_p':1}}|generationConfig.topP",
                "{'contents':[{'parts':[{'text':'x'}]}],'toolConfig':{'functionCallingConfig':{'mode':'MAYBE'}}}|toolConfig.functionCallingConfig.mode",
                "{'contents':[{'parts':[{'text':'x'}]}],'tools':[{'functionDeclarations':[{}]}]}|tools[0].functionDeclarations[0].name"
            })
    void what_is_wrong_is_named(String body, String field) {
        assertThatThrownBy(() -> asked(body))
                .isInstanceOfSatisfying(
                        InvalidBody.class, invalid -> assertThat(invalid.param()).contains(field));
    }

    @Test
    void a_count_is_asked_with_the_contents_or_with_a_whole_request() throws InvalidBody {
        byte[] plain = (HI + "}").replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        byte[] wrapped =
                ("{'generateContentRequest':" + HI + ",'model':'models/x'}}")
                        .replace('\'', '"')
                        .getBytes(StandardCharsets.UTF_8);

        assertThat(GeminiAnswers.CLIENT.countable(plain, "x"))
                .isEqualTo(GeminiAnswers.CLIENT.countable(wrapped, "x"));
        assertThat(new String(GeminiAnswers.CLIENT.counted(12, true), StandardCharsets.UTF_8))
                .isEqualTo("{\"totalTokens\": 12}");
    }

    @Test
    void embeddings_are_answered_in_the_form_they_were_asked_in() throws InvalidBody {
        var batch = new GeminiClientDialect(GeminiClientDialect.Form.BATCH);
        String one = "{\"content\":{\"parts\":[{\"text\":\"a\"}]},\"taskType\":\"CLUSTERING\"}";
        var single = GeminiAnswers.CLIENT.embeddings(one.getBytes(StandardCharsets.UTF_8), "e");
        var many =
                batch.embeddings(
                        ("{\"requests\":[" + one + "," + one + "]}")
                                .getBytes(StandardCharsets.UTF_8),
                        "e");
        float[] vector = {0.5f, -1e-8f};

        String answer =
                text(
                        GeminiAnswers.CLIENT.embedded(
                                single,
                                new EmbeddingsAnswer("", List.of(vector), TokenUsage.UNKNOWN)));
        String answers =
                text(
                        batch.embedded(
                                many,
                                new EmbeddingsAnswer(
                                        "", List.of(vector, vector), TokenUsage.UNKNOWN)));

        assertThat(many.inputs()).containsExactly("a", "a");
        assertThat(many.task()).isEqualTo("CLUSTERING");
        assertThat(Json.read(answer))
                .isEqualTo(Json.read("{\"embedding\":{\"values\":[0.5,-1.0E-8]}}"));
        assertThat(Json.read(answers).path("embeddings").size()).isEqualTo(2);
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }
}
