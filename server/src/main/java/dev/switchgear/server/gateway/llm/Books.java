package dev.switchgear.server.gateway.llm;

import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.routing.CallPrice;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.model.Found;
import dev.switchgear.families.llm.model.ModelName;
import dev.switchgear.families.llm.model.Service;
import dev.switchgear.families.llm.model.Tokenizer;
import dev.switchgear.families.llm.price.Cost;
import dev.switchgear.families.llm.price.Prices;
import dev.switchgear.families.llm.price.Prices.ModelPrices;
import dev.switchgear.families.llm.scan.RequestBody;
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

    /// What a call to one model may cost at most; empty without a price.
    Optional<Money> ceiling(ModelName model, Operation operation, RequestBody body) {
        OptionalLong bound = Used.putsOut(operation) ? body.maxOutputTokens() : OptionalLong.of(0);
        long output =
                bound.orElseGet(() ->
                        Math.min(
                                USUAL_OUTPUT,
                                CatalogueTraits.of(prices.catalogue().find(model))
                                        .outputTokensMax()
                                        .orElse(USUAL_OUTPUT)));
        return prices.ceiling(
                model,
                body.promptTokensEstimate(),
                output,
                body.wishes().service().orElse(Service.STANDARD));
    }

    /// What calls to a model of a provider are likely to cost, to compare targets by.
    CallPrice<LlmRequest> price(String provider, String model) {
        Optional<ModelPrices> list = name(provider, model).map(prices::list);
        return list.isEmpty()
                ? _ -> CallPrice.UNKNOWN
                : request ->
                        prices.likely(
                                list.get(),
                                request.body().promptTokensEstimate(),
                                Used.usualOutput(request));
    }

    /// How a model of an upstream cuts text into tokens.
    Tokenizer tokenizer(UpstreamId upstream, String model) {
        return CatalogueTraits.of(find(upstream.provider(), model)).tokenizer();
    }

    /// What one attempt is booked at; empty where its provider bills nothing.
    ///
    /// @param outcome empty where the adapter broke
    Optional<Booked> booked(Dispatch<LlmRequest> attempt, Optional<Outcome<LlmReply>> outcome) {
        return Used.by(
                        attempt.request(),
                        outcome,
                        () -> tokenizer(attempt.upstream(), attempt.subject()))
                .map(usage -> {
                    Optional<LlmReply> reply = outcome.flatMap(Books::reply);
                    Service service = service(attempt.request().body(), reply);
                    Cost cost =
                            cost(attempt.upstream(), attempt.subject(), usage, service)
                                    .charged(reply.flatMap(LlmReply::charge));
                    return new Booked(usage, cost);
                });
    }

    /// The same where nobody knows what it cost but a budget must be charged: the most it might have.
    Booked charged(Dispatch<LlmRequest> attempt, Booked booked) {
        LlmRequest request = attempt.request();
        return booked.cost().known()
                ? booked
                : name(attempt.upstream().provider(), attempt.subject())
                        .flatMap(name -> ceiling(name, request.operation(), request.body()))
                        .map(most -> new Cost(most, Cost.Certainty.ESTIMATE))
                        .map(most -> new Booked(booked.usage(), most))
                        .orElse(booked);
    }

    private static Optional<LlmReply> reply(Outcome<LlmReply> outcome) {
        return switch (outcome) {
            case Outcome.Success<LlmReply> success -> Optional.of(success.value());
            case Outcome.Failure<LlmReply> failure -> failure.reply();
            case Outcome.Refusal<LlmReply> _ -> Optional.empty();
        };
    }

    /// How a request was served: as the provider says; where it does not, as it was asked, unless that
    /// could not be said to it.
    private static Service service(RequestBody asked, Optional<LlmReply> reply) {
        boolean unsaid =
                reply.isPresent()
                        && (reply.get().dropped().contains("service_tier")
                                || reply.get().dropped().contains("serviceTier"));
        return reply.flatMap(LlmReply::service)
                .or(() -> unsaid ? Optional.empty() : asked.wishes().service())
                .orElse(Service.STANDARD);
    }

    /// What an answer cost.
    Cost cost(UpstreamId upstream, String model, RequestBody asked, LlmReply reply) {
        return cost(upstream, model, reply.usage(), service(asked, Optional.of(reply)))
                .charged(reply.charge());
    }

    /// What a use of a model costs at an upstream.
    private Cost cost(UpstreamId upstream, String model, TokenUsage usage, Service service) {
        return name(upstream.provider(), model)
                .map(name -> prices.cost(name, usage, service))
                .orElse(Cost.UNKNOWN);
    }
}
