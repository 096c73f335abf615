package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.families.llm.price.CostBook;
import dev.switchgear.families.llm.price.CostBook.Column;
import dev.switchgear.families.llm.price.CostTotals;
import dev.switchgear.families.money.Money;
import dev.switchgear.server.door.RawClient;
import dev.switchgear.simulator.fault.FaultKind;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What calls cost and who may spend how much, from outside. The providers are called `openai` in the
/// price table of alpha and beta, whose models cost what OpenAI's do.
final class BillingTest {
    @Test
    void a_plain_answer_says_what_it_cost_and_the_books_agree() {
        try (House house = house("", "")) {
            HttpResponse<String> answer = house.chat("auto");

            BigDecimal told =
                    new BigDecimal(
                            answer.headers().firstValue("x-switchgear-cost-usd").orElseThrow());
            assertThat(told).isPositive();
            assertThat(answer.headers().firstValue("x-switchgear-cost-estimated")).isEmpty();
            var costs = booked(house);
            assertThat(costs.total().cost()).isEqualTo(Money.ofDollars(told));
            assertThat(by(costs, Column.PROVIDER)).containsOnlyKeys("alpha");
            assertThat(by(costs, Column.MODEL)).containsOnlyKeys("gpt-4o");
            assertThat(by(costs, Column.CLIENT)).containsOnlyKeys("local");
        }
    }

    @Test
    void a_stream_is_accounted_by_reported_usage_although_the_client_did_not_ask_for_it() {
        try (House house = house("", "")) {
            HttpResponse<String> answer = house.stream("auto");

            assertThat(answer.body()).doesNotContain("\"usage\":{");
            assertThat(booked(house).total().cost()).isGreaterThan(Money.ZERO);
            assertThat(booked(house).total().estimated()).isZero();
        }
    }

    @Test
    void a_stream_that_breaks_off_is_accounted_by_a_marked_estimate() {
        try (House house = house("", "")) {
            house.provider("alpha").fault(FaultKind.cutAfter(6));

            house.stream("auto");

            var total = booked(house).total();
            assertThat(total.attempts()).isEqualTo(1);
            assertThat(total.estimated()).isEqualTo(1);
            assertThat(total.cost()).isGreaterThan(Money.ZERO);
        }
    }

    @Test
    void a_call_that_nobody_answered_costs_nothing_and_gives_its_reservation_back() {
        try (House house = house("limits: { spend-per-day: 1 }", "")) {
            house.provider("alpha").fault(new FaultKind.Status(429));
            house.provider("beta").fault(new FaultKind.Status(429));

            house.chat("auto");

            awaitUntil(
                    () -> house.gateway().books().budgets().getFirst().used().equals(Money.ZERO));
            assertThat(house.gateway().books().costs().total().attempts()).isZero();
            assertThat(house.gateway().books().budgets().getFirst().used()).isEqualTo(Money.ZERO);
        }
    }

    @Test
    void a_budget_that_is_used_up_answers_402_and_says_when_it_begins_anew() {
        // One call may cost up to 8,192 output tokens of gpt-4o, about eight cents.
        try (House house = house("limits: { spend-per-day: 0.05 }", "")) {
            HttpResponse<String> answer = house.chat("auto");

            assertThat(answer.statusCode()).isEqualTo(402);
            assertThat(answer.body())
                    .contains("budget_exceeded")
                    .contains("SG-1208")
                    .contains("Bound its output");
            assertThat(house.provider("alpha").requestCount()).isZero();
        }
    }

    @Test
    void an_upstream_over_its_budget_is_passed_over() {
        try (House house = house("", "spend-per-day: 0.05")) {
            HttpResponse<String> answer = house.chat("auto");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("x-switchgear-provider")).contains("beta");
            assertThat(house.provider("alpha").requestCount()).isZero();
        }
    }

    @Test
    void a_plain_call_whose_client_gives_up_is_booked_as_an_estimate() throws Exception {
        try (House house = house("limits: { spend-per-day: 1 }", "", PATIENT)) {
            house.provider("alpha").fault(new FaultKind.BlackHole());
            try (var client = new RawClient(house.port())) {
                client.send(CancelTest.post(House.plain("auto")));
                assertThat(
                                house.provider("alpha")
                                        .await(
                                                request -> request.bodyBytes() > 0,
                                                Duration.ofSeconds(10)))
                        .isPresent();
                client.hangUp();

                var costs = booked(house);
                assertThat(costs.total().estimated()).isEqualTo(1);
                // 500 tokens of output, at 10 USD for a million.
                assertThat(costs.total().cost()).isGreaterThan(Money.ofDollars("0.005"));
                awaitUntil(() -> used(house).equals(costs.total().cost()));
            }
        }
    }

    @Test
    void an_attempt_that_timed_out_is_booked_beside_the_one_that_answered() {
        try (House house = house("limits: { spend-per-day: 1 }", "")) {
            house.provider("alpha").fault(new FaultKind.BlackHole());

            HttpResponse<String> answer = house.chat("auto");

            assertThat(answer.headers().firstValue("x-switchgear-provider")).contains("beta");
            var costs = booked(house, 2);
            assertThat(by(costs, Column.PROVIDER)).containsOnlyKeys("alpha", "beta");
            assertThat(at(costs, "alpha").estimated()).isEqualTo(1);
            assertThat(at(costs, "beta").estimated()).isZero();
            awaitUntil(() -> used(house).equals(costs.total().cost()));
        }
    }

    @Test
    void the_loser_of_two_that_were_asked_at_once_is_booked_too() {
        try (House house = house("limits: { spend-per-day: 1 }", "", PATIENT)) {
            house.provider("alpha").fault(FaultKind.slow(Duration.ofSeconds(15)));

            HttpResponse<String> answer = house.chat("hedged");

            assertThat(answer.headers().firstValue("x-switchgear-provider")).contains("beta");
            var costs = booked(house, 2);
            assertThat(at(costs, "alpha").estimated()).isEqualTo(1);
            assertThat(at(costs, "alpha").cost().isPositive()).isTrue();
            awaitUntil(() -> used(house).equals(costs.total().cost()));
        }
    }

    @Test
    void an_answer_that_was_continued_is_booked_with_both_its_parts() {
        try (House house = house("limits: { spend-per-day: 1 }", "")) {
            house.provider("alpha").fault(FaultKind.cutAfter(6));

            HttpResponse<String> answer = house.stream("continued");

            assertThat(answer.body()).contains("[DONE]");
            var costs = booked(house, 2);
            assertThat(at(costs, "alpha").estimated()).isEqualTo(1);
            assertThat(at(costs, "beta").cost().isPositive()).isTrue();
            awaitUntil(() -> used(house).equals(costs.total().cost()));
        }
    }

    private static CostTotals at(CostBook costs, String provider) {
        return by(costs, Column.PROVIDER).getOrDefault(provider, CostTotals.NONE);
    }

    private static Map<String, CostTotals> by(CostBook costs, Column column) {
        return costs.totals(_ -> true, List.of(column)).entrySet().stream()
                .collect(Collectors.toMap(row -> row.getKey().getFirst(), Map.Entry::getValue));
    }

    private static Money used(House house) {
        return house.gateway().books().budgets().getFirst().used();
    }

    private static final String PATIENT = "timeouts: { first-token: 30s, head: 30s, idle: 30s }";

    /// The books are written when the answer has gone out.
    private static CostBook booked(House house) {
        return booked(house, 1);
    }

    private static CostBook booked(House house, int entries) {
        CostBook costs = house.gateway().books().costs();
        awaitUntil(() -> costs.total().attempts() == entries);
        return costs;
    }

    private static void awaitUntil(BooleanSupplier done) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!done.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waiting for the books").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static House house(String limits, String alpha) {
        return house(limits, alpha, House.TIMEOUTS);
    }

    private static House house(String limits, String alpha, String timeouts) {
        return House.of(port ->
                "server: { port: 0 }\n"
                        + limits
                        + "\n"
                        + """
                        egress: { allow-private: ["127.0.0.1:%1$d"] }
                        providers:
                          alpha: { kind: openai, base-url: "http://127.0.0.1:%1$d/alpha/v1", %2$s, limits: { %3$s }, keys: [ { secret: sk-alpha-0123456789 } ] }
                          beta:  { kind: openai, base-url: "http://127.0.0.1:%1$d/beta/v1",  %2$s, keys: [ { secret: sk-beta-0123456789 } ] }
                        routes:
                          - match: { model: auto }
                            to: [ { provider: alpha, model: gpt-4o }, { provider: beta, model: gpt-4o } ]
                          - match: { model: hedged }
                            hedge: { after: 50ms, budget: 100%% }
                            to: [ { provider: alpha, model: gpt-4o }, { provider: beta, model: gpt-4o } ]
                          - match: { model: continued }
                            stream: { promise: continue }
                            to: [ { provider: alpha, model: gpt-4o }, { provider: beta, model: gpt-4o } ]
                        """
                                .formatted(port, timeouts, alpha));
    }
}
