package dev.switchgear.importer;

import dev.switchgear.importer.Accounts.Account;
import dev.switchgear.importer.ImportPart.Field;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Carries Bifrost's providers: keys of one that serve all models become one provider; keys with their
/// own address, models or aliases become providers of their own. Used once; not thread-safe.
final class BifrostProviders {
    private static final int WEIGHT_MAX = 1_000_000;

    /// Where a key says where its server is, by provider.
    private static final Map<String, String> PLACES =
            Map.of(
                    "ollama", "ollama_key_config",
                    "vllm", "vllm_key_config",
                    "sgl", "sgl_key_config",
                    "azure", "azure_key_config");

    private final Draft draft;
    private final Findings ledger;
    private final Names names;
    private final Accounts accounts;
    private final Map<String, List<Served>> served = new LinkedHashMap<>();

    BifrostProviders(Draft draft) {
        this.draft = draft;
        this.ledger = draft.ledger();
        this.names = draft.names();
        this.accounts = draft.accounts();
    }

    /// Carries all providers of the source that can be.
    ///
    /// @return what each of them serves, by Bifrost's name for it
    Map<String, List<Served>> carry() {
        for (Field field : draft.source().at("providers").map(Values::fields).orElse(List.of())) {
            provider(field);
        }
        return served;
    }

    /// What one group of keys of a provider serves.
    ///
    /// @param models empty for all
    /// @param aliases the provider's own names of models that clients name otherwise
    record Served(Account account, Set<String> models, Map<String, String> aliases) {
        boolean all() {
            return models.isEmpty();
        }

        boolean serves(String model) {
            return all() || models.contains(model) || aliases.containsKey(model);
        }
    }

    /// How a provider of Bifrost is spoken to.
    private record Speech(Vendor vendor, Optional<Address> base, boolean azure) {}

    private void provider(Field field) {
        String name = field.name();
        ImportPart part = field.part();
        Optional<ImportPart> custom =
                Values.at(part, "custom_provider_config", "base_provider_type");
        String type = custom.flatMap(Values::text).orElse(name);
        boolean azure = type.equals("azure");
        Optional<Vendor> vendor =
                azure
                        ? Optional.of(
                                new Vendor(
                                        Vendor.COMPATIBLE,
                                        Optional.empty(),
                                        Optional.empty(),
                                        true))
                        : Vendor.of(type);
        if (vendor.isEmpty()) {
            ledger.dropped(part, "It cannot be reached: " + Vendor.whyNot(type) + ".");
            return;
        }
        Optional<ImportPart> place = Values.at(part, "network_config", "base_url");
        Optional<Address> base =
                place.flatMap(Values::text)
                        .map(names::reference)
                        .flatMap(Address::of)
                        .map(address -> under(vendor.get(), address));
        if (place.isPresent() && base.isEmpty()) {
            ledger.dropped(part, "Its base_url is no address that base-url takes.");
            return;
        }
        List<ImportPart> keys = Values.at(part, "keys").map(Values::items).orElse(List.of());
        var usable = keys.stream().filter(BifrostProviders::enabled).toList();
        if (!keys.isEmpty() && usable.isEmpty()) {
            ledger.dropped(part, "All its keys are switched off.");
            return;
        }
        var speech = new Speech(vendor.get(), base, azure);
        var headers = new LinkedHashMap<String, String>();
        List<Runnable> settlings = headers(part, name, headers);
        var shared = new BifrostShared(part, usable.size(), headers, settlings);
        if (keys.isEmpty()) {
            keyless(name, speech, shared, custom);
        } else {
            // Those that serve everything first: `provider/model` reaches the first.
            usable.stream()
                    .filter(key -> models(key).isEmpty())
                    .forEach(key -> key(name, speech, shared, key, custom));
            usable.stream()
                    .filter(key -> !models(key).isEmpty())
                    .forEach(key -> key(name, speech, shared, key, custom));
        }
    }

    private List<Runnable> headers(ImportPart part, String name, Map<String, String> headers) {
        var settlings = new ArrayList<Runnable>();
        for (Field header :
                Values.at(part, "network_config", "extra_headers")
                        .map(Values::fields)
                        .orElse(List.of())) {
            Values.text(header.part())
                    .filter(text -> !text.isEmpty() && ImportedHeaders.named(header.name()))
                    .ifPresent(text -> {
                        Fate fate = ImportedHeaders.put(header.name(), text, name, names, headers);
                        settlings.add(() ->
                                ledger.once(
                                        fate,
                                        header.part(),
                                        "providers." + Names.id(name) + ".headers"));
                    });
        }
        return settlings;
    }

    /// Bifrost begins its paths with the version for those that speak as OpenAI does; we do not.
    private static Address under(Vendor vendor, Address base) {
        boolean versioned =
                switch (vendor.kind()) {
                    case "anthropic", "gemini", "ollama" -> false;
                    default -> true;
                };
        return versioned && !base.text().matches(".*/v[0-9]+$") ? base.under("/v1") : base;
    }

    static boolean enabled(ImportPart key) {
        return Values.at(key, "enabled").flatMap(Values::truth).orElse(true);
    }

    /// The models that a key serves; empty for all.
    private static Set<String> models(ImportPart key) {
        var models = new LinkedHashSet<String>();
        for (ImportPart model : Values.at(key, "models").map(Values::items).orElse(List.of())) {
            Values.text(model).ifPresent(models::add);
        }
        return models.contains("*") ? Set.of() : models;
    }

    private void keyless(
            String name, Speech speech, BifrostShared shared, Optional<ImportPart> custom) {
        if (speech.base().isEmpty() && (speech.vendor().needsBase() || speech.azure())) {
            ledger.dropped(shared.part(), "It has no keys, and no base_url.");
            return;
        }
        Account account =
                accounts.of(
                        Names.id(name),
                        shared.traits(speech.vendor(), speech.base(), List.of(), Map.of(), ""));
        shared.settle(account, custom, ledger);
        served.computeIfAbsent(name, _ -> new ArrayList<>())
                .add(new Served(account, Set.of(), Map.of()));
        boolean said =
                Values.at(shared.part(), "custom_provider_config", "is_key_less")
                        .flatMap(Values::truth)
                        .orElse(false);
        if (said) {
            Values.at(shared.part(), "custom_provider_config", "is_key_less")
                    .ifPresent(part -> ledger.dropped(part, "A provider without keys is one."));
        } else if (speech.vendor().variable().isPresent()) {
            account.note("It has no keys: " + draft.file() + " names none.");
        }
    }

    private void key(
            String name,
            Speech speech,
            BifrostShared shared,
            ImportPart key,
            Optional<ImportPart> custom) {
        String section = PLACES.getOrDefault(name, "");
        Optional<ImportPart> place =
                section.isEmpty()
                        ? Optional.empty()
                        : Values.at(key, section, speech.azure() ? "endpoint" : "url");
        Optional<Address> own =
                place.flatMap(Values::text)
                        .map(names::reference)
                        .flatMap(Address::of)
                        .map(address ->
                                speech.azure()
                                        ? address.under("/openai/v1")
                                        : under(speech.vendor(), address));
        Optional<Address> base =
                own.or(speech::base).or(() -> speech.vendor().base().map(Address::new));
        if ((place.isPresent() && own.isEmpty())
                || (base.isEmpty() && speech.vendor().needsBase())) {
            ledger.dropped(key, "It has no address that base-url takes.");
            return;
        }
        Optional<String> value = Values.text(key, "value").filter(text -> !Names.placeholder(text));
        if (speech.azure() && value.isEmpty()) {
            ledger.dropped(key, "Its sign-in is Entra ID's; Switchgear signs in with a key.");
            return;
        }
        Set<String> models = models(key);
        Map<String, String> aliases = aliases(key, name);
        var extra = new LinkedHashMap<String, String>();
        if (speech.azure()) {
            extra.put("quirks.key-header", "api-key");
            extra.put("quirks.key-prefix", "\"\"");
        }
        Account account =
                accounts.of(
                        Names.id(name),
                        shared.traits(
                                speech.vendor(),
                                base,
                                List.copyOf(models),
                                extra,
                                aliases + (value.isEmpty() ? "keyless" : "")));
        shared.settle(account, custom, ledger);
        place.ifPresent(part -> ledger.carried(part, "providers." + account.id() + ".base-url"));
        settleKey(key, account, value);
        settleModels(key, name, account);
        var group = served.computeIfAbsent(name, _ -> new ArrayList<>());
        if (group.stream().noneMatch(one -> one.account().equals(account))) {
            group.add(new Served(account, models, aliases));
        }
        if (models.isEmpty() && !account.id().equals(Names.id(name))) {
            ledger.remark(
                    "`"
                            + Names.id(name)
                            + "/model` reaches the first address of "
                            + Names.id(name)
                            + "; this one is `"
                            + account.id()
                            + "/model` (line "
                            + key.line()
                            + ").");
        }
    }

    private void settleKey(ImportPart key, Account account, Optional<String> value) {
        Optional<ImportPart> written = Values.at(key, "value");
        Optional<ImportPart> called = Values.at(key, "name");
        Optional<ImportPart> weight = Values.at(key, "weight");
        Values.at(key, "enabled")
                .filter(part -> Values.truth(part).isPresent())
                .ifPresent(part -> ledger.carried(part, "a key that stands in the file is on"));
        if (value.isEmpty()) {
            written.ifPresent(
                    part -> ledger.changed(part, "a placeholder: this provider is sent no key"));
            return;
        }
        Optional<String> variable = names.variable(value.get());
        String reference =
                variable.map(names::to)
                        .orElseGet(() -> names.invented(value.get(), account.id() + "-api-key"));
        Optional<BigDecimal> share =
                weight.flatMap(Values::number)
                        .filter(number ->
                                number.signum() >= 0
                                        && number.compareTo(BigDecimal.valueOf(WEIGHT_MAX)) <= 0);
        int before = account.keys().size();
        String wanted = called.flatMap(Values::text).orElse("main");
        String _ =
                account.key(
                        wanted,
                        reference,
                        share.map(Values::plain).filter(yaml -> !yaml.equals("1")));
        String where = "providers." + account.id() + ".keys";
        boolean fresh = account.keys().size() > before;
        if (!fresh) {
            String why = "Another key of " + account.id() + " has the same credential.";
            written.ifPresent(part -> ledger.changed(part, why));
            called.ifPresent(part -> ledger.dropped(part, why));
            weight.ifPresent(part -> ledger.dropped(part, why));
            return;
        }
        written.ifPresent(part -> {
            if (variable.isPresent()) {
                ledger.carried(part, where + ", as " + reference);
            } else {
                ledger.changed(part, where + ", as " + reference + ": a secret, not copied");
            }
        });
        called.ifPresent(part -> ledger.carried(part, where + ".name"));
        weight.filter(_ -> share.isPresent())
                .ifPresent(part -> ledger.carried(part, where + ".weight"));
    }

    private void settleModels(ImportPart key, String name, Account account) {
        for (ImportPart model : Values.at(key, "models").map(Values::items).orElse(List.of())) {
            if (ledger.open(model) && Values.text(model).isPresent()) {
                ledger.changed(
                        model,
                        "`"
                                + Names.id(name)
                                + "/model`, and providers."
                                + account.id()
                                + ".models where not all");
            }
        }
    }

    /// What a key calls models otherwise; an alias may also be an object, which is not carried.
    private Map<String, String> aliases(ImportPart key, String name) {
        var aliases = new LinkedHashMap<String, String>();
        var all = new ArrayList<Field>();
        all.addAll(Values.at(key, "aliases").map(Values::fields).orElse(List.of()));
        all.addAll(
                Values.at(key, PLACES.getOrDefault(name, ""), "deployments")
                        .map(Values::fields)
                        .orElse(List.of()));
        for (Field field : all) {
            Optional<String> meant = Values.text(field.part());
            if (meant.isPresent() && !meant.get().isEmpty() && !field.name().contains("*")) {
                aliases.put(field.name(), meant.get());
                ledger.carried(field.part(), "routes: " + name + "/" + field.name());
            }
        }
        Optional<ImportPart> one = Values.at(key, PLACES.getOrDefault(name, ""), "model_name");
        Set<String> models = models(key);
        if (one.isPresent() && models.size() == 1) {
            one.flatMap(Values::text)
                    .ifPresent(meant -> aliases.put(models.iterator().next(), meant));
            one.ifPresent(part -> ledger.carried(part, "routes: to.model"));
        }
        return aliases;
    }
}
