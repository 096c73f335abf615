package dev.switchgear.dialects.gemini;

import static dev.switchgear.dialects.gemini.GeminiAnswers.asked;
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
import dev.switchgear.families.llm.dialect.EmbeddingsRequest;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.dialect.Worded;
import dev.switchgear.families.llm.model.Capability;
import dev.switchgear.families.llm.model.ModelTraits;
import dev.switchgear.families.llm.model.Reasoning;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

final class GeminiProviderDialectTest {
    private static final String THREE = "gemini-3.5-flash";
    private static final String TWO = "gemini-2.5-flash";

    @Test
    void the_model_is_in_the_path_and_cannot_lead_elsewhere() {
        assertThat(path(Operation.CHAT, "gemini-2.5-flash", true))
                .isEqualTo("/models/gemini-2.5-flash:streamGenerateContent?alt=sse");
        assertThat(path(Operation.CHAT, "models/gemini-2.5-flash", false))
                .isEqualTo("/models/gemini-2.5-flash:generateContent");
        assertThat(path(Operation.COUNT_TOKENS, "../x?y#z/..", false))
                .isEqualTo("/models/..%2Fx%3Fy%23z%2F..:countTokens");
        assertThat(path(Operation.EMBEDDINGS, "..", false))
                .isEqualTo("/models/%2E%2E:batchEmbedContents");
    }

    private static String path(Operation operation, String model, boolean streamed) {
        return GeminiAnswers.PROVIDER.path(operation, model, streamed).orElseThrow();
    }

    @Test
    void results_follow_their_calls_in_one_turn_with_nothing_else_in_it() throws Exception {
        ChatRequest asked =
                ChatRequest.builder("m")
                        .turn(Role.USER, List.of(new Part.Text("?")))
                        .turn(Role.ASSISTANT, List.of(call("x", "a", "{}"), call("y", "b", "")))
                        .turn(
                                Role.USER,
                                List.of(
                                        result("y", "no", true),
                                        result("x", "{\"t\":9007199254740993}", false),
                                        result("y", "late", true),
                                        new Part.Text("and?")))
                        .build();

        Worded worded = GeminiAnswers.PROVIDER.chat(asked, GeminiAnswers.target(TWO));

        JsonNode contents = GeminiAnswers.json(worded).path("contents");
        assertThat(Json.text(contents.get(2)))
                .isEqualTo(
                        """
                        {"role":"user","parts":[{"functionResponse":{"name":"a","id":"x",\
                        "response":{"t":9007199254740993}}},{"functionResponse":{"name":"b","id":"y",\
                        "response":{"error":"no\\nlate"}}}]}\
                        """);
        assertThat(Json.text(contents.get(3)))
                .isEqualTo("{\"role\":\"user\",\"parts\":[{\"text\":\"and?\"}]}");
        assertThat(worded.dropped()).isEmpty();
    }

    @Test
    void calls_and_results_that_do_not_match_are_refused() {
        var builder = ChatRequest.builder("m").turn(Role.ASSISTANT, List.of(call("x", "a", "{}")));
        ChatRequest without =
                builder.turn(Role.USER, List.of(new Part.Text("?")))
                        .turn(Role.ASSISTANT, List.of(new Part.Text("!")))
                        .build();
        ChatRequest orphan =
                ChatRequest.builder("m").turn(Role.USER, List.of(result("z", "r", false))).build();

        assertThatThrownBy(() -> GeminiAnswers.worded(without, TWO))
                .hasMessage("messages: call x has no result");
        assertThatThrownBy(() -> GeminiAnswers.worded(orphan, TWO))
                .hasMessageContaining("a result of z");
    }

    @Test
    void arguments_that_are_no_object_are_kept_as_text() throws Exception {
        ChatRequest asked =
                ChatRequest.builder("m")
                        .turn(Role.ASSISTANT, List.of(call("x", "a", "{\"city\":\"Ber")))
                        .turn(Role.USER, List.of(result("x", "15 C", false)))
                        .build();

        JsonNode contents = GeminiAnswers.worded(asked, TWO).path("contents");

        assertThat(Json.text(contents.at("/0/parts/0/functionCall/args")))
                .isEqualTo("{\"_raw\":\"{\\\"city\\\":\\\"Ber\"}");
        assertThat(Json.text(contents.at("/1/parts/0/functionResponse/response")))
                .isEqualTo("{\"output\":\"15 C\"}");
    }

    @Test
    void only_the_first_of_parallel_calls_needs_the_stand_in_for_a_signature() throws Exception {
        ChatRequest asked =
                ChatRequest.builder("m")
                        .turn(
                                Role.ASSISTANT,
                                List.of(
                                        signed("x", new Signature("s", Dialect.ANTHROPIC, "c")),
                                        call("y", "a", "{}")))
                        .turn(Role.USER, List.of(result("x", "1", false), result("y", "2", false)))
                        .build();

        JsonNode three = GeminiAnswers.worded(asked, THREE).at("/contents/0/parts");
        JsonNode two = GeminiAnswers.worded(asked, TWO).at("/contents/0/parts");

        assertThat(three.get(0).path("thoughtSignature").asString(""))
                .isEqualTo("skip_thought_signature_validator");
        assertThat(three.get(1).has("thoughtSignature")).isFalse();
        assertThat(two.get(0).has("thoughtSignature")).isFalse();
    }

    @Test
    void own_signatures_stay_in_their_places_and_another_models_do_not() throws Exception {
        var own = new Signature("b3du", Dialect.GEMINI, THREE);
        var other = new Signature("b3RoZXI=", Dialect.GEMINI, "gemini-4-argon");
        ChatRequest asked =
                ChatRequest.builder("m")
                        .turn(
                                Role.ASSISTANT,
                                List.of(
                                        new Part.Thinking("hm", Optional.of(other)),
                                        new Part.Thinking("", Optional.of(own)),
                                        new Part.Text("ok"),
                                        signed("x", own)))
                        .turn(Role.USER, List.of(result("x", "1", false)))
                        .build();

        Worded worded = GeminiAnswers.PROVIDER.chat(asked, GeminiAnswers.target(THREE));

        assertThat(Json.text(GeminiAnswers.json(worded).at("/contents/0/parts")))
                .isEqualTo(
                        """
                        [{"text":"ok","thoughtSignature":"b3du"},{"functionCall":{"name":"a","args":{},\
                        "id":"x"},"thoughtSignature":"b3du"}]\
                        """);
        assertThat(worded.dropped()).containsExactly("thinking: another model's");
    }

    @Test
    void a_signature_that_another_dialect_showed_before_a_call_goes_back_onto_it()
            throws Exception {
        ChatRequest asked =
                ChatRequest.builder("m")
                        .turn(
                                Role.ASSISTANT,
                                List.of(
                                        new Part.Thinking(
                                                "",
                                                Optional.of(
                                                        new Signature(
                                                                "b3du", Dialect.GEMINI, THREE))),
                                        call("x", "a", "{}")))
                        .turn(Role.USER, List.of(result("x", "1", false)))
                        .build();

        JsonNode parts = GeminiAnswers.worded(asked, THREE).at("/contents/0/parts");

        assertThat(parts.size()).isEqualTo(1);
        assertThat(parts.at("/0/thoughtSignature").asString("")).isEqualTo("b3du");
    }

    @Test
    void a_system_message_inside_the_conversation_stays_where_it_was() throws Exception {
        ChatRequest asked =
                ChatRequest.builder("m")
                        .turn(Role.SYSTEM, List.of(new Part.Text("first")))
                        .turn(Role.USER, List.of(new Part.Text("hi")))
                        .turn(Role.SYSTEM, List.of(new Part.Text("second")))
                        .build();

        Worded worded = GeminiAnswers.PROVIDER.chat(asked, GeminiAnswers.target(TWO));

        assertThat(Json.text(GeminiAnswers.json(worded)))
                .isEqualTo(
                        """
                        {"systemInstruction":{"parts":[{"text":"first"}]},"contents":[{"role":"user",\
                        "parts":[{"text":"hi"},{"text":"second"}]}]}\
                        """);
        assertThat(worded.dropped()).singleElement().asString().startsWith("system: ");
    }

    @ParameterizedTest
    @CsvSource({
        "NONE,      minimal, 0,     128",
        "MINIMAL,   minimal, 1024,  1024",
        "LOW,       low,     1024,  1024",
        "MEDIUM,    medium,  8192,  8192",
        "HIGH,      high,    24576, 24576",
        "XHIGH,     high,    24576, 24576",
        "MAX,       high,    24576, 24576"
    })
    void an_effort_is_a_level_or_a_budget_as_the_model_wants_it(
            Effort effort, String level, long budget, long proBudget) throws Exception {
        ChatRequest asked =
                hello().reasoning(
                                new ReasoningWish(
                                        Optional.of(effort),
                                        OptionalLong.empty(),
                                        Optional.empty()))
                        .build();
        String config = "/generationConfig/thinkingConfig/";

        assertThat(GeminiAnswers.worded(asked, THREE).at(config + "thinkingLevel").asString(""))
                .isEqualTo(level);
        assertThat(GeminiAnswers.worded(asked, TWO).at(config + "thinkingBudget").asLong(-9))
                .isEqualTo(budget);
        assertThat(
                        GeminiAnswers.worded(asked, "gemini-2.5-pro")
                                .at(config + "thinkingBudget")
                                .asLong(-9))
                .isEqualTo(proBudget);
    }

    @Test
    void traits_decide_over_names() throws Exception {
        ChatRequest asked =
                hello().reasoning(
                                new ReasoningWish(
                                        Optional.of(Effort.MINIMAL),
                                        OptionalLong.empty(),
                                        Optional.empty()))
                        .build();

        assertThat(
                        GeminiAnswers.json(chat(asked, Reasoning.EFFORT, Capability.EFFORT_MINIMAL))
                                .at("/generationConfig/thinkingConfig/thinkingLevel")
                                .asString(""))
                .isEqualTo("low");
        Worded none = chat(asked, Reasoning.NONE);
        assertThat(GeminiAnswers.json(none).has("generationConfig")).isFalse();
        assertThat(none.dropped()).containsExactly("reasoning: m does not reason");
    }

    @Test
    void json_schema_goes_as_it_is_where_the_host_takes_it() throws Exception {
        JsonNode schema = Json.read("{\"type\":\"object\",\"$defs\":{},\"oneOf\":[{}]}");
        ChatRequest asked =
                hello().tool(
                                new Tool.Function(
                                        "f",
                                        "",
                                        Optional.of(schema),
                                        Optional.of(true),
                                        Optional.empty()))
                        .format(new AnswerFormat.JsonSchema("n", "", schema, Optional.empty()))
                        .build();

        Worded worded = GeminiAnswers.PROVIDER.chat(asked, GeminiAnswers.target(THREE));

        JsonNode body = GeminiAnswers.json(worded);
        assertThat(body.at("/tools/0/functionDeclarations/0/parametersJsonSchema"))
                .isEqualTo(schema);
        assertThat(body.at("/generationConfig/responseJsonSchema")).isEqualTo(schema);
        assertThat(body.at("/generationConfig/responseMimeType").asString(""))
                .isEqualTo("application/json");
        assertThat(worded.dropped()).containsExactly("strict");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type':'string','$schema':'x','additionalProperties':false}|{'type':'STRING'}",
                "{'type':['integer','null'],'multipleOf':2}|{'nullable':true,'type':'INTEGER','description':'{multipleOf: 2}'}",
                "{'type':['integer','string']}|{'anyOf':[{'type':'INTEGER'},{'type':'STRING'}]}",
                "{'const':'a'}|{'enum':['a'],'type':'STRING'}",
                "{'type':'integer','enum':[1,2,null],'minimum':1}|{'type':'STRING','nullable':true,'enum':['1','2']}",
                "{'oneOf':[{'type':'null'},{'type':'number'}]}|{'nullable':true,'type':'NUMBER'}",
                "{'allOf':[{'type':'object','properties':{'a':{}}},{'properties':{'b':{}},'required':['b']}]}"
                        + "|{'type':'OBJECT','properties':{'a':{},'b':{}},'required':['b']}",
                "{'type':'string','format':'uri','exclusiveMinimum':3}|{'type':'STRING','minimum':3,'description':'{format: uri, exclusiveMinimum: 3}'}",
                "{'type':'object','properties':{'a':{'$ref':'#/$defs/A','description':'d'}},'$defs':{'A':{'type':'string'}},'required':['a','z']}"
                        + "|{'type':'OBJECT','properties':{'a':{'type':'STRING','description':'d'}},'required':['a'],'description':'{required: [`a`,`z`]}'}"
            })
    void elsewhere_it_is_cut_to_what_openapi_can_say(String schema, String said)
            throws NotTranslatable {
        JsonNode given = Json.read(schema.replace('\'', '"'));

        assertThat(Json.text(GeminiSchemas.openApi(given, "f").schema()))
                .isEqualTo(said.replace('\'', '"').replace("`", "\\\""));
    }

    @Test
    void a_schema_that_contains_itself_is_refused_in_bounded_time() {
        JsonNode loop =
                Json.read(
                        "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#\"},\"b\":{\"$ref\":\"#\"}}}");

        assertThatThrownBy(() -> GeminiSchemas.openApi(loop, "tools[0]"))
                .isInstanceOf(NotTranslatable.class)
                .hasMessageStartingWith("tools[0]: the schema refers to itself");
    }

    @Test
    void a_host_that_takes_only_the_subset_gets_no_empty_parameters_and_no_ids() throws Exception {
        var provider = new GeminiProviderDialect(new GeminiFlavour(false, false));
        ChatRequest asked =
                ChatRequest.builder("m")
                        .turn(Role.ASSISTANT, List.of(call("x", "a", "{}")))
                        .turn(Role.USER, List.of(result("x", "1", false)))
                        .tool(
                                new Tool.Function(
                                        "f",
                                        "",
                                        Optional.of(
                                                Json.read(
                                                        "{\"type\":\"object\",\"properties\":{}}")),
                                        Optional.empty(),
                                        Optional.empty()))
                        .build();

        String body =
                Json.text(GeminiAnswers.json(provider.chat(asked, GeminiAnswers.target(TWO))));

        assertThat(body).doesNotContain("\"id\"").doesNotContain("parameters");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "AUTO|{'mode':'AUTO'}",
                "NONE|{'mode':'NONE'}",
                "ANY|{'mode':'ANY'}",
                "NAMED|{'mode':'ANY','allowedFunctionNames':['f']}",
                "SOME|{'mode':'VALIDATED','allowedFunctionNames':['f','g']}"
            })
    void each_choice_of_tools_has_its_mode(String choice, String said) throws Exception {
        ToolChoice asked =
                switch (choice) {
                    case "AUTO" -> new ToolChoice.Auto();
                    case "NONE" -> new ToolChoice.None();
                    case "ANY" -> new ToolChoice.Required();
                    case "NAMED" -> new ToolChoice.Named("f");
                    default -> new ToolChoice.Among(List.of("f", "g"), false);
                };

        JsonNode body =
                GeminiAnswers.worded(hello().tool(function("f")).toolChoice(asked).build(), TWO);

        assertThat(Json.text(body.at("/toolConfig/functionCallingConfig")))
                .isEqualTo(said.replace('\'', '"'));
    }

    @Test
    void a_choice_without_tools_is_left_out() throws Exception {
        Worded worded =
                GeminiAnswers.PROVIDER.chat(
                        hello().toolChoice(new ToolChoice.Required()).build(),
                        GeminiAnswers.target(TWO));

        assertThat(GeminiAnswers.json(worded).has("toolConfig")).isFalse();
        assertThat(worded.dropped()).containsExactly("tool_choice: there are no tools");
    }

    @Test
    void addresses_that_gemini_would_not_fetch_are_refused() throws Exception {
        ChatRequest image = image(new Media.Url("https://example.org/a.png", ""));
        ChatRequest video = image(new Media.Url("https://www.youtube.com/watch?v=x", ""));
        ChatRequest file = image(new Media.FileId(Dialect.ANTHROPIC, "file_1", ""));

        assertThatThrownBy(() -> GeminiAnswers.worded(image, TWO))
                .isInstanceOf(NotTranslatable.class)
                .hasMessageContaining("Gemini does not fetch addresses");
        assertThatThrownBy(() -> GeminiAnswers.worded(file, TWO))
                .isInstanceOf(NotTranslatable.class);
        assertThat(
                        GeminiAnswers.worded(video, TWO)
                                .at("/contents/0/parts/0/fileData/fileUri")
                                .asString(""))
                .isEqualTo("https://www.youtube.com/watch?v=x");
    }

    @Test
    void pictures_in_results_go_where_the_model_can_see_them() throws Exception {
        ChatRequest asked =
                ChatRequest.builder("m")
                        .turn(Role.ASSISTANT, List.of(call("x", "a", "{}")))
                        .turn(
                                Role.USER,
                                List.of(
                                        new Part.ToolResult(
                                                "x",
                                                "",
                                                List.of(
                                                        new Part.Image(
                                                                new Media.Inline(
                                                                        "image/png", "AA=="),
                                                                "")),
                                                false)))
                        .build();

        assertThat(
                        GeminiAnswers.worded(asked, THREE)
                                .at("/contents/1/parts/0/functionResponse/parts/0/inlineData/data")
                                .asString(""))
                .isEqualTo("AA==");
        assertThat(Json.text(GeminiAnswers.worded(asked, TWO).at("/contents/2/parts")))
                .isEqualTo(
                        """
                        [{"text":"Returned by a:"},{"inlineData":{"mimeType":"image/png","data":"AA=="}}]\
                        """);
    }

    @Test
    void json_beside_tools_is_asked_for_in_words_where_a_model_takes_one() throws Exception {
        ChatRequest asked =
                hello().tool(function("f")).format(new AnswerFormat.JsonObject()).build();
        var target =
                new ModelTarget(
                        "m",
                        new ModelTraits(
                                OptionalLong.empty(),
                                Optional.empty(),
                                Set.of(Capability.TOOLS_WITH_STRUCTURED_OUTPUT)));

        Worded worded = GeminiAnswers.PROVIDER.chat(asked, target);

        JsonNode body = GeminiAnswers.json(worded);
        assertThat(body.has("generationConfig")).isFalse();
        assertThat(body.at("/systemInstruction/parts/0/text").asString(""))
                .contains("Answer with one JSON object");
        assertThat(worded.dropped()).containsExactly("response_format: asked for in words");
    }

    @Test
    void what_would_change_the_meaning_is_refused() {
        assertThatThrownBy(() ->
                        GeminiAnswers.worded(
                                hello().stop(List.of("1", "2", "3", "4", "5", "6")).build(), TWO))
                .hasMessageStartingWith("stop: 6 texts");
        assertThatThrownBy(() -> GeminiAnswers.worded(hello().answers(2).build(), TWO))
                .hasMessageStartingWith("n: 2 (expected: 1");
        assertThatThrownBy(() ->
                        GeminiAnswers.worded(
                                hello().tool(
                                                new Tool.Hosted(
                                                        Dialect.OPENAI,
                                                        "web_search",
                                                        Json.object()))
                                        .build(),
                                TWO))
                .hasMessageContaining("web_search");
    }

    @Test
    void what_has_no_place_is_dropped_by_name() throws Exception {
        Worded worded =
                GeminiAnswers.PROVIDER.chat(
                        hello().user("u")
                                .parallelTools(false)
                                .asked(Dialect.GEMINI)
                                .extra("unheardOf", Json.object())
                                .extra("safetySettings", Json.array())
                                .extra("generationConfig.responseLogprobs", Json.read("true"))
                                .build(),
                        GeminiAnswers.target(TWO));

        assertThat(worded.dropped())
                .extracting(each -> each.split(":", -1)[0])
                .containsExactly(
                        "parallel_tool_calls",
                        "unheardOf",
                        "generationConfig.responseLogprobs",
                        "user");
        assertThat(GeminiAnswers.json(worded).has("safetySettings")).isTrue();
    }

    @Test
    void extras_of_other_dialects_are_not_taken_for_geminis() throws Exception {
        Worded worded =
                GeminiAnswers.PROVIDER.chat(
                        hello().asked(Dialect.OPENAI).extra("labels", Json.object()).build(),
                        GeminiAnswers.target(TWO));

        assertThat(worded.dropped()).containsExactly("labels");
    }

    @Test
    void numbers_are_brought_into_geminis_ranges() throws Exception {
        var sampling =
                new Sampling(
                        OptionalDouble.of(1.5),
                        OptionalDouble.empty(),
                        OptionalLong.empty(),
                        OptionalLong.of(1L << 40),
                        OptionalDouble.empty(),
                        OptionalDouble.empty());
        ChatRequest asked = hello().sampling(sampling).maxOutputTokens(100_000).build();
        var traits = new ModelTraits(OptionalLong.of(65_536), Optional.empty(), Set.of());

        Worded worded = GeminiAnswers.PROVIDER.chat(asked, new ModelTarget("m", traits));

        assertThat(Json.text(GeminiAnswers.json(worded).path("generationConfig")))
                .isEqualTo("{\"maxOutputTokens\":65536,\"temperature\":1.5,\"seed\":256}");
        assertThat(worded.dropped()).singleElement().asString().startsWith("max_tokens");
    }

    @Test
    void a_client_of_gemini_asks_for_validated_calls_in_its_own_words() throws Exception {
        ChatRequest asked =
                asked(
                        "{'contents':[{'parts':[{'text':'x'}]}],'tools':[{'functionDeclarations':"
                                + "[{'name':'f'}]}],'toolConfig':{'functionCallingConfig':{'mode':"
                                + "'VALIDATED'},'includeServerSideToolInvocations':true}}");

        assertThat(Json.text(GeminiAnswers.worded(asked, THREE).path("toolConfig")))
                .isEqualTo(
                        "{\"functionCallingConfig\":{\"mode\":\"VALIDATED\"},"
                                + "\"includeServerSideToolInvocations\":true}");
    }

    @Test
    void embeddings_are_asked_as_a_batch_and_come_back_with_length_1() throws Exception {
        var asked =
                new EmbeddingsRequest(
                        "m", List.of("a", "b"), OptionalLong.of(2), "CLUSTERING", true, List.of());

        Worded worded = GeminiAnswers.PROVIDER.embeddings(asked, GeminiAnswers.target("e"));
        var answer =
                GeminiAnswers.PROVIDER.embedded(
                        "{\"embeddings\":[{\"values\":[3,4]},{\"values\":[0,0]}]}"
                                .getBytes(StandardCharsets.UTF_8));

        assertThat(Json.text(GeminiAnswers.json(worded).at("/requests/1")))
                .isEqualTo(
                        """
                        {"model":"models/e","content":{"parts":[{"text":"b"}]},"taskType":"CLUSTERING",\
                        "outputDimensionality":2}\
                        """);
        assertThat(answer.vectors().get(0)).containsExactly(0.6f, 0.8f);
        assertThat(answer.vectors().get(1)).containsExactly(0f, 0f);
        assertThat(answer.usage().known()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{}", "[]", "x", "{'embeddings':[{}]}", "{'embeddings':[{'values':['a']}]}"})
    void an_embedding_that_is_none_is_malformed(String body) {
        assertThatThrownBy(() ->
                        GeminiAnswers.PROVIDER.embedded(
                                body.replace('\'', '"').getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(MalformedAnswer.class);
        assertThatThrownBy(
                        () -> GeminiAnswers.PROVIDER.counted(body.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(MalformedAnswer.class);
    }

    private static ChatRequest.Builder hello() {
        return ChatRequest.builder("m").turn(Role.USER, List.of(new Part.Text("hi")));
    }

    private static ChatRequest image(Media media) {
        return ChatRequest.builder("m").turn(Role.USER, List.of(new Part.Image(media, ""))).build();
    }

    private static Tool function(String name) {
        return new Tool.Function(name, "", Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static Part call(String id, String name, String arguments) {
        return new Part.ToolCall(id, name, arguments, Optional.empty());
    }

    private static Part signed(String id, Signature signature) {
        return new Part.ToolCall(id, "a", "{}", Optional.of(signature));
    }

    private static Part result(String id, String text, boolean error) {
        return new Part.ToolResult(id, "", List.of(new Part.Text(text)), error);
    }

    private static Worded chat(ChatRequest asked, Reasoning way, Capability... lacks)
            throws NotTranslatable {
        return GeminiAnswers.PROVIDER.chat(
                asked,
                new ModelTarget(
                        "m",
                        new ModelTraits(OptionalLong.empty(), Optional.of(way), Set.of(lacks))));
    }
}
