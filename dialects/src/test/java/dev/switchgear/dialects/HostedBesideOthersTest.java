package dev.switchgear.dialects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.switchgear.dialects.WhatIsDroppedTest.To;
import dev.switchgear.dialects.anthropic.AnthropicClientDialect;
import dev.switchgear.dialects.gemini.GeminiClientDialect;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.responses.ResponsesClientDialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.dialect.Worded;
import dev.switchgear.families.llm.model.ModelTraits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// What only one provider runs, and what it left in a conversation, towards every other.
final class HostedBesideOthersTest {
    private static final String FUNCTION =
            "{\"type\":\"function\",\"name\":\"add\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}";

    private static ChatRequest responses(String body) throws InvalidBody {
        return new ResponsesClientDialect().chat(body.getBytes(StandardCharsets.UTF_8), "m", false);
    }

    private static ChatRequest anthropic(String rest) throws InvalidBody {
        String body = "{\"model\":\"m\",\"max_tokens\":99," + rest + "}";
        return new AnthropicClientDialect().chat(body.getBytes(StandardCharsets.UTF_8), "m", false);
    }

    private static Worded worded(To to, ChatRequest asked) throws NotTranslatable {
        return to.dialect().chat(asked, new ModelTarget("m", ModelTraits.UNKNOWN));
    }

    private static String body(Worded worded) {
        return new String(worded.body(), StandardCharsets.UTF_8);
    }

    private static void refused(To to, ChatRequest asked, String what) {
        assertThatExceptionOfType(NotTranslatable.class)
                .as("%s to %s", what, to)
                .isThrownBy(() -> worded(to, asked))
                .satisfies(no -> assertThat(no.message()).contains(what));
    }

    @ParameterizedTest
    @EnumSource(To.class)
    void beside_a_function_they_are_left_out_by_name(To to) throws Exception {
        for (String kind : Set.of("web_search", "file_search", "mcp", "tool_search")) {
            ChatRequest asked =
                    responses(
                            "{\"input\":\"q\",\"tools\":[{\"type\":\"%s\"},%s]}"
                                    .formatted(kind, FUNCTION));

            Worded worded = worded(to, asked);

            assertThat(body(worded)).contains("add");
            if (to == To.RESPONSES) {
                assertThat(body(worded)).contains(kind);
            } else {
                assertThat(body(worded)).doesNotContain(kind);
                assertThat(worded.dropped())
                        .contains("tools: " + kind + ", which only its own provider runs");
            }
        }
        if (to != To.ANTHROPIC) {
            Worded worded =
                    worded(
                            to,
                            anthropic(
                                    """
                                    "messages":[{"role":"user","content":"q"}],"tools":[
                                     {"type":"web_search_20250305","name":"web_search"},
                                     {"name":"add","input_schema":{"type":"object"}}]\
                                    """));
            assertThat(body(worded)).contains("add").doesNotContain("web_search");
            assertThat(worded.dropped()).anyMatch(what -> what.contains("web_search_20250305"));
        }
    }

    @ParameterizedTest
    @EnumSource(value = To.class, names = "RESPONSES", mode = EnumSource.Mode.EXCLUDE)
    void alone_demanded_or_of_a_screen_they_are_refused(To to) throws Exception {
        refused(
                to,
                responses("{\"input\":\"q\",\"tools\":[{\"type\":\"web_search\"}]}"),
                "web_search");
        String both = "{\"input\":\"q\",\"tools\":[{\"type\":\"web_search\"}," + FUNCTION + "],";
        refused(to, responses(both + "\"tool_choice\":{\"type\":\"web_search\"}}"), "web_search");
        refused(
                to,
                responses(
                        both
                                + "\"tool_choice\":{\"type\":\"allowed_tools\",\"mode\":\"required\","
                                + "\"tools\":[{\"type\":\"web_search\"}]}}"),
                "web_search");
        refused(
                to,
                responses(
                        "{\"input\":\"q\",\"tools\":[{\"type\":\"computer_use_preview\"},"
                                + FUNCTION
                                + "]}"),
                "computer_use_preview");
        if (to != To.ANTHROPIC) {
            String tools =
                    """
                    "messages":[{"role":"user","content":"q"}],"tools":[
                     {"type":"web_search_20250305","name":"web_search"},
                     {"type":"%s","name":"computer"},
                     {"name":"add","input_schema":{"type":"object"}}]\
                    """;
            refused(to, anthropic(tools.formatted("computer_20250124")), "computer_20250124");
            refused(
                    to,
                    anthropic(
                            tools.formatted("web_fetch_20250910")
                                    + ",\"tool_choice\":{\"type\":\"tool\",\"name\":\"web_search\"}"),
                    "web_search_20250305");
        }
        if (to != To.GEMINI) {
            refused(
                    to,
                    new GeminiClientDialect(GeminiClientDialect.Form.EVENTS)
                            .chat(
                                    """
                                    {"contents":[{"role":"user","parts":[{"text":"q"}]}],"tools":[
                                     {"computerUse":{}},{"functionDeclarations":[{"name":"add"}]}]}\
                                    """
                                            .getBytes(StandardCharsets.UTF_8),
                                    "m",
                                    false),
                    "computerUse");
        }
    }

    @ParameterizedTest
    @EnumSource(To.class)
    void a_choice_among_them_and_others_is_one_among_the_others(To to) throws Exception {
        for (String mode : new String[] {"auto", "required"}) {
            ChatRequest asked =
                    responses(
                            "{\"input\":\"q\",\"tools\":[{\"type\":\"web_search\"},"
                                    + FUNCTION
                                    + ",{\"type\":\"custom\",\"name\":\"exec\"}],\"tool_choice\":{"
                                    + "\"type\":\"allowed_tools\",\"mode\":\""
                                    + mode
                                    + "\",\"tools\":[{\"type\":\"web_search\"},"
                                    + "{\"type\":\"custom\",\"name\":\"exec\"}]}}");

            String body = body(worded(to, asked));

            switch (to) {
                // They can say so.
                case OPENAI, RESPONSES, GEMINI ->
                        assertThat(Json.text(choice(Json.read(body))))
                                .contains("exec")
                                .doesNotContain("add");
                case ANTHROPIC, OLLAMA ->
                        assertThat(body).contains("exec").doesNotContain("\"add\"");
            }
        }
    }

    /// What may be called is what the client named: where that is left out, nothing is.
    @ParameterizedTest
    @EnumSource(To.class)
    void a_choice_among_them_alone_is_refused_or_none_of_the_others(To to) throws Exception {
        for (String mode : new String[] {"auto", "required"}) {
            String allowed =
                    "{\"type\":\"allowed_tools\",\"mode\":\"%s\",\"tools\":[{\"type\":\"web_search\"}]}"
                            .formatted(mode);
            ChatRequest asked =
                    responses(
                            "{\"input\":\"q\",\"tools\":[{\"type\":\"web_search\"},"
                                    + FUNCTION
                                    + "],\"tool_choice\":"
                                    + allowed
                                    + "}");
            if (to != To.RESPONSES && mode.equals("required")) {
                refused(to, asked, "web_search");
                continue;
            }

            Worded worded = worded(to, asked);

            String choice = Json.text(choice(Json.read(body(worded))));
            switch (to) {
                case RESPONSES -> assertThat(choice).isEqualTo(Json.text(Json.read(allowed)));
                case OPENAI -> assertThat(choice).isEqualTo("\"none\"");
                case ANTHROPIC -> assertThat(choice).isEqualTo("{\"type\":\"none\"}");
                case GEMINI -> assertThat(choice).contains("\"NONE\"");
                case OLLAMA -> assertThat(body(worded)).doesNotContain("\"add\"");
            }
            if (to != To.RESPONSES) {
                assertThat(worded.dropped())
                        .contains(
                                to == To.OLLAMA
                                        ? "tools: none may be called"
                                        : "tools: web_search, which only its own provider runs");
            }
        }
    }

    private static JsonNode choice(JsonNode body) {
        return body.has("toolConfig") ? body.path("toolConfig") : body.path("tool_choice");
    }

    /// What a provider did itself, between what was said.
    private static final String HOSTED =
            """
            {"type":"web_search_call","id":"ws_1","status":"completed","action":{"type":"search","query":"x"}},
            {"type":"file_search_call","id":"fs_1","status":"completed","queries":["x"]},
            {"type":"code_interpreter_call","id":"ci_1","status":"completed","code":"1","container_id":"c"},
            {"type":"mcp_list_tools","id":"ml_1","server_label":"s","tools":[]},
            {"type":"mcp_call","id":"mc_1","server_label":"s","name":"n","arguments":"{}","output":"o"},
            {"type":"mcp_approval_request","id":"ma_1","server_label":"s","name":"n","arguments":"{}"},
            {"type":"mcp_approval_response","approval_request_id":"ma_1","approve":true},
            {"type":"tool_search_call","id":"ts_1","execution":"server","call_id":null,"arguments":{}},
            {"type":"tool_search_output","id":"to_1","execution":"server","call_id":null,"tools":[]},
            {"type":"shell_call","call_id":"sh_1","action":{"commands":["ls"]},
             "environment":{"type":"container_reference","container_id":"c"}},
            {"type":"shell_call_output","call_id":"sh_1","output":[]},
            {"type":"additional_tools","role":"developer","tools":[]}
            """;

    @ParameterizedTest
    @EnumSource(value = To.class, names = "RESPONSES", mode = EnumSource.Mode.EXCLUDE)
    void what_a_provider_did_leaves_no_empty_turn(To to) throws Exception {
        for (String items :
                Set.of(
                        "{\"role\":\"user\",\"content\":\"one\"},HOSTED,{\"role\":\"user\",\"content\":\"two\"}",
                        "HOSTED,{\"role\":\"user\",\"content\":\"one two\"}",
                        "{\"role\":\"user\",\"content\":\"one\"},HOSTED,"
                                + "{\"role\":\"assistant\",\"content\":\"yes\"},HOSTED,"
                                + "{\"role\":\"user\",\"content\":\"two\"}",
                        "{\"role\":\"user\",\"content\":\"one\"},{\"type\":\"reasoning\",\"summary\":[],"
                                + "\"encrypted_content\":\"x\"},HOSTED,"
                                + "{\"role\":\"user\",\"content\":\"two\"}")) {
            Worded worded =
                    worded(to, responses("{\"input\":[" + items.replace("HOSTED", HOSTED) + "]}"));

            JsonNode body = Json.read(body(worded));
            JsonNode turns = body.path(to == To.GEMINI ? "contents" : "messages");
            for (JsonNode turn : turns.values()) {
                JsonNode said = turn.path(to == To.GEMINI ? "parts" : "content");
                assertThat(Json.text(said))
                        .as("%s of %s", items, turns)
                        .isNotIn("\"\"", "[]", "null");
            }
            assertThat(body(worded)).contains("one").contains("two");
            assertThat(turns.size()).as(Json.text(turns)).isLessThanOrEqualTo(3);
            assertThat(worded.dropped())
                    .contains("web_search_call", "mcp_call", "shell_call", "tool_search_call")
                    .noneMatch(what -> what.contains("additional_tools"));
        }
    }

    @ParameterizedTest
    @EnumSource(value = To.class, names = "RESPONSES", mode = EnumSource.Mode.EXCLUDE)
    void what_the_client_did_or_gathered_is_not_left_out(To to) throws Exception {
        for (String item :
                Set.of(
                        "{\"type\":\"computer_call\",\"call_id\":\"c\",\"action\":{}}",
                        "{\"type\":\"computer_call_output\",\"call_id\":\"c\",\"output\":{}}",
                        "{\"type\":\"compaction\",\"encrypted_content\":\"x\"}",
                        "{\"type\":\"compaction_trigger\"}",
                        "{\"type\":\"yet_unknown_call\",\"call_id\":\"c\"}")) {
            String type = Json.read(item).path("type").asString("");
            refused(
                    to,
                    responses("{\"input\":[{\"role\":\"user\",\"content\":\"q\"}," + item + "]}"),
                    type);
        }
    }

    @ParameterizedTest
    @EnumSource(value = To.class, names = "ANTHROPIC", mode = EnumSource.Mode.EXCLUDE)
    void what_claude_did_itself_leaves_no_empty_turn(To to) throws Exception {
        Worded worded =
                worded(
                        to,
                        anthropic(
                                """
                                "messages":[{"role":"user","content":"one"},
                                 {"role":"assistant","content":[
                                  {"type":"server_tool_use","id":"s1","name":"web_search","input":{}},
                                  {"type":"web_search_tool_result","tool_use_id":"s1","content":[],
                                   "cache_control":{"type":"ephemeral"}}]},
                                 {"role":"user","content":"two"}]\
                                """));

        assertThat(body(worded)).contains("one").contains("two").doesNotContain("assistant");
        assertThat(body(worded)).doesNotContain("\"model\",\"parts\"");
        assertThat(worded.dropped()).contains("server_tool_use", "web_search_tool_result");
    }

    private static final String DEMANDED =
            """
            {"input":"q","tools":[{"type":"custom","name":"exec"},{"type":"local_shell"},
             {"type":"shell"},{"type":"apply_patch"},{"type":"tool_search","execution":"client"},
             {"type":"namespace","name":"n","description":"d","tools":[
              {"type":"function","name":"add","parameters":{"type":"object","properties":{}}}]}],
             "tool_choice":CHOICE}\
            """;

    @ParameterizedTest
    @EnumSource(To.class)
    void each_tool_that_the_client_runs_can_be_demanded(To to) throws Exception {
        for (String[] choice :
                new String[][] {
                    {"{\"type\":\"custom\",\"name\":\"exec\"}", "exec"},
                    {"{\"type\":\"local_shell\"}", "local_shell"},
                    {"{\"type\":\"shell\"}", "shell"},
                    {"{\"type\":\"apply_patch\"}", "apply_patch"},
                    {"{\"type\":\"tool_search\"}", "tool_search"},
                    {"{\"type\":\"function\",\"name\":\"add\",\"namespace\":\"n\"}", "n__add"}
                }) {
            Worded worded = worded(to, responses(DEMANDED.replace("CHOICE", choice[0])));

            JsonNode body = Json.read(body(worded));
            switch (to) {
                case OPENAI, ANTHROPIC, GEMINI ->
                        assertThat(Json.text(choice(body))).contains("\"" + choice[1] + "\"");
                case RESPONSES -> assertThat(choice(body)).isEqualTo(Json.read(choice[0]));
                case OLLAMA -> {
                    // Only what may be called is offered, or the call is asked for in words.
                    assertThat(Json.text(body)).contains(choice[1]);
                    assertThat(worded.dropped()).anyMatch(what -> what.startsWith("tool_choice"));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(To.class)
    void thousands_of_tools_and_choices_take_no_longer_than_their_number(To to) throws Exception {
        int many = 20_000;
        var tools = new StringBuilder();
        var allowed = new StringBuilder();
        var input = new StringBuilder("{\"role\":\"user\",\"content\":\"q\",\"x\":1}");
        for (int i = 0; i < many; i++) {
            tools.append("{\"type\":\"web_search\"},{\"type\":\"namespace\",\"name\":\"n\",")
                    .append("\"description\":\"\",\"tools\":[{\"type\":\"custom\",\"name\":\"c")
                    .append(i)
                    .append("\"}]},");
            allowed.append("{\"type\":\"custom\",\"namespace\":\"n\",\"name\":\"c")
                    .append(i)
                    .append("\"},");
            input.append(",{\"role\":\"user\",\"content\":\"q\",\"x\":1}");
        }
        String body =
                "{\"input\":["
                        + input
                        + "],\"tools\":["
                        + tools
                        + FUNCTION
                        + "],\"tool_choice\":{\"type\":\"allowed_tools\",\"mode\":\"auto\",\"tools\":["
                        + allowed
                        + "{\"type\":\"function\",\"name\":\"add\"}]}}";

        Worded worded =
                assertTimeoutPreemptively(
                        Duration.ofSeconds(30), () -> worded(to, responses(body)));

        assertThat(body(worded)).contains("c" + (many - 1));
    }
}
