package dev.switchgear.server.gateway.llm;

import dev.switchgear.core.routing.Place;
import dev.switchgear.core.routing.RetrySettings;
import dev.switchgear.core.routing.Route;
import dev.switchgear.core.routing.Strategy;
import dev.switchgear.core.routing.Target;
import dev.switchgear.core.time.Time;
import dev.switchgear.families.llm.call.HoldBack;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.price.Prices;
import dev.switchgear.families.llm.scan.Steer.Sort;
import dev.switchgear.families.money.Money;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.config.Share;
import dev.switchgear.server.gateway.CoreSettings;
import dev.switchgear.server.gateway.Upstreams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// Which route a model's name leads to. Thread-safe.
///
/// In this order: an alias stands for another name; the first configured route whose pattern is the name itself; `provider/model`, which
/// always reaches that provider; the first route whose pattern has a `*` and fits. A route without
/// targets leads to every provider that lists the model.
final class LlmRoutes {
    /// Lanes of patterns and of `provider/model` that are kept. A client that makes up names beyond
    /// this is still served, only without the memory of a route of its own.
    private static final int LANES_MOST = 1_000;

    /// As many as a route may have.
    private static final int TARGETS_MOST = 64;

    private final Config config;
    private final Upstreams upstreams;
    private final Prices prices;
    private final Time time;
    private final Set<String> configured;
    private final Map<String, String> aliases;
    private final ConcurrentHashMap<String, LlmRoute> lanes = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Asked, LlmRoute> selected = new ConcurrentHashMap<>();

    /// A model and what a client says beyond it.
    private record Asked(String model, Selection selection) {}

    LlmRoutes(Config config, Upstreams upstreams, Prices prices, Time time) {
        this.config = config;
        this.upstreams = upstreams;
        this.prices = prices;
        this.time = time;
        this.configured = configured(config);
        this.aliases = config.aliasesResolved();
    }

    private static Set<String> configured(Config config) {
        var models = new HashSet<>(config.aliases().keySet());
        for (Config.Route route : config.routes()) {
            models.add(route.match().model());
            route.targets().forEach(to -> to.model().ifPresent(models::add));
            route.larger().forEach(to -> to.model().ifPresent(models::add));
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
        LlmRoute known = lanes.get(model);
        if (known != null) {
            return Optional.of(known);
        }
        String alias = aliases.get(model);
        Optional<LlmRoute> found = alias == null ? build(model) : find(alias);
        if (found.isPresent() && lanes.size() < LANES_MOST) {
            LlmRoute first = lanes.putIfAbsent(model, found.get());
            return Optional.of(first == null ? found.get() : first);
        }
        return found;
    }

    /// Empty where nobody offers the model, or none of those may be asked.
    Optional<LlmRoute> find(String model, Selection selection) {
        var asked = new Asked(model, selection);
        LlmRoute known = selected.get(asked);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<LlmRoute> found = build(asked);
        if (found.isPresent() && selected.size() < LANES_MOST) {
            LlmRoute first = selected.putIfAbsent(asked, found.get());
            return Optional.of(first == null ? found.get() : first);
        }
        return found;
    }

    /// One lane of several models, each behind the one before it.
    private Optional<LlmRoute> build(Asked asked) {
        Selection selection = asked.selection();
        var lanes = new ArrayList<LlmRoute>();
        find(asked.model()).ifPresent(lanes::add);
        selection.models().forEach(model -> find(model).ifPresent(lanes::add));
        var targets = new ArrayList<Target<LlmRequest, LlmReply>>();
        var seen = new HashSet<List<Object>>();
        for (int i = 0; i < lanes.size(); i++) {
            for (Target<LlmRequest, LlmReply> target : lanes.get(i).route().targets()) {
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
        return targets.isEmpty() ? Optional.empty() : Optional.of(along(lanes, targets, selection));
    }

    /// In the manner of the first of `lanes`.
    private LlmRoute along(
            List<LlmRoute> lanes, List<Target<LlmRequest, LlmReply>> targets, Selection selection) {
        LlmRoute first = lanes.getFirst();
        var like = first.route();
        RetrySettings retry = like.retry();
        int attempts =
                selection.alone() && selection.order().isEmpty()
                        ? 1
                        : retry.attempts() + lanes.size() - 1;
        var retried =
                new RetrySettings(
                        attempts, retry.budget(), retry.perSecondMin(), retry.base(), retry.cap());
        Strategy strategy = selection.sort().map(LlmRoutes::strategy).orElse(like.strategy());
        Function<List<Target<LlmRequest, LlmReply>>, Route<LlmRequest, LlmReply>> made =
                these ->
                        new Route<>(
                                like.id(),
                                strategy,
                                these,
                                retried,
                                like.hedge(),
                                like.weights(),
                                time);
        Duration total = Duration.ZERO;
        for (LlmRoute lane : lanes) {
            total = longer(total, lane.total());
        }
        return new LlmRoute(
                made.apply(targets),
                total,
                first.promise(),
                first.holdBack(),
                first.keep(),
                made,
                (input, output) -> ceiling(targets, input, output));
    }

    private static Strategy strategy(Sort sort) {
        return switch (sort) {
            case PRICE -> Strategy.COST;
            case LATENCY -> Strategy.LEAST_LATENCY;
        };
    }

    private Optional<LlmRoute> build(String model) {
        for (Config.Route route : config.routes()) {
            if (route.match().model().equals(model)) {
                return lane(route, model);
            }
        }
        Optional<LlmRoute> direct = direct(model);
        if (direct.isPresent()) {
            return direct;
        }
        for (Config.Route route : config.routes()) {
            if (route.match().fits(model)) {
                Optional<LlmRoute> lane = lane(route, model);
                if (lane.isPresent()) {
                    return lane;
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
                        lane(
                                provider,
                                Strategy.PRIORITY,
                                targets(
                                        account,
                                        everyKey(provider),
                                        model.substring(slash + 1),
                                        false),
                                Optional.empty(),
                                Config.Streaming.DEFAULT,
                                Config.Affinity.DEFAULT,
                                account.provider().timeouts().total()));
    }

    private Optional<LlmRoute> lane(Config.Route route, String model) {
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
                        lane(
                                route.match().model(),
                                CoreSettings.strategy(route.strategy()),
                                targets,
                                route.hedge(),
                                route.stream(),
                                route.affinity(),
                                route.timeout().orElse(total)));
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

    private LlmRoute lane(
            String id,
            Strategy strategy,
            List<Target<LlmRequest, LlmReply>> targets,
            Optional<Config.Hedge> hedge,
            Config.Streaming stream,
            Config.Affinity affinity,
            Duration total) {
        Function<List<Target<LlmRequest, LlmReply>>, Route<LlmRequest, LlmReply>> made =
                these ->
                        new Route<>(
                                id,
                                strategy,
                                these,
                                CoreSettings.retry(config.resilience().retry()),
                                hedge.map(CoreSettings::hedge),
                                CoreSettings.weights(config.resilience().score()),
                                time);
        return new LlmRoute(
                made.apply(targets),
                total,
                CoreSettings.promise(stream.promise()),
                new HoldBack(stream.holdBackPieces(), stream.holdBackTime()),
                affinity.enabled() ? Optional.of(affinity.keep()) : Optional.empty(),
                made,
                (input, output) -> ceiling(targets, input, output));
    }

    /// What a call may cost at the dearest of these; nothing where no price is known.
    private Money ceiling(
            List<Target<LlmRequest, LlmReply>> targets, long input, OptionalLong output) {
        Money dearest = Money.ZERO;
        for (Target<LlmRequest, LlmReply> target : targets) {
            Optional<Upstreams.Account> account =
                    upstreams.account(target.upstream().id().provider());
            if (account.isPresent()) {
                Money one =
                        Bookkeeping.ceiling(
                                prices, account.get().name(target.subject()), input, output);
                dearest = one.compareTo(dearest) > 0 ? one : dearest;
            }
        }
        return dearest;
    }

    /// One target for each key of the account, or for the one named; they divide its share.
    ///
    /// @param reserve whether it is only for prompts that did not fit elsewhere
    private List<Target<LlmRequest, LlmReply>> targets(
            Upstreams.Account account, Config.Target to, String asked, boolean reserve) {
        String model = to.model().orElse(asked);
        List<Upstreams.Member> members =
                account.members().stream()
                        .filter(member ->
                                to.key().isEmpty()
                                        || member.upstream().id().key().equals(to.key().get()))
                        .toList();
        double weights = members.stream().mapToDouble(Upstreams.Member::weight).sum();
        double share = to.share().map(Share::value).orElse(0.0);
        long room = CatalogueTraits.room(prices.catalogue().find(account.name(model)));
        double cost = account.provider().cost().map(LlmRoutes::typical).orElse(0.0);
        var targets = new ArrayList<Target<LlmRequest, LlmReply>>();
        for (Upstreams.Member member : members) {
            double part = weights > 0 ? member.weight() / weights : 1.0 / members.size();
            targets.add(
                    new Target<>(
                            member.upstream(),
                            model,
                            to.weight() * member.weight(),
                            cost,
                            room,
                            new Place(0, share * part, reserve)));
        }
        return targets;
    }

    /// Prices of a call with three times as many tokens going in as coming out.
    private static double typical(Config.Cost cost) {
        return (3 * cost.input() + cost.output()) / 4;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    /// The names clients may use, as far as they can be listed: routes without a pattern, aliases, models
    /// that providers list, and models that routes name, as `provider/model`.
    Set<String> names() {
        var names = new LinkedHashSet<String>();
        for (Config.Route route : config.routes()) {
            if (route.match().model().indexOf('*') < 0 && find(route.match().model()).isPresent()) {
                names.add(route.match().model());
            }
        }
        for (String alias : config.aliases().keySet()) {
            if (find(alias).isPresent()) {
                names.add(alias);
            }
        }
        for (Config.Route route : config.routes()) {
            for (Config.Target to : route.targets()) {
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
