package dev.switchgear.server.monitor;

import dev.switchgear.core.breaker.BreakerState;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.health.Forced;
import dev.switchgear.core.health.ForcedState;
import dev.switchgear.core.health.HealthStatus;
import dev.switchgear.core.health.Rest;
import java.time.Instant;
import java.util.Optional;

/// How an upstream is, in the words that every page uses.
///
/// @param status one of `Sign in again`, `Down`, `Recovering`, `Degraded`, `Healthy`, `Off`
/// @param why empty for a healthy one
/// @param next what comes next; empty for a healthy one
public record StandingWords(String status, String why, String next) {
    public static StandingWords of(GuardedUpstream<?, ?> upstream) {
        ForcedState.Order order = upstream.forced().current();
        if (order.state() == Forced.OFF || order.state() == Forced.DRAIN) {
            String until =
                    order.until().equals(Instant.MAX)
                            ? "It stays off until someone switches it on."
                            : "It is used again from " + order.until() + ".";
            return new StandingWords("Off", "switched off by " + order.by(), until);
        }
        Optional<Rest> rest = upstream.resting();
        if (rest.isPresent() && rest.get().cause() == Cause.KEY_REJECTED) {
            return new StandingWords(
                    "Sign in again",
                    Sentences.words(rest.get().cause()),
                    "Give it a valid key. This one is tried again in " + in(rest.get()) + ".");
        }
        if (upstream.breaker().state() == BreakerState.OPEN) {
            return new StandingWords(
                    "Down",
                    "its breaker is open",
                    "One trial call in "
                            + Sentences.words(upstream.breaker().retryAfter())
                            + " at the latest, sooner if it answers a probe.");
        }
        if (rest.isPresent()) {
            return new StandingWords(
                    "Degraded",
                    Sentences.words(rest.get().cause()),
                    "It is asked again in " + in(rest.get()) + ".");
        }
        if (upstream.breaker().state() == BreakerState.HALF_OPEN) {
            return new StandingWords(
                    "Recovering", "its breaker is half-open", "One trial call decides.");
        }
        if (upstream.breaker().share() < 1) {
            return new StandingWords(
                    "Recovering", "it has just come back", "Its share of the calls grows.");
        }
        HealthStatus health = upstream.health().status();
        return switch (health) {
            case HEALTHY -> new StandingWords("Healthy", "", "");
            case DEGRADED ->
                    new StandingWords(
                            "Degraded", "it fails in part", "Calls that it fails go elsewhere.");
            case DOWN ->
                    new StandingWords(
                            "Down",
                            "its last attempts failed",
                            "The next calls show whether it is back.");
            case RECOVERING ->
                    new StandingWords(
                            "Recovering", "it answers again", "A few more answers are awaited.");
            case SIGN_IN, OFF ->
                    throw new IllegalStateException("health alone does not say " + health);
        };
    }

    private static String in(Rest rest) {
        return Sentences.words(rest.remaining());
    }
}
