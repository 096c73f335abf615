package dev.switchgear.server.identity;

import dev.switchgear.core.call.Rank;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.identity.Client;
import dev.switchgear.identity.ClientKey;
import dev.switchgear.identity.KeyHash;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.config.Config.ClientRank;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;

/// The keys of all configured clients. Immutable, thread-safe, and never waits.
public final class ClientKeys {
    /// Compared with when no client has the id, so that an unknown id takes as long as a wrong key.
    private static final KeyHash NOBODY = new KeyHash("00000000", "A".repeat(43));

    private record Known(KeyHash stored, Client client) {}

    private final Map<String, Known> byId;
    private final Mac hasher;

    private ClientKeys(Map<String, Known> byId, Secret pepper) {
        this.byId = Map.copyOf(byId);
        this.hasher = ClientKey.hasher(pepper);
    }

    public static ClientKeys of(Config config, Secret pepper) {
        var byId = new HashMap<String, Known>();
        for (Config.Client client : config.clients()) {
            KeyHash stored = client.keyHash();
            byId.put(
                    stored.id(),
                    new Known(
                            stored,
                            new Client(client.name(), rank(client.rank()), client.operator())));
        }
        return new ClientKeys(byId, pepper);
    }

    /// Whether no client is configured: then this machine may call without a key.
    public boolean none() {
        return byId.isEmpty();
    }

    /// The client whose key this is; empty for a typo, an unknown key and a wrong one alike.
    public Optional<Client> verify(String presented) {
        Optional<ClientKey> key = ClientKey.parse(presented);
        if (key.isEmpty()) {
            return Optional.empty();
        }
        Optional<Known> known = Optional.ofNullable(byId.get(key.get().id()));
        var stored = known.map(Known::stored).orElse(NOBODY);
        boolean fits =
                MessageDigest.isEqual(
                        key.get().mac(copy()), Base64.getUrlDecoder().decode(stored.hash()));
        return fits ? known.map(Known::client) : Optional.empty();
    }

    /// A fresh computation for this call: a `Mac` serves one thread at a time, and making one from
    /// its name costs more than the hash itself.
    private Mac copy() {
        try {
            return (Mac) hasher.clone();
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException("the JDK's HmacSHA256 can be cloned", impossible);
        }
    }

    private static Rank rank(ClientRank rank) {
        return switch (rank) {
            case HIGH -> Rank.HIGH;
            case NORMAL -> Rank.NORMAL;
            case LOW -> Rank.LOW;
        };
    }
}
