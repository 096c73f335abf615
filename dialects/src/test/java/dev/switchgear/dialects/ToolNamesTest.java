package dev.switchgear.dialects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.WhatIsDroppedTest.To;
import dev.switchgear.dialects.anthropic.AnthropicClientDialect;
import dev.switchgear.dialects.gemini.GeminiClientDialect;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.ollama.OllamaClientDialect;
import dev.switchgear.dialects.openai.OpenAiClientDialect;
import dev.switchgear.dialects.own.OwnClientDialect;
import dev.switchgear.dialects.responses.ResponsesClientDialect;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Tool;
import dev.switchgear.families.llm.dialect.AnswerReader;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.ProviderDialect;
import dev.switchgear.families.llm.dialect.Worded;
import dev.switchgear.families.llm.model.ModelTraits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// Whatever a client calls its tools, each provider gets a name that it takes, wherever the name
/// stands, and the client gets its own back.
final class ToolNamesTest {
    private static final ModelTarget TARGET = new ModelTarget("m", ModelTraits.UNKNOWN);
    private static final String LONG =
            "mcp__plugin_jenkins-mcp-plugin_jenkins__jenkins_get_build_console_out";

    private static final List<String> NAMES =
            List.of(
                    "plain",
                    LONG,
                    LONG + "x".repeat(100),
                    "n".repeat(12_000),
                    "calendar.respondToEvent",
                    "calendar:respond-to",
                    "a/b",
                    "with blanks in it",
                    "7days",
                    "-x",
                    "wetter_für_köln",
                    "天気",
                    "\uD83D\uDE00",
                    "'quoted'",
                    "switchgear_json_answer");

    /// One request in each client's dialect: two tools, one of them demanded, called and answered.
    enum From {
        OPENAI(
                new OpenAiClientDialect(),
                """
                {"model":"m","messages":[{"role":"user","content":"go"},
                 {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":%1$s,"arguments":"{}"}}]},
                 {"role":"tool","tool_call_id":"c1","content":"r"}],
                 "tools":[{"type":"function","function":{"name":%1$s,"parameters":{"type":"object","properties":{}}}},
                          {"type":"function","function":{"name":"other"}}],
                 "tool_choice":{"type":"function","function":{"name":%1$s}}}
                """),
        OPENAI_AMONG(
                new OpenAiClientDialect(),
                """
                {"model":"m","messages":[{"role":"user","content":"go"}],
                 "tools":[{"type":"function","function":{"name":%1$s}},{"type":"function","function":{"name":"other"}}],
                 "tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":%1$s}}]}}}
                """),
        OPENAI_FUNCTIONS(
                new OpenAiClientDialect(),
                """
                {"model":"m","messages":[{"role":"user","content":"go"},
                 {"role":"assistant","content":null,"function_call":{"name":%1$s,"arguments":"{}"}},
                 {"role":"function","name":%1$s,"content":"r"}],
                 "functions":[{"name":%1$s}],"function_call":{"name":%1$s}}
                """),
        RESPONSES(
                new ResponsesClientDialect(),
                """
                {"model":"m","input":[{"role":"user","content":"go"},
                 {"type":"function_call","call_id":"c1","name":%1$s,"arguments":"{}"},
                 {"type":"function_call_output","call_id":"c1","output":"r"}],
                 "tools":[{"type":"function","name":%1$s,"parameters":{"type":"object","properties":{}}},
                          {"type":"function","name":"other"}],
                 "tool_choice":{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":%1$s}]}}
                """),
        ANTHROPIC(
                new AnthropicClientDialect(),
                """
                {"model":"m","max_tokens":9,"messages":[{"role":"user","content":"go"},
                 {"role":"assistant","content":[{"type":"tool_use","id":"c1","name":%1$s,"input":{}}]},
                 {"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"r"}]}],
                 "tools":[{"name":%1$s,"input_schema":{"type":"object","properties":{}}},
                          {"name":"other","input_schema":{"type":"object","properties":{}}}],
                 "tool_choice":{"type":"tool","name":%1$s}}
                """),
        GEMINI(
                new GeminiClientDialect(GeminiClientDialect.Form.EVENTS),
                """
                {"contents":[{"role":"user","parts":[{"text":"go"}]},
                 {"role":"model","parts":[{"functionCall":{"name":%1$s,"args":{}}}]},
                 {"role":"user","parts":[{"functionResponse":{"name":%1$s,"response":{"output":"r"}}}]}],
                 "tools":[{"functionDeclarations":[{"name":%1$s},{"name":"other"}]}],
                 "toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":[%1$s]}}}
                """),
        OLLAMA(
                new OllamaClientDialect(OllamaClientDialect.Form.CHAT),
                """
                {"model":"m","messages":[{"role":"user","content":"go"},
                 {"role":"assistant","content":"","tool_calls":[{"function":{"name":%1$s,"arguments":{}}}]},
                 {"role":"tool","tool_name":%1$s,"content":"r"}],
                 "tools":[{"type":"function","function":{"name":%1$s}},{"type":"function","function":{"name":"other"}}]}
                """),
        OWN(
                new OwnClientDialect(),
                """
                {"model":"m","messages":[{"role":"user","content":"go"},
                 {"role":"assistant","toolCalls":[{"id":"c1","name":%1$s,"arguments":{}}]},
                 {"role":"tool","toolCallId":"c1","content":"r"}],
                 "tools":[{"name":%1$s},{"name":"other"}],"toolChoice":{"name":%1$s}}
                """);

        @SuppressWarnings("ImmutableEnumChecker") // A dialect is stateless; its type cannot say so.
        private final ClientDialect dialect;

        private final String body;

        From(ClientDialect dialect, String body) {
            this.dialect = dialect;
            this.body = body;
        }

        ChatRequest asking(String name) throws Exception {
            byte[] bytes = body.formatted(quoted(name)).getBytes(StandardCharsets.UTF_8);
            return dialect.chat(bytes, "m", false);
        }
    }

    private static String quoted(String name) {
        return Json.text(Json.object().stringNode(name));
    }

    /// What each provider takes, as its reference says.
    private static String taken(To to) {
        return switch (to) {
            case OPENAI, RESPONSES -> "[a-zA-Z0-9_-]{1,64}";
            case ANTHROPIC -> "[a-zA-Z0-9_-]{1,128}";
            case GEMINI -> "[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}";
            case OLLAMA -> "(?s).+";
        };
    }

    static Stream<Arguments> pairs() {
        return Stream.of(From.values())
                .flatMap(from -> Stream.of(To.values()).map(to -> Arguments.of(from, to)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void each_provider_gets_names_it_takes_and_each_client_its_own_back(From from, To to)
            throws Exception {
        for (String name : NAMES) {
            Worded worded = to.dialect().chat(from.asking(name), TARGET);
            Set<String> sent = named(to, worded);
            sent.remove("other");

            assertThat(sent).as(name).hasSize(1);
            String one = sent.iterator().next();
            assertThat(one).as(name).matches(taken(to));
            if (name.matches(taken(to)) && !name.equals("switchgear_json_answer")) {
                assertThat(one).isEqualTo(name);
            }
            for (boolean streamed : new boolean[] {false, true}) {
                assertThat(called(to, worded, one, streamed)).containsExactly(name);
                assertThat(called(to, worded, "other", streamed)).containsExactly("other");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void no_two_tools_get_one_name(To to) throws Exception {
        var asked = ChatRequest.builder("m").turn(Role.USER, List.of(new Part.Text("go")));
        var names = new ArrayList<>(NAMES);
        for (int i = 0; i < 200; i++) {
            names.add(LONG + "." + "y".repeat(70) + i);
        }
        names.addAll(List.of("a.b", "a/b", "a b", "a_b", "A.b"));
        names = new ArrayList<>(new HashSet<>(names));
        names.forEach(name -> asked.tool(tool(name)));

        Set<String> sent = named(to, to.dialect().chat(asked.build(), TARGET));

        assertThat(sent).hasSize(names.size()).allMatch(name -> name.matches(taken(to)));
    }

    @Test
    void a_name_that_looks_like_a_replacement_keeps_to_itself() throws Exception {
        To to = To.OPENAI;
        String replaced =
                named(to, to.dialect().chat(From.OPENAI_AMONG.asking("a.b"), TARGET)).stream()
                        .filter(name -> !name.equals("other"))
                        .findFirst()
                        .orElseThrow();

        ChatRequest asked =
                ChatRequest.builder("m")
                        .turn(Role.USER, List.of(new Part.Text("go")))
                        .tool(tool("a.b"))
                        .tool(tool(replaced))
                        .build();
        Worded worded = to.dialect().chat(asked, TARGET);

        assertThat(named(to, worded)).hasSize(2).contains(replaced);
        assertThat(called(to, worded, replaced, false)).containsExactly(replaced);
    }

    @Test
    void a_name_is_replaced_by_the_same_one_in_each_request() throws Exception {
        Set<String> alone =
                named(To.OPENAI, To.OPENAI.dialect().chat(From.OWN.asking("a.b"), TARGET));
        Set<String> among =
                named(
                        To.OPENAI,
                        To.OPENAI
                                .dialect()
                                .chat(
                                        From.OWN
                                                .asking("a.b")
                                                .withTools(
                                                        List.of(tool("first.one"), tool("a.b")),
                                                        From.OWN.asking("a.b").toolChoice()),
                                        TARGET));

        alone.remove("other");
        assertThat(among).containsAll(alone).hasSize(2);
    }

    private static Tool tool(String name) {
        return new Tool.Function(name, "", Optional.empty(), Optional.empty(), Optional.empty());
    }

    /// All names of tools that stand in what is sent, wherever they do.
    private static Set<String> named(To to, Worded worded) {
        JsonNode body = Json.read(worded.body(), 0, worded.body().length);
        var names = new HashSet<String>();
        body.findValues("name").forEach(name -> names.add(name.stringValue()));
        body.findValues("tool_name").forEach(name -> names.add(name.stringValue()));
        for (JsonNode allowed : body.findValues("allowedFunctionNames")) {
            allowed.values().forEach(name -> names.add(name.stringValue()));
        }
        assertThat(names).as(to + " names tools").isNotEmpty();
        return names;
    }

    /// The tools that the client is told are called where the provider calls `name`.
    private static List<String> called(To to, Worded worded, String name, boolean streamed)
            throws Exception {
        ProviderDialect dialect = to.dialect();
        AnswerReader reader = worded.readBack().of(dialect.answer(TARGET, streamed));
        var events = new ArrayList<ChatEvent>();
        List<String> data = answer(to, streamed);
        for (String each : data) {
            byte[] bytes = each.formatted(quoted(name)).strip().getBytes(StandardCharsets.UTF_8);
            if (streamed) {
                reader.event(bytes, 0, bytes.length, events::add);
            } else {
                reader.whole(bytes, events::add);
            }
        }
        reader.bodyEnded(events::add);
        return events.stream()
                .filter(ChatEvent.ToolStart.class::isInstance)
                .map(event -> ((ChatEvent.ToolStart) event).name())
                .toList();
    }

    private static List<String> answer(To to, boolean streamed) {
        return switch (to) {
            case OPENAI ->
                    streamed
                            ? List.of(
                                    """
                                    {"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":%s,"arguments":"{}"}}]},"finish_reason":null}]}
                                    """,
                                    """
                                    {"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}
                                    """,
                                    "[DONE]")
                            : List.of(
                                    """
                                    {"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":%s,"arguments":"{}"}}]},"finish_reason":"tool_calls"}]}
                                    """);
            case RESPONSES ->
                    streamed
                            ? List.of(
                                    """
                                    {"type":"response.created","sequence_number":0,"response":{"id":"r","object":"response","status":"in_progress","model":"m","output":[]}}
                                    """,
                                    """
                                    {"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"type":"function_call","id":"fc","call_id":"c1","name":%s,"arguments":"","status":"in_progress"}}
                                    """,
                                    """
                                    {"type":"response.function_call_arguments.delta","sequence_number":2,"output_index":0,"item_id":"fc","delta":"{}"}
                                    """,
                                    """
                                    {"type":"response.output_item.done","sequence_number":3,"output_index":0,"item":{"type":"function_call","id":"fc","call_id":"c1","name":%s,"arguments":"{}","status":"completed"}}
                                    """
                                            .replace("%s", "%1$s"),
                                    """
                                    {"type":"response.completed","sequence_number":4,"response":{"id":"r","object":"response","status":"completed","model":"m","output":[{"type":"function_call","id":"fc","call_id":"c1","name":%s,"arguments":"{}","status":"completed"}]}}
                                    """)
                            : List.of(
                                    """
                                    {"id":"r","object":"response","status":"completed","model":"m","output":[{"type":"function_call","id":"fc","call_id":"c1","name":%s,"arguments":"{}","status":"completed"}]}
                                    """);
            case ANTHROPIC ->
                    streamed
                            ? List.of(
                                    """
                                    {"type":"message_start","message":{"id":"msg","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"usage":{"input_tokens":1,"output_tokens":1}}}
                                    """,
                                    """
                                    {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"c1","name":%s,"input":{}}}
                                    """,
                                    """
                                    {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{}"}}
                                    """,
                                    """
                                    {"type":"content_block_stop","index":0}
                                    """,
                                    """
                                    {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":2}}
                                    """,
                                    """
                                    {"type":"message_stop"}
                                    """)
                            : List.of(
                                    """
                                    {"id":"msg","type":"message","role":"assistant","model":"m","content":[{"type":"tool_use","id":"c1","name":%s,"input":{}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}
                                    """);
            case GEMINI ->
                    List.of(
                            """
                            {"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"name":%s,"args":{}}}]},"finishReason":"STOP","index":0}],"modelVersion":"m","responseId":"r"}
                            """);
            case OLLAMA ->
                    List.of(
                            """
                            {"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":%s,"arguments":{}}}]},"done":true,"done_reason":"stop"}
                            """);
        };
    }
}
