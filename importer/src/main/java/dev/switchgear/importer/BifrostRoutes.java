package dev.switchgear.importer;

import dev.switchgear.importer.BifrostProviders.Served;
import dev.switchgear.importer.ImportPart.Field;
import dev.switchgear.importer.ImportPart.Fields;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Makes routes of what Bifrost's providers serve, and of its rules. Used once; not thread-safe.
final class BifrostRoutes {
    /// `model == "gpt-4o"`, the only kind of rule that a route can be.
    private static final Pattern RULE =
            Pattern.compile("\\s*(?:request\\.)?model\\s*==\\s*(['\"])(?<model>[^'\"*]+)\\1\\s*");

    private final Fields source;
    private final Findings ledger;
    private final Map<String, List<Served>> served;
    private final List<ImportedRoute> routes = new ArrayList<>();

    /// @param served what each provider serves, by Bifrost's name for it
    BifrostRoutes(Draft draft, Map<String, List<Served>> served) {
        this.source = draft.source();
        this.ledger = draft.ledger();
        this.served = served;
    }

    List<ImportedRoute> carry() {
        modelRoutes();
        rules();
        return routes;
    }

    /// A route for each model that is not reached, or not reached everywhere, as `provider/model`.
    private void modelRoutes() {
        for (var entry : served.entrySet()) {
            String id = Names.id(entry.getKey());
            List<Served> groups = entry.getValue();
            var models = new LinkedHashSet<String>();
            for (Served group : groups) {
                models.addAll(group.models());
                models.addAll(group.aliases().keySet());
            }
            for (String model : models) {
                var serving = groups.stream().filter(group -> group.serves(model)).toList();
                boolean plain =
                        entry.getKey().equals(id)
                                && serving.size() == 1
                                && serving.getFirst().account().id().equals(id)
                                && !serving.getFirst().aliases().containsKey(model);
                String name = entry.getKey() + "/" + model;
                if (!plain && !name.contains("*")) {
                    routes.add(route(name, serving, model));
                }
            }
            if (!entry.getKey().equals(id)) {
                ledger.remark(
                        "A provider cannot be named as it was: it is `"
                                + id
                                + "` now, and so are its models (`"
                                + id
                                + "/model`), but for those with a route.");
            }
        }
    }

    private static ImportedRoute route(String name, List<Served> serving, String model) {
        List<ImportedRoute.To> to =
                serving.stream()
                        .map(group ->
                                new ImportedRoute.To(
                                        group.account(),
                                        Optional.of(group.aliases().getOrDefault(model, model)),
                                        Optional.empty(),
                                        "1"))
                        .toList();
        Optional<String> strategy = to.size() > 1 ? Optional.of("weighted") : Optional.empty();
        return new ImportedRoute(name, strategy, to, List.of());
    }

    /// Rules that look at the model's name alone become routes.
    private void rules() {
        for (ImportPart rule :
                Values.at(source, "governance", "routing_rules")
                        .map(Values::items)
                        .orElse(List.of())) {
            rule(rule);
        }
    }

    private void rule(ImportPart rule) {
        Matcher condition = RULE.matcher(Values.text(rule, "cel_expression").orElse(""));
        boolean on = Values.at(rule, "enabled").flatMap(Values::truth).orElse(true);
        boolean global = Values.text(rule, "scope").orElse("global").equals("global");
        if (!condition.matches() || !on || !global) {
            ledger.dropped(
                    rule,
                    on
                            ? "A route looks at the model's name alone (`model == \"name\"`)."
                            : "It is switched off.");
            return;
        }
        String model = condition.group("model");
        var to = new ArrayList<ImportedRoute.To>();
        List<ImportPart> targets = Values.at(rule, "targets").map(Values::items).orElse(List.of());
        for (ImportPart target : targets) {
            to(
                            Values.text(target, "provider").orElse(""),
                            Values.text(target, "model").orElse(model))
                    .map(one ->
                            one.weighing(
                                    Values.at(target, "weight")
                                            .flatMap(Values::number)
                                            .filter(number -> number.signum() >= 0)
                                            .map(Values::plain)
                                            .orElse("1")))
                    .ifPresent(to::add);
        }
        boolean taken = routes.stream().anyMatch(route -> route.model().equals(model));
        if (to.size() < Math.max(targets.size(), 1) || taken) {
            ledger.dropped(
                    rule,
                    taken
                            ? "Another route has this name."
                            : "Not all its targets are providers that were carried.");
            return;
        }
        boolean several = to.size() > 1;
        int own = to.size();
        for (ImportPart fallback :
                Values.at(rule, "fallbacks").map(Values::items).orElse(List.of())) {
            String text = Values.text(fallback).orElse("");
            int slash = text.indexOf('/');
            Optional<ImportedRoute.To> behind =
                    slash < 0
                            ? to(text, model)
                            : to(text.substring(0, slash), text.substring(slash + 1));
            if (behind.isPresent() && to.stream().noneMatch(one -> one.same(behind.get()))) {
                to.add(behind.get().weighing(several ? "0" : "1"));
                ledger.carried(fallback, "routes: to, behind the rule's own targets");
            } else {
                ledger.dropped(
                        fallback,
                        behind.isPresent()
                                ? "It is a target of the route already."
                                : "No provider that was carried has this name.");
            }
        }
        Optional<String> strategy = several ? Optional.of("weighted") : Optional.empty();
        var notes = new ArrayList<String>();
        notes.add(
                "Clients that name `provider/" + model + "` reach that provider, not this route.");
        if (several && to.size() > own) {
            notes.add("Targets of weight 0 are fallbacks: asked when the others cannot answer.");
        }
        routes.add(new ImportedRoute(model, strategy, several ? to : unweighed(to), notes));
        Values.at(rule, "enabled")
                .filter(part -> Values.truth(part).isPresent())
                .ifPresent(part -> ledger.carried(part, "a route that stands in the file is on"));
        Values.at(rule, "scope")
                .ifPresent(part -> ledger.carried(part, "a route is for all clients"));
        Values.at(rule, "cel_expression")
                .ifPresent(part -> ledger.changed(part, "routes: match.model"));
        for (ImportPart target : targets) {
            for (Field field : Values.fields(target)) {
                switch (field.name()) {
                    case "provider", "model" ->
                            ledger.carried(field.part(), "routes: to." + field.name());
                    case "weight" -> {
                        if (several) {
                            ledger.carried(field.part(), "routes: to.weight");
                        } else {
                            ledger.dropped(field.part(), "One target alone has no share.");
                        }
                    }
                    default -> {
                        // Settled with what is left.
                    }
                }
            }
        }
    }

    private static List<ImportedRoute.To> unweighed(List<ImportedRoute.To> to) {
        return to.stream().map(one -> one.weighing("1")).toList();
    }

    private Optional<ImportedRoute.To> to(String provider, String model) {
        return Optional.ofNullable(served.get(provider))
                .map(List::getFirst)
                .map(group ->
                        new ImportedRoute.To(
                                group.account(),
                                Optional.of(group.aliases().getOrDefault(model, model)),
                                Optional.empty(),
                                "1"));
    }
}
