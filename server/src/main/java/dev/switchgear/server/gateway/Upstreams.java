package dev.switchgear.server.gateway;

import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.health.Rests;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.server.config.Config;
import dev.switchgear.wire.Transport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All upstreams of one family, by one configuration. A new configuration keeps those that it does not
/// change, with what their breakers, limits and scores have learned. Immutable.
///
/// @param <Q> what is asked, in the family's words
/// @param <A> what is answered, in the family's words
public final class Upstreams<Q, A> {
    /// @param weight its share among the provider's keys
    /// @param probe asks whether it is there at all, free of charge
    public record Member<Q, A>(GuardedUpstream<Q, A> upstream, double weight, Probe probe) {
        public Member {
            probe = new SturdyProbe(upstream.id(), probe);
        }
    }

    /// @param account what rests for all its keys together
    public record Account<Q, A>(
            String id,
            Config.Provider provider,
            Config.Resilience resilience,
            Rests account,
            List<Member<Q, A>> members) {}

    private final Surroundings surroundings;
    private final Map<String, Account<Q, A>> accounts;

    private Upstreams(Surroundings surroundings, Map<String, Account<Q, A>> accounts) {
        this.surroundings = surroundings;
        this.accounts = accounts;
    }

    /// What stands before the first configuration.
    public static <Q, A> Upstreams<Q, A> none(Surroundings surroundings) {
        return new Upstreams<>(surroundings, Map.of());
    }

    /// Those of `config`, as far as `adapter` speaks to them.
    ///
    /// @param sameTransport whether these here go out by `transport` already
    /// @throws IllegalArgumentException if the configuration cannot be used
    public Upstreams<Q, A> next(
            Config config, Adapter<Q, A> adapter, Transport transport, boolean sameTransport) {
        var next = new LinkedHashMap<String, Account<Q, A>>();
        for (var entry : config.providers().entrySet()) {
            String id = entry.getKey();
            Config.Provider provider = entry.getValue();
            if (!provider.on() || !adapter.speaksTo(id, provider)) {
                continue;
            }
            Account<Q, A> old = accounts.get(id);
            boolean same =
                    sameTransport
                            && old != null
                            && old.provider().equals(provider)
                            && old.resilience().equals(config.resilience());
            next.put(
                    id,
                    same && old != null
                            ? old
                            : account(id, provider, config.resilience(), adapter, transport));
        }
        return new Upstreams<>(surroundings, next);
    }

    private Account<Q, A> account(
            String id,
            Config.Provider provider,
            Config.Resilience resilience,
            Adapter<Q, A> adapter,
            Transport transport) {
        var rests = new Rests(surroundings.time());
        var members = new ArrayList<Member<Q, A>>();
        for (Credential credential : credentials(provider)) {
            Adapter.Ways<Q, A> ways =
                    adapter.to(
                            new Adapter.Access(
                                    new UpstreamId(id, credential.name()),
                                    provider,
                                    credential.secret(),
                                    transport));
            members.add(
                    new Member<>(
                            new GuardedUpstream<>(
                                    ways.upstream(),
                                    CoreSettings.guards(provider, resilience),
                                    rests,
                                    surroundings.journal(),
                                    surroundings.time(),
                                    surroundings.random()),
                            credential.weight(),
                            ways.probe()));
        }
        return new Account<>(id, provider, resilience, rests, List.copyOf(members));
    }

    private record Credential(String name, Optional<Secret> secret, double weight) {}

    private static List<Credential> credentials(Config.Provider provider) {
        if (provider.keys().isEmpty()) {
            return List.of(new Credential("none", Optional.empty(), 1));
        }
        return provider.usableKeys().stream()
                .map(key -> new Credential(key.name(), key.secret(), key.weight()))
                .toList();
    }

    /// Empty where no provider in use is called so.
    public Optional<Account<Q, A>> account(String provider) {
        return Optional.ofNullable(accounts.get(provider));
    }

    /// By the provider's id, in the order of the configuration.
    public Map<String, Account<Q, A>> accounts() {
        return accounts;
    }

    public List<Member<Q, A>> members() {
        return accounts.values().stream().flatMap(account -> account.members().stream()).toList();
    }
}
