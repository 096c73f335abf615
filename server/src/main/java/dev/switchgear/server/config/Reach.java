package dev.switchgear.server.config;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.providers.Kinds;
import dev.switchgear.providers.LlmKind;
import dev.switchgear.providers.ProviderKind;
import dev.switchgear.providers.llm.LlmQuirks;
import dev.switchgear.server.config.Node.Mapping;
import dev.switchgear.server.names.Quote;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.WireException;
import dev.switchgear.wire.egress.EgressGuard;
import dev.switchgear.wire.egress.EgressRules;
import dev.switchgear.wire.http.Connector;
import dev.switchgear.wire.http.HeaderRules;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Whether what is configured could be sent, and to where it says: asked of the code that will send it,
/// so that what passes here does not fail at the first call. Asks no name server. Runs on a
/// configuration whose single values are right.
final class Reach {
    private final Config config;
    private final Mapping tree;
    private final Kinds kinds;
    private final ConfigProblems problems;

    Reach(Config config, Mapping tree, Kinds kinds, ConfigProblems problems) {
        this.config = config;
        this.tree = tree;
        this.kinds = kinds;
        this.problems = problems;
    }

    void run() {
        Optional<EgressGuard> guard = guard();
        authorities();
        config.server()
                .tls()
                .flatMap(tls -> TlsFiles.flaw(Path.of(tls.certificate()), Path.of(tls.key())))
                .ifPresent(
                        flaw -> problems.error(at("server", "tls", flaw.setting()), flaw.words()));
        config.providers()
                .forEach((id, provider) -> {
                    base(id, provider)
                            .ifPresent(endpoint -> {
                                guard.ifPresent(asked -> reachable(asked, id, endpoint));
                                headers(id, provider, endpoint);
                            });
                    sendable(id, provider);
                });
    }

    /// Empty where an endpoint that it would allow cannot be meant.
    private Optional<EgressGuard> guard() {
        List<String> allowed = config.egress().allowPrivate();
        for (int i = 0; i < allowed.size(); i++) {
            Node where = at("egress", "allow-private", i);
            try {
                var alone = guard(List.of(allowed.get(i)));
                alone.checkWithoutLookup(Endpoint.parse("http://" + allowed.get(i)));
            } catch (IllegalArgumentException no) {
                problems.error(
                        where,
                        "`"
                                + Quote.of(allowed.get(i))
                                + "` is not an endpoint (expected: host:port, such as"
                                + " 127.0.0.1:11434).");
            } catch (WireException never) {
                problems.error(
                        where,
                        "`egress.allow-private` cannot open `"
                                + Quote.of(allowed.get(i))
                                + "`: there is what no provider may be asked through (the machine's"
                                + " own credentials, or no machine at all). Take it out.");
            }
        }
        return problems.errors() ? Optional.empty() : Optional.of(guard(allowed));
    }

    private static EgressGuard guard(List<String> allowed) {
        return new EgressGuard(
                new EgressRules(EgressRules.DEFAULT.ports(), Set.copyOf(allowed)),
                host -> {
                    throw new IllegalStateException("no name is looked up here: " + host);
                });
    }

    private void authorities() {
        if (config.egress().caFile().isEmpty()) {
            return;
        }
        try {
            Connector.checkAuthorities(List.of(Path.of(config.egress().caFile().get())));
        } catch (IllegalArgumentException unusable) {
            problems.error(
                    at("egress", "ca-file"),
                    "`egress.ca-file` cannot be read (expected: a file with PEM certificates).");
        }
    }

    private Optional<Endpoint> base(String id, Config.Provider provider) {
        Optional<String> base =
                provider.baseUrl()
                        .map(Object::toString)
                        .or(() -> kinds.find(provider.kindOf(id)).flatMap(ProviderKind::base));
        try {
            return base.map(Endpoint::parse);
        } catch (IllegalArgumentException refused) {
            problems.error(
                    at("providers", id, "base-url"),
                    name(id)
                            + "base-url` cannot be called: "
                            + String.valueOf(refused.getMessage()).replaceFirst("^url: ", "")
                            + ".");
            return Optional.empty();
        }
    }

    private static String name(String id) {
        return "`providers." + Quote.of(id) + ".";
    }

    private void reachable(EgressGuard guard, String id, Endpoint endpoint) {
        try {
            guard.checkWithoutLookup(endpoint);
        } catch (WireException denied) {
            String named = Quote.of(endpoint.authority());
            boolean openable =
                    opened(endpoint)
                            && config.egress().allowPrivate().stream()
                                    .noneMatch(endpoint.authority()::equalsIgnoreCase);
            String where = Quote.of(endpoint.scheme() + "://" + endpoint.authority());
            problems.error(
                    at("providers", id, "base-url"),
                    "`providers."
                            + Quote.of(id)
                            + "` is at "
                            + where.toLowerCase(Locale.ROOT)
                            + (openable
                                    ? ", which may only be reached if it is named: add `"
                                            + named
                                            + "` to `egress.allow-private`."
                                    : ", where no provider may be asked, whatever"
                                            + " `egress.allow-private` says."));
        }
    }

    /// Whether naming it would be enough.
    private static boolean opened(Endpoint endpoint) {
        try {
            guard(List.of(endpoint.authority())).checkWithoutLookup(endpoint);
            return true;
        } catch (WireException never) {
            return false;
        }
    }

    /// Own headers beside those that are sent anyway: two of one name, and nobody can tell which counts.
    private void headers(String id, Config.Provider provider, Endpoint endpoint) {
        Set<String> sent =
                kinds.find(provider.kindOf(id), LlmKind.class)
                        .map(kind ->
                                kind.headers(
                                        endpoint,
                                        new LlmQuirks(
                                                provider.quirks().keyHeader(),
                                                provider.quirks().keyPrefix(),
                                                provider.quirks().query(),
                                                provider.quirks().doneRequired(),
                                                provider.quirks().streamUsage(),
                                                provider.quirks().chat()),
                                        !provider.keys().isEmpty()))
                        .orElse(Set.of());
        Map<String, String> seen = new HashMap<>();
        for (String header : provider.headers().keySet()) {
            Node where = at("providers", id, "headers", header);
            String lower = header.toLowerCase(Locale.ROOT);
            boolean known = HeaderRules.isConnectors(header) || sent.contains(lower);
            String path = name(id) + "headers." + (known ? header : Quote.of(header)) + "`";
            String twin = seen.putIfAbsent(lower, header);
            if (twin != null) {
                problems.error(
                        where, path + " is there twice, as `" + Quote.of(twin) + "`. Keep one.");
            } else if (HeaderRules.isConnectors(header)) {
                problems.error(
                        where,
                        path
                                + " says how a request is sent, which is not its own to say. Take it"
                                + " out.");
            } else if (sent.contains(lower)) {
                problems.error(where, path + " is written anyway, by the adapter. Take it out.");
            }
        }
    }

    /// Whether its credentials and headers can stand in a head.
    private void sendable(String id, Config.Provider provider) {
        for (int i = 0; i < provider.keys().size(); i++) {
            Node where = at("providers", id, "keys", i, "secret");
            String path = name(id) + "keys[" + i + "].secret`";
            provider.keys()
                    .get(i)
                    .secret()
                    .map(Secret::reveal)
                    .flatMap(Reach::flaw)
                    .ifPresent(flaw -> problems.error(where, path + holds(flaw)));
        }
        provider.headers()
                .forEach((header, value) ->
                        HeaderRules.flaw(value)
                                .ifPresent(flaw ->
                                        problems.error(
                                                at("providers", id, "headers", header),
                                                name(id)
                                                        + "headers."
                                                        + Quote.of(header)
                                                        + "`"
                                                        + holds(flaw))));
        Config.Quirks quirks = provider.quirks();
        quirks.keyHeader()
                .filter(header ->
                        !HeaderRules.isName(header)
                                || HeaderRules.isConnectors(header)
                                || header.equalsIgnoreCase("content-type")
                                || header.equalsIgnoreCase("accept"))
                .ifPresent(_ ->
                        problems.error(
                                at("providers", id, "quirks", "key-header"),
                                name(id)
                                        + "quirks.key-header` is no header that can carry a"
                                        + " credential."));
        quirks.keyPrefix()
                .flatMap(HeaderRules::flaw)
                .ifPresent(flaw ->
                        problems.error(
                                at("providers", id, "quirks", "key-prefix"),
                                name(id) + "quirks.key-prefix`" + holds(flaw)));
        quirks.query()
                .filter(query -> !query.matches("([?][!$&-;=?-Z_a-z~%]*)?"))
                .ifPresent(_ ->
                        problems.error(
                                at("providers", id, "quirks", "query"),
                                name(id)
                                        + "quirks.query` cannot stand behind a path (expected: `?` and"
                                        + " then `name=value`, percent-encoded)."));
    }

    /// A credential has no tab either, which a header might.
    private static Optional<String> flaw(String secret) {
        int tab = secret.indexOf('\t');
        return tab >= 0
                ? Optional.of("a control character at place " + (tab + 1))
                : HeaderRules.flaw(secret);
    }

    private static String holds(String flaw) {
        return " holds " + flaw + ", which HTTP does not allow there. Copy it anew.";
    }

    private Node at(Object... path) {
        return tree.at(List.of(path));
    }
}
