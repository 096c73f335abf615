package dev.switchgear.simulator.fault;

import dev.switchgear.simulator.http.Header;
import dev.switchgear.simulator.limit.RateLimits;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What can go wrong. When it does is the [SimulatedFault]'s to say.
public sealed interface FaultKind {
    /// An error instead of an answer.
    ///
    /// @param code the HTTP status; 200 to 599
    /// @param error the error's code in the provider's shape, such as `insufficient_quota`; empty
    ///     for the one usual with that status
    /// @param message empty for the provider's usual words
    /// @param retryAfter sent as whole seconds
    /// @param headers sent besides the usual
    /// @param body instead of the provider's shape
    record Status(
            int code,
            String error,
            String message,
            Optional<Duration> retryAfter,
            List<Header> headers,
            Optional<String> body)
            implements FaultKind {
        public Status {
            if (code < 200 || code > 599) {
                throw new IllegalArgumentException("code: " + code + " (expected: 200 to 599)");
            }
            headers = List.copyOf(headers);
        }

        /// The provider's usual answer with that status.
        public Status(int code) {
            this(code, "", "", Optional.empty(), List.of(), Optional.empty());
        }
    }

    /// The answer comes later: by `delay` and up to `jitter` more.
    record Latency(Duration delay, Duration jitter) implements FaultKind {}

    /// Streams only: the head comes in time, the first token later by `delay` and up to `jitter`
    /// more.
    ///
    /// @param afterOpening whether the event that says who speaks comes in time as well
    record SlowFirstToken(Duration delay, Duration jitter, boolean afterOpening)
            implements FaultKind {}

    /// The answer stops and the connection stays open.
    ///
    /// @param lasting after which it goes on; empty: until the client hangs up
    record Stall(Spot spot, Optional<Duration> lasting) implements FaultKind {}

    /// The connection closes in the middle of the body, without the framing that ends it.
    record Cut(Spot spot) implements FaultKind {}

    /// The connection is reset.
    record Reset(Spot spot) implements FaultKind {}

    /// The request is read and nothing comes back until the client hangs up.
    record BlackHole() implements FaultKind {}

    /// The connection closes as soon as it is known which provider is meant: the body is not read.
    record Refuse() implements FaultKind {}

    /// `bytes` bytes that are not HTTP, then the connection closes.
    record Garbage(int bytes) implements FaultKind {
        public Garbage {
            if (bytes < 1 || bytes > 1 << 20) {
                throw new IllegalArgumentException("bytes: " + bytes + " (expected: 1 to 1048576)");
            }
        }
    }

    /// Status 200 with a body of another type than the API's: a proxy's page, say.
    record WrongContentType(String contentType, String body) implements FaultKind {}

    /// Streams only: status 200, and the first event is an error.
    ///
    /// @param error the error's code; empty for none
    /// @param message empty for the provider's usual words
    record ErrorFirstEvent(String error, String message) implements FaultKind {}

    /// Streams only: an error after `afterEvents` events, and then the end without a terminal event.
    record ErrorEvent(int afterEvents, String error, String message) implements FaultKind {
        public ErrorEvent {
            if (afterEvents < 0) {
                throw new IllegalArgumentException(
                        "after-events: " + afterEvents + " (expected: 0 or more)");
            }
        }
    }

    /// Streams only: the stream ends as HTTP wants it, but an event is missing.
    record NoTerminalEvent(Missing missing) implements FaultKind {}

    /// A limit for each key, stricter than the provider's own; 429 beyond it.
    record RateLimit(RateLimits limits) implements FaultKind {}

    /// The key is not accepted, whatever it is: 401, or what the API says instead.
    record ExpiredKey() implements FaultKind {}

    /// Which end of a stream is left out.
    enum Missing {
        /// `[DONE]`, or what the API ends a stream with instead.
        DONE,
        /// The event with the reason why the model stopped.
        FINISH,
        BOTH
    }

    /// An error status in the provider's usual words.
    static FaultKind status(int code) {
        return new Status(code, "", "", Optional.empty(), List.of(), Optional.empty());
    }

    /// A 429 that asks to wait.
    static FaultKind tooMany(Duration retryAfter) {
        return new Status(429, "", "", Optional.of(retryAfter), List.of(), Optional.empty());
    }

    static FaultKind slow(Duration delay) {
        return new Latency(delay, Duration.ZERO);
    }

    static FaultKind stallAfter(int events) {
        return new Stall(new Spot.AfterEvents(events), Optional.empty());
    }

    static FaultKind cutAfter(int events) {
        return new Cut(new Spot.AfterEvents(events));
    }

    static FaultKind reset() {
        return new Reset(new Spot.BeforeHead());
    }

    /// The word for it in JSON and YAML.
    default String word() {
        return switch (this) {
            case Status _ -> "status";
            case Latency _ -> "latency";
            case SlowFirstToken _ -> "slow-first-token";
            case Stall _ -> "stall";
            case Cut _ -> "cut";
            case Reset _ -> "reset";
            case BlackHole _ -> "black-hole";
            case Refuse _ -> "refuse";
            case Garbage _ -> "garbage";
            case WrongContentType _ -> "wrong-content-type";
            case ErrorFirstEvent _ -> "error-first-event";
            case ErrorEvent _ -> "error-event";
            case NoTerminalEvent _ -> "no-terminal-event";
            case RateLimit _ -> "rate-limit";
            case ExpiredKey _ -> "expired-key";
        };
    }

    /// Whether it can only happen to a stream.
    default boolean streamsOnly() {
        return switch (this) {
            case Stall stall -> stall.spot() instanceof Spot.AfterEvents;
            case Cut cut -> cut.spot() instanceof Spot.AfterEvents;
            case Reset reset -> reset.spot() instanceof Spot.AfterEvents;
            case SlowFirstToken _, ErrorFirstEvent _, ErrorEvent _, NoTerminalEvent _ -> true;
            case Status _,
                    Latency _,
                    BlackHole _,
                    Refuse _,
                    Garbage _,
                    WrongContentType _,
                    RateLimit _,
                    ExpiredKey _ ->
                    false;
        };
    }
}
