package dev.switchgear.dialects.anthropic;

import static dev.switchgear.dialects.anthropic.Say.asked;
import static dev.switchgear.dialects.anthropic.Say.body;
import static dev.switchgear.dialects.anthropic.Say.json;
import static dev.switchgear.dialects.anthropic.Say.model;
import static dev.switchgear.dialects.anthropic.Say.worded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import dev.switchgear.families.llm.model.Reasoning;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class AnthropicProviderDialectTest {
    private static final ModelTarget BUDGET = model(64_000, Reasoning.BUDGET);
    private static final ModelTarget ADAPTIVE = model(128_000, Reasoning.ADAPTIVE);
    private static final Tool WEATHER = function("weather");
    private static final Tool CLOCK = function("clock");
    private static final JsonNode SCHEMA =
            json("{'type':'object','properties':{'a':{'type':'integer'}}}");

    private final AnthropicProviderDialect provider = new AnthropicProviderDialect();

    private static Tool function(String name) {
        return new Tool.Function(name, "", Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static ChatRequest.Builder hello() {
        return ChatRequest.builder("m").turn(Role.USER, List.of(new Part.Text("hello")));
    }

    private static Part.ToolCall call(String id, String arguments) {
        return new Part.ToolCall(id, "weather", arguments, Optional.empty());
    }

    private static Part.ToolResult result(String id, String text) {
        return new Part.ToolResult(id, "", List.of(new Part.Text(text)), false);
    }

    private static ReasoningWish effort(Effort effort) {
        return new ReasoningWish(Optional.of(effort), OptionalLong.empty(), Optional.empty());
    }

    private static ReasoningWish budget(long tokens) {
        return new ReasoningWish(Optional.empty(), OptionalLong.of(tokens), Optional.empty());
    }

    private static Sampling sampling(double temperature, double topP, long topK) {
        return new Sampling(
                OptionalDouble.of(temperature),
                OptionalDouble.of(topP),
                OptionalLong.of(topK),
                OptionalLong.of(1),
                OptionalDouble.of(1),
                OptionalDouble.of(1));
    }

    private static void refused(ChatRequest.Builder asked, ModelTarget target, String param) {
        assertThatThrownBy(() -> worded(asked.build(), target))
                .isInstanceOfSatisfying(
                        NotTranslatable.class,
                        refusal -> assertThat(refusal.param()).isEqualTo(param));
    }

    @Test
    void the_bound_on_output_that_the_api_demands_is_the_models_own_up_to_32k() throws Exception {
        assertThat(body(hello().build(), Say.UNKNOWN).path("max_tokens").asInt()).isEqualTo(32_000);
        assertThat(body(hello().build(), ADAPTIVE).path("max_tokens").asInt()).isEqualTo(32_000);
        assertThat(body(hello().build(), model(8_192, Reasoning.NONE)).path("max_tokens"))
                .isEqualTo(json("8192"));
    }

    @Test
    void a_bound_above_the_models_most_is_cut_and_said() throws Exception {
        Worded worded = worded(hello().maxOutputTokens(100_000).build(), BUDGET);

        assertThat(body(worded).path("max_tokens").asInt()).isEqualTo(64_000);
        assertThat(worded.dropped()).containsExactly("max_tokens: cut to 64000, the model's most");
    }

    @Test
    void results_of_tools_come_first_and_together_in_the_next_message() throws Exception {
        ChatRequest asked =
                hello().turn(Role.ASSISTANT, List.of(call("a", "{}"), call("b", "{\"n\":1}")))
                        .turn(Role.USER, List.of(result("b", "two")))
                        .turn(Role.USER, List.of(new Part.Text("and?"), result("a", "one")))
                        .build();

        JsonNode messages = body(asked, Say.UNKNOWN).path("messages");

        assertThat(messages)
                .isEqualTo(
                        json(
                                "[{'role':'user','content':'hello'},"
                                        + "{'role':'assistant','content':["
                                        + "{'type':'tool_use','id':'a','name':'weather','input':{}},"
                                        + "{'type':'tool_use','id':'b','name':'weather',"
                                        + "'input':{'n':1}}]},"
                                        + "{'role':'user','content':["
                                        + "{'type':'tool_result','tool_use_id':'a','content':'one'},"
                                        + "{'type':'tool_result','tool_use_id':'b','content':'two'},"
                                        + "{'type':'text','text':'and?'}]}]"));
    }

    @Test
    void two_results_of_one_call_are_one_in_their_order() throws Exception {
        ChatRequest asked =
                hello().turn(Role.ASSISTANT, List.of(call("a", "{}")))
                        .turn(Role.USER, List.of(result("a", "old"), result("a", "new")))
                        .build();

        Worded worded = worded(asked, Say.UNKNOWN);

        JsonNode content = body(worded).path("messages").path(2).path("content");
        assertThat(content)
                .isEqualTo(
                        json(
                                "[{'type':'tool_result','tool_use_id':'a','content':["
                                        + "{'type':'text','text':'old'},"
                                        + "{'type':'text','text':'new'}]}]"));
        assertThat(worded.dropped()).isEmpty();
    }

    @Test
    void a_call_without_a_result_is_given_an_error() throws Exception {
        ChatRequest asked =
                hello().turn(Role.ASSISTANT, List.of(call("a", "{}"), call("b", "{}")))
                        .turn(Role.USER, List.of(result("b", "two")))
                        .turn(Role.ASSISTANT, List.of(call("c", "{}")))
                        .build();

        Worded worded = worded(asked, Say.UNKNOWN);

        JsonNode messages = body(worded).path("messages");
        assertThat(messages.path(2).path("content").path(0).path("is_error"))
                .isEqualTo(json("true"));
        assertThat(messages.path(2).path("content").path(1).path("content"))
                .isEqualTo(json("'two'"));
        assertThat(messages.path(4).path("role")).isEqualTo(json("'user'"));
        assertThat(messages.path(4).path("content").path(0).path("tool_use_id"))
                .isEqualTo(json("'c'"));
        assertThat(worded.dropped()).hasSize(1);
    }

    @Test
    void a_result_that_nobody_asked_for_is_refused() {
        refused(hello().turn(Role.USER, List.of(result("x", "y"))), Say.UNKNOWN, "messages");
        refused(
                hello().turn(Role.ASSISTANT, List.of(call("a", "{}")))
                        .turn(Role.USER, List.of(result("x", "y"))),
                Say.UNKNOWN,
                "messages");
    }

    @Test
    void ids_that_the_api_rejects_become_the_same_other_id_every_time() throws Exception {
        String odd = "functions.weather:0|" + "x".repeat(80);
        ChatRequest first =
                hello().turn(Role.ASSISTANT, List.of(call(odd, "{}")))
                        .turn(Role.USER, List.of(result(odd, "one")))
                        .build();
        ChatRequest later =
                hello().turn(Role.ASSISTANT, List.of(new Part.Text("so"), call(odd, "{}")))
                        .turn(Role.USER, List.of(result(odd, "one")))
                        .turn(Role.ASSISTANT, List.of(new Part.Text("there")))
                        .turn(Role.USER, List.of(new Part.Text("more")))
                        .build();

        JsonNode one = body(first, Say.UNKNOWN).path("messages");
        JsonNode two = body(later, Say.UNKNOWN).path("messages");

        String id = one.path(1).path("content").path(0).path("id").asString("");
        assertThat(id).matches("[A-Za-z0-9_-]{1,64}");
        assertThat(one.path(2).path("content").path(0).path("tool_use_id").asString(""))
                .isEqualTo(id);
        assertThat(two.path(1).path("content").path(1).path("id").asString("")).isEqualTo(id);
        assertThat(AnthropicToolIds.fit(id)).isEqualTo(id);
    }

    @Test
    void ids_that_another_provider_counts_anew_in_each_turn_are_told_apart() throws Exception {
        ChatRequest asked =
                hello().turn(Role.ASSISTANT, List.of(call("call_0", "{}")))
                        .turn(Role.USER, List.of(result("call_0", "one")))
                        .turn(Role.ASSISTANT, List.of(call("call_0", "{}")))
                        .turn(Role.USER, List.of(result("call_0", "two")))
                        .build();

        JsonNode messages = body(asked, Say.UNKNOWN).path("messages");

        assertThat(messages.path(3).path("content").path(0).path("id"))
                .isEqualTo(json("'call_0_2'"));
        assertThat(messages.path(4).path("content").path(0))
                .isEqualTo(json("{'type':'tool_result','tool_use_id':'call_0_2','content':'two'}"));
    }

    @Test
    void arguments_keep_every_digit_and_what_is_no_object_travels_as_text() throws Exception {
        ChatRequest asked =
                hello().turn(
                                Role.ASSISTANT,
                                List.of(
                                        call("a", "{\"n\":9007199254740993,\"x\":1.10}"),
                                        call("b", ""),
                                        call("c", "[1]"),
                                        call("d", "{\"cut")))
                        .build();

        Worded worded = worded(asked, Say.UNKNOWN);

        assertThat(new String(worded.body(), StandardCharsets.UTF_8))
                .contains("{\"n\":9007199254740993,\"x\":1.10}");
        JsonNode content = body(worded).path("messages").path(1).path("content");
        assertThat(content.path(1).path("input")).isEqualTo(json("{}"));
        assertThat(content.path(2).path("input")).isEqualTo(json("{'_raw':'[1]'}"));
        assertThat(content.path(3).path("input").path("_raw").asString("")).isEqualTo("{\"cut");
        assertThat(worded.dropped()).hasSize(3);
    }

    @Test
    void system_words_amid_the_turns_are_folded_into_the_users_and_said() throws Exception {
        ChatRequest asked =
                ChatRequest.builder("m")
                        .turn(Role.SYSTEM, List.of(new Part.Text("be kind")))
                        .turn(Role.USER, List.of(new Part.Text("hello")))
                        .turn(Role.SYSTEM, List.of(new Part.Text("be brief")))
                        .turn(Role.ASSISTANT, List.of(call("a", "{}")))
                        .turn(Role.SYSTEM, List.of(new Part.Text("be bold")))
                        .turn(Role.USER, List.of(result("a", "one")))
                        .build();

        Worded worded = worded(asked, Say.UNKNOWN);

        JsonNode body = body(worded);
        assertThat(body.path("system")).isEqualTo(json("'be kind'"));
        assertThat(body.path("messages").path(0).path("content").path(1).path("text"))
                .isEqualTo(json("'<system>\\nbe brief\\n</system>'"));
        assertThat(body.path("messages").path(2).path("content").path(0).path("type"))
                .isEqualTo(json("'tool_result'"));
        assertThat(body.path("messages").path(2).path("content").path(1).path("text"))
                .isEqualTo(json("'<system>\\nbe bold\\n</system>'"));
        assertThat(worded.dropped())
                .containsExactly("system: amid the turns; moved into the user's words beside it");
    }

    @Test
    void system_words_alone_are_sent_as_the_users() throws Exception {
        ChatRequest asked =
                ChatRequest.builder("m")
                        .turn(Role.SYSTEM, List.of(new Part.Text("write a poem")))
                        .build();

        Worded worded = worded(asked, Say.UNKNOWN);

        assertThat(body(worded).path("messages"))
                .isEqualTo(json("[{'role':'user','content':'write a poem'}]"));
        assertThat(worded.dropped()).hasSize(1);
    }

    @Test
    void blank_texts_and_turns_of_nothing_else_are_left_out() throws Exception {
        ChatRequest asked =
                hello().turn(Role.ASSISTANT, List.of(new Part.Text(" \n")))
                        .turn(Role.USER, List.of(new Part.Text(""), new Part.Text("you there?")))
                        .build();

        assertThat(body(asked, Say.UNKNOWN).path("messages"))
                .isEqualTo(
                        json(
                                "[{'role':'user','content':[{'type':'text','text':'hello'},"
                                        + "{'type':'text','text':'you there?'}]}]"));
        refused(
                ChatRequest.builder("m").turn(Role.USER, List.of(new Part.Text(""))),
                Say.UNKNOWN,
                "messages");
    }

    @Test
    void a_conversation_that_the_assistant_begins_is_refused() {
        refused(
                ChatRequest.builder("m")
                        .turn(Role.ASSISTANT, List.of(new Part.Text("I begin")))
                        .turn(Role.USER, List.of(new Part.Text("no"))),
                Say.UNKNOWN,
                "messages");
    }

    @Test
    void a_last_turn_of_the_assistant_is_continued_only_by_models_that_do() throws Exception {
        ChatRequest.Builder asked =
                hello().turn(Role.ASSISTANT, List.of(new Part.Text("Once upon a ")));

        assertThat(body(asked.build(), BUDGET).path("messages").path(1).path("content"))
                .isEqualTo(json("'Once upon a'"));
        refused(asked, model(64_000, Reasoning.ADAPTIVE, Capability.PREFILL), "messages");
    }

    @Test
    void sampling_is_clamped_and_what_is_unknown_is_dropped_by_name() throws Exception {
        Worded worded = worded(hello().sampling(sampling(1.5, 0.5, 3)).build(), Say.UNKNOWN);

        JsonNode body = body(worded);
        // 1 is the default, and the API takes one of the two.
        assertThat(body.has("temperature")).isFalse();
        assertThat(body.path("top_p").asDouble()).isEqualTo(0.5);
        assertThat(body.path("top_k").asInt()).isEqualTo(3);
        assertThat(worded.dropped())
                .containsExactly(
                        "temperature: cut to 1", "seed", "presence_penalty", "frequency_penalty");
    }

    @Test
    void of_temperature_and_top_p_only_one_is_sent() throws Exception {
        Worded worded = worded(hello().sampling(sampling(0.5, 0.5, 3)).build(), BUDGET);

        assertThat(body(worded).path("temperature").asDouble()).isEqualTo(0.5);
        assertThat(body(worded).has("top_p")).isFalse();
        assertThat(worded.dropped()).contains("top_p: not beside temperature");
    }

    @Test
    void models_that_take_no_sampling_are_spared() throws Exception {
        ChatRequest asked = hello().sampling(sampling(0.5, 0.5, 3)).build();

        JsonNode fixed = body(asked, model(64_000, Reasoning.ADAPTIVE, Capability.TEMPERATURE));

        assertThat(fixed.has("temperature") || fixed.has("top_p") || fixed.has("top_k")).isFalse();
    }

    @Test
    void an_effort_becomes_a_budget_for_models_that_count_tokens() throws Exception {
        var budgets = new ArrayList<Integer>();
        for (Effort effort : List.of(Effort.LOW, Effort.MEDIUM, Effort.HIGH)) {
            JsonNode body = body(hello().reasoning(effort(effort)).build(), BUDGET);
            budgets.add(body.path("thinking").path("budget_tokens").asInt());
            assertThat(body.has("output_config")).isFalse();
        }

        assertThat(budgets).containsExactly(1_024, 8_192, 24_576);
        assertThat(body(hello().reasoning(effort(Effort.NONE)).build(), BUDGET).path("thinking"))
                .isEqualTo(json("{'type':'disabled'}"));
    }

    @Test
    void a_budget_has_room_beside_the_answer_or_gives_way() throws Exception {
        JsonNode raised =
                body(hello().reasoning(effort(Effort.HIGH)).maxOutputTokens(100).build(), BUDGET);
        JsonNode cut =
                body(hello().reasoning(budget(60_000)).maxOutputTokens(20_000).build(), BUDGET);
        Worded off =
                worded(hello().reasoning(budget(5_000)).build(), model(2_000, Reasoning.BUDGET));

        assertThat(raised.path("max_tokens").asInt()).isEqualTo(24_676);
        assertThat(cut.path("thinking").path("budget_tokens").asInt()).isEqualTo(44_000);
        assertThat(cut.path("max_tokens").asInt()).isEqualTo(64_000);
        assertThat(body(off).path("thinking")).isEqualTo(json("{'type':'disabled'}"));
        assertThat(off.dropped()).hasSize(1);
    }

    @Test
    void a_budget_becomes_an_effort_for_models_that_decide_themselves() throws Exception {
        JsonNode low = body(hello().reasoning(budget(1_500)).build(), ADAPTIVE);
        JsonNode own = body(hello().reasoning(budget(-1)).build(), ADAPTIVE);
        JsonNode high =
                body(
                        hello().reasoning(effort(Effort.XHIGH)).build(),
                        model(64_000, Reasoning.ADAPTIVE, Capability.EFFORT_ABOVE_HIGH));

        assertThat(low.path("thinking")).isEqualTo(json("{'type':'adaptive'}"));
        assertThat(low.path("output_config")).isEqualTo(json("{'effort':'low'}"));
        assertThat(own.path("thinking")).isEqualTo(json("{'type':'adaptive'}"));
        assertThat(own.has("output_config")).isFalse();
        assertThat(high.path("output_config")).isEqualTo(json("{'effort':'high'}"));
    }

    @Test
    void reasoning_that_cannot_be_turned_off_is_low_and_said() throws Exception {
        Worded worded =
                worded(
                        hello().reasoning(effort(Effort.NONE)).build(),
                        model(64_000, Reasoning.ADAPTIVE, Capability.REASONING_OFF));

        assertThat(body(worded).path("output_config")).isEqualTo(json("{'effort':'low'}"));
        assertThat(worded.dropped()).containsExactly("reasoning: none is low here");
    }

    @Test
    void sampling_gives_way_to_reasoning() throws Exception {
        Worded worded =
                worded(
                        hello().reasoning(budget(2_000)).sampling(sampling(0.5, 0.5, 3)).build(),
                        BUDGET);

        JsonNode body = body(worded);
        assertThat(body.has("temperature") || body.has("top_p") || body.has("top_k")).isFalse();
        assertThat(worded.dropped()).contains("temperature: not beside reasoning");
    }

    @Test
    void reasoning_gives_way_to_a_demanded_call() throws Exception {
        ChatRequest asked =
                hello().tool(WEATHER)
                        .toolChoice(new ToolChoice.Required())
                        .reasoning(budget(2_000))
                        .build();

        Worded off = worded(asked, BUDGET);
        Worded always = worded(asked, model(64_000, Reasoning.ADAPTIVE, Capability.REASONING_OFF));

        assertThat(body(off).path("thinking")).isEqualTo(json("{'type':'disabled'}"));
        assertThat(body(off).path("tool_choice")).isEqualTo(json("{'type':'any'}"));
        assertThat(off.dropped()).hasSize(1);
        assertThat(body(always).path("tool_choice")).isEqualTo(json("{'type':'auto'}"));
        assertThat(always.dropped())
                .contains("tool_choice: claude-x cannot be made to call a tool");
    }

    @Test
    void a_model_that_cannot_be_made_to_call_sees_only_the_named_tool() throws Exception {
        ChatRequest asked =
                hello().tool(WEATHER).tool(CLOCK).toolChoice(new ToolChoice.Named("clock")).build();

        ModelTarget never =
                model(
                        64_000,
                        Reasoning.ADAPTIVE,
                        Capability.FORCED_TOOL,
                        Capability.STRUCTURED_OUTPUT);

        JsonNode free = body(asked, never);
        JsonNode made = body(asked, BUDGET);

        assertThat(free.path("tools")).hasSize(1);
        assertThat(free.path("tools").path(0).path("name")).isEqualTo(json("'clock'"));
        assertThat(free.path("tool_choice")).isEqualTo(json("{'type':'auto'}"));
        assertThat(made.path("tools")).hasSize(2);
        assertThat(made.path("tool_choice")).isEqualTo(json("{'type':'tool','name':'clock'}"));
    }

    @Test
    void a_choice_among_some_tools_leaves_out_the_others() throws Exception {
        ChatRequest asked =
                hello().tool(WEATHER)
                        .tool(CLOCK)
                        .toolChoice(new ToolChoice.Among(List.of("clock"), true))
                        .parallelTools(false)
                        .build();

        JsonNode body = body(asked, BUDGET);

        assertThat(body.path("tools")).hasSize(1);
        assertThat(body.path("tool_choice"))
                .isEqualTo(json("{'type':'any','disable_parallel_tool_use':true}"));
    }

    @Test
    void a_choice_without_tools_is_left_out_and_one_call_at_a_time_needs_a_choice()
            throws Exception {
        JsonNode none = body(hello().toolChoice(new ToolChoice.Required()).build(), BUDGET);
        JsonNode alone = body(hello().tool(WEATHER).parallelTools(false).build(), BUDGET);

        assertThat(none.has("tool_choice")).isFalse();
        assertThat(alone.path("tool_choice"))
                .isEqualTo(json("{'type':'auto','disable_parallel_tool_use':true}"));
    }

    @Test
    void tools_are_given_the_schema_of_an_object() throws Exception {
        JsonNode body = body(hello().tool(WEATHER).build(), Say.UNKNOWN);

        assertThat(body.path("tools"))
                .isEqualTo(
                        json(
                                "[{'name':'weather',"
                                        + "'input_schema':{'type':'object','properties':{}}}]"));
        refused(
                hello().tool(new Tool.Hosted(Dialect.RESPONSES, "web_search", json("{}"))),
                Say.UNKNOWN,
                "tools[0].type");
        refused(hello().tool(WEATHER), model(64_000, Reasoning.NONE, Capability.TOOLS), "tools");
    }

    @Test
    void a_schema_goes_to_models_that_know_them() throws Exception {
        ChatRequest asked =
                hello().format(new AnswerFormat.JsonSchema("s", "", SCHEMA, Optional.of(true)))
                        .build();

        JsonNode body = body(asked, ADAPTIVE);

        assertThat(body.path("output_config").path("format"))
                .isEqualTo(
                        json(
                                "{'type':'json_schema','schema':{'type':'object','properties':"
                                        + "{'a':{'type':'integer'}},'additionalProperties':false}}"));
        assertThat(body.has("tools")).isFalse();
    }

    @Test
    void other_models_are_made_to_call_a_tool_that_takes_the_answer() throws Exception {
        ModelTarget old = model(8_192, Reasoning.NONE, Capability.STRUCTURED_OUTPUT);
        ChatRequest.Builder asked =
                hello().format(new AnswerFormat.JsonSchema("s", "", SCHEMA, Optional.empty()));

        JsonNode alone = body(asked.build(), old);
        JsonNode beside = body(asked.tool(WEATHER).build(), old);

        assertThat(alone.path("tools").path(0).path("input_schema")).isEqualTo(SCHEMA);
        assertThat(alone.path("tool_choice"))
                .isEqualTo(json("{'type':'tool','name':'switchgear_json_answer'}"));
        assertThat(beside.path("tools")).hasSize(2);
        assertThat(beside.path("tool_choice")).isEqualTo(json("{'type':'any'}"));
    }

    @Test
    void a_schema_that_cannot_be_enforced_is_asked_for_in_words_and_said() throws Exception {
        ModelTarget old = model(8_192, Reasoning.BUDGET, Capability.STRUCTURED_OUTPUT);
        ChatRequest list =
                hello().format(
                                new AnswerFormat.JsonSchema(
                                        "s", "", json("{'type':'array'}"), Optional.empty()))
                        .build();
        ChatRequest reasoning =
                hello().format(new AnswerFormat.JsonSchema("s", "", SCHEMA, Optional.empty()))
                        .reasoning(budget(1_024))
                        .build();
        ChatRequest any = hello().format(new AnswerFormat.JsonObject()).build();

        for (ChatRequest asked : List.of(list, reasoning, any)) {
            Worded worded = worded(asked, old);
            assertThat(body(worded).path("system").asString("")).contains("JSON");
            assertThat(body(worded).has("tools")).isFalse();
            assertThat(worded.dropped()).containsExactly("response_format: asked for in words");
        }
    }

    @Test
    void reasoning_goes_back_only_to_the_model_that_signed_it() throws Exception {
        ChatRequest asked =
                hello().turn(
                                Role.ASSISTANT,
                                List.of(
                                        thought(Dialect.ANTHROPIC, Say.MODEL),
                                        thought(Dialect.ANTHROPIC, ""),
                                        thought(Dialect.ANTHROPIC, "claude-other"),
                                        thought(Dialect.GEMINI, "g"),
                                        new Part.Thinking("unsigned", Optional.empty()),
                                        new Part.HiddenThinking(
                                                new Signature("h", Dialect.ANTHROPIC, Say.MODEL)),
                                        new Part.HiddenThinking(
                                                new Signature("r", Dialect.RESPONSES, "g")),
                                        new Part.Text("so")))
                        .turn(Role.USER, List.of(new Part.Text("and?")))
                        .build();

        Worded worded = worded(asked, Say.UNKNOWN);

        assertThat(body(worded).path("messages").path(1).path("content"))
                .isEqualTo(
                        json(
                                "[{'type':'thinking','thinking':'hm','signature':'s'},"
                                        + "{'type':'thinking','thinking':'hm','signature':'s'},"
                                        + "{'type':'redacted_thinking','data':'h'},"
                                        + "{'type':'text','text':'so'}]"));
        assertThat(worded.dropped())
                .containsExactly(
                        "reasoning: not signed by this provider and model",
                        "reasoning: hidden, by another provider or model");
    }

    private static Part thought(Dialect signer, String model) {
        return new Part.Thinking("hm", Optional.of(new Signature("s", signer, model)));
    }

    @Test
    void reasoning_rests_while_tools_are_called_whose_reasoning_was_lost() throws Exception {
        ChatRequest asked =
                hello().tool(WEATHER)
                        .turn(Role.ASSISTANT, List.of(call("a", "{}")))
                        .turn(Role.USER, List.of(result("a", "one")))
                        .reasoning(budget(2_000))
                        .build();

        assertThat(body(asked, BUDGET).path("thinking")).isEqualTo(json("{'type':'disabled'}"));
        assertThat(body(asked, ADAPTIVE).path("thinking")).isEqualTo(json("{'type':'adaptive'}"));
    }

    @Test
    void images_are_named_for_what_they_are() throws Exception {
        ChatRequest asked =
                ChatRequest.builder("m")
                        .turn(
                                Role.USER,
                                List.of(
                                        image("image/jpeg", "iVBORw0KGgoAAAA="),
                                        image("application/octet-stream", "/9j/4AAQ"),
                                        image("image/png", "R0lGODlhAQ=="),
                                        image("image/png", "UklGRiQAAABXRUJQVlA4"),
                                        image("image/png", "AAAA"),
                                        new Part.Image(
                                                new Media.Url("https://a.example/b.png", ""),
                                                "low")))
                        .build();

        JsonNode content = body(asked, Say.UNKNOWN).path("messages").path(0).path("content");

        var types = new ArrayList<String>();
        content.forEach(
                block -> types.add(block.path("source").path("media_type").asString("url")));
        assertThat(types)
                .containsExactly(
                        "image/png", "image/jpeg", "image/gif", "image/webp", "image/png", "url");
        assertThat(content.path(5))
                .isEqualTo(
                        json(
                                "{'type':'image','source':{'type':'url',"
                                        + "'url':'https://a.example/b.png'}}"));
    }

    private static Part.Image image(String type, String data) {
        return new Part.Image(new Media.Inline(type, data), "");
    }

    @Test
    void what_the_provider_cannot_take_is_refused_by_name() {
        refused(user(image("image/bmp", "Qk0=")), Say.UNKNOWN, "image");
        refused(
                user(new Part.Image(new Media.Url("http://a.example/b.png", ""), "")),
                Say.UNKNOWN,
                "url");
        refused(
                user(new Part.Image(new Media.FileId(Dialect.GEMINI, "f", ""), "")),
                Say.UNKNOWN,
                "file_id");
        refused(
                user(new Part.Audio(new Media.Inline("audio/wav", "AA=="))),
                Say.UNKNOWN,
                "input_audio");
        refused(
                user(new Part.Document(new Media.Inline("application/zip", "AA=="), "")),
                Say.UNKNOWN,
                "document");
        refused(hello().answers(2), Say.UNKNOWN, "n");
        refused(
                user(image("image/png", "iVBORw0KGgo=")),
                model(8_192, Reasoning.NONE, Capability.VISION),
                "image");
    }

    private static ChatRequest.Builder user(Part part) {
        return ChatRequest.builder("m").turn(Role.USER, List.of(part));
    }

    @Test
    void documents_go_as_pdf_or_as_text() throws Exception {
        ChatRequest asked =
                ChatRequest.builder("m")
                        .turn(
                                Role.USER,
                                List.of(
                                        new Part.Document(
                                                new Media.Inline("application/pdf", "JVBERi0="),
                                                "a.pdf"),
                                        new Part.Document(new Media.Inline("text/csv", "YSxi"), ""),
                                        new Part.Document(new Media.PlainText("words"), "")))
                        .build();

        assertThat(body(asked, Say.UNKNOWN).path("messages").path(0).path("content"))
                .isEqualTo(
                        json(
                                "[{'type':'document','source':{'type':'base64',"
                                        + "'media_type':'application/pdf','data':'JVBERi0='},"
                                        + "'title':'a.pdf'},"
                                        + "{'type':'document','source':{'type':'text',"
                                        + "'media_type':'text/plain','data':'a,b'}},"
                                        + "{'type':'document','source':{'type':'text',"
                                        + "'media_type':'text/plain','data':'words'}}]"));
    }

    @Test
    void of_more_than_four_cache_marks_the_last_four_stay() throws Exception {
        var parts = new ArrayList<Part>();
        for (int i = 0; i < 4; i++) {
            parts.add(new Part.Text("t" + i));
            parts.add(new Part.CacheMark(i == 3 ? "1h" : ""));
        }
        ChatRequest asked =
                ChatRequest.builder("m")
                        .tool(
                                new Tool.Function(
                                        "weather",
                                        "",
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.of(new Part.CacheMark(""))))
                        .turn(Role.SYSTEM, List.of(new Part.Text("s"), new Part.CacheMark("")))
                        .turn(Role.USER, parts)
                        .build();

        Worded worded = worded(asked, Say.UNKNOWN);

        JsonNode body = body(worded);
        assertThat(body.path("tools").path(0).has("cache_control")).isFalse();
        assertThat(body.path("system").path(0).has("cache_control")).isFalse();
        JsonNode content = body.path("messages").path(0).path("content");
        assertThat(content).hasSize(4).allMatch(block -> block.has("cache_control"));
        assertThat(content.path(3).path("cache_control"))
                .isEqualTo(json("{'type':'ephemeral','ttl':'1h'}"));
        assertThat(worded.dropped()).containsExactly("cache_control: the first 2 of 6");
    }

    @Test
    void blank_stops_are_dropped_and_the_user_is_named() throws Exception {
        Worded worded =
                worded(hello().stop(List.of(" ", "END", "a", "b", "c")).user("u1").build(), BUDGET);

        assertThat(body(worded).path("stop_sequences")).isEqualTo(json("['END','a','b','c']"));
        assertThat(body(worded).path("metadata")).isEqualTo(json("{'user_id':'u1'}"));
        assertThat(worded.dropped()).containsExactly("stop: white space alone");
    }

    @Test
    void fields_of_other_dialects_are_dropped_by_name_and_its_own_go_back() throws Exception {
        ChatRequest.Builder extras =
                hello().extra("logit_bias", json("{}")).extra("service_tier", json("'auto'"));

        Worded other = worded(extras.asked(Dialect.OPENAI).build(), BUDGET);
        Worded own =
                worded(
                        extras.asked(Dialect.ANTHROPIC).extra("metadata.a", json("'b'")).build(),
                        BUDGET);

        assertThat(other.dropped()).containsExactly("logit_bias", "service_tier");
        assertThat(body(other).has("service_tier")).isFalse();
        assertThat(own.dropped()).containsExactly("metadata.a");
        assertThat(body(own).path("service_tier")).isEqualTo(json("'auto'"));
    }

    @Test
    void a_question_for_a_count_holds_nothing_that_only_an_answer_needs() throws Exception {
        ChatRequest asked =
                asked(
                        "{'max_tokens':9,'temperature':0.5,'stop_sequences':['x'],"
                                + "'metadata':{'user_id':'u'},'service_tier':'auto',"
                                + "'thinking':{'type':'enabled','budget_tokens':5000},"
                                + "'system':'s','tools':[{'name':'t','input_schema':"
                                + "{'type':'object','properties':{}}}],"
                                + "'messages':[{'role':'user','content':'hi'}]}");

        Worded worded = provider.count(asked, Say.UNKNOWN);

        assertThat(body(worded))
                .isEqualTo(
                        json(
                                "{'model':'claude-x','system':'s',"
                                        + "'messages':[{'role':'user','content':'hi'}],"
                                        + "'tools':[{'name':'t','input_schema':"
                                        + "{'type':'object','properties':{}}}],"
                                        + "'thinking':{'type':'enabled','budget_tokens':5000}}"));
    }

    @Test
    void what_the_api_has_no_path_for_is_not_offered() {
        assertThat(provider.path(Operation.CHAT, "m", true)).contains("/v1/messages");
        assertThat(provider.path(Operation.COUNT_TOKENS, "m", false))
                .contains("/v1/messages/count_tokens");
        assertThat(provider.path(Operation.EMBEDDINGS, "m", false)).isEmpty();
    }
}
