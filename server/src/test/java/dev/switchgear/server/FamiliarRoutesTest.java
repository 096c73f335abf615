package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.identity.ClientKey;
import dev.switchgear.simulator.fault.FaultKind;
import java.net.http.HttpResponse;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What probes, scripts and dashboards ask that were made for another gateway.
final class FamiliarRoutesTest {
    private static final ClientKey KEY = ClientKey.generate(new Random(1));

    private static House open;
    private static House keyed;

    @BeforeAll
    static void open() {
        String breaker = "resilience: { breaker: { failures: 1, open-for: 1m } }\n";
        open = House.open(House.ROUTES + breaker);
        keyed =
                House.open(
                        House.ROUTES
                                + """
                                clients:
                                  - { name: app, key-hash: "%s" }
                                """
                                        .formatted(KEY.stored(Secret.of(House.PEPPER)).text()));
    }

    @AfterAll
    static void close() {
        open.close();
        keyed.close();
    }

    private static JsonNode json(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(answer.body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/livez",
                "/readyz",
                "/health/liveliness",
                "/health/liveness",
                "/health/live",
                "/health/readiness",
                "/health/ready",
            })
    void probes_need_no_key_and_name_nobody(String path) {
        HttpResponse<String> answer = keyed.get(path);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).doesNotContain("alpha", "beta", "gamma");
        assertThat(keyed.provider("alpha").requestCount()).as("asked of a provider").isZero();
    }

    @Test
    void health_names_the_upstreams_to_who_has_a_key() {
        HttpResponse<String> bare = keyed.get("/health");
        JsonNode known = json(keyed.get("/health", "authorization", "Bearer " + KEY.reveal()));

        assertThat(bare.statusCode()).isEqualTo(401);
        assertThat(known.get("healthy_count").asInt()).isEqualTo(3);
        assertThat(known.at("/healthy_endpoints/0/provider").asString()).isEqualTo("alpha");
    }

    @Test
    void health_tells_who_is_out_and_why() {
        open.provider("alpha").fault(new FaultKind.Status(500));
        open.chat("auto");

        JsonNode health = json(open.get("/health"));

        assertThat(health.get("healthy_count").asInt()).isEqualTo(2);
        assertThat(health.get("unhealthy_count").asInt()).isEqualTo(1);
        assertThat(health.at("/unhealthy_endpoints/0/provider").asString()).isEqualTo("alpha");
        assertThat(health.at("/unhealthy_endpoints/0/error").asString()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/model/info", "/v1/model/info"})
    void models_are_described_to_who_has_a_key(String path) {
        HttpResponse<String> without = keyed.get(path);
        JsonNode data =
                json(keyed.get(path, "authorization", "Bearer " + KEY.reveal())).get("data");

        assertThat(without.statusCode()).isEqualTo(401);
        assertThat(data.values())
                .extracting(model -> model.get("model_name").asString())
                .contains("auto", "alpha/gpt-4o");
    }

    @Test
    void what_is_known_of_a_model_is_told_in_the_words_that_dashboards_know() {
        JsonNode one;
        JsonNode vectors;
        try (ScriptedHouse house =
                ScriptedHouse.of(
                        """
                        server: { port: 0 }
                        providers:
                          openai: { keys: [{ secret: "sk-up" }], models: [ gpt-4o, text-embedding-3-small ] }
                        # %1$d
                        """)) {
            JsonNode data = json(house.get("/v1/model/info")).get("data");
            one = data.get(0);
            vectors = data.get(1);
        }

        assertThat(one.get("model_name").asString()).isEqualTo("openai/gpt-4o");
        assertThat(one.at("/litellm_params/model").asString()).isEqualTo("openai/gpt-4o");
        assertThat(vectors.at("/model_info/mode").asString()).isEqualTo("embedding");
        JsonNode info = one.get("model_info");
        assertThat(info.get("litellm_provider").asString()).isEqualTo("openai");
        assertThat(info.get("mode").asString()).isEqualTo("chat");
        assertThat(info.get("max_input_tokens").asInt()).isEqualTo(128_000);
        assertThat(info.get("max_output_tokens").asInt()).isEqualTo(16_384);
        assertThat(info.get("input_cost_per_token").asDouble()).isEqualTo(2.5e-6);
        assertThat(info.get("output_cost_per_token").asDouble()).isEqualTo(1e-5);
        assertThat(info.get("supports_vision").asBoolean()).isTrue();
    }
}
