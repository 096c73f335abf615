package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Half of a character, as programs write it that cut a text in two, is JSON: it is no reason to refuse
/// a request, whoever it is translated for.
class LoneSurrogatesTest {
    @ParameterizedTest
    @CsvSource({
        "chat, chat/m",
        "openai, openai/gpt-4o",
        "resp, resp/gpt-4o",
        "claude, claude/claude-sonnet-4-5",
        "google, google/gemini-2.5-flash",
        "ollama, ollama/m"
    })
    void are_carried_or_replaced(String upstream, String model) {
        try (ScriptedHouse house = ScriptedHouse.open()) {
            String turns = "\"messages\":[{\"role\":\"user\",\"content\":\"a \\ud83d b \\udc00\"}]";
            HttpResponse<String> chat =
                    house.post(
                            "/v1/chat/completions", "{\"model\":\"" + model + "\"," + turns + "}");
            HttpResponse<String> anthropic =
                    house.post(
                            "/v1/messages",
                            "{\"model\":\"" + model + "\",\"max_tokens\":5," + turns + "}",
                            "anthropic-version",
                            "2023-06-01");

            assertThat(chat.statusCode()).as(chat.body()).isEqualTo(200);
            assertThat(anthropic.statusCode()).as(anthropic.body()).isEqualTo(200);
            assertThat(house.received(upstream)).hasSize(2);
        }
    }
}
