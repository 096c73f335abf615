package dev.switchgear.dialects;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.money.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// What a provider says in `usage` that it charges: OpenRouter's `cost`, xAI's ticks. Not thread-safe.
public final class Charge {
    private static final BigDecimal NONE = BigDecimal.valueOf(-1);

    /// More than any call costs; beyond it a number means something else.
    private static final BigDecimal DOLLARS_MOST = BigDecimal.valueOf(1_000_000);

    /// xAI's unit: 10,000,000,000 are a dollar.
    private static final long TICKS_PER_NANO = 10;

    private BigDecimal cost = NONE;
    private BigDecimal upstreamCost = NONE;
    private long ticks = -1;
    private boolean ownKey;

    /// Whether a number of `usage`, or of its `cost_details`, is money and no count.
    public static boolean isMoney(String name) {
        return name.equals("cost") || name.equals("upstream_inference_cost");
    }

    /// A sum of US dollars: OpenRouter's `cost`, or what the provider behind it takes from a key of the
    /// client's own.
    public void money(String name, BigDecimal dollars) {
        if (name.equals("cost")) {
            cost = dollars;
        } else {
            upstreamCost = dollars;
        }
    }

    public void ticks(long number) {
        ticks = number;
    }

    /// OpenRouter's `is_byok`: the provider behind it bills the owner of the key beside it.
    public void ownKey(boolean itIs) {
        ownKey = itIs;
    }

    /// Empty where nothing was said.
    public Optional<Money> amount() {
        if (ticks >= 0) {
            return Optional.of(new Money((ticks + TICKS_PER_NANO / 2) / TICKS_PER_NANO));
        }
        if (cost.signum() < 0) {
            return Optional.empty();
        }
        BigDecimal whole = ownKey && upstreamCost.signum() > 0 ? cost.add(upstreamCost) : cost;
        return whole.compareTo(DOLLARS_MOST) > 0
                ? Optional.empty()
                : Optional.of(Money.ofDollars(whole.setScale(9, RoundingMode.HALF_UP)));
    }

    /// What one `usage` says.
    public static Optional<Money> read(JsonNode usage) {
        var charge = new Charge();
        charge.ticks(Json.count(usage.path("cost_in_usd_ticks")));
        charge.ownKey(usage.path("is_byok").asBoolean(false));
        charge.number("cost", usage.path("cost"));
        charge.number(
                "upstream_inference_cost",
                usage.path("cost_details").path("upstream_inference_cost"));
        return charge.amount();
    }

    private void number(String name, JsonNode value) {
        if (value.isNumber() && value.decimalValue().signum() >= 0) {
            money(name, value.decimalValue());
        }
    }
}
