package dev.switchgear.core.health;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Cause.Blame;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Resting;
import dev.switchgear.core.call.Scope;
import java.time.Duration;
import java.util.Optional;

/// Says what a fault lets rest, and for how long. Pure.
///
/// A provider that turns a key, an account or a subject away is alive: asking again what it has just
/// refused helps nobody, while its other keys and subjects work on. What is wrong with the provider
/// itself is the breaker's business, unless it asks for a pause in so many words, or speaks of one
/// subject only, for which no breaker watches.
public record RestPolicy(RestSettings settings) {
    /// Let it rest.
    ///
    /// @param pause more than 0, up to [RestSettings#most]
    public record Order(Resting what, Duration pause, Cause cause) {}

    /// What rests after `fault`, which a call for `subject` met; empty for nothing.
    public Optional<Order> after(Fault fault, String subject) {
        Duration pause = shorter(pause(fault), settings.most());
        return pause.isPositive()
                ? what(fault, subject).map(what -> new Order(what, pause, fault.cause()))
                : Optional.empty();
    }

    private Duration pause(Fault fault) {
        return switch (fault.cause().blame()) {
            case ACCESS -> asked(fault).isPositive() ? asked(fault) : usual(fault.cause());
            case UPSTREAM -> {
                if (fault.scope() == Scope.SUBJECT) {
                    yield asked(fault).isPositive() ? asked(fault) : settings.rateLimited();
                }
                // Overloaded without a Retry-After is the breaker's business alone.
                yield fault.cause() == Cause.OVERLOADED ? asked(fault) : Duration.ZERO;
            }
            case REQUEST, NOBODY -> Duration.ZERO;
        };
    }

    /// How long the provider asks to be left alone, as far as that is believed; zero where it does not.
    public Duration asked(Fault fault) {
        Duration most =
                fault.cause() == Cause.RATE_LIMITED || fault.cause().blame() == Blame.UPSTREAM
                        ? settings.rateLimitedMost()
                        : settings.most();
        return shorter(fault.retryAfter(), shorter(most, settings.most()));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    /// How long it rests where the provider names no time.
    private Duration usual(Cause cause) {
        return switch (cause) {
            case RATE_LIMITED -> settings.rateLimited();
            case KEY_REJECTED, FORBIDDEN -> settings.keyRejected();
            case ACCOUNT_EXHAUSTED -> settings.accountExhausted();
            case SUBJECT_UNKNOWN -> settings.subjectUnknown();
            case EGRESS_DENIED,
                    CONNECT_FAILED,
                    CONNECT_TIMEOUT,
                    TLS_FAILED,
                    HEAD_TIMEOUT,
                    FIRST_PIECE_TIMEOUT,
                    IDLE_TIMEOUT,
                    DEADLINE,
                    CONNECTION_LOST,
                    MALFORMED,
                    ADAPTER_FAILED,
                    SERVER_ERROR,
                    OVERLOADED,
                    TOO_LARGE,
                    POLICY_REFUSED,
                    INVALID_REQUEST,
                    ANSWER_FAILED,
                    NOT_OFFERED,
                    OVER_BUDGET,
                    OWN_DELAY,
                    CANCELLED ->
                    Duration.ZERO;
        };
    }

    private static Optional<Resting> what(Fault fault, String subject) {
        return switch (fault.scope()) {
            case KEY, PROVIDER -> Optional.of(new Resting.Key());
            case ACCOUNT -> Optional.of(new Resting.Account());
            case SUBJECT -> Optional.of(new Resting.Subject(subject));
            case REQUEST -> Optional.empty();
        };
    }
}
