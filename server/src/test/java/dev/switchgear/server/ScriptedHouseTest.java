package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The house of scripted upstreams itself: each is reached, and what a test wrote comes through.
final class ScriptedHouseTest {
    private static final String CHAT = "/v1/chat/completions";

    private static String ask(String model) {
        return "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"go\"}]}"
                .formatted(model);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "openai", "chat", "resp", "claude", "google", "router", "deep", "xai", "mistral",
                "ollama"
            })
    void every_upstream_answers_by_its_own_path(String upstream) {
        try (ScriptedHouse house = ScriptedHouse.open()) {
            HttpResponse<String> answer = house.post(CHAT, ask(upstream + "/m"));

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains("\"ok\"");
            assertThat(house.received(upstream)).hasSize(1);
        }
    }

    @Test
    void answers_come_in_order_and_the_last_one_repeats() {
        try (ScriptedHouse house = ScriptedHouse.open()) {
            house.answers(
                    "chat",
                    ScriptedHouse.Answer.json(
                            400,
                            "{\"error\":{\"message\":\"no\",\"type\":\"invalid_request_error\"}}"),
                    ScriptedHouse.usual("chat"));

            assertThat(house.post(CHAT, ask("chat/m")).statusCode()).isEqualTo(400);
            assertThat(house.post(CHAT, ask("chat/m")).statusCode()).isEqualTo(200);
            assertThat(house.post(CHAT, ask("chat/m")).statusCode()).isEqualTo(200);
        }
    }
}
