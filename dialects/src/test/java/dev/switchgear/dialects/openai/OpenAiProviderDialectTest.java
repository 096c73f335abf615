package dev.switchgear.dialects.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// How requests are worded for providers of OpenAI's dialect.
final class OpenAiProviderDialectTest {
    private static final Tool TOOL = tool("f");

    private static Tool tool(String name) {
        return new Tool.Function(
                name,
                "",
                Optional.of(Json.object().put("type", "object")),
                Optional.empty(),
                Optional.empty());
    }

    private static ChatRequest.Builder asking() {
        return ChatRequest.builder("alias").turn(Role.USER, List.of(new Part.Text("hi")));
    }

    private static Worded worded(OpenAiFlavour flavour, ChatRequest asked) throws NotTranslatable {
        return worded(flavour, asked, ModelTraits.UNKNOWN);
    }

    private static Worded worded(OpenAiFlavour flavour, ChatRequest asked, ModelTraits traits)
            throws NotTranslatable {
        return new OpenAiProviderDialect(flavour).chat(asked, new ModelTarget("real", traits));
    }

    private static JsonNode body(OpenAiFlavour flavour, ChatRequest.Builder asked)
            throws NotTranslatable {
        return json(worded(flavour, asked.build()));
    }

    private static JsonNode json(Worded worded) {
        return Json.read(worded.body(), 0, worded.body().length);
    }

    private static ModelTraits lacking(Capability... lacks) {
        return new ModelTraits(OptionalLong.empty(), Optional.empty(), Set.of(lacks));
    }

    private static Part.ToolCall call(String id) {
        return new Part.ToolCall(id, "f", "", Optional.empty());
    }

    private static Part.ToolResult result(String id, String text) {
        return new Part.ToolResult(id, "", List.of(new Part.Text(text)), false);
    }

    @Test
    void a_stream_is_always_asked_for_its_usage() throws NotTranslatable {
        JsonNode body = body(OpenAiFlavour.OPENAI, asking().streamed(true));

        assertThat(Json.text(body))
                .isEqualTo(
                        "{\"model\":\"real\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
                                + "\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
    }

    @Test
    void the_bound_on_output_is_called_as_the_provider_calls_it() throws NotTranslatable {
        ChatRequest asked = asking().maxOutputTokens(9_000).build();

        assertThat(json(worded(OpenAiFlavour.OPENAI, asked)).path("max_completion_tokens").asInt())
                .isEqualTo(9_000);
        assertThat(json(worded(OpenAiTestFlavours.DEEPSEEK, asked)).path("max_tokens").asInt())
                .isEqualTo(9_000);
        // Wherever a model is that refuses the older name.
        Worded newer = worded(OpenAiFlavour.COMPATIBLE, asked, lacking(Capability.MAX_TOKENS));
        assertThat(json(newer).path("max_completion_tokens").asInt()).isEqualTo(9_000);
        Worded cut =
                worded(
                        OpenAiFlavour.OPENAI,
                        asked,
                        new ModelTraits(OptionalLong.of(4_096), Optional.empty(), Set.of()));
        assertThat(json(cut).path("max_completion_tokens").asInt()).isEqualTo(4_096);
        assertThat(cut.dropped())
                .containsExactly("max_completion_tokens: cut to 4096, the model's most");
    }

    @Test
    void results_of_tools_stand_right_behind_their_calls_and_before_the_users_text()
            throws NotTranslatable {
        JsonNode messages =
                body(
                                OpenAiFlavour.OPENAI,
                                asking().turn(Role.ASSISTANT, List.of(call("a"), call("b")))
                                        .turn(
                                                Role.USER,
                                                List.of(
                                                        result("b", "2"),
                                                        result("a", "1"),
                                                        new Part.Text("so?"))))
                        .path("messages");

        assertThat(messages.get(1).path("content").isNull()).isTrue();
        assertThat(messages.get(1).path("tool_calls").get(0).path("function").path("arguments"))
                .isEqualTo(Json.read("\"{}\""));
        assertThat(messages.get(2).path("tool_call_id").asString()).isEqualTo("a");
        assertThat(messages.get(2).path("content").asString()).isEqualTo("1");
        assertThat(messages.get(3).path("tool_call_id").asString()).isEqualTo("b");
        assertThat(messages.get(4).path("content").asString()).isEqualTo("so?");
    }

    @Test
    void a_missing_result_is_told_as_an_error_and_two_are_one_in_their_order()
            throws NotTranslatable {
        Worded worded =
                worded(
                        OpenAiFlavour.OPENAI,
                        asking().turn(Role.ASSISTANT, List.of(call("a"), call("b")))
                                .turn(Role.USER, List.of(result("a", "1"), result("a", "2")))
                                .build());

        JsonNode messages = json(worded).path("messages");
        assertThat(messages.get(2).path("content").get(0).path("text").asString()).isEqualTo("1");
        assertThat(messages.get(2).path("content").get(1).path("text").asString()).isEqualTo("2");
        assertThat(messages.get(3).path("content").asString()).startsWith("Error:");
        assertThat(worded.dropped()).hasSize(1);
    }

    @Test
    void a_result_of_no_call_is_refused() {
        assertThatExceptionOfType(NotTranslatable.class)
                .isThrownBy(() ->
                        worded(
                                OpenAiFlavour.OPENAI,
                                asking().turn(Role.USER, List.of(result("x", "1"))).build()))
                .satisfies(refused -> assertThat(refused.param()).isEqualTo("tool_call_id"));
    }

    @Test
    void an_image_that_a_tool_returned_follows_in_a_message_of_the_user() throws NotTranslatable {
        var image = new Part.Image(new Media.Inline("image/png", "aGk="), "");
        JsonNode messages =
                body(
                                OpenAiFlavour.OPENAI,
                                asking().turn(Role.ASSISTANT, List.of(call("a")))
                                        .turn(
                                                Role.USER,
                                                List.of(
                                                        new Part.ToolResult(
                                                                "a", "", List.of(image), true))))
                        .path("messages");

        assertThat(messages.get(2).path("role").asString()).isEqualTo("tool");
        assertThat(messages.get(2).path("content").asString()).startsWith("Error: ");
        assertThat(messages.get(3).path("role").asString()).isEqualTo("user");
        assertThat(messages.get(3).path("content").get(0).path("text").asString()).contains("a");
        assertThat(messages.get(3).path("content").get(1).path("image_url").path("url").asString())
                .isEqualTo("data:image/png;base64,aGk=");
    }

    @Test
    void an_id_that_is_too_long_is_replaced_by_the_same_one_each_time() throws NotTranslatable {
        String id = "call:" + "x".repeat(60);
        ChatRequest.Builder asked =
                asking().turn(Role.ASSISTANT, List.of(call(id)))
                        .turn(Role.USER, List.of(result(id, "1")));

        JsonNode messages = body(OpenAiFlavour.OPENAI, asked).path("messages");
        JsonNode again = body(OpenAiFlavour.OPENAI, asked).path("messages");

        String mapped = messages.get(1).path("tool_calls").get(0).path("id").asString();
        assertThat(mapped).hasSizeLessThanOrEqualTo(40).startsWith("call_");
        assertThat(messages.get(2).path("tool_call_id").asString()).isEqualTo(mapped);
        assertThat(again).isEqualTo(messages);
    }

    @Test
    void efforts_are_worded_for_each_provider() throws NotTranslatable {
        assertThat(effort(OpenAiFlavour.OPENAI, Effort.MINIMAL))
                .isEqualTo("{\"reasoning_effort\":\"minimal\"}");
        assertThat(effort(OpenAiTestFlavours.XAI, Effort.NONE))
                .isEqualTo("{\"reasoning_effort\":\"low\"}");
        assertThat(effort(OpenAiTestFlavours.XAI, Effort.MAX))
                .isEqualTo("{\"reasoning_effort\":\"xhigh\"}");
        assertThat(effort(OpenAiTestFlavours.DEEPSEEK, Effort.NONE))
                .isEqualTo("{\"thinking\":{\"type\":\"disabled\"}}");
        assertThat(effort(OpenAiTestFlavours.DEEPSEEK, Effort.MAX))
                .isEqualTo("{\"thinking\":{\"type\":\"enabled\"},\"reasoning_effort\":\"max\"}");
        assertThat(effort(OpenAiTestFlavours.OPENROUTER, Effort.HIGH))
                .isEqualTo("{\"reasoning\":{\"effort\":\"high\"}}");
    }

    private static String effort(OpenAiFlavour flavour, Effort effort) throws NotTranslatable {
        return reasoning(
                flavour,
                new ReasoningWish(Optional.of(effort), OptionalLong.empty(), Optional.empty()),
                ModelTraits.UNKNOWN);
    }

    private static String reasoning(OpenAiFlavour flavour, ReasoningWish asked, ModelTraits traits)
            throws NotTranslatable {
        var body = (ObjectNode) json(worded(flavour, asking().reasoning(asked).build(), traits));
        body.remove("model");
        body.remove("messages");
        return Json.text(body);
    }

    @Test
    void a_budget_becomes_an_effort_where_there_is_no_place_for_it() throws NotTranslatable {
        var budget =
                new ReasoningWish(Optional.empty(), OptionalLong.of(8_000), Optional.of(false));

        assertThat(reasoning(OpenAiFlavour.OPENAI, budget, ModelTraits.UNKNOWN))
                .isEqualTo("{\"reasoning_effort\":\"medium\"}");
        assertThat(reasoning(OpenAiTestFlavours.OPENROUTER, budget, ModelTraits.UNKNOWN))
                .isEqualTo("{\"reasoning\":{\"exclude\":true,\"max_tokens\":8000}}");
    }

    @Test
    void a_model_gets_only_efforts_it_knows() throws NotTranslatable {
        var most =
                new ReasoningWish(Optional.of(Effort.MAX), OptionalLong.empty(), Optional.empty());
        var none =
                new ReasoningWish(Optional.of(Effort.NONE), OptionalLong.empty(), Optional.empty());

        assertThat(reasoning(OpenAiFlavour.OPENAI, most, lacking(Capability.EFFORT_ABOVE_HIGH)))
                .isEqualTo("{\"reasoning_effort\":\"high\"}");
        assertThat(
                        reasoning(
                                OpenAiFlavour.OPENAI,
                                none,
                                lacking(Capability.REASONING_OFF, Capability.EFFORT_MINIMAL)))
                .isEqualTo("{\"reasoning_effort\":\"low\"}");
        Worded plain =
                worded(
                        OpenAiFlavour.OPENAI,
                        asking().reasoning(most).build(),
                        new ModelTraits(
                                OptionalLong.empty(), Optional.of(Reasoning.NONE), Set.of()));
        assertThat(json(plain).has("reasoning_effort")).isFalse();
        assertThat(plain.dropped()).hasSize(1);
    }

    @Test
    void sampling_that_a_model_does_not_take_is_left_out_and_named() throws NotTranslatable {
        ChatRequest asked =
                asking().sampling(
                                new Sampling(
                                        OptionalDouble.of(1.5),
                                        OptionalDouble.of(0.5),
                                        OptionalLong.of(40),
                                        OptionalLong.of(7),
                                        OptionalDouble.of(1),
                                        OptionalDouble.of(1)))
                        .build();

        assertThat(worded(OpenAiFlavour.OPENAI, asked).dropped()).containsExactly("top_k");
        assertThat(worded(OpenAiFlavour.OPENAI, asked, lacking(Capability.TEMPERATURE)).dropped())
                .containsExactly(
                        "temperature", "top_p", "top_k", "presence_penalty", "frequency_penalty");
        assertThat(worded(OpenAiTestFlavours.XAI, asked).dropped())
                .containsExactly("top_k", "presence_penalty", "frequency_penalty");
        assertThat(worded(OpenAiTestFlavours.DEEPSEEK, asked).dropped())
                .containsExactly("top_k", "seed");
        assertThat(worded(OpenAiFlavour.COMPATIBLE, asked).dropped()).isEmpty();
    }

    @Test
    void more_than_four_stop_texts_are_refused() throws NotTranslatable {
        assertThat(body(OpenAiFlavour.OPENAI, asking().stop(List.of("a"))).path("stop").asString())
                .isEqualTo("a");
        assertThatExceptionOfType(NotTranslatable.class)
                .isThrownBy(() ->
                        body(OpenAiFlavour.OPENAI, asking().stop(List.of("a", "b", "c", "d", "e"))))
                .satisfies(refused -> assertThat(refused.param()).isEqualTo("stop"));
    }

    @Test
    void a_choice_without_tools_is_left_out() throws NotTranslatable {
        Worded worded =
                worded(
                        OpenAiFlavour.OPENAI,
                        asking().toolChoice(new ToolChoice.Required())
                                .parallelTools(false)
                                .build());

        assertThat(json(worded).has("tool_choice")).isFalse();
        assertThat(json(worded).has("parallel_tool_calls")).isFalse();
        assertThat(worded.dropped()).hasSize(2);
    }

    @Test
    void only_some_tools_are_offered_where_a_choice_among_them_cannot_be_said()
            throws NotTranslatable {
        ChatRequest asked =
                asking().tool(TOOL)
                        .tool(tool("g"))
                        .toolChoice(new ToolChoice.Among(List.of("g"), true))
                        .build();

        JsonNode openai = json(worded(OpenAiFlavour.OPENAI, asked));
        JsonNode xai = json(worded(OpenAiTestFlavours.XAI, asked));

        assertThat(openai.path("tools")).hasSize(2);
        assertThat(openai.path("tool_choice").path("type").asString()).isEqualTo("allowed_tools");
        assertThat(xai.path("tools")).hasSize(1);
        assertThat(xai.path("tool_choice").asString()).isEqualTo("required");
    }

    @Test
    void a_model_that_cannot_be_made_to_call_is_offered_only_the_tool_that_was_named()
            throws NotTranslatable {
        Worded worded =
                worded(
                        OpenAiFlavour.OPENAI,
                        asking().tool(TOOL)
                                .tool(tool("g"))
                                .toolChoice(new ToolChoice.Named("g"))
                                .build(),
                        lacking(Capability.FORCED_TOOL, Capability.STRUCTURED_OUTPUT));

        assertThat(json(worded).path("tool_choice").asString()).isEqualTo("auto");
        assertThat(json(worded).path("tools")).hasSize(1);
        assertThat(worded.dropped()).hasSize(1);
    }

    @Test
    void a_schema_gets_a_legal_name_and_keeps_its_digits() throws NotTranslatable {
        ChatRequest asked =
                asking().format(
                                new AnswerFormat.JsonSchema(
                                        "My answer!",
                                        "",
                                        Json.read(
                                                "{\"type\":\"object\",\"maximum\":12345678901234567890.10}"),
                                        Optional.empty()))
                        .build();

        Worded worded = worded(OpenAiFlavour.OPENAI, asked);

        assertThat(new String(worded.body(), StandardCharsets.UTF_8))
                .contains(
                        "{\"name\":\"My_answer_\",\"schema\":{\"type\":\"object\",\"maximum\":12345678901234567890.10}}");
    }

    @Test
    void who_knows_only_json_objects_is_told_the_schema_in_words() throws NotTranslatable {
        ChatRequest asked =
                asking().format(
                                new AnswerFormat.JsonSchema(
                                        "n",
                                        "",
                                        Json.read("{\"type\":\"object\"}"),
                                        Optional.of(true)))
                        .build();

        Worded worded = worded(OpenAiTestFlavours.DEEPSEEK, asked);

        assertThat(json(worded).path("response_format"))
                .isEqualTo(Json.read("{\"type\":\"json_object\"}"));
        assertThat(json(worded).at("/messages/0/content").stringValue())
                .contains("{\"type\":\"object\"}");
        assertThat(worded.dropped()).containsExactly("response_format.json_schema: told in words");
    }

    @Test
    void json_asked_for_by_strangers_is_named_once() throws NotTranslatable {
        ChatRequest silent = asking().format(new AnswerFormat.JsonObject()).build();
        ChatRequest saying =
                ChatRequest.builder("m")
                        .turn(Role.USER, List.of(new Part.Text("Say it in json.")))
                        .format(new AnswerFormat.JsonObject())
                        .build();

        assertThat(
                        json(worded(OpenAiFlavour.OPENAI, silent))
                                .at("/messages/0/content")
                                .stringValue())
                .isEqualTo("Answer with one JSON object.");
        assertThat(json(worded(OpenAiFlavour.OPENAI, saying)).path("messages")).hasSize(1);
    }

    @Test
    void what_would_change_the_question_is_refused() {
        List<ChatRequest.Builder> impossible =
                List.of(
                        asking().answers(2),
                        asking().turn(
                                        Role.USER,
                                        List.of(new Part.Audio(new Media.Url("https://x", "")))),
                        asking().turn(
                                        Role.USER,
                                        List.of(
                                                new Part.Document(
                                                        new Media.FileId(
                                                                Dialect.GEMINI, "files/1", ""),
                                                        ""))),
                        asking().tool(
                                        new Tool.Hosted(
                                                Dialect.ANTHROPIC, "web_search", Json.object())));

        for (ChatRequest.Builder asked : impossible) {
            assertThatExceptionOfType(NotTranslatable.class)
                    .isThrownBy(() -> body(OpenAiFlavour.OPENAI, asked));
        }
        assertThatExceptionOfType(NotTranslatable.class)
                .isThrownBy(() ->
                        body(
                                OpenAiTestFlavours.DEEPSEEK,
                                asking().turn(
                                                Role.USER,
                                                List.of(
                                                        new Part.Image(
                                                                new Media.Url("https://x", ""),
                                                                "")))));
    }

    @Test
    void extras_of_another_dialect_are_left_out_and_named() throws NotTranslatable {
        ChatRequest foreign =
                asking().asked(Dialect.ANTHROPIC)
                        .extra("container", Json.object())
                        .extra("metadata", Json.object())
                        .build();
        ChatRequest own = asking().asked(Dialect.OPENAI).extra("metadata", Json.object()).build();

        assertThat(worded(OpenAiFlavour.OPENAI, foreign).dropped())
                .containsExactly("container", "metadata");
        assertThat(json(worded(OpenAiFlavour.OPENAI, own)).has("metadata")).isTrue();
        assertThat(worded(OpenAiTestFlavours.DEEPSEEK, own).dropped()).containsExactly("metadata");
    }

    @Test
    void an_extra_cannot_take_the_place_of_what_is_asked() throws NotTranslatable {
        JsonNode body =
                body(
                        OpenAiFlavour.OPENAI,
                        asking().asked(Dialect.OPENAI).extra("model", Json.read("\"other\"")));

        assertThat(body.path("model").asString()).isEqualTo("real");
    }

    @Test
    void deepseek_gets_its_reasoning_back_beside_calls_if_only_an_empty_one()
            throws NotTranslatable {
        ChatRequest asked =
                asking().turn(
                                Role.ASSISTANT,
                                List.of(new Part.Thinking("because", Optional.empty()), call("a")))
                        .turn(Role.USER, List.of(result("a", "1")))
                        .turn(Role.ASSISTANT, List.of(call("b")))
                        .turn(Role.USER, List.of(result("b", "2")))
                        .turn(
                                Role.ASSISTANT,
                                List.of(
                                        new Part.Thinking("plain", Optional.empty()),
                                        new Part.Text("3")))
                        .turn(Role.USER, List.of(new Part.Text("thanks")))
                        .build();

        JsonNode messages = json(worded(OpenAiTestFlavours.DEEPSEEK, asked)).path("messages");

        assertThat(messages.get(1).path("reasoning_content").asString()).isEqualTo("because");
        assertThat(messages.get(3).path("reasoning_content").asString("none")).isEmpty();
        assertThat(messages.get(5).has("reasoning_content")).isFalse();
    }

    @Test
    void a_last_message_of_the_assistant_is_continued_by_deepseek() throws NotTranslatable {
        ChatRequest asked = asking().turn(Role.ASSISTANT, List.of(new Part.Text("Once "))).build();

        JsonNode deepseek =
                json(worded(OpenAiTestFlavours.DEEPSEEK, asked)).path("messages").get(1);
        JsonNode openai = json(worded(OpenAiFlavour.OPENAI, asked)).path("messages").get(1);

        assertThat(deepseek.path("prefix").asBoolean(false)).isTrue();
        assertThat(openai.has("prefix")).isFalse();
        assertThatExceptionOfType(NotTranslatable.class)
                .isThrownBy(() -> worded(OpenAiFlavour.OPENAI, asked, lacking(Capability.PREFILL)));
    }

    @Test
    void a_signature_goes_back_only_to_its_signer() throws NotTranslatable {
        String entry =
                "{\"type\":\"reasoning.text\",\"format\":\"x\",\"index\":0,\"signature\":\"s\"}";
        var own = new Signature(entry, Dialect.OPENAI, "real");
        var foreign = new Signature("z", Dialect.ANTHROPIC, "claude");
        var google = new Signature("g", Dialect.GEMINI, "real");

        Worded ours = worded(OpenAiTestFlavours.OPENROUTER, thought(own));
        Worded others = worded(OpenAiTestFlavours.OPENROUTER, thought(foreign));
        Worded openai = worded(OpenAiFlavour.OPENAI, thought(own));
        Worded layer = worded(OpenAiFlavour.COMPATIBLE, called(google));
        Worded strict = worded(OpenAiFlavour.OPENAI, called(google));

        assertThat(Json.text(json(ours).path("messages").get(0).path("reasoning_details")))
                .isEqualTo(
                        "[{\"type\":\"reasoning.text\",\"format\":\"x\",\"index\":0,"
                                + "\"signature\":\"s\",\"text\":\"because\"}]");
        assertThat(json(others).path("messages").get(0).path("reasoning").asString())
                .isEqualTo("because");
        assertThat(others.dropped()).containsExactly("reasoning.signature: of another provider");
        assertThat(Json.text(json(openai))).doesNotContain("because");
        assertThat(Json.text(json(layer)))
                .contains("\"extra_content\":{\"google\":{\"thought_signature\":\"g\"}}");
        assertThat(Json.text(json(strict))).doesNotContain("extra_content");
        assertThat(strict.dropped()).containsExactly("thought_signature");
    }

    private static ChatRequest thought(Signature signature) {
        return ChatRequest.builder("alias")
                .turn(
                        Role.ASSISTANT,
                        List.of(
                                new Part.Thinking("because", Optional.of(signature)),
                                new Part.Text("4")))
                .turn(Role.USER, List.of(new Part.Text("sure?")))
                .build();
    }

    private static ChatRequest called(Signature signature) {
        return ChatRequest.builder("alias")
                .turn(
                        Role.ASSISTANT,
                        List.of(new Part.ToolCall("a", "f", "{}", Optional.of(signature))))
                .turn(Role.USER, List.of(result("a", "1")))
                .build();
    }

    @Test
    void instructions_stay_in_their_places_and_models_that_reason_call_them_developers()
            throws NotTranslatable {
        ChatRequest asked =
                ChatRequest.builder("alias")
                        .turn(Role.SYSTEM, List.of(new Part.Text("a"), new Part.Text("b")))
                        .turn(Role.USER, List.of(new Part.Text("hi")))
                        .turn(Role.SYSTEM, List.of(new Part.Text("c")))
                        .turn(Role.USER, List.of(new Part.Text("go")))
                        .build();

        JsonNode deepseek = json(worded(OpenAiTestFlavours.DEEPSEEK, asked)).path("messages");
        JsonNode reasoning =
                json(worded(
                                OpenAiFlavour.OPENAI,
                                asked,
                                new ModelTraits(
                                        OptionalLong.empty(),
                                        Optional.of(Reasoning.EFFORT),
                                        Set.of())))
                        .path("messages");

        assertThat(deepseek.get(0).path("content").asString()).isEqualTo("a\n\nb");
        assertThat(deepseek.get(2).path("role").asString()).isEqualTo("system");
        assertThat(reasoning.get(0).path("role").asString()).isEqualTo("developer");
        assertThat(reasoning.get(0).path("content")).hasSize(2);
    }

    @Test
    void a_refusal_is_told_as_text_where_there_is_no_place_for_it() throws NotTranslatable {
        ChatRequest asked =
                asking().turn(Role.ASSISTANT, List.of(new Part.Refusal("no")))
                        .turn(Role.USER, List.of(new Part.Text("why?")))
                        .build();

        JsonNode openai = json(worded(OpenAiFlavour.OPENAI, asked)).path("messages").get(1);
        JsonNode xai = json(worded(OpenAiTestFlavours.XAI, asked)).path("messages").get(1);

        assertThat(openai.path("refusal").asString()).isEqualTo("no");
        assertThat(xai.path("content").asString()).isEqualTo("no");
    }

    @Test
    void cache_marks_stay_where_they_are_understood() throws NotTranslatable {
        ChatRequest asked =
                ChatRequest.builder("alias")
                        .turn(Role.USER, List.of(new Part.Text("long"), new Part.CacheMark("1h")))
                        .build();

        Worded openrouter = worded(OpenAiTestFlavours.OPENROUTER, asked);
        Worded openai = worded(OpenAiFlavour.OPENAI, asked);

        assertThat(Json.text(json(openrouter)))
                .contains("\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}");
        assertThat(json(openai).path("messages").get(0).path("content").asString())
                .isEqualTo("long");
        assertThat(openai.dropped()).containsExactly("cache_control");
    }

    @Test
    void tokens_are_not_counted_and_not_everybody_embeds() {
        var openai = new OpenAiProviderDialect(OpenAiFlavour.OPENAI);
        var deepseek = new OpenAiProviderDialect(OpenAiTestFlavours.DEEPSEEK);

        assertThat(openai.path(Operation.CHAT, "m", true)).contains("/chat/completions");
        assertThat(openai.path(Operation.EMBEDDINGS, "m", false)).contains("/embeddings");
        assertThat(openai.path(Operation.COUNT_TOKENS, "m", false)).isEmpty();
        assertThat(deepseek.path(Operation.EMBEDDINGS, "m", false)).isEmpty();
    }

    @Test
    void a_request_goes_through_unchanged_but_for_the_models_name() throws Exception {
        String body =
                "{\"model\":\"real\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"},"
                        + "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"a\",\"type\":"
                        + "\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},{\"role\":"
                        + "\"tool\",\"tool_call_id\":\"a\",\"content\":\"1\"}],\"temperature\":0.1}";

        ChatRequest asked =
                new OpenAiClientDialect().chat(body.getBytes(StandardCharsets.UTF_8), "x", false);

        assertThat(json(worded(OpenAiFlavour.OPENAI, asked))).isEqualTo(Json.read(body));
    }
}
