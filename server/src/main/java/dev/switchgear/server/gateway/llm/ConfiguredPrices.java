package dev.switchgear.server.gateway.llm;

import dev.switchgear.families.llm.model.FactSource;
import dev.switchgear.families.llm.model.Price;
import dev.switchgear.families.llm.model.Rate;
import dev.switchgear.families.llm.price.EachToken;
import dev.switchgear.families.llm.price.OwnPrices;
import dev.switchgear.server.config.Config;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// What a configuration says about prices beside the catalogue. Pure.
final class ConfiguredPrices {
    private static final double PICOS_PER_TOKEN_FROM_DOLLARS_PER_MILLION = 1e6;

    private ConfiguredPrices() {}

    static OwnPrices of(Config config) {
        var accounts = new HashMap<String, Price>();
        config.providers()
                .forEach((id, provider) ->
                        provider.cost().ifPresent(cost -> accounts.put(id, price(cost))));
        return new OwnPrices(accounts, config.prices().unpriced().map(EachToken::new));
    }

    static Price price(Config.Cost cost) {
        return new Price(
                Map.of(Rate.INPUT, picos(cost.input()), Rate.OUTPUT, picos(cost.output())),
                Optional.empty(),
                Optional.empty(),
                0,
                Map.of(),
                new FactSource("configuration", "", Optional.empty(), ""),
                "");
    }

    private static long picos(double dollarsPerMillion) {
        return Math.round(dollarsPerMillion * PICOS_PER_TOKEN_FROM_DOLLARS_PER_MILLION);
    }
}
