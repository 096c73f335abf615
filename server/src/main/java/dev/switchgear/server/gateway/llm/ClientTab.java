package dev.switchgear.server.gateway.llm;

import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.model.Tokenizer;
import dev.switchgear.families.llm.price.Cost;
import dev.switchgear.families.llm.price.CostBook;
import dev.switchgear.families.llm.price.CostTotals;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.families.money.Money;
import dev.switchgear.families.money.Reservation;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one call of one client led to, by the prices that held when it came. Attempts only write down
/// what happened; what that costs is reckoned when all of it is over and the answer has left. Thread-safe.
final class ClientTab implements OpenTab {
    private static final Logger LOG = LoggerFactory.getLogger("switchgear.costs");

    private record Line(
            Dispatch<LlmRequest> attempt,
            Optional<Outcome<LlmReply>> outcome,
            Optional<Reservation> held) {}

    private final String client;
    private final RequestBody asked;
    private final LocalDate day;
    private final Books books;
    private final CostBook costs;
    private final Reservation reservation;
    private final boolean bounded;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock. A call has few attempts: its route bounds them.
    private final List<Line> lines = new ArrayList<>(2);
    private int running;
    private boolean closed;

    /// @param client who pays
    /// @param reservation what is held back for the call
    /// @param bounded whether there is a budget from which that was taken
    ClientTab(
            String client,
            RequestBody asked,
            Books books,
            CostBook costs,
            Reservation reservation,
            boolean bounded) {
        this.client = client;
        this.asked = asked;
        this.day = books.prices().today();
        this.books = books;
        this.costs = costs;
        this.reservation = reservation;
        this.bounded = bounded;
    }

    @Override
    public boolean bounded() {
        return bounded;
    }

    @Override
    public Cost cost(UpstreamId upstream, String model, LlmReply reply) {
        return books.cost(upstream, model, asked, reply);
    }

    @Override
    public Tokenizer tokenizer(UpstreamId upstream, String model) {
        return books.tokenizer(upstream, model);
    }

    @Override
    public boolean begin() {
        lock.lock();
        try {
            running += closed ? 0 : 1;
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void end(
            Dispatch<LlmRequest> attempt,
            Optional<Outcome<LlmReply>> outcome,
            Optional<Reservation> held) {
        boolean last;
        lock.lock();
        try {
            running--;
            lines.add(new Line(attempt, outcome, held));
            last = closed && running == 0;
        } finally {
            lock.unlock();
        }
        if (last) {
            enter();
        }
    }

    @Override
    public void close() {
        boolean last;
        lock.lock();
        try {
            last = !closed && running == 0;
            closed = true;
        } finally {
            lock.unlock();
        }
        if (last) {
            enter();
        }
    }

    /// Nobody else has the lines any more.
    private void enter() {
        CostTotals all = CostTotals.NONE;
        for (Line line : lines) {
            boolean charged = bounded || line.held().isPresent();
            Optional<Booked> booked =
                    books.booked(line.attempt(), line.outcome())
                            .map(known -> charged ? books.charged(line.attempt(), known) : known);
            booked.ifPresent(cost -> costs.enter(entry(line.attempt(), cost)));
            Money amount = booked.map(cost -> cost.cost().amount()).orElse(Money.ZERO);
            line.held().ifPresent(held -> held.settle(Optional.of(amount)));
            all = booked.isPresent() ? all.plus(booked.get().usage(), booked.get().cost()) : all;
        }
        reservation.settle(Optional.of(all.cost()));
        if (LOG.isDebugEnabled() && !lines.isEmpty()) {
            LOG.debug(
                    "call {} of {}: {}",
                    lines.getFirst().attempt().call().id(),
                    client,
                    CostWords.of(all));
        }
    }

    private CostBook.Entry entry(Dispatch<LlmRequest> attempt, Booked booked) {
        UpstreamId upstream = attempt.upstream();
        return new CostBook.Entry(
                day,
                new CostBook.Account(
                        client, upstream.provider(), upstream.key(), attempt.subject()),
                booked.usage(),
                booked.cost());
    }
}
