package dev.switchgear.importer;

import dev.switchgear.importer.ImportPart.Field;
import dev.switchgear.importer.ImportPart.Fields;
import dev.switchgear.importer.ImportPart.Value;
import dev.switchgear.importer.LiteLlmDeployments.Deployment;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Makes routes of LiteLLM's deployments: those of one name are one route, with its fallbacks behind.
/// Used once; not thread-safe.
final class LiteLlmRoutes {
    private static final String WEIGHTED = "weighted";

    private final Findings ledger;
    private final Accounts accounts;
    private final LiteLlmSettings settings;
    private final Map<String, List<Deployment>> groups;
    private final String strategy;
    private final List<ImportedRoute> routes = new ArrayList<>();
    private final Map<String, List<String>> notes = new LinkedHashMap<>();
    private final Block aliases = new Block();

    /// @param groups what was carried, by the name that clients call it
    LiteLlmRoutes(Draft draft, LiteLlmSettings settings, Map<String, List<Deployment>> groups) {
        this.ledger = draft.ledger();
        this.accounts = draft.accounts();
        this.settings = settings;
        this.groups = groups;
        this.strategy = strategy(settings.global("routing_strategy"));
    }

    private static String strategy(Optional<ImportPart> theirs) {
        return switch (theirs.flatMap(Values::text).orElse("")) {
            case "latency-based-routing", "least-busy" -> "least-latency";
            case "cost-based-routing" -> "cost";
            case "usage-based-routing", "usage-based-routing-v2" -> "score";
            default -> WEIGHTED;
        };
    }

    /// Makes the routes and settles what they stand for.
    List<ImportedRoute> carry() {
        var own = chains("fallbacks");
        var larger = chains("context_window_fallbacks");
        var fallbackParts = defaultFallbacks();
        var used = new HashSet<ImportPart>();
        for (var group : groups.entrySet()) {
            List<ImportPart> chain = own.getOrDefault(group.getKey(), List.of());
            boolean embeds = group.getValue().stream().allMatch(Deployment::embeds);
            // What chats cannot make numbers of texts, and the other way round.
            List<ImportPart> usual =
                    chain.isEmpty()
                            ? fallbackParts.stream().filter(part -> embeds(part) == embeds).toList()
                            : List.of();
            used.addAll(usual);
            route(
                    group.getKey(),
                    group.getValue(),
                    usual.isEmpty() ? chain : usual,
                    usual.isEmpty(),
                    larger.getOrDefault(group.getKey(), List.of()));
        }
        settleDefaults(fallbackParts, used);
        larger.forEach((name, chain) -> {
            if (!groups.containsKey(name)) {
                chain.forEach(part ->
                        ledger.dropped(part, "No route has the name that it is a fallback of."));
            }
        });
        own.forEach((name, chain) -> {
            if (!groups.containsKey(name)) {
                chain.forEach(part ->
                        ledger.dropped(part, "No route has the name that it is a fallback of."));
            }
        });
        aliases();
        // A pattern counts only where no route has the name itself, but the first pattern wins.
        routes.sort(
                Comparator.comparingInt(route ->
                        route.model().equals("*") ? 2 : route.model().contains("*") ? 1 : 0));
        settleStrategy();
        return List.copyOf(routes);
    }

    private void route(
            String name,
            List<Deployment> group,
            List<ImportPart> chain,
            boolean settles,
            List<ImportPart> longer) {
        boolean ordered = group.stream().anyMatch(one -> one.order().isPresent());
        var members = new ArrayList<>(group);
        if (ordered) {
            members.sort(
                    Comparator.comparing(one -> one.order().orElse(LiteLlmDeployments.WEIGHT_MAX)));
        }
        var to = new ArrayList<ImportedRoute.To>();
        boolean several = members.size() > 1;
        List<ImportedRoute.To> behind = behind(members, chain, settles);
        boolean weighing = several && !ordered && (strategy.equals(WEIGHTED) || !behind.isEmpty());
        List<BigDecimal> weights = weights(members);
        for (int i = 0; i < members.size(); i++) {
            ImportedRoute.To target = members.get(i).to();
            to.add(weighing ? target.weighing(Values.plain(weights.get(i))) : target);
        }
        behind.forEach(target -> to.add(weighing ? target.weighing("0") : target));
        if (weighing && !behind.isEmpty()) {
            note(name, "Targets of weight 0 are fallbacks: asked when the others cannot answer.");
            if (!strategy.equals(WEIGHTED)) {
                note(
                        name,
                        "Not carried: the strategy "
                                + strategy
                                + " would send calls to the fallbacks too.");
            }
        }
        Optional<String> chosen =
                weighing
                        ? Optional.of(WEIGHTED)
                        : several && !ordered ? Optional.of(strategy) : Optional.empty();
        boolean marks = members.stream().anyMatch(one -> marked(one).isPresent());
        routes.add(new ImportedRoute(name, chosen, to, larger(to, longer), marks, List.of()));
        for (Deployment one : members) {
            settleWeight(one, weighing);
            marked(one)
                    .ifPresent(part ->
                            ledger.changed(
                                    part, "routes: prompt-cache: auto, which chooses the places"));
            Values.at(one.item(), "litellm_params", "order")
                    .filter(_ -> several && one.order().isPresent())
                    .ifPresent(part -> ledger.changed(part, "the order of the route's targets"));
        }
    }

    /// Where a deployment has prompts marked for the provider's cache.
    private static Optional<ImportPart> marked(Deployment one) {
        return Values.at(one.item(), "litellm_params", "cache_control_injection_points")
                .filter(part ->
                        part instanceof ImportPart.Items points && !points.items().isEmpty());
    }

    private void settleWeight(Deployment one, boolean weighing) {
        Values.at(one.item(), "litellm_params", "weight")
                .filter(_ -> one.weight().isPresent())
                .ifPresent(part -> {
                    if (weighing) {
                        ledger.carried(part, "routes: to.weight");
                    } else {
                        ledger.dropped(part, "The route does not choose by weight.");
                    }
                });
    }

    /// As they are written; one without a weight among others counts as 1, as it does in our file.
    /// `rpm` and `tpm` are limits, and are kept as such.
    private static List<BigDecimal> weights(List<Deployment> members) {
        List<BigDecimal> weights =
                members.stream().map(one -> one.weight().orElse(BigDecimal.ONE)).toList();
        BigDecimal most = weights.stream().reduce(BigDecimal.ZERO, BigDecimal::max);
        if (most.signum() == 0) {
            return weights.stream().map(_ -> BigDecimal.ONE).toList();
        }
        return most.compareTo(LiteLlmDeployments.WEIGHT_MAX) <= 0
                ? weights
                : weights.stream()
                        .map(weight ->
                                weight.multiply(BigDecimal.valueOf(1000))
                                        .divide(most, 6, RoundingMode.HALF_UP))
                        .toList();
    }

    /// The targets that a group falls back to, in order, without those it has already.
    private List<ImportedRoute.To> behind(
            List<Deployment> group, List<ImportPart> chain, boolean settles) {
        var behind = new ArrayList<ImportedRoute.To>();
        for (ImportPart part : chain) {
            List<ImportedRoute.To> found = Values.text(part).map(this::targets).orElse(List.of());
            int before = behind.size();
            for (ImportedRoute.To to : found) {
                boolean there =
                        group.stream().anyMatch(one -> one.to().same(to))
                                || behind.stream().anyMatch(other -> other.same(to));
                if (!there) {
                    behind.add(to);
                }
            }
            if (settles) {
                if (behind.size() > before) {
                    ledger.carried(part, "routes: to, behind the route's own targets");
                } else {
                    String why =
                            found.isEmpty()
                                    ? "No deployment that was carried has this name."
                                    : "It is a target of the route already.";
                    ledger.dropped(part, why);
                }
            }
        }
        return behind;
    }

    /// The targets for prompts that are too long for the route's own.
    private List<ImportedRoute.To> larger(List<ImportedRoute.To> own, List<ImportPart> chain) {
        var larger = new ArrayList<ImportedRoute.To>();
        for (ImportPart part : chain) {
            List<ImportedRoute.To> found = Values.text(part).map(this::targets).orElse(List.of());
            int before = larger.size();
            for (ImportedRoute.To to : found) {
                boolean there =
                        own.stream().anyMatch(one -> one.same(to))
                                || larger.stream().anyMatch(one -> one.same(to));
                if (!there) {
                    larger.add(to);
                }
            }
            if (larger.size() > before) {
                ledger.carried(part, "routes: larger");
            } else {
                ledger.dropped(
                        part,
                        found.isEmpty()
                                ? "No deployment that was carried has this name."
                                : "It is a target of the route already.");
            }
        }
        return larger;
    }

    /// Whether a fallback makes numbers of texts.
    private boolean embeds(ImportPart part) {
        String name = Values.text(part).orElse("");
        List<Deployment> group = groups.getOrDefault(name, List.of());
        return group.isEmpty()
                ? LiteLlmDeployments.embedding(name)
                : group.stream().allMatch(Deployment::embeds);
    }

    /// Where calls for a name would go: its own deployments, or the provider that it begins with.
    private List<ImportedRoute.To> targets(String name) {
        List<Deployment> group = groups.getOrDefault(name, List.of());
        if (!group.isEmpty()) {
            return group.stream().map(Deployment::to).toList();
        }
        int slash = name.indexOf('/');
        if (slash <= 0) {
            return List.of();
        }
        String model = name.substring(slash + 1);
        boolean pattern = model.isEmpty() || model.contains("*");
        return pattern
                ? List.of()
                : accounts.at(name.substring(0, slash)).stream()
                        .map(account ->
                                new ImportedRoute.To(
                                        account, Optional.of(model), Optional.empty(), "1"))
                        .toList();
    }

    /// By the name that they are fallbacks of; `*` is everybody's and not among them.
    private Map<String, List<ImportPart>> chains(String setting) {
        var chains = new LinkedHashMap<String, List<ImportPart>>();
        for (ImportPart one : settings.global(setting).map(Values::items).orElse(List.of())) {
            for (Field field : Values.fields(one)) {
                if (!field.name().equals("*")) {
                    chains.computeIfAbsent(field.name(), _ -> new ArrayList<>())
                            .addAll(named(field.part()));
                }
            }
        }
        return chains;
    }

    private List<ImportPart> defaultFallbacks() {
        var chain = new ArrayList<ImportPart>();
        for (ImportPart one : settings.global("fallbacks").map(Values::items).orElse(List.of())) {
            Values.at(one, "*").ifPresent(part -> chain.addAll(named(part)));
        }
        settings.global("default_fallbacks").ifPresent(part -> chain.addAll(named(part)));
        return chain;
    }

    private void settleDefaults(List<ImportPart> chain, Set<ImportPart> used) {
        for (ImportPart part : chain) {
            if (used.contains(part)
                    && !Values.text(part).map(this::targets).orElse(List.of()).isEmpty()) {
                ledger.carried(
                        part,
                        "routes: to, of every route of its sort without fallbacks of its own");
            } else {
                ledger.dropped(part, "No deployment that was carried has this name, or needs it.");
            }
        }
    }

    /// The single names of a list; a fallback may also be a request of its own, which is not carried.
    private static List<ImportPart> named(ImportPart list) {
        return Values.items(list).stream().filter(part -> part instanceof Value).toList();
    }

    private void aliases() {
        for (Field field :
                settings.global("model_group_alias").map(Values::fields).orElse(List.of())) {
            Optional<ImportPart> meant =
                    field.part() instanceof Fields fields
                            ? fields.at("model")
                            : Optional.of(field.part());
            if (meant.isEmpty()) {
                continue;
            }
            String name = meant.flatMap(Values::text).orElse("");
            boolean taken = routes.stream().anyMatch(route -> route.model().equals(field.name()));
            boolean leads =
                    routes.stream().anyMatch(route -> route.model().equals(name))
                            || !targets(name).isEmpty();
            if (leads && !taken) {
                aliases.text(field.name(), name);
                ledger.carried(meant.get(), "aliases");
            } else {
                ledger.dropped(
                        meant.get(),
                        taken
                                ? "A route has this name already."
                                : "No deployment that was carried has the name it stands for.");
            }
        }
    }

    /// Other names of models.
    Block aliasesCarried() {
        return aliases;
    }

    /// Says something above a route.
    void note(String route, String text) {
        notes.computeIfAbsent(route, _ -> new ArrayList<>()).add(text);
    }

    /// The routes with what was said above them since they were made.
    List<ImportedRoute> noted() {
        return routes.stream()
                .map(route -> {
                    var all = new ArrayList<>(route.notes());
                    all.addAll(notes.getOrDefault(route.model(), List.of()));
                    return route.noted(all);
                })
                .toList();
    }

    /// Once the routes are there: the strategy is carried if one of them has it.
    private void settleStrategy() {
        Optional<ImportPart> part = settings.global("routing_strategy");
        Optional<String> theirs = part.flatMap(Values::text);
        if (part.isEmpty() || theirs.isEmpty()) {
            return;
        }
        if (routes.stream().noneMatch(route -> route.strategy().equals(Optional.of(strategy)))) {
            ledger.dropped(part.get(), "No route has several targets to choose from by it.");
            return;
        }
        String where = "routes: strategy " + strategy;
        switch (theirs.get()) {
            case "simple-shuffle" -> ledger.carried(part.get(), where);
            case "latency-based-routing" -> ledger.changed(part.get(), where);
            case "cost-based-routing" ->
                    ledger.changed(
                            part.get(), where + ": by the price list, or `cost` of a provider");
            case "least-busy" ->
                    ledger.changed(part.get(), where + ", which counts calls under way too");
            case "usage-based-routing", "usage-based-routing-v2" ->
                    ledger.changed(
                            part.get(), where + ", which counts what is left of the limits too");
            default -> ledger.dropped(part.get(), "There is no such strategy; weighted is used.");
        }
    }
}
