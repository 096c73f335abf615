package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.ScriptedHouse.Answer;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Several texts at once, through every door to every provider that makes vectors.
class BatchEmbeddingsTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String OPENAI =
            "{\"object\":\"list\",\"model\":\"e\",\"data\":["
                    + "{\"object\":\"embedding\",\"index\":1,\"embedding\":[0,1]},"
                    + "{\"object\":\"embedding\",\"index\":0,\"embedding\":[1,0]}],"
                    + "\"usage\":{\"prompt_tokens\":4,\"total_tokens\":4}}";
    private static final List<String> PROVIDERS =
            List.of("openai", "chat", "router", "mistral", "google", "ollama");

    private static ScriptedHouse house;

    @BeforeAll
    static void open() {
        house =
                ScriptedHouse.open()
                        .answers("openai", Answer.json(200, OPENAI))
                        .answers("chat", Answer.json(200, OPENAI))
                        .answers("router", Answer.json(200, OPENAI))
                        .answers("mistral", Answer.json(200, OPENAI))
                        .answers("google", gemini(2))
                        .answers(
                                "ollama",
                                Answer.json(
                                        200,
                                        "{\"model\":\"e\",\"embeddings\":[[1,0],[0,1]],"
                                                + "\"prompt_eval_count\":4}"));
    }

    @AfterAll
    static void close() {
        house.close();
    }

    private static Answer gemini(int vectors) {
        return Answer.json(
                200,
                IntStream.range(0, vectors)
                        .mapToObj(i -> "{\"values\":" + (i % 2 == 0 ? "[1,0]" : "[0,1]") + "}")
                        .collect(Collectors.joining(",", "{\"embeddings\":[", "]}")));
    }

    private static JsonNode answered(String path, String body) {
        HttpResponse<String> answer = house.post(path, body);
        assertThat(answer.statusCode()).as("%s %s: %s", path, body, answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    /// How the provider was asked for both texts, in one call.
    private static void bothAsked(String provider, int before) {
        assertThat(house.received(provider)).hasSize(before + 1);
        assertThat(house.received(provider).get(before).body()).contains("\"a\"").contains("\"b\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ",\"encoding_format\":\"float\"", ",\"encoding_format\":\"base64\""})
    void clients_of_openai_get_one_vector_a_text(String format) {
        for (String provider : PROVIDERS) {
            int before = house.received(provider).size();

            JsonNode answer =
                    answered(
                            "/v1/embeddings",
                            "{\"model\":\""
                                    + provider
                                    + "/e\",\"input\":[\"a\",\"b\"],\"dimensions\":2"
                                    + format
                                    + "}");

            bothAsked(provider, before);
            String asked = house.received(provider).get(before).body();
            assertThat(asked)
                    .as(provider)
                    .containsAnyOf(
                            "\"dimensions\":2",
                            "\"output_dimension\":2",
                            "\"outputDimensionality\":2");
            assertThat(answer.path("data").size()).as(provider).isEqualTo(2);
            boolean translated = List.of("mistral", "google", "ollama").contains(provider);
            for (JsonNode one : answer.path("data")) {
                float[] expected =
                        one.path("index").intValue() == 0 ? new float[] {1, 0} : new float[] {0, 1};
                JsonNode vector = one.path("embedding");
                assertThat(vector.isString())
                        .as(provider)
                        .isEqualTo(translated && format.contains("base64"));
                assertThat(numbers(vector)).as(provider).isEqualTo(expected);
            }
        }
    }

    private static float[] numbers(JsonNode vector) {
        var numbers = new float[2];
        if (vector.isString()) {
            ByteBuffer.wrap(Base64.getDecoder().decode(vector.stringValue()))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(numbers);
        } else {
            numbers[0] = vector.get(0).floatValue();
            numbers[1] = vector.get(1).floatValue();
        }
        return numbers;
    }

    @Test
    void clients_of_gemini_get_one_vector_a_request() {
        for (String provider : PROVIDERS) {
            int before = house.received(provider).size();

            JsonNode answer =
                    answered(
                            "/v1beta/models/" + provider + "%2Fe:batchEmbedContents",
                            "{\"requests\":[{\"model\":\"models/e\",\"content\":{\"parts\":[{\"text\":\"a\"}]},"
                                    + "\"outputDimensionality\":2},{\"model\":\"models/e\","
                                    + "\"content\":{\"parts\":[{\"text\":\"b\"}]},"
                                    + "\"outputDimensionality\":2}]}");

            bothAsked(provider, before);
            assertThat(answer.path("embeddings").size()).as(provider).isEqualTo(2);
            assertThat(answer.path("embeddings").get(1).path("values").get(1).doubleValue())
                    .as(provider)
                    .isEqualTo(1);
        }
    }

    @Test
    void clients_of_ollama_get_one_vector_a_text() {
        for (String provider : PROVIDERS) {
            int before = house.received(provider).size();

            JsonNode answer =
                    answered(
                            "/api/embed",
                            "{\"model\":\"" + provider + "/e\",\"input\":[\"a\",\"b\"]}");

            bothAsked(provider, before);
            assertThat(answer.path("embeddings").size()).as(provider).isEqualTo(2);
            assertThat(answer.path("embeddings").get(1).get(1).doubleValue())
                    .as(provider)
                    .isEqualTo(1);
        }
    }

    /// Gemini takes a hundred texts in a call.
    @Test
    void more_texts_than_a_call_takes_go_in_several_in_their_order() {
        try (ScriptedHouse one = ScriptedHouse.open().answers("google", gemini(100), gemini(51))) {
            String texts =
                    IntStream.range(0, 151)
                            .mapToObj(i -> "\"t" + i + "\"")
                            .collect(Collectors.joining(","));

            HttpResponse<String> answer =
                    one.post(
                            "/v1/embeddings", "{\"model\":\"google/e\",\"input\":[" + texts + "]}");

            assertThat(answer.statusCode()).isEqualTo(200);
            JsonNode data = JSON.readTree(answer.body()).path("data");
            assertThat(data.size()).isEqualTo(151);
            assertThat(data.get(150).path("index").intValue()).isEqualTo(150);
            assertThat(one.received("google")).hasSize(2);
            assertThat(one.received("google").get(0).body())
                    .contains("\"t99\"")
                    .doesNotContain("\"t100\"");
            assertThat(one.received("google").get(1).body())
                    .contains("\"t100\"")
                    .contains("\"t150\"");
        }
    }

    /// What of many calls fails is what the client is told.
    @Test
    void a_later_call_that_fails_fails_the_whole() {
        try (ScriptedHouse one =
                ScriptedHouse.open()
                        .answers(
                                "google",
                                gemini(100),
                                Answer.json(
                                        400,
                                        "{\"error\":{\"code\":400,\"message\":\"no such text\","
                                                + "\"status\":\"INVALID_ARGUMENT\"}}"))) {
            String texts =
                    IntStream.range(0, 101).mapToObj(_ -> "\"t\"").collect(Collectors.joining(","));

            HttpResponse<String> answer =
                    one.post(
                            "/v1/embeddings", "{\"model\":\"google/e\",\"input\":[" + texts + "]}");

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("no such text");
        }
    }

    @Test
    void tokens_pass_to_who_reads_them_and_are_refused_by_name_elsewhere() {
        String asked = "{\"model\":\"%s/e\",\"input\":[[1,2],[3]]}";

        assertThat(house.post("/v1/embeddings", asked.formatted("openai")).statusCode())
                .isEqualTo(200);
        HttpResponse<String> refused = house.post("/v1/embeddings", asked.formatted("google"));

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("token ids");
    }
}
