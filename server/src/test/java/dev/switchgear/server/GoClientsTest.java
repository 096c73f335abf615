package dev.switchgear.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.fault.SimulatedFault;
import dev.switchgear.simulator.settings.Kind;
import dev.switchgear.simulator.settings.ProviderSettings;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Libraries for Go as clients of a whole gateway, before their own provider and a foreign one: what they
/// make of plain and streamed answers, of calls and of failures.
class GoClientsTest {
    private static final List<String> MODELS =
            List.of("openai/gpt-4o", "anthropic/claude-haiku-4-5");
    private static final String SAID = "Déjà vu — 東京 🚀";

    @Test
    void go_openai_chats_calls_and_names_errors() throws Exception {
        JsonNode did = did("go-openai");

        understood(did, "stop", "tool_calls");
        failed(did, "*openai.APIError");
        assertThat(did.at("/dying/error/message").asString()).contains("The server had an error");
    }

    @Test
    void openais_sdk_chats_calls_and_names_errors() throws Exception {
        JsonNode did = did("openai-go");

        understood(did, "stop", "tool_calls");
        failed(did, "*apierror.Error");
        assertThat(did.at("/dying/error/message").asString()).contains("error while streaming");
        for (String model : MODELS) {
            JsonNode responses = did.path(model).path("responses");
            assertThat(responses.size()).as("%s", did).isEqualTo(2);
            for (JsonNode one : responses) {
                said(one, SAID, "completed");
            }
        }
    }

    @Test
    void anthropics_sdk_chats_calls_and_names_errors() throws Exception {
        JsonNode did = did("anthropic-sdk-go");

        understood(did, "end_turn", "tool_use");
        failed(did, "*apierror.Error");
        assertThat(did.at("/dying/error/message").asString()).contains("error while streaming");
        for (String model : MODELS) {
            assertThat(did.path(model).path("count").asInt(0)).as("%s", did).isPositive();
        }
    }

    private static void understood(JsonNode did, String stop, String called) {
        for (String model : MODELS) {
            JsonNode one = did.path(model);
            for (String way : List.of("plain", "streamed")) {
                said(one.path("text").path(way), SAID, stop);

                JsonNode calls = one.path("tools").path(way);
                assertThat(calls.path("finish").asString("")).as("%s", one).isEqualTo(called);
                assertThat(calls.path("calls").valueStream())
                        .as("%s", calls)
                        .allMatch(call -> call.path("name").asString().equals("get_weather"))
                        .extracting(call -> json(call.path("arguments").asString()).toString())
                        .containsExactly("{\"city\":\"Pune\"}", "{\"city\":\"Goa\"}");
                said(calls.path("then"), "31 degrees and dry", stop);
            }
            assertThat(one.path("models").toString()).contains("\"" + model + "\"");
        }
    }

    private static void said(JsonNode one, String text, String finish) {
        assertThat(one.has("error")).as("%s", one).isFalse();
        assertThat(one.path("text").asString("")).as("%s", one).contains(text);
        assertThat(one.path("finish").asString("")).as("%s", one).isEqualTo(finish);
        assertThat(one.path("input").asInt(0)).as("%s", one).isPositive();
        assertThat(one.path("output").asInt(0)).as("%s", one).isPositive();
    }

    /// Nobody has the one model, the provider of the other refuses, and a stream breaks off.
    private static void failed(JsonNode did, String type) {
        for (String way : List.of("plain", "streamed")) {
            JsonNode missing = did.path("missing").path(way).path("error");
            assertThat(missing.path("type").asString("")).as("%s", did).isEqualTo(type);
            assertThat(missing.path("status").asInt(0)).isEqualTo(404);
            assertThat(missing.path("message").asString("")).contains("SG-1203");

            JsonNode sick = did.path("sick").path(way).path("error");
            assertThat(sick.path("type").asString("")).as("%s", did).isEqualTo(type);
            assertThat(sick.path("status").asInt(0)).isEqualTo(400);
        }
        assertThat(did.at("/dying/text").asString("")).as("%s", did).isNotEmpty();
        assertThat(did.at("/dying/finish").asString("")).isEmpty();
        assertThat(did.path("dying").has("error")).as("%s", did).isTrue();
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text.getBytes(UTF_8));
    }

    private static JsonNode did(String library) throws Exception {
        Sdk go = Sdk.forGo();
        try (House house = house()) {
            ObjectNode given = JsonMapper.shared().createObjectNode();
            given.put("base", "http://127.0.0.1:" + house.port()).put("key", "sk-of-no-importance");
            MODELS.forEach(given.putArray("models")::add);
            given.put("missing", "no-such");
            given.put("sick", "sick/gpt-4o");
            given.put("dying", "dying/gpt-4o");
            try (var running = go.start(library, given)) {
                return running.result(60);
            }
        }
    }

    private static House house() {
        return House.of(
                SimulatorSettings.of(
                        ProviderSettings.openAi("openai").instant(),
                        ProviderSettings.of("anthropic", Kind.ANTHROPIC).instant(),
                        failing("sick", FaultKind.status(400)),
                        failing("dying", new FaultKind.ErrorEvent(12, "", ""))
                                .paced(Duration.ZERO, Duration.ZERO, Duration.ofMillis(1))),
                port ->
                        """
                        server: { port: 0 }
                        egress: { allow-private: ["127.0.0.1:%1$d"] }
                        resilience: { retry: { attempts: 1 } }
                        providers:
                          openai: { base-url: "http://127.0.0.1:%1$d/openai/v1", keys: [ { secret: sk-openai-0123456789 } ], models: [ gpt-4o ] }
                          anthropic: { base-url: "http://127.0.0.1:%1$d/anthropic", keys: [ { secret: sk-anthropic-0123456789 } ], models: [ claude-haiku-4-5 ] }
                          sick: { kind: openai, base-url: "http://127.0.0.1:%1$d/sick/v1", keys: [ { secret: sk-sick-0123456789 } ] }
                          dying: { kind: openai, base-url: "http://127.0.0.1:%1$d/dying/v1", keys: [ { secret: sk-dying-0123456789 } ] }
                        """
                                .formatted(port));
    }

    private static ProviderSettings failing(String name, FaultKind fault) {
        return ProviderSettings.of(name, Kind.OPENAI)
                .instant()
                .withFaults(List.of(SimulatedFault.always(fault)));
    }
}
