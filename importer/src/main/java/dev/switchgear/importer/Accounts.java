package dev.switchgear.importer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The providers of our file, gathered from deployments that may share them. Not thread-safe.
final class Accounts {
    private final Map<String, Account> byId = new LinkedHashMap<>();

    /// What deployments must have in common to be one provider.
    ///
    /// @param settings below the provider, such as `limits.concurrent`, already in YAML
    /// @param apart tells providers from each other that are alike but must not share their limits
    record Traits(
            String kind,
            Optional<Address> base,
            Map<String, String> settings,
            Map<String, String> headers,
            List<String> models,
            String apart) {
        Traits {
            settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
            headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
            models = List.copyOf(models);
        }
    }

    /// A key: its name, `${NAME}`, and its share already in YAML.
    record KeyOf(String name, String secret, Optional<String> weight) {}

    /// One provider.
    static final class Account {
        private final String id;
        private final Traits traits;
        private final List<KeyOf> keys = new ArrayList<>();
        private final Set<String> notes = new LinkedHashSet<>();

        private Account(String id, Traits traits) {
            this.id = id;
            this.traits = traits;
        }

        String id() {
            return id;
        }

        Traits traits() {
            return traits;
        }

        List<KeyOf> keys() {
            return List.copyOf(keys);
        }

        void note(String text) {
            notes.add(text);
        }

        /// The name of the key with that secret, added where it is new.
        ///
        /// @param wanted its name, if that is free
        String key(String wanted, String secret, Optional<String> weight) {
            for (KeyOf key : keys) {
                if (key.secret().equals(secret)) {
                    return key.name();
                }
            }
            String name = wanted;
            for (int i = 2; taken(name); i++) {
                name = wanted + "-" + i;
            }
            keys.add(new KeyOf(name, secret, weight));
            return name;
        }

        private boolean taken(String name) {
            return keys.stream().anyMatch(key -> key.name().equals(name));
        }
    }

    /// The provider with these traits, made where there is none.
    ///
    /// @param wanted its id, if that is free
    Account of(String wanted, Traits traits) {
        for (Account account : byId.values()) {
            if (account.traits.equals(traits)) {
                return account;
            }
        }
        String id = wanted;
        for (int i = 2; byId.containsKey(id); i++) {
            id = wanted + "-" + i;
        }
        var made = new Account(id, traits);
        byId.put(id, made);
        return made;
    }

    Optional<Account> at(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    boolean none() {
        return byId.isEmpty();
    }

    /// Writes `egress` and `providers`.
    void write(Block root) {
        var guarded = new LinkedHashSet<String>();
        for (Account account : byId.values()) {
            account.traits.base().flatMap(Address::guarded).ifPresent(guarded::add);
        }
        if (!guarded.isEmpty()) {
            root.at("egress").words("allow-private", List.copyOf(guarded));
        }
        for (Account account : byId.values()) {
            write(account, root.at("providers").at(account.id));
        }
    }

    private static void write(Account account, Block block) {
        account.notes.forEach(block::note);
        Traits traits = account.traits;
        block.text("kind", traits.kind());
        traits.base().ifPresent(base -> block.set("base-url", YamlText.quoted(base.text())));
        for (KeyOf key : account.keys) {
            var written = new Block().text("name", key.name());
            written.set("secret", YamlText.quoted(key.secret()));
            key.weight().ifPresent(weight -> written.set("weight", weight));
            block.add("keys", written);
        }
        traits.settings()
                .forEach((path, yaml) -> {
                    int dot = path.indexOf('.');
                    block.at(path.substring(0, dot)).set(path.substring(dot + 1), yaml);
                });
        if (!traits.models().isEmpty()) {
            block.words("models", traits.models());
        }
        traits.headers().forEach((name, yaml) -> block.at("headers").set(name, yaml));
    }
}
