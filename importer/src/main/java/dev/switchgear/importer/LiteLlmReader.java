package dev.switchgear.importer;

import dev.switchgear.importer.ImportPart.Field;
import dev.switchgear.importer.ImportPart.Fields;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Reads LiteLLM's `config.yaml`. Used once; not thread-safe.
///
/// Deployments of one `model_name` become one route; deployments that share an account become one
/// provider, unless one has limits of its own.
public final class LiteLlmReader {
    private final Draft draft;
    private final LiteLlmSettings settings;

    private LiteLlmReader(String file, Fields source) {
        this.draft = Draft.of(file, source, "os.environ/");
        this.settings = new LiteLlmSettings(source, draft.ledger());
    }

    /// @throws Unusable when the file cannot be read, or is no `config.yaml` of LiteLLM
    public static Imported read(Path path) throws Unusable {
        return of(
                String.valueOf(path.getFileName()),
                ImportSource.read(path, ImportSource.Format.YAML));
    }

    static Imported of(String file, Fields source) throws Unusable {
        if (source.at("model_list").isEmpty() && !LiteLlmSettings.any(source)) {
            throw new Unusable(
                    file
                            + " is no configuration of LiteLLM: it has no model_list and none of its"
                            + " settings.");
        }
        return new LiteLlmReader(file, source).imported();
    }

    private Imported imported() {
        Block root = draft.root();
        root.note("Made by `switchgear import litellm` from " + draft.file() + ".");
        general();
        var groups = new LiteLlmDeployments(draft).carry();
        var routes = new LiteLlmRoutes(draft, settings, groups);
        int longest = routes.carry().stream().mapToInt(route -> route.to().size()).max().orElse(1);
        Block resilience = new LiteLlmResilience(draft, settings).carry(longest);
        root.nest("aliases", routes.aliasesCarried());
        Set<Finding> noted = close(groups.keySet(), routes);
        if (draft.accounts().none()) {
            root.note("No deployment could be carried: add `providers` and `routes`.");
        }
        return draft.imported(routes.noted(), resilience, noted);
    }

    private void general() {
        settings.general("max_request_size_mb")
                .ifPresent(part ->
                        Values.whole(part, draft.names(), 1, 1024)
                                .filter(yaml -> !yaml.contains("$"))
                                .ifPresent(yaml -> {
                                    draft.root()
                                            .at("server")
                                            .at("limits")
                                            .set("body-bytes", yaml + "MiB");
                                    draft.ledger().carried(part, "server.limits.body-bytes");
                                }));
        settings.library("json_logs")
                .ifPresent(part ->
                        Values.truth(part)
                                .ifPresent(json -> {
                                    draft.root()
                                            .at("server")
                                            .at("log")
                                            .set("format", json ? "json" : "readable");
                                    draft.ledger().carried(part, "server.log.format");
                                }));
        settings.general("global_max_parallel_requests")
                .ifPresent(part ->
                        Values.whole(part, draft.names(), 1, 1_000_000)
                                .ifPresent(yaml -> {
                                    draft.root().at("limits").set("concurrent", yaml);
                                    draft.ledger().carried(part, "limits.concurrent");
                                }));
        budget();
        Optional<String> allowed =
                settings.library("default_key_generate_params")
                        .or(() -> settings.library("upperbound_key_generate_params"))
                        .map(ClientNotes::ofLiteLlm)
                        .flatMap(ClientNotes::line);
        allowed.ifPresent(limits ->
                draft.root()
                        .note(
                                "Keys were allowed as follows; add it to the line of each under"
                                        + " `clients`: "
                                        + limits));
        if (settings.general("master_key").isPresent() || allowed.isPresent()) {
            draft.root()
                    .note(
                            "Without `clients` anybody on this machine may call. `switchgear key new --name"
                                    + " NAME` makes a key, and the line for `clients`.");
        }
    }

    /// What all clients together may spend.
    private void budget() {
        Optional<ImportPart> most = settings.library("max_budget");
        Optional<ImportPart> duration = settings.library("budget_duration");
        String every = duration.flatMap(Values::text).orElse("");
        most.flatMap(part -> ClientNotes.spend(part, every))
                .ifPresent(limit -> {
                    draft.root().at("limits").set(limit.setting(), limit.yaml());
                    String where = "limits." + limit.setting();
                    most.ifPresent(part -> draft.ledger().carried(part, where));
                    duration.ifPresent(part -> draft.ledger().carried(part, where));
                });
    }

    /// Settles what nobody else did.
    ///
    /// @return what was noted at a route
    private Set<Finding> close(Set<String> groups, LiteLlmRoutes routes) {
        var noted = new HashSet<Finding>();
        for (Field field : draft.source().fields()) {
            String name = field.name();
            if (name.equals("model_list")) {
                Values.items(field.part())
                        .forEach(item -> noted.addAll(closeItem(item, groups, routes)));
            } else if (LiteLlmSettings.section(name)) {
                for (Field setting : Values.fields(field.part())) {
                    draft.ledger()
                            .close(setting.part(), _ -> LiteLlmReasons.ofSetting(setting.name()));
                }
            }
            draft.ledger().close(field.part(), _ -> LiteLlmReasons.ofSection(name));
        }
        return noted;
    }

    private List<Finding> closeItem(ImportPart item, Set<String> groups, LiteLlmRoutes routes) {
        var left = new ArrayList<Finding>();
        for (Field field : Values.fields(item)) {
            if (Set.of("litellm_params", "model_info").contains(field.name())) {
                for (Field inner : Values.fields(field.part())) {
                    left.addAll(
                            draft.ledger()
                                    .close(
                                            inner.part(),
                                            _ -> LiteLlmReasons.ofParameter(inner.name())));
                }
            }
            left.addAll(
                    draft.ledger()
                            .close(field.part(), _ -> LiteLlmReasons.ofParameter(field.name())));
        }
        Optional<String> name = Values.text(item, "model_name").filter(groups::contains);
        if (name.isEmpty()) {
            return List.of();
        }
        left.forEach(finding -> routes.note(name.get(), "Not carried: " + finding.words()));
        return left;
    }
}
