package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.ScriptedHouse.Answer;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
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
        house = ScriptedHouse.open();
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
}
