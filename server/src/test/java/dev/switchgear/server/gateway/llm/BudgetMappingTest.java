package dev.switchgear.server.gateway.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.limiter.Limit;
import dev.switchgear.families.money.Budget;
import dev.switchgear.families.money.Money;
import dev.switchgear.families.money.Payer;
import dev.switchgear.families.money.Period;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.config.ConfigLoader;
import dev.switchgear.server.gateway.CoreSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BudgetMappingTest {
    private static final String HASH = "7Qm2ZkWp.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    private static Config config(String text) {
        return ConfigLoader.parse("a.yaml", text, Map.of()).config().orElseThrow();
    }

    @Test
    void what_may_be_spent_is_known_for_all_for_each_client_and_for_each_credential() {
        Config config =
                config(
                        """
                        limits: { spend-per-month: 2000 }
                        egress: { allow-private: ["127.0.0.1:1"] }
                        clients:
                          - { name: ann, key-hash: "%s", limits: { spend-per-day: 0.5, spend-per-month: 9 } }
                        providers:
                          openai:
                            keys: [ { secret: a }, { name: spare, secret: b } ]
                            limits: { spend-per-day: 12.345678901 }
                          local:
                            kind: openai-compatible
                            base-url: http://127.0.0.1:1/v1
                            limits: { spend-per-day: 1 }
                        """
                                .formatted(HASH));

        Map<Payer, List<Budget>> budgets = CoreSettings.budgets(config);

        var key = List.of(new Budget(Period.DAY, new Money(12_345_678_901L)));
        assertThat(budgets)
                .containsOnly(
                        Map.entry(
                                Payer.EVERYBODY,
                                List.of(new Budget(Period.MONTH, Money.ofDollars("2000")))),
                        Map.entry(
                                Payer.client("ann"),
                                List.of(
                                        new Budget(Period.DAY, Money.ofDollars("0.5")),
                                        new Budget(Period.MONTH, Money.ofDollars("9")))),
                        Map.entry(Payer.upstream("openai", "main"), key),
                        Map.entry(Payer.upstream("openai", "spare"), key),
                        Map.entry(
                                Payer.upstream("local", "none"),
                                List.of(new Budget(Period.DAY, Money.ofDollars("1")))));
    }

    @Test
    void tokens_of_clients_are_limited_beside_their_requests() {
        Config config =
                config(
                        "limits: { requests-per-minute: 3, tokens-per-minute: 100, tokens-per-day: 900 }");

        assertThat(CoreSettings.rates(config.limits()))
                .containsExactly(
                        new Limit(Limit.Measure.REQUESTS, 3, Duration.ofMinutes(1)),
                        new Limit(Limit.Measure.UNITS, 100, Duration.ofMinutes(1)),
                        new Limit(Limit.Measure.UNITS, 900, Duration.ofDays(1)));
    }
}
