package dev.switchgear.server.config;

import dev.switchgear.server.config.Config.Match;
import dev.switchgear.server.config.Config.Route;
import dev.switchgear.server.config.Config.Target;
import dev.switchgear.server.config.Node.Mapping;
import dev.switchgear.server.names.Quote;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What a configuration that can be used says and will not do: said as a warning, since it may be
/// meant (a provider that is switched off for an hour). Runs on a configuration without errors.
final class Doubts {
    private final Config config;
    private final Mapping tree;
    private final ConfigProblems problems;

    Doubts(Config config, Mapping tree, ConfigProblems problems) {
        this.config = config;
        this.tree = tree;
        this.problems = problems;
    }

    void run() {
        if (tree.entries().isEmpty()) {
            problems.warning(
                    tree,
                    "The file is empty. The gateway starts with its defaults and without a provider,"
                            + " so it can serve no call. Write `providers: { openai: { keys: [{"
                            + " secret: \"${OPENAI_API_KEY}\" }] } }`.");
            return;
        }
        providers();
        config.providers().forEach(this::headers);
        for (int i = 0; i < config.routes().size(); i++) {
            route(i);
        }
        config.aliases().forEach(this::alias);
    }

    private void providers() {
        if (config.providers().values().stream().noneMatch(Config.Provider::on)) {
            problems.warning(
                    at("providers"),
                    config.providers().isEmpty()
                            ? "There is no provider, so no call can be served. Write `providers: {"
                                    + " openai: { keys: [{ secret: \"${OPENAI_API_KEY}\" }] } }`."
                            : "No provider is on, so no call can be served: "
                                    + config.providers().entrySet().stream()
                                            .map(entry ->
                                                    "`"
                                                            + Quote.of(entry.getKey())
                                                            + "` "
                                                            + whyOff(entry.getValue()))
                                            .limit(10)
                                            .collect(Collectors.joining(", "))
                                    + ".");
        }
    }

    private static String whyOff(Config.Provider provider) {
        return provider.enabled() ? "has no key that is set" : "is switched off (`enabled: false`)";
    }

    private void headers(String id, Config.Provider provider) {
        provider.headers()
                .keySet()
                .forEach(name -> {
                    boolean writtenOut =
                            LiteralSecret.header(name)
                                    && at("providers", id, "headers", name)
                                            instanceof
                                            Node.Scalar(String text, Node.Kind _, int _, int _)
                                    && !text.contains("${")
                                    && LiteralSecret.is(text);
                    if (writtenOut) {
                        problems.warning(
                                at("providers", id, "headers", name),
                                "`providers."
                                        + Quote.of(id)
                                        + ".headers."
                                        + Quote.of(name)
                                        + "` is a credential written into the file, for all who can"
                                        + " read it. Write `\"${NAME}\"` and set that variable.");
                    }
                });
    }

    private void route(int index) {
        Route route = config.routes().get(index);
        String model =
                switch (route.match()) {
                    case Match.Llm(String name) -> name;
                };
        String begin = "The route for model `" + Quote.of(model) + "` can never be served: ";
        Node where = at("routes", index);
        if (!served(route, model)) {
            problems.warning(where, begin + whyNot(route));
            return;
        }
        route.targets().stream()
                .filter(target -> !on(target))
                .forEach(target ->
                        problems.warning(
                                where,
                                "The route for model `"
                                        + Quote.of(model)
                                        + "` leaves one of its targets out: "
                                        + whyOut(target)
                                        + "."));
        Optional<String> before = before(index, model);
        before.ifPresent(why -> problems.warning(where, begin + why));
    }

    private boolean served(Route route, String model) {
        return route.to().isPresent()
                ? route.targets().stream().anyMatch(this::on)
                : config.providers().values().stream()
                        .filter(Config.Provider::on)
                        .flatMap(provider -> provider.models().stream())
                        .anyMatch(listed -> new Match.Llm(model).fits(listed));
    }

    private boolean on(Target target) {
        Config.Provider provider = config.providers().get(target.provider());
        return provider != null
                && provider.on()
                && (target.key().isEmpty()
                        || provider.usableKeys().stream()
                                .anyMatch(key -> key.name().equals(target.key().get())));
    }

    private String whyNot(Route route) {
        return route.to().isEmpty()
                ? "no provider that is on lists such a model. Name it in a provider's `models`, or"
                        + " write `to: [{ provider: … }]` here."
                : "none of its targets is on ("
                        + route.targets().stream()
                                .map(this::whyOut)
                                .distinct()
                                .limit(10)
                                .collect(Collectors.joining(", "))
                        + ").";
    }

    private String whyOut(Target target) {
        Config.Provider provider = config.providers().get(target.provider());
        boolean keyAlone = provider != null && provider.on();
        return "`"
                + Quote.of(target.provider())
                + "` "
                + (provider == null
                        ? "is none"
                        : keyAlone
                                ? "has the key `"
                                        + Quote.of(target.key().orElse(""))
                                        + "`, which is not set"
                                : whyOff(provider));
    }

    /// What takes all calls of a pattern before it is asked. A name without `*` comes before all
    /// patterns, so nothing does.
    private Optional<String> before(int index, String model) {
        int star = model.indexOf('*');
        if (star < 0) {
            return Optional.empty();
        }
        int slash = model.indexOf('/');
        if (slash > 0 && slash < star) {
            String id = model.substring(0, slash);
            Config.Provider provider = config.providers().get(id);
            if (provider != null && provider.on()) {
                return Optional.of(
                        "`"
                                + Quote.of(id)
                                + "/…` always reaches the provider `"
                                + Quote.of(id)
                                + "` by itself. Take the route out, or name models without `*`.");
            }
        }
        for (int i = 0; i < index; i++) {
            Route above = config.routes().get(i);
            String pattern =
                    switch (above.match()) {
                        case Match.Llm(String name) -> name;
                    };
            if (above.to().isPresent() && served(above, pattern) && covers(pattern, model)) {
                return Optional.of(
                        "the route above it for `"
                                + Quote.of(pattern)
                                + "` takes all its calls. Put this one before it.");
            }
        }
        return Optional.empty();
    }

    /// Whether every name that fits `inner` fits `outer` too.
    private static boolean covers(String outer, String inner) {
        int star = outer.indexOf('*');
        if (star < 0) {
            return false;
        }
        int innerStar = inner.indexOf('*');
        return inner.substring(0, innerStar).startsWith(outer.substring(0, star))
                && inner.substring(innerStar + 1).endsWith(outer.substring(star + 1));
    }

    private void alias(String alias, String name) {
        String model = config.aliasesResolved().getOrDefault(alias, name);
        boolean routed =
                config.routes().stream()
                        .anyMatch(route ->
                                switch (route.match()) {
                                    case Match.Llm match ->
                                            match.fits(model) && served(route, model);
                                });
        int slash = model.indexOf('/');
        Config.Provider provider =
                slash > 0 ? config.providers().get(model.substring(0, slash)) : null;
        boolean direct = provider != null && provider.on();
        if (!routed && !direct) {
            problems.warning(
                    at("aliases", alias),
                    "The alias `"
                            + Quote.of(alias)
                            + "` can never be served: nothing that is on serves `"
                            + Quote.of(model)
                            + "`.");
        }
    }

    private Node at(Object... path) {
        return tree.at(List.of(path));
    }
}
