package dev.switchgear.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.provider.SimulatedProvider;
import dev.switchgear.simulator.settings.Kind;
import dev.switchgear.simulator.settings.ProviderSettings;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class OllamaTest {
    private static final String WEATHER =
            """
            {"type":"function","function":{"name":"get_weather","parameters":{"type":"object",
             "properties":{"city":{"type":"string"}},"required":["city"]}}}\
            """;

    private final Simulator simulator =
            Simulator.start(
                    SimulatorSettings.of(ProviderSettings.of("alpha", Kind.OLLAMA).instant()));
    private final SimulatedProvider alpha = simulator.provider("alpha");
    private final SimulatorClient client = new SimulatorClient(simulator);

    @AfterEach
    void stop() {
        client.close();
        simulator.close();
    }

    private static String asking(String model, String question, String more) {
        return "{\"model\":\""
                + model
                + "\",\"messages\":[{\"role\":\"user\",\"content\":\""
                + question
                + "\"}]"
                + more
                + "}";
    }

    private JsonNode chat(String body) throws Exception {
        return SimulatorClient.JSON.readTree(client.send("POST", "/alpha/api/chat", body).body());
    }

    private List<JsonNode> lines(String path, String body) throws Exception {
        var response = client.send("POST", "/alpha" + path, body);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/x-ndjson");
        assertThat(response.body()).endsWith("\n");
        return response.body().lines().map(SimulatorClient.JSON::readTree).toList();
    }

    @Test
    void chat_streams_lines_unless_told_otherwise_and_the_last_one_counts() throws Exception {
        List<JsonNode> lines = lines("/api/chat", asking("llama3", "Explain tides", ""));
        JsonNode plain = chat(asking("llama3", "Explain tides", ",\"stream\":false"));

        var text = new StringBuilder();
        lines.forEach(line -> text.append(line.at("/message/content").asString()));
        assertThat(text.toString()).isEqualTo(plain.at("/message/content").asString());
        assertThat(lines.subList(0, lines.size() - 1))
                .allSatisfy(line -> {
                    assertThat(line.path("done").asBoolean(true)).isFalse();
                    assertThat(line.has("eval_count")).isFalse();
                });
        JsonNode last = lines.getLast();
        assertThat(last.path("done").asBoolean()).isTrue();
        assertThat(last.path("done_reason").asString()).isEqualTo("stop");
        assertThat(last.path("eval_count").asInt()).isEqualTo(lines.size() - 1);
        assertThat(last.path("eval_count")).isEqualTo(plain.path("eval_count"));
        assertThat(last.path("total_duration").asLong())
                .isGreaterThan(last.path("eval_duration").asLong());
    }

    @Test
    void a_tool_call_comes_whole_with_an_object_and_ends_with_stop() throws Exception {
        List<JsonNode> lines =
                lines(
                        "/api/chat",
                        asking(
                                "llama3",
                                "What is the weather in Paris and London?",
                                ",\"tools\":[" + WEATHER + "]"));

        JsonNode calls = lines.getFirst().at("/message/tool_calls");
        assertThat(calls).hasSize(2);
        assertThat(calls.at("/0/function/arguments/city").asString()).isEqualTo("Paris");
        assertThat(calls.at("/1/function/index").asInt()).isEqualTo(1);
        assertThat(lines.getFirst().path("done").asBoolean(true)).isFalse();
        assertThat(lines.getLast().path("done_reason").asString()).isEqualTo("stop");
    }

    @Test
    void a_tool_s_result_is_spoken_of() throws Exception {
        JsonNode answer =
                chat(
                        """
                        {"model":"llama3","stream":false,"tools":[%s],"messages":[
                         {"role":"user","content":"What is the weather in Paris?"},
                         {"role":"assistant","content":"","tool_calls":[{"function":
                          {"name":"get_weather","arguments":{"city":"Paris"}}}]},
                         {"role":"tool","tool_name":"get_weather","content":"18 degrees"}]}\
                        """
                                .formatted(WEATHER));

        assertThat(answer.at("/message/content").asString()).contains("18 degrees");
    }

    @Test
    void thoughts_come_first_and_not_at_all_where_they_are_switched_off() throws Exception {
        List<JsonNode> lines = lines("/api/chat", asking("qwen3", "Explain tides", ""));
        JsonNode off = chat(asking("qwen3", "Explain tides", ",\"stream\":false,\"think\":false"));

        assertThat(lines.getFirst().at("/message/thinking").asString()).isNotEmpty();
        assertThat(lines.getFirst().at("/message/content").asString()).isEmpty();
        assertThat(off.path("message").has("thinking")).isFalse();
    }

    @Test
    void a_bound_on_tokens_ends_with_length() throws Exception {
        JsonNode answer =
                chat(
                        asking(
                                "llama3",
                                "Explain tides",
                                ",\"stream\":false,\"options\":{\"num_predict\":5}"));

        assertThat(answer.path("done_reason").asString()).isEqualTo("length");
        assertThat(answer.path("eval_count").asInt()).isEqualTo(5);
    }

    @Test
    void a_schema_for_a_format_is_satisfied() throws Exception {
        JsonNode answer =
                chat(
                        asking(
                                "llama3",
                                "Describe Ada",
                                ",\"stream\":false,\"format\":{\"type\":\"object\",\"properties\":{\"age\":"
                                        + "{\"type\":\"integer\"}},\"required\":[\"age\"]}"));

        JsonNode content = SimulatorClient.JSON.readTree(answer.at("/message/content").asString());
        assertThat(content.path("age").isIntegralNumber()).isTrue();
    }

    @Test
    void no_messages_load_the_model() throws Exception {
        JsonNode loaded = chat("{\"model\":\"llama3\",\"messages\":[],\"stream\":false}");
        JsonNode unloaded =
                chat("{\"model\":\"llama3\",\"messages\":[],\"stream\":false,\"keep_alive\":0}");

        assertThat(loaded.path("done_reason").asString()).isEqualTo("load");
        assertThat(unloaded.path("done_reason").asString()).isEqualTo("unload");
    }

    @Test
    void generate_answers_a_prompt_in_response() throws Exception {
        List<JsonNode> lines =
                lines("/api/generate", "{\"model\":\"llama3\",\"prompt\":\"Explain tides\"}");

        assertThat(lines.getFirst().path("response").asString()).isNotEmpty();
        assertThat(lines.getLast().path("done_reason").asString()).isEqualTo("stop");
        assertThat(lines.getLast().path("context").isArray()).isTrue();
    }

    @Test
    void embeddings_come_as_a_list_of_vectors() throws Exception {
        JsonNode answer =
                SimulatorClient.JSON.readTree(
                        client.send(
                                        "POST",
                                        "/alpha/api/embed",
                                        "{\"model\":\"nomic-embed-text:latest\",\"input\":[\"tea\",\"coffee\"],\"dimensions\":8}")
                                .body());

        assertThat(answer.path("embeddings")).hasSize(2);
        assertThat(answer.at("/embeddings/0")).hasSize(8);
    }

    @Test
    void the_models_are_listed_and_shown_with_what_they_can_do() throws Exception {
        JsonNode tags =
                SimulatorClient.JSON.readTree(client.send("GET", "/alpha/api/tags", "").body());
        JsonNode shown =
                SimulatorClient.JSON.readTree(
                        client.send("POST", "/alpha/api/show", "{\"model\":\"qwen3\"}").body());
        JsonNode version =
                SimulatorClient.JSON.readTree(client.send("GET", "/alpha/api/version", "").body());
        JsonNode running =
                SimulatorClient.JSON.readTree(client.send("GET", "/alpha/api/ps", "").body());

        assertThat(tags.at("/models/0/name").asString()).isEqualTo("llama3:latest");
        assertThat(tags.at("/models/0/details/quantization_level").asString()).isNotEmpty();
        assertThat(shown.path("capabilities").toString()).contains("tools").contains("thinking");
        assertThat(shown.at("/model_info/qwen3.context_length").asInt()).isEqualTo(40_960);
        assertThat(version.path("version").asString()).isNotEmpty();
        assertThat(running.at("/models/0/expires_at").asString()).isNotEmpty();
        assertThat(client.send("GET", "/alpha", "").body()).isEqualTo("Ollama is running");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"model\":\"nobody\",\"messages\":[]} | 404 | model 'nobody' not found",
                "{\"messages\":[]} | 400 | model is required",
                "{nonsense | 400 | not JSON",
                "{\"model\":\"gemma3:1b\",\"messages\":[],\"tools\":[{\"function\":{\"name\":\"f\"}}]}"
                        + " | 400 | does not support tools",
                "{\"model\":\"llama3\",\"messages\":[],\"think\":true} | 400 | does not support thinking",
                "{\"model\":\"llama3\",\"messages\":[{\"role\":\"user\",\"content\":[]}]}"
                        + " | 400 | cannot unmarshal array",
                "{\"model\":\"llama3\",\"messages\":[{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":"
                        + "[{\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}]} | 400 | cannot unmarshal string",
            })
    void a_wrong_request_is_refused_in_a_text(String body, int status, String message)
            throws Exception {
        var response = client.send("POST", "/alpha/api/chat", body);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(SimulatorClient.JSON.readTree(response.body()).path("error").asString())
                .contains(message);
    }

    @Test
    void an_error_in_the_middle_is_a_line_and_no_done_follows() throws Exception {
        alpha.fault(new FaultKind.ErrorEvent(3, "", "runner crashed"));

        List<JsonNode> lines = lines("/api/chat", asking("llama3", "Explain tides", ""));

        assertThat(lines).hasSize(4);
        assertThat(lines.getLast().toString()).isEqualTo("{\"error\":\"runner crashed\"}");
    }

    @Test
    void without_its_last_line_a_stream_never_says_done() throws Exception {
        alpha.fault(new FaultKind.NoTerminalEvent(FaultKind.Missing.DONE));

        List<JsonNode> lines = lines("/api/chat", asking("llama3", "Explain tides", ""));

        assertThat(lines).noneMatch(line -> line.path("done").asBoolean());
    }

    @Test
    void a_busy_server_says_so_with_503() throws Exception {
        alpha.fault(FaultKind.status(503));

        var response = client.send("POST", "/alpha/api/chat", asking("llama3", "hi", ""));

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("maximum pending requests exceeded");
    }

    @Test
    void the_openai_layer_answers_in_its_own_variant() throws Exception {
        String body =
                asking(
                        "qwen3",
                        "What is the weather in Paris?",
                        ",\"stream\":true,\"max_completion_tokens\":1,\"stream_options\":{\"include_usage\":true},\"tools\":["
                                + WEATHER
                                + "]");

        List<EventLines> events =
                EventLines.of(client.send("POST", "/alpha/v1/chat/completions", body).body());

        JsonNode first = events.getFirst().json();
        assertThat(first.path("id").asString()).matches("chatcmpl-\\d{1,3}");
        assertThat(first.path("system_fingerprint").asString()).isEqualTo("fp_ollama");
        assertThat(first.at("/choices/0/delta/reasoning").asString()).isNotEmpty();
        assertThat(first.at("/choices/0/delta/role").asString()).isEqualTo("assistant");
        assertThat(events).anyMatch(e -> e.data().contains("{\\\"city\\\":\\\"Paris\\\"}"));
        assertThat(events.get(events.size() - 3).json().at("/choices/0/finish_reason").asString())
                .as("the bound under its new name is not known here")
                .isEqualTo("tool_calls");
        JsonNode usage = events.get(events.size() - 2).json();
        assertThat(usage.path("choices")).isEmpty();
        assertThat(usage.path("usage").propertyNames())
                .containsExactly("prompt_tokens", "completion_tokens", "total_tokens");
        assertThat(events.getLast().data()).isEqualTo("[DONE]");
    }
}
