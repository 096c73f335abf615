package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.door.DoorSettings;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A body that must be translated takes more memory than one that passes, and says so when there is
/// none.
class TranslationMemoryTest {
    private static final long BUDGET = DoorSettings.ofHeap(0.01);
    private static House house;

    @BeforeAll
    static void open() {
        house =
                House.with(
                        "server: { port: 0, limits: { body-memory: 1% } }",
                        House.ROUTES,
                        House.TIMEOUTS,
                        SimulatorSettings.instant("alpha", "beta", "gamma"));
    }

    @AfterAll
    static void close() {
        house.close();
    }

    private static String body(long bytes) {
        return "{\"model\":\"auto\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\""
                + "x".repeat((int) bytes)
                + "\"}]}";
    }

    private static void reachedAProvider(HttpResponse<String> answer) {
        assertThat(answer.headers().firstValue("x-switchgear-provider")).hasValue("alpha");
    }

    @Test
    void what_would_never_fit_once_translated_is_too_large_and_passes_all_the_same() {
        String large = body(BUDGET / 6);
        long before = house.provider("alpha").requestCount();

        HttpResponse<String> translated = house.post("/v1/messages", large);
        reachedAProvider(house.post("/v1/chat/completions", large));

        assertThat(translated.statusCode()).isEqualTo(413);
        assertThat(translated.body())
                .contains("\"request_too_large\"", "must be translated", "body-memory", "SG-1400");
        assertThat(house.provider("alpha").requestCount()).as("sent").isEqualTo(before + 1);
    }

    @Test
    void what_finds_no_memory_in_time_is_told_when_to_ask_again_and_then_finds_it()
            throws Exception {
        String some = body(BUDGET / 12);
        HttpResponse<String> inVain;
        try (var _ = HeldBody.of(house.port(), BUDGET / 4)) {
            inVain = house.post("/v1/messages", some);
            reachedAProvider(house.post("/v1/chat/completions", some));
        }

        assertThat(inVain.statusCode()).as("503, as Anthropic's clients know it").isEqualTo(529);
        assertThat(inVain.headers().firstValue("retry-after")).hasValue("2");
        assertThat(inVain.body()).contains("\"overloaded_error\"", "must be translated", "SG-1216");
        HttpResponse<String> later = house.post("/v1/messages", some);
        for (int i = 0; i < 10 && later.statusCode() == 529; i++) {
            later = house.post("/v1/messages", some);
        }
        reachedAProvider(later);
    }
}
