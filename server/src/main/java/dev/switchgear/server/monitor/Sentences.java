package dev.switchgear.server.monitor;

import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Forced;
import dev.switchgear.core.call.HealthStatus;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Resting;
import dev.switchgear.core.event.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// What happened, said to people in one plain sentence. The feed of the demo and the log use the
/// same words. Pure.
public final class Sentences {
    private Sentences() {}

    /// Empty for what is not worth a line: a call that went as it should.
    public static Optional<String> about(Event event) {
        return switch (event) {
            case Event.Attempted attempted -> about(attempted.attempt());
            case Event.Answered answered -> about(answered);
            case Event.AdapterFailed failed ->
                    Optional.of(
                            failed.upstream()
                                    + ": our adapter for it broke in call "
                                    + failed.call()
                                    + ", which is a defect of Switchgear");
            case Event.BreakerMoved moved -> Optional.of(about(moved));
            case Event.Rested rested ->
                    Optional.of(
                            rested.upstream()
                                    + ": "
                                    + words(rested.what())
                                    + " rests for "
                                    + words(rested.pause())
                                    + " ("
                                    + words(rested.cause())
                                    + ")");
            case Event.Switched switched -> Optional.of(about(switched));
            case Event.HealthChanged changed ->
                    Optional.of(
                            changed.upstream().provider()
                                    + " went from "
                                    + words(changed.from())
                                    + " to "
                                    + words(changed.to()));
            case Event.Overloaded overloaded ->
                    Optional.of(
                            overloaded.began()
                                    ? "the gateway itself is overloaded: everything waits "
                                            + words(overloaded.lag())
                                            + " for the processor; calls give way by rank"
                                    : "the gateway is no longer overloaded");
        };
    }

    private static String about(Event.Switched switched) {
        String who = switched.upstream().toString();
        if (switched.by().isEmpty()) {
            return "the order for "
                    + who
                    + " has ended: "
                    + (switched.to() == Forced.NONE
                            ? "it is judged as usual"
                            : "its provider is still switched " + words(switched.to()));
        }
        if (switched.to() == Forced.NONE) {
            return who + " was released by " + switched.by() + ": it is judged as usual";
        }
        return who
                + " was switched "
                + words(switched.to())
                + " by "
                + switched.by()
                + (switched.until().equals(Instant.MAX) ? "" : " until " + switched.until())
                + (switched.reason().isEmpty() ? "" : ": " + switched.reason());
    }

    private static String about(Event.BreakerMoved moved) {
        String provider = moved.upstream().provider();
        return switch (moved.to()) {
            case OPEN ->
                    provider
                            + " is down: its breaker opened ("
                            + moved.why()
                            + "; next trial in "
                            + moved.pause().toMillis()
                            + " ms)";
            case HALF_OPEN -> provider + " gets one trial call";
            case CLOSED -> provider + " is back: its breaker closed";
        };
    }

    private static String words(Resting what) {
        return switch (what) {
            case Resting.Key _ -> "the key";
            case Resting.Account _ -> "the account";
            case Resting.Subject subject -> "model " + subject.name();
        };
    }

    /// An order in people's words.
    public static String words(Forced order) {
        return switch (order) {
            case NONE -> "none";
            case ON -> "on";
            case OFF -> "off";
            case DRAIN -> "drain";
        };
    }

    private static String words(HealthStatus status) {
        return switch (status) {
            case HEALTHY -> "healthy";
            case DEGRADED -> "degraded";
            case DOWN -> "down";
            case RECOVERING -> "recovering";
        };
    }

    private static Optional<String> about(Attempt<?> attempt) {
        return switch (attempt.outcome()) {
            case Outcome.Failure<?> failure when failure.fault().cause() != Cause.CANCELLED ->
                    Optional.of(
                            attempt.upstream().provider()
                                    + " failed after "
                                    + words(Duration.ofNanos(attempt.latencyNanos()))
                                    + ": "
                                    + failure.fault().detail());
            case Outcome.Failure<?> _, Outcome.Success<?> _, Outcome.Refusal<?> _ ->
                    Optional.empty();
        };
    }

    private static Optional<String> about(Event.Answered answered) {
        String who = answered.upstream().map(id -> id.provider()).orElse("nobody");
        return switch (answered.verdict()) {
            case SERVED, RETURNED, CANCELLED -> Optional.empty();
            case FAILED_OVER ->
                    Optional.of(
                            who
                                    + " took over after "
                                    + (answered.sent() - 1)
                                    + (answered.sent() == 2 ? " failure" : " failures")
                                    + "; the client waited "
                                    + words(answered.latency())
                                    + " and never noticed");
            case LOST ->
                    Optional.of(
                            "a call for " + answered.route() + " was lost: nobody could answer");
            case BROKEN_OFF -> Optional.of(who + " broke off mid-stream; the client was told so");
        };
    }

    /// A cause in people's words.
    public static String words(Cause cause) {
        return switch (cause) {
            case EGRESS_DENIED -> "its address is not allowed";
            case CONNECT_FAILED -> "no connection";
            case CONNECT_TIMEOUT -> "no connection in time";
            case TLS_FAILED -> "its certificate is bad";
            case HEAD_TIMEOUT -> "no answer in time";
            case FIRST_PIECE_TIMEOUT -> "no first token in time";
            case IDLE_TIMEOUT -> "it fell silent";
            case DEADLINE -> "out of time";
            case CONNECTION_LOST -> "the connection broke";
            case MALFORMED -> "its answer was malformed";
            case ADAPTER_FAILED -> "our adapter for it failed";
            case SERVER_ERROR -> "server error";
            case OVERLOADED -> "overloaded";
            case RATE_LIMITED -> "rate limited";
            case KEY_REJECTED -> "key rejected";
            case ACCOUNT_EXHAUSTED -> "account used up";
            case FORBIDDEN -> "not permitted";
            case SUBJECT_UNKNOWN -> "model unknown";
            case TOO_LARGE -> "prompt too long";
            case POLICY_REFUSED -> "content filtered";
            case INVALID_REQUEST -> "request refused";
            case ANSWER_FAILED -> "the model failed";
            case OVER_BUDGET -> "over its budget";
            case NOT_OFFERED -> "it cannot be asked that";
            case OWN_DELAY -> "the gateway itself was late";
            case CANCELLED -> "cancelled";
        };
    }

    /// A duration as people say it: `41 ms`, `2.5 s`, `5 min`.
    public static String words(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 1_000) {
            return millis + " ms";
        }
        if (millis < 120_000) {
            return millis % 1_000 == 0
                    ? millis / 1_000 + " s"
                    : millis / 1_000 + "." + millis % 1_000 / 100 + " s";
        }
        return duration.toMinutes() < 120
                ? duration.toMinutes() + " min"
                : duration.toHours() + " h";
    }
}
