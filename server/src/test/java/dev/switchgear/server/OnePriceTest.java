package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.families.llm.price.CostTotals;
import dev.switchgear.families.money.Money;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// One price for each model: by it targets are put in order, calls are booked and budgets are held.
final class OnePriceTest {
    private static final String CHAT = "/v1/chat/completions";

    /// By the price list gpt-4o-mini is the cheapest of these, then Claude Haiku, then gpt-4o; nobody
    /// knows what `home-made` costs.
    private static final String TARGETS =
            "[ { provider: chat, model: home-made }, { provider: openai, model: gpt-4o },"
                    + " { provider: claude, model: claude-haiku-4-5 },"
                    + " { provider: resp, model: gpt-4o-mini } ]";

    private static final String ROUTES =
            """
            routes:
              - match: { model: cheap }
                strategy: cost
                to: %1$s
              - match: { model: scored }
                strategy: score
                to: %1$s
              - match: { model: auto }
                to: %1$s
              - match: { model: by-length }
                strategy: cost
                to: [ { provider: deep, model: a }, { provider: xai, model: b } ]
              - match: { model: partly }
                to: [ { provider: chat, model: home-made }, { provider: openai, model: gpt-4o } ]
              - match: { model: mine }
                to: [ { provider: chat, model: home-made } ]
            """
                    .formatted(TARGETS);

    private static ScriptedHouse house(String rest) {
        return ScriptedHouse.open(ROUTES + rest);
    }

    /// With another line in a provider.
    private static ScriptedHouse with(String provider, String more, String rest) {
        String providers =
                ScriptedHouse.PROVIDERS.replace(
                        "  " + provider + ": { ", "  " + provider + ": { " + more + ", ");
        return ScriptedHouse.of(providers + ROUTES + rest);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cheap | | resp",
                "auto | | chat",
                "auto | ,\"provider\":{\"sort\":\"price\"} | resp",
                "cheap | ,\"provider\":{\"ignore\":[\"resp\"]} | claude",
                "cheap | ,\"provider\":{\"ignore\":[\"resp\",\"claude\"]} | openai",
                "cheap | ,\"provider\":{\"only\":[\"chat\"]} | chat",
            })
    void the_price_list_says_who_is_cheapest(String model, String more, String provider) {
        try (ScriptedHouse house = house("")) {
            assertThat(by(ask(house, model, "hi", more))).isEqualTo(provider);
        }
    }

    @Test
    void the_weight_of_cost_in_a_score_goes_by_the_price_list() {
        try (ScriptedHouse house =
                house(
                        "resilience: { score: { latency: 0, availability: 0, cost: 1, headroom: 0 }"
                                + " }\n")) {
            assertThat(by(ask(house, "scored", "hi", ""))).isEqualTo("resp");
        }
    }

    @Test
    void what_an_account_charges_counts_before_the_list_wherever_prices_count() {
        try (ScriptedHouse house =
                with(
                        "openai",
                        "cost: { input: 0.01, output: 0.02 }",
                        "limits: { spend-per-day: 9 }")) {
            HttpResponse<String> answer = ask(house, "cheap", "hi", "");

            assertThat(by(answer)).isEqualTo("openai");
            // Three tokens going in, one coming out.
            assertThat(answer.headers().firstValue("x-switchgear-cost-usd"))
                    .contains("0.000000050");
            assertThat(booked(house).cost()).isEqualTo(new Money(50));
            assertThat(house.get("/api/providers/metadata").body())
                    .contains("\"input\":0.01")
                    .contains("\"output\":0.02");
        }
    }

    @Test
    void who_is_cheapest_depends_on_how_long_the_call_is() {
        String providers =
                ScriptedHouse.PROVIDERS
                        .replace("  deep: { ", "  deep: { cost: { input: 1, output: 10 }, ")
                        .replace("  xai: { ", "  xai: { cost: { input: 3, output: 3 }, ");
        try (ScriptedHouse house = ScriptedHouse.of(providers + ROUTES)) {
            assertThat(by(ask(house, "by-length", "hi", ""))).isEqualTo("xai");
            assertThat(by(ask(house, "by-length", "rain ".repeat(10_000), ""))).isEqualTo("deep");
            assertThat(by(ask(house, "by-length", "rain ".repeat(40), ",\"max_tokens\":1")))
                    .isEqualTo("deep");
        }
    }

    @Test
    void a_model_without_a_price_is_refused_by_name_where_a_budget_holds() {
        try (ScriptedHouse house = house("limits: { spend-per-day: 9 }\n")) {
            for (String model : new String[] {"mine", "chat/home-made"}) {
                HttpResponse<String> answer = ask(house, model, "hi", "");

                assertThat(answer.statusCode()).isEqualTo(402);
                assertThat(answer.body())
                        .contains("SG-1209")
                        .contains("model_unpriced")
                        .contains("`chat/home-made`")
                        .contains("providers.chat.cost")
                        .contains("prices.file")
                        .contains("prices.unpriced");
                assertThat(answer.headers().firstValue("x-should-retry")).contains("false");
            }
            assertThat(house.received("chat")).isEmpty();
        }
    }

    @Test
    void without_a_budget_a_model_needs_no_price() {
        try (ScriptedHouse house = house("")) {
            HttpResponse<String> answer = ask(house, "mine", "hi", "");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("x-switchgear-cost-usd")).isEmpty();
            assertThat(booked(house).unpriced()).isEqualTo(1);
        }
    }

    @Test
    void a_target_without_a_price_is_passed_over_where_a_budget_holds() {
        try (ScriptedHouse house = house("limits: { spend-per-day: 9 }\n")) {
            assertThat(by(ask(house, "partly", "hi", ""))).isEqualTo("openai");
            assertThat(house.received("chat")).isEmpty();
        }
    }

    @Test
    void a_budget_of_the_provider_passes_it_over_too_and_says_why() {
        String limit = "limits: { spend-per-day: 9 }";
        try (ScriptedHouse house = with("chat", limit, "")) {
            assertThat(by(ask(house, "partly", "hi", ""))).isEqualTo("openai");

            HttpResponse<String> answer = ask(house, "mine", "hi", "");
            assertThat(answer.body()).contains("no price is known for chat/home-made");
            assertThat(house.received("chat")).isEmpty();
        }
    }

    @Test
    void what_models_without_a_price_count_as_may_be_set() {
        try (ScriptedHouse house =
                house("limits: { spend-per-day: 9 }\nprices: { unpriced: 50 }\n")) {
            HttpResponse<String> answer = ask(house, "mine", "hi", "");

            assertThat(answer.statusCode()).isEqualTo(200);
            // Four tokens in all, at 50 dollars for a million.
            CostTotals booked = booked(house);
            assertThat(booked.cost()).isEqualTo(Money.ofDollars("0.0002"));
            assertThat(booked.estimated()).isEqualTo(1);
            assertThat(booked.unpriced()).isZero();
            assertThat(answer.headers().firstValue("x-switchgear-cost-estimated")).contains("true");
            assertThat(house.gateway().books().budgets().getFirst().used())
                    .isEqualTo(booked.cost());
            assertThat(by(ask(house, "cheap", "hi", "")))
                    .as("behind every price")
                    .isEqualTo("resp");
        }
    }

    @Test
    void what_they_count_as_is_held_to_the_budget() {
        try (ScriptedHouse house =
                house("limits: { spend-per-day: 0.4 }\nprices: { unpriced: 50 }\n")) {
            assertThat(ask(house, "mine", "hi", "").body()).contains("SG-1208");
            assertThat(ask(house, "mine", "hi", ",\"max_tokens\":1000").statusCode())
                    .isEqualTo(200);
        }
    }

    private static String by(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.headers().firstValue("x-switchgear-provider").orElseThrow();
    }

    private static HttpResponse<String> ask(
            ScriptedHouse house, String model, String text, String more) {
        return house.post(
                CHAT,
                "{\"model\":\""
                        + model
                        + "\",\"messages\":[{\"role\":\"user\",\"content\":\""
                        + text
                        + "\"}]"
                        + (more == null ? "" : more)
                        + "}");
    }

    private static CostTotals booked(ScriptedHouse house) {
        var costs = house.gateway().books().costs();
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (costs.total().attempts() == 0) {
            assertThat(System.nanoTime()).as("waiting for the books").isLessThan(end);
            Thread.onSpinWait();
        }
        return costs.total();
    }
}
