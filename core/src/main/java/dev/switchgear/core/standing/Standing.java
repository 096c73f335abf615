package dev.switchgear.core.standing;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Resting;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.health.ForcedState;
import dev.switchgear.core.health.Rest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// How an upstream is at one moment, and why. Whoever shows it, counts it or decides by it asks
/// here, so all say the same.
///
/// Of several things that are true at once, the first counts:
///
/// 1. a person switched it off;
/// 2. its key was rejected, whatever else rests: waiting does not help;
/// 3. its breaker is open;
/// 4. the key or the account rests, so it takes no calls;
/// 5. its breaker is half-open, or has just closed;
/// 6. its attempts fail, or it has just begun to answer again, or some of them fail;
/// 7. it is slow.
///
/// Where a person ordered it to be used whatever we think of it, its breaker is not asked, so it is
/// not the reason for anything either.
///
/// @param at the moment at which this was so
/// @param until when that ends by itself, or is looked at again; empty where nobody knows
public record Standing(Instant at, Reason why, Optional<Instant> until) {
    public static Standing of(GuardedUpstream<?, ?> upstream) {
        Instant at = upstream.now();
        ForcedState.Order order = upstream.forced().current();
        return switch (order.state()) {
            case OFF, DRAIN -> switchedOff(at, order);
            case ON -> unguarded(at, upstream);
            case NONE -> guarded(at, upstream);
        };
    }

    private static Standing switchedOff(Instant at, ForcedState.Order order) {
        Optional<Instant> until =
                order.until().equals(Instant.MAX) ? Optional.empty() : Optional.of(order.until());
        return new Standing(
                at, new Reason.SwitchedOff(order.state(), order.by(), order.reason()), until);
    }

    private static Standing unguarded(Instant at, GuardedUpstream<?, ?> upstream) {
        return resting(at, upstream).orElseGet(() -> judged(at, upstream));
    }

    private static Standing guarded(Instant at, GuardedUpstream<?, ?> upstream) {
        Optional<Standing> resting = resting(at, upstream);
        if (resting.isPresent() && resting.get().state() == State.SIGN_IN) {
            return resting.get();
        }
        return switch (upstream.breaker().state()) {
            case OPEN -> open(at, upstream.breaker().retryAfter());
            case HALF_OPEN -> resting.orElseGet(() -> lasting(at, new Reason.OnTrial()));
            case CLOSED -> resting.orElseGet(() -> closed(at, upstream));
        };
    }

    private static Standing open(Instant at, Duration pause) {
        return new Standing(
                at,
                new Reason.BreakerOpen(),
                pause.isPositive() ? Optional.of(at.plus(pause)) : Optional.empty());
    }

    private static Standing closed(Instant at, GuardedUpstream<?, ?> upstream) {
        return upstream.breaker().share() < 1
                ? lasting(at, new Reason.RampingUp())
                : judged(at, upstream);
    }

    /// It is back when the longer of both rests is over; a rejected key is the better reason.
    private static Optional<Standing> resting(Instant at, GuardedUpstream<?, ?> upstream) {
        Optional<Rest> key = upstream.rests().resting();
        Optional<Rest> account = upstream.account().resting();
        boolean accountLonger = remaining(account).compareTo(remaining(key)) > 0;
        boolean forAccount =
                isRejection(key) == isRejection(account) ? accountLonger : isRejection(account);
        Resting what = forAccount ? new Resting.Account() : new Resting.Key();
        Instant end = at.plus(remaining(accountLonger ? account : key));
        return (forAccount ? account : key)
                .map(rest ->
                        new Standing(at, new Reason.AtRest(what, rest.cause()), Optional.of(end)));
    }

    private static boolean isRejection(Optional<Rest> rest) {
        return rest.isPresent() && rest.get().cause() == Cause.KEY_REJECTED;
    }

    private static Duration remaining(Optional<Rest> rest) {
        return rest.map(Rest::remaining).orElse(Duration.ZERO);
    }

    private static Standing judged(Instant at, GuardedUpstream<?, ?> upstream) {
        return lasting(
                at,
                switch (upstream.health().status()) {
                    case DOWN -> new Reason.Failing();
                    case RECOVERING -> new Reason.AnsweringAgain();
                    case DEGRADED -> new Reason.FailingInPart();
                    case HEALTHY ->
                            upstream.history()
                                    .slowness()
                                    .<Reason>map(Reason.Slow::new)
                                    .orElseGet(Reason.AsUsual::new);
                });
    }

    private static Standing lasting(Instant at, Reason why) {
        return new Standing(at, why, Optional.empty());
    }

    public State state() {
        return why.state();
    }

    /// How much longer, from `at` on; zero where nobody knows.
    public Duration remaining() {
        return until.map(end -> Duration.between(at, end)).orElse(Duration.ZERO);
    }
}
