package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.families.llm.price.CostTotals;
import dev.switchgear.families.money.Money;
import dev.switchgear.identity.ClientKey;
import dev.switchgear.server.config.ConfigLoader;
import dev.switchgear.simulator.fault.FaultKind;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Where one sees what was spent: the page, the metrics and the log say the same as budgets do.
class CostsTest {
    private final ClientKey ann = ClientKey.generate(new Random(1));
    private final ClientKey bob = ClientKey.generate(new Random(2));
    private final ClientKey ops = ClientKey.generate(new Random(3));
    private String text = "";
    private final House house = House.of(this::config);

    private String config(int port) {
        text = written(port);
        return text;
    }

    private String written(int port) {
        return """
        server: { port: 0 }
        limits: { spend-per-day: 100 }
        egress: { allow-private: ["127.0.0.1:%1$d"] }
        clients:
          - { name: ann, key-hash: "%2$s", limits: { spend-per-day: 5, spend-per-month: 50 } }
          - { name: bob, key-hash: "%3$s", limits: { spend-per-day: 6 } }
          - { name: ops, key-hash: "%4$s", operator: true }
        providers:
          alpha: { kind: openai, base-url: "http://127.0.0.1:%1$d/alpha/v1", timeouts: { head: 1s, first-token: 1s, idle: 1s }, limits: { spend-per-day: 20 }, keys: [ { secret: sk-alpha-0123456789 } ] }
          beta: { kind: openai, base-url: "http://127.0.0.1:%1$d/beta/v1", limits: { spend-per-month: 30 }, keys: [ { name: second, secret: sk-beta-0123456789 } ] }
        routes:
          - match: { model: auto }
            to: [ { provider: alpha, model: gpt-4o }, { provider: beta, model: gpt-4o-mini } ]
        """
                .formatted(port, stored(ann), stored(bob), stored(ops));
    }

    private static String stored(ClientKey key) {
        return key.stored(Secret.of(House.PEPPER)).text();
    }

    @AfterEach
    void close() {
        house.close();
    }

    /// Answered, streamed, failed over after an attempt that timed out, and broken off.
    private void spend() {
        house.chat("auto", bearer(ann));
        house.stream("auto", bearer(ann));
        house.chat("beta/gpt-4o", bearer(bob));
        house.provider("alpha").fault(new FaultKind.BlackHole());
        house.chat("auto", bearer(bob));
        house.provider("alpha").heal();
        house.provider("beta").fault(FaultKind.cutAfter(4));
        house.stream("beta/gpt-4o", bearer(bob));
        booked(6);
    }

    private static String[] bearer(ClientKey key) {
        return new String[] {"authorization", "Bearer " + key.reveal()};
    }

    private CostTotals booked(int attempts) {
        var costs = house.gateway().books().costs();
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (costs.total().attempts() < attempts) {
            assertThat(System.nanoTime()).as("waiting for the books").isLessThan(end);
            Thread.onSpinWait();
        }
        return costs.total();
    }

    private JsonNode costs(String query, ClientKey key) {
        HttpResponse<String> answer = house.get("/api/costs" + query, bearer(key));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(answer.body());
    }

    private static Money money(JsonNode dollars) {
        return Money.ofDollars(new BigDecimal(dollars.asString()));
    }

    @Test
    void sums_add_up_exactly_to_what_budgets_were_charged() {
        spend();

        JsonNode all = costs("?group=client", ops);
        JsonNode keys = costs("?group=provider,key", ops);

        assertThat(money(all.path("total").path("costUsd")))
                .isEqualTo(booked(6).cost())
                .isEqualTo(used(all, "all-clients", ""));
        assertThat(all.path("rows").size()).isEqualTo(2);
        Money sum = Money.ZERO;
        for (JsonNode row : all.path("rows")) {
            Money cost = money(row.path("costUsd"));
            assertThat(cost.isPositive()).isTrue();
            assertThat(cost).isEqualTo(used(all, "client", row.path("client").asString()));
            sum = sum.plus(cost);
        }
        assertThat(sum).isEqualTo(booked(6).cost());
        for (JsonNode row : keys.path("rows")) {
            assertThat(money(row.path("costUsd")))
                    .isEqualTo(
                            used(
                                    keys,
                                    "key",
                                    row.path("provider").asString()
                                            + "/"
                                            + row.path("key").asString()));
        }
        assertThat(keys.path("rows").size()).isEqualTo(2);
        assertThat(all.path("total").path("attempts").asInt()).isEqualTo(6);
        assertThat(all.path("total").path("estimatedAttempts").asInt()).isEqualTo(2);
        assertThat(money(all.path("total").path("estimatedCostUsd")))
                .isGreaterThan(Money.ZERO)
                .isLessThan(booked(6).cost());
    }

    private static Money used(JsonNode page, String of, String name) {
        for (JsonNode budget : page.path("budgets")) {
            if (budget.path("of").asString().equals(of)
                    && budget.path("name").asString().equals(name)) {
                return money(budget.path("usedUsd"));
            }
        }
        throw new AssertionError("no budget of " + of + " " + name + " in " + page);
    }

    @Test
    void a_client_sees_its_own_costs_and_budgets_alone() {
        spend();

        JsonNode own = costs("?group=client,model", ann);

        assertThat(own.path("rows").size()).isEqualTo(1);
        assertThat(own.path("rows").get(0).path("client").asString()).isEqualTo("ann");
        assertThat(own.path("total").path("attempts").asInt()).isEqualTo(2);
        assertThat(own.path("budgets").size()).isEqualTo(2);
        assertThat(own.toString()).doesNotContain("bob").doesNotContain("all-clients");
        assertThat(house.get("/api/costs", bearer(ann)).body())
                .as("plain numbers")
                .doesNotContainPattern("[0-9]E-?[0-9]");
        assertThat(costs("?client=ann", ann).path("total")).isEqualTo(own.path("total"));
        HttpResponse<String> others = house.get("/api/costs?client=bob", bearer(ann));
        assertThat(others.statusCode()).isEqualTo(403);
        assertThat(others.body()).contains("SG-1403").doesNotContain("costUsd");
        assertThat(house.get("/api/costs").statusCode()).isEqualTo(401);
    }

    private record Query(String text, int attempts, int rows) {}

    private static final List<Query> QUERIES =
            List.of(
                    new Query("", 6, 0),
                    new Query("?client=bob", 4, 0),
                    new Query("?client=bob&provider=beta", 3, 0),
                    new Query("?provider=beta&key=second", 3, 0),
                    new Query("?model=gpt-4o-mini", 1, 0),
                    new Query("?group=model", 6, 2),
                    new Query("?group=client,provider,model", 6, 4),
                    new Query("?group=client%2Cprovider,provider", 6, 3),
                    new Query("?group=day", 6, 1),
                    new Query("?to=2020-01-01", 0, 0),
                    new Query("?from=2020-01-01&to=2999-01-01", 6, 0),
                    new Query("?from=2999-01-01&group=day", 0, 0),
                    new Query("?day=2020-01-01", 0, 0),
                    new Query("?client=nobody&group=client", 0, 0));

    @TestFactory
    Stream<DynamicTest> costs_are_told_apart_and_chosen_by_the_query() {
        spend();
        return QUERIES.stream().map(query -> dynamicTest("of " + query.text(), () -> asks(query)));
    }

    private void asks(Query query) {
        JsonNode page = costs(query.text(), ops);

        assertThat(page.path("total").path("attempts").asInt()).isEqualTo(query.attempts());
        assertThat(page.path("rows").size()).isEqualTo(query.rows());
        assertThat(page.path("rowsLeftOut").asInt()).isZero();
        int sum = 0;
        for (JsonNode row : page.path("rows")) {
            sum += row.path("attempts").asInt();
        }
        assertThat(sum).isEqualTo(query.rows() == 0 ? 0 : query.attempts());
    }

    @ParameterizedTest
    @CsvSource({
        "?group=colour,colour",
        "?colour=red,colour",
        "?day=yesterday,yesterday",
        "?from=2026-13-01,2026-13-01",
    })
    void a_query_that_says_nothing_is_refused_by_name(String query, String named) {
        HttpResponse<String> answer = house.get("/api/costs" + query, bearer(ops));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("SG-1400").contains(named);
    }

    @Test
    void budgets_tell_what_is_left_and_when_they_begin_anew() {
        house.chat("auto", bearer(ann));
        booked(1);

        for (JsonNode budget : costs("", ops).path("budgets")) {
            Money most = money(budget.path("mostUsd"));
            assertThat(money(budget.path("leftUsd")))
                    .isEqualTo(most.minus(money(budget.path("usedUsd"))));
            assertThat(budget.path("resets").asString()).endsWith("T00:00:00Z");
            assertThat(budget.path("period").asString()).isIn("day", "month");
        }
    }

    @Test
    void a_new_configuration_brings_budgets_and_prices_and_forgets_nothing_that_was_spent() {
        house.chat("auto", bearer(ann));
        Money first = booked(1).cost();
        String next =
                text.replace("spend-per-day: 5,", "spend-per-day: 0.001,")
                        .replace("beta: {", "beta: { cost: { input: 0, output: 0 },");

        house.gateway().use(ConfigLoader.parse("b.yaml", next, Map.of()).config().orElseThrow());

        JsonNode page = costs("", ann);
        assertThat(used(page, "client", "ann")).isEqualTo(first);
        assertThat(money(page.path("budgets").get(0).path("leftUsd")))
                .isEqualTo(Money.ofDollars("0.001").minus(first));
        HttpResponse<String> refused =
                house.post(
                        "/v1/chat/completions",
                        "{\"model\":\"alpha/gpt-4o\",\"max_tokens\":90,\"messages\":[{\"role\":"
                                + "\"user\",\"content\":\"hi\"}]}",
                        bearer(ann));
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(402);
        assertThat(refused.body()).contains("SG-1208").contains("T00:00:00Z");
        long wait = Long.parseLong(refused.headers().firstValue("retry-after").orElseThrow());
        assertThat(wait).isBetween(1L, 86_400L);
        assertThat(refused.headers().firstValue("x-should-retry")).contains("false");
        assertThat(house.chat("beta/gpt-4o", bearer(bob)).statusCode()).isEqualTo(200);
        assertThat(booked(2).cost()).as("free now").isEqualTo(first);
    }

    @Test
    void metrics_say_the_same_as_the_books() {
        spend();

        String metrics = house.get("/metrics", bearer(ops)).body();

        CostTotals total = booked(6);
        assertThat(sum(metrics, "switchgear_cost_usd_total", ""))
                .isEqualByComparingTo(total.cost().dollars());
        assertThat(sum(metrics, "switchgear_cost_estimated_usd_total", ""))
                .isEqualByComparingTo(total.estimatedCost().dollars());
        assertThat(sum(metrics, "switchgear_billed_attempts_total", "")).isEqualByComparingTo("6");
        assertThat(sum(metrics, "switchgear_tokens_total", "type=\"output\""))
                .isEqualByComparingTo(BigDecimal.valueOf(total.tokens().output()));
        assertThat(sum(metrics, "switchgear_tokens_total", "type=\"input\""))
                .isEqualByComparingTo(BigDecimal.valueOf(total.tokens().input()));
        assertThat(metrics)
                .contains(
                        "switchgear_cost_usd_total{client=\"ann\",key=\"main\",model=\"gpt-4o\","
                                + "provider=\"alpha\"}");
    }

    private static BigDecimal sum(String metrics, String name, String label) {
        return Pattern.compile("^" + name + "\\{([^}]*)} (\\S+)$", Pattern.MULTILINE)
                .matcher(metrics)
                .results()
                .filter(series -> series.group(1).contains(label))
                .map(series -> new BigDecimal(series.group(2)))
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .setScale(9, RoundingMode.HALF_UP);
    }

    @Test
    void the_log_line_of_a_call_says_what_it_cost() {
        var lines = new ListAppender<ILoggingEvent>();
        var logger = (Logger) LoggerFactory.getLogger("switchgear.costs");
        Level before = logger.getLevel();
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(Level.DEBUG);
        try {
            HttpResponse<String> answer =
                    house.chat(
                            "auto",
                            "authorization",
                            "Bearer " + ann.reveal(),
                            "x-request-id",
                            "call-77");
            long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (lines.list.isEmpty()) {
                assertThat(System.nanoTime()).as("waiting for the line").isLessThan(end);
                Thread.onSpinWait();
            }

            String cost = answer.headers().firstValue("x-switchgear-cost-usd").orElseThrow();
            assertThat(List.copyOf(lines.list))
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .singleElement()
                    .asString()
                    .startsWith("call call-77 of ann: " + Money.ofDollars(cost) + " (")
                    .contains(" input, ")
                    .contains(" output; 1 attempt)");
        } finally {
            logger.detachAppender(lines);
            logger.setLevel(before);
        }
    }
}
