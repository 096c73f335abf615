package dev.switchgear.providers.fault;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// One line of an [ErrorTable]: every condition given must hold.
///
/// @param statuses any of these; empty for every status, and for errors without one
/// @param names the error's code or type is one of these (lower case); empty for any
/// @param text words the message contains, without case; never digits, which appear in prices, token
///     counts and model names
/// @param mayHaveActed whether the provider may have done, and billed, the work all the same
public record ErrorRule(
        Set<Integer> statuses,
        Set<String> names,
        Optional<Pattern> text,
        Cause cause,
        Scope scope,
        Recovery recovery,
        boolean mayHaveActed) {
    public ErrorRule {
        statuses = Set.copyOf(statuses);
        names = Set.copyOf(names);
        if (text.isPresent() && text.get().pattern().matches(".*\\d.*")) {
            throw new IllegalArgumentException(
                    "error rule: " + text.get() + " (expected: words, no digits)");
        }
    }

    /// A status alone tells.
    public static ErrorRule status(int status, Cause cause, Scope scope, Recovery recovery) {
        return new ErrorRule(
                Set.of(status), Set.of(), Optional.empty(), cause, scope, recovery, false);
    }

    /// The error's name tells.
    ///
    /// @param statuses as in [#ErrorRule]
    /// @param names one or more, in lower case
    public static ErrorRule named(
            Set<Integer> statuses, Set<String> names, Cause cause, Scope scope, Recovery recovery) {
        return new ErrorRule(statuses, names, Optional.empty(), cause, scope, recovery, false);
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
                cause,
                scope,
                recovery,
                false);
    }

    /// The provider failed, and may have done the work before it did.
    ///
    /// @param statuses as in [#ErrorRule]
    /// @param names as in [#ErrorRule]
    public static ErrorRule acted(Set<Integer> statuses, Set<String> names, Cause cause) {
        return new ErrorRule(
                statuses, names, Optional.empty(), cause, Scope.PROVIDER, Recovery.RETRY, true);
    }
}
