package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.provider.ReceivedRequest;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// The official OpenAI SDK as the client of a whole gateway.
class SdkTest {
    private static final String PATIENT = "timeouts: { first-token: 20s, head: 20s, idle: 20s }";

    @Test
    void the_official_sdk_finds_everything_it_offers() throws Exception {
        Sdk sdk = Sdk.installed();
        var simulated = SimulatorSettings.instant("alpha", "beta", "gamma");
        try (House house = House.open(House.ROUTES, PATIENT, simulated)) {
            house.provider("gamma").fault(FaultKind.stallAfter(3));

            JsonNode result;
            try (var script =
                    sdk.start(
                            "basics.mjs",
                            house.base(),
                            "sk-of-no-importance",
                            "auto",
                            "auto-embed",
                            "gamma/gpt-4o")) {
                result = script.result(60);
            }

            plain(result.get("plain"));
            streamed(result.get("stream"));
            streamed(result.get("streamedCompletion"));
            assertThat(result.at("/completion/text").asString()).isNotEmpty();
            assertThat(result.at("/completion/finish").asString()).isEqualTo("stop");
            assertThat(result.at("/completion/tokens").asInt()).isPositive();
            tools(result);
            assertThat(result.get("structured").get("name").isString()).isTrue();
            assertThat(result.get("structured").get("volts").isIntegralNumber()).isTrue();
            assertThat(result.get("image").asString()).isNotEmpty();
            embeddings(result.get("embedding"), house);
            models(result.get("models"));
            unknown(result.get("unknownModel"));
            assertThat(result.get("aborted").asBoolean()).isTrue();
            assertThat(
                            house.provider("gamma")
                                    .await(ReceivedRequest::hungUp, Duration.ofSeconds(5)))
                    .as("the upstream of the aborted stream was cancelled")
                    .isPresent();
        }
    }

    /// The providers behind it only know chat completions: everything is translated both ways.
    @Test
    void the_official_sdk_finds_responses_before_providers_of_chat() throws Exception {
        Sdk sdk = Sdk.installed();
        var simulated = SimulatorSettings.instant("alpha", "beta", "gamma");
        try (House house = House.open(House.ROUTES, PATIENT, simulated)) {
            house.provider("gamma").fault(FaultKind.cutAfter(4));

            JsonNode result;
            try (var script =
                    sdk.start(
                            "responses.mjs",
                            house.base(),
                            "sk-of-no-importance",
                            "auto",
                            "gamma/gpt-4o")) {
                result = script.result(60);
            }

            responses(result);
            assertThat(result.get("unknownModel").get("status").asInt()).isEqualTo(404);
            assertThat(result.get("unknownModel").get("code").asString())
                    .isEqualTo("model_not_found");
            assertThat(result.get("stored").get("status").asInt()).isEqualTo(400);
            assertThat(result.get("stored").get("param").asString())
                    .isEqualTo("previous_response_id");
            assertThat(result.get("broken").get("events").asInt()).isPositive();
            assertThat(result.get("broken").get("completed").asBoolean()).isFalse();
            assertThat(result.get("broken").get("thrown").asString()).isEqualTo("APIError");
            assertThat(result.get("broken").get("message").asString()).contains("SG-1207");
        }
    }

    private static void responses(JsonNode result) {
        JsonNode plain = result.get("plain");
        assertThat(plain.get("text").asString()).isNotEmpty();
        assertThat(plain.get("status").asString()).isEqualTo("completed");
        assertThat(plain.get("tokens").asInt()).isPositive();
        assertThat(plain.get("instructions").asString()).isEqualTo("Be brief.");
        JsonNode streamed = result.get("streamed");
        assertThat(streamed.get("text").asString()).isNotEmpty();
        assertThat(streamed.get("whole")).isEqualTo(streamed.get("text"));
        assertThat(streamed.get("numbers").asBoolean()).as("numbers without a gap").isTrue();
        assertThat(streamed.get("tokens").asInt()).isPositive();
        assertThat(streamed.get("types").values())
                .extracting(JsonNode::asString)
                .containsExactly(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.output_text.delta",
                        "response.output_text.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "response.completed");
        assertThat(result.get("tool").get("name").asString()).isEqualTo("get_weather");
        assertThat(result.get("tool").get("arguments").get("city").isString()).isTrue();
        assertThat(result.get("tool").get("pieces").asBoolean()).isTrue();
        assertThat(result.get("told").asString()).isNotEmpty();
        assertThat(result.get("structured").get("volts").isIntegralNumber()).isTrue();
        assertThat(result.get("cut").get("status").asString()).isEqualTo("incomplete");
        assertThat(result.get("cut").get("reason").asString()).isEqualTo("max_output_tokens");
    }

    private static void plain(JsonNode plain) {
        assertThat(plain.get("text").asString()).isNotEmpty();
        assertThat(plain.get("finish").asString()).isEqualTo("stop");
        assertThat(plain.get("tokens").asInt()).isPositive();
        assertThat(plain.get("requestId").asString()).isNotEmpty();
        assertThat(plain.get("provider").asString()).isEqualTo("alpha");
        assertThat(plain.get("attempts").asString()).isEqualTo("1");
        assertThat(Double.parseDouble(plain.get("overhead").asString())).isNotNegative();
    }

    private static void streamed(JsonNode stream) {
        assertThat(stream.get("text").asString()).isNotEmpty();
        assertThat(stream.get("chunks").asInt()).isGreaterThan(3);
        assertThat(stream.get("finish").asString()).isEqualTo("stop");
        assertThat(stream.get("tokens").asInt()).as("usage in a stream").isPositive();
    }

    private static void tools(JsonNode result) {
        for (String way : new String[] {"tool", "streamedTool"}) {
            assertThat(result.get(way).get("name").asString()).as(way).isEqualTo("get_weather");
            assertThat(result.get(way).get("arguments").get("city").isString()).as(way).isTrue();
        }
    }

    /// The SDK asks for base64 by itself and decodes it.
    private static void embeddings(JsonNode embedding, House house) {
        assertThat(embedding.get("count").asInt()).isEqualTo(2);
        assertThat(embedding.get("dimensions").asInt()).isEqualTo(1536);
        assertThat(embedding.get("numbers").asBoolean()).isTrue();
        assertThat(house.provider("alpha").requests())
                .filteredOn(request -> request.path().endsWith("/embeddings"))
                .hasSize(1)
                .allMatch(request -> request.body().contains("\"base64\""));
    }

    private static void models(JsonNode models) {
        var names = new ArrayList<String>();
        models.forEach(name -> names.add(name.asString()));
        assertThat(names).contains("auto", "auto-embed", "alpha/gpt-4o", "beta/gpt-4o");
    }

    private static void unknown(JsonNode unknown) {
        assertThat(unknown.get("status").asInt()).isEqualTo(404);
        assertThat(unknown.get("code").asString()).isEqualTo("model_not_found");
        assertThat(unknown.get("message").asString()).contains("no-such-model", "SG-1203");
    }
}
