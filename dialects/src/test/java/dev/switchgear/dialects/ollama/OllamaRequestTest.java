package dev.switchgear.dialects.ollama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.AnswerFormat;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Media;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.ReasoningWish;
import dev.switchgear.families.llm.chat.ReasoningWish.Effort;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Tool;
import dev.switchgear.families.llm.chat.ToolChoice;
import dev.switchgear.families.llm.dialect.EmbeddingsRequest;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.dialect.Worded;
import dev.switchgear.families.llm.model.Capability;
import dev.switchgear.families.llm.model.ModelTraits;
import dev.switchgear.families.llm.model.Reasoning;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class OllamaRequestTest {
    private static final String HI = "'messages':[{'role':'user','content':'hi'}]";

    @Test
    void a_conversation_with_tools_is_worded_as_it_was_asked() throws Exception {
        String json =
                """
                {'model':'llama3','messages':[
                {'role':'system','content':'Be brief.'},
                {'role':'user','content':'é🌊','images':['iVBORw0KGgo=']},
                {'role':'assistant','content':'Let me see','thinking':'hm','tool_calls':[
                  {'id':'a','function':{'name':'f','arguments':{'n':9007199254740993,'x':1.10}}},
                  {'id':'b','function':{'name':'g','arguments':{}}}]},
                {'role':'tool','content':'15 C','tool_name':'f','tool_call_id':'a'},
                {'role':'tool','content':'','tool_name':'g','tool_call_id':'b'},
                {'role':'user','content':'go on'}],
                'stream':true,
                'tools':[{'type':'function','function':{'name':'f','description':'d','parameters':{'type':'object'}}}],
                'format':{'type':'object','properties':{'a':{'type':'string'}}},
                'think':'high','keep_alive':'5m','truncate':false,
                'options':{'temperature':0.5,'top_p':0.9,'top_k':3,'seed':7,'presence_penalty':0.1,
                'frequency_penalty':0.2,'stop':['a','b'],'num_predict':100,'num_ctx':4096,'min_p':0.05}}
                """;

        Worded worded =
                OllamaAnswerLines.PROVIDER.chat(
                        OllamaAnswerLines.asked(json), OllamaAnswerLines.TARGET);

        assertThat(worded.dropped()).isEmpty();
        assertThat(OllamaAnswerLines.json(worded)).isEqualTo(Json.read(json.replace('\'', '"')));
    }

    @Test
    void calls_without_ids_are_told_apart_by_their_order() throws Exception {
        ChatRequest asked =
                OllamaAnswerLines.asked(
                        """
                        {'messages':[{'role':'user','content':'hi'},
                        {'role':'assistant','content':'','tool_calls':[
                          {'function':{'name':'f','arguments':{'a':1}}},
                          {'function':{'name':'f','arguments':{'a':2}}},
                          {'function':{'name':'g','arguments':{}}}]},
                        {'role':'tool','content':'of g','tool_name':'g'},
                        {'role':'tool','content':'first of f','tool_name':'f'},
                        {'role':'tool','content':'second of f'}]}
                        """);

        List<Part> calls = asked.turns().get(1).parts();
        List<Part> results = asked.turns().get(2).parts();
        assertThat(calls)
                .extracting(part -> ((Part.ToolCall) part).id())
                .containsExactly("call_0", "call_1", "call_2");
        assertThat(results)
                .extracting(part -> ((Part.ToolResult) part).id())
                .containsExactly("call_2", "call_0", "call_1");
        assertThat(results)
                .extracting(part -> ((Part.ToolResult) part).name())
                .containsExactly("g", "f", "f");
    }

    @Test
    void a_result_of_no_call_is_refused() {
        assertThatThrownBy(() ->
                        OllamaAnswerLines.asked(
                                "{'messages':[{'role':'user','content':'hi'},"
                                        + "{'role':'tool','content':'x'}]}"))
                .isInstanceOf(InvalidBody.class)
                .hasMessageStartingWith("messages[1]: a result of no call");
    }

    @Test
    void an_image_says_what_it_is_by_its_first_bytes() throws Exception {
        ChatRequest asked =
                OllamaAnswerLines.asked(
                        "{'messages':[{'role':'user','content':'what?','images':"
                                + "['/9j/AAAA','R0lGODlh','UklGRgAA','iVBORw0KGgo=']}]}");

        assertThat(asked.turns().getFirst().parts().subList(1, 5))
                .extracting(part -> ((Media.Inline) ((Part.Image) part).media()).type())
                .containsExactly("image/jpeg", "image/gif", "image/webp", "image/png");
    }

    @Test
    void thinking_is_asked_for_by_a_word_or_yes_or_no() throws Exception {
        for (var expected :
                Map.of("true", "true", "false", "false", "'low'", "low", "'max'", "max")
                        .entrySet()) {
            ChatRequest asked =
                    OllamaAnswerLines.asked("{" + HI + ",'think':" + expected.getKey() + "}");

            JsonNode think = OllamaAnswerLines.worded(asked).path("think");

            assertThat(think.asString()).isEqualTo(expected.getValue());
            assertThat(think.isBoolean()).isEqualTo(!expected.getKey().startsWith("'"));
        }
        assertThat(OllamaAnswerLines.worded(OllamaAnswerLines.asked("{" + HI + "}")).has("think"))
                .isFalse();
    }

    @Test
    void efforts_that_ollama_has_no_word_for_become_the_next() throws Exception {
        assertThat(think(Effort.MINIMAL, Set.of())).isEqualTo("low");
        assertThat(think(Effort.XHIGH, Set.of())).isEqualTo("max");
        assertThat(think(Effort.MAX, Set.of(Capability.EFFORT_ABOVE_HIGH))).isEqualTo("high");
        assertThat(think(Effort.NONE, Set.of())).isEqualTo("false");
        assertThat(think(Effort.NONE, Set.of(Capability.REASONING_OFF))).isEqualTo("low");
    }

    private static String think(Effort effort, Set<Capability> lacks) throws NotTranslatable {
        var traits = new ModelTraits(OptionalLong.empty(), Optional.of(Reasoning.EFFORT), lacks);
        ChatRequest asked =
                ChatRequest.builder("m")
                        .turn(Role.USER, List.of(new Part.Text("hi")))
                        .reasoning(
                                new ReasoningWish(
                                        Optional.of(effort),
                                        OptionalLong.empty(),
                                        Optional.empty()))
                        .build();
        return OllamaAnswerLines.json(
                        OllamaAnswerLines.PROVIDER.chat(asked, new ModelTarget("m", traits)))
                .path("think")
                .asString();
    }

    @Test
    void a_model_that_does_not_reason_is_not_asked_to() throws Exception {
        var traits = new ModelTraits(OptionalLong.empty(), Optional.of(Reasoning.NONE), Set.of());

        Worded worded =
                OllamaAnswerLines.PROVIDER.chat(
                        OllamaAnswerLines.asked("{" + HI + ",'think':true}"),
                        new ModelTarget("m", traits));

        assertThat(OllamaAnswerLines.json(worded).has("think")).isFalse();
        assertThat(worded.dropped()).containsExactly("think: m does not reason");
    }

    @Test
    void an_answer_without_bound_is_not_one_of_minus_one_token() throws Exception {
        ChatRequest asked =
                OllamaAnswerLines.asked("{" + HI + ",'options':{'num_predict':-1,'top_k':0}}");

        assertThat(asked.maxOutputTokens()).isEmpty();
        assertThat(asked.sampling().topK()).isEmpty();
        assertThat(OllamaAnswerLines.worded(asked).path("options").toString())
                .isEqualTo("{\"num_predict\":-1,\"top_k\":0}");
    }

    @Test
    void integers_may_be_written_with_a_point() throws Exception {
        ChatRequest asked = OllamaAnswerLines.asked("{" + HI + ",'options':{'num_predict':100.0}}");

        assertThat(asked.maxOutputTokens()).hasValue(100);
        assertThatThrownBy(() -> OllamaAnswerLines.asked("{" + HI + ",'options':{'seed':1.5}}"))
                .hasMessage("options.seed: a number (expected: an integer)");
    }

    @Test
    void a_format_is_json_or_a_schema() throws Exception {
        assertThat(OllamaAnswerLines.asked("{" + HI + ",'format':'json'}").format())
                .isInstanceOf(AnswerFormat.JsonObject.class);
        assertThat(OllamaAnswerLines.asked("{" + HI + ",'format':''}").format())
                .isInstanceOf(AnswerFormat.Text.class);
        assertThat(
                        OllamaAnswerLines.worded(
                                        OllamaAnswerLines.asked("{" + HI + ",'format':'json'}"))
                                .path("format")
                                .asString())
                .isEqualTo("json");
        assertThatThrownBy(() -> OllamaAnswerLines.asked("{" + HI + ",'format':'yaml'}"))
                .hasMessage("format: \"yaml\" (expected: json, or a JSON Schema)");
    }

    @Test
    void a_prompt_is_a_conversation_of_one_message() throws Exception {
        ChatRequest asked =
                OllamaAnswerLines.generated(
                        "{'prompt':'why?','system':'Be brief.','images':['/9j/AAAA'],"
                                + "'think':true,'keep_alive':0,'options':{'num_predict':5}}");

        assertThat(OllamaAnswerLines.worded(asked))
                .isEqualTo(
                        Json.read(
                                """
                                {"model":"llama3","messages":[{"role":"system","content":"Be brief."},
                                {"role":"user","content":"why?","images":["/9j/AAAA"]}],"stream":true,
                                "think":true,"keep_alive":0,"options":{"num_predict":5}}
                                """));
    }

    @Test
    void what_only_ollama_can_generate_is_refused_when_it_would_have_to_be_translated() {
        for (String field :
                List.of("'suffix':'}'", "'template':'{{x}}'", "'raw':true", "'context':[1,2]")) {
            assertThatThrownBy(() -> OllamaAnswerLines.generated("{'prompt':'a'," + field + "}"))
                    .isInstanceOf(InvalidBody.class)
                    .hasMessageContaining("only a server of Ollama can take this");
        }
        assertThatThrownBy(() -> OllamaAnswerLines.generated("{}"))
                .hasMessageStartingWith("prompt: empty");
        assertThatThrownBy(() -> OllamaAnswerLines.asked("{'messages':[]}"))
                .hasMessageStartingWith("messages: empty");
    }

    @Test
    void only_the_tools_that_may_be_chosen_are_offered() throws Exception {
        ChatRequest.Builder request =
                ChatRequest.builder("m")
                        .turn(Role.USER, List.of(new Part.Text("hi")))
                        .tool(function("f"))
                        .tool(function("g"));

        Worded named =
                OllamaAnswerLines.PROVIDER.chat(
                        request.toolChoice(new ToolChoice.Named("g")).build(),
                        new ModelTarget(
                                "llama3",
                                new ModelTraits(
                                        OptionalLong.empty(),
                                        Optional.empty(),
                                        Set.of(Capability.STRUCTURED_OUTPUT))));
        Worded none =
                OllamaAnswerLines.PROVIDER.chat(
                        request.toolChoice(new ToolChoice.None()).build(),
                        OllamaAnswerLines.TARGET);

        assertThat(OllamaAnswerLines.json(named).path("tools")).hasSize(1);
        assertThat(named.dropped())
                .containsExactly(
                        "tool_choice: llama3 cannot be made to call a tool", "tools.strict");
        assertThat(OllamaAnswerLines.json(none).has("tools")).isFalse();
        assertThat(none.dropped()).containsExactly("tools: none may be called");
    }

    private static Tool function(String name) {
        return new Tool.Function(name, "", Optional.empty(), Optional.of(true), Optional.empty());
    }

    @Test
    void broken_arguments_travel_in_an_object() throws Exception {
        ChatRequest asked =
                ChatRequest.builder("m")
                        .turn(Role.USER, List.of(new Part.Text("hi")))
                        .turn(
                                Role.ASSISTANT,
                                List.of(
                                        new Part.ToolCall("a", "f", "{\"x\":", Optional.empty()),
                                        new Part.ToolCall("b", "f", "", Optional.empty())))
                        .turn(
                                Role.USER,
                                List.of(
                                        new Part.ToolResult(
                                                "a", "", List.of(new Part.Text("no")), true),
                                        new Part.ToolResult("b", "", List.of(), false)))
                        .build();

        JsonNode messages = OllamaAnswerLines.worded(asked).path("messages");

        assertThat(messages.path(1).path("tool_calls").path(0).path("function").toString())
                .isEqualTo("{\"name\":\"f\",\"arguments\":{\"_raw\":\"{\\\"x\\\":\"}}");
        assertThat(messages.path(1).path("tool_calls").path(1).path("function").toString())
                .isEqualTo("{\"name\":\"f\",\"arguments\":{}}");
        assertThat(messages.path(2).toString())
                .isEqualTo(
                        "{\"role\":\"tool\",\"content\":\"Error: no\",\"tool_name\":\"f\","
                                + "\"tool_call_id\":\"a\"}");
    }

    @Test
    void an_image_elsewhere_is_refused_and_a_text_is_read() throws Exception {
        ChatRequest.Builder elsewhere =
                ChatRequest.builder("m")
                        .turn(
                                Role.USER,
                                List.of(new Part.Image(new Media.Url("https://a/b.png", ""), "")));
        ChatRequest text =
                ChatRequest.builder("m")
                        .turn(
                                Role.USER,
                                List.of(
                                        new Part.Text("read"),
                                        new Part.Document(
                                                new Media.Inline("text/plain", "aGk="), "a.txt")))
                        .build();

        assertThatThrownBy(() -> OllamaAnswerLines.worded(elsewhere.build()))
                .isInstanceOf(NotTranslatable.class)
                .hasMessageStartingWith("images: an address is not fetched");
        assertThat(
                        OllamaAnswerLines.worded(text)
                                .path("messages")
                                .path(0)
                                .path("content")
                                .asString())
                .isEqualTo("read\n\na.txt:\nhi");
    }

    @Test
    void what_a_model_lacks_is_refused_where_it_matters() throws Exception {
        var traits =
                new ModelTraits(
                        OptionalLong.of(50),
                        Optional.of(Reasoning.NONE),
                        Set.of(
                                Capability.TOOLS,
                                Capability.VISION,
                                Capability.TEMPERATURE,
                                Capability.STOP));
        var target = new ModelTarget("small", traits);

        Worded worded =
                OllamaAnswerLines.PROVIDER.chat(
                        OllamaAnswerLines.asked(
                                "{"
                                        + HI
                                        + ",'options':{'num_predict':99,'temperature':1,'stop':'x'}}"),
                        target);

        assertThat(OllamaAnswerLines.json(worded).path("options").toString())
                .isEqualTo("{\"num_predict\":50}");
        assertThat(worded.dropped())
                .containsExactly(
                        "options.temperature",
                        "options.stop",
                        "num_predict: cut to 50, the model's most");
        assertThatThrownBy(() ->
                        OllamaAnswerLines.PROVIDER.chat(
                                OllamaAnswerLines.asked(
                                        "{" + HI + ",'tools':[{'function':{'name':'f'}}]}"),
                                target))
                .hasMessage("tools: small takes none");
    }

    @Test
    void fields_of_a_wrong_type_are_named() {
        Map<String, String> wrong =
                Map.of(
                        "{}",
                        "messages: missing (expected: an array of messages)",
                        "{'messages':[{'content':'x'}]}",
                        "messages[0].role: missing (expected: system, user, assistant or"
                                + " tool)",
                        "{'messages':[{'role':'user','content':{}}]}",
                        "messages[0].content: an object (expected: a string)",
                        "{'messages':[{'role':'user','images':['*']}]}",
                        "messages[0].images[0]: other characters (expected: base64)",
                        "{'messages':[{'role':'assistant','tool_calls':[{'function':{'name':'f',"
                                + "'arguments':'{}'}}]}]}",
                        "messages[0].tool_calls[0].function.arguments: a string (expected:"
                                + " an object)",
                        "{" + HI + ",'think':3}",
                        "think: a number (expected: true, false, or low, medium, high or max)",
                        "{" + HI + ",'stream':'yes'}",
                        "stream: a string (expected: true or false)",
                        "{" + HI + ",'options':[]}",
                        "options: an array (expected: an object)");
        wrong.forEach((json, message) ->
                assertThatThrownBy(() -> OllamaAnswerLines.asked(json))
                        .as(json)
                        .isInstanceOf(InvalidBody.class)
                        .hasMessage(message));
    }

    @Test
    void texts_are_embedded_one_or_many() throws Exception {
        EmbeddingsRequest many =
                OllamaAnswerLines.CHAT.embeddings(
                        OllamaAnswerLines.bytes(
                                "{'input':['a','b'],'dimensions':3,'truncate':false}"),
                        "ours");
        EmbeddingsRequest one =
                OllamaAnswerLines.GENERATE.embeddings(
                        OllamaAnswerLines.bytes("{'prompt':'a'}"), "ours");

        assertThat(
                        OllamaAnswerLines.json(
                                        OllamaAnswerLines.PROVIDER.embeddings(
                                                many, OllamaAnswerLines.TARGET))
                                .toString())
                .isEqualTo(
                        "{\"model\":\"llama3\",\"input\":[\"a\",\"b\"],\"dimensions\":3,"
                                + "\"truncate\":false}");
        assertThat(
                        OllamaAnswerLines.json(
                                        OllamaAnswerLines.PROVIDER.embeddings(
                                                one, OllamaAnswerLines.TARGET))
                                .toString())
                .isEqualTo("{\"model\":\"llama3\",\"input\":\"a\"}");
        assertThatThrownBy(() ->
                        OllamaAnswerLines.CHAT.embeddings(
                                OllamaAnswerLines.bytes("{'input':[1]}"), "ours"))
                .hasMessage("input[0]: a number (expected: a string)");
    }

    @Test
    void vectors_come_back_as_they_were_said() throws Exception {
        byte[] body =
                OllamaAnswerLines.bytes(
                        "{'model':'m','embeddings':[[0.5,-1.25],[3,1e-3]],'total_duration':5,"
                                + "'prompt_eval_count':4}");

        var answer = OllamaAnswerLines.PROVIDER.embedded(body);
        EmbeddingsRequest asked =
                OllamaAnswerLines.CHAT.embeddings(OllamaAnswerLines.bytes("{'input':'a'}"), "ours");

        assertThat(answer.usage().wholeInput()).isEqualTo(4);
        assertThat(
                        new String(
                                OllamaAnswerLines.CHAT.embedded(asked, answer),
                                StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"model\":\"m\",\"embeddings\":[[0.5,-1.25],[3.0,0.001]],"
                                + "\"prompt_eval_count\":4}");
        assertThat(
                        new String(
                                OllamaAnswerLines.GENERATE.embedded(asked, answer),
                                StandardCharsets.UTF_8))
                .isEqualTo("{\"embedding\":[0.5,-1.25]}");
    }
}
