package dev.switchgear.dialects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.AutomaticMarks.Shape;
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
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Part.CacheMark;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Turn;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.dialect.ModelTarget;
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
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Prompts that a client did not mark are marked behind tools, system texts and the last two turns of
/// the user, whether they pass or are translated.
final class AutomaticMarksTest {
    private static final String CLAUDE = "claude-sonnet-4-5";
    private static final CacheMark MARK = new CacheMark("");

    /// A text worth so many tokens.
    private static String tokens(int count) {
        return "abc ".repeat(count);
    }

    private static String anthropic(String tool, String system, String first, String last) {
        return """
        {"model":"m","max_tokens":9,"tools":[{"name":"one","description":"%s","input_schema":{"type":"object","properties":{}}}],
         "system":%s,"messages":[
         {"role":"user","content":%s},
         {"role":"assistant","content":[{"type":"text","text":"well"},{"type":"tool_use","id":"a","name":"one","input":{}}]},
         {"role":"user","content":%s}]}
        """
                .formatted(tool, system, first, last);
    }

    private static String result(String text) {
        return "[{\"type\":\"tool_result\",\"tool_use_id\":\"a\",\"content\":\"" + text + "\"}]";
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }

    private static String chat(String tool, String system, String first, String last) {
        return """
        {"model":"m","tools":[{"type":"function","function":{"name":"one","description":"%s","parameters":{"type":"object","properties":{}}}}],
         "messages":[{"role":"system","content":"%s"},{"role":"user","content":"%s"},
         {"role":"assistant","content":"well","tool_calls":[{"id":"a","type":"function","function":{"name":"one","arguments":"{}"}}]},
         {"role":"tool","tool_call_id":"a","content":"%s"}]}
        """
                .formatted(tool, system, first, last);
    }

    private static String responses(String tool, String system, String first, String last) {
        return """
        {"model":"m","tools":[{"type":"function","name":"one","description":"%s","parameters":{"type":"object","properties":{}}}],
         "instructions":"%s","input":[{"role":"user","content":"%s"},
         {"role":"assistant","content":"well"},
         {"type":"function_call","call_id":"a","name":"one","arguments":"{}"},
         {"type":"function_call_output","call_id":"a","output":"%s"}]}
        """
                .formatted(tool, system, first, last);
    }

    private static String gemini(String tool, String system, String first, String last) {
        return """
        {"tools":[{"functionDeclarations":[{"name":"one","description":"%s"}]}],
         "systemInstruction":{"parts":[{"text":"%s"}]},"contents":[
         {"role":"user","parts":[{"text":"%s"}]},
         {"role":"model","parts":[{"text":"well"},{"functionCall":{"name":"one","args":{}}}]},
         {"role":"user","parts":[{"functionResponse":{"name":"one","response":{"result":"%s"}}}]}]}
        """
                .formatted(tool, system, first, last);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> marks(byte[] body) {
        var marked = new ArrayList<String>();
        collect("", Json.read(body, 0, body.length), marked);
        return marked;
    }

    private static void collect(String path, JsonNode at, List<String> into) {
        if (at instanceof ObjectNode object) {
            if (object.has("cache_control")) {
                into.add(path);
            }
            for (Map.Entry<String, JsonNode> each : object.properties()) {
                collect(path + "/" + each.getKey(), each.getValue(), into);
            }
        } else {
            for (int i = 0; i < at.size() && at.isArray(); i++) {
                collect(path + "/" + i, at.get(i), into);
            }
        }
    }

    /// OpenAI's dialect with marks, as OpenRouter takes it.
    private static OpenAiFlavour router() {
        OpenAiFlavour openAi = OpenAiFlavour.OPENAI;
        var takes = EnumSet.copyOf(openAi.takes());
        takes.add(Takes.CACHE_MARKS);
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

    /// The tokens of tools, system, first and last turn, and which of them are marked.
    // Nobody changes what its constants hold.
    @SuppressWarnings("ImmutableEnumChecker")
    enum Sizes {
        ALL_ENOUGH(1100, 10, 10, 10, true, true, true, true),
        WITH_THE_SYSTEM(500, 700, 10, 10, false, true, true, true),
        WITH_THE_FIRST_TURN(10, 10, 1100, 10, false, false, true, true),
        WITH_THE_LAST(10, 10, 10, 1100, false, false, false, true),
        NEVER(200, 200, 200, 200, false, false, false, false);

        private final int[] tokens;
        private final boolean[] marked;

        Sizes(int tools, int system, int first, int last, boolean... marked) {
            this.tokens = new int[] {tools, system, first, last};
            this.marked = marked;
        }

        private String text(int which) {
            return tokens(tokens[which]).strip();
        }

        private List<String> of(String... places) {
            var expected = new ArrayList<String>();
            for (int i = 0; i < places.length; i++) {
                if (marked[i]) {
                    expected.add(places[i]);
                }
            }
            return expected;
        }
    }

    private static final String[] AT_CLAUDE = {
        "/tools/0", "/system/0", "/messages/0/content/0", "/messages/2/content/0"
    };
    private static final String[] AT_OPENROUTER = {
        "/tools/0", "/messages/0/content/0", "/messages/1/content/0", "/messages/3/content/0"
    };

    @ParameterizedTest
    @EnumSource
    void what_passes_to_claude_is_marked_where_it_pays(Sizes sizes) {
        byte[] body =
                bytes(
                        anthropic(
                                sizes.text(0),
                                quoted(sizes.text(1)),
                                quoted(sizes.text(2)),
                                result(sizes.text(3))));

        byte[] marked = AutomaticMarks.in(body, Shape.MESSAGES, CLAUDE, MARK);

        assertThat(marks(marked))
                .containsExactlyInAnyOrder(sizes.of(AT_CLAUDE).toArray(String[]::new));
        assertThat(unmarked(marked)).isEqualTo(unmarked(body));
    }

    @ParameterizedTest
    @EnumSource
    void what_passes_to_claude_behind_openrouter_is_marked_where_it_pays(Sizes sizes) {
        byte[] body = bytes(chat(sizes.text(0), sizes.text(1), sizes.text(2), sizes.text(3)));

        byte[] marked = AutomaticMarks.in(body, Shape.CHAT, "anthropic/" + CLAUDE, MARK);

        assertThat(marks(marked))
                .containsExactlyInAnyOrder(sizes.of(AT_OPENROUTER).toArray(String[]::new));
        assertThat(unmarked(marked)).isEqualTo(unmarked(body));
    }

    /// A prompt as a model reads it: without marks, and a text whether alone or in a list of one.
    private static JsonNode unmarked(byte[] body) {
        return plain(Json.read(body, 0, body.length));
    }

    private static JsonNode plain(JsonNode node) {
        if (node instanceof ArrayNode list) {
            ArrayNode all = Json.array();
            list.forEach(each -> all.add(plain(each)));
            boolean lone =
                    all.size() == 1
                            && all.get(0).path("type").asString("").equals("text")
                            && all.get(0).size() == 2;
            return lone ? all.get(0).path("text") : all;
        }
        if (node instanceof ObjectNode object) {
            ObjectNode all = Json.object();
            for (Map.Entry<String, JsonNode> each : object.properties()) {
                if (!each.getKey().equals("cache_control")) {
                    all.set(each.getKey(), plain(each.getValue()));
                }
            }
            return all;
        }
        return node;
    }

    // Nobody changes what its constants hold.
    @SuppressWarnings("ImmutableEnumChecker")
    enum Client {
        CHAT(new OpenAiClientDialect()),
        RESPONSES(new ResponsesClientDialect()),
        GEMINI(new GeminiClientDialect(GeminiClientDialect.Form.EVENTS)),
        ANTHROPIC(new AnthropicClientDialect());

        private final ClientDialect dialect;

        Client(ClientDialect dialect) {
            this.dialect = dialect;
        }

        private ChatRequest asking(Sizes sizes) throws Exception {
            String[] texts = {sizes.text(0), sizes.text(1), sizes.text(2), sizes.text(3)};
            String body =
                    switch (this) {
                        case CHAT -> chat(texts[0], texts[1], texts[2], texts[3]);
                        case RESPONSES -> responses(texts[0], texts[1], texts[2], texts[3]);
                        case GEMINI -> gemini(texts[0], texts[1], texts[2], texts[3]);
                        case ANTHROPIC ->
                                anthropic(
                                        texts[0],
                                        quoted(texts[1]),
                                        quoted(texts[2]),
                                        result(texts[3]));
                    };
            return dialect.chat(bytes(body), "m", false);
        }
    }

    private static Worded worded(ProviderDialect to, String model, ChatRequest asked)
            throws Exception {
        var target = new ModelTarget(model, ModelTraits.UNKNOWN);
        return to.chat(to.marked(asked, target, MARK), target);
    }

    @ParameterizedTest
    @EnumSource
    void what_is_translated_for_claude_is_marked_alike(Client client) throws Exception {
        for (Sizes sizes : Sizes.values()) {
            ChatRequest asked = client.asking(sizes);

            Worded claude = worded(new AnthropicProviderDialect(), CLAUDE, asked);
            Worded router =
                    worded(
                            new OpenAiProviderDialect(router()),
                            "anthropic/claude-sonnet-4.5",
                            asked);

            assertThat(marks(claude.body()))
                    .as("%s of %s", sizes, client)
                    .containsExactlyInAnyOrder(sizes.of(AT_CLAUDE).toArray(String[]::new));
            assertThat(marks(router.body()))
                    .as("%s of %s behind OpenRouter", sizes, client)
                    .containsExactlyInAnyOrder(sizes.of(AT_OPENROUTER).toArray(String[]::new));
            assertThat(claude.dropped().toString() + router.dropped())
                    .doesNotContain("cache_control");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoever_remembers_unasked_gets_no_marks_and_nobody_is_told_of_any(Client client)
            throws Exception {
        ChatRequest asked = client.asking(Sizes.ALL_ENOUGH);
        Map<ProviderDialect, String> others =
                Map.of(
                        new OpenAiProviderDialect(OpenAiFlavour.OPENAI), "gpt-5.6",
                        new OpenAiProviderDialect(OpenAiFlavour.COMPATIBLE), "claude-sonnet-4-5",
                        new OpenAiProviderDialect(router()), "openai/gpt-5",
                        new ResponsesProviderDialect(ResponsesFlavour.OPENAI), "gpt-5.6",
                        new GeminiProviderDialect(GeminiFlavour.GOOGLE), "gemini-3.5-flash",
                        new OllamaProviderDialect(), "llama3");

        for (Map.Entry<ProviderDialect, String> other : others.entrySet()) {
            Worded worded = worded(other.getKey(), other.getValue(), asked);

            String body = new String(worded.body(), StandardCharsets.UTF_8);
            assertThat(body).doesNotContain("cache_control").doesNotContain("breakpoint");
            assertThat(worded.dropped().toString()).doesNotContain("cache_control");
        }
    }

    @Test
    void a_client_that_marked_anything_is_left_alone() throws Exception {
        String mark = "\"cache_control\" : {\"type\":\"ephemeral\"}";
        String part = "[{\"type\":\"text\",\"text\":\"go\"," + mark + "}]";
        String long1 = tokens(2000).strip();
        for (String body :
                List.of(
                        anthropic(long1, quoted(long1), part, result("r")),
                        anthropic(long1, quoted(long1), quoted("go"), result("r"))
                                .replace("\"max_tokens\":9", "\"max_tokens\":9," + mark),
                        anthropic(long1, part, quoted("go"), result("r")),
                        anthropic(long1, quoted(long1), quoted("go"), result("r"))
                                .replace(
                                        "\"name\":\"one\",\"des",
                                        "\"name\":\"one\"," + mark + ",\"des"))) {
            byte[] asked = bytes(body);
            Worded worded =
                    worded(
                            new AnthropicProviderDialect(),
                            CLAUDE,
                            new AnthropicClientDialect().chat(asked, "m", false));

            assertThat(AutomaticMarks.in(asked, Shape.MESSAGES, CLAUDE, MARK)).isSameAs(asked);
            assertThat(marks(worded.body())).hasSize(1);
        }
    }

    @Test
    void a_client_that_marked_as_gpt_has_it_is_left_alone_too() {
        String part =
                "[{\"type\":\"text\",\"text\":\"go\",\"prompt_cache_breakpoint\":{\"mode\":\"explicit\"}}]";
        byte[] asked = bytes(chat("t", quoted(tokens(2000).strip()), part, result("r")));

        assertThat(AutomaticMarks.in(asked, Shape.CHAT, CLAUDE, MARK)).isSameAs(asked);
    }

    @Test
    void who_only_talks_of_marks_has_set_none() {
        String talk = "Where does \\\"cache_control\\\": go? " + tokens(2000).strip();

        byte[] marked =
                AutomaticMarks.in(
                        bytes(anthropic("t", quoted("s"), quoted(talk), result("r"))),
                        Shape.MESSAGES,
                        CLAUDE,
                        MARK);

        assertThat(marks(marked)).hasSize(2);
    }

    /// In a request that is worded for Claude: marks that its client set, wherever, and what takes none.
    @Test
    void what_is_worded_anew_is_marked_by_the_same_rules() throws Exception {
        String big = quoted(tokens(2000).strip());
        String mark = "\"cache_control\":{\"type\":\"ephemeral\"}";
        String within =
                "[{\"type\":\"tool_result\",\"tool_use_id\":\"a\",\"content\":"
                        + "[{\"type\":\"text\",\"text\":\"r\","
                        + mark
                        + "}]}]";
        String hosted = "{\"type\":\"web_search_20250305\",\"name\":\"web_search\"," + mark + "},";
        for (String marked :
                List.of(
                        anthropic("t", big, quoted("go"), within),
                        anthropic("t", big, quoted("go"), result("r"))
                                .replace("\"tools\":[", "\"tools\":[" + hosted))) {
            assertThat(own(marked)).as(marked).hasSize(1);
        }
        assertThat(own(anthropic("t", big, quoted("go"), result("r")))).hasSize(3);
        String blank = result("r").replace("}]", "},{\"type\":\"text\",\"text\":\" \"}]");
        assertThat(own(anthropic("t", big, quoted("go"), blank)))
                .as("white space takes no mark")
                .hasSize(2);
    }

    private static List<String> own(String body) throws Exception {
        ChatRequest asked = new AnthropicClientDialect().chat(bytes(body), "m", false);
        return marks(
                new AnthropicProviderDialect()
                        .chat(
                                AutomaticMarks.on(asked, CLAUDE, MARK),
                                new ModelTarget(CLAUDE, ModelTraits.UNKNOWN))
                        .body());
    }

    /// Results of calls in parallel are one turn, and what a developer says is the system's.
    @Test
    void in_chat_the_last_of_several_results_is_marked_and_then_the_turn_before() {
        String body =
                """
                {"model":"m","messages":[{"role":"developer","content":"%s"},
                 {"role":"user","content":"go"},
                 {"role":"assistant","content":null,"tool_calls":[
                  {"id":"a","type":"function","function":{"name":"one","arguments":"{}"}},
                  {"id":"b","type":"function","function":{"name":"one","arguments":"{}"}}]},
                 {"role":"tool","tool_call_id":"a","content":"r"},
                 {"role":"tool","tool_call_id":"b","content":"s"}]}
                """
                        .formatted(tokens(2000).strip());

        assertThat(marks(AutomaticMarks.in(bytes(body), Shape.CHAT, CLAUDE, MARK)))
                .containsExactly(
                        "/messages/0/content/0", "/messages/1/content/0", "/messages/4/content/0");
    }

    @Test
    void a_text_that_is_the_word_itself_is_no_mark() {
        byte[] asked =
                bytes(
                        anthropic(
                                "t",
                                quoted("s"),
                                "[{\"type\":\"text\",\"text\":"
                                        + quoted(tokens(2000).strip())
                                        + "},{\"type\":\"text\",\"text\":\"cache_control\"}]",
                                result("r")));

        assertThat(marks(AutomaticMarks.in(asked, Shape.MESSAGES, CLAUDE, MARK))).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"type\":\"text\",\"text\":\"\"}]",
                "\"\"",
                "\" \\n\"",
                "[]",
                "[{\"type\":\"container_upload\",\"file_id\":\"f\"}]"
            })
    void what_takes_no_mark_gets_none(String last) {
        byte[] marked =
                AutomaticMarks.in(
                        bytes(anthropic("t", quoted("s"), quoted(tokens(2000).strip()), last)),
                        Shape.MESSAGES,
                        CLAUDE,
                        MARK);

        assertThat(marks(marked)).containsExactly("/messages/0/content/0");
    }

    @Test
    void a_mark_goes_before_what_takes_none() {
        String last =
                "[{\"type\":\"text\",\"text\":\"look\"},{\"type\":\"container_upload\",\"file_id\":\"f\"}]";

        byte[] marked =
                AutomaticMarks.in(
                        bytes(anthropic("t", quoted(tokens(2000).strip()), quoted("go"), last)),
                        Shape.MESSAGES,
                        CLAUDE,
                        MARK);

        assertThat(marks(marked)).contains("/messages/2/content/0");
    }

    @Test
    void a_tool_that_is_loaded_later_takes_no_mark() {
        String body =
                """
                {"tools":[{"name":"one","description":"%s","input_schema":{"type":"object"}},
                 {"name":"two","defer_loading":true,"input_schema":{"type":"object"}}],
                 "messages":[{"role":"user","content":"go"}]}
                """
                        .formatted(tokens(2000));

        byte[] marked = AutomaticMarks.in(bytes(body), Shape.MESSAGES, CLAUDE, MARK);

        assertThat(marks(marked)).containsExactly("/tools/0", "/messages/0/content/0");
    }

    @Test
    void of_many_turns_the_last_two_of_the_user_are_marked_and_never_more_than_four() {
        var messages = new ArrayList<String>();
        for (int i = 0; i < 20; i++) {
            messages.add(
                    "{\"role\":\"%s\",\"content\":\"%s\"}"
                            .formatted(i % 2 == 0 ? "user" : "assistant", tokens(200).strip()));
        }
        messages.add("{\"role\":\"user\",\"content\":\"and now?\"}");
        String body =
                """
                {"tools":[{"name":"one","description":"%s","input_schema":{"type":"object"}}],
                 "system":[{"type":"text","text":"a"},{"type":"text","text":"b"}],"messages":[%s]}
                """
                        .formatted(tokens(2000).strip(), String.join(",", messages));

        byte[] marked = AutomaticMarks.in(bytes(body), Shape.MESSAGES, CLAUDE, MARK);

        assertThat(marks(marked))
                .containsExactly(
                        "/tools/0",
                        "/system/1",
                        "/messages/18/content/0",
                        "/messages/20/content/0");

        ChatRequest.Builder told = ChatRequest.builder("m");
        for (int i = 0; i < 20; i++) {
            Role role = i % 2 == 0 ? Role.USER : Role.ASSISTANT;
            told.turn(role, List.of(new Part.Text(tokens(800))));
        }
        var places = new ArrayList<Integer>();
        List<Turn> turns = AutomaticMarks.on(told.build(), CLAUDE, MARK).turns();
        for (int i = 0; i < turns.size(); i++) {
            if (turns.get(i).parts().contains(MARK)) {
                places.add(i);
            }
        }
        assertThat(places).as("where it is translated").containsExactly(16, 18);
    }

    @Test
    void an_hour_is_said_where_it_is_wanted() {
        byte[] body = bytes(anthropic("t", quoted("s"), quoted(tokens(2000)), result("r")));

        byte[] marked = AutomaticMarks.in(body, Shape.MESSAGES, CLAUDE, new CacheMark("1h"));

        JsonNode control =
                Json.read(marked, 0, marked.length).at("/messages/0/content/0/cache_control");
        assertThat(control.toString()).isEqualTo("{\"type\":\"ephemeral\",\"ttl\":\"1h\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "claude-opus-5, 512",
        "claude-opus-5-5, 512",
        "claude-fable-5-1, 512",
        "claude-opus-4-8, 1024",
        "claude-sonnet-5-5, 1024",
        "claude-sonnet-4-6, 1024",
        "claude-sonnet-4-5-20250929, 1024",
        "claude-haiku-5-5, 1024",
        "claude-opus-4-7, 2048",
        "claude-3-5-haiku-20241022, 2048",
        "claude-opus-4-6, 4096",
        "claude-opus-4-5-20251101, 4096",
        "claude-haiku-4-5-20251001, 4096",
        "anthropic/claude-haiku-4.5, 4096",
        "anthropic/claude-opus-4.8:thinking, 1024",
        "another, 1024"
    })
    void each_model_remembers_prompts_from_its_own_size_on(String model, int tokens) {
        assertThat(AutomaticMarks.leastTokens(model)).isEqualTo(tokens);
    }
}
