package dev.switchgear.importer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A route of our file.
///
/// @param model what clients name
/// @param strategy empty for our default, the order of the targets
/// @param larger only for prompts that were too long for `to`
/// @param marks whether prompts are marked for the provider's cache
/// @param notes comments above it
record ImportedRoute(
        String model,
        Optional<String> strategy,
        List<To> to,
        List<To> larger,
        boolean marks,
        List<String> notes) {
    ImportedRoute(String model, Optional<String> strategy, List<To> to, List<String> notes) {
        this(model, strategy, to, List.of(), false, notes);
    }

    ImportedRoute noted(List<String> others) {
        return new ImportedRoute(model, strategy, to, larger, marks, others);
    }

    ImportedRoute {
        to = List.copyOf(to);
        larger = List.copyOf(larger);
        notes = List.copyOf(notes);
    }

    /// One target.
    ///
    /// @param model empty for the name that the client used
    /// @param key the name of the only key it uses; empty for all of the provider's
    /// @param weight already in YAML; `1` is our default
    record To(
            Accounts.Account account, Optional<String> model, Optional<String> key, String weight) {
        To weighing(String yaml) {
            return new To(account, model, key, yaml);
        }

        boolean same(To other) {
            return account.equals(other.account)
                    && model.equals(other.model)
                    && key.equals(other.key);
        }
    }

    static void write(List<ImportedRoute> routes, Block root) {
        var all = new ArrayList<>(routes);
        for (ImportedRoute route : all) {
            var block = new Block();
            route.notes.forEach(block::note);
            block.at("match").text("model", route.model);
            route.strategy.ifPresent(strategy -> block.set("strategy", strategy));
            route.to.forEach(to -> block.add("to", target(to)));
            route.larger.forEach(to -> block.add("larger", target(to)));
            if (route.marks) {
                block.set("prompt-cache", "auto");
            }
            root.add("routes", block);
        }
    }

    private static Block target(To to) {
        var target = new Block().text("provider", to.account.id());
        to.model.ifPresent(model -> target.text("model", model));
        if (!to.weight.equals("1")) {
            target.set("weight", to.weight);
        }
        if (to.account.keys().size() > 1) {
            to.key.ifPresent(key -> target.text("key", key));
        }
        return target;
    }
}
