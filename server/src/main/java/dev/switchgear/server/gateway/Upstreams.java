package dev.switchgear.server.gateway;

import dev.switchgear.core.call.Upstream;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.guard.GuardSettings;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.guard.Renewal;
import dev.switchgear.core.health.Rests;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.server.config.Config;
import dev.switchgear.wire.Transport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All upstreams of one family, by one configuration. Each configuration reaches all of them anew; what
/// breakers, limits and scores have learned goes over to the next, as far as that is about what it does
/// not change, and so does what is counted. Immutable, but that [#use] puts settings in force.
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

    /// @param settings of each of its keys
    /// @param account what rests for all its keys together
    public record Account<Q, A>(
            String id,
            Config.Provider provider,
            GuardSettings settings,
            Rests account,
            List<Member<Q, A>> members) {
        private Optional<Member<Q, A>> member(String key) {
            return members.stream()
                    .filter(member -> member.upstream().id().key().equals(key))
                    .findFirst();
        }

        private Optional<Secret> secret(String key) {
            return credentials(provider).stream()
                    .filter(credential -> credential.name().equals(key))
                    .findFirst()
                    .flatMap(Credential::secret);
        }

        /// Whether calls still go to where they went.
        private boolean at(Config.Provider next) {
            return provider.baseUrl().equals(next.baseUrl())
                    && provider.kindOf(id).equals(next.kindOf(id));
        }
    }

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
    /// @return to be put in force by [#use]
    /// @throws IllegalArgumentException if the configuration cannot be used
    public Upstreams<Q, A> next(Config config, Adapter<Q, A> adapter, Transport transport) {
        var next = new LinkedHashMap<String, Account<Q, A>>();
        for (var entry : config.providers().entrySet()) {
            String id = entry.getKey();
            Config.Provider provider = entry.getValue();
            if (!provider.on() || !adapter.speaksTo(id, provider)) {
                continue;
            }
            GuardSettings settings = CoreSettings.guards(provider, config.resilience());
            next.put(id, account(id, provider, settings, adapter, transport));
        }
        return new Upstreams<>(surroundings, next);
    }

    /// Puts in force what the configuration says about all of them. Cannot fail.
    public void use() {
        accounts.values()
                .forEach(account ->
                        account.members()
                                .forEach(member -> member.upstream().use(account.settings())));
    }

    private Account<Q, A> account(
            String id,
            Config.Provider provider,
            GuardSettings settings,
            Adapter<Q, A> adapter,
            Transport transport) {
        Optional<Account<Q, A>> before = account(id);
        Rests rests =
                before.filter(old -> old.at(provider))
                        .map(Account::account)
                        .orElseGet(() -> new Rests(surroundings.time()));
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
                            before.flatMap(old -> old.member(credential.name()))
                                    .map(member ->
                                            member.upstream()
                                                    .renewed(
                                                            ways.upstream(),
                                                            settings,
                                                            rests,
                                                            renewal(
                                                                    before.get(),
                                                                    provider,
                                                                    credential),
                                                            surroundings.random()))
                                    .orElseGet(() -> fresh(ways.upstream(), settings, rests)),
                            credential.weight(),
                            ways.probe()));
        }
        members.forEach(member -> surroundings.switches().greet(member.upstream()));
        return new Account<>(id, provider, settings, rests, List.copyOf(members));
    }

    private GuardedUpstream<Q, A> fresh(
            Upstream<Q, A> upstream, GuardSettings settings, Rests rests) {
        return new GuardedUpstream<>(
                upstream,
                settings,
                rests,
                surroundings.journal(),
                surroundings.time(),
                surroundings.random());
    }

    private static Renewal renewal(
            Account<?, ?> before, Config.Provider provider, Credential credential) {
        if (!before.at(provider)) {
            return Renewal.OTHER_PLACE;
        }
        return before.secret(credential.name()).equals(credential.secret())
                ? Renewal.SAME
                : Renewal.OTHER_CREDENTIAL;
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
