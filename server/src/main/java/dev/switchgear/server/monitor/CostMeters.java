package dev.switchgear.server.monitor;

import dev.switchgear.families.llm.price.CostBook;
import dev.switchgear.families.llm.price.CostTotals;
import dev.switchgear.families.llm.price.TokenKind;
import dev.switchgear.families.money.Money;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/// Shows what the books hold as metrics: they are read when they are scraped, so they say the same, and
/// counting costs a call nothing. How many series there are is bounded by the books. Thread-safe.
public final class CostMeters implements Consumer<CostBook.Running> {
    private final MeterRegistry registry;

    /// What is shown already. A registry is asked for it by looking through all that it has, which with
    /// some thousand clients took longer than their calls.
    private final Set<Shown> shown = ConcurrentHashMap.newKeySet();

    /// One series: bounded as the books are.
    private record Shown(String name, Tags tags) {}

    public CostMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /// Shows what is told of a combination. What is shown already is left as it is.
    @Override
    public void accept(CostBook.Running running) {
        CostBook.Account account = running.account();
        Tags tags =
                Tags.of("client", account.client())
                        .and("key", account.key())
                        .and("model", account.model())
                        .and("provider", account.provider());
        counter("switchgear.cost.usd", tags, running, totals -> dollars(totals.cost()));
        counter(
                "switchgear.cost.estimated.usd",
                tags,
                running,
                totals -> dollars(totals.estimatedCost()));
        counter(
                "switchgear.cache.saved.usd",
                tags,
                running,
                totals -> dollars(totals.cacheSaved()));
        counter(
                "switchgear.cache.surcharge.usd",
                tags,
                running,
                totals -> dollars(totals.cacheSurcharge()));
        counter("switchgear.billed.attempts", tags, running, CostTotals::attempts);
        counter("switchgear.unpriced.attempts", tags, running, CostTotals::unpriced);
        for (TokenKind kind : TokenKind.values()) {
            if (kind.of(running.totals().tokens()) > 0) {
                counter(
                        "switchgear.tokens",
                        tags.and("type", kind.word()),
                        running,
                        totals -> kind.of(totals.tokens()));
            }
        }
    }

    private void counter(
            String name, Tags tags, CostBook.Running running, ToDoubleFunction<CostTotals> value) {
        // The registry warns of what is registered twice.
        if (shown.add(new Shown(name, tags))) {
            FunctionCounter.builder(name, running, one -> value.applyAsDouble(one.totals()))
                    .tags(tags)
                    .register(registry);
        }
    }

    private static double dollars(Money money) {
        return money.dollars().doubleValue();
    }
}
