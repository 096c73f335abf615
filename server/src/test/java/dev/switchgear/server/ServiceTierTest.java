package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.families.llm.price.CostTotals;
import dev.switchgear.families.money.Money;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A request is priced as it was served: as the provider says, or else as it was asked.
final class ServiceTierTest {
    /// Ten dollars for a million tokens going in, fifty for a million coming out; half of that as flex,
    /// twice as much with priority.
    private static final String OPENAI = "gpt-6-astra";

    private static final String CHAT = "/v1/chat/completions";

    /// @param asked in the request; empty for nothing
    /// @param served as the answer says; empty where it says nothing
    /// @param nanos three tokens going in, one coming out
    /// @param estimate whether the price is not known for sure
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``       | ``       | 80000  | false",
                "auto     | ``       | 80000  | false",
                "default  | ``       | 80000  | false",
                "flex     | ``       | 40000  | false",
                "priority | ``       | 160000 | false",
                "auto     | default  | 80000  | false",
                "auto     | priority | 160000 | false",
                "flex     | flex     | 40000  | false",
                "flex     | default  | 80000  | false",
                "priority | default  | 80000  | false",
                "priority | priority | 160000 | false",
                "``       | flex     | 40000  | false",
                "auto     | turbo    | 80000  | true",
            })
    void chat_is_priced_as_it_was_served(
            String asked, String served, long nanos, boolean estimate) {
        for (boolean streamed : new boolean[] {false, true}) {
            try (ScriptedHouse house = ScriptedHouse.open()) {
                String tier = served.isEmpty() ? "" : ",\"service_tier\":\"" + served + "\"";
                house.answers("openai", streamed ? stream(tier) : plain(tier));
                house.answers("resp", response(tier));

                HttpResponse<String> answer = ask(house, CHAT, "openai/" + OPENAI, asked, streamed);

                assertBooked(house, nanos, estimate);
                if (!streamed) {
                    assertThat(cost(answer)).isEqualTo(new Money(nanos));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/v1/messages | openai/gpt-6-astra | priority | 160000",
                "/v1/messages | openai/gpt-6-astra | default  | 80000",
                "/v1/chat/completions | resp/gpt-6-astra | priority | 160000",
                "/v1/chat/completions | resp/gpt-6-astra | flex | 40000",
                // One dollar and five; half of it in a batch.
                "/v1/chat/completions | claude/claude-haiku-4-5 | batch | 4000",
                "/v1/chat/completions | claude/claude-haiku-4-5 | standard | 8000",
                "/v1/messages | claude/claude-haiku-4-5 | batch | 4000",
                "/v1/messages | claude/claude-haiku-4-5 | standard | 8000",
            })
    void what_an_answer_says_counts_in_every_dialect(
            String path, String model, String served, long nanos) {
        try (ScriptedHouse house = ScriptedHouse.open()) {
            String tier = ",\"service_tier\":\"" + served + "\"";
            house.answers("openai", plain(tier));
            house.answers("resp", response(tier));
            house.answers("claude", message(tier));

            ask(house, path, model, "", false);

            assertBooked(house, nanos, false);
        }
    }

    @Test
    void gemini_says_it_with_its_counts() {
        try (ScriptedHouse house = ScriptedHouse.open("prices: { file: \"" + PRICES + "\" }\n")) {
            house.answers(
                    "google",
                    ScriptedHouse.Answer.json(
                            200,
                            """
                            {"candidates":[{"content":{"role":"model","parts":[{"text":"ok"}]},"finishReason":"STOP","index":0}],\
                            "usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":1,"totalTokenCount":4,"serviceTier":"flex"},\
                            "modelVersion":"g"}\
                            """));

            ask(house, CHAT, "google/tiered", "", false);

            assertBooked(house, 20_000, false);
        }
    }

    private static final String PRICES =
            System.getProperty("switchgear.root", ".")
                    + "/server/src/test/resources/tiered-prices.yaml";

    @Test
    void a_tier_that_could_not_be_said_to_the_provider_does_not_count() {
        try (ScriptedHouse house = ScriptedHouse.open()) {
            ask(house, CHAT, "claude/claude-haiku-4-5", "batch", false);

            assertBooked(house, 8_000, false);
        }
    }

    @Test
    void what_is_dearer_is_reserved_and_what_is_cheaper_need_not_be_granted() {
        // 1,000 tokens of output are five cents, or ten with priority.
        String budget = "limits: { spend-per-day: 0.07 }\n";
        String bound = "\",\"max_tokens\":1000,\"service_tier\":\"";
        try (ScriptedHouse house = ScriptedHouse.open(budget)) {
            assertThat(limited(house, bound, "priority").body()).contains("SG-1208");
            assertThat(limited(house, bound, "flex").statusCode()).isEqualTo(200);
        }
        try (ScriptedHouse house = ScriptedHouse.open("limits: { spend-per-day: 0.04 }\n")) {
            assertThat(limited(house, bound, "flex").body()).contains("SG-1208");
        }
    }

    private static HttpResponse<String> limited(ScriptedHouse house, String bound, String tier) {
        return house.post(
                CHAT,
                "{\"model\":\"openai/"
                        + OPENAI
                        + bound
                        + tier
                        + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
    }

    private static HttpResponse<String> ask(
            ScriptedHouse house, String path, String model, String tier, boolean streamed) {
        return house.post(
                path,
                "{\"model\":\""
                        + model
                        + "\",\"max_tokens\":50,\"stream\":"
                        + streamed
                        + (tier.isEmpty() ? "" : ",\"service_tier\":\"" + tier + "\"")
                        + ",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
    }

    private static Money cost(HttpResponse<String> answer) {
        return Money.ofDollars(answer.headers().firstValue("x-switchgear-cost-usd").orElseThrow());
    }

    private static ScriptedHouse.Answer plain(String tier) {
        return ScriptedHouse.Answer.json(
                200,
                "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\""
                        + tier
                        + ",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
                        + "\"content\":\"ok\"},\"finish_reason\":\"stop\"}],"
                        + USAGE
                        + "}");
    }

    private static final String USAGE =
            "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1,\"total_tokens\":4}";

    private static ScriptedHouse.Answer stream(String tier) {
        String chunk = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"model\":\"m\"";
        return ScriptedHouse.Answer.events(
                chunk + tier + ",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"ok\"}}]}\n\n",
                chunk
                        + tier
                        + ",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
                chunk + ",\"choices\":[]," + USAGE + "}\n\n",
                "data: [DONE]\n\n");
    }

    private static ScriptedHouse.Answer response(String tier) {
        return ScriptedHouse.Answer.json(
                200,
                "{\"id\":\"r\",\"object\":\"response\",\"status\":\"completed\",\"model\":\"m\""
                        + tier
                        + ",\"output\":[{\"id\":\"msg_1\",\"type\":\"message\","
                        + "\"role\":\"assistant\",\"status\":\"completed\",\"content\":[{"
                        + "\"type\":\"output_text\",\"text\":\"ok\",\"annotations\":[]}]}],"
                        + "\"usage\":{\"input_tokens\":3,\"output_tokens\":1,\"total_tokens\":4}}");
    }

    private static ScriptedHouse.Answer message(String tier) {
        return ScriptedHouse.Answer.json(
                200,
                "{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"c\","
                        + "\"content\":[{\"type\":\"text\",\"text\":\"ok\"}],"
                        + "\"stop_reason\":\"end_turn\",\"stop_sequence\":null,"
                        + "\"usage\":{\"input_tokens\":3,\"output_tokens\":1"
                        + tier
                        + "}}");
    }

    private static void assertBooked(ScriptedHouse house, long nanos, boolean estimate) {
        var costs = house.gateway().books().costs();
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (costs.total().attempts() == 0) {
            assertThat(System.nanoTime()).as("waiting for the books").isLessThan(end);
            Thread.onSpinWait();
        }
        CostTotals total = costs.total();
        assertThat(total.cost()).isEqualTo(new Money(nanos));
        assertThat(total.estimated()).isEqualTo(estimate ? 1 : 0);
    }
}
