package dev.switchgear.importer;

import dev.switchgear.importer.ImportPart.Field;
import dev.switchgear.importer.ImportPart.Fields;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Carries how often Bifrost tries again, and after which pauses. Used once; not thread-safe.
final class BifrostResilience {
    private static final int ATTEMPTS_MAX = 10;

    private final Fields source;
    private final Findings ledger;

    BifrostResilience(Draft draft) {
        this.source = draft.source();
        this.ledger = draft.ledger();
    }

    /// Bifrost has these for each provider, we for all: the largest counts.
    Block carry() {
        var resilience = new Block();
        most("max_retries")
                .ifPresent(retries -> {
                    long attempts =
                            retries.min(BigDecimal.valueOf(ATTEMPTS_MAX - 1)).longValue() + 1;
                    resilience.at("retry").set("attempts", String.valueOf(attempts));
                });
        var base = most("retry_backoff_initial").filter(millis -> millis.signum() > 0);
        var cap = most("retry_backoff_max").filter(millis -> millis.signum() > 0);
        base.flatMap(millis -> Values.millis(millis, 60))
                .ifPresent(yaml -> resilience.at("retry").set("base", yaml));
        BigDecimal floor = base.orElse(BigDecimal.valueOf(100)).min(BigDecimal.valueOf(60_000));
        BigDecimal usual = BigDecimal.valueOf(10_000);
        cap.map(millis -> millis.max(floor))
                .or(() -> floor.compareTo(usual) > 0 ? Optional.of(floor) : Optional.empty())
                .flatMap(millis -> Values.millis(millis, Values.HOUR))
                .ifPresent(yaml -> resilience.at("retry").set("cap", yaml));
        return resilience;
    }

    private Optional<BigDecimal> most(String name) {
        Map<String, String> ours =
                Map.of(
                        "max_retries", "attempts",
                        "retry_backoff_initial", "base",
                        "retry_backoff_max", "cap");
        var parts = new ArrayList<ImportPart>();
        for (Field provider : source.at("providers").map(Values::fields).orElse(List.of())) {
            Values.at(provider.part(), "network_config", name)
                    .filter(ledger::open)
                    .filter(part ->
                            Values.number(part).filter(number -> number.signum() >= 0).isPresent())
                    .ifPresent(parts::add);
        }
        Optional<BigDecimal> most =
                parts.stream()
                        .flatMap(part -> Values.number(part).stream())
                        .max(BigDecimal::compareTo);
        for (ImportPart part : parts) {
            if (Values.number(part).equals(most)) {
                ledger.changed(
                        part, "resilience.retry." + ours.get(name) + ", of all providers together");
            } else {
                ledger.dropped(part, "It is set for all providers, and another has more.");
            }
        }
        return most;
    }
}
