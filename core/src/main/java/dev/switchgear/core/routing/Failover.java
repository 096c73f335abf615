package dev.switchgear.core.routing;

import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.GuardName;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Outcome.Failure;
import dev.switchgear.core.call.Outcome.Refusal;
import dev.switchgear.core.call.Outcome.Success;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.event.Event;
import dev.switchgear.core.event.Event.Verdict;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.guard.Admission;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.retry.RetryBudget;
import dev.switchgear.core.retry.RetryPause;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Carries a call to an answer: the whole path of a call, in [#carry]. Thread-safe.
///
/// *Failing over comes before retrying.* While another upstream may be asked, it is asked at once;
/// only when all have been does the call pause and go round again, and each attempt of such a round
/// is a retry, paid for from its upstream's budget. So a fault costs the client no pause while anybody
/// is well, and when nobody is, we do not add to their troubles.
public final class Failover {
    private final Journal journal;
    private final Time time;
    private final Threads threads;
    private final RandomGenerator random;

    /// @param random shared by many threads: it must be thread-safe
    public Failover(Journal journal, Time time, Threads threads, RandomGenerator random) {
        this.journal = journal;
        this.time = time;
        this.threads = threads;
        this.random = random;
    }

    /// Asks the upstreams of `route` until one answers, the call is at fault, or nobody is left.
    ///
    /// Returns before the call's deadline, give or take the time an upstream needs to notice it. If
    /// the thread is interrupted (the client has gone), returns soon after with
    /// [Verdict#CANCELLED] and the interrupt still set.
    public <Q, A> Answer<A> carry(Call<Q> call, Route<Q, A> route) {
        return carry(call, route, Optional.empty());
    }

    /// As the other, for a call that had better go where one before it went.
    ///
    /// @param favourite who is asked first if it may be asked, is well and, by the route's strategy,
    ///     nearly as good as the best; never under [Strategy#PRIORITY]
    public <Q, A> Answer<A> carry(Call<Q> call, Route<Q, A> route, Optional<UpstreamId> favourite) {
        var carriage = new Carriage<>(call, route, favourite, time.nanos());
        call.explainedBy(carriage::why);
        try {
            return carry(carriage);
        } catch (RuntimeException | Error bug) {
            // What breaks here is a defect of ours, and the call is lost by it: that must be
            // counted.
            journal.record(answered(carriage, Verdict.LOST, Optional.empty(), 0, ""));
            throw bug;
        }
    }

    private <Q, A> Answer<A> carry(Carriage<Q, A> carriage) {
        Call<Q> call = carriage.call;
        for (int round = 0; ; round++) {
            Candidates<Q, A> candidates = carriage.rank(random);
            boolean anybody = false;
            for (int rank = 0; rank < candidates.ready(); rank++) {
                Target<Q, A> target = candidates.at(rank);
                if (carriage.attemptsSpent()
                        || call.deadline().passed(time)
                        || Thread.currentThread().isInterrupted()) {
                    return answer(carriage);
                }
                if (!carriage.hasRoom(target) || !affords(carriage, target)) {
                    continue;
                }
                anybody = true;
                Attempt.Kind kind = carriage.nextKind(target);
                Optional<Target<Q, A>> second = carriage.secondAfter(rank);
                int before = carriage.trail().size();
                if (second.isEmpty()) {
                    carriage.add(attempt(carriage, target, kind, carriage.isLast(rank)));
                } else {
                    attemptHedged(carriage, target, kind, second.get());
                }
                List<Attempt<A>> made = carriage.trail().subList(before, carriage.trail().size());
                for (Attempt<A> attempt : made) {
                    pay(carriage, target, kind, attempt);
                    if (settles(attempt, carriage)) {
                        return answer(carriage);
                    }
                }
                // Whoever was asked beside this one has had its turn too.
                rank += made.size() - 1;
            }
            boolean spent = candidates.ready() > 0 && !anybody;
            if (spent || !anotherRoundHelps(carriage) || !pause(carriage, round + 1)) {
                return answer(carriage);
            }
        }
    }

    /// How things stand after a round: who is out now, and for how long, is looked at anew.
    private <Q, A> boolean anotherRoundHelps(Carriage<Q, A> carriage) {
        if (carriage.route.retry().waits() && !carriage.anybodyIn()) {
            carriage.rank(random);
        }
        return carriage.anotherRoundHelps();
    }

    /// Whether `target` may be asked: for the first time always, else from what its upstream has saved
    /// up.
    private static <Q, A> boolean affords(Carriage<Q, A> carriage, Target<Q, A> target) {
        RetryBudget budget = target.upstream().retries();
        double perSecondMin = carriage.route.retry().perSecondMin();
        return !carriage.sentTo(target) || budget.tryRetry(perSecondMin);
    }

    /// A call that has come to an upstream for the first time pays for retries there.
    private static <Q, A> void pay(
            Carriage<Q, A> carriage, Target<Q, A> target, Attempt.Kind kind, Attempt<A> made) {
        boolean first = kind == Attempt.Kind.FIRST || kind == Attempt.Kind.FAILOVER;
        if (first && made.kind() == kind && !(made.outcome() instanceof Refusal<A>)) {
            target.upstream().retries().onCall(carriage.route.retry().budget());
        }
    }

    /// Whether the call is over. The only place that decides it.
    private static <Q, A> boolean settles(Attempt<A> attempt, Carriage<Q, A> carriage) {
        if (Thread.currentThread().isInterrupted()) {
            return true;
        }
        return switch (attempt.outcome()) {
            case Success<A> _ -> true;
            case Refusal<A> _ -> false;
            case Failure<A>(Fault fault, _, _) -> {
                if (carriage.call.committed()) {
                    yield true;
                }
                if (fault.mayHaveActed() && !carriage.call.repeatable()) {
                    yield true;
                }
                yield switch (fault.recovery()) {
                    case RETURN -> true;
                    case RETRY, FAIL_OVER -> false;
                    case MORE_ROOM -> !carriage.demandMoreRoomThan(attempt);
                };
            }
        };
    }

    /// One try at one upstream, on the thread that calls.
    private <Q, A> Attempt<A> attempt(
            Carriage<Q, A> carriage, Target<Q, A> target, Attempt.Kind kind, boolean nobodyElse) {
        return switch (admit(carriage.call, target, nobodyElse)) {
            case Admission.Refused no -> refused(target, kind, no);
            case Admission.Admitted yes -> send(carriage, target, kind, yes);
        };
    }

    /// One try at `first`, and one at `second` beside it if the first is slow. Both are in the trail if
    /// both were made, the deciding one last.
    private <Q, A> void attemptHedged(
            Carriage<Q, A> carriage, Target<Q, A> first, Attempt.Kind kind, Target<Q, A> second) {
        var hedge = new Hedge<Q, A>(carriage.call, time, threads);
        RetryBudget budget = second.upstream().hedges();
        if (!carriage.sentTo(first)) {
            // Each call that might ask it beside another pays for those that do.
            budget.onCall(carriage.hedgeRatio());
        }
        hedge.race(
                () -> attempt(carriage, first, kind, false),
                () -> attempt(carriage, second, Attempt.Kind.HEDGE, false),
                carriage.hedgeAfter(first),
                () -> budget.tryRetry(0),
                attempt -> carriage.add(attempt));
    }

    private <Q, A> Admission admit(Call<Q> call, Target<Q, A> target, boolean nobodyElse) {
        try {
            return target.upstream().admit(call, target.subject(), nobodyElse);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CLIENT_GONE;
        }
    }

    private <Q, A> Attempt<A> send(
            Carriage<Q, A> carriage,
            Target<Q, A> target,
            Attempt.Kind kind,
            Admission.Admitted admitted) {
        GuardedUpstream<Q, A> upstream = target.upstream();
        var dispatch =
                new Dispatch<>(
                        carriage.call,
                        upstream.id(),
                        target.subject(),
                        carriage.nextNumber(),
                        time,
                        admitted.permit()::firstPiece);
        Outcome<A> outcome = Failure.of(BROKEN);
        Attempt<A> attempt;
        try {
            outcome = upstream.upstream().send(dispatch);
        } catch (Throwable defect) {
            // Errors too: a stack or a heap that one request overran is no reason to lose the call.
            outcome = Failure.of(broken(dispatch, defect));
            journal.record(
                    new Event.AdapterFailed(
                            time.instant(), carriage.call.id(), upstream.id(), defect));
        } finally {
            // In a finally: whatever else goes wrong, the permit is given back.
            long latency = time.nanos() - dispatch.startedNanos();
            carriage.call.spent(latency);
            attempt =
                    new Attempt<>(
                            dispatch.number(),
                            kind,
                            upstream.id(),
                            target.subject(),
                            OwnDelay.named(outcome, latency, dispatch.lateNanos()),
                            latency,
                            dispatch.firstPieceNanos());
            admitted.permit().settle(attempt);
        }
        journal.record(
                new Event.Attempted(
                        time.instant(),
                        carriage.call.id(),
                        carriage.route.id(),
                        carriage.call.operation(),
                        attempt));
        return attempt;
    }

    /// What an adapter that threw came to. Whose client has gone may have thrown because of that.
    private static <Q> Fault broken(Dispatch<Q> dispatch, Throwable defect) {
        return Thread.currentThread().isInterrupted()
                ? Fault.cancelled(dispatch.left())
                : Fault.of(
                        Cause.ADAPTER_FAILED,
                        Scope.PROVIDER,
                        Recovery.FAIL_OVER,
                        dispatch.left(),
                        "our adapter for it failed: " + defect.getClass().getSimpleName());
    }

    private <Q, A> Attempt<A> refused(
            Target<Q, A> target, Attempt.Kind kind, Admission.Refused no) {
        return new Attempt<>(
                0,
                kind,
                target.upstream().id(),
                target.subject(),
                new Refusal<>(no.by(), no.retryAfter(), no.reason()),
                0,
                -1);
    }

    /// Waits before round `round`. False if it is not worth waiting, or the client has gone.
    private <Q, A> boolean pause(Carriage<Q, A> carriage, int round) {
        RetrySettings retry = carriage.route.retry();
        var backoff = new RetryPause(retry.base(), retry.cap(), random);
        Duration pause = backoff.pause(round, carriage.retryAfter());
        if (pause.compareTo(retry.cap()) > 0
                || pause.compareTo(carriage.call.deadline().remaining(time)) >= 0) {
            return false;
        }
        try {
            time.sleep(pause);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private <Q, A> Answer<A> answer(Carriage<Q, A> carriage) {
        Call<Q> call = carriage.call;
        Optional<Attempt<A>> deciding = carriage.deciding();
        Verdict verdict = verdict(carriage, deciding);
        String why = why(carriage, deciding);
        // Who could not be served is told how things stand now, not when the call came.
        Candidates<Q, A> candidates =
                verdict == Verdict.LOST ? carriage.rank(random) : carriage.candidates();
        long nanos = time.nanos() - carriage.startedNanos;
        long overhead = Math.max(0, nanos - call.upstreamNanos());
        journal.record(answered(carriage, verdict, deciding, overhead, why));
        return new Answer<>(
                carriage.trail(),
                deciding,
                candidates,
                verdict,
                verdict == Verdict.LOST ? candidates.soonest() : Duration.ZERO,
                overhead,
                why);
    }

    /// By the order in which upstreams were asked, which is not that of the end.
    private static <Q, A> String why(Carriage<Q, A> carriage, Optional<Attempt<A>> deciding) {
        return deciding.filter(attempt -> !(attempt.outcome() instanceof Refusal<A>))
                .map(carriage::why)
                .orElse("");
    }

    private <Q, A> Event answered(
            Carriage<Q, A> carriage,
            Verdict verdict,
            Optional<Attempt<A>> deciding,
            long overheadNanos,
            String why) {
        return new Event.Answered(
                time.instant(),
                carriage.call.id(),
                carriage.route.id(),
                carriage.call.operation(),
                verdict,
                carriage.sent(),
                deciding.map(Attempt::upstream),
                Duration.ofNanos(time.nanos() - carriage.startedNanos),
                Duration.ofNanos(overheadNanos),
                why);
    }

    /// What the client is told. A call that nobody could answer is lost, whatever ended it: an upstream,
    /// its deadline, whoever noticed that, or our own shutting down.
    private static <Q, A> Verdict verdict(Carriage<Q, A> carriage, Optional<Attempt<A>> deciding) {
        if (deciding.isPresent() && deciding.get().outcome() instanceof Success<A>) {
            return carriage.sent() == 1 ? Verdict.SERVED : Verdict.FAILED_OVER;
        }
        if (Thread.currentThread().isInterrupted() && !carriage.call.isGivenUpByUs()) {
            return Verdict.CANCELLED;
        }
        if (carriage.call.committed()) {
            return Verdict.BROKEN_OFF;
        }
        if (deciding.isPresent()
                && deciding.get().outcome() instanceof Failure<A>(var fault, _, _)) {
            return isReturned(fault) ? Verdict.RETURNED : Verdict.LOST;
        }
        return Verdict.LOST;
    }

    /// Whether it comes back because of what was asked: nobody else could take it either.
    private static boolean isReturned(Fault fault) {
        return switch (fault.cause().blame()) {
            case REQUEST -> true;
            case ACCESS ->
                    switch (fault.recovery()) {
                        case RETURN, MORE_ROOM -> true;
                        case FAIL_OVER, RETRY -> false;
                    };
            case NOBODY -> fault.cause() == Cause.NOT_OFFERED;
            case UPSTREAM -> false;
        };
    }

    private static final Admission CLIENT_GONE =
            new Admission.Refused(GuardName.DEADLINE, Duration.ZERO, "the client has gone");

    /// For what cannot even be told: no memory for the telling.
    private static final Fault BROKEN =
            Fault.of(
                    Cause.ADAPTER_FAILED,
                    Scope.PROVIDER,
                    Recovery.FAIL_OVER,
                    true,
                    "our adapter for it failed");
}
