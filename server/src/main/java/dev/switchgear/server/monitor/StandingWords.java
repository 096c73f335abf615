package dev.switchgear.server.monitor;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Forced;
import dev.switchgear.core.score.Slowness;
import dev.switchgear.core.standing.Reason;
import dev.switchgear.core.standing.Standing;
import dev.switchgear.core.standing.State;

/// How an upstream is, in the words that every page uses.
///
/// @param status one of `Sign in again`, `Down`, `Degraded`, `Recovering`, `Healthy`, `Off`
/// @param why empty for a healthy one
/// @param next what comes next; empty for a healthy one
public record StandingWords(String status, String why, String next) {
    public static StandingWords of(Standing standing) {
        String in = Sentences.words(standing.remaining());
        return switch (standing.why()) {
            case Reason.SwitchedOff off ->
                    new StandingWords(
                            standing,
                            (off.order() == Forced.DRAIN ? "drained by " : "switched off by ")
                                    + off.by()
                                    + (off.because().isEmpty() ? "" : ": " + off.because()),
                            standing.until()
                                    .map(end -> "It is used again from " + end + ".")
                                    .orElse("It stays off until someone switches it on."));
            case Reason.AtRest(_, Cause cause) ->
                    new StandingWords(
                            standing,
                            Sentences.words(cause),
                            standing.state() == State.SIGN_IN
                                    ? "Give it a valid key. This one is tried again in " + in + "."
                                    : "It is asked again in " + in + ".");
            case Reason.BreakerOpen _ ->
                    new StandingWords(
                            standing,
                            "its breaker is open",
                            "One trial call in "
                                    + in
                                    + " at the latest, sooner if it answers a probe.");
            case Reason.OnTrial _ ->
                    new StandingWords(
                            standing, "its breaker is half-open", "One trial call decides.");
            case Reason.RampingUp _ ->
                    new StandingWords(
                            standing, "it has just come back", "Its share of the calls grows.");
            case Reason.Failing _ ->
                    new StandingWords(
                            standing,
                            "its last attempts failed",
                            "The next calls show whether it is back.");
            case Reason.AnsweringAgain _ ->
                    new StandingWords(
                            standing, "it answers again", "A few more answers are awaited.");
            case Reason.FailingInPart _ ->
                    new StandingWords(
                            standing, "it fails in part", "Calls that it fails go elsewhere.");
            case Reason.Slow(Slowness slowness) ->
                    new StandingWords(
                            standing,
                            "it begins to answer after "
                                    + Sentences.words(slowness.now())
                                    + ", usually after "
                                    + Sentences.words(slowness.usual()),
                            "Two answers in time, and it counts as well.");
            case Reason.AsUsual _ -> new StandingWords(standing, "", "");
        };
    }

    private StandingWords(Standing standing, String why, String next) {
        this(status(standing.state()), why, next);
    }

    /// The word for a state, as it begins a sentence.
    public static String status(State state) {
        return switch (state) {
            case SIGN_IN -> "Sign in again";
            case DOWN -> "Down";
            case DEGRADED -> "Degraded";
            case RECOVERING -> "Recovering";
            case HEALTHY -> "Healthy";
            case OFF -> "Off";
        };
    }

    /// The shape that stands beside the word, so that nobody has to see colours.
    public static String shape(State state) {
        return switch (state) {
            case SIGN_IN -> "@";
            case DOWN -> "x";
            case DEGRADED -> "!";
            case RECOVERING -> ">";
            case HEALTHY -> "+";
            case OFF -> "-";
        };
    }

    /// What makes a terminal write on in the state's colour.
    public static String colour(State state) {
        int ansi =
                switch (state) {
                    case SIGN_IN -> 35;
                    case DOWN -> 31;
                    case DEGRADED -> 33;
                    case RECOVERING -> 36;
                    case HEALTHY -> 32;
                    case OFF -> 90;
                };
        return "\u001b[" + ansi + "m";
    }
}
