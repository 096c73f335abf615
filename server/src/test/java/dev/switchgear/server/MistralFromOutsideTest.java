package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// The kind `mistral` through the whole gateway; a server that speaks OpenAI's API plays its part.
class MistralFromOutsideTest {
    private final House house =
            House.of(
                    SimulatorSettings.instant("alpha"),
                    port ->
                            """
                            server: { port: 0 }
                            egress: { allow-private: ["127.0.0.1:%1$d"] }
                            providers:
                              mistral: { base-url: "http://127.0.0.1:%1$d/alpha/v1", keys: [ { secret: sk-alpha-0123456789 } ] }
                            """
                                    .formatted(port));

    @AfterEach
    void close() {
        house.close();
    }

    private JsonNode received() {
        return Json.read(house.provider("alpha").requests().getLast().body());
    }

    @Test
    void a_client_of_openai_reaches_it_in_words_it_takes() {
        HttpResponse<String> answer =
                house.post(
                        "/v1/chat/completions",
                        """
                        {"model":"mistral/gpt-4o","max_completion_tokens":50,"seed":1,"user":"u","store":false,
                        "messages":[{"role":"user","content":"hi"}]}
                        """);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Json.read(answer.body()).at("/choices/0/message/content").asString())
                .isNotEmpty();
        assertThat(received().propertyNames())
                .containsExactlyInAnyOrder("model", "messages", "max_tokens", "random_seed");
    }

    @Test
    void a_stream_asks_for_nothing_that_it_refuses_and_ends_properly() {
        HttpResponse<String> answer =
                house.post(
                        "/v1/chat/completions",
                        """
                        {"model":"mistral/gpt-4o","stream":true,"stream_options":{"include_usage":true},
                        "messages":[{"role":"user","content":"hi"}]}
                        """);

        assertThat(answer.body()).contains("\"content\"").endsWith("data: [DONE]\n\n");
        assertThat(received().has("stream_options")).isFalse();
    }

    @Test
    void a_client_of_anthropic_reaches_it_too() {
        HttpResponse<String> answer =
                house.post(
                        "/v1/messages",
                        """
                        {"model":"mistral/gpt-4o","max_tokens":50,"messages":[{"role":"user","content":"hi"}]}
                        """,
                        "anthropic-version",
                        "2023-06-01");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Json.read(answer.body()).at("/content/0/type").asString()).isEqualTo("text");
        assertThat(received().path("max_tokens").asInt()).isEqualTo(50);
    }
}
