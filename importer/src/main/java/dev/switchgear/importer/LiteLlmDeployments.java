package dev.switchgear.importer;

import dev.switchgear.importer.Accounts.Account;
import dev.switchgear.importer.Accounts.Traits;
import dev.switchgear.importer.ImportPart.Field;
import dev.switchgear.importer.LiteLlmPlans.Plan;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Carries LiteLLM's deployments: each becomes a target of a route, and says something about the
/// provider behind it. Used once; not thread-safe.
final class LiteLlmDeployments {
    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    /// The most that a target may weigh.
    static final BigDecimal WEIGHT_MAX = BigDecimal.valueOf(1_000_000);

    private final Draft draft;
    private final Findings ledger;
    private final Names names;
    private final Accounts accounts;
    private final LiteLlmParameters parameters;
    private final Map<String, List<Deployment>> groups = new LinkedHashMap<>();

    LiteLlmDeployments(Draft draft) {
        this.draft = draft;
        this.ledger = draft.ledger();
        this.names = draft.names();
        this.accounts = draft.accounts();
        this.parameters = new LiteLlmParameters(draft.source());
    }

    /// A deployment that is carried.
    record Deployment(
            ImportPart item,
            ImportedRoute.To to,
            Optional<BigDecimal> order,
            Optional<BigDecimal> weight) {
        /// Whether it makes numbers of texts, which no chat model can stand in for.
        boolean embeds() {
            return Values.text(item, "model_info", "mode")
                    .or(() -> Values.text(item, "litellm_params", "mode"))
                    .map(mode -> mode.equals("embedding"))
                    .orElseGet(() -> embedding(to.model().orElse("")));
        }
    }

    /// By its name alone.
    static boolean embedding(String model) {
        return model.toLowerCase(Locale.ROOT).contains("embed");
    }

    /// Carries all deployments of the source that can be.
    ///
    /// @return by the name that clients call them, without those that need no route
    Map<String, List<Deployment>> carry() {
        var planner = new LiteLlmPlans(draft, parameters);
        var plans = new ArrayList<Plan>();
        for (ImportPart item :
                draft.source().at("model_list").map(Values::items).orElse(List.of())) {
            planner.plan(item).ifPresent(plans::add);
        }
        // Those that clients reach as `vendor/model` first: their provider must have that name.
        plans.stream().filter(Plan::direct).forEach(this::direct);
        plans.stream().filter(plan -> !plan.direct()).forEach(this::deploy);
        return groups;
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
                                number(plan, "weight").map(WEIGHT_MAX::min)));
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
                ledger.once(settling.fate(), settling.part(), where);
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
            plan.query().ifPresent(query -> settings.put("quirks.query", YamlText.quoted(query)));
            parameters
                    .param(item, "api_version")
                    .ifPresent(part ->
                            settlings.add(new Said.Settling(Fate.CARRIED, part, "quirks.query")));
        } else if (kind.equals("openai") && base.isPresent()) {
            kind = Vendor.COMPATIBLE;
        }
        boolean keyless = secret(plan).isEmpty();
        parameters
                .credentialNames(item)
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
                parameters
                        .param(plan.item(), "api_base")
                        .or(() -> parameters.param(plan.item(), "base_url"));
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
        budget(item, settings, settlings);
    }

    /// What a deployment may cost in a day or a month.
    private static void budget(
            ImportPart item, Map<String, String> settings, List<Said.Settling> settlings) {
        Optional<ImportPart> most = Values.at(item, "litellm_params", "max_budget");
        Optional<ImportPart> duration = Values.at(item, "litellm_params", "budget_duration");
        String every = duration.flatMap(Values::text).orElse("");
        most.flatMap(part -> ClientNotes.spend(part, every))
                .ifPresent(limit -> {
                    String where = "limits." + limit.setting();
                    settings.put(where, limit.yaml());
                    most.ifPresent(
                            part -> settlings.add(new Said.Settling(Fate.CARRIED, part, where)));
                    duration.ifPresent(
                            part -> settlings.add(new Said.Settling(Fate.CARRIED, part, where)));
                });
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
        Optional<String> head = whole.flatMap(part -> Values.seconds(part, names, Values.HOUR));
        Optional<String> first =
                stream.flatMap(part -> Values.seconds(part, names, Values.HOUR)).or(() -> head);
        head.ifPresent(yaml -> settings.put("timeouts.head", yaml));
        first.ifPresent(yaml -> settings.put("timeouts.first-token", yaml));
        whole.flatMap(Values::total).ifPresent(yaml -> settings.put("timeouts.total", yaml));
        if (head.isPresent()) {
            whole.ifPresent(part ->
                    settlings.add(
                            new Said.Settling(
                                    Fate.CHANGED,
                                    part,
                                    "timeouts.head: how long one attempt may take until its answer"
                                            + " begins")));
        }
        stream.filter(part -> Values.seconds(part, names, Values.HOUR).isPresent())
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
        Optional<ImportPart> organization = parameters.param(plan.item(), "organization");
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
                .map(name -> YamlText.quoted(names.to(name)))
                .orElseGet(() -> YamlText.text(text));
    }

    /// The key that a deployment sends: what it says, or else the variable that LiteLLM looks at.
    private Optional<String> secret(Plan plan) {
        Optional<ImportPart> written = parameters.param(plan.item(), "api_key");
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
        Optional<ImportPart> written =
                parameters.param(plan.item(), "api_key").filter(ledger::open);
        Optional<String> secret = secret(plan);
        if (secret.isEmpty()) {
            written.ifPresent(
                    part -> ledger.changed(part, "a placeholder: this provider is sent no key"));
            if (written.isEmpty() && plan.vendor().variable().isPresent()) {
                account.note("No key is sent: " + draft.file() + " names none for this address.");
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
        if (parameters.param(plan.item(), "api_key").isEmpty()) {
            ledger.remark(
                    "providers."
                            + account.id()
                            + " takes its key from "
                            + reference
                            + ", as LiteLLM does where no api_key is set.");
        }
        return Optional.of(name);
    }
}
