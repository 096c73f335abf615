package dev.switchgear.server.gateway.llm;

import dev.switchgear.core.routing.Route;
import dev.switchgear.core.routing.Strategy;
import dev.switchgear.core.routing.Target;
import dev.switchgear.families.llm.call.HoldBack;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.money.Money;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/// A route for one model, how long its calls may take, and what it promises on streams.
///
/// @param keep how long it is remembered where a conversation went; empty for not at all
/// @param remade the same route with other targets
record LlmRoute(
        Route<LlmRequest, LlmReply> route,
        Duration total,
        StreamPromise promise,
        HoldBack holdBack,
        Optional<Duration> keep,
        Function<List<Target<LlmRequest, LlmReply>>, Route<LlmRequest, LlmReply>> remade,
        Ceiling ceiling) {
    /// What a call may cost at most.
    interface Ceiling {
        Money of(long inputTokens, OptionalLong outputTokensMost);
    }

    Money ceiling(long inputTokens, OptionalLong outputTokensMost) {
        return ceiling.of(inputTokens, outputTokensMost);
    }

    /// Whether it matters where a conversation went: priority goes its own way always.
    boolean remembers() {
        return keep.isPresent()
                && route.strategy() != Strategy.PRIORITY
                && route.targets().size() > 1;
    }

    /// The providers that may be asked, in the order of the targets.
    Set<String> providers() {
        var providers = new LinkedHashSet<String>();
        route.targets().forEach(target -> providers.add(target.upstream().id().provider()));
        return providers;
    }

    /// This lane without a provider; as it is where that would leave nobody.
    LlmRoute without(String provider) {
        List<Target<LlmRequest, LlmReply>> others =
                route.targets().stream()
                        .filter(target -> !target.upstream().id().provider().equals(provider))
                        .toList();
        return others.isEmpty()
                ? this
                : new LlmRoute(
                        remade.apply(others), total, promise, holdBack, keep, remade, ceiling);
    }
}
