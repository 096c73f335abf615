package dev.switchgear.importer;

import java.util.Optional;
import java.util.Set;

/// Which of LiteLLM's deployments can be carried, and to which provider. Not thread-safe.
final class LiteLlmPlans {
    /// What a route can serve, as `model_info.mode` says it.
    private static final Set<String> SERVED =
            Set.of("chat", "completion", "responses", "embedding");

    private final Findings ledger;
    private final Names names;
    private final LiteLlmParameters parameters;

    LiteLlmPlans(Draft draft, LiteLlmParameters parameters) {
        this.ledger = draft.ledger();
        this.names = draft.names();
        this.parameters = parameters;
    }

    /// A deployment that can be carried, before it is.
    ///
    /// @param vendorName as LiteLLM writes it
    /// @param model behind the vendor's prefix
    record Plan(
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

    /// Empty where it cannot be carried, which is settled then.
    Optional<Plan> plan(ImportPart item) {
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
        Optional<ImportPart> written =
                parameters.param(item, "api_base").or(() -> parameters.param(item, "base_url"));
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
        if (parameters.param(item, "api_key").isEmpty()
                && parameters.param(item, "azure_ad_token").isPresent()) {
            return refused(item, "Its sign-in is Entra ID's; Switchgear signs in with a key.");
        }
        Optional<ImportPart> written = parameters.param(item, "api_base");
        Optional<Address> base =
                written.isPresent()
                        ? written.flatMap(this::address)
                        : Address.of(names.to("AZURE_API_BASE"));
        if (base.isEmpty()) {
            return refused(item, "Its api_base is no address that base-url takes.");
        }
        Optional<String> version = parameters.param(item, "api_version").flatMap(Values::text);
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
        Optional<String> said = parameters.param(item, "custom_llm_provider").flatMap(Values::text);
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

    private Optional<Address> address(ImportPart part) {
        return Values.text(part).map(names::reference).flatMap(Address::of);
    }
}
