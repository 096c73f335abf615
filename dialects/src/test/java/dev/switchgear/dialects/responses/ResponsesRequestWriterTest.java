package dev.switchgear.dialects.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.chat.AnswerFormat;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Media;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.ReasoningWish;
import dev.switchgear.families.llm.chat.ReasoningWish.Effort;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Sampling;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.chat.Tool;
import dev.switchgear.families.llm.chat.ToolChoice;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.dialect.Worded;
import dev.switchgear.families.llm.model.Capability;
import dev.switchgear.families.llm.model.ModelTraits;
import dev.switchgear.families.llm.model.Reasoning;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Provider side: how a neutral request is said.
final class ResponsesRequestWriterTest {
    private static final ResponsesProviderDialect OPENAI =
            new ResponsesProviderDialect(ResponsesFlavour.OPENAI);
    private static final ResponsesProviderDialect XAI =
            new ResponsesProviderDialect(ResponsesTestFlavours.XAI);

    private static ChatRequest.Builder question() {
        return ChatRequest.builder("route").turn(Role.USER, List.of(new Part.Text("Q")));
    }

    private static ModelTarget model(Reasoning way, Capability... lacks) {
        return new ModelTarget(
                "gpt", new ModelTraits(OptionalLong.of(1000), Optional.of(way), Set.of(lacks)));
    }

    private static final ModelTarget GPT = model(Reasoning.EFFORT);

    private static JsonNode body(Worded worded) {
        return Json.read(worded.body(), 0, worded.body().length);
    }

    private static JsonNode input(ChatRequest.Builder asked) throws NotTranslatable {
        return body(OPENAI.chat(asked.build(), GPT)).path("input");
    }

    private static JsonNode json(String text) {
        return Json.read(text.replace('\'', '"'));
    }

    private static Tool function(String name) {
        return new Tool.Function(name, "", Optional.empty(), Optional.empty(), Optional.empty());
    }

    @Test
    void a_question_is_worded_without_leaving_anything_stored() throws Exception {
        Worded worded =
                OPENAI.chat(
                        ChatRequest.builder("route")
                                .streamed(true)
                                .turn(Role.SYSTEM, List.of(new Part.Text("A"), new Part.Text("B")))
                                .turn(Role.USER, List.of(new Part.Text("Q")))
                                .build(),
                        GPT);

        assertThat(body(worded))
                .isEqualTo(
                        json(
                                "{'model':'gpt','instructions':'A\\n\\nB','input':[{'type':'message',"
                                        + "'role':'user','content':[{'type':'input_text','text':'Q'}]}],"
                                        + "'stream':true,'store':false,"
                                        + "'include':['reasoning.encrypted_content']}"));
        assertThat(worded.dropped()).isEmpty();
    }

    @Test
    void sealed_reasoning_is_asked_for_only_where_the_model_reasons() throws Exception {
        ChatRequest asked = question().build();

        assertThat(
                        body(OPENAI.chat(asked, new ModelTarget("gpt", ModelTraits.UNKNOWN)))
                                .has("include"))
                .isFalse();
        assertThat(body(OPENAI.chat(asked, model(Reasoning.NONE))).has("include")).isFalse();
        assertThat(body(XAI.chat(asked, GPT)).has("include")).isTrue();
    }

    @Test
    void system_turns_inside_are_developer_messages_and_system_messages_at_xai() throws Exception {
        ChatRequest asked =
                ChatRequest.builder("route")
                        .turn(Role.SYSTEM, List.of(new Part.Text("S")))
                        .turn(Role.USER, List.of(new Part.Text("Q")))
                        .turn(Role.SYSTEM, List.of(new Part.Text("T")))
                        .build();

        assertThat(body(OPENAI.chat(asked, GPT)).at("/input/1/role").stringValue())
                .isEqualTo("developer");
        JsonNode xai = body(XAI.chat(asked, GPT));
        assertThat(xai.has("instructions")).isFalse();
        assertThat(xai.at("/input/0/role").stringValue()).isEqualTo("system");
        assertThat(xai.at("/input/2/role").stringValue()).isEqualTo("system");
    }

    @Test
    void results_come_before_the_message_and_say_that_they_failed() throws Exception {
        JsonNode input =
                input(
                        question()
                                .turn(
                                        Role.ASSISTANT,
                                        List.of(
                                                new Part.Text("T"),
                                                new Part.ToolCall(
                                                        "c:1|x", "f", "", Optional.empty()),
                                                new Part.ToolCall(
                                                        "c2",
                                                        "g",
                                                        "{\"n\":1.0}",
                                                        Optional.empty())))
                                .turn(
                                        Role.USER,
                                        List.of(
                                                new Part.ToolResult(
                                                        "c:1|x",
                                                        "f",
                                                        List.of(new Part.Text("no")),
                                                        true),
                                                new Part.ToolResult(
                                                        "c2",
                                                        "g",
                                                        List.of(
                                                                new Part.Text("see"),
                                                                new Part.Image(
                                                                        new Media.Inline(
                                                                                "image/png",
                                                                                "QUJD"),
                                                                        "high")),
                                                        false),
                                                new Part.Text("and?"))));

        assertThat(input)
                .isEqualTo(
                        json(
                                """
                                [{'type':'message','role':'user','content':[
                                  {'type':'input_text','text':'Q'}]},
                                 {'type':'message','role':'assistant','content':[
                                  {'type':'output_text','text':'T'}]},
                                 {'type':'function_call','call_id':'c:1|x','name':'f',
                                  'arguments':'{}'},
                                 {'type':'function_call','call_id':'c2','name':'g',
                                  'arguments':'{\\"n\\":1.0}'},
                                 {'type':'function_call_output','call_id':'c:1|x',
                                  'output':'Error: no'},
                                 {'type':'function_call_output','call_id':'c2','output':[
                                  {'type':'input_text','text':'see'},
                                  {'type':'input_image','image_url':
                                   'data:image/png;base64,QUJD','detail':'high'}]},
                                 {'type':'message','role':'user','content':[
                                  {'type':'input_text','text':'and?'}]}]
                                """));
    }

    @Test
    void reasoning_goes_back_to_its_signer_only() throws Exception {
        var own = Optional.of(new Signature("E", Dialect.RESPONSES, "gpt"));
        var other = Optional.of(new Signature("X", Dialect.RESPONSES, "grok"));
        var claude = new Signature("C", Dialect.ANTHROPIC, "claude");
        Worded worded =
                OPENAI.chat(
                        question()
                                .turn(
                                        Role.ASSISTANT,
                                        List.of(
                                                new Part.Thinking("a", Optional.empty()),
                                                new Part.Thinking("b", own),
                                                new Part.Thinking("other model", other),
                                                new Part.HiddenThinking(claude),
                                                new Part.Thinking("unsigned", Optional.empty()),
                                                new Part.Text("T")))
                                .turn(Role.USER, List.of(new Part.Text("Q2")))
                                .build(),
                        GPT);

        assertThat(body(worded).at("/input/1"))
                .isEqualTo(
                        json(
                                """
                                {'type':'reasoning','summary':[{'type':'summary_text','text':'a'},
                                 {'type':'summary_text','text':'b'}],'encrypted_content':'E'}
                                """));
        assertThat(body(worded).at("/input/2/role").stringValue()).isEqualTo("assistant");
        assertThat(worded.dropped())
                .containsExactly("reasoning: another provider's or model's", "reasoning: unsigned");
    }

    @Test
    void reasoning_that_nothing_follows_is_left_out_because_it_would_be_refused() throws Exception {
        var own = new Signature("E", Dialect.RESPONSES, "");
        Worded worded =
                OPENAI.chat(
                        question()
                                .turn(Role.ASSISTANT, List.of(new Part.HiddenThinking(own)))
                                .turn(Role.USER, List.of(new Part.Text("Q2")))
                                .build(),
                        GPT);

        assertThat(body(worded).path("input")).hasSize(2);
        assertThat(worded.dropped()).containsExactly("reasoning: nothing follows it");
    }

    @Test
    void tools_always_say_whether_they_are_strict() throws Exception {
        JsonNode body =
                body(
                        OPENAI.chat(
                                question()
                                        .tool(function("f"))
                                        .toolChoice(new ToolChoice.Named("f"))
                                        .parallelTools(false)
                                        .build(),
                                GPT));

        assertThat(body.path("tools"))
                .isEqualTo(
                        json(
                                "[{'type':'function','name':'f','parameters':{'type':'object',"
                                        + "'properties':{}},'strict':false}]"));
        assertThat(body.path("tool_choice")).isEqualTo(json("{'type':'function','name':'f'}"));
        assertThat(body.path("parallel_tool_calls").booleanValue()).isFalse();
    }

    @Test
    void a_choice_without_tools_is_left_out() throws Exception {
        JsonNode body =
                body(OPENAI.chat(question().toolChoice(new ToolChoice.None()).build(), GPT));

        assertThat(body.has("tool_choice")).isFalse();
    }

    @Test
    void a_model_that_cannot_be_forced_is_given_only_that_tool() throws Exception {
        Worded worded =
                OPENAI.chat(
                        question()
                                .tool(function("f"))
                                .tool(function("g"))
                                .toolChoice(new ToolChoice.Named("g"))
                                .build(),
                        model(
                                Reasoning.NONE,
                                Capability.FORCED_TOOL,
                                Capability.STRUCTURED_OUTPUT));

        assertThat(body(worded).path("tool_choice"))
                .isEqualTo(
                        json(
                                "{'type':'allowed_tools','mode':'auto',"
                                        + "'tools':[{'type':'function','name':'g'}]}"));
        assertThat(worded.dropped())
                .containsExactly("tool_choice: gpt cannot be made to call a tool");
    }

    private static final String CLOSED =
            "{'type':'object','properties':{},'required':[],'additionalProperties':false}";

    @Test
    void a_schema_is_flat_and_named() throws Exception {
        JsonNode body =
                body(
                        OPENAI.chat(
                                question()
                                        .format(
                                                new AnswerFormat.JsonSchema(
                                                        "", "", json(CLOSED), Optional.of(true)))
                                        .build(),
                                GPT));

        assertThat(body.path("text"))
                .isEqualTo(
                        json(
                                "{'format':{'type':'json_schema','name':'answer',"
                                        + "'schema':"
                                        + CLOSED
                                        + ",'strict':true}}"));
    }

    @Test
    void what_responses_has_no_word_for_is_dropped_by_name() throws Exception {
        Worded worded =
                OPENAI.chat(
                        question()
                                .stop(List.of("END"))
                                .sampling(
                                        new Sampling(
                                                OptionalDouble.of(0.5),
                                                OptionalDouble.of(0.9),
                                                OptionalLong.of(40),
                                                OptionalLong.of(7),
                                                OptionalDouble.of(1),
                                                OptionalDouble.of(1)))
                                .maxOutputTokens(3)
                                .user("u")
                                .extra("logit_bias", Json.object())
                                .extra("metadata", json("{'a':'b'}"))
                                .extra("verbosity", json("'low'"))
                                .build(),
                        model(Reasoning.NONE, Capability.TEMPERATURE));

        assertThat(worded.dropped())
                .containsExactly(
                        "max_output_tokens: raised to 16, the least",
                        "temperature",
                        "top_p",
                        "top_k",
                        "seed",
                        "presence_penalty",
                        "frequency_penalty",
                        "stop: Responses has none",
                        "logit_bias");
        assertThat(body(worded).path("max_output_tokens").intValue()).isEqualTo(16);
        assertThat(body(worded).path("safety_identifier").stringValue()).isEqualTo("u");
        assertThat(body(worded).path("metadata")).isEqualTo(json("{'a':'b'}"));
        assertThat(body(worded).at("/text/verbosity").stringValue()).isEqualTo("low");
    }

    @Test
    void what_only_this_dialect_knows_goes_back_to_it() throws Exception {
        String body =
                """
                {'input':[{'role':'user','content':[{'type':'input_text','text':'long',
                  'prompt_cache_breakpoint':{'mode':'explicit'}}]}],'brand_new':1,
                 'text':{'verbosity':'low'},'tools':[{'type':'web_search'}],
                 'tool_choice':{'type':'web_search'}}
                """;
        ChatRequest asked =
                new ResponsesClientDialect()
                        .chat(body.replace('\'', '"').getBytes(UTF_8), "m", false);

        JsonNode worded = body(OPENAI.chat(asked, model(Reasoning.NONE)));

        assertThat(worded.at("/input/0/content/0/prompt_cache_breakpoint/mode").stringValue())
                .isEqualTo("explicit");
        assertThat(worded.path("brand_new").intValue()).isEqualTo(1);
        assertThat(worded.at("/text/verbosity").stringValue()).isEqualTo("low");
        assertThat(worded.path("tool_choice")).isEqualTo(json("{'type':'web_search'}"));
    }

    @Test
    void effort_is_said_as_near_as_the_model_takes_it() throws Exception {
        assertThat(effort(Effort.MAX, GPT)).isEqualTo("max");
        assertThat(effort(Effort.MAX, model(Reasoning.EFFORT, Capability.EFFORT_ABOVE_HIGH)))
                .isEqualTo("high");
        assertThat(
                        effort(
                                Effort.NONE,
                                model(
                                        Reasoning.EFFORT,
                                        Capability.REASONING_OFF,
                                        Capability.EFFORT_MINIMAL)))
                .isEqualTo("low");
        assertThat(effort(Effort.LOW, model(Reasoning.NONE))).isEqualTo("unsaid");
        JsonNode budget =
                body(
                        OPENAI.chat(
                                question()
                                        .reasoning(
                                                new ReasoningWish(
                                                        Optional.empty(),
                                                        OptionalLong.of(8000),
                                                        Optional.of(true)))
                                        .build(),
                                GPT));
        assertThat(budget.path("reasoning"))
                .isEqualTo(json("{'effort':'medium','summary':'auto'}"));
    }

    private static String effort(Effort effort, ModelTarget target) throws NotTranslatable {
        var wish = new ReasoningWish(Optional.of(effort), OptionalLong.empty(), Optional.empty());
        return body(OPENAI.chat(question().reasoning(wish).build(), target))
                .at("/reasoning/effort")
                .asString("unsaid");
    }

    @Test
    void what_would_change_the_question_is_refused_by_name() {
        refused("n", question().answers(2), GPT);
        refused(
                "audio",
                question().turn(Role.USER, List.of(new Part.Audio(new Media.Inline("a", "b")))),
                GPT);
        refused(
                "image",
                question()
                        .turn(
                                Role.USER,
                                List.of(new Part.Image(new Media.Url("https://x", ""), ""))),
                model(Reasoning.NONE, Capability.VISION));
        refused(
                "document",
                question()
                        .turn(
                                Role.USER,
                                List.of(
                                        new Part.Document(
                                                new Media.FileId(Dialect.GEMINI, "f", ""), ""))),
                GPT);
        refused(
                "tools",
                question().tool(new Tool.Hosted(Dialect.GEMINI, "googleSearch", Json.object())),
                GPT);
    }

    private static void refused(String param, ChatRequest.Builder asked, ModelTarget target) {
        assertThatThrownBy(() -> OPENAI.chat(asked.build(), target))
                .isInstanceOfSatisfying(
                        NotTranslatable.class, e -> assertThat(e.param()).isEqualTo(param));
    }

    @Test
    void documents_are_files_with_a_name_and_plain_texts_are_text() throws Exception {
        JsonNode input =
                input(
                        ChatRequest.builder("route")
                                .turn(
                                        Role.USER,
                                        List.of(
                                                new Part.Document(
                                                        new Media.Inline("application/pdf", "QUJD"),
                                                        ""),
                                                new Part.Document(
                                                        new Media.PlainText("words"), "Title"),
                                                new Part.Document(
                                                        new Media.FileId(
                                                                Dialect.OPENAI, "file-1", ""),
                                                        ""))));

        assertThat(input.at("/0/content"))
                .isEqualTo(
                        json(
                                """
                                [{'type':'input_file','filename':'document.pdf',
                                  'file_data':'data:application/pdf;base64,QUJD'},
                                 {'type':'input_text','text':'Title:\\n\\nwords'},
                                 {'type':'input_file','file_id':'file-1'}]
                                """));
    }

    @Test
    void only_the_prompt_is_counted_and_only_where_that_is_offered() throws Exception {
        JsonNode counted =
                body(OPENAI.count(question().maxOutputTokens(100).streamed(true).build(), GPT));

        assertThat(counted.propertyNames()).containsExactlyInAnyOrder("model", "input");
        assertThat(OPENAI.path(Operation.COUNT_TOKENS, "gpt", false))
                .contains("/responses/input_tokens");
        assertThat(XAI.path(Operation.COUNT_TOKENS, "grok", false)).isEmpty();
        assertThat(OPENAI.path(Operation.CHAT, "gpt", true)).contains("/responses");
        assertThat(OPENAI.path(Operation.EMBEDDINGS, "gpt", false)).isEmpty();
        assertThat(OPENAI.counted("{\"input_tokens\":16}".getBytes(UTF_8))).isEqualTo(16);
        assertThatThrownBy(() -> OPENAI.counted("{}".getBytes(UTF_8)))
                .isInstanceOf(MalformedAnswer.class);
    }
}
