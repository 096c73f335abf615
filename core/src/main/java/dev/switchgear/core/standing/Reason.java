package dev.switchgear.core.standing;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Forced;
import dev.switchgear.core.call.Resting;
import dev.switchgear.core.score.Slowness;

/// Why an upstream is as it is: of all that could be said, what matters most.
public sealed interface Reason {
    /// How it is for this reason.
    State state();

    /// A person ordered it.
    ///
    /// @param order `OFF` or `DRAIN`
    /// @param because as the person said; may be empty
    record SwitchedOff(Forced order, String by, String because) implements Reason {
        @Override
        public State state() {
            return State.OFF;
        }
    }

    /// The provider sent us away.
    ///
    /// @param what the key or its account
    record AtRest(Resting what, Cause cause) implements Reason {
        @Override
        public State state() {
            return cause == Cause.KEY_REJECTED ? State.SIGN_IN : State.DEGRADED;
        }
    }

    /// Its breaker is open.
    record BreakerOpen() implements Reason {
        @Override
        public State state() {
            return State.DOWN;
        }
    }

    /// Its breaker is half-open: one call after the other shows whether it is back.
    record OnTrial() implements Reason {
        @Override
        public State state() {
            return State.RECOVERING;
        }
    }

    /// Its breaker has closed, and lets through more and more.
    record RampingUp() implements Reason {
        @Override
        public State state() {
            return State.RECOVERING;
        }
    }

    /// Its last attempts failed.
    record Failing() implements Reason {
        @Override
        public State state() {
            return State.DOWN;
        }
    }

    /// It answers after an outage, not yet often enough to be believed.
    record AnsweringAgain() implements Reason {
        @Override
        public State state() {
            return State.RECOVERING;
        }
    }

    /// Too many of its attempts fail.
    record FailingInPart() implements Reason {
        @Override
        public State state() {
            return State.DEGRADED;
        }
    }

    /// It begins its answers late.
    record Slow(Slowness slowness) implements Reason {
        @Override
        public State state() {
            return State.DEGRADED;
        }
    }

    /// Nothing is wrong with it.
    record AsUsual() implements Reason {
        @Override
        public State state() {
            return State.HEALTHY;
        }
    }
}
