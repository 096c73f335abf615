package dev.switchgear.importer;

import dev.switchgear.importer.ImportPart.Field;
import dev.switchgear.importer.ImportPart.Fields;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// Reads Bifrost's `config.json`. Used once; not thread-safe.
///
/// Its clients name `provider/model`, which works here too. Keys of one provider that serve all models
/// become one provider; keys with their own address, models or aliases become providers of their own,
/// and each model they name gets a route.
public final class BifrostReader {
    private static final Set<String> SECTIONS =
            Set.of("providers", "client", "governance", "config_store");

    private final Draft draft;

    private BifrostReader(String file, Fields source) {
        this.draft = Draft.of(file, source, "env.");
    }

    /// @throws Unusable when the file cannot be read, or is no `config.json` of Bifrost
    public static Imported read(Path path) throws Unusable {
        return of(
                String.valueOf(path.getFileName()),
                ImportSource.read(path, ImportSource.Format.JSON));
    }

    static Imported of(String file, Fields source) throws Unusable {
        if (SECTIONS.stream().noneMatch(name -> source.at(name).isPresent())) {
            throw new Unusable(
                    file + " is no configuration of Bifrost: it has no providers and no client.");
        }
        return new BifrostReader(file, source).imported();
    }

    private Imported imported() {
        Block root = draft.root();
        root.note("Made by `switchgear import bifrost` from " + draft.file() + ".");
        root.note("Clients name `provider/model`, as they did.");
        client();
        var served = new BifrostProviders(draft).carry();
        List<ImportedRoute> routes = new BifrostRoutes(draft, served).carry();
        Block resilience = new BifrostResilience(draft).carry();
        clients();
        close();
        if (draft.accounts().none()) {
            root.note("No provider could be carried: add `providers`.");
        }
        return draft.imported(routes, resilience, Set.of());
    }

    private void client() {
        Values.at(draft.source(), "client", "max_request_body_size_mb")
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
    }

    /// A virtual key cannot be carried: we keep hashes of keys that we made. What it was allowed stands
    /// beside the command that makes its new one.
    private void clients() {
        List<ImportPart> keys =
                Values.at(draft.source(), "governance", "virtual_keys")
                        .map(Values::items)
                        .orElse(List.of());
        if (!keys.isEmpty()) {
            draft.root()
                    .note(
                            "Without `clients` anybody on this machine may call. Bifrost's virtual keys"
                                    + " need keys of their own:");
            for (ImportPart key : keys) {
                String name =
                        Values.text(key, "name")
                                .map(text -> text.replaceAll("[^A-Za-z0-9._@-]+", "-"))
                                .map(text -> text.substring(0, Math.min(text.length(), 64)))
                                .orElse("client");
                draft.root().note("  switchgear key new --name " + name);
                Values.at(draft.source(), "governance")
                        .map(governance -> ClientNotes.ofBifrost(governance, key))
                        .flatMap(ClientNotes::line)
                        .ifPresent(limits ->
                                draft.root().note("    and to the line it prints: " + limits));
            }
        }
    }

    private void close() {
        for (Field field : draft.source().fields()) {
            switch (field.name()) {
                case "providers" -> Values.fields(field.part()).forEach(this::closeProvider);
                case "client", "governance" -> {
                    for (Field setting : Values.fields(field.part())) {
                        draft.ledger()
                                .close(
                                        setting.part(),
                                        _ -> BifrostReasons.ofSetting(setting.name()));
                    }
                }
                default -> {
                    // Whole, below.
                }
            }
            draft.ledger().close(field.part(), _ -> BifrostReasons.ofSection(field.name()));
        }
    }

    private void closeProvider(Field provider) {
        for (Field setting : Values.fields(provider.part())) {
            if (draft.ledger().open(setting.part()) && BifrostReasons.whole(setting.name())) {
                draft.ledger()
                        .close(setting.part(), _ -> BifrostReasons.ofProvider(setting.name()));
                continue;
            }
            for (Field one : Values.fields(setting.part())) {
                draft.ledger().close(one.part(), _ -> BifrostReasons.ofProvider(one.name()));
            }
            for (ImportPart key : Values.items(setting.part())) {
                if (!BifrostProviders.enabled(key) && draft.ledger().open(key)) {
                    draft.ledger().dropped(key, "It is switched off.");
                }
                for (Field one : Values.fields(key)) {
                    draft.ledger().close(one.part(), _ -> BifrostReasons.ofProvider(one.name()));
                }
            }
            draft.ledger().close(setting.part(), _ -> BifrostReasons.ofProvider(setting.name()));
        }
    }
}
