package dev.switchgear.core.routing;

import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Cause.Blame;
import dev.switchgear.core.call.Outcome.Failure;
import dev.switchgear.core.call.Outcome.Refusal;
import dev.switchgear.core.call.Outcome.Success;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.UpstreamId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What is known of a call on its way. Belongs to the thread that carries the call; only
/// [#nextNumber] may be called by a hedge's threads.
final class Carriage<Q, A> {
    final Call<Q> call;
    final Route<Q, A> route;
    final long startedNanos;

    /// Who gets this call first where targets have a share of the calls.
    private final double draw;

    private final Optional<UpstreamId> favourite;
    private final List<Attempt<A>> trail = new ArrayList<>(2);
    private final AtomicInteger numbers = new AtomicInteger();
    private int sent;

    /// The room a target must have because another's was too small; 0 while any will do.
    private long room;

    /// Whether a request did not fit: then the reserve is asked too.
    private boolean outgrown;

    /// The last tier in which it did not fit where the room is unknown: then only later ones and the
    /// reserve are asked. -1 for none.
    private int outgrownTier = -1;

    private volatile @Nullable Candidates<Q, A> candidates;

    /// The last attempt that did not answer the call; read by a hedge's threads too.
    private volatile @Nullable Attempt<A> lastInVain;

    Carriage(Call<Q> call, Route<Q, A> route, Optional<UpstreamId> favourite, long startedNanos) {
        this.call = call;
        this.route = route;
        this.startedNanos = startedNanos;
        this.favourite = favourite;
        // A call with a favourite has been drawn before.
        this.draw = favourite.isPresent() ? Route.NOBODY : route.draw();
    }

    Candidates<Q, A> rank(RandomGenerator random) {
        Candidates<Q, A> ranked =
                Candidates.rank(
                        route,
                        new Candidates.Wanted<>(
                                call.request(), call.units(), room, draw, favourite),
                        random);
        candidates = ranked;
        return ranked;
    }

    Candidates<Q, A> candidates() {
        Candidates<Q, A> ranked = candidates;
        if (ranked == null) {
            throw new IllegalStateException("a call is ranked before it is answered");
        }
        return ranked;
    }

    /// Why that upstream is asked, in one line. Any thread may ask.
    String why(UpstreamId upstream, String subject) {
        return Why.of(candidates(), upstream, subject)
                .drawn(draw)
                .favourite(favourite)
                .after(Optional.ofNullable(lastInVain))
                .toString();
    }

    /// The same of an attempt that was made, once all are over.
    String why(Attempt<A> made) {
        Optional<Attempt<A>> before = Optional.empty();
        for (Attempt<A> attempt : trail) {
            if (attempt.number() == made.number()) {
                break;
            }
            if (inVain(attempt)) {
                before = Optional.of(attempt);
            }
        }
        return Why.of(candidates(), made.upstream(), made.subject())
                .drawn(draw)
                .favourite(favourite)
                .after(before)
                .toString();
    }

    int nextNumber() {
        return numbers.incrementAndGet();
    }

    Attempt<A> add(Attempt<A> attempt) {
        trail.add(attempt);
        if (inVain(attempt)) {
            lastInVain = attempt;
        }
        if (!(attempt.outcome() instanceof Refusal<A>)) {
            sent++;
        }
        return attempt;
    }

    /// The slower of a race is called off as the other has won; that is no reason to ask the other.
    private static boolean inVain(Attempt<?> attempt) {
        return switch (attempt.outcome()) {
            case Success<?> _ -> false;
            case Failure<?> failure -> failure.fault().cause() != Cause.CANCELLED;
            case Refusal<?> _ -> true;
        };
    }

    List<Attempt<A>> trail() {
        return trail;
    }

    int sent() {
        return sent;
    }

    boolean attemptsSpent() {
        return sent >= route.retry().attempts();
    }

    /// The attempt whose outcome is the call's: the last that was sent, unless the one beside it (a
    /// hedge's) was told that the request itself is at fault; if none was sent, the last refusal.
    Optional<Attempt<A>> deciding() {
        Optional<Attempt<A>> last = Optional.empty();
        for (Attempt<A> attempt : trail) {
            boolean sentOne = !(attempt.outcome() instanceof Refusal<A>);
            if (sentOne && !call.committed() && isLastWord(attempt)) {
                return Optional.of(attempt);
            }
            if (sentOne || last.isEmpty() || last.get().outcome() instanceof Refusal<A>) {
                last = Optional.of(attempt);
            }
        }
        return last;
    }

    private static <A> boolean isLastWord(Attempt<A> attempt) {
        return attempt.outcome() instanceof Success<A>
                || (attempt.outcome() instanceof Failure<A> failure
                        && failure.fault().cause().blame() == Blame.REQUEST
                        && failure.fault().recovery() == Recovery.RETURN);
    }

    Attempt.Kind nextKind(Target<Q, A> target) {
        if (sent == 0) {
            return Attempt.Kind.FIRST;
        }
        return sentTo(target) ? Attempt.Kind.RETRY : Attempt.Kind.FAILOVER;
    }

    /// What each call pays for hedges.
    double hedgeRatio() {
        return route.hedge().map(HedgeSettings::budget).orElse(0.0);
    }

    /// Whether `target` may take the request, as far as is known.
    boolean hasRoom(Target<Q, A> target) {
        return target.room() >= room
                && (target.place().reserve() ? outgrown : target.place().tier() > outgrownTier);
    }

    /// Whether nobody comes behind the candidate at `rank`.
    boolean isLast(int rank) {
        for (int next = rank + 1; next < candidates().ready(); next++) {
            if (hasRoom(candidates().at(next))) {
                return false;
            }
        }
        return true;
    }

    /// After a request did not fit: asks for more room than that target has, and for the reserve. False
    /// if nobody may have more.
    boolean demandMoreRoomThan(Attempt<A> tooSmall) {
        outgrown = true;
        for (Target<Q, A> target : route.targets()) {
            if (isOf(target, tooSmall)) {
                if (target.room() < Long.MAX_VALUE) {
                    room = Math.max(room, target.room() + 1);
                } else if (!target.place().reserve()) {
                    outgrownTier = Math.max(outgrownTier, target.place().tier());
                }
            }
        }
        return route.targets().stream().anyMatch(target -> hasRoom(target) && !asked(target));
    }

    private boolean asked(Target<Q, A> target) {
        return trail.stream().anyMatch(attempt -> isOf(target, attempt));
    }

    /// Whether something was sent there for this call before.
    boolean sentTo(Target<Q, A> target) {
        for (Attempt<A> attempt : trail) {
            if (isOf(target, attempt) && !(attempt.outcome() instanceof Refusal<A>)) {
                return true;
            }
        }
        return false;
    }

    /// Whether somebody could be asked now.
    boolean anybodyIn() {
        for (Target<Q, A> target : route.targets()) {
            if (hasRoom(target)
                    && target.upstream().wouldRefuse(target.subject(), call.units()).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private static <Q, A> boolean isOf(Target<Q, A> target, Attempt<A> attempt) {
        return target.upstream().id().equals(attempt.upstream())
                && target.subject().equals(attempt.subject());
    }

    /// Who may be asked beside the candidate at `rank`, should that one be slow.
    Optional<Target<Q, A>> secondAfter(int rank) {
        boolean allowed =
                route.hedge().isPresent()
                        && call.repeatable()
                        && sent + 2 <= route.retry().attempts()
                        && rank + 1 < candidates().ready();
        return allowed
                ? Optional.of(candidates().at(rank + 1)).filter(this::hasRoom)
                : Optional.empty();
    }

    /// How long `first` may be silent before a second is asked beside it.
    Duration hedgeAfter(Target<Q, A> first) {
        Duration fixed = route.hedge().map(HedgeSettings::after).orElse(Duration.ZERO);
        if (!fixed.isZero()) {
            return fixed;
        }
        boolean enough = first.upstream().history().samples() >= SAMPLES_FOR_PERCENTILE;
        return enough
                ? Duration.ofNanos(first.upstream().history().p95Nanos())
                : Duration.ofNanos(call.deadline().atNanos() - startedNanos);
    }

    /// A further round helps only if somebody was asked who may do better in a moment, and can be asked
    /// then. Where all are out, a call is told so at once, as one is that comes just now; unless its
    /// route waits, and somebody knows how long.
    boolean anotherRoundHelps() {
        if (attemptsSpent()) {
            return false;
        }
        return anybodyIn()
                ? lastRetriable().isPresent()
                : route.retry().waits() && candidates().soonest().isPositive();
    }

    /// What the last upstream that may do better in a moment asked us to wait; where all are out, when
    /// the first comes back.
    Duration retryAfter() {
        Duration asked =
                lastRetriable().map(failure -> failure.fault().retryAfter()).orElse(Duration.ZERO);
        return anybodyIn() ? asked : candidates().soonest();
    }

    private Optional<Failure<A>> lastRetriable() {
        for (int i = trail.size() - 1; i >= 0; i--) {
            if (trail.get(i).outcome() instanceof Failure<A> failure
                    && failure.fault().recovery() == Recovery.RETRY) {
                return Optional.of(failure);
            }
        }
        return Optional.empty();
    }

    private static final int SAMPLES_FOR_PERCENTILE = 20;
}
