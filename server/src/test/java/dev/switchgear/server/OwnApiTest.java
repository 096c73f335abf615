package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.http.HttpLimits;
import dev.switchgear.simulator.settings.Kind;
import dev.switchgear.simulator.settings.ProviderSettings;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Our own API for models, in front of providers of three dialects.
final class OwnApiTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String WEATHER =
            """
            "tools":[{"name":"get_weather","description":"Weather of a city","parameters":\
            {"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}],\
            "toolChoice":"required\"\
            """;

    private final House house =
            House.of(
                    new SimulatorSettings(
                            0,
                            1,
                            List.of(
                                    ProviderSettings.of("openai", Kind.OPENAI).instant(),
                                    ProviderSettings.of("claude", Kind.ANTHROPIC).instant(),
                                    ProviderSettings.of("google", Kind.GEMINI).instant()),
                            false,
                            1_000,
                            HttpLimits.DEFAULT),
                    port ->
                            """
                            server: { port: 0 }
                            egress: { allow-private: ["127.0.0.1:%1$d"] }
                            providers:
                              openai: { kind: openai, base-url: "http://127.0.0.1:%1$d/openai/v1", keys: [ { secret: sk-openai-0123456789 } ] }
                              claude: { kind: anthropic, base-url: "http://127.0.0.1:%1$d/claude", keys: [ { secret: sk-ant-0123456789 } ] }
                              google: { kind: gemini, base-url: "http://127.0.0.1:%1$d/google/v1beta", keys: [ { secret: AIza0123456789 } ] }
                            """
                                    .formatted(port));

    @AfterEach
    void close() {
        house.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai/gpt-4o", "claude/claude-haiku-4-5", "google/gemini-2.5-flash"})
    void every_provider_answers_in_our_words(String model) {
        JsonNode answer = ask("/api/llm/chat", model, "\"prompt\":\"Say \\\"tea time\\\"\"");

        assertThat(answer.path("content").asString()).isEqualTo("tea time");
        assertThat(answer.path("finishReason").asString()).isEqualTo("stop");
        assertThat(answer.path("usage").path("inputTokens").asLong()).isPositive();
        assertThat(answer.path("usage").path("outputTokens").asLong()).isPositive();
        assertThat(answer.path("usage").path("estimated").asBoolean()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai/gpt-4o", "claude/claude-haiku-4-5", "google/gemini-2.5-flash"})
    void a_stream_is_a_line_for_each_thing_that_happens(String model) {
        HttpResponse<String> answer =
                house.post("/api/llm/stream", body(model, "\"prompt\":\"Say \\\"tea time\\\"\""));

        assertThat(answer.headers().firstValue("content-type")).contains("application/x-ndjson");
        List<JsonNode> lines = lines(answer.body());
        assertThat(lines.getFirst().path("type").asString()).isEqualTo("start");
        assertThat(lines.getLast().path("type").asString()).isEqualTo("end");
        assertThat(lines.getLast().path("finishReason").asString()).isEqualTo("stop");
        assertThat(lines.getLast().path("usage").path("outputTokens").asLong()).isPositive();
        var text = new StringBuilder();
        for (JsonNode line : lines) {
            if (line.path("type").asString().equals("chunk")) {
                text.append(line.path("content").asString());
            }
        }
        assertThat(text).hasToString("tea time");
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai/gpt-4o", "claude/claude-haiku-4-5", "google/gemini-2.5-flash"})
    void a_tool_call_carries_its_arguments_as_an_object_and_takes_its_result(String model) {
        JsonNode answer =
                ask("/api/llm/chat", model, "\"prompt\":\"Weather in Berlin?\"," + WEATHER);

        JsonNode call = answer.path("toolCalls").path(0);
        assertThat(call.path("name").asString()).isEqualTo("get_weather");
        assertThat(call.path("arguments").path("city").isString()).isTrue();
        assertThat(answer.path("finishReason").asString()).isEqualTo("toolCalls");

        String messages =
                "\"messages\":[{\"role\":\"user\",\"content\":\"Weather in Berlin?\"},"
                        + "{\"role\":\"assistant\",\"toolCalls\":["
                        + call
                        + "]},{\"role\":\"tool\",\"toolCallId\":"
                        + call.path("id")
                        + ",\"content\":\"15 degrees\"}]";
        JsonNode after =
                ask("/api/llm/chat", model, messages + "," + WEATHER.replace("required", "none"));
        assertThat(after.path("content").asString()).isNotEmpty();
    }

    @Test
    void a_stream_that_breaks_off_ends_with_an_error_line() {
        house.provider("openai").fault(FaultKind.cutAfter(4));

        HttpResponse<String> answer =
                house.post(
                        "/api/llm/stream",
                        body("openai/gpt-4o", "\"prompt\":\"Explain circuit breakers\""));

        JsonNode last = lines(answer.body()).getLast();
        assertThat(last.path("type").asString()).isEqualTo("error");
        assertThat(last.path("error").path("code").asString()).isEqualTo("SG-1207");
    }

    @Test
    void an_error_has_one_vocabulary_wherever_it_comes_from() {
        String unknownModel = body("no-such-model", "\"prompt\":\"hi\"");

        assertThat(code(house.post("/api/llm/chat", unknownModel))).isEqualTo("SG-1203");
        assertThat(code(house.post("/api/llm/chat", "{"))).isEqualTo("SG-1400");
        assertThat(code(house.get("/api/llm/chat"))).isEqualTo("SG-1404");
        assertThat(code(house.get("/api/llm/chatt"))).isEqualTo("SG-1404");
        assertThat(code(house.post("/api/providers/gogle/test", ""))).isEqualTo("SG-1404");
        assertThat(code(house.post("/api/providers/google/tset", ""))).isEqualTo("SG-1404");
        assertThat(code(house.post("/v1/chat/completions", unknownModel)))
                .as("another protocol keeps its word")
                .isEqualTo("model_not_found");
    }

    @Test
    void what_a_provider_finds_wrong_is_told_in_its_words_under_our_code() {
        house.provider("openai").fault(new FaultKind.Status(400));

        HttpResponse<String> answer =
                house.post("/api/llm/chat", body("openai/gpt-4o", "\"prompt\":\"hi\""));

        JsonNode error = JSON.readTree(answer.body()).path("error");
        assertThat(error.path("code").asString()).isEqualTo("SG-1417");
        assertThat(error.path("statusCode").asInt()).isEqualTo(answer.statusCode()).isEqualTo(400);
        assertThat(error.path("message").asString()).doesNotContain("SG-");
        assertThat(error.path("details").path("requestId").asString()).startsWith("req_");
    }

    private static String code(HttpResponse<String> answer) {
        return JSON.readTree(answer.body()).path("error").path("code").asString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"model":"openai/gpt-4o"}                                   | messages
                    {"model":"openai/gpt-4o","prompt":5}                        | prompt
                    {"model":"openai/gpt-4o","prompt":"a","promt":"b"}          | promt
                    {"model":"openai/gpt-4o","prompt":"a","temperature":9}      | temperature
                    {"model":"openai/gpt-4o","messages":[]}                     | messages
                    {"model":"openai/gpt-4o","messages":[{"role":"x","content":"a"}]} | messages[0].role
                    {"model":"openai/gpt-4o","prompt":"a","reasoning":"lots"}   | reasoning
                    """)
    void what_is_wrong_with_a_request_is_said_by_its_field(String body, String field) {
        HttpResponse<String> answer = house.post("/api/llm/chat", body);

        assertThat(answer.statusCode()).isEqualTo(400);
        JsonNode error = JSON.readTree(answer.body()).path("error");
        assertThat(error.path("message").asString()).contains(field);
        assertThat(error.path("statusCode").asInt()).isEqualTo(400);
    }

    @Test
    void tokens_are_counted_by_the_provider_where_it_can_and_else_estimated() {
        HttpResponse<String> counted =
                house.post(
                        "/api/llm/count",
                        body("claude/claude-haiku-4-5", "\"prompt\":\"How many?\""));
        house.provider("claude").forgetRequests();

        assertThat(counted.statusCode()).as(counted.body()).isEqualTo(200);
        JsonNode answer = JSON.readTree(counted.body());
        assertThat(answer.path("inputTokens").asLong()).isPositive();
        assertThat(answer.path("estimated").asBoolean()).isFalse();
    }

    @Test
    void metadata_comes_without_asking_anybody() {
        HttpResponse<String> answer = house.get("/api/providers/metadata");

        JsonNode providers = JSON.readTree(answer.body()).path("providers");
        assertThat(providers.size()).isEqualTo(3);
        JsonNode claude = providers.path(1);
        assertThat(claude.path("provider").asString()).isEqualTo("claude");
        assertThat(claude.path("kind").asString()).isEqualTo("anthropic");
        JsonNode model = claude.path("models").path(0);
        assertThat(model.path("contextTokens").asLong()).isPositive();
        assertThat(model.path("usdPerMillionTokens").path("input").isNumber()).isTrue();
        assertThat(answer.body()).doesNotContain("sk-ant-0123456789");
        assertThat(house.provider("claude").requestCount()).isZero();
    }

    @Test
    void a_connection_test_costs_nothing_and_tells_for_each_key() {
        HttpResponse<String> good = house.post("/api/providers/google/test", "");
        house.provider("openai").fault(new FaultKind.Status(401));
        HttpResponse<String> bad = house.post("/api/providers/openai/test", "");
        HttpResponse<String> unknown = house.post("/api/providers/gogle/test", "");

        JsonNode ok = JSON.readTree(good.body());
        assertThat(ok.path("ok").asBoolean()).isTrue();
        assertThat(ok.path("keys").path(0).path("models").asInt()).isPositive();
        JsonNode failed = JSON.readTree(bad.body());
        assertThat(failed.path("ok").asBoolean()).isFalse();
        assertThat(failed.path("keys").path(0).path("why").asString()).contains("401");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(JSON.readTree(unknown.body()).path("error").path("message").asString())
                .isEqualTo("No provider in use is called `gogle`. Closest: `google`. (SG-1404)");
        assertThat(house.provider("google").requests())
                .allSatisfy(request -> assertThat(request.method()).isEqualTo("GET"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/chat/completions",
                "/v1/embeddings",
                "/api/llm/chat",
                "/api/llm/stream",
                "/api/llm/count"
            })
    void no_body_however_broken_is_answered_with_a_5xx(String path) {
        var random = new SplittableRandom(3);
        String sound =
                body(
                        "claude/claude-haiku-4-5",
                        "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"assistant\","
                                + "\"content\":null,\"tool_calls\":[{\"id\":\"a\",\"type\":\"function\","
                                + "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}],\"tools\":["
                                + "{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],"
                                + "\"temperature\":1,\"stop\":[\"x\"],\"max_tokens\":5");
        var bodies = new ArrayList<String>(List.of("", "null", "[]", "{", "[".repeat(50_000)));
        String[] odd = {"null", "[]", "{}", "-1", "1e999", "true", "\"\"", "[[[]]]", "{\"a\":1}"};
        for (int round = 0; round < 150; round++) {
            int at = random.nextInt(sound.length());
            bodies.add(sound.substring(0, at));
            bodies.add(
                    sound.substring(0, at)
                            + odd[random.nextInt(odd.length)]
                            + sound.substring(Math.min(sound.length(), at + random.nextInt(9))));
            int colon = sound.indexOf(':', at);
            if (colon > 0) {
                int end = sound.indexOf(',', colon);
                bodies.add(
                        sound.substring(0, colon + 1)
                                + odd[random.nextInt(odd.length)]
                                + (end < 0 ? "}" : sound.substring(end)));
            }
        }

        for (String body : bodies) {
            HttpResponse<String> answer = house.post(path, body);

            assertThat(answer.statusCode()).as(body).isBetween(200, 499);
        }
    }

    private JsonNode ask(String path, String model, String rest) {
        HttpResponse<String> answer = house.post(path, body(model, rest));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private static String body(String model, String rest) {
        return "{\"model\":\"" + model + "\"," + rest + "}";
    }

    private static List<JsonNode> lines(String body) {
        var lines = new ArrayList<JsonNode>();
        body.lines().forEach(line -> lines.add(JSON.readTree(line)));
        return lines;
    }
}
