package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.ScriptedHouse.Answer;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// How often providers may be tried.
final class ProviderTrialsFromOutsideTest {
    private static final String A_KEY_OF_CHAT = "/api/providers/chat/test";

    private final ScriptedHouse house = ScriptedHouse.open();

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void a_provider_is_tried_ten_times_a_minute_at_most_and_the_others_are_not_touched() {
        for (int i = 0; i < 10; i++) {
            assertThat(house.post(A_KEY_OF_CHAT, "").statusCode()).isEqualTo(200);
        }

        HttpResponse<String> tooMany = house.post(A_KEY_OF_CHAT, "");

        assertThat(tooMany.statusCode()).isEqualTo(429);
        assertThat(tooMany.body()).contains("SG-1202", "10 times a minute");
        assertThat(Integer.parseInt(tooMany.headers().firstValue("retry-after").orElseThrow()))
                .isBetween(1, 62);
        assertThat(house.received("chat")).hasSize(10);
        assertThat(house.post("/api/providers/claude/test", "").statusCode()).isEqualTo(200);
        assertThat(house.post("/api/ai/failover/health-check", "").statusCode()).isEqualTo(429);
    }

    @Test
    void all_are_tried_at_once_by_name() {
        HttpResponse<String> answer = house.post("/api/ai/failover/health-check", "");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body())
                .contains("\"provider\":\"chat\"", "\"provider\":\"ollama\"", "\"latencyMillis\"");
        assertThat(house.received("mistral")).hasSize(1);
    }

    @Test
    void a_trial_that_succeeds_ends_the_rest_of_a_rejected_key() {
        house.answers("chat", Answer.json(401, "{\"error\":{\"message\":\"wrong api key\"}}"));
        house.post("/v1/chat/completions", House.plain("chat/m"));
        house.answers("chat", ScriptedHouse.usual("chat"));
        assertThat(house.post("/v1/chat/completions", House.plain("chat/m")).statusCode())
                .isEqualTo(502);

        house.answers("chat", Answer.json(200, "{\"data\":[{\"id\":\"m\"}]}"));
        assertThat(house.post(A_KEY_OF_CHAT, "").body()).contains("\"ok\":true");
        house.answers("chat", ScriptedHouse.usual("chat"));

        assertThat(house.post("/v1/chat/completions", House.plain("chat/m")).statusCode())
                .isEqualTo(200);
    }
}
