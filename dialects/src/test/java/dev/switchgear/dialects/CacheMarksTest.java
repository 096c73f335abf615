package dev.switchgear.dialects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.dialects.anthropic.AnthropicClientDialect;
import dev.switchgear.dialects.anthropic.AnthropicProviderDialect;
import dev.switchgear.dialects.gemini.GeminiClientDialect;
import dev.switchgear.dialects.gemini.GeminiFlavour;
import dev.switchgear.dialects.gemini.GeminiProviderDialect;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.ollama.OllamaProviderDialect;
import dev.switchgear.dialects.openai.OpenAiClientDialect;
import dev.switchgear.dialects.openai.OpenAiFlavour;
import dev.switchgear.dialects.openai.OpenAiFlavour.Takes;
import dev.switchgear.dialects.openai.OpenAiProviderDialect;
import dev.switchgear.dialects.responses.ResponsesClientDialect;
import dev.switchgear.dialects.responses.ResponsesFlavour;
import dev.switchgear.dialects.responses.ResponsesProviderDialect;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.dialect.ProviderDialect;
import dev.switchgear.families.llm.dialect.Worded;
import dev.switchgear.families.llm.model.ModelTraits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A mark of the prompt cache goes wherever it can be said, and where it cannot, that is told.
final class CacheMarksTest {
    private static final String C = "\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}";
    private static final String B = "\"prompt_cache_breakpoint\":{\"mode\":\"explicit\"}";

    /// One mark, in one place of a conversation with a call and its result, and where it goes: for
    /// Claude, for a chat with marks (OpenRouter's), for GPT-5.6's chat and Responses. `-` where it
    /// can only be told that it is gone.
    enum Place {
        ANTHROPIC_SYSTEM(
                "/system/0",
                "/messages/0/content/0",
                "/messages/0/content/0",
                "/input/0/content/0"),
        ANTHROPIC_USER(
                "/messages/0/content/0",
                "/messages/1/content/0",
                "/messages/1/content/0",
                "/input/0/content/0"),
        ANTHROPIC_ASSISTANT(
                "/messages/1/content/0", "/messages/2/content/0", "/messages/2/content/0", "-"),
        ANTHROPIC_CALL(
                "/messages/1/content/1",
                "/messages/3/content/0",
                "/messages/3/content/0",
                "/input/3/output/0"),
        ANTHROPIC_RESULT(
                "/messages/2/content/0",
                "/messages/3/content/0",
                "/messages/3/content/0",
                "/input/3/output/0"),
        ANTHROPIC_WITHIN_RESULT(
                "/messages/2/content/0/content/0",
                "/messages/3/content/0",
                "/messages/3/content/0",
                "/input/3/output/0"),
        ANTHROPIC_TOOL("/tools/0", "/tools/0", "-", "-"),
        ANTHROPIC_REQUEST(
                "", "/messages/3/content/0", "/messages/3/content/0", "/input/3/output/0"),
        CHAT_SYSTEM_PART(
                "/system/0",
                "/messages/0/content/0",
                "/messages/0/content/0",
                "/input/0/content/0"),
        CHAT_SYSTEM_MESSAGE(
                "/system/0",
                "/messages/0/content/0",
                "/messages/0/content/0",
                "/input/0/content/0"),
        CHAT_USER_MESSAGE(
                "/messages/0/content/0",
                "/messages/1/content/0",
                "/messages/1/content/0",
                "/input/0/content/0"),
        CHAT_ASSISTANT_MESSAGE(
                "/messages/1/content/1",
                "/messages/3/content/0",
                "/messages/3/content/0",
                "/input/3/output/0"),
        CHAT_CALL(
                "/messages/1/content/1",
                "/messages/3/content/0",
                "/messages/3/content/0",
                "/input/3/output/0"),
        CHAT_TOOL_MESSAGE(
                "/messages/2/content/0",
                "/messages/3/content/0",
                "/messages/3/content/0",
                "/input/3/output/0"),
        CHAT_TOOL_PART(
                "/messages/2/content/0/content/0",
                "/messages/3/content/0",
                "/messages/3/content/0",
                "/input/3/output/0"),
        CHAT_TOOL("/tools/0", "/tools/0", "-", "-"),
        CHAT_FUNCTION("/tools/0", "/tools/0", "-", "-"),
        CHAT_REQUEST("", "", "-", "-"),
        CHAT_BREAKPOINT(
                "/messages/0/content/0",
                "/messages/1/content/0",
                "/messages/1/content/0",
                "/input/0/content/0"),
        RESPONSES_USER(
                "/messages/0/content/0",
                "/messages/1/content/0",
                "/messages/1/content/0",
                "/input/0/content/0"),
        RESPONSES_RESULT(
                "/messages/2/content/0/content/0",
                "/messages/3/content/0",
                "/messages/3/content/0",
                "/input/3/output/0");

        private final String claude;
        private final String router;
        private final String chat;
        private final String responses;

        Place(String claude, String router, String chat, String responses) {
            this.claude = claude;
            this.router = router;
            this.chat = chat;
            this.responses = responses;
        }

        /// A breakpoint says nothing of how long.
        private String ttl() {
            return name().startsWith("RESPONSES") || this == CHAT_BREAKPOINT ? "" : "1h";
        }

        private ClientDialect client() {
            return name().startsWith("ANTHROPIC")
                    ? new AnthropicClientDialect()
                    : name().startsWith("CHAT")
                            ? new OpenAiClientDialect()
                            : new ResponsesClientDialect();
        }

        /// The mark if it stands here.
        private String at(Place place, String mark) {
            return this == place ? "," + mark : "";
        }

        private String body() {
            return name().startsWith("ANTHROPIC")
                    ? anthropic()
                    : name().startsWith("CHAT") ? chat() : responses();
        }

        private String anthropic() {
            return """
            {"model":"m","max_tokens":9%s,"system":[{"type":"text","text":"S"%s}],"messages":[
             {"role":"user","content":[{"type":"text","text":"go"%s}]},
             {"role":"assistant","content":[{"type":"text","text":"well"%s},{"type":"tool_use","id":"a","name":"add","input":{}%s}]},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":[{"type":"text","text":"r"%s}]%s}]}],
             "tools":[{"name":"add","input_schema":{"type":"object","properties":{}}%s}]}
            """
                    .formatted(
                            at(ANTHROPIC_REQUEST, C),
                            at(ANTHROPIC_SYSTEM, C),
                            at(ANTHROPIC_USER, C),
                            at(ANTHROPIC_ASSISTANT, C),
                            at(ANTHROPIC_CALL, C),
                            at(ANTHROPIC_WITHIN_RESULT, C),
                            at(ANTHROPIC_RESULT, C),
                            at(ANTHROPIC_TOOL, C));
        }

        private String chat() {
            return """
            {"model":"m"%s,"messages":[
             {"role":"system","content":[{"type":"text","text":"S"%s}]%s},
             {"role":"user","content":[{"type":"text","text":"go"%s}]%s},
             {"role":"assistant","content":"well","tool_calls":[{"id":"a","type":"function","function":{"name":"add","arguments":"{}"}%s}]%s},
             {"role":"tool","tool_call_id":"a","content":[{"type":"text","text":"r"%s}]%s}],
             "tools":[{"type":"function","function":{"name":"add"%s}%s}]}
            """
                    .formatted(
                            at(CHAT_REQUEST, C),
                            at(CHAT_SYSTEM_PART, C),
                            at(CHAT_SYSTEM_MESSAGE, C),
                            at(CHAT_BREAKPOINT, B),
                            at(CHAT_USER_MESSAGE, C),
                            at(CHAT_CALL, C),
                            at(CHAT_ASSISTANT_MESSAGE, C),
                            at(CHAT_TOOL_PART, C),
                            at(CHAT_TOOL_MESSAGE, C),
                            at(CHAT_FUNCTION, C),
                            at(CHAT_TOOL, C));
        }

        private String responses() {
            return """
            {"model":"m","instructions":"S","input":[
             {"role":"user","content":[{"type":"input_text","text":"go"%s}]},
             {"role":"assistant","content":[{"type":"output_text","text":"well"}]},
             {"type":"function_call","call_id":"a","name":"add","arguments":"{}"},
             {"type":"function_call_output","call_id":"a","output":[{"type":"input_text","text":"r"%s}]}],
             "tools":[{"type":"function","name":"add"}]}
            """
                    .formatted(at(RESPONSES_USER, B), at(RESPONSES_RESULT, B));
        }
    }

    private static OpenAiFlavour router() {
        OpenAiFlavour openAi = OpenAiFlavour.OPENAI;
        var takes = EnumSet.copyOf(openAi.takes());
        takes.add(Takes.CACHE_MARKS);
        takes.remove(Takes.CACHE_BREAKPOINTS);
        return new OpenAiFlavour(
                "router",
                openAi.bound(),
                openAi.asking(),
                openAi.efforts(),
                openAi.replay(),
                openAi.counting(),
                takes,
                openAi.extras(),
                openAi.names(),
                openAi.toolIds(),
                openAi.doneRequired());
    }

    @ParameterizedTest
    @EnumSource
    void a_mark_stays_where_it_was_set_for_claude(Place place) throws Exception {
        goes(place, new AnthropicProviderDialect(), "claude-x", place.claude, place.ttl());
    }

    @ParameterizedTest
    @EnumSource
    void a_mark_goes_to_the_nearest_part_where_parts_can_be_marked(Place place) throws Exception {
        goes(
                place,
                new OpenAiProviderDialect(router()),
                "anthropic/claude-x",
                place.router,
                place.ttl());
    }

    @ParameterizedTest
    @EnumSource
    void gpt_5_6_is_told_in_its_own_words(Place place) throws Exception {
        for (String model : List.of("gpt-5.6", "gpt-6.2-sol")) {
            if (place != Place.CHAT_REQUEST) {
                goes(place, new OpenAiProviderDialect(OpenAiFlavour.OPENAI), model, place.chat, "");
            }
            goes(
                    place,
                    new ResponsesProviderDialect(ResponsesFlavour.OPENAI),
                    model,
                    place.responses,
                    "");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoever_knows_no_marks_gets_none_and_the_client_is_told(Place place) throws Exception {
        if (place != Place.CHAT_REQUEST) {
            goes(place, new OpenAiProviderDialect(OpenAiFlavour.OPENAI), "gpt-5", "-", "");
            goes(place, new OpenAiProviderDialect(OpenAiFlavour.COMPATIBLE), "gpt-5.6", "-", "");
        }
        if (!place.name().startsWith("RESPONSES")) {
            goes(place, new ResponsesProviderDialect(ResponsesFlavour.OPENAI), "gpt-5", "-", "");
        }
        goes(place, new GeminiProviderDialect(GeminiFlavour.GOOGLE), "gemini", "-", "");
        goes(place, new OllamaProviderDialect(), "llama", "-", "");
    }

    private static void goes(
            Place place, ProviderDialect to, String model, String where, String ttl)
            throws Exception {
        byte[] asked = place.body().getBytes(StandardCharsets.UTF_8);
        Worded worded =
                to.chat(
                        place.client().chat(asked, "m", false),
                        new ModelTarget(model, ModelTraits.UNKNOWN));
        JsonNode body = Json.read(worded.body(), 0, worded.body().length);
        var marked = new ArrayList<String>();
        marked("", body, marked);
        boolean told = worded.dropped().stream().anyMatch(what -> what.contains("cache_control"));

        assertThat(marked)
                .as(place + " for " + to.getClass().getSimpleName() + " " + model + ": " + body)
                .isEqualTo(where.equals("-") ? List.of() : List.of(where));
        if (where.equals("-")) {
            assertThat(told).as(place + " is told: " + worded.dropped()).isTrue();
        } else {
            assertThat(body.at(where).path("cache_control").path("ttl").asString(""))
                    .isEqualTo(ttl);
        }
    }

    private static void marked(String path, JsonNode at, List<String> into) {
        if (at instanceof ObjectNode object) {
            if (object.has("cache_control") || object.has("prompt_cache_breakpoint")) {
                into.add(path);
            }
            for (Map.Entry<String, JsonNode> each : object.properties()) {
                marked(path + "/" + each.getKey(), each.getValue(), into);
            }
        } else {
            for (int i = 0; i < at.size() && at.isArray(); i++) {
                marked(path + "/" + i, at.get(i), into);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-5.6, true",
        "gpt-5.6-mini-2026-08-01, true",
        "gpt-6, true",
        "gpt-6.2-sol, true",
        "openai/gpt-5.10, true",
        "gpt-5, false",
        "gpt-5.5, false",
        "gpt-4o, false",
        "gpt-4.1, false",
        "gpt-oss-120b, false",
        "o3, false",
        "my-gpt-6x, false"
    })
    void models_from_gpt_5_6_on_take_breakpoints(String model, boolean taken) {
        assertThat(CacheMarks.breakpoints(model)).isEqualTo(taken);
    }

    @Test
    void a_beginning_that_lies_with_gemini_is_refused_elsewhere_and_kept_there() throws Exception {
        String body =
                """
                {"cachedContent":"cachedContents/x","contents":[{"role":"user","parts":[{"text":"go"}]}]}
                """;
        ChatRequest asked =
                new GeminiClientDialect(GeminiClientDialect.Form.EVENTS)
                        .chat(body.getBytes(StandardCharsets.UTF_8), "m", false);
        var target = new ModelTarget("m", ModelTraits.UNKNOWN);

        for (ProviderDialect other :
                List.of(
                        new AnthropicProviderDialect(),
                        new OpenAiProviderDialect(OpenAiFlavour.OPENAI),
                        new ResponsesProviderDialect(ResponsesFlavour.OPENAI),
                        new OllamaProviderDialect())) {
            assertThatThrownBy(() -> other.chat(asked, target))
                    .as(other.dialect().name())
                    .isInstanceOf(NotTranslatable.class)
                    .hasMessageContaining("cachedContent");
        }
        byte[] same = new GeminiProviderDialect(GeminiFlavour.GOOGLE).chat(asked, target).body();
        assertThat(Json.read(same, 0, same.length).path("cachedContent").asString(""))
                .isEqualTo("cachedContents/x");
    }

    @Test
    void claude_takes_four_marks_and_the_last_ones_are_kept() throws Exception {
        String body =
                """
                {"model":"m","messages":[
                 {"role":"system","content":"S","cache_control":{"type":"ephemeral"}},
                 {"role":"user","content":"1","cache_control":{"type":"ephemeral"}},
                 {"role":"assistant","content":"2","cache_control":{"type":"ephemeral"}},
                 {"role":"user","content":"3","cache_control":{"type":"ephemeral"}},
                 {"role":"assistant","content":"4","cache_control":{"type":"ephemeral"}},
                 {"role":"user","content":"5","cache_control":{"type":"ephemeral"}}]}
                """;

        Worded worded =
                new AnthropicProviderDialect()
                        .chat(
                                new OpenAiClientDialect()
                                        .chat(body.getBytes(StandardCharsets.UTF_8), "m", false),
                                new ModelTarget("claude-x", ModelTraits.UNKNOWN));

        var marked = new ArrayList<String>();
        marked("", Json.read(worded.body(), 0, worded.body().length), marked);
        assertThat(marked)
                .containsExactly(
                        "/messages/1/content/0",
                        "/messages/2/content/0",
                        "/messages/3/content/0",
                        "/messages/4/content/0");
        assertThat(worded.dropped()).containsExactly("cache_control: the first 2 of 6");
    }

    /// A mark on a call goes to its result; on one that nobody answered there is no place for it.
    @Test
    void a_mark_on_a_call_without_a_result_is_told_to_be_gone_and_leaves_the_others_alone()
            throws Exception {
        String body =
                """
                {"model":"m","max_tokens":9,"messages":[
                 {"role":"user","content":"go"},
                 {"role":"assistant","content":[
                  {"type":"tool_use","id":"a","name":"add","input":{},%1$s},
                  {"type":"tool_use","id":"b","name":"add","input":{},%1$s}]},
                 {"role":"user","content":[{"type":"tool_result","tool_use_id":"b","content":[{"type":"text","text":"r"}]}]}],
                 "tools":[{"name":"add","input_schema":{"type":"object","properties":{}}}]}
                """
                        .formatted(C);
        ChatRequest asked =
                new AnthropicClientDialect().chat(body.getBytes(StandardCharsets.UTF_8), "m", true);
        for (ProviderDialect to :
                List.of(
                        new OpenAiProviderDialect(router()),
                        new OpenAiProviderDialect(OpenAiFlavour.OPENAI),
                        new ResponsesProviderDialect(ResponsesFlavour.OPENAI))) {
            Worded worded = to.chat(asked, new ModelTarget("gpt-6", ModelTraits.UNKNOWN));

            var marked = new ArrayList<String>();
            marked("", Json.read(worded.body(), 0, worded.body().length), marked);
            assertThat(marked).as("of the one with a result").hasSize(1);
            assertThat(worded.dropped()).anyMatch(what -> what.contains("cache_control"));
        }
    }
}
