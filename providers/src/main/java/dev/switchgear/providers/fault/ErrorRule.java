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
}
