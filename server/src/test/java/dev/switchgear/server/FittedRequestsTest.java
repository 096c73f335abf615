package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.ScriptedHouse.Answer;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Requests whose bytes pass, to models that the client did not name itself: fitted as those that are
/// translated are, by the rules of "What is lost".
class FittedRequestsTest {
    private static final JsonMapper JSON = new JsonMapper();

    private static final String ROUTES =
            """
            routes:
              - match: { model: any }
                to: [{ provider: chat, model: m1 }, { provider: openai, model: gpt-5 }]
              - match: { model: seeing }
                to: [{ provider: openai, model: gpt-3.5-turbo }, { provider: chat, model: m1 }]
              - match: { model: formed }
                to: [{ provider: deep, model: deepseek-v4-flash }]
              - match: { model: gpt-5 }
                to: [{ provider: openai }]
            aliases:
              five: openai/gpt-5
              five-one: openai/gpt-5.1
              o3: openai/o3
              four: openai/gpt-4o
              strange: chat/no-such-model
              grok: xai/grok-4.6
              old-grok: xai/grok-4
              opus: claude/claude-opus-4-7
              sonnet: claude/claude-sonnet-5-5
              sonnet-4-5: claude/claude-sonnet-4-5
              gemini-pro: google/gemini-2.5-pro
              gemini-two: google/gemini-2.0-flash
              llama: ollama/llama3
              answers: resp/gpt-5
              answers-four: resp/gpt-4o
            """;

    private static ScriptedHouse house;

    /// Whose upstreams answer in streams.
    private static ScriptedHouse streaming;

    @BeforeAll
    static void open() {
        house = ScriptedHouse.open(ROUTES);
        Answer chunks =
                Answer.events(
                        "data: {\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"ok\"},"
                                + "\"finish_reason\":\"stop\"}]}\n\n",
                        "data: [DONE]\n\n");
        streaming =
                ScriptedHouse.open(ROUTES)
                        .answers("openai", chunks)
                        .answers("chat", chunks)
                        .answers("xai", chunks)
                        .answers("deep", chunks)
                        .answers(
                                "claude",
                                Answer.events(
                                        """
                                        event: message_start
                                        data: {"type":"message_start","message":{"id":"m","type":"message","role":"assistant","content":[],"model":"c","usage":{"input_tokens":1,"output_tokens":1}}}

                                        event: content_block_start
                                        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

                                        event: content_block_delta
                                        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"ok"}}

                                        event: content_block_stop
                                        data: {"type":"content_block_stop","index":0}

                                        event: message_delta
                                        data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":1}}

                                        event: message_stop
                                        data: {"type":"message_stop"}

                                        """))
                        .answers(
                                "resp",
                                Answer.events(
                                        "event: response.created\ndata: {\"type\":\"response.created\","
                                                + "\"sequence_number\":0,\"response\":{\"id\":\"r\"}}\n\n",
                                        "event: response.output_text.delta\ndata: {\"type\":"
                                                + "\"response.output_text.delta\",\"sequence_number\":1,"
                                                + "\"delta\":\"ok\"}\n\n",
                                        "event: response.completed\ndata: {\"type\":"
                                                + "\"response.completed\",\"sequence_number\":2,"
                                                + "\"response\":{\"id\":\"r\",\"status\":\"completed\","
                                                + "\"output\":[]}}\n\n"))
                        .answers(
                                "google",
                                Answer.events(
                                        "data: {\"candidates\":[{\"content\":{\"role\":\"model\","
                                                + "\"parts\":[{\"text\":\"ok\"}]},"
                                                + "\"finishReason\":\"STOP\"}]}\n\n"))
                        .answers(
                                "ollama",
                                Answer.events(
                                                "{\"model\":\"m\",\"message\":{\"role\":\"assistant\","
                                                        + "\"content\":\"ok\"},\"done\":true,"
                                                        + "\"done_reason\":\"stop\"}\n")
                                        .with("content-type", "application/x-ndjson"));
    }

    @AfterAll
    static void close() {
        house.close();
        streaming.close();
    }

    private static final String CHAT = "\"messages\":[{\"role\":\"user\",\"content\":\"go\"}]";

    /// What is asked of a model by another name, how it leaves, and what of it is told.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    openai | five | "max_tokens":100,"temperature":0.2 | "max_completion_tokens":100 | temperature
                    openai | five | "temperature" : 0.2 , "x":[1, 2] , "top_p":0.5,"presence_penalty":1,"frequency_penalty":1 | "x":[1, 2] | temperature, top_p, presence_penalty, frequency_penalty
                    openai | five | "max_completion_tokens":50,"max_tokens":100 | "max_completion_tokens":50 | ~~
                    openai | five | "max_tokens":999999 | "max_completion_tokens":128000 | max_completion_tokens: cut to 128000; the model's most
                    openai | five | "top_k":4 | ~~ | top_k
                    openai | five | "thinking":{"type":"enabled"},"reasoning_effort":"high" | "reasoning_effort":"high" | thinking
                    openai | five | "temperature":null,"user":"u" | "temperature":null,"user":"u" | ~~
                    openai | o3 | "stop":["a"],"max_tokens":7 | "max_completion_tokens":7 | stop
                    openai | four | "reasoning_effort":"high","temperature":0.5,"max_tokens":9 | "temperature":0.5,"max_tokens":9 | reasoning_effort: gpt-4o does not reason
                    chat | strange | "max_tokens":100,"temperature":0.2,"thinking":{"type":"enabled"},"top_k":1 | "max_tokens":100,"temperature":0.2,"thinking":{"type":"enabled"},"top_k":1 | ~~
                    xai | grok | "stop":"a","presence_penalty":1,"logit_bias":{},"max_tokens":5 | "max_tokens":5 | presence_penalty, stop, logit_bias
                    xai | grok | "reasoning_effort":"minimal" | "reasoning_effort":"low" | reasoning_effort: minimal is low here
                    """)
    void chat_is_fitted(String upstream, String model, String asked, String sent, String dropped) {
        for (String streamed : List.of("", ",\"stream\":true,\"stream_options\":{}")) {
            String rest = CHAT + streamed + ",";

            fits(
                    upstream,
                    "/v1/chat/completions",
                    "{\"model\":\"" + model + "\"," + rest + asked + "}",
                    "{" + rest + sent + "}",
                    dropped);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    opus | "max_tokens":100,"temperature":0.7,"top_p":0.9 | "max_tokens":100 | temperature, top_p
                    opus | "max_tokens":100,"temperature":0.7,"top_k":3,"metadata":{"user_id":"u"} | "max_tokens":100,"metadata":{"user_id":"u"} | temperature, top_k
                    opus | "max_tokens":999999 | "max_tokens":128000 | max_tokens: cut to 128000; the model's most
                    opus | "max_tokens":9000,"thinking":{"type":"enabled","budget_tokens":2000} | "max_tokens":9000,"thinking":{"type":"adaptive"},"output_config":{"effort":"low"} | reasoning: the budget; which the model takes as an effort
                    sonnet | "max_tokens":9,"thinking":{"type":"disabled"} | "max_tokens":9,"thinking":{"type":"adaptive"},"output_config":{"effort":"low"} | reasoning: none is low here
                    sonnet | "max_tokens":9,"tools":[{"name":"a","input_schema":{"type":"object"}},{"name":"b","input_schema":{"type":"object"}}],"tool_choice":{"type":"any"} | "max_tokens":9,"tools":[{"name":"a","input_schema":{"type":"object"}},{"name":"b","input_schema":{"type":"object"}}],"tool_choice":{"type":"auto"} | tool_choice: claude-sonnet-5-5 cannot be made to call a tool
                    sonnet-4-5 | "max_tokens":9,"temperature":0.5,"top_p":0.9 | "max_tokens":9,"temperature":0.5 | top_p: not beside temperature
                    sonnet-4-5 | "max_tokens":9,"temperature":0.5,"stop_sequences":["x"] | "max_tokens":9,"temperature":0.5,"stop_sequences":["x"] | ~~
                    """)
    void messages_are_fitted(String model, String asked, String sent, String dropped) {
        for (String streamed : List.of("", ",\"stream\":true")) {
            String rest = CHAT + streamed + ",";

            fits(
                    "claude",
                    "/v1/messages",
                    "{\"model\":\"" + model + "\"," + rest + asked + "}",
                    "{" + rest + sent + "}",
                    dropped);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    answers | "temperature":0.2,"top_p":0.3,"max_output_tokens":100 | "max_output_tokens":100 | temperature, top_p
                    answers | "max_output_tokens":999999 | "max_output_tokens":128000 | max_output_tokens: cut to 128000; the model's most
                    answers-four | "reasoning":{"effort":"high"},"temperature":0.2 | "temperature":0.2 | reasoning: gpt-4o does not reason
                    answers-four | "temperature":0.2 | "temperature":0.2 | ~~
                    """)
    void responses_are_fitted(String model, String asked, String sent, String dropped) {
        for (String streamed : List.of("", ",\"stream\":true")) {
            String rest = "\"input\":\"go\"" + streamed + ",";

            fits(
                    "resp",
                    "/v1/responses",
                    "{\"model\":\"" + model + "\"," + rest + asked + "}",
                    "{" + rest + sent + "}",
                    dropped);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    gemini-pro | "maxOutputTokens":999999,"topK":1 | "maxOutputTokens":65536,"topK":1 | max_tokens: cut to 65536; the model's most
                    gemini-pro | "thinkingConfig":{"thinkingBudget":0} | "thinkingConfig":{"thinkingBudget":128} | reasoning: none is 128 tokens here
                    gemini-pro | "thinking_config":{"thinking_budget":0},"x":1 | "thinking_config":{"thinkingBudget":128},"x":1 | reasoning: none is 128 tokens here
                    gemini-pro | "topP":0.4,"temperature":1 | "topP":0.4,"temperature":1 | ~~
                    """)
    void gemini_is_fitted(String model, String asked, String sent, String dropped) {
        for (String method : List.of("generateContent", "streamGenerateContent?alt=sse")) {
            String rest = "{\"contents\":[{\"parts\":[{\"text\":\"go\"}]}],\"generationConfig\":{";

            fits(
                    "google",
                    "/v1beta/models/" + model + ":" + method,
                    rest + asked + "}}",
                    rest + sent + "}}",
                    dropped);
        }
    }

    @Test
    void ollama_passes_what_of_nothing_is_known() {
        for (String rest :
                List.of(
                        "\"stream\":false,\"think\":\"max\",\"options\":{\"num_predict\":5,\"top_k\":1}",
                        "\"stream\":true,\"think\":true")) {
            fits(
                    "ollama",
                    "/api/chat",
                    "{\"model\":\"llama\"," + CHAT + "," + rest + "}",
                    "{" + CHAT + "," + rest + "}",
                    "");
        }
    }

    /// Who names `provider/model` knows whom it asks.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    openai | /v1/chat/completions | {"model":"openai/gpt-5","messages":[{"role":"user","content":"go"}],"max_tokens":9,"temperature":0.2}
                    claude | /v1/messages | {"model":"claude/claude-opus-4-7","messages":[{"role":"user","content":"go"}],"max_tokens":9,"temperature":0.2}
                    resp | /v1/responses | {"model":"resp/gpt-5","input":"go","temperature":0.2}
                    google | /v1beta/models/google%2Fgemini-2.5-pro:generateContent | {"contents":[{"parts":[{"text":"go"}]}],"generationConfig":{"thinkingConfig":{"thinkingBudget":0}}}
                    """)
    void what_is_asked_of_a_model_by_its_provider_and_name_is_sent(
            String upstream, String path, String asked) {
        int before = house.received(upstream).size();

        HttpResponse<String> answer = house.post(path, asked);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-switchgear-dropped")).isEmpty();
        assertThat(house.received(upstream).get(before).body())
                .isEqualTo(asked.replaceFirst("\"model\":\"[a-z]+/", "\"model\":\""));
    }

    /// The failover does not fail for a word.
    @Test
    void the_second_target_of_a_route_gets_what_it_takes() {
        try (ScriptedHouse two = ScriptedHouse.open(ROUTES)) {
            two.answers(
                    "chat",
                    Answer.json(
                            503,
                            "{\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\"}}"));

            HttpResponse<String> answer =
                    two.post(
                            "/v1/chat/completions",
                            "{\"model\":\"any\","
                                    + CHAT
                                    + ",\"max_tokens\":100,\"temperature\":0.2}");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("x-switchgear-dropped")).contains("temperature");
            assertThat(two.received("openai").getFirst().body())
                    .isEqualTo("{\"model\":\"gpt-5\"," + CHAT + ",\"max_completion_tokens\":100}");
            assertThat(two.received("chat").getFirst().body()).contains("\"max_tokens\":100");
        }
    }

    /// What passes otherwise is worded anew, so that the client gets the call that it demands.
    @Test
    void a_call_that_claude_cannot_be_made_to_make_is_its_structured_answer() {
        try (var claude =
                ScriptedHouse.open(ROUTES)
                        .answers(
                                "claude",
                                Answer.json(
                                        200,
                                        """
                                        {"id":"m","type":"message","role":"assistant","model":"c","content":[
                                          {"type":"text","text":"{\\"city\\":\\"Rome\\"}"}],
                                         "stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":1}}
                                        """))) {
            HttpResponse<String> answer =
                    claude.post(
                            "/v1/messages",
                            "{\"model\":\"sonnet\",\"max_tokens\":900,"
                                    + CHAT
                                    + ",\"tools\":[{\"name\":\"look\",\"input_schema\":{\"type\":\"object\","
                                    + "\"properties\":{\"city\":{\"type\":\"string\"}}}}],"
                                    + "\"tool_choice\":{\"type\":\"tool\",\"name\":\"look\"}}");

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            JsonNode block = JSON.readTree(answer.body()).at("/content/0");
            assertThat(block.path("type").asString("")).isEqualTo("tool_use");
            assertThat(block.path("name").asString("")).isEqualTo("look");
            assertThat(block.at("/input/city").asString("")).isEqualTo("Rome");
            JsonNode sent = JSON.readTree(claude.received("claude").getFirst().body());
            assertThat(sent.at("/output_config/format/schema/properties").has("city")).isTrue();
            assertThat(answer.headers().firstValue("x-switchgear-dropped"))
                    .contains("tool_choice: the call is asked for as a structured answer");
        }
    }

    /// What OpenAI's clients do not send back, and DeepSeek demands.
    @Test
    void the_second_turn_of_a_tool_loop_reaches_deepseek() {
        String call =
                "\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"a\",\"type\":"
                        + "\"function\",\"function\":{\"name\":\"add\",\"arguments\":\"{}\"}}]";
        String around =
                "\"messages\":[{\"role\":\"user\",\"content\":\"go\"},{%s},"
                        + "{\"role\":\"tool\",\"tool_call_id\":\"a\",\"content\":\"3\"}]";
        for (String model : List.of("deep/deepseek-v4-flash", "formed")) {
            for (String streamed : List.of("", ",\"stream\":true,\"stream_options\":{}")) {
                fits(
                        "deep",
                        "/v1/chat/completions",
                        "{\"model\":\"" + model + "\"," + around.formatted(call) + streamed + "}",
                        "{"
                                + around.formatted("\"reasoning_content\":\"\"," + call)
                                + streamed
                                + "}",
                        "");
            }
        }
    }

    /// Most servers' templates know no `developer`; OpenAI does.
    @Test
    void instructions_of_a_developer_are_the_systems_where_only_that_is_known() {
        String asked =
                "\"messages\":[{\"role\":\"developer\",\"content\":\"\\\"developer\\\"\"},"
                        + "{\"role\":\"user\",\"content\":\"developer\"}]";
        String systems = asked.replace("\"role\":\"developer\"", "\"role\":\"system\"");
        for (String upstream : List.of("chat", "xai", "deep", "openai")) {
            fits(
                    upstream,
                    "/v1/chat/completions",
                    "{\"model\":\"" + upstream + "/m\"," + asked + "}",
                    "{" + (upstream.equals("openai") ? asked : systems) + "}",
                    "");
        }
    }

    /// As Codex sends them.
    @Test
    void so_are_those_of_a_response() {
        String asked =
                "\"input\":[{\"role\":\"developer\",\"content\":\"be kind\"},"
                        + "{\"role\":\"user\",\"content\":\"go\"}]";
        String ok = ScriptedHouse.usual("resp").parts().getFirst();
        try (ScriptedHouse two =
                ScriptedHouse.open()
                        .answers("xai", Answer.json(200, ok))
                        .answers("deep", Answer.json(200, ok))) {
            for (String upstream : List.of("xai", "deep", "resp")) {
                assertThat(
                                two.post(
                                                "/v1/responses",
                                                "{\"model\":\"" + upstream + "/m\"," + asked + "}")
                                        .statusCode())
                        .isEqualTo(200);

                assertThat(two.received(upstream).getFirst().body())
                        .contains(upstream.equals("resp") ? "\"developer\"" : "\"system\"");
            }
        }
    }

    /// What one provider sealed is wrapped for clients of another dialect; a third one would answer 400.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    resp | /v1/responses | {"model":"resp/gpt-5","input":[{"role":"user","content":"go"},{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"sg1.ANTHROPIC.bQ.dg"},{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c","output":"3"}],"tools":[{"type":"function","name":"f"}]}
                    resp | /v1/responses | {"model":"resp/gpt-5","input":[{"role":"user","content":"go"},{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"sgcall.sg1.GEMINI.bQ.dg"},{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c","output":"3"}],"tools":[{"type":"function","name":"f"}]}
                    google | /v1beta/models/google%2Fgemini-2.5-pro:generateContent | {"contents":[{"role":"user","parts":[{"text":"go"}]},{"role":"model","parts":[{"text":"a","thoughtSignature":"c2dnMS5zLi5zZzEuQU5USFJPUElDLmJRLmRn"}]},{"role":"user","parts":[{"text":"on"}]}]}
                    router | /v1/chat/completions | {"model":"router/m","messages":[{"role":"user","content":"go"},{"role":"assistant","content":"a","reasoning_details":[{"type":"reasoning.text","text":"t","signature":"sg1.GEMINI.bQ.dg"}]},{"role":"user","content":"on"}]}
                    claude | /v1/messages | {"model":"claude/claude-opus-4-7","max_tokens":9,"messages":[{"role":"user","content":"go"},{"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"sg1.GEMINI.bQ.dg"},{"type":"text","text":"a"}]},{"role":"user","content":"on"}]}
                    """)
    void what_another_provider_sealed_reaches_nobody_else(
            String upstream, String path, String asked) {
        int before = house.received(upstream).size();

        HttpResponse<String> answer = house.post(path, asked);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(house.received(upstream).get(before).body())
                .contains("go")
                .doesNotContain("sg1.", "sgcall.", "c2dn");
    }

    /// A conversation moves from vLLM to OpenAI in the middle of a tool loop.
    @Test
    void a_call_under_a_longer_id_than_openai_takes_is_answered_under_a_shorter() {
        String id = "chatcmpl-tool-0123456789abcdef0123456789abcdef";
        String asked =
                "\"messages\":[{\"role\":\"user\",\"content\":\"go\"},{\"role\":\"assistant\",\"content\":"
                        + "null,\"tool_calls\":[{\"id\":\"#\",\"type\":\"function\",\"function\":"
                        + "{\"name\":\"f\",\"arguments\":\"{}\"}}]},{\"role\":\"tool\","
                        + "\"tool_call_id\":\"#\",\"content\":\"3\"}],\"tools\":[{\"type\":"
                        + "\"function\",\"function\":{\"name\":\"f\"}}]";
        for (String upstream : List.of("openai", "chat")) {
            int before = house.received(upstream).size();

            HttpResponse<String> answer =
                    house.post(
                            "/v1/chat/completions",
                            "{\"model\":\"" + upstream + "/m\"," + asked.replace("#", id) + "}");

            assertThat(answer.statusCode()).isEqualTo(200);
            JsonNode messages =
                    JSON.readTree(house.received(upstream).get(before).body()).path("messages");
            String call = messages.at("/1/tool_calls/0/id").asString();
            assertThat(messages.at("/2/tool_call_id").asString()).isEqualTo(call);
            assertThat(call.length()).isEqualTo(upstream.equals("openai") ? 29 : id.length());
        }
    }

    /// As where it is translated: another model of the route may see.
    @Test
    void an_image_goes_past_a_model_that_sees_none() {
        String image =
                "[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":"
                        + "{\"url\":\"data:image/png;base64,iVBORw0KGgo=\"}}]}]";
        int before = house.received("chat").size();

        HttpResponse<String> answer =
                house.post(
                        "/v1/chat/completions",
                        "{\"model\":\"seeing\",\"messages\":" + image + "}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(house.received("chat")).hasSize(before + 1);
    }

    private static void fits(
            String upstream, String path, String asked, String sent, String dropped) {
        boolean streams = asked.contains("\"stream\":true") || path.contains("stream");
        ScriptedHouse asking = streams ? streaming : house;
        int before = asking.received(upstream).size();

        HttpResponse<String> answer = asking.post(path, asked);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(asking.received(upstream)).hasSize(before + 1);
        JsonNode received = JSON.readTree(asking.received(upstream).get(before).body());
        assertThat(without(received)).isEqualTo(JSON.readTree(sent.replace(",}", "}")));
        assertThat(answer.headers().firstValue("x-switchgear-dropped").orElse(""))
                .as("dropped, %s", asked)
                .isEqualTo(dropped);
    }

    private static JsonNode without(JsonNode received) {
        if (received instanceof ObjectNode object) {
            object.remove("model");
        }
        return received;
    }
}
