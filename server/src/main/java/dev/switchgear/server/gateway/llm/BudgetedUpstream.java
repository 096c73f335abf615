package dev.switchgear.server.gateway.llm;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import dev.switchgear.core.call.Upstream;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.model.ModelName;
import dev.switchgear.families.llm.price.Cost;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.families.money.Money;
import dev.switchgear.families.money.Payer;
import dev.switchgear.families.money.Reserved;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/// An upstream that spends no more than its budgets allow: a call that might exceed one goes to
/// another upstream. Thread-safe.
final class BudgetedUpstream implements Upstream<LlmRequest, LlmReply> {
    private final Upstream<LlmRequest, LlmReply> upstream;
    private final Function<String, ModelName> names;
    private final Bookkeeping books;
    private final List<Payer> payer;

    /// @param names how the catalogue knows a model of this upstream
    BudgetedUpstream(
            Upstream<LlmRequest, LlmReply> upstream,
            Function<String, ModelName> names,
            Bookkeeping books) {
        this.upstream = upstream;
        this.names = names;
        this.books = books;
        this.payer = List.of(Payer.upstream(upstream.id().provider(), upstream.id().key()));
    }

    @Override
    public UpstreamId id() {
        return upstream.id();
    }

    @Override
    public Outcome<LlmReply> send(Dispatch<LlmRequest> dispatch) {
        Books inForce = books.inForce();
        if (!inForce.budgets().bound(payer)) {
            return upstream.send(dispatch);
        }
        ModelName model = names.apply(dispatch.subject());
        var body = dispatch.request().body();
        Money most = inForce.ceiling(model, body.promptTokensEstimate(), body.maxOutputTokens());
        return switch (inForce.budgets().reserve(payer, most)) {
            case Reserved.Refused refused -> overBudget(refused);
            case Reserved.Granted granted -> {
                Cost cost = Cost.UNKNOWN;
                boolean acted = true;
                try {
                    Outcome<LlmReply> outcome = upstream.send(dispatch);
                    cost = inForce.prices().cost(model, usage(outcome)).charged(charge(outcome));
                    acted = acted(outcome);
                    yield outcome;
                } finally {
                    if (acted) {
                        granted.reservation().settle(cost.spent());
                    } else {
                        granted.reservation().refund();
                    }
                }
            }
        };
    }

    private static Outcome<LlmReply> overBudget(Reserved.Refused refused) {
        return Outcome.Failure.of(
                Fault.of(
                        Cause.OVER_BUDGET,
                        Scope.REQUEST,
                        Recovery.FAIL_OVER,
                        false,
                        refused.status().left()
                                + " of its "
                                + refused.status().budget().most()
                                + " a "
                                + refused.status().budget().period().name().toLowerCase(Locale.ROOT)
                                + " is left, and this request may cost up to "
                                + refused.wanted()));
    }

    /// What was used, as reported or reckoned; of what failed, what came before.
    static TokenUsage usage(Outcome<LlmReply> outcome) {
        return switch (outcome) {
            case Outcome.Success<LlmReply> success -> success.value().usage();
            case Outcome.Failure<LlmReply> failure ->
                    failure.reply().map(LlmReply::usage).orElse(TokenUsage.UNKNOWN);
            case Outcome.Refusal<LlmReply> _ -> TokenUsage.UNKNOWN;
        };
    }

    /// What the provider says it charges.
    static Optional<Money> charge(Outcome<LlmReply> outcome) {
        return switch (outcome) {
            case Outcome.Success<LlmReply> success -> success.value().charge();
            case Outcome.Failure<LlmReply> failure -> failure.reply().flatMap(LlmReply::charge);
            case Outcome.Refusal<LlmReply> _ -> Optional.empty();
        };
    }

    /// Whether the provider may bill it.
    static boolean acted(Outcome<LlmReply> outcome) {
        return switch (outcome) {
            case Outcome.Success<LlmReply> _ -> true;
            case Outcome.Failure<LlmReply> failure -> failure.fault().mayHaveActed();
            case Outcome.Refusal<LlmReply> _ -> false;
        };
    }
}
