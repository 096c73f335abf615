package dev.switchgear.server.gateway.llm;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import dev.switchgear.core.call.Upstream;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.call.Tab;
import dev.switchgear.families.llm.model.ModelName;
import dev.switchgear.families.money.Money;
import dev.switchgear.families.money.Payer;
import dev.switchgear.families.money.Reservation;
import dev.switchgear.families.money.Reserved;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/// An upstream that spends no more than its budgets allow: a call that might exceed one goes to
/// another upstream. Whatever an attempt comes to stands on the tab of its call. Thread-safe.
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
        boolean own = inForce.budgets().bound(payer);
        if (dispatch.request().operation() == Operation.COUNT_TOKENS
                || !(own || dispatch.request().tab().bounded())) {
            return written(dispatch, Optional.empty());
        }
        Optional<Money> most = most(inForce, dispatch);
        if (most.isEmpty()) {
            return unpriced(dispatch);
        }
        if (!own) {
            return written(dispatch, Optional.empty());
        }
        return switch (inForce.budgets().reserve(payer, most.get())) {
            case Reserved.Refused refused -> overBudget(refused);
            case Reserved.Granted granted -> written(dispatch, Optional.of(granted.reservation()));
        };
    }

    /// What the attempt may cost at most; empty without a price.
    private Optional<Money> most(Books inForce, Dispatch<LlmRequest> dispatch) {
        LlmRequest request = dispatch.request();
        return inForce.ceiling(
                names.apply(dispatch.subject()), request.operation(), request.body());
    }

    /// @param held for the budget of this upstream
    private Outcome<LlmReply> written(Dispatch<LlmRequest> dispatch, Optional<Reservation> held) {
        Tab tab = dispatch.request().tab();
        if (!tab.begin()) {
            held.ifPresent(Reservation::refund);
            return Outcome.Failure.of(Fault.cancelled(false));
        }
        Optional<Outcome<LlmReply>> outcome = Optional.empty();
        try {
            Outcome<LlmReply> came = upstream.send(dispatch);
            outcome = Optional.of(came);
            return came;
        } finally {
            // In a finally: an adapter that throws may have sent what is billed.
            tab.end(dispatch, outcome, held);
        }
    }

    private Outcome<LlmReply> unpriced(Dispatch<LlmRequest> dispatch) {
        return overBudget(
                "no price is known for "
                        + id().provider()
                        + "/"
                        + dispatch.subject()
                        + ", so nobody can say whether a budget allows it");
    }

    private static Outcome<LlmReply> overBudget(Reserved.Refused refused) {
        return overBudget(
                refused.status().left()
                        + " of its "
                        + refused.status().budget().most()
                        + " a "
                        + refused.status().budget().period().name().toLowerCase(Locale.ROOT)
                        + " is left, and this request may cost up to "
                        + refused.wanted());
    }

    private static Outcome<LlmReply> overBudget(String why) {
        return Outcome.Failure.of(
                Fault.of(Cause.OVER_BUDGET, Scope.REQUEST, Recovery.FAIL_OVER, false, why));
    }
}
