package dev.switchgear.server.gateway.llm;

import dev.switchgear.families.llm.model.Capability;
import dev.switchgear.families.llm.model.Catalogue;
import dev.switchgear.families.llm.model.DocumentedLimit;
import dev.switchgear.families.llm.model.Fact;
import dev.switchgear.families.llm.model.Found;
import dev.switchgear.families.llm.model.Model;
import dev.switchgear.families.llm.model.ModelName;
import dev.switchgear.families.llm.model.Price;
import dev.switchgear.families.llm.model.ProviderFacts;
import dev.switchgear.families.llm.model.Rate;
import dev.switchgear.server.config.Config;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Says what configuration and catalogue know of providers. Pure.
final class ProviderCards {
    /// Prices are kept in pico-dollars a token and shown in dollars for a million.
    private static final int PICOS_PER_TOKEN_TO_DOLLARS_PER_MILLION = 6;

    private ProviderCards() {}

    static List<ProviderCard> of(Config config, Catalogue catalogue, LocalDate day) {
        var cards = new ArrayList<ProviderCard>();
        for (var entry : config.providers().entrySet()) {
            String id = entry.getKey();
            Config.Provider provider = entry.getValue();
            String kind = provider.kindOf(id);
            cards.add(
                    new ProviderCard(
                            id,
                            kind,
                            provider.on(),
                            provider.keys().stream().map(Config.ProviderKey::name).toList(),
                            models(id, kind, provider, catalogue, day)));
        }
        return List.copyOf(cards);
    }

    /// Those that the configuration lists; with none, all that the catalogue knows of its kind.
    private static List<Map<String, Object>> models(
            String id, String kind, Config.Provider provider, Catalogue catalogue, LocalDate day) {
        var models = new ArrayList<Map<String, Object>>();
        if (!provider.models().isEmpty()) {
            for (String name : provider.models()) {
                Optional<Found> found = catalogue.find(new ModelName(id, kind, name));
                models.add(
                        priced(
                                provider,
                                found.map(known -> card(name, known.model(), day))
                                        .orElse(Map.of("id", name))));
            }
            return models;
        }
        ProviderFacts facts = catalogue.providers().get(kind);
        if (facts != null) {
            facts.models()
                    .values()
                    .forEach(model -> models.add(priced(provider, card(model.id(), model, day))));
        }
        return models;
    }

    /// What the account charges counts before the catalogue's price.
    private static Map<String, Object> priced(Config.Provider provider, Map<String, Object> card) {
        if (provider.cost().isEmpty()) {
            return card;
        }
        var own = new LinkedHashMap<>(card);
        own.put("usdPerMillionTokens", rates(ConfiguredPrices.price(provider.cost().get())));
        return own;
    }

    private static Map<String, Object> card(String name, Model model, LocalDate day) {
        var card = new LinkedHashMap<String, Object>();
        card.put("id", name);
        model.size()
                .ifPresent(size -> {
                    size.context().ifPresent(tokens -> card.put("contextTokens", tokens));
                    size.maxOutput().ifPresent(tokens -> card.put("outputTokensMax", tokens));
                });
        if (!model.capabilities().isEmpty()) {
            var can = new TreeMap<String, Boolean>();
            for (Map.Entry<Capability, Fact<Boolean>> fact : model.capabilities().entrySet()) {
                can.put(fact.getKey().key(), fact.getValue().value());
            }
            card.put("capabilities", can);
        }
        if (!model.limits().isEmpty()) {
            var limits = new TreeMap<String, Long>();
            for (Map.Entry<DocumentedLimit, Fact<Long>> limit : model.limits().entrySet()) {
                limits.put(limit.getKey().key(), limit.getValue().value());
            }
            card.put("documentedLimits", limits);
        }
        model.price(day, 0).ifPresent(price -> card.put("usdPerMillionTokens", rates(price)));
        return card;
    }

    private static Map<String, BigDecimal> rates(Price price) {
        var rates = new LinkedHashMap<String, BigDecimal>();
        for (Rate rate : Rate.values()) {
            if (price.picos(rate) >= 0) {
                rates.put(
                        rate.key(),
                        BigDecimal.valueOf(
                                        price.picos(rate), PICOS_PER_TOKEN_TO_DOLLARS_PER_MILLION)
                                .stripTrailingZeros());
            }
        }
        return rates;
    }
}
