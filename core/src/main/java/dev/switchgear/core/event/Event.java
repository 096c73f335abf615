package dev.switchgear.core.event;

import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.BreakerState;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Forced;
import dev.switchgear.core.call.HealthStatus;
import dev.switchgear.core.call.Resting;
import dev.switchgear.core.call.UpstreamId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// A fact. Each says when it happened, by the wall clock.
public sealed interface Event {
    Instant at();

    /// One attempt is over.
    ///
    /// @param operation the family's word for what the call asks; may be empty
    record Attempted(Instant at, String call, String route, String operation, Attempt<?> attempt)
            implements Event {}

    /// A call is over.
    ///
    /// @param operation the family's word for what the call asked; may be empty
    /// @param verdict what the client was told
    /// @param sent attempts that reached for an upstream
    /// @param upstream who gave the deciding answer; empty if nobody was asked
    /// @param latency from the call's arrival at the engine to its answer
    /// @param overhead the part of `latency` not spent in an upstream
    /// @param why `upstream` was asked, in one line; empty if nobody was
    record Answered(
            Instant at,
            String call,
            String route,
            String operation,
            Verdict verdict,
            int sent,
            Optional<UpstreamId> upstream,
            Duration latency,
            Duration overhead,
            String why)
            implements Event {}

    /// What a call came to, as its client sees it.
    enum Verdict {
        /// The first upstream asked answered.
        SERVED,
        /// Another than the first asked answered.
        FAILED_OVER,
        /// The request itself was at fault, or the provider's policy refused it.
        RETURNED,
        /// No upstream could answer.
        LOST,
        /// Part of the answer had left when its upstream failed; the client was told.
        BROKEN_OFF,
        /// The client went away first.
        CANCELLED
    }

    /// The adapter of an upstream threw in an attempt, which failed with [Cause#ADAPTER_FAILED].
    record AdapterFailed(Instant at, String call, UpstreamId upstream, Throwable defect)
            implements Event {}

    /// A breaker changed its state.
    ///
    /// @param why one line for people
    /// @param pause how long it lets nobody through; zero unless it opened
    record BreakerMoved(
            Instant at,
            UpstreamId upstream,
            BreakerState from,
            BreakerState to,
            String why,
            Duration pause)
            implements Event {}

    /// A key, an account or a subject was told to rest.
    record Rested(Instant at, UpstreamId upstream, Resting what, Duration pause, Cause cause)
            implements Event {}

    /// A person, or the end of that person's order, switched an upstream.
    ///
    /// @param by the person; empty where the order ended by itself
    /// @param reason as the person said; may be empty
    record Switched(
            Instant at, UpstreamId upstream, Forced to, String by, String reason, Instant until)
            implements Event {
        /// One whose reason is not told.
        public Switched(Instant at, UpstreamId upstream, Forced to, String by, Instant until) {
            this(at, upstream, to, by, "", until);
        }
    }

    /// The gateway itself has more to do than it can, or no longer.
    ///
    /// @param began whether that begins; else it ends
    /// @param lag how long everything waits for the processor
    record Overloaded(Instant at, boolean began, Duration lag) implements Event {}

    /// The verdict on an upstream changed.
    record HealthChanged(Instant at, UpstreamId upstream, HealthStatus from, HealthStatus to)
            implements Event {}
}
