package dev.switchgear.server.gateway;

import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.time.Time;
import dev.switchgear.server.gateway.Upstreams.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/// Tries providers out for people who ask whether their credentials work. Thread-safe.
public final class ProviderTrials {
    private final Supplier<Collection<Member<?, ?>>> members;
    private final Time time;

    /// @param members those in use now, of all families
    public ProviderTrials(Supplier<Collection<Member<?, ?>>> members, Time time) {
        this.members = members;
        this.time = time;
    }

    /// Asks a provider with each of its keys a question that costs nothing, one after the other. Empty
    /// where no provider in use is called so.
    public List<Tried> test(String provider, Deadline deadline) {
        var tried = new ArrayList<Tried>();
        for (Member<?, ?> member : members.get()) {
            if (member.upstream().id().provider().equals(provider)) {
                tried.add(tried(member, deadline));
            }
        }
        return tried;
    }

    private Tried tried(Member<?, ?> member, Deadline deadline) {
        long before = time.nanos();
        Outcome<List<String>> outcome = member.probe().ask(deadline);
        Duration latency = Duration.ofNanos(time.nanos() - before);
        String key = member.upstream().id().key();
        return switch (outcome) {
            case Outcome.Success<List<String>> success ->
                    new Tried(key, true, latency, success.value().size(), "");
            case Outcome.Failure<List<String>> failure ->
                    new Tried(key, false, latency, 0, failure.fault().detail());
            case Outcome.Refusal<List<String>> refusal ->
                    new Tried(key, false, latency, 0, refusal.reason());
        };
    }
}
