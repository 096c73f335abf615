package dev.switchgear.server.gateway.llm;

import dev.switchgear.core.routing.CallPrice;
import dev.switchgear.core.routing.Place;
import dev.switchgear.core.routing.Route;
import dev.switchgear.core.routing.Strategy;
import dev.switchgear.core.routing.Target;
import dev.switchgear.families.llm.call.HoldBack;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.model.ModelName;
import dev.switchgear.families.llm.scan.Steer.Sort;
import dev.switchgear.families.money.Money;
import dev.switchgear.providers.Kinds;
import dev.switchgear.providers.LlmKind;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.config.Share;
import dev.switchgear.server.gateway.CoreSettings;
import dev.switchgear.server.gateway.Upstreams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Which route a model's name leads to. Thread-safe.
///
/// In this order: an alias stands for another name; the first configured route whose pattern is the name itself; `provider/model`, which
/// always reaches that provider; the first route whose pattern has a `*` and fits. A route without
/// targets leads to every provider that lists the model.
final class LlmRoutes {
    /// Routes of patterns and of `provider/model` that are kept, beside all that the configuration
    /// names. A client that makes up names beyond this is still served, only without the memory of a
    /// route of its own.
    private static final int KEPT_MOST = 1_000;

    /// As many as a route may have.
    private static final int TARGETS_MOST = 64;

    private final Config config;
    private final Upstreams<LlmRequest, LlmReply> upstreams;
    private final Books books;
    private final LlmEngine engine;
    private final List<Written> written;
    private final Map<String, Written> named;
    private final List<Written> patterns;
    private final Set<String> configured;
    private final Map<String, String> aliases;
    private final ConcurrentHashMap<String, LlmRoute> known = new ConcurrentHashMap<>();

    /// How many of those the configuration does not name.
    private final AtomicInteger unnamed = new AtomicInteger();

    private final ConcurrentHashMap<Asked, LlmRoute> selected = new ConcurrentHashMap<>();

    /// A configured route of this family, and the calls it is for.
    private record Written(Config.Route route, Config.Match.Llm match) {
        /// Those of `config`, in its order.
        static List<Written> of(Config config) {
            return config.routes().stream()
                    .map(route ->
                            switch (route.match()) {
                                case Config.Match.Llm match -> new Written(route, match);
                            })
                    .toList();
        }
    }

    /// A model and what a client says beyond it.
    private record Asked(String model, Selection selection) {}

    LlmRoutes(
            Config config,
            Upstreams<LlmRequest, LlmReply> upstreams,
            Books books,
            LlmEngine engine) {
        this.config = config;
        this.upstreams = upstreams;
        this.books = books;
        this.engine = engine;
        this.written = Written.of(config);
        this.named = named(written);
        this.patterns = written.stream().filter(one -> one.match().model().contains("*")).toList();
        this.configured = configured(config, written);
        this.aliases = config.aliasesResolved();
    }

    /// By the name that a route is for, of several for one name the first: however many routes there are,
    /// each is found at once.
    private static Map<String, Written> named(List<Written> written) {
        var named = new HashMap<String, Written>();
        written.forEach(one -> named.putIfAbsent(one.match().model(), one));
        return Map.copyOf(named);
    }

    private static Set<String> configured(Config config, List<Written> written) {
        var models = new HashSet<>(config.aliases().keySet());
        for (Written one : written) {
            models.add(one.match().model());
            one.route().targets().forEach(to -> to.model().ifPresent(models::add));
            one.route().larger().forEach(to -> to.model().ifPresent(models::add));
        }
        config.providers().values().forEach(provider -> models.addAll(provider.models()));
        return Set.copyOf(models);
    }

    /// All models that the configuration names.
    Set<String> configured() {
        return configured;
    }

    /// Empty where no route and no provider offers the model.
    Optional<LlmRoute> find(String model) {
        LlmRoute kept = known.get(model);
        if (kept != null) {
            return Optional.of(kept);
        }
        String alias = aliases.get(model);
        Optional<LlmRoute> found = alias == null ? build(model) : find(alias);
        boolean ours = alias != null || named.containsKey(model);
        if (found.isPresent() && (ours || unnamed.get() < KEPT_MOST)) {
            LlmRoute first = known.putIfAbsent(model, found.get());
            if (first == null && !ours) {
                unnamed.incrementAndGet();
            }
            return Optional.of(first == null ? found.get() : first);
        }
        return found;
    }

    /// Empty where nobody offers the model, or none of those may be asked.
    Optional<LlmRoute> find(String model, Selection selection) {
        var asked = new Asked(model, selection);
        LlmRoute kept = selected.get(asked);
        if (kept != null) {
            return Optional.of(kept);
        }
        Optional<LlmRoute> found = build(asked);
        if (found.isPresent() && selected.size() < KEPT_MOST) {
            LlmRoute first = selected.putIfAbsent(asked, found.get());
            return Optional.of(first == null ? found.get() : first);
        }
        return found;
    }

    /// One route of several models, each behind the one before it.
    private Optional<LlmRoute> build(Asked asked) {
        Selection selection = asked.selection();
        var routes = new ArrayList<LlmRoute>();
        find(asked.model()).ifPresent(routes::add);
        selection.models().forEach(model -> find(model).ifPresent(routes::add));
        var targets = new ArrayList<Target<LlmRequest, LlmReply>>();
        var seen = new HashSet<List<Object>>();
        for (int i = 0; i < routes.size(); i++) {
            for (Target<LlmRequest, LlmReply> target : routes.get(i).along().targets()) {
                String provider = target.upstream().id().provider();
                int place = selection.order().indexOf(provider);
                int within = place < 0 ? selection.order().size() : place;
                boolean admitted =
                        selection.admits(provider)
                                && targets.size() < TARGETS_MOST
                                && seen.add(List.of(target.upstream().id(), target.subject()));
                if (admitted) {
                    int tier = i * (selection.order().size() + 1) + within;
                    targets.add(target.at(target.place().in(tier)));
                }
            }
        }
        return targets.isEmpty()
                ? Optional.empty()
                : Optional.of(along(routes, targets, selection));
    }

    /// In the manner of the first of `routes`.
    private LlmRoute along(
            List<LlmRoute> routes,
            List<Target<LlmRequest, LlmReply>> targets,
            Selection selection) {
        Route<LlmRequest, LlmReply> like = routes.getFirst().along();
        int attempts =
                selection.alone() && selection.order().isEmpty()
                        ? 1
                        : like.retry().attempts() + routes.size() - 1;
        Strategy strategy = selection.sort().map(LlmRoutes::strategy).orElse(like.strategy());
        LlmRoute.Terms terms = routes.getFirst().terms();
        for (LlmRoute route : routes) {
            terms = terms.within(route.total());
        }
        return new LlmRoute(
                like.among(targets).by(strategy).trying(attempts),
                terms.keeping(threads(targets, terms.promise())),
                dearest(targets),
                engine);
    }

    private static Strategy strategy(Sort sort) {
        return switch (sort) {
            case PRICE -> Strategy.COST;
            case LATENCY -> Strategy.LEAST_LATENCY;
        };
    }

    private Optional<LlmRoute> build(String model) {
        Written exact = named.get(model);
        if (exact != null) {
            return by(exact, model);
        }
        Optional<LlmRoute> direct = direct(model);
        if (direct.isPresent()) {
            return direct;
        }
        for (Written one : patterns) {
            if (one.match().fits(model)) {
                Optional<LlmRoute> found = by(one, model);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<LlmRoute> direct(String model) {
        int slash = model.indexOf('/');
        if (slash <= 0 || slash == model.length() - 1) {
            return Optional.empty();
        }
        String provider = model.substring(0, slash);
        return upstreams
                .account(provider)
                .map(account ->
                        route(
                                provider,
                                Strategy.PRIORITY,
                                targets(
                                        account,
                                        everyKey(provider),
                                        model.substring(slash + 1),
                                        false),
                                Optional.empty(),
                                terms(
                                        Config.Streaming.DEFAULT,
                                        Config.Affinity.DEFAULT,
                                        Config.PromptCache.OFF,
                                        account.provider().timeouts().total()),
                                false));
    }

    /// As the configuration has it; empty where none of its targets is in use.
    private Optional<LlmRoute> by(Written one, String model) {
        Config.Route route = one.route();
        var targets = new ArrayList<Target<LlmRequest, LlmReply>>();
        Duration total = Duration.ZERO;
        for (Config.Target to : targetsOf(route, model)) {
            var account = upstreams.account(to.provider());
            if (account.isPresent()) {
                targets.addAll(targets(account.get(), to, model, false));
                total = longer(total, account.get().provider().timeouts().total());
            }
        }
        for (Config.Target to : targets.isEmpty() ? List.<Config.Target>of() : route.larger()) {
            upstreams
                    .account(to.provider())
                    .ifPresent(account -> targets.addAll(targets(account, to, model, true)));
        }
        return targets.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        route(
                                one.match().model(),
                                CoreSettings.strategy(route.strategy()),
                                targets,
                                route.hedge(),
                                terms(
                                        route.stream(),
                                        route.affinity(),
                                        route.promptCache(),
                                        route.timeout().orElse(total)),
                                route.waits()));
    }

    /// The provider with all its keys, for the model that the client names.
    private static Config.Target everyKey(String provider) {
        return new Config.Target(provider, Optional.empty(), 1, Optional.empty(), Optional.empty());
    }

    /// Those the route names; if it names none, all providers that list the model.
    private List<Config.Target> targetsOf(Config.Route route, String model) {
        if (route.to().isPresent()) {
            return route.targets();
        }
        var targets = new ArrayList<Config.Target>();
        for (var entry : upstreams.accounts().entrySet()) {
            if (entry.getValue().provider().models().contains(model)) {
                targets.add(everyKey(entry.getKey()));
            }
        }
        return targets;
    }

    private LlmRoute route(
            String id,
            Strategy strategy,
            List<Target<LlmRequest, LlmReply>> targets,
            Optional<Config.Hedge> hedge,
            LlmRoute.Terms terms,
            boolean waits) {
        var route =
                new Route<>(
                        id,
                        strategy,
                        targets,
                        CoreSettings.retry(config.resilience().retry()).waiting(waits),
                        hedge.map(CoreSettings::hedge),
                        CoreSettings.weights(config.resilience().score()));
        return new LlmRoute(
                route, terms.keeping(threads(targets, terms.promise())), dearest(targets), engine);
    }

    /// Whether these can keep a thread: whoever takes up a stream that broke off is sent the whole
    /// conversation, of which a thread's calls have only the end.
    private boolean threads(List<Target<LlmRequest, LlmReply>> targets, StreamPromise promise) {
        if (targets.size() != 1 || promise == StreamPromise.CONTINUE) {
            return false;
        }
        String provider = targets.getFirst().upstream().id().provider();
        return upstreams
                .account(provider)
                .flatMap(account ->
                        Kinds.ours().find(account.provider().kindOf(provider), LlmKind.class))
                .map(LlmKind::threads)
                .orElse(false);
    }

    private static LlmRoute.Terms terms(
            Config.Streaming stream,
            Config.Affinity affinity,
            Config.PromptCache cache,
            Duration total) {
        return new LlmRoute.Terms(
                total,
                promise(stream.promise()),
                new HoldBack(stream.holdBackPieces(), stream.holdBackTime()),
                affinity.enabled() ? Optional.of(affinity.keep()) : Optional.empty(),
                marks(cache),
                false);
    }

    private static Optional<Part.CacheMark> marks(Config.PromptCache cache) {
        return switch (cache) {
            case OFF -> Optional.empty();
            case AUTO -> Optional.of(new Part.CacheMark(""));
            case HOUR -> Optional.of(new Part.CacheMark("1h"));
        };
    }

    private static StreamPromise promise(Config.StreamPromise promise) {
        return switch (promise) {
            case RELAY -> StreamPromise.RELAY;
            case CONTINUE -> StreamPromise.CONTINUE;
            case COMPLETE -> StreamPromise.COMPLETE;
        };
    }

    /// What a call may cost at the dearest of these whose price is known; empty where none is.
    private LlmRoute.Ceiling dearest(List<Target<LlmRequest, LlmReply>> targets) {
        return (operation, body) -> {
            Optional<Money> dearest = Optional.empty();
            for (Target<LlmRequest, LlmReply> target : targets) {
                Optional<ModelName> model =
                        books.name(target.upstream().id().provider(), target.subject());
                Optional<Money> one = model.flatMap(name -> books.ceiling(name, operation, body));
                if (one.isPresent()
                        && (dearest.isEmpty() || one.get().compareTo(dearest.get()) > 0)) {
                    dearest = one;
                }
            }
            return dearest;
        };
    }

    /// One target for each key of the account, or for the one named; they divide its share.
    ///
    /// @param reserve whether it is only for prompts that did not fit elsewhere
    private List<Target<LlmRequest, LlmReply>> targets(
            Upstreams.Account<LlmRequest, LlmReply> account,
            Config.Target to,
            String asked,
            boolean reserve) {
        String model = to.model().orElse(asked);
        List<Upstreams.Member<LlmRequest, LlmReply>> members =
                account.members().stream()
                        .filter(member ->
                                to.key().isEmpty()
                                        || member.upstream().id().key().equals(to.key().get()))
                        .toList();
        double weights = members.stream().mapToDouble(Upstreams.Member::weight).sum();
        double share = to.share().map(Share::value).orElse(0.0);
        long room = CatalogueTraits.room(books.find(account.id(), model));
        CallPrice<LlmRequest> price = books.price(account.id(), model);
        var targets = new ArrayList<Target<LlmRequest, LlmReply>>();
        for (Upstreams.Member<LlmRequest, LlmReply> member : members) {
            double part = weights > 0 ? member.weight() / weights : 1.0 / members.size();
            targets.add(
                    new Target<>(
                            member.upstream(),
                            model,
                            to.weight() * member.weight(),
                            price,
                            room,
                            new Place(0, share * part, reserve)));
        }
        return targets;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    /// The names clients may use, as far as they can be listed: routes without a pattern, aliases, models
    /// that providers list, and models that routes name, as `provider/model`.
    Set<String> names() {
        var names = new LinkedHashSet<String>();
        for (Written one : written) {
            String model = one.match().model();
            if (model.indexOf('*') < 0 && find(model).isPresent()) {
                names.add(model);
            }
        }
        for (String alias : config.aliases().keySet()) {
            if (find(alias).isPresent()) {
                names.add(alias);
            }
        }
        for (Written one : written) {
            for (Config.Target to : one.route().targets()) {
                if (to.model().isPresent() && upstreams.account(to.provider()).isPresent()) {
                    names.add(to.provider() + "/" + to.model().get());
                }
            }
        }
        for (var entry : upstreams.accounts().entrySet()) {
            for (String model : entry.getValue().provider().models()) {
                names.add(entry.getKey() + "/" + model);
            }
        }
        return names;
    }
}
