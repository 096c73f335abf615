package dev.switchgear.server.gateway;

import dev.switchgear.core.routing.Route;
import dev.switchgear.core.routing.Strategy;
import dev.switchgear.core.routing.Target;
import dev.switchgear.families.llm.call.HoldBack;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.money.Money;
import dev.switchgear.server.edge.llm.Promise;
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
record Lane(
        Route<LlmRequest, LlmReply> route,
        Duration total,
        Promise promise,
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
    Lane without(String provider) {
        List<Target<LlmRequest, LlmReply>> others =
                route.targets().stream()
                        .filter(target -> !target.upstream().id().provider().equals(provider))
                        .toList();
        return others.isEmpty()
                ? this
                : new Lane(remade.apply(others), total, promise, holdBack, keep, remade, ceiling);
    }
}
