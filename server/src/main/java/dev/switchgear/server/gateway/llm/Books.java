package dev.switchgear.server.gateway.llm;

import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.families.llm.model.Found;
import dev.switchgear.families.llm.model.ModelName;
import dev.switchgear.families.llm.price.Cost;
import dev.switchgear.families.llm.price.Prices;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.families.money.Budgets;
import dev.switchgear.families.money.Money;
import dev.switchgear.server.config.Config;
import java.util.Optional;
import java.util.OptionalLong;

/// What things cost and who may spend how much, by one configuration. Thread-safe.
///
/// @param config whose providers' models are priced
record Books(Config config, Prices prices, Budgets budgets) {
    /// Tokens of output reserved for a call that bounds it nowhere.
    static final long USUAL_OUTPUT = 8_192;

    /// How the catalogue knows a model of a provider; empty where that takes no calls.
    Optional<ModelName> name(String provider, String model) {
        return Optional.ofNullable(config.providers().get(provider))
                .filter(Config.Provider::on)
                .map(known -> LlmUpstreams.name(provider, known, model));
    }

    /// What the catalogue knows of it.
    Optional<Found> find(String provider, String model) {
        return name(provider, model).flatMap(prices.catalogue()::find);
    }

    /// What a call to one model may cost at most; nothing without a price.
    Money ceiling(ModelName model, long inputTokens, OptionalLong outputTokensMost) {
        long output =
                outputTokensMost.orElseGet(() ->
                        Math.min(
                                USUAL_OUTPUT,
                                CatalogueTraits.of(prices.catalogue().find(model))
                                        .outputTokensMax()
                                        .orElse(USUAL_OUTPUT)));
        return prices.ceiling(model, inputTokens, output).orElse(Money.ZERO);
    }

    /// What a use of a model costs at an upstream.
    Cost cost(UpstreamId upstream, String model, TokenUsage usage) {
        return name(upstream.provider(), model)
                .map(name -> prices.cost(name, usage))
                .orElse(Cost.UNKNOWN);
    }
}
