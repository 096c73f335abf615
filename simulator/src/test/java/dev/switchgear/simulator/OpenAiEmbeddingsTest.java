package dev.switchgear.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.switchgear.simulator.settings.ProviderSettings;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class OpenAiEmbeddingsTest {
    private final Simulator simulator =
            Simulator.start(
                    SimulatorSettings.of(
                            ProviderSettings.openAi("alpha").instant(),
                            ProviderSettings.openAi("locked")
                                    .instant()
                                    .withKeys(List.of("sk-locked-0000f3a9"))));
    private final SimulatorClient client = new SimulatorClient(simulator);

    @AfterEach
    void stop() {
        client.close();
        simulator.close();
    }

    private JsonNode embed(String body) throws Exception {
        return SimulatorClient.JSON.readTree(
                client.send("POST", "/alpha/v1/embeddings", body).body());
    }

    @Test
    void a_batch_gets_unit_vectors_in_order_with_usage() throws Exception {
        JsonNode answer =
                embed("{\"model\":\"text-embedding-3-small\",\"input\":[\"tea\",\"coffee\"]}");

        assertThat(answer.path("data")).hasSize(2);
        assertThat(answer.at("/data/1/index").asInt()).isEqualTo(1);
        JsonNode vector = answer.at("/data/0/embedding");
        assertThat(vector).hasSize(1536);
        double length = 0;
        for (JsonNode value : vector) {
            length += value.asDouble() * value.asDouble();
        }
        assertThat(length).isCloseTo(1, within(1e-4));
        assertThat(answer.at("/usage/total_tokens").asInt()).isEqualTo(3);
    }

    @Test
    void base64_holds_the_same_numbers_as_little_endian_floats() throws Exception {
        String rest = "\"model\":\"text-embedding-3-small\",\"dimensions\":8,\"input\":\"tea\"";
        JsonNode numbers = embed("{" + rest + "}").at("/data/0/embedding");
        String text =
                embed("{" + rest + ",\"encoding_format\":\"base64\"}")
                        .at("/data/0/embedding")
                        .asString();

        var floats =
                ByteBuffer.wrap(Base64.getDecoder().decode(text))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer();
        assertThat(floats.remaining()).isEqualTo(8);
        for (JsonNode number : numbers) {
            assertThat(floats.get()).isEqualTo(number.floatValue());
        }
    }

    @Test
    void an_unknown_model_is_a_404_and_too_many_inputs_a_400() throws Exception {
        var unknown =
                client.send("POST", "/alpha/v1/embeddings", "{\"model\":\"nope\",\"input\":\"a\"}");
        String many = "\"a\",".repeat(2048) + "\"a\"";
        var tooMany =
                client.send(
                        "POST",
                        "/alpha/v1/embeddings",
                        "{\"model\":\"text-embedding-3-small\",\"input\":[" + many + "]}");

        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("model_not_found");
        assertThat(tooMany.statusCode()).isEqualTo(400);
    }

    @Test
    void models_are_listed_and_found_one_by_one() throws Exception {
        JsonNode list =
                SimulatorClient.JSON.readTree(client.send("GET", "/alpha/v1/models", "").body());
        var one = client.send("GET", "/alpha/v1/models/gpt-4o", "");
        var none = client.send("GET", "/alpha/v1/models/gpt-9", "");

        assertThat(list.path("data")).extracting(m -> m.path("id").asString()).contains("gpt-4o");
        assertThat(SimulatorClient.JSON.readTree(one.body()).path("object").asString())
                .isEqualTo("model");
        assertThat(none.statusCode()).isEqualTo(404);
    }

    @Test
    void a_provider_with_keys_refuses_others_and_asks_for_one() throws Exception {
        var without = client.send("GET", "/locked/v1/models", "");
        var wrong =
                client.send(
                        "GET",
                        "/locked/v1/models",
                        "",
                        "authorization",
                        "Bearer sk-wrong-00001111");
        var right =
                client.send(
                        "GET",
                        "/locked/v1/models",
                        "",
                        "authorization",
                        "Bearer sk-locked-0000f3a9");

        assertThat(without.statusCode()).isEqualTo(401);
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(wrong.body()).contains("invalid_api_key").doesNotContain("sk-wrong-00001111");
        assertThat(wrong.headers().firstValue("www-authenticate"))
                .hasValue("Bearer realm=\"OpenAI API\"");
        assertThat(right.statusCode()).isEqualTo(200);
    }

    @Test
    void the_first_provider_answers_without_its_name_too() throws Exception {
        assertThat(client.send("GET", "/v1/models", "").statusCode()).isEqualTo(200);
        assertThat(simulator.provider("alpha").requestCount()).isEqualTo(1);
    }

    @Test
    void a_path_the_api_lacks_is_an_invalid_url() throws Exception {
        var response = client.send("POST", "/alpha/v1/nothing", "{}");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).contains("Invalid URL (POST /v1/nothing)");
    }
}
