package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.ScriptedHouse.Answer;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A request that the provider would refuse as it is goes out in a form that it takes, and its answer
/// comes back in the client's words.
class FittedFromOutsideTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String LONG =
            "mcp__plugin_jenkins-mcp-plugin_jenkins__jenkins_get_build_console_out";

    private static ScriptedHouse house;

    @BeforeAll
    static void open() {
        house =
                ScriptedHouse.open(
                        """
                        routes:
                          - match: { model: formed }
                            to: [{ provider: deep, model: deepseek-v4-flash }]
                          - { match: { model: to-claude-haiku-4-5 }, to: [{ provider: claude, model: claude-haiku-4-5 }] }
                          - { match: { model: to-claude-sonnet-4-6 }, to: [{ provider: claude, model: claude-sonnet-4-6 }] }
                          - { match: { model: to-claude-opus-4-7 }, to: [{ provider: claude, model: claude-opus-4-7 }] }
                          - { match: { model: to-claude-opus-4-8 }, to: [{ provider: claude, model: claude-opus-4-8 }] }
                        """);
    }

    @AfterAll
    static void close() {
        house.close();
    }

    private static JsonNode sent(String upstream) {
        return JSON.readTree(house.received(upstream).getLast().body());
    }

    private static HttpResponse<String> anthropic(String body) {
        return house.post("/v1/messages", body, "anthropic-version", "2023-06-01");
    }

    @Test
    void a_name_too_long_for_the_provider_comes_back_whole_in_a_plain_answer() {
        house.answers(
                "chat",
                Answer.json(
                        200,
                        """
                        {"id":"chatcmpl-1","object":"chat.completion","created":1790000000,"model":"m",
                         "choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[
                           {"id":"call_1","type":"function","function":{"name":"%s","arguments":"{\\"a\\":1}"}}]},
                           "finish_reason":"tool_calls"}],
                         "usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}}
                        """
                                .formatted(sentFor(LONG))));

        HttpResponse<String> answer = anthropic(asking(LONG, false));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode call = JSON.readTree(answer.body()).path("content").path(0);
        assertThat(call.path("type").asString("")).isEqualTo("tool_use");
        assertThat(call.path("name").asString("")).isEqualTo(LONG);
        assertThat(answer.headers().firstValue("x-switchgear-dropped")).isEmpty();
    }

    @Test
    void a_name_too_long_for_the_provider_comes_back_whole_in_a_stream() {
        house.answers(
                "chat",
                Answer.events(
                        """
                        data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"%s","arguments":""}}]},"finish_reason":null}]}

                        data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]},"finish_reason":null}]}

                        data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

                        data: [DONE]

                        """
                                .formatted(sentFor(LONG))));

        HttpResponse<String> answer = anthropic(asking(LONG, true));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"name\":\"" + LONG + "\"");
    }

    /// The name under which the tool goes to a provider of chat.
    private static String sentFor(String name) {
        house.answers("chat", ScriptedHouse.usual("chat"));
        HttpResponse<String> answer = anthropic(asking(name, false));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        String sent = sent("chat").at("/tools/0/function/name").asString("");
        assertThat(sent).matches("[a-zA-Z0-9_-]{1,64}").isNotEqualTo(name);
        return sent;
    }

    private static String asking(String name, boolean streamed) {
        return """
        {"model":"chat/x","max_tokens":500,"stream":%s,"messages":[{"role":"user","content":"go"}],
         "tools":[{"name":"%s","description":"d","input_schema":{"type":"object","properties":{"a":{"type":"number"}}}}]}
        """
                .formatted(streamed, name);
    }

    @Test
    void a_dotted_name_goes_to_claude_and_one_with_a_slash_to_gemini() {
        HttpResponse<String> dotted =
                house.post(
                        "/v1beta/models/claude/claude-sonnet-4-5:generateContent",
                        """
                        {"contents":[{"role":"user","parts":[{"text":"go"}]}],
                         "tools":[{"functionDeclarations":[{"name":"calendar.respondToEvent","description":"d"}]}]}
                        """);
        HttpResponse<String> slashed =
                house.post(
                        "/v1/chat/completions",
                        """
                        {"model":"google/gemini-2.5-flash","messages":[{"role":"user","content":"go"}],
                         "tools":[{"type":"function","function":{"name":"a/b","description":"d",
                           "parameters":{"type":"object","properties":{"a":{"type":"number"}}}}}]}
                        """);

        assertThat(dotted.statusCode()).as(dotted.body()).isEqualTo(200);
        assertThat(slashed.statusCode()).as(slashed.body()).isEqualTo(200);
        assertThat(sent("claude").at("/tools/0/name").asString(""))
                .matches("calendar_respondToEvent_[0-9a-f]{8}");
        assertThat(sent("google").at("/tools/0/functionDeclarations/0/name").asString(""))
                .matches("a_b_[0-9a-f]{8}");
    }

    private static final String BOUNDED =
            """
            {"type":"object","properties":{
              "age":{"type":"integer","minimum":0,"maximum":120},
              "name":{"type":"string","minLength":1,"maxLength":40,"description":"Full name."},
              "tags":{"type":"array","items":{"type":"string"},"minItems":2,"maxItems":3},
              "notes":{"type":"array","items":{"type":"string"},"minItems":1}},
             "required":["age","name","tags","notes"],"additionalProperties":false}
            """;

    /// A request for that form in each client's words.
    private static HttpResponse<String> formed(String client, String model) {
        return formed(client, model, false);
    }

    private static HttpResponse<String> formed(String client, String model, boolean streamed) {
        return switch (client) {
            case "chat" ->
                    house.post(
                            "/v1/chat/completions",
                            """
                            {"model":"%s","stream":%s,"messages":[{"role":"user","content":"go"}],"response_format":
                             {"type":"json_schema","json_schema":{"name":"s","strict":true,"schema":%s}}}
                            """
                                    .formatted(model, streamed, BOUNDED));
            case "responses" ->
                    house.post(
                            "/v1/responses",
                            """
                            {"model":"%s","stream":%s,"input":"go","text":{"format":
                             {"type":"json_schema","name":"s","strict":true,"schema":%s}}}
                            """
                                    .formatted(model, streamed, BOUNDED));
            case "gemini" ->
                    house.post(
                            "/v1beta/models/%s:%s"
                                    .formatted(
                                            model,
                                            streamed
                                                    ? "streamGenerateContent?alt=sse"
                                                    : "generateContent"),
                            """
                            {"contents":[{"role":"user","parts":[{"text":"go"}]}],"generationConfig":
                             {"responseMimeType":"application/json","responseJsonSchema":%s}}
                            """
                                    .formatted(BOUNDED));
            case "ollama" ->
                    house.post(
                            "/api/chat",
                            """
                            {"model":"%s","stream":%s,"messages":[{"role":"user","content":"go"}],"format":%s}
                            """
                                    .formatted(model, streamed, BOUNDED));
            default ->
                    house.post(
                            streamed ? "/api/llm/stream" : "/api/llm/chat",
                            """
                            {"model":"%s","messages":[{"role":"user","content":"go"}],"format":{"name":"s","schema":%s}}
                            """
                                    .formatted(model, BOUNDED));
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat", "responses", "gemini", "ollama", "own"})
    void bounds_that_claude_does_not_take_are_told_it_in_words(String client) {
        HttpResponse<String> answer = formed(client, "claude/claude-sonnet-4-5");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode schema = sent("claude").at("/output_config/format/schema");
        assertThat(schema.at("/properties/age"))
                .isEqualTo(
                        JSON.readTree(
                                """
                                {"type":"integer","description":"{minimum: 0, maximum: 120}"}
                                """));
        assertThat(schema.at("/properties/name/description").asString(""))
                .isEqualTo("Full name.\n\n{minLength: 1, maxLength: 40}");
        assertThat(schema.at("/properties/tags").has("minItems")).isFalse();
        assertThat(schema.at("/properties/notes/minItems").asInt(0)).isEqualTo(1);
        assertThat(schema.path("additionalProperties").asBoolean(true)).isFalse();
        assertThat(answer.headers().firstValue("x-switchgear-dropped").orElse(""))
                .contains(
                        "minimum; maximum; minLength; maxLength; minItems; maxItems are told in words");
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat", "responses", "gemini", "ollama", "own"})
    void a_claude_before_structured_output_is_made_to_call_a_tool_for_it(String client) {
        house.answers(
                "claude",
                Answer.json(
                        200,
                        """
                        {"id":"msg_1","type":"message","role":"assistant","model":"c","content":[
                          {"type":"tool_use","id":"t1","name":"switchgear_json_answer","input":{"age":7}}],
                         "stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":1}}
                        """));

        HttpResponse<String> answer = formed(client, "claude/claude-sonnet-4-0");
        house.answers("claude", ScriptedHouse.usual("claude"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(sent("claude").has("output_config")).isFalse();
        assertThat(sent("claude").at("/tool_choice/name").asString(""))
                .isEqualTo("switchgear_json_answer");
        assertThat(sent("claude").at("/tools/0/input_schema/properties/age/minimum").asInt(-1))
                .isZero();
        assertThat(answer.body().replace("\\", "")).contains("{\"age\":7}");
    }

    @Test
    void a_mark_on_a_tools_result_reaches_openrouter_and_those_on_messages_and_calls_claude() {
        HttpResponse<String> loop =
                anthropic(
                        """
                        {"model":"router/anthropic/claude-sonnet-4.5","max_tokens":500,"messages":[
                         {"role":"user","content":"go"},
                         {"role":"assistant","content":[{"type":"tool_use","id":"a","name":"add","input":{}}]},
                         {"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"r","cache_control":{"type":"ephemeral"}}]}],
                         "tools":[{"name":"add","description":"d","input_schema":{"type":"object","properties":{"a":{"type":"number"}}}}],
                         "system":[{"type":"text","text":"S","cache_control":{"type":"ephemeral"}}]}
                        """);
        HttpResponse<String> chat =
                house.post(
                        "/v1/chat/completions",
                        """
                        {"model":"claude/claude-sonnet-4-5","messages":[
                         {"role":"user","content":"go"},
                         {"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function",
                           "function":{"name":"add","arguments":"{}"},"cache_control":{"type":"ephemeral"}}]},
                         {"role":"tool","tool_call_id":"a","content":"r","cache_control":{"type":"ephemeral"}}]}
                        """);

        assertThat(loop.statusCode()).as(loop.body()).isEqualTo(200);
        assertThat(chat.statusCode()).as(chat.body()).isEqualTo(200);
        JsonNode marked = JSON.readTree("{\"type\":\"ephemeral\"}");
        assertThat(sent("router").at("/messages/0/content/0/cache_control")).isEqualTo(marked);
        assertThat(sent("router").at("/messages/3/role").asString("")).isEqualTo("tool");
        assertThat(sent("router").at("/messages/3/content/0/cache_control")).isEqualTo(marked);
        assertThat(sent("claude").at("/messages/1/content/0/cache_control")).isEqualTo(marked);
        assertThat(sent("claude").at("/messages/2/content/0/cache_control")).isEqualTo(marked);
        assertThat(loop.headers().firstValue("x-switchgear-dropped")).isEmpty();
        assertThat(chat.headers().firstValue("x-switchgear-dropped")).isEmpty();
    }

    private static final String NOTHING = "{\"type\":\"object\",\"properties\":{}}";

    private static final String PLACE =
            """
            {"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}
            """;

    /// A demand to call `get.weather` in each client's words.
    private static HttpResponse<String> demanding(String client, String model, boolean streamed) {
        return demanding(client, model, streamed, PLACE);
    }

    private static HttpResponse<String> demanding(
            String client, String model, boolean streamed, String parameters) {
        return switch (client) {
            case "chat" ->
                    house.post(
                            "/v1/chat/completions",
                            """
                            {"model":"%s","stream":%s,"messages":[{"role":"user","content":"go"}],
                             "tools":[{"type":"function","function":{"name":"get.weather","description":"Looks.","parameters":%s}},
                                      {"type":"function","function":{"name":"other"}}],
                             "tool_choice":{"type":"function","function":{"name":"get.weather"}}}
                            """
                                    .formatted(model, streamed, parameters));
            case "responses" ->
                    house.post(
                            "/v1/responses",
                            """
                            {"model":"%s","stream":%s,"input":"go",
                             "tools":[{"type":"function","name":"get.weather","parameters":%s}],"tool_choice":"required"}
                            """
                                    .formatted(model, streamed, parameters));
            case "anthropic" ->
                    anthropic(
                            """
                            {"model":"%s","stream":%s,"max_tokens":500,"messages":[{"role":"user","content":"go"}],
                             "tools":[{"name":"get.weather","input_schema":%s}],"tool_choice":{"type":"tool","name":"get.weather"}}
                            """
                                    .formatted(model, streamed, parameters));
            case "gemini" ->
                    house.post(
                            "/v1beta/models/%s:%s"
                                    .formatted(
                                            model,
                                            streamed
                                                    ? "streamGenerateContent?alt=sse"
                                                    : "generateContent"),
                            """
                            {"contents":[{"role":"user","parts":[{"text":"go"}]}],
                             "tools":[{"functionDeclarations":[{"name":"get.weather","parametersJsonSchema":%s}]}],
                             "toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["get.weather"]}}}
                            """
                                    .formatted(parameters));
            default ->
                    house.post(
                            streamed ? "/api/llm/stream" : "/api/llm/chat",
                            """
                            {"model":"%s","messages":[{"role":"user","content":"go"}],
                             "tools":[{"name":"get.weather","parameters":%s}],"toolChoice":{"name":"get.weather"}}
                            """
                                    .formatted(model, parameters));
        };
    }

    /// What each client is told of a call, but for its arguments.
    private static String call(String client) {
        return switch (client) {
            case "chat" -> "\"name\":\"get.weather\"";
            case "responses" -> "\"type\":\"function_call\"";
            case "anthropic" -> "\"type\":\"tool_use\"";
            case "gemini" -> "\"functionCall\":";
            default -> "toolCall";
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat", "responses", "anthropic", "gemini", "own"})
    void a_call_demanded_of_ollama_is_its_structured_answer(String client) {
        for (boolean streamed : new boolean[] {false, true}) {
            String head = "{\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00Z\",\"message\":";
            String end =
                    ",\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":3,\"eval_count\":1}\n";
            String begun =
                    "{\"role\":\"assistant\",\"content\":\" {\\\"city\\\":\"},\"done\":false}\n";
            String rest = "{\"role\":\"assistant\",\"content\":\"\\\"Rome\\\"}\"}";
            house.answers(
                    "ollama",
                    streamed
                            ? Answer.json(200, head + begun + head + rest + end)
                            : Answer.json(
                                    200,
                                    head
                                            + "{\"role\":\"assistant\",\"content\":\"{\\\"city\\\":\\\"Rome\\\"}\"}"
                                            + end));

            HttpResponse<String> answer = demanding(client, "ollama/m", streamed);

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(sent("ollama").path("format")).isEqualTo(JSON.readTree(PLACE));
            assertThat(sent("ollama").has("tools")).isFalse();
            assertThat(answer.body())
                    .contains(call(client))
                    .contains("get.weather")
                    .contains("Rome");
            assertThat(answer.headers().firstValue("x-switchgear-dropped").orElse(""))
                    .isEqualTo(
                            (client.equals("gemini")
                                            ? "toolConfig.functionCallingConfig"
                                            : "tool_choice")
                                    + ": the call is asked for as a structured answer");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat", "responses", "anthropic", "gemini", "own"})
    void words_in_place_of_the_call_stay_words(String client) {
        house.answers("ollama", ScriptedHouse.usual("ollama"));

        HttpResponse<String> answer = demanding(client, "ollama/m", false);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"ok\"").doesNotContain(call(client) + "\"");
    }

    /// The only answer that fits is the call's empty arguments.
    @ParameterizedTest
    @ValueSource(strings = {"chat", "responses", "anthropic", "gemini", "own"})
    void a_call_of_a_tool_without_parameters_is_demanded_of_ollama_likewise(String client) {
        for (boolean streamed : new boolean[] {false, true}) {
            house.answers(
                    "ollama",
                    Answer.json(
                            200,
                            "{\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00Z\",\"message\":"
                                    + "{\"role\":\"assistant\",\"content\":\"{}\"},\"done\":true,"
                                    + "\"done_reason\":\"stop\",\"prompt_eval_count\":3,\"eval_count\":1}\n"));

            HttpResponse<String> answer = demanding(client, "ollama/m", streamed, NOTHING);

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(sent("ollama").path("format"))
                    .isEqualTo(
                            JSON.readTree(
                                    """
                                    {"type":"object","properties":{},"additionalProperties":false}
                                    """));
            assertThat(answer.body()).contains(call(client)).contains("get.weather");
        }
    }

    /// Gemini before 3 takes one of both.
    @ParameterizedTest
    @ValueSource(strings = {"chat", "responses", "own"})
    void a_schema_beside_tools_is_told_gemini_in_words(String client) {
        String model = "google/gemini-2.5-flash";
        HttpResponse<String> answer =
                switch (client) {
                    case "chat" ->
                            house.post(
                                    "/v1/chat/completions",
                                    """
                                    {"model":"%s","messages":[{"role":"user","content":"go"}],
                                     "tools":[{"type":"function","function":{"name":"f"}}],
                                     "response_format":{"type":"json_schema","json_schema":{"name":"s","schema":%s}}}
                                    """
                                            .formatted(model, BOUNDED));
                    case "responses" ->
                            house.post(
                                    "/v1/responses",
                                    """
                                    {"model":"%s","input":"go","tools":[{"type":"function","name":"f"}],
                                     "text":{"format":{"type":"json_schema","name":"s","schema":%s}}}
                                    """
                                            .formatted(model, BOUNDED));
                    default ->
                            house.post(
                                    "/api/llm/chat",
                                    """
                                    {"model":"%s","messages":[{"role":"user","content":"go"}],"tools":[{"name":"f"}],
                                     "format":{"name":"s","schema":%s}}
                                    """
                                            .formatted(model, BOUNDED));
                };

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(sent("google").at("/tools/0/functionDeclarations/0/name").asString(""))
                .isEqualTo("f");
        assertThat(sent("google").has("generationConfig")).isFalse();
        assertThat(sent("google").at("/systemInstruction/parts/0/text").asString(""))
                .contains("\"maxLength\":40");
        assertThat(answer.headers().firstValue("x-switchgear-dropped").orElse(""))
                .endsWith(": told in words");
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat", "responses", "gemini", "ollama", "own"})
    void deepseek_which_follows_no_schema_is_told_it_in_words(String client) {
        for (String model : List.of("deep/deepseek-chat", "formed")) {
            for (boolean streamed : new boolean[] {false, true}) {
                HttpResponse<String> answer = formed(client, model, streamed);

                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                assertThat(sent("deep").path("response_format"))
                        .isEqualTo(JSON.readTree("{\"type\":\"json_object\"}"));
                assertThat(sent("deep").at("/messages/0/content").asString(""))
                        .contains("\"maxLength\":40");
                assertThat(sent("deep").path("stream").asBoolean(false)).isEqualTo(streamed);
                assertThat(answer.headers().firstValue("x-switchgear-dropped").orElse(""))
                        .contains(": told in words");
            }
        }
    }

    @Test
    void responses_without_a_schema_pass_to_deepseek_as_they_are() {
        String body =
                "{\"model\":\"%s\",\"input\":\"a \\\"json_schema\\\"\",\"text\":{\"format\":{\"type\":\"json_object\"}}}";
        house.answers("deep", ScriptedHouse.usual("resp"));

        HttpResponse<String> answer =
                house.post("/v1/responses", body.formatted("deep/deepseek-chat"));
        house.answers("deep", ScriptedHouse.usual("deep"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(house.received("deep").getLast().body())
                .isEqualTo(body.formatted("deepseek-chat"));
    }

    /// As Claude Code asks a model that it takes for a new one.
    private static String updating(String model, boolean streamed) {
        return """
        {"model":"%s","stream":%s,"max_tokens":128000,"thinking":{"type":"adaptive","display":"updates"},
         "output_config":{"effort":"medium"},"system":"S","messages":[
         {"role":"user","content":"go"},
         {"role":"system","content":[{"type":"text","text":"a system's words"}],"output_config":{"effort":"medium"}}]}
        """
                .formatted(model, streamed);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_claude_before_messages_of_the_system_amid_others_gets_them_elsewhere(boolean streamed) {
        for (String model : List.of("claude-haiku-4-5", "claude-sonnet-4-6", "claude-opus-4-7")) {
            HttpResponse<String> answer = anthropic(updating("to-" + model, streamed));

            JsonNode sent = sent("claude");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(sent.path("model").asString("")).isEqualTo(model);
            assertThat(sent.path("messages"))
                    .as("%s", sent)
                    .isNotEmpty()
                    .allMatch(one -> one.size() == 2)
                    .noneMatch(one -> one.path("role").asString("").equals("system"));
            assertThat(sent.toString()).contains("a system's words");
            assertThat(sent.at("/thinking/display").isMissingNode()).isTrue();
            assertThat(answer.headers().firstValue("x-switchgear-dropped").orElse(""))
                    .contains("thinking.display", "messages[1].output_config");
        }
        assertThat(sent("claude").path("max_tokens").asInt(0)).isEqualTo(128_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"to-claude-opus-4-8", "claude/claude-haiku-4-5"})
    void a_claude_that_takes_them_or_was_asked_by_name_gets_the_very_bytes(String model) {
        HttpResponse<String> answer = anthropic(updating(model, false));

        String real = model.substring(model.indexOf("claude-", 2));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(house.received("claude").getLast().body()).isEqualTo(updating(real, false));
    }

    @Test
    void settings_are_fitted_to_a_claude_though_one_of_them_is_in_a_word_that_nobody_knows() {
        HttpResponse<String> answer =
                anthropic(
                        """
                        {"model":"to-claude-haiku-4-5","max_tokens":128000,"messages":[{"role":"user","content":"go"}],
                         "thinking":{"type":"adaptive","display":"updates"},"output_config":{"effort":"medium"}}
                        """);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(sent("claude").path("max_tokens").asInt(0)).isEqualTo(64_000);
        assertThat(sent("claude").at("/thinking/type").asString("")).isEqualTo("enabled");
        assertThat(sent("claude").at("/thinking/display").isMissingNode()).isTrue();
        assertThat(sent("claude").at("/output_config/effort").isMissingNode()).isTrue();
    }
}
