package dev.switchgear.server.gateway.llm;

import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.model.ModelName;
import dev.switchgear.families.llm.price.Cost;
import dev.switchgear.families.llm.price.CostBook;
import dev.switchgear.families.llm.price.Prices;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.families.money.Budgets;
import dev.switchgear.families.money.Money;
import dev.switchgear.families.money.Payer;
import dev.switchgear.families.money.Reserved;
import dev.switchgear.server.gateway.Upstreams;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Keeps the books: what may be spent, what was. Thread-safe.
///
/// What a call may cost at most is the dearest of its route's targets: its prompt as estimated, and
/// the output that the client allows. Where it names no bound, [#USUAL_OUTPUT] tokens or the model's
/// own bound are reckoned, whichever is less; what goes beyond is still counted in full.
final class Bookkeeping implements Billing {
    /// Tokens of output reserved for a call that bounds it nowhere.
    static final long USUAL_OUTPUT = 8_192;

    private final Prices prices;
    private final Budgets budgets;
    private final CostBook book;
    private final Upstreams upstreams;

    Bookkeeping(Prices prices, Budgets budgets, CostBook book, Upstreams upstreams) {
        this.prices = prices;
        this.budgets = budgets;
        this.book = book;
        this.upstreams = upstreams;
    }

    Prices prices() {
        return prices;
    }

    Budgets budgets() {
        return budgets;
    }

    @Override
    public Reserved reserve(String client, Destination to, RequestBody body) {
        List<Payer> payers = List.of(Payer.EVERYBODY, Payer.client(client));
        if (!budgets.bound(payers)) {
            // Nothing is held back, and nothing need be reckoned.
            return budgets.reserve(List.of(), Money.ZERO);
        }
        return budgets.reserve(
                payers, to.ceiling(body.promptTokensEstimate(), body.maxOutputTokens()));
    }

    /// What a call to one model may cost at most; nothing without a price.
    Money ceiling(ModelName model, long inputTokens, OptionalLong outputTokensMost) {
        return ceiling(prices, model, inputTokens, outputTokensMost);
    }

    static Money ceiling(
            Prices prices, ModelName model, long inputTokens, OptionalLong outputTokensMost) {
        long output =
                outputTokensMost.orElseGet(() ->
                        Math.min(
                                USUAL_OUTPUT,
                                CatalogueTraits.of(prices.catalogue().find(model))
                                        .outputTokensMax()
                                        .orElse(USUAL_OUTPUT)));
        return prices.ceiling(model, inputTokens, output).orElse(Money.ZERO);
    }

    @Override
    public void settle(Reserved.Granted granted, String client, List<Attempt<LlmReply>> attempts) {
        Money spent = Money.ZERO;
        boolean acted = false;
        boolean unknown = false;
        for (Attempt<LlmReply> attempt : attempts) {
            TokenUsage usage = BudgetedUpstream.usage(attempt.outcome());
            acted |= BudgetedUpstream.acted(attempt.outcome());
            if (usage.known() && usage.total() > 0) {
                UpstreamId upstream = attempt.upstream();
                Cost cost = cost(upstream, attempt.subject(), usage);
                book.enter(
                        new CostBook.Entry(
                                client,
                                upstream.provider(),
                                upstream.key(),
                                attempt.subject(),
                                usage,
                                cost));
                spent = spent.plus(cost.amount());
            } else {
                unknown |= attempt.outcome() instanceof Outcome.Success<LlmReply>;
            }
        }
        if (!acted) {
            granted.reservation().refund();
        } else if (unknown) {
            granted.reservation().settle(Optional.empty());
        } else {
            granted.reservation().settle(Optional.of(spent));
        }
    }

    @Override
    public Cost cost(UpstreamId upstream, String model, TokenUsage usage) {
        return upstreams
                .account(upstream.provider())
                .map(account -> prices.cost(account.name(model), usage))
                .orElse(Cost.UNKNOWN);
    }
}
