package dev.switchgear.providers.fault;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// One line of an [ErrorTable]: every condition given must hold.
///
/// What is held against a model, a key, an account or a provider is taken from everybody who uses it,
/// so a rule that does that needs proof that the error speaks of it. A status is proof only where it
/// can mean nothing else: 401 of the key, 429 of this model at this key, 5xx of the provider. All other
/// 4xx need a code or words; without them they speak of the request, and of nobody else.
///
/// @param statuses any of these; empty for every status, and for errors without one
/// @param names the error's code or type is one of these (lower case); empty for any
/// @param text words the message contains, without case; never digits, which appear in prices, token
///     counts and model names
/// @param evidence which of these is the proof
/// @param mayHaveActed whether the provider may have done, and billed, the work all the same
public record ErrorRule(
        Set<Integer> statuses,
        Set<String> names,
        Optional<Pattern> text,
        Evidence evidence,
        Cause cause,
        Scope scope,
        Recovery recovery,
        boolean mayHaveActed) {
    /// Codes and types that a provider uses for a model as well as for a file, for a key as well as for
    /// a feature: only words tell.
    private static final Set<String> AMBIGUOUS =
            Set.of(
                    "invalid_request_error",
                    "invalid_argument",
                    "badrequesterror",
                    "failed_precondition",
                    "not_found",
                    "not_found_error",
                    "notfounderror",
                    "permission_error",
                    "permission_denied",
                    "permission-denied",
                    "forbidden",
                    "payment_required");

    public ErrorRule {
        statuses = Set.copyOf(statuses);
        names = Set.copyOf(names);
        if (text.isPresent() && text.get().pattern().matches(".*\\d.*")) {
            throw wrong(text.get().pattern(), "words, no digits");
        }
        boolean given =
                switch (evidence) {
                    case CODE -> !names.isEmpty() && text.isEmpty();
                    case WORDS -> text.isPresent();
                    case STATUS -> names.isEmpty() && text.isEmpty() && !statuses.isEmpty();
                };
        if (!given) {
            throw wrong(evidence.toString(), "what it names");
        }
        if (scope != Scope.REQUEST) {
            for (int status : statuses) {
                if (evidence == Evidence.STATUS && !proves(status, scope)) {
                    throw wrong(status + " for " + scope, "a code or words");
                }
            }
            for (String name : names) {
                if (evidence == Evidence.CODE && AMBIGUOUS.contains(name)) {
                    throw wrong(name + " for " + scope, "words beside it");
                }
            }
        }
    }

    private static IllegalArgumentException wrong(String what, String expected) {
        return new IllegalArgumentException(
                "error rule: " + what + " (expected: " + expected + ")");
    }

    /// Whether a status can speak of nothing else. 408, 425 and 499 are the ways in which servers say
    /// that they did not get to an end.
    private static boolean proves(int status, Scope scope) {
        return switch (scope) {
            case KEY -> status == 401;
            case SUBJECT -> status == 429;
            case PROVIDER -> status >= 500 || status == 408 || status == 425 || status == 499;
            case ACCOUNT -> false;
            case REQUEST -> true;
        };
    }

    /// A status alone tells.
    public static ErrorRule status(int status, Cause cause, Scope scope, Recovery recovery) {
        return new ErrorRule(
                Set.of(status),
                Set.of(),
                Optional.empty(),
                Evidence.STATUS,
                cause,
                scope,
                recovery,
                false);
    }

    /// The error's name tells.
    ///
    /// @param statuses as in [#ErrorRule]
    /// @param names one or more, in lower case
    public static ErrorRule named(
            Set<Integer> statuses, Set<String> names, Cause cause, Scope scope, Recovery recovery) {
        return new ErrorRule(
                statuses, names, Optional.empty(), Evidence.CODE, cause, scope, recovery, false);
    }

    /// Only the message tells.
    ///
    /// @param statuses as in [#ErrorRule]
    /// @param words a regular expression, found anywhere in the message, without case
    public static ErrorRule worded(
            Set<Integer> statuses, String words, Cause cause, Scope scope, Recovery recovery) {
        return new ErrorRule(
                statuses,
                Set.of(),
                Optional.of(Pattern.compile(words, Pattern.CASE_INSENSITIVE)),
                Evidence.WORDS,
                cause,
                scope,
                recovery,
                false);
    }

    /// The provider failed, and may have done the work before it did: its status tells.
    public static ErrorRule acted(Set<Integer> statuses, Cause cause) {
        return new ErrorRule(
                statuses,
                Set.of(),
                Optional.empty(),
                Evidence.STATUS,
                cause,
                Scope.PROVIDER,
                Recovery.RETRY,
                true);
    }

    /// The provider failed, and may have done the work before it did: the error's name tells.
    ///
    /// @param statuses as in [#ErrorRule]
    /// @param names one or more, in lower case
    public static ErrorRule acted(Set<Integer> statuses, Set<String> names, Cause cause) {
        return new ErrorRule(
                statuses,
                names,
                Optional.empty(),
                Evidence.CODE,
                cause,
                Scope.PROVIDER,
                Recovery.RETRY,
                true);
    }
}
