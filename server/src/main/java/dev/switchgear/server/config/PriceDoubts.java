package dev.switchgear.server.config;

import dev.switchgear.families.llm.model.Catalogue;
import dev.switchgear.families.llm.model.ModelName;
import dev.switchgear.server.config.Config.Match;
import dev.switchgear.server.config.Config.Route;
import dev.switchgear.server.config.Config.Target;
import dev.switchgear.server.config.Node.Mapping;
import dev.switchgear.server.names.Quote;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Models that nobody who has a budget may ask, because no price is known for them: said as warnings, at
/// the route that leads there or at the provider that lists them. Runs on a configuration without errors.
final class PriceDoubts {
    private final Config config;
    private final Mapping tree;
    private final Catalogue catalogue;
    private final ConfigProblems problems;
    private final boolean everywhere;

    /// What has been said, as `provider/model`.
    private final Set<String> said = new HashSet<>();

    /// @param catalogue with the prices that the configuration names
    PriceDoubts(Config config, Mapping tree, Catalogue catalogue, ConfigProblems problems) {
        this.config = config;
        this.tree = tree;
        this.catalogue = catalogue;
        this.problems = problems;
        this.everywhere = everywhere(config);
    }

    /// Whether anybody's budget holds, and unknown prices are not made up for.
    static boolean needed(Config config) {
        return config.prices().unpriced().isEmpty()
                && (everywhere(config)
                        || config.providers().values().stream().anyMatch(PriceDoubts::bounded));
    }

    private static boolean everywhere(Config config) {
        return bounded(config.limits())
                || config.clients().stream().anyMatch(client -> bounded(client.limits()));
    }

    private static boolean bounded(Config.CallerLimits limits) {
        return limits.spendPerDay().isPresent() || limits.spendPerMonth().isPresent();
    }

    private static boolean bounded(Config.Provider provider) {
        return provider.limits().spendPerDay().isPresent()
                || provider.limits().spendPerMonth().isPresent();
    }

    void run() {
        for (int i = 0; i < config.routes().size(); i++) {
            Route route = config.routes().get(i);
            String asked =
                    switch (route.match()) {
                        case Match.Llm(String model) -> model;
                    };
            var targets = new ArrayList<>(route.targets());
            targets.addAll(route.larger());
            for (Target target : targets) {
                doubt(
                        target.provider(),
                        target.model().orElse(asked),
                        tree.at(List.of("routes", i)));
            }
        }
        config.providers()
                .forEach((id, provider) ->
                        provider.models()
                                .forEach(model ->
                                        doubt(id, model, tree.at(List.of("providers", id)))));
    }

    private void doubt(String id, String model, Node where) {
        Config.Provider provider = config.providers().get(id);
        if (provider == null) {
            return;
        }
        boolean asked =
                provider.on()
                        && (everywhere || bounded(provider))
                        && provider.cost().isEmpty()
                        && model.indexOf('*') < 0;
        if (!asked || priced(new ModelName(id, provider.kindOf(id), model))) {
            return;
        }
        if (said.add(id + "/" + model)) {
            problems.warning(
                    where,
                    "No price is known for `"
                            + Quote.of(id + "/" + model)
                            + "`, so no call under a budget can go there. Give it one in a file that"
                            + " `prices.file` names or by `providers."
                            + id
                            + ".cost`, or say by `prices.unpriced` what such models count as.");
        }
    }

    private boolean priced(ModelName name) {
        return catalogue.find(name).map(found -> !found.model().prices().isEmpty()).orElse(false);
    }
}
