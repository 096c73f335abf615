package dev.switchgear.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.http.HttpLimits;
import dev.switchgear.simulator.settings.Kind;
import dev.switchgear.simulator.settings.ProviderSettings;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Ollama's clients in front of providers of four dialects, and Ollama behind others' clients.
final class OllamaApiTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int BEHIND_MODEL = "{'model':'openai/gpt-4o'".length();
    private static final String WEATHER =
            """
            "tools":[{"type":"function","function":{"name":"get_weather","description":"Weather of a city",\
            "parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}}]\
            """;

    private final House house =
            House.of(
                    new SimulatorSettings(
                            0,
                            1,
                            List.of(
                                    ProviderSettings.of("home", Kind.OLLAMA).instant(),
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
                              home: { kind: ollama, base-url: "http://127.0.0.1:%1$d/home", models: [llama3, nomic-embed-text] }
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
    @ValueSource(
            strings = {
                "home/llama3",
                "openai/gpt-4o",
                "claude/claude-haiku-4-5",
                "google/gemini-2.5-flash"
            })
    void a_chat_streams_lines_unless_told_otherwise_whoever_answers(String model) {
        HttpResponse<String> streamed =
                house.post("/api/chat", chat(model, "Say \\\"tea time\\\"", ""));
        HttpResponse<String> plain =
                house.post("/api/chat", chat(model, "Say \\\"tea time\\\"", ",\"stream\":false"));

        assertThat(streamed.headers().firstValue("content-type")).contains("application/x-ndjson");
        List<JsonNode> lines = lines(streamed);
        var text = new StringBuilder();
        lines.forEach(line -> text.append(line.at("/message/content").asString()));
        assertThat(text).hasToString("tea time");
        JsonNode last = lines.getLast();
        assertThat(last.path("done").asBoolean()).isTrue();
        assertThat(last.path("done_reason").asString()).isEqualTo("stop");
        assertThat(last.path("prompt_eval_count").asLong()).isPositive();
        assertThat(last.path("eval_count").asLong()).isPositive();
        assertThat(lines.subList(0, lines.size() - 1))
                .allSatisfy(line -> assertThat(line.path("done").asBoolean(true)).isFalse());
        JsonNode whole = JSON.readTree(plain.body());
        assertThat(whole.at("/message/content").asString()).isEqualTo("tea time");
        assertThat(whole.path("done").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "home/llama3",
                "openai/gpt-4o",
                "claude/claude-haiku-4-5",
                "google/gemini-2.5-flash"
            })
    void a_tool_is_called_with_an_object_and_its_result_is_taken_without_an_id(String model) {
        JsonNode answer =
                ask(
                        "/api/chat",
                        chat(
                                model,
                                "What is the weather in Berlin?",
                                ",\"stream\":false," + WEATHER));

        JsonNode call = answer.at("/message/tool_calls/0/function");
        assertThat(call.path("name").asString()).isEqualTo("get_weather");
        assertThat(call.at("/arguments/city").asString()).isEqualTo("Berlin");

        JsonNode after =
                ask(
                        "/api/chat",
                        """
                        {"model":"%s","stream":false,%s,"messages":[
                        {"role":"user","content":"What is the weather in Berlin?"},
                        {"role":"assistant","content":"","tool_calls":[{"function":
                        {"name":"get_weather","arguments":{"city":"Berlin"}}}]},
                        {"role":"tool","tool_name":"get_weather","content":"15 degrees"}]}\
                        """
                                .formatted(model, WEATHER));
        assertThat(after.at("/message/content").asString()).contains("15 degrees");
    }

    @ParameterizedTest
    @ValueSource(strings = {"home/llama3", "openai/gpt-4o", "claude/claude-haiku-4-5"})
    void a_prompt_is_answered_whoever_answers(String model) {
        String body = "{\"model\":\"" + model + "\",\"prompt\":\"Say \\\"tea time\\\"\"";

        List<JsonNode> lines = lines(house.post("/api/generate", body + "}"));
        JsonNode whole = ask("/api/generate", body + ",\"stream\":false}");

        var text = new StringBuilder();
        lines.forEach(line -> text.append(line.path("response").asString()));
        assertThat(text).hasToString("tea time");
        assertThat(lines.getLast().path("done").asBoolean()).isTrue();
        assertThat(whole.path("response").asString()).isEqualTo("tea time");
    }

    @Test
    void what_only_ollama_can_generate_passes_to_it_and_is_refused_elsewhere() {
        String rest = "\",\"prompt\":\"def f(\",\"suffix\":\"return x\",\"stream\":false}";

        HttpResponse<String> home = house.post("/api/generate", "{\"model\":\"home/llama3" + rest);
        HttpResponse<String> other =
                house.post("/api/generate", "{\"model\":\"openai/gpt-4o" + rest);

        assertThat(home.statusCode()).as(home.body()).isEqualTo(200);
        assertThat(other.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(other.body()).path("error").asString()).contains("suffix");
    }

    @ParameterizedTest
    @ValueSource(strings = {"home/nomic-embed-text", "openai/text-embedding-3-small"})
    void texts_become_vectors_by_both_paths(String model) {
        JsonNode many =
                ask("/api/embed", "{\"model\":\"" + model + "\",\"input\":[\"tea\",\"time\"]}");
        JsonNode one = ask("/api/embeddings", "{\"model\":\"" + model + "\",\"prompt\":\"tea\"}");

        assertThat(many.path("embeddings")).hasSize(2);
        assertThat(one.path("embedding")).hasSameSizeAs(many.at("/embeddings/0"));
        assertThat(one.at("/embedding/0").asDouble())
                .isEqualTo(many.at("/embeddings/0/0").asDouble());
    }

    @Test
    void clients_of_openai_and_anthropic_are_answered_by_ollama() {
        HttpResponse<String> openai =
                house.post(
                        "/v1/chat/completions",
                        "{\"model\":\"home/llama3\",\"messages\":[{\"role\":\"user\","
                                + "\"content\":\"Say \\\"tea time\\\"\"}]}");
        HttpResponse<String> anthropic =
                house.post(
                        "/v1/messages",
                        "{\"model\":\"home/llama3\",\"max_tokens\":100,\"stream\":true,"
                                + "\"messages\":[{\"role\":\"user\",\"content\":"
                                + "\"Say \\\"tea\\\"\"}]}");
        HttpResponse<String> vectors =
                house.post(
                        "/v1/embeddings",
                        "{\"model\":\"home/nomic-embed-text\",\"input\":\"tea\"}");

        JsonNode answer = JSON.readTree(openai.body());
        assertThat(answer.at("/choices/0/message/content").asString()).isEqualTo("tea time");
        assertThat(answer.at("/usage/completion_tokens").asLong()).isPositive();
        assertThat(anthropic.body()).contains("event: message_stop").contains("\"text\":\"tea\"");
        assertThat(JSON.readTree(vectors.body()).at("/data/0/embedding")).hasSize(768);
    }

    @Test
    void a_stream_that_breaks_off_ends_with_an_error_line_and_is_never_done() {
        for (String model : List.of("home/llama3", "openai/gpt-4o")) {
            house.provider(model.substring(0, model.indexOf('/'))).fault(FaultKind.cutAfter(4));

            HttpResponse<String> answer =
                    house.post("/api/chat", chat(model, "Explain circuit breakers", ""));

            List<JsonNode> lines = lines(answer);
            assertThat(lines.getLast().path("error").asString()).as(model).isNotEmpty();
            assertThat(lines.getLast()).as(model).hasSize(1);
            assertThat(lines).as(model).noneMatch(line -> line.path("done").asBoolean(false));
        }
    }

    @Test
    void models_are_listed_and_shown_as_ollama_does() {
        JsonNode tags = JSON.readTree(house.get("/api/tags").body());
        String name = tags.at("/models/0/name").asString();
        JsonNode shown = ask("/api/show", "{\"model\":\"" + name + "\"}");
        HttpResponse<String> unknown = house.post("/api/show", "{\"model\":\"nobodys\"}");
        HttpResponse<String> unnamed = house.post("/api/show", "[]");

        assertThat(tags.path("models"))
                .isNotEmpty()
                .allSatisfy(model -> {
                    assertThat(model.path("model")).isEqualTo(model.path("name"));
                    assertThat(model.path("digest").asString()).hasSize(64);
                    assertThat(model.path("modified_at").asString()).endsWith("Z");
                });
        assertThat(shown.at("/capabilities/0").asString()).isEqualTo("completion");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(JSON.readTree(unknown.body()).path("error").asString()).contains("nobodys");
        assertThat(unnamed.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(house.get("/api/version").body()).path("version").asString())
                .matches("\\d+\\.\\d+\\.\\d+");
        assertThat(JSON.readTree(house.get("/api/ps").body()).path("models")).isEmpty();
    }

    @Test
    void a_model_that_nobody_has_is_an_error_of_one_text() {
        HttpResponse<String> answer = house.post("/api/chat", chat("nobodys", "hi", ""));

        assertThat(answer.statusCode()).isEqualTo(404);
        JsonNode error = JSON.readTree(answer.body());
        assertThat(error).hasSize(1);
        assertThat(error.path("error").asString()).contains("SG-1203");
    }

    @Test
    void a_provider_is_tested_without_a_key_and_for_nothing() {
        JsonNode tested = JSON.readTree(house.post("/api/providers/home/test", "").body());

        assertThat(tested.path("ok").asBoolean()).as(tested.toString()).isTrue();
        assertThat(house.provider("home").requests())
                .allSatisfy(request -> assertThat(request.method()).isEqualTo("GET"));
    }

    @Test
    void whatever_a_client_sends_is_answered_with_an_error_of_ollama() {
        var random = new Random(6);
        byte[] seed =
                ("{\"model\":\"openai/gpt-4o\",\"stream\":false,\"prompt\":\"é\",\"messages\":[{\"role\":"
                                + "\"user\",\"content\":\"é\",\"images\":[\"AAAA\"]}],"
                                + WEATHER
                                + ",\"options\":{\"top_k\":1},\"think\":false}")
                        .getBytes(UTF_8);
        var bodies = new ArrayList<String>();
        for (int i = 0; i < 100; i++) {
            byte[] body = seed.clone();
            // Behind the model's name, which must stay one that is there.
            int at = BEHIND_MODEL + random.nextInt(body.length - BEHIND_MODEL);
            body[at] = (byte) (32 + random.nextInt(95));
            bodies.add(new String(body, UTF_8));
            bodies.add(new String(seed, 0, random.nextInt(seed.length), UTF_8));
        }
        bodies.add("{\"messages\":".repeat(500));
        bodies.add("[".repeat(100_000));
        bodies.add("{\"model\":\"openai/gpt-4o\",\"options\":{\"seed\":" + "9".repeat(900) + "}}");
        bodies.addAll(List.of("[]", "null", "3", "\"x\"", "{\"messages\":7}", "{}"));

        int refused = 0;
        for (String body : bodies) {
            for (String path : List.of("/api/chat", "/api/generate", "/api/show")) {
                HttpResponse<String> answer = house.post(path, body);
                if (answer.statusCode() != 200) {
                    assertThat(answer.statusCode()).as(body).isIn(400, 404);
                    assertThat(JSON.readTree(answer.body()).path("error").isString())
                            .as(body)
                            .isTrue();
                    refused++;
                }
            }
        }
        assertThat(refused).isGreaterThan(300);
    }

    private JsonNode ask(String path, String body) {
        HttpResponse<String> answer = house.post(path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private static String chat(String model, String question, String more) {
        return "{\"model\":\""
                + model
                + "\",\"messages\":[{\"role\":\"user\",\"content\":\""
                + question
                + "\"}]"
                + more
                + "}";
    }

    private static List<JsonNode> lines(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).endsWith("\n");
        return answer.body().lines().map(JSON::readTree).toList();
    }
}
