package dev.switchgear.server.gateway;

import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.limiter.Limit;
import dev.switchgear.core.limiter.Limiter;
import dev.switchgear.core.time.Time;
import dev.switchgear.server.gateway.Upstreams.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Tries providers out for people who ask whether their credentials work. Thread-safe.
///
/// Each provider is tried by one person at a time, and ten times a minute at most, whoever asks: a
/// trial costs nothing, but is a request with each of its keys.
public final class ProviderTrials {
    /// Trials of one provider in a minute.
    static final int A_MINUTE = 10;

    private static final Duration A_MOMENT = Duration.ofSeconds(1);

    /// How trying a provider went.
    public sealed interface Trial {
        /// No provider in use is called so.
        record Unknown() implements Trial {}

        /// It was tried just now, or is being tried.
        ///
        /// @param retryAfter when it may be tried again
        record TooMany(Duration retryAfter) implements Trial {}

        /// @param keys each of its keys in turn; at least one
        record Done(List<Tried> keys) implements Trial {
            public Done {
                keys = List.copyOf(keys);
            }
        }
    }

    private final Supplier<Collection<Member<?, ?>>> members;
    private final Time time;
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();

    /// By provider; only of those in use.
    private final Map<String, Limiter> limits = new ConcurrentHashMap<>();

    /// @param members those in use now, of all families
    public ProviderTrials(Supplier<Collection<Member<?, ?>>> members, Time time) {
        this.members = members;
        this.time = time;
    }

    /// The providers in use.
    public Set<String> providers() {
        return members.get().stream()
                .map(member -> member.upstream().id().provider())
                .collect(Collectors.toUnmodifiableSet());
    }

    /// Asks a provider with each of its keys a question that costs nothing, one after the other. What an
    /// answer proves to be over, ends.
    public Trial test(String provider, Deadline deadline) {
        Collection<Member<?, ?>> all = members.get();
        var known = new HashSet<String>();
        all.forEach(member -> known.add(member.upstream().id().provider()));
        limits.keySet().retainAll(known);
        if (!known.contains(provider)) {
            return new Trial.Unknown();
        }
        if (!underWay.add(provider)) {
            return new Trial.TooMany(A_MOMENT);
        }
        try {
            long ticket = limits.computeIfAbsent(provider, _ -> limiter()).tryTake(0);
            if (ticket < 0) {
                return new Trial.TooMany(Duration.ofNanos(-ticket));
            }
            var tried = new ArrayList<Tried>();
            for (Member<?, ?> member : all) {
                if (member.upstream().id().provider().equals(provider)) {
                    tried.add(tried(member, deadline));
                }
            }
            return new Trial.Done(tried);
        } finally {
            underWay.remove(provider);
        }
    }

    private Limiter limiter() {
        var limit = new Limit(Limit.Measure.REQUESTS, A_MINUTE, Duration.ofMinutes(1));
        return new Limiter(List.of(limit), time);
    }

    private Tried tried(Member<?, ?> member, Deadline deadline) {
        long before = time.nanos();
        Outcome<List<String>> outcome = member.probe().ask(deadline);
        Duration latency = Duration.ofNanos(time.nanos() - before);
        String key = member.upstream().id().key();
        return switch (outcome) {
            case Outcome.Success<List<String>> success -> {
                Prober.answered(member.upstream(), success.value());
                yield new Tried(key, true, latency, success.value().size(), "");
            }
            case Outcome.Failure<List<String>> failure ->
                    new Tried(key, false, latency, 0, failure.fault().detail());
            case Outcome.Refusal<List<String>> refusal ->
                    new Tried(key, false, latency, 0, refusal.reason());
        };
    }
}
