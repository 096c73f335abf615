package dev.switchgear.importer;

import dev.switchgear.importer.Accounts.Account;
import dev.switchgear.importer.Accounts.Traits;
import dev.switchgear.importer.ImportPart.Field;
import dev.switchgear.importer.ImportPart.Fields;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads Bifrost's `config.json`. Used once; not thread-safe.
///
/// Its clients name `provider/model`, which works here too. Keys of one provider that serve all models
/// become one provider; keys with their own address, models or aliases become providers of their own,
/// and each model they name gets a route.
public final class Bifrost {
    private static final long HOUR = 3600;
    private static final BigDecimal TOTAL_USUAL = BigDecimal.valueOf(600);
    private static final int WEIGHT_MAX = 1_000_000;
    private static final int ATTEMPTS_MAX = 10;
    private static final Set<String> SECTIONS =
            Set.of("providers", "client", "governance", "config_store");

    /// `model == "gpt-4o"`, the only kind of rule that a route can be.
    private static final Pattern RULE =
            Pattern.compile("\\s*(?:request\\.)?model\\s*==\\s*(['\"])(?<model>[^'\"*]+)\\1\\s*");

    /// Where a key says where its server is, by provider.
    private static final Map<String, String> PLACES =
            Map.of(
                    "ollama", "ollama_key_config",
                    "vllm", "vllm_key_config",
                    "sgl", "sgl_key_config",
                    "azure", "azure_key_config");

    private final String file;
    private final Fields source;
    private final Findings ledger = new Findings();
    private final Names names;
    private final Accounts accounts = new Accounts();
    private final Block root = new Block();
    private final List<ImportedRoute> routes = new ArrayList<>();
    private final Map<String, List<Served>> served = new LinkedHashMap<>();

    private Bifrost(String file, Fields source) {
        this.file = file;
        this.source = source;
        this.names = new Names("env.", source, ledger);
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
        return new Bifrost(file, source).imported();
    }

    private Imported imported() {
        root.note("Made by `switchgear import bifrost` from " + file + ".");
        root.note("Clients name `provider/model`, as they did.");
        client();
        for (Field field : source.at("providers").map(Values::fields).orElse(List.of())) {
            provider(field);
        }
        modelRoutes();
        rules();
        Block resilience = resilience();
        clients();
        close();
        if (accounts.none()) {
            root.note("No provider could be carried: add `providers`.");
        }
        accounts.write(root);
        ImportedRoute.write(routes, root);
        root.nest("resilience", resilience);
        List<Finding> lost = ledger.lost();
        if (!lost.isEmpty()) {
            root.tail("Not carried from " + file + ":");
            lost.forEach(finding -> root.tail(finding.words()));
        }
        String yaml = Page.of(root);
        return new Imported(yaml, ledger.report(file, yaml));
    }

    private void client() {
        Values.at(source, "client", "max_request_body_size_mb")
                .ifPresent(part ->
                        Values.whole(part, names, 1, 1024)
                                .filter(yaml -> !yaml.contains("$"))
                                .ifPresent(yaml -> {
                                    root.at("server").at("limits").set("body-bytes", yaml + "MiB");
                                    ledger.carried(part, "server.limits.body-bytes");
                                }));
    }

    /// What one group of keys of a provider serves.
    ///
    /// @param models empty for all
    /// @param aliases the provider's own names of models that clients name otherwise
    private record Served(Account account, Set<String> models, Map<String, String> aliases) {
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
        var usable = keys.stream().filter(this::enabled).toList();
        if (!keys.isEmpty() && usable.isEmpty()) {
            ledger.dropped(part, "All its keys are switched off.");
            return;
        }
        var speech = new Speech(vendor.get(), base, azure);
        var headers = new LinkedHashMap<String, String>();
        List<Runnable> settlings = headers(part, name, headers);
        var shared = new Shared(part, usable.size(), headers, settlings);
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
                                once(
                                        Optional.of(header.part()),
                                        fate,
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

    private boolean enabled(ImportPart key) {
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

    private void keyless(String name, Speech speech, Shared shared, Optional<ImportPart> custom) {
        if (speech.base().isEmpty() && (speech.vendor().needsBase() || speech.azure())) {
            ledger.dropped(shared.part(), "It has no keys, and no base_url.");
            return;
        }
        Account account =
                accounts.of(
                        Names.id(name),
                        shared.traits(speech.vendor(), speech.base(), List.of(), Map.of(), ""));
        settleShared(account, shared, custom);
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
            account.note("It has no keys: " + file + " names none.");
        }
    }

    private void key(
            String name,
            Speech speech,
            Shared shared,
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
        settleShared(account, shared, custom);
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
        String name =
                account.key(
                        wanted,
                        reference,
                        share.map(Values::plain).filter(yaml -> !yaml.equals("1")));
        String where = "providers." + account.id() + ".keys";
        boolean fresh = account.keys().size() > before;
        if (!fresh) {
            String why = "The key " + name + " of " + account.id() + " has the same credential.";
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

    /// What a provider's own settings say about each of the providers that its keys become.
    private record Shared(
            ImportPart part, int keys, Map<String, String> headers, List<Runnable> settlings) {
        Optional<ImportPart> network(String name) {
            return Values.at(part, "network_config", name);
        }

        Optional<ImportPart> room(String name) {
            return Values.at(part, "concurrency_and_buffer_size", name);
        }

        Traits traits(
                Vendor vendor,
                Optional<Address> base,
                List<String> models,
                Map<String, String> extra,
                String apart) {
            var settings = new LinkedHashMap<String, String>();
            share(room("concurrency"), 1)
                    .ifPresent(yaml -> settings.put("limits.concurrent", yaml));
            share(room("buffer_size"), 0).ifPresent(yaml -> settings.put("limits.queue", yaml));
            network("default_request_timeout_in_seconds")
                    .flatMap(Shared::time)
                    .ifPresent(yaml -> {
                        settings.put("timeouts.head", yaml);
                        settings.put("timeouts.first-token", yaml);
                    });
            network("default_request_timeout_in_seconds")
                    .flatMap(Values::number)
                    .filter(seconds -> seconds.compareTo(TOTAL_USUAL) > 0)
                    .flatMap(seconds ->
                            Values.millis(
                                    seconds.add(TOTAL_USUAL).multiply(BigDecimal.valueOf(1000)),
                                    24 * HOUR))
                    .ifPresent(yaml -> settings.put("timeouts.total", yaml));
            network("stream_idle_timeout_in_seconds")
                    .flatMap(Shared::time)
                    .ifPresent(yaml -> settings.put("timeouts.idle", yaml));
            settings.putAll(extra);
            boolean elsewhere = vendor.kind().equals("openai") && base.isPresent();
            boolean itself =
                    elsewhere && base.map(Address::host).orElse("").equals("api.openai.com");
            return new Traits(
                    elsewhere && !itself ? Vendor.COMPATIBLE : vendor.kind(),
                    itself ? Optional.empty() : base,
                    settings,
                    headers,
                    models,
                    apart);
        }

        /// A limit of the provider, as that of each of its keys.
        Optional<String> share(Optional<ImportPart> whole, int min) {
            return whole.flatMap(Values::number)
                    .filter(number -> number.signum() > 0)
                    .map(number ->
                            number.divide(
                                            BigDecimal.valueOf(Math.max(keys, 1)),
                                            0,
                                            RoundingMode.CEILING)
                                    .max(BigDecimal.valueOf(min))
                                    .min(BigDecimal.valueOf(WEIGHT_MAX)))
                    .map(number -> number.toBigInteger().toString());
        }

        static Optional<String> time(ImportPart part) {
            return Values.number(part)
                    .flatMap(seconds ->
                            Values.millis(seconds.multiply(BigDecimal.valueOf(1000)), HOUR));
        }
    }

    private void settleShared(Account account, Shared shared, Optional<ImportPart> custom) {
        String where = "providers." + account.id() + ".";
        shared.settlings().forEach(Runnable::run);
        var base = shared.network("base_url");
        boolean guarded = account.traits().base().flatMap(Address::guarded).isPresent();
        once(base, Fate.CHANGED, where + "base-url" + (guarded ? ", egress.allow-private" : ""));
        once(custom, Fate.CHANGED, where + "kind");
        String each = shared.keys() > 1 ? ", shared out among its keys" : "";
        once(
                shared.room("concurrency")
                        .filter(part -> shared.share(Optional.of(part), 1).isPresent()),
                each.isEmpty() ? Fate.CARRIED : Fate.CHANGED,
                where + "limits.concurrent" + each);
        once(
                shared.room("buffer_size")
                        .filter(part -> shared.share(Optional.of(part), 0).isPresent()),
                each.isEmpty() ? Fate.CARRIED : Fate.CHANGED,
                where + "limits.queue" + each);
        once(
                shared.network("default_request_timeout_in_seconds")
                        .filter(part -> Shared.time(part).isPresent()),
                Fate.CHANGED,
                where + "timeouts.head: how long one attempt may take until its answer begins");
        once(
                shared.network("stream_idle_timeout_in_seconds")
                        .filter(part -> Shared.time(part).isPresent()),
                Fate.CARRIED,
                where + "timeouts.idle");
        if (account.traits().base().filter(address -> !address.known()).isPresent()) {
            ledger.remark(
                    "A base-url comes from the environment. If it is a private address or plain"
                            + " http, name its host:port under egress.allow-private.");
        }
    }

    /// A provider's setting may concern several of ours; it is settled with the first.
    private void once(Optional<ImportPart> part, Fate fate, String where) {
        part.filter(ledger::open)
                .ifPresent(open -> {
                    if (fate == Fate.CARRIED) {
                        ledger.carried(open, where);
                    } else {
                        ledger.changed(open, where);
                    }
                });
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

    /// Bifrost has these for each provider, we for all: the largest counts.
    private Block resilience() {
        var resilience = new Block();
        most("max_retries")
                .ifPresent(retries -> {
                    long attempts =
                            retries.min(BigDecimal.valueOf(ATTEMPTS_MAX - 1)).longValue() + 1;
                    resilience.at("retry").set("attempts", String.valueOf(attempts));
                });
        var base = most("retry_backoff_initial").filter(millis -> millis.signum() > 0);
        var cap = most("retry_backoff_max").filter(millis -> millis.signum() > 0);
        base.flatMap(millis -> Values.millis(millis, 60))
                .ifPresent(yaml -> resilience.at("retry").set("base", yaml));
        BigDecimal floor = base.orElse(BigDecimal.valueOf(100)).min(BigDecimal.valueOf(60_000));
        BigDecimal usual = BigDecimal.valueOf(10_000);
        cap.map(millis -> millis.max(floor))
                .or(() -> floor.compareTo(usual) > 0 ? Optional.of(floor) : Optional.empty())
                .flatMap(millis -> Values.millis(millis, HOUR))
                .ifPresent(yaml -> resilience.at("retry").set("cap", yaml));
        return resilience;
    }

    private Optional<BigDecimal> most(String name) {
        Map<String, String> ours =
                Map.of(
                        "max_retries", "attempts",
                        "retry_backoff_initial", "base",
                        "retry_backoff_max", "cap");
        var parts = new ArrayList<ImportPart>();
        for (Field provider : source.at("providers").map(Values::fields).orElse(List.of())) {
            Values.at(provider.part(), "network_config", name)
                    .filter(ledger::open)
                    .filter(part ->
                            Values.number(part).filter(number -> number.signum() >= 0).isPresent())
                    .ifPresent(parts::add);
        }
        Optional<BigDecimal> most =
                parts.stream()
                        .flatMap(part -> Values.number(part).stream())
                        .max(BigDecimal::compareTo);
        for (ImportPart part : parts) {
            if (Values.number(part).equals(most)) {
                ledger.changed(
                        part, "resilience.retry." + ours.get(name) + ", of all providers together");
            } else {
                ledger.dropped(part, "It is set for all providers, and another has more.");
            }
        }
        return most;
    }

    /// A virtual key cannot be carried: we keep hashes of keys that we made.
    private void clients() {
        List<ImportPart> keys =
                Values.at(source, "governance", "virtual_keys")
                        .map(Values::items)
                        .orElse(List.of());
        if (!keys.isEmpty()) {
            root.note(
                    "Without `clients` anybody on this machine may call. Bifrost's virtual keys"
                            + " need keys of their own:");
            for (ImportPart key : keys) {
                String name =
                        Values.text(key, "name")
                                .map(text -> text.replaceAll("[^A-Za-z0-9._@-]+", "-"))
                                .map(text -> text.substring(0, Math.min(text.length(), 64)))
                                .orElse("client");
                root.note("  switchgear key new --name " + name);
            }
        }
    }

    private void close() {
        for (Field field : source.fields()) {
            switch (field.name()) {
                case "providers" -> Values.fields(field.part()).forEach(this::closeProvider);
                case "client", "governance" -> {
                    for (Field setting : Values.fields(field.part())) {
                        ledger.close(setting.part(), _ -> BifrostReasons.ofSetting(setting.name()));
                    }
                }
                default -> {
                    // Whole, below.
                }
            }
            ledger.close(field.part(), _ -> BifrostReasons.ofSection(field.name()));
        }
    }

    private void closeProvider(Field provider) {
        for (Field setting : Values.fields(provider.part())) {
            if (ledger.open(setting.part()) && BifrostReasons.whole(setting.name())) {
                ledger.close(setting.part(), _ -> BifrostReasons.ofProvider(setting.name()));
                continue;
            }
            for (Field one : Values.fields(setting.part())) {
                ledger.close(one.part(), _ -> BifrostReasons.ofProvider(one.name()));
            }
            for (ImportPart key : Values.items(setting.part())) {
                if (!enabled(key) && ledger.open(key)) {
                    ledger.dropped(key, "It is switched off.");
                }
                for (Field one : Values.fields(key)) {
                    ledger.close(one.part(), _ -> BifrostReasons.ofProvider(one.name()));
                }
            }
            ledger.close(setting.part(), _ -> BifrostReasons.ofProvider(setting.name()));
        }
    }
}
