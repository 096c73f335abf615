package dev.switchgear.server.config;

import dev.switchgear.providers.Kinds;
import dev.switchgear.providers.LlmKind;
import dev.switchgear.providers.ProviderKind;
import dev.switchgear.server.config.Config.Match;
import dev.switchgear.server.config.Config.ProviderKey;
import dev.switchgear.server.config.Config.Route;
import dev.switchgear.server.config.Config.Score;
import dev.switchgear.server.config.Config.Target;
import dev.switchgear.server.config.Node.Mapping;
import dev.switchgear.server.names.Nearest;
import dev.switchgear.server.names.Quote;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What settings say about each other. Runs on a configuration whose single values are right.
final class Checks {
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "::1", "[::1]", "localhost");

    /// The default port of a scheme is never sent.
    private static final Pattern ORIGIN =
            Pattern.compile(
                    "(?!http://[^/]*:80$)(?!https://[^/]*:443$)"
                            + "[A-Za-z][A-Za-z0-9+.-]*://([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])"
                            + "(:[0-9]{1,5})?");

    private static final Pattern NEARLY_ORIGIN =
            Pattern.compile(
                    "((?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?"
                            + "(?<host>localhost|[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)+|\\[[0-9A-Fa-f:.]+])"
                            + "(?<port>:[0-9]{1,5})?(/.*)?");

    /// Of sums of shares.
    private static final double ROUNDING = 1e-9;

    private final Config config;
    private final Mapping tree;
    private final Kinds kinds;
    private final ConfigProblems problems;

    Checks(Config config, Mapping tree, Kinds kinds, ConfigProblems problems) {
        this.config = config;
        this.tree = tree;
        this.kinds = kinds;
        this.problems = problems;
    }

    void run() {
        door();
        origins();
        clients();
        config.providers().forEach(this::provider);
        routes();
        config.aliases().forEach(this::alias);
        resilience();
        new Reach(config, tree, kinds, problems).run();
    }

    private void door() {
        var server = config.server();
        if (LOOPBACK.contains(server.bind())) {
            return;
        }
        Node where = at("server", "bind");
        if (!server.behindProxy() && server.tls().isEmpty()) {
            problems.error(
                    where,
                    "`server.bind` opens the door beyond this machine without TLS. Set `server.tls`,"
                            + " or `server.behind-proxy: true` where a proxy does it.");
        }
        if (config.clients().isEmpty()) {
            problems.error(
                    where,
                    "`server.bind` opens the door beyond this machine, and no `clients` are"
                            + " configured: everybody could call. Add one with `switchgear key new`.");
        }
    }

    private void origins() {
        List<String> origins = config.server().cors().origins();
        for (int i = 0; i < origins.size(); i++) {
            String origin = origins.get(i);
            if (!origin.equals("*") && !ORIGIN.matcher(origin).matches()) {
                problems.error(
                        at("server", "cors", "origins", i),
                        "`"
                                + Quote.of(origin)
                                + "` is not an origin as browsers send it (expected: scheme://host,"
                                + " with a port where it is not the scheme's own, and nothing behind"
                                + " it"
                                + meant(origin)
                                + ").");
            }
        }
    }

    /// What the browser sends for a page of that address, as far as that can be told.
    private static String meant(String origin) {
        Matcher near = NEARLY_ORIGIN.matcher(origin);
        if (!near.matches() || !Quote.isPlain(near.group("host"))) {
            return "; `*` alone stands for every page";
        }
        String usual = near.group("host").equals("localhost") ? "http" : "https";
        String scheme = near.group("scheme") == null ? usual : near.group("scheme");
        String port = near.group("port") == null ? "" : near.group("port");
        boolean own =
                (scheme.equals("https") && port.equals(":443"))
                        || (scheme.equals("http") && port.equals(":80"));
        return "; write `" + scheme + "://" + near.group("host") + (own ? "" : port) + "`";
    }

    private void clients() {
        Set<String> names = new HashSet<>();
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < config.clients().size(); i++) {
            var client = config.clients().get(i);
            Node where = at("clients", i);
            if (!names.add(client.name())) {
                problems.error(
                        where,
                        "Two clients are named `" + Quote.of(client.name()) + "`. Rename one.");
            }
            if (!ids.add(client.keyHash().id())) {
                problems.error(
                        at("clients", i, "key-hash"),
                        "Two clients have the same key. Make another with `switchgear key new`.");
            }
        }
    }

    private void provider(String id, Config.Provider provider) {
        Node where = at("providers", id);
        Optional<ProviderKind> kind = kinds.find(provider.kindOf(id));
        if (kind.isEmpty()) {
            problems.error(
                    where,
                    "`providers."
                            + Quote.of(id)
                            + "` has no `kind`, and its id is none (known: "
                            + String.join(", ", kinds.names())
                            + "). "
                            + OtherWords.meant(id, kinds.names())
                                    .filter(near -> !near.equals("openai-compatible"))
                                    .map(near ->
                                            "Did you mean `"
                                                    + near
                                                    + "`? Otherwise add its kind:"
                                                    + " `kind: openai-compatible` if it speaks OpenAI's"
                                                    + " API.")
                                    .orElse(
                                            "Add `kind: openai-compatible` if it speaks OpenAI's"
                                                    + " API."));
        } else if (kind.get().needsBase() && provider.baseUrl().isEmpty()) {
            problems.error(
                    where,
                    "`providers."
                            + Quote.of(id)
                            + "` needs a `base-url`, as every "
                            + kind.get().name()
                            + " one does.");
        }
        if (!provider.quirks().chat().orElse(true)
                && kind.isPresent()
                && !withoutChat().contains(kind.get().name())) {
            problems.error(
                    at("providers", id, "quirks", "chat"),
                    "`providers."
                            + Quote.of(id)
                            + ".quirks.chat` is false, but only providers of the kind "
                            + String.join(", ", withoutChat())
                            + " are asked in Responses instead.");
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < provider.keys().size(); i++) {
            String name = provider.keys().get(i).name();
            if (!names.add(name)) {
                problems.error(
                        at("providers", id, "keys", i),
                        "Two keys of `"
                                + Quote.of(id)
                                + "` are named `"
                                + Quote.of(name)
                                + "`. Give each a `name`.");
            }
        }
        breaker(where, "providers." + Quote.of(id) + ".breaker", provider.breaker());
    }

    /// The kinds that can do without chat completions.
    private List<String> withoutChat() {
        return kinds.all(LlmKind.class).stream()
                .filter(LlmKind::chatOptional)
                .map(LlmKind::name)
                .toList();
    }

    private void routes() {
        Set<Match> matches = new HashSet<>();
        for (int i = 0; i < config.routes().size(); i++) {
            Route route = config.routes().get(i);
            if (!matches.add(route.match())) {
                problems.error(
                        at("routes", i),
                        "A route above is already for "
                                + calls(route.match())
                                + ". This one would never be used.");
            }
            List<Target> targets = route.targets();
            for (int j = 0; j < targets.size(); j++) {
                target(targets.get(j), at("routes", i, "to", j));
            }
            if (route.to().isPresent()
                    && targets.stream().allMatch(target -> target.weight() == 0)) {
                problems.error(
                        at("routes", i, "to"), "All targets have the weight 0. Give one more.");
            }
            shares(targets, at("routes", i, "to"));
            for (int j = 0; j < route.larger().size(); j++) {
                Node where = at("routes", i, "larger", j);
                target(route.larger().get(j), where);
                if (route.larger().get(j).share().isPresent()) {
                    problems.error(
                            where, "A target of `larger` has no `share`: it is a last resort.");
                }
            }
        }
    }

    private static String calls(Match match) {
        return switch (match) {
            case Match.Llm(String model) -> "model `" + Quote.of(model) + "`";
        };
    }

    private void shares(List<Target> targets, Node where) {
        double sum =
                targets.stream()
                        .mapToDouble(target -> target.share().map(Share::value).orElse(0.0))
                        .sum();
        if (sum > 1 + ROUNDING) {
            problems.error(where, "The shares of a route are more than 100% together.");
        }
        if (!targets.isEmpty() && targets.stream().allMatch(target -> target.share().isPresent())) {
            problems.error(
                    where,
                    "All targets have a `share`. Leave it out where the rest of the calls goes.");
        }
    }

    private void alias(String alias, String name) {
        Node where = at("aliases", alias);
        if (llm().anyMatch(match -> match.model().equals(alias))) {
            problems.error(
                    where,
                    "A route is for model `"
                            + Quote.of(alias)
                            + "` already. It would never be used beside this alias.");
        }
        List<String> way = new ArrayList<>(List.of(alias));
        while (config.aliases().containsKey(way.getLast())) {
            String next = config.aliases().get(way.getLast());
            if (way.contains(next)) {
                problems.error(
                        where,
                        "`aliases." + Quote.of(alias) + "` leads in a circle: " + row(way, next));
                return;
            }
            if (way.size() > Config.ALIASES_IN_A_ROW) {
                problems.error(
                        where,
                        "`aliases."
                                + Quote.of(alias)
                                + "` stands for more than "
                                + Config.ALIASES_IN_A_ROW
                                + " others in a row. Name the last one: "
                                + row(way, next));
                return;
            }
            way.add(next);
        }
        if (way.size() == 2 && !leads(name)) {
            problems.error(
                    where,
                    "`"
                            + Quote.of(name)
                            + "` is neither a route nor `provider/model`. "
                            + Nearest.hint(name, routeNames()));
        }
    }

    private static String row(List<String> way, String next) {
        return String.join(" -> ", way.stream().map(Quote::of).toList())
                + " -> "
                + Quote.of(next)
                + ".";
    }

    private boolean leads(String name) {
        int slash = name.indexOf('/');
        boolean direct = slash > 0 && config.providers().containsKey(name.substring(0, slash));
        return direct || llm().anyMatch(match -> match.fits(name));
    }

    /// Aliases stand for models, so only routes of that family matter to them.
    private Stream<Match.Llm> llm() {
        return config.routes().stream()
                .map(route ->
                        switch (route.match()) {
                            case Match.Llm match -> match;
                        });
    }

    private List<String> routeNames() {
        List<String> names = llm().map(Match.Llm::model).toList();
        return names.isEmpty() ? List.of("provider/model") : names;
    }

    private void target(Target target, Node where) {
        Config.Provider provider = config.providers().get(target.provider());
        if (provider == null) {
            problems.error(
                    where,
                    "`"
                            + Quote.of(target.provider())
                            + "` is not a provider. "
                            + (config.providers().isEmpty()
                                    ? "Add it under `providers`."
                                    : Nearest.hint(
                                            target.provider(), config.providers().keySet())));
            return;
        }
        List<String> keys = provider.keys().stream().map(ProviderKey::name).toList();
        target.key()
                .filter(key -> !keys.contains(key))
                .ifPresent(key ->
                        problems.error(
                                where,
                                "`"
                                        + Quote.of(key)
                                        + "` is not a key of `"
                                        + Quote.of(target.provider())
                                        + "`. "
                                        + Nearest.hint(key, keys)));
    }

    private void resilience() {
        var resilience = config.resilience();
        breaker(at("resilience", "breaker"), "resilience.breaker", resilience.breaker());
        if (resilience.retry().cap().compareTo(resilience.retry().base()) < 0) {
            problems.error(
                    at("resilience", "retry"),
                    "`resilience.retry.cap` is less than `base` (expected: `base` or more).");
        }
        var adaptive = resilience.adaptive();
        if (adaptive.min() > adaptive.start() || adaptive.start() > adaptive.max()) {
            problems.error(
                    at("resilience", "adaptive"),
                    "`resilience.adaptive` must have `min` <= `start` <= `max`.");
        }
        Score score = resilience.score();
        if (score.latency() + score.availability() + score.cost() + score.headroom() <= 0) {
            problems.error(
                    at("resilience", "score"),
                    "All weights of `resilience.score` are 0. Give at least one more.");
        }
    }

    private void breaker(Node where, String path, Config.Breaker breaker) {
        if (breaker.openForMax().compareTo(breaker.openFor()) < 0) {
            problems.error(
                    where,
                    "`"
                            + path
                            + ".open-for-max` is less than `open-for` (expected: `open-for` or"
                            + " more).");
        }
        if (breaker.window() instanceof Config.BreakerWindow.Count(int calls)
                && breaker.minimumCalls() > calls) {
            problems.error(
                    where,
                    "`"
                            + path
                            + ".minimum-calls` is more than the window holds (expected: at most "
                            + calls
                            + ").");
        }
    }

    private Node at(Object... path) {
        return tree.at(List.of(path));
    }
}
