package dev.switchgear.server.gateway;

import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.health.Rests;
import dev.switchgear.core.time.Time;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.model.ModelName;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.gateway.llm.LlmUpstreams;
import dev.switchgear.wire.Transport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// All upstreams of one configuration. A new configuration keeps those that it does not change, with
/// what their breakers, limits and scores have learned. Immutable.
public final class Upstreams {
    /// @param weight its share among the provider's keys
    /// @param probe asks whether it is there at all, free of charge
    public record Member(
            GuardedUpstream<LlmRequest, LlmReply> upstream, double weight, Probe probe) {}

    /// @param account what rests for all its keys together
    public record Account(
            String id,
            Config.Provider provider,
            Config.Resilience resilience,
            Rests account,
            List<Member> members) {
        /// How the catalogue knows one of its models.
        public ModelName name(String model) {
            return new ModelName(id, provider.kindOf(id), model);
        }
    }

    private final Map<String, Account> accounts;

    private Upstreams(Map<String, Account> accounts) {
        this.accounts = accounts;
    }

    public static Upstreams none() {
        return new Upstreams(Map.of());
    }

    public static Upstreams of(
            Config config,
            Upstreams before,
            LlmUpstreams adapters,
            Transport transport,
            boolean sameTransport,
            Journal journal,
            Time time,
            RandomGenerator random) {
        var accounts = new LinkedHashMap<String, Account>();
        for (var entry : config.providers().entrySet()) {
            String id = entry.getKey();
            Config.Provider provider = entry.getValue();
            if (!provider.on()) {
                continue;
            }
            Account old = before.accounts.get(id);
            boolean same =
                    sameTransport
                            && old != null
                            && old.provider().equals(provider)
                            && old.resilience().equals(config.resilience());
            accounts.put(
                    id,
                    same && old != null
                            ? old
                            : account(
                                    id, provider, config, adapters, transport, journal, time,
                                    random));
        }
        return new Upstreams(accounts);
    }

    private static Account account(
            String id,
            Config.Provider provider,
            Config config,
            LlmUpstreams adapters,
            Transport transport,
            Journal journal,
            Time time,
            RandomGenerator random) {
        var rests = new Rests(time);
        var members = new ArrayList<Member>();
        for (Credential credential : credentials(provider)) {
            var upstreamId = new UpstreamId(id, credential.name());
            members.add(
                    new Member(
                            new GuardedUpstream<>(
                                    adapters.make(
                                            upstreamId,
                                            provider.kindOf(id),
                                            provider,
                                            credential.secret(),
                                            transport),
                                    CoreSettings.guards(provider, config.resilience()),
                                    rests,
                                    journal,
                                    time,
                                    random),
                            credential.weight(),
                            adapters.probe(
                                    upstreamId,
                                    provider.kindOf(id),
                                    provider,
                                    credential.secret(),
                                    transport)));
        }
        return new Account(id, provider, config.resilience(), rests, List.copyOf(members));
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

    public Optional<Account> account(String provider) {
        return Optional.ofNullable(accounts.get(provider));
    }

    public Map<String, Account> accounts() {
        return accounts;
    }

    public List<Member> members() {
        return accounts.values().stream().flatMap(account -> account.members().stream()).toList();
    }

    public Collection<GuardedUpstream<LlmRequest, LlmReply>> all() {
        return members().stream().map(Member::upstream).toList();
    }
}
