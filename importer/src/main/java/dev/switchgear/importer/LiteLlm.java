package dev.switchgear.importer;

import dev.switchgear.importer.Accounts.Account;
import dev.switchgear.importer.Accounts.Traits;
import dev.switchgear.importer.ImportPart.Field;
import dev.switchgear.importer.ImportPart.Fields;
import dev.switchgear.importer.ImportPart.Value;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads LiteLLM's `config.yaml`. Used once; not thread-safe.
///
/// Deployments of one `model_name` become one route; deployments that share an account become one
/// provider, unless one has limits of its own.
public final class LiteLlm {
    private static final String WEIGHTED = "weighted";
    private static final String ROUTER = "router_settings";
    private static final String LIBRARY = "litellm_settings";
    private static final String GENERAL = "general_settings";
    private static final Set<String> SETTINGS = Set.of(ROUTER, LIBRARY, GENERAL);
    private static final int ATTEMPTS_MAX = 10;
    private static final int ATTEMPTS_USUAL = 3;
    private static final long HOUR = 3600;
    private static final long DAY = 24 * HOUR;
    private static final BigDecimal TOTAL_USUAL = BigDecimal.valueOf(600);
    private static final BigDecimal PAUSE_MAX_USUAL = BigDecimal.valueOf(300);
    private static final BigDecimal WEIGHT_MAX = BigDecimal.valueOf(1_000_000);
    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    /// What a route can serve, as `model_info.mode` says it.
    private static final Set<String> SERVED =
            Set.of("chat", "completion", "responses", "embedding");

    private final String file;
    private final Fields source;
    private final Findings ledger = new Findings();
    private final Names names;
    private final Accounts accounts = new Accounts();
    private final Block root = new Block();
    private final Map<String, List<Deployment>> groups = new LinkedHashMap<>();
    private final Map<String, List<String>> notes = new LinkedHashMap<>();
    private final List<ImportedRoute> routes = new ArrayList<>();
    private String strategy = WEIGHTED;

    private LiteLlm(String file, Fields source) {
        this.file = file;
        this.source = source;
        this.names = new Names("os.environ/", source, ledger);
    }

    /// @throws Unusable when the file cannot be read, or is no `config.yaml` of LiteLLM
    public static Imported read(Path path) throws Unusable {
        return of(
                String.valueOf(path.getFileName()),
                ImportSource.read(path, ImportSource.Format.YAML));
    }

    static Imported of(String file, Fields source) throws Unusable {
        if (source.at("model_list").isEmpty()
                && source.at(ROUTER).isEmpty()
                && source.at(LIBRARY).isEmpty()
                && source.at(GENERAL).isEmpty()) {
            throw new Unusable(
                    file
                            + " is no configuration of LiteLLM: it has no model_list and none of its"
                            + " settings.");
        }
        return new LiteLlm(file, source).imported();
    }

    private Imported imported() {
        root.note("Made by `switchgear import litellm` from " + file + ".");
        general();
        strategy();
        deployments();
        routes();
        settleStrategy();
        Block resilience = resilience();
        Set<Finding> noted = close();
        accounts.write(root);
        withNotes();
        root.nest("resilience", resilience);
        List<Finding> lost =
                ledger.lost().stream().filter(finding -> !noted.contains(finding)).toList();
        if (!lost.isEmpty()) {
            root.tail("Not carried from " + file + ":");
            lost.forEach(finding -> root.tail(finding.words()));
        }
        String yaml = Page.of(root);
        return new Imported(yaml, ledger.report(file, yaml));
    }

    /// A deployment that can be carried, before it is.
    ///
    /// @param vendorName as LiteLLM writes it
    /// @param model behind the vendor's prefix
    private record Plan(
            ImportPart item,
            String name,
            String vendorName,
            Vendor vendor,
            String model,
            Optional<Address> base,
            Optional<String> query) {
        boolean pattern() {
            return name.contains("*");
        }

        /// Whether `vendor/model` is how clients reach it, with no route.
        boolean direct() {
            return model.equals("*") && name.equals(vendorName + "/*");
        }

        boolean azure() {
            return vendorName.equals("azure");
        }
    }

    /// A deployment that is carried.
    private record Deployment(
            ImportPart item,
            ImportedRoute.To to,
            Optional<BigDecimal> order,
            Optional<BigDecimal> weight,
            Optional<BigDecimal> rpm,
            Optional<BigDecimal> tpm) {}

    private void deployments() {
        var plans = new ArrayList<Plan>();
        for (ImportPart item : source.at("model_list").map(Values::items).orElse(List.of())) {
            plan(item).ifPresent(plans::add);
        }
        // Those that clients reach as `vendor/model` first: their provider must have that name.
        plans.stream().filter(Plan::direct).forEach(this::direct);
        plans.stream().filter(plan -> !plan.direct()).forEach(this::deploy);
    }

    private Optional<Plan> plan(ImportPart item) {
        Optional<String> name = Values.text(item, "model_name");
        Optional<String> full = Values.text(item, "litellm_params", "model");
        if (name.isEmpty() || full.isEmpty()) {
            return refused(item, "It has no model_name, or no litellm_params.model.");
        }
        Optional<String> mode =
                Values.text(item, "model_info", "mode")
                        .or(() -> Values.text(item, "litellm_params", "mode"));
        if (mode.isPresent() && !SERVED.contains(mode.get())) {
            return refused(item, "Switchgear serves no calls of its mode.");
        }
        Optional<String> named = vendorOf(item, full.get());
        if (named.isEmpty()) {
            return refused(item, "Its model names no provider (`provider/model`).");
        }
        String vendorName = named.get();
        String model =
                full.get().startsWith(vendorName + "/")
                        ? full.get().substring(vendorName.length() + 1)
                        : full.get();
        if (vendorName.equals("azure")) {
            return azure(item, name.get(), model);
        }
        Optional<Vendor> vendor = Vendor.of(vendorName);
        if (vendor.isEmpty()) {
            return refused(
                    item, "Its provider cannot be reached: " + Vendor.whyNot(vendorName) + ".");
        }
        Optional<ImportPart> written = param(item, "api_base").or(() -> param(item, "base_url"));
        Optional<Address> base = written.flatMap(this::address);
        if (written.isPresent() && base.isEmpty()) {
            return refused(item, "Its api_base is no address that base-url takes.");
        }
        if (base.isEmpty() && vendor.get().needsBase()) {
            return refused(item, "It has no api_base, and its provider has no usual one.");
        }
        Optional<Plan> plan =
                Optional.of(
                        new Plan(
                                item,
                                name.get(),
                                vendorName,
                                vendor.get(),
                                model,
                                base,
                                Optional.empty()));
        return plan.filter(this::patternFits);
    }

    private boolean patternFits(Plan plan) {
        boolean stars = plan.name().contains("*") || plan.model().contains("*");
        boolean one = plan.name().indexOf('*') == plan.name().lastIndexOf('*');
        if (!stars || plan.direct() || (one && plan.name().equals(plan.model()))) {
            return true;
        }
        ledger.dropped(
                plan.item(),
                "A pattern can be `provider/*`, or the same in model_name and model with one `*`:"
                        + " Switchgear does not rewrite parts of a name.");
        return false;
    }

    /// Azure's own paths hold the deployment; its newer ones are OpenAI's.
    private Optional<Plan> azure(ImportPart item, String name, String model) {
        if (!model.matches("[A-Za-z0-9._-]+") || name.contains("*")) {
            return refused(item, "Switchgear needs the name of one Azure deployment.");
        }
        if (param(item, "api_key").isEmpty() && param(item, "azure_ad_token").isPresent()) {
            return refused(item, "Its sign-in is Entra ID's; Switchgear signs in with a key.");
        }
        Optional<ImportPart> written = param(item, "api_base");
        Optional<Address> base =
                written.isPresent()
                        ? written.flatMap(this::address)
                        : Address.of(names.to("AZURE_API_BASE"));
        if (base.isEmpty()) {
            return refused(item, "Its api_base is no address that base-url takes.");
        }
        Optional<String> version = param(item, "api_version").flatMap(Values::text);
        if (version.isPresent()
                && names.variable(version.get()).isEmpty()
                && !version.get().matches("[A-Za-z0-9.-]{1,40}")) {
            return refused(item, "Its api_version is none.");
        }
        boolean whole = base.get().text().contains("/openai");
        Address address =
                whole
                        ? base.get()
                        : version.isPresent()
                                ? base.get().under("/openai/deployments/" + model)
                                : base.get().under("/openai/v1");
        return Optional.of(
                new Plan(
                        item,
                        name,
                        "azure",
                        new Vendor(
                                Vendor.COMPATIBLE,
                                Optional.empty(),
                                Optional.of("AZURE_API_KEY"),
                                true),
                        model,
                        Optional.of(address),
                        version.map(text -> "?api-version=" + names.reference(text))));
    }

    private Optional<Plan> refused(ImportPart item, String why) {
        ledger.dropped(item, why);
        return Optional.empty();
    }

    /// The provider that LiteLLM takes a model for.
    private Optional<String> vendorOf(ImportPart item, String full) {
        Optional<String> said = param(item, "custom_llm_provider").flatMap(Values::text);
        if (said.isPresent()) {
            return said;
        }
        int slash = full.indexOf('/');
        if (slash > 0) {
            return Optional.of(full.substring(0, slash));
        }
        if (full.matches("(gpt-|chatgpt-|o[1-9]|text-embedding-).*")) {
            return Optional.of("openai");
        }
        return full.startsWith("claude-") ? Optional.of("anthropic") : Optional.empty();
    }

    /// A parameter of a deployment, its own or that of the credential it names.
    private Optional<ImportPart> param(ImportPart item, String name) {
        Optional<ImportPart> own = Values.at(item, "litellm_params", name);
        return own.isPresent()
                ? own
                : Values.text(item, "litellm_params", "litellm_credential_name")
                        .flatMap(this::credential)
                        .flatMap(values -> Values.at(values, name));
    }

    private Optional<ImportPart> credential(String name) {
        return source.at("credential_list").map(Values::items).orElse(List.of()).stream()
                .filter(one -> Values.text(one, "credential_name").equals(Optional.of(name)))
                .findFirst()
                .flatMap(one -> Values.at(one, "credential_values"));
    }

    /// Where a deployment names its credential, and where that is named itself.
    private List<ImportPart> credentialNames(ImportPart item) {
        var named = new ArrayList<ImportPart>();
        Optional<ImportPart> use = Values.at(item, "litellm_params", "litellm_credential_name");
        for (ImportPart one : source.at("credential_list").map(Values::items).orElse(List.of())) {
            Optional<ImportPart> name = Values.at(one, "credential_name");
            if (use.isPresent()
                    && name.isPresent()
                    && Values.text(use.get()).equals(Values.text(name.get()))) {
                named.add(use.get());
                named.add(name.get());
            }
        }
        return named;
    }

    private Optional<Address> address(ImportPart part) {
        return Values.text(part).map(names::reference).flatMap(Address::of);
    }

    private void direct(Plan plan) {
        var traits = traits(plan);
        Optional<Account> there = accounts.at(plan.vendorName());
        if (there.isPresent() && !there.get().traits().equals(traits.traits())) {
            ledger.dropped(
                    plan.item(),
                    "Another deployment is `"
                            + plan.vendorName()
                            + "/*` already, with another address or other settings.");
            return;
        }
        Account account = accounts.of(plan.vendorName(), traits.traits());
        traits.settle(account);
        key(plan, account);
        String how = "`" + account.id() + "/model` reaches this provider without a route";
        ledger.changed(field(plan.item(), "model_name"), how);
        ledger.changed(field(plan.item(), "litellm_params", "model"), how);
        mode(plan);
    }

    private void deploy(Plan plan) {
        var traits = traits(plan);
        Account account = accounts.of(wantedId(plan), traits.traits());
        traits.settle(account);
        Optional<String> key = key(plan, account);
        ledger.carried(field(plan.item(), "model_name"), "routes: match.model");
        ImportPart model = field(plan.item(), "litellm_params", "model");
        ledger.carried(model, "routes: to " + account.id());
        Values.at(plan.item(), "litellm_params", "custom_llm_provider")
                .ifPresent(part -> ledger.carried(part, "providers." + account.id()));
        mode(plan);
        var to =
                new ImportedRoute.To(
                        account,
                        plan.pattern() ? Optional.empty() : Optional.of(plan.model()),
                        key,
                        "1");
        groups.computeIfAbsent(plan.name(), _ -> new ArrayList<>())
                .add(
                        new Deployment(
                                plan.item(),
                                to,
                                number(plan, "order"),
                                number(plan, "weight").map(WEIGHT_MAX::min),
                                number(plan, "rpm"),
                                number(plan, "tpm")));
    }

    private static Optional<BigDecimal> number(Plan plan, String name) {
        return Values.at(plan.item(), "litellm_params", name)
                .flatMap(Values::number)
                .filter(number -> number.signum() >= 0);
    }

    private void mode(Plan plan) {
        Values.at(plan.item(), "model_info", "mode")
                .or(() -> Values.at(plan.item(), "litellm_params", "mode"))
                .ifPresent(part -> ledger.carried(part, "a route serves such calls"));
    }

    private static ImportPart field(ImportPart item, String... path) {
        return Values.at(item, path)
                .orElseThrow(() -> new IllegalStateException("no " + String.join(".", path)));
    }

    private static String wantedId(Plan plan) {
        if (plan.azure()) {
            return Names.id("azure-" + plan.model());
        }
        boolean itself =
                plan.base().isEmpty()
                        || plan.vendor().base().equals(plan.base().map(Address::text))
                        || (!plan.vendor().kind().equals("openai") && !plan.vendor().needsBase());
        String host = plan.base().map(Address::host).orElse("");
        return Names.id(itself || host.isEmpty() ? plan.vendorName() : host);
    }

    /// What a deployment says about its provider, and what is to be settled once that has its id.
    private record Said(Traits traits, List<Settling> settlings, Findings ledger) {
        /// @param where below the provider
        private record Settling(Fate fate, ImportPart part, String where) {}

        void settle(Account account) {
            for (Settling settling : settlings) {
                String where = "providers." + account.id() + "." + settling.where();
                // A credential's parts may have been settled by another deployment that names it.
                if (ledger.open(settling.part())) {
                    switch (settling.fate()) {
                        case CARRIED -> ledger.carried(settling.part(), where);
                        case CHANGED -> ledger.changed(settling.part(), where);
                        case NOT_CARRIED -> ledger.dropped(settling.part(), settling.where());
                    }
                }
            }
        }
    }

    private Said traits(Plan plan) {
        var settings = new LinkedHashMap<String, String>();
        var headers = new LinkedHashMap<String, String>();
        var settlings = new ArrayList<Said.Settling>();
        ImportPart item = plan.item();
        Optional<Address> base = base(plan, settlings);
        limits(item, settings, settlings);
        boolean limited = !settings.isEmpty();
        timeouts(item, settings, settlings);
        cost(item, settings, settlings);
        headers(plan, headers, settlings);
        String kind = plan.vendor().kind();
        if (plan.azure()) {
            settings.put("quirks.key-header", "api-key");
            settings.put("quirks.key-prefix", "\"\"");
            plan.query().ifPresent(query -> settings.put("quirks.query", Page.quoted(query)));
            param(item, "api_version")
                    .ifPresent(part ->
                            settlings.add(new Said.Settling(Fate.CARRIED, part, "quirks.query")));
        } else if (kind.equals("openai") && base.isPresent()) {
            kind = Vendor.COMPATIBLE;
        }
        boolean keyless = secret(plan).isEmpty();
        credentialNames(item)
                .forEach(name ->
                        settlings.add(
                                new Said.Settling(
                                        Fate.CHANGED, name, "keys: what it holds stands there")));
        return new Said(
                new Traits(
                        kind,
                        base,
                        settings,
                        headers,
                        List.of(),
                        limited ? item.path() : keyless ? "keyless" : ""),
                settlings,
                ledger);
    }

    private Optional<Address> base(Plan plan, List<Said.Settling> settlings) {
        Optional<ImportPart> written =
                param(plan.item(), "api_base").or(() -> param(plan.item(), "base_url"));
        if (plan.base().isEmpty()) {
            return plan.vendor().base().map(Address::new);
        }
        Address base = plan.base().get();
        boolean guarded = base.guarded().isPresent();
        written.ifPresent(part ->
                settlings.add(
                        new Said.Settling(
                                plan.azure() ? Fate.CHANGED : Fate.CARRIED,
                                part,
                                guarded ? "base-url, and egress.allow-private" : "base-url")));
        if (!base.known()) {
            ledger.remark(
                    "A base-url comes from the environment. If it is a private address or plain"
                            + " http, name its host:port under egress.allow-private.");
        }
        boolean own = plan.vendor().kind().equals("openai") && base.host().equals("api.openai.com");
        return own ? Optional.empty() : plan.base();
    }

    private void limits(
            ImportPart item, Map<String, String> settings, List<Said.Settling> settlings) {
        limit(item, "rpm", "requests-per-minute", 1_000_000_000L, settings, settlings);
        limit(item, "tpm", "tokens-per-minute", 1_000_000_000_000L, settings, settlings);
        limit(item, "max_parallel_requests", "concurrent", 1_000_000L, settings, settlings);
    }

    private void limit(
            ImportPart item,
            String theirs,
            String ours,
            long max,
            Map<String, String> settings,
            List<Said.Settling> settlings) {
        Values.at(item, "litellm_params", theirs)
                .ifPresent(part ->
                        Values.whole(part, names, 1, max)
                                .ifPresent(yaml -> {
                                    settings.put("limits." + ours, yaml);
                                    settlings.add(
                                            new Said.Settling(
                                                    Fate.CHANGED,
                                                    part,
                                                    "limits."
                                                            + ours
                                                            + ", which is never exceeded here"));
                                }));
    }

    private void timeouts(
            ImportPart item, Map<String, String> settings, List<Said.Settling> settlings) {
        Optional<ImportPart> whole = Values.at(item, "litellm_params", "timeout");
        Optional<ImportPart> stream = Values.at(item, "litellm_params", "stream_timeout");
        Optional<String> head = whole.flatMap(part -> Values.seconds(part, names, HOUR));
        Optional<String> first =
                stream.flatMap(part -> Values.seconds(part, names, HOUR)).or(() -> head);
        head.ifPresent(yaml -> settings.put("timeouts.head", yaml));
        first.ifPresent(yaml -> settings.put("timeouts.first-token", yaml));
        whole.flatMap(Values::number)
                .filter(seconds -> seconds.compareTo(TOTAL_USUAL) > 0)
                .flatMap(seconds ->
                        Values.millis(
                                seconds.add(TOTAL_USUAL).multiply(BigDecimal.valueOf(1000)), DAY))
                .ifPresent(yaml -> settings.put("timeouts.total", yaml));
        if (head.isPresent()) {
            whole.ifPresent(part ->
                    settlings.add(
                            new Said.Settling(
                                    Fate.CHANGED,
                                    part,
                                    "timeouts.head: how long one attempt may take until its answer"
                                            + " begins")));
        }
        stream.filter(part -> Values.seconds(part, names, HOUR).isPresent())
                .ifPresent(part ->
                        settlings.add(
                                new Said.Settling(Fate.CHANGED, part, "timeouts.first-token")));
    }

    /// Prices a token there, a million tokens here.
    private static void cost(
            ImportPart item, Map<String, String> settings, List<Said.Settling> settlings) {
        Optional<ImportPart> in = price(item, "input_cost_per_token");
        Optional<ImportPart> out = price(item, "output_cost_per_token");
        if (in.isPresent() && out.isPresent()) {
            settings.put("cost.input", perMillion(in.get()));
            settings.put("cost.output", perMillion(out.get()));
            settlings.add(new Said.Settling(Fate.CARRIED, in.get(), "cost.input"));
            settlings.add(new Said.Settling(Fate.CARRIED, out.get(), "cost.output"));
        }
    }

    private static Optional<ImportPart> price(ImportPart item, String name) {
        return Values.at(item, "model_info", name)
                .or(() -> Values.at(item, "litellm_params", name))
                .filter(part ->
                        Values.number(part)
                                .filter(number ->
                                        number.signum() >= 0
                                                && number.compareTo(BigDecimal.ONE) <= 0)
                                .isPresent());
    }

    private static String perMillion(ImportPart part) {
        return Values.plain(Values.number(part).orElse(BigDecimal.ZERO).multiply(MILLION));
    }

    private void headers(Plan plan, Map<String, String> headers, List<Said.Settling> settlings) {
        Optional<ImportPart> organization = param(plan.item(), "organization");
        if (plan.vendor().kind().equals("openai")) {
            organization
                    .flatMap(Values::text)
                    .ifPresent(text -> headers.put("OpenAI-Organization", written(text)));
            organization.ifPresent(part ->
                    settlings.add(
                            new Said.Settling(Fate.CARRIED, part, "headers.OpenAI-Organization")));
        }
        Optional<ImportPart> extra = Values.at(plan.item(), "litellm_params", "extra_headers");
        for (Field field : extra.map(Values::fields).orElse(List.of())) {
            header(field, plan.vendorName(), headers)
                    .ifPresent(fate ->
                            settlings.add(new Said.Settling(fate, field.part(), "headers")));
        }
    }

    private Optional<Fate> header(Field field, String about, Map<String, String> headers) {
        Optional<String> text = Values.text(field.part()).filter(value -> !value.isEmpty());
        if (text.isEmpty() || !ImportedHeaders.named(field.name())) {
            return Optional.empty();
        }
        return Optional.of(ImportedHeaders.put(field.name(), text.get(), about, names, headers));
    }

    private String written(String text) {
        return names.variable(text)
                .map(name -> Page.quoted(names.to(name)))
                .orElseGet(() -> Page.text(text));
    }

    /// The key that a deployment sends: what it says, or else the variable that LiteLLM looks at.
    private Optional<String> secret(Plan plan) {
        Optional<ImportPart> written = param(plan.item(), "api_key");
        if (written.isPresent()) {
            return written.flatMap(Values::text).filter(text -> !Names.placeholder(text));
        }
        boolean elsewhere = plan.base().isPresent() && !plan.azure();
        return elsewhere
                ? Optional.empty()
                : plan.vendor().variable().map(name -> "os.environ/" + name);
    }

    /// The name of the deployment's key, where it has one.
    private Optional<String> key(Plan plan, Account account) {
        Optional<ImportPart> written = param(plan.item(), "api_key").filter(ledger::open);
        Optional<String> secret = secret(plan);
        if (secret.isEmpty()) {
            written.ifPresent(
                    part -> ledger.changed(part, "a placeholder: this provider is sent no key"));
            if (written.isEmpty() && plan.vendor().variable().isPresent()) {
                account.note("No key is sent: " + file + " names none for this address.");
            }
            return Optional.empty();
        }
        Optional<String> variable = names.variable(secret.get());
        String reference =
                variable.map(names::to)
                        .orElseGet(() -> names.invented(secret.get(), account.id() + "-api-key"));
        String name =
                account.key(account.keys().isEmpty() ? "main" : "key", reference, Optional.empty());
        String where = "providers." + account.id() + ".keys, as " + reference;
        if (variable.isPresent()) {
            written.ifPresent(part -> ledger.carried(part, where));
        } else {
            written.ifPresent(part -> ledger.changed(part, where + ": a secret, not copied"));
        }
        if (param(plan.item(), "api_key").isEmpty()) {
            ledger.remark(
                    "providers."
                            + account.id()
                            + " takes its key from "
                            + reference
                            + ", as LiteLLM does where no api_key is set.");
        }
        return Optional.of(name);
    }

    private void routes() {
        var own = fallbacks();
        var fallbackParts = defaultFallbacks();
        boolean defaultUsed = false;
        for (var group : groups.entrySet()) {
            List<ImportPart> chain = own.getOrDefault(group.getKey(), List.of());
            boolean usual = chain.isEmpty() && !fallbackParts.isEmpty();
            defaultUsed |= usual;
            route(group.getKey(), group.getValue(), usual ? fallbackParts : chain, !usual);
        }
        settleDefaults(fallbackParts, defaultUsed);
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
    }

    private void route(
            String name, List<Deployment> group, List<ImportPart> chain, boolean settles) {
        boolean ordered = group.stream().anyMatch(one -> one.order().isPresent());
        var members = new ArrayList<>(group);
        if (ordered) {
            members.sort(Comparator.comparing(one -> one.order().orElse(WEIGHT_MAX)));
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
        routes.add(new ImportedRoute(name, chosen, to, List.of()));
        for (Deployment one : members) {
            settleWeight(one, name, weighing);
            Values.at(one.item(), "litellm_params", "order")
                    .filter(_ -> several && one.order().isPresent())
                    .ifPresent(part -> ledger.changed(part, "the order of the route's targets"));
        }
    }

    private void settleWeight(Deployment one, String name, boolean weighing) {
        Values.at(one.item(), "litellm_params", "weight")
                .filter(_ -> one.weight().isPresent())
                .ifPresent(part -> {
                    boolean counts =
                            weighing
                                    && groups.getOrDefault(name, List.of())
                                            .getFirst()
                                            .weight()
                                            .isPresent();
                    if (counts) {
                        ledger.carried(part, "routes: to.weight");
                    } else {
                        ledger.dropped(part, "The route does not choose by weight.");
                    }
                });
    }

    /// As LiteLLM weighs: by what the first deployment has, a weight, requests or tokens a minute.
    private static List<BigDecimal> weights(List<Deployment> members) {
        Deployment first = members.getFirst();
        List<BigDecimal> weights =
                members.stream()
                        .map(one ->
                                first.weight().isPresent()
                                        ? one.weight().orElse(BigDecimal.ZERO)
                                        : first.rpm().isPresent()
                                                ? one.rpm().orElse(BigDecimal.ZERO)
                                                : first.tpm().isPresent()
                                                        ? one.tpm().orElse(BigDecimal.ZERO)
                                                        : BigDecimal.ONE)
                        .toList();
        BigDecimal most = weights.stream().reduce(BigDecimal.ZERO, BigDecimal::max);
        if (most.signum() == 0) {
            return weights.stream().map(_ -> BigDecimal.ONE).toList();
        }
        return most.compareTo(WEIGHT_MAX) <= 0
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
    private Map<String, List<ImportPart>> fallbacks() {
        var chains = new LinkedHashMap<String, List<ImportPart>>();
        for (ImportPart one : global("fallbacks").map(Values::items).orElse(List.of())) {
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
        for (ImportPart one : global("fallbacks").map(Values::items).orElse(List.of())) {
            Values.at(one, "*").ifPresent(part -> chain.addAll(named(part)));
        }
        global("default_fallbacks").ifPresent(part -> chain.addAll(named(part)));
        return chain;
    }

    private void settleDefaults(List<ImportPart> chain, boolean used) {
        for (ImportPart part : chain) {
            if (used && !Values.text(part).map(this::targets).orElse(List.of()).isEmpty()) {
                ledger.carried(part, "routes: to, of every route without fallbacks of its own");
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
        for (Field field : global("model_group_alias").map(Values::fields).orElse(List.of())) {
            Optional<ImportPart> meant =
                    field.part() instanceof Fields fields
                            ? fields.at("model")
                            : Optional.of(field.part());
            Optional<ImportedRoute> target =
                    meant.flatMap(Values::text)
                            .flatMap(name ->
                                    routes.stream()
                                            .filter(route -> route.model().equals(name))
                                            .findFirst());
            boolean taken = routes.stream().anyMatch(route -> route.model().equals(field.name()));
            if (meant.isEmpty()) {
                continue;
            }
            if (target.isEmpty() || taken) {
                ledger.dropped(
                        meant.get(),
                        taken
                                ? "A route has this name already."
                                : "No deployment that was carried has the name it stands for.");
                continue;
            }
            routes.add(
                    new ImportedRoute(
                            field.name(),
                            target.get().strategy(),
                            target.get().to(),
                            List.of("The same as " + target.get().model() + ".")));
            ledger.changed(meant.get(), "a route of its own with the same targets");
        }
    }

    private void note(String route, String text) {
        notes.computeIfAbsent(route, _ -> new ArrayList<>()).add(text);
    }

    private void withNotes() {
        if (accounts.none()) {
            root.note("No deployment could be carried: add `providers` and `routes`.");
        }
        ImportedRoute.write(
                routes.stream()
                        .map(route -> {
                            var all = new ArrayList<>(route.notes());
                            all.addAll(notes.getOrDefault(route.model(), List.of()));
                            return new ImportedRoute(
                                    route.model(), route.strategy(), route.to(), all);
                        })
                        .toList(),
                root);
    }

    /// A setting of the router; most of them may also stand among those of the library.
    private Optional<ImportPart> global(String name) {
        Optional<ImportPart> router = Values.at(source, ROUTER, name);
        Optional<ImportPart> library = Values.at(source, LIBRARY, name);
        if (router.isPresent() && library.isPresent() && ledger.open(library.get())) {
            ledger.dropped(library.get(), "`router_settings." + name + "` comes before it.");
        }
        return router.isPresent() ? router : library;
    }

    private void general() {
        Values.at(source, GENERAL, "max_request_size_mb")
                .ifPresent(part ->
                        Values.whole(part, names, 1, 1024)
                                .filter(yaml -> !yaml.contains("$"))
                                .ifPresent(yaml -> {
                                    root.at("server").at("limits").set("body-bytes", yaml + "MiB");
                                    ledger.carried(part, "server.limits.body-bytes");
                                }));
        Values.at(source, LIBRARY, "json_logs")
                .ifPresent(part ->
                        Values.truth(part)
                                .ifPresent(json -> {
                                    root.at("server")
                                            .at("log")
                                            .set("format", json ? "json" : "readable");
                                    ledger.carried(part, "server.log.format");
                                }));
        Values.at(source, GENERAL, "global_max_parallel_requests")
                .ifPresent(part ->
                        Values.whole(part, names, 1, 1_000_000)
                                .ifPresent(yaml -> {
                                    root.at("limits").set("concurrent", yaml);
                                    ledger.carried(part, "limits.concurrent");
                                }));
        if (Values.at(source, GENERAL, "master_key").isPresent()) {
            root.note(
                    "Without `clients` anybody on this machine may call. `switchgear key new --name"
                            + " NAME` makes a key, and the line for `clients`.");
        }
    }

    private void strategy() {
        strategy =
                switch (global("routing_strategy").flatMap(Values::text).orElse("")) {
                    case "latency-based-routing", "least-busy" -> "least-latency";
                    case "cost-based-routing" -> "cost";
                    case "usage-based-routing", "usage-based-routing-v2" -> "score";
                    default -> WEIGHTED;
                };
    }

    /// Once the routes are there: the strategy is carried if one of them has it.
    private void settleStrategy() {
        Optional<ImportPart> part = global("routing_strategy");
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
                    ledger.changed(part.get(), where + ": providers need `cost`");
            case "least-busy" ->
                    ledger.changed(part.get(), where + ", which counts calls under way too");
            case "usage-based-routing", "usage-based-routing-v2" ->
                    ledger.changed(
                            part.get(), where + ", which counts what is left of the limits too");
            default -> ledger.dropped(part.get(), "There is no such strategy; weighted is used.");
        }
    }

    private Block resilience() {
        var resilience = new Block();
        int longest = routes.stream().mapToInt(route -> route.to().size()).max().orElse(1);
        Optional<ImportPart> retries = global("num_retries");
        Optional<BigDecimal> count =
                retries.flatMap(Values::number).filter(number -> number.signum() >= 0);
        if (retries.isPresent() && count.isPresent()) {
            long attempts = count.get().min(BigDecimal.TEN).longValue() + 1;
            long most = Math.min(ATTEMPTS_MAX, Math.max(attempts, longest));
            resilience.at("retry").set("attempts", String.valueOf(most));
            ledger.changed(
                    retries.get(),
                    "resilience.retry.attempts: the first attempt and all targets count too");
        } else if (longest > ATTEMPTS_USUAL) {
            resilience.at("retry").set("attempts", String.valueOf(Math.min(ATTEMPTS_MAX, longest)));
        }
        if (longest > ATTEMPTS_MAX) {
            ledger.remark(
                    "A route has more targets than a call has attempts (10): the last are asked"
                            + " only when earlier ones are out.");
        }
        breaker(resilience);
        timeouts(resilience);
        return resilience;
    }

    private void breaker(Block resilience) {
        Optional<ImportPart> off = global("disable_cooldowns");
        Optional<Boolean> never = off.flatMap(Values::truth);
        if (off.isPresent() && never.isPresent()) {
            ledger.changed(off.get(), "resilience.breaker.failures");
        }
        if (never.orElse(false)) {
            resilience.at("breaker").set("failures", "0").set("failure-ratio", "100%");
        }
        global("allowed_fails")
                .filter(_ -> !never.orElse(false))
                .ifPresent(part ->
                        Values.number(part)
                                .filter(number -> number.signum() >= 0)
                                .map(number -> number.min(BigDecimal.valueOf(999_999)))
                                .ifPresent(number -> {
                                    resilience
                                            .at("breaker")
                                            .set(
                                                    "failures",
                                                    String.valueOf(number.longValue() + 1));
                                    ledger.changed(
                                            part,
                                            "resilience.breaker.failures: in a row, not in a"
                                                    + " minute");
                                }));
        global("cooldown_time")
                .filter(_ -> !never.orElse(false))
                .ifPresent(part ->
                        Values.seconds(part, names, DAY)
                                .ifPresent(yaml -> {
                                    Block breaker = resilience.at("breaker");
                                    breaker.set("open-for", yaml);
                                    boolean usual =
                                            Values.number(part)
                                                    .filter(number ->
                                                            number.compareTo(PAUSE_MAX_USUAL) <= 0)
                                                    .isPresent();
                                    if (!usual) {
                                        breaker.set("open-for-max", yaml);
                                    }
                                    ledger.changed(
                                            part,
                                            "resilience.breaker.open-for: the first pause; it"
                                                    + " grows while trials fail");
                                }));
    }

    private void timeouts(Block resilience) {
        Optional<ImportPart> timeout = global("timeout");
        Optional<ImportPart> library = Values.at(source, LIBRARY, "request_timeout");
        if (timeout.isPresent()) {
            library.ifPresent(part -> ledger.dropped(part, "`timeout` comes before it."));
        }
        Optional<ImportPart> whole = timeout.isPresent() ? timeout : library;
        Optional<String> head = whole.flatMap(part -> Values.seconds(part, names, HOUR));
        Optional<ImportPart> stream = global("stream_timeout");
        Optional<String> first = stream.flatMap(part -> Values.seconds(part, names, HOUR));
        if (whole.isPresent() && head.isPresent()) {
            ledger.changed(
                    whole.get(),
                    "resilience.timeouts.head: how long one attempt may take until its answer"
                            + " begins");
            resilience.at("timeouts").set("head", head.get());
            resilience.at("timeouts").set("first-token", first.orElse(head.get()));
            whole.flatMap(Values::number)
                    .filter(seconds -> seconds.compareTo(TOTAL_USUAL) > 0)
                    .flatMap(seconds ->
                            Values.millis(
                                    seconds.add(TOTAL_USUAL).multiply(BigDecimal.valueOf(1000)),
                                    DAY))
                    .ifPresent(yaml -> resilience.at("timeouts").set("total", yaml));
        } else {
            ledger.remark(
                    "No timeout of the whole is set: an attempt is given up when its answer has not"
                            + " begun after 60 s (resilience.timeouts.head).");
        }
        if (stream.isPresent() && first.isPresent()) {
            ledger.changed(stream.get(), "resilience.timeouts.first-token");
            resilience.at("timeouts").set("first-token", first.get());
        }
    }

    /// Settles what nobody else did.
    ///
    /// @return what was noted at a route
    private Set<Finding> close() {
        var noted = new HashSet<Finding>();
        for (Field field : source.fields()) {
            String name = field.name();
            if (name.equals("model_list")) {
                Values.items(field.part()).forEach(item -> noted.addAll(closeItem(item)));
            } else if (SETTINGS.contains(name)) {
                for (Field setting : Values.fields(field.part())) {
                    ledger.close(setting.part(), _ -> LiteLlmReasons.ofSetting(setting.name()));
                }
            }
            ledger.close(field.part(), _ -> LiteLlmReasons.ofSection(name));
        }
        return noted;
    }

    private List<Finding> closeItem(ImportPart item) {
        var left = new ArrayList<Finding>();
        for (Field field : Values.fields(item)) {
            if (Set.of("litellm_params", "model_info").contains(field.name())) {
                for (Field inner : Values.fields(field.part())) {
                    left.addAll(
                            ledger.close(
                                    inner.part(), _ -> LiteLlmReasons.ofParameter(inner.name())));
                }
            }
            left.addAll(ledger.close(field.part(), _ -> LiteLlmReasons.ofParameter(field.name())));
        }
        Optional<String> name = Values.text(item, "model_name").filter(groups::containsKey);
        if (name.isEmpty()) {
            return List.of();
        }
        left.forEach(finding -> note(name.get(), "Not carried: " + finding.words()));
        return left;
    }
}
