package dev.switchgear.server;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import dev.switchgear.core.breaker.Breaker;
import dev.switchgear.core.breaker.BreakerSettings;
import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Forced;
import dev.switchgear.core.call.HealthStatus;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Upstream;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.guard.GuardSettings;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.health.ForcedState;
import dev.switchgear.core.health.HealthSettings;
import dev.switchgear.core.health.RestSettings;
import dev.switchgear.core.health.Rests;
import dev.switchgear.core.standing.State;
import dev.switchgear.core.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// One way an upstream can be, as far as anything about it is shown.
record Situation(
        Forced forced, Rested rested, Guarding breaker, HealthStatus health, boolean slow) {
    enum Rested {
        NOTHING,
        KEY,
        REJECTED_KEY,
        ACCOUNT,
        REJECTED_KEY_OF_A_RESTING_ACCOUNT
    }

    enum Guarding {
        CLOSED,
        OPEN,
        HALF_OPEN,
        RAMPING
    }

    /// All that there are.
    static List<Situation> all() {
        var all = new ArrayList<Situation>();
        for (Forced forced : Forced.values()) {
            for (Rested rested : Rested.values()) {
                for (Guarding breaker : Guarding.values()) {
                    for (HealthStatus health : HealthStatus.values()) {
                        all.add(new Situation(forced, rested, breaker, health, false));
                        all.add(new Situation(forced, rested, breaker, health, true));
                    }
                }
            }
        }
        return all;
    }

    /// How it is then, for everybody.
    State state() {
        if (forced == Forced.OFF || forced == Forced.DRAIN) {
            return State.OFF;
        }
        Guarding asked = forced == Forced.ON ? Guarding.CLOSED : breaker;
        return switch (rested) {
            case REJECTED_KEY, REJECTED_KEY_OF_A_RESTING_ACCOUNT -> State.SIGN_IN;
            case KEY, ACCOUNT -> asked == Guarding.OPEN ? State.DOWN : State.DEGRADED;
            case NOTHING ->
                    switch (asked) {
                        case OPEN -> State.DOWN;
                        case HALF_OPEN, RAMPING -> State.RECOVERING;
                        case CLOSED -> judged();
                    };
        };
    }

    private State judged() {
        return switch (health) {
            case HEALTHY -> slow ? State.DEGRADED : State.HEALTHY;
            case DEGRADED -> State.DEGRADED;
            case DOWN -> State.DOWN;
            case RECOVERING -> State.RECOVERING;
        };
    }

    /// Whether the prober has something to find out: nothing but the breaker keeps calls away.
    boolean isProbed() {
        return forced == Forced.NONE && rested == Rested.NOTHING && breaker == Guarding.OPEN;
    }

    /// An upstream that is so.
    GuardedUpstream<String, String> upstream() {
        var time = new ManualTime();
        var account = new Rests(time);
        GuardedUpstream<String, String> upstream = fresh(time, account);
        guard(upstream.breaker(), time);
        judge(upstream);
        if (slow) {
            for (int i = 0; i < 20; i++) {
                upstream.history().firstPiece(ofMillis(50).toNanos());
            }
            upstream.history().firstPiece(ofMillis(900).toNanos());
            upstream.history().firstPiece(ofMillis(950).toNanos());
        }
        rest(upstream.rests(), account);
        if (forced != Forced.NONE) {
            upstream.force(new ForcedState.Order(forced, "ann", Instant.MAX));
        }
        return upstream;
    }

    private void guard(Breaker guard, ManualTime time) {
        if (breaker == Guarding.CLOSED) {
            return;
        }
        for (int i = 0; i < 5; i++) {
            guard.settle(guard.tryEnter(), Breaker.Result.FAILURE, 1, Duration.ZERO);
        }
        if (breaker != Guarding.OPEN) {
            time.advance(ofMinutes(1));
            long trial = guard.tryEnter();
            if (breaker == Guarding.RAMPING) {
                guard.settle(trial, Breaker.Result.SUCCESS, 1, Duration.ZERO);
            }
        }
    }

    private void judge(GuardedUpstream<String, String> upstream) {
        switch (health) {
            case HEALTHY -> {}
            case DEGRADED -> observe(upstream, false, false, true, false, false, true);
            case DOWN -> observe(upstream, false, false, false);
            case RECOVERING -> observe(upstream, false, false, false, true);
        }
    }

    private static void observe(GuardedUpstream<String, String> upstream, boolean... all) {
        for (boolean ok : all) {
            upstream.observeHealth(ok);
        }
    }

    private void rest(Rests key, Rests account) {
        switch (rested) {
            case NOTHING -> {}
            case KEY -> key.rest(ofSeconds(20), Cause.RATE_LIMITED);
            case REJECTED_KEY -> key.rest(ofMinutes(5), Cause.KEY_REJECTED);
            case ACCOUNT -> account.rest(ofMinutes(15), Cause.ACCOUNT_EXHAUSTED);
            case REJECTED_KEY_OF_A_RESTING_ACCOUNT -> {
                key.rest(ofMinutes(5), Cause.KEY_REJECTED);
                account.rest(ofMinutes(15), Cause.ACCOUNT_EXHAUSTED);
            }
        }
    }

    private static GuardedUpstream<String, String> fresh(ManualTime time, Rests account) {
        var upstream =
                new Upstream<String, String>() {
                    @Override
                    public UpstreamId id() {
                        return new UpstreamId("alpha", "main");
                    }

                    @Override
                    public Outcome<String> send(Dispatch<String> dispatch) {
                        throw new AssertionError("nobody asks it");
                    }
                };
        var settings =
                new GuardSettings(
                        BreakerSettings.DEFAULT,
                        BulkheadSettings.DEFAULT,
                        Optional.empty(),
                        List.of(),
                        HealthSettings.DEFAULT,
                        RestSettings.DEFAULT);
        return new GuardedUpstream<>(
                upstream, settings, account, new Journal(100), time, new SplittableRandom(1));
    }
}
