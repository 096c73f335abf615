package dev.switchgear.families.llm.scan;

import java.util.Optional;

/// What one scan of a body finds of that part of a conversation which does not stand in the body, and
/// of whether the answer is to be kept. Offsets are of the body that was scanned; -1 for what is not
/// there.
///
/// @param referred whether something that lies elsewhere is referred to: an answer, a conversation or
///     an item
/// @param store whether the answer is to be kept; empty where that is left open
/// @param background whether the answer is not waited for
/// @param compacted whether an item is, or asks for, what a conversation was cut down to
/// @param threaded whether the provider is to keep the conversation, or to go on with one that it keeps
/// @param inputFrom where the input begins that stands in the body
/// @param inputTo behind it
public record Elsewhere(
        boolean referred,
        Optional<Boolean> store,
        boolean background,
        boolean compacted,
        boolean threaded,
        int inputFrom,
        int inputTo) {
    public static final Elsewhere NONE =
            new Elsewhere(false, Optional.empty(), false, false, false, -1, -1);

    /// What of it holds once something was cut out of the body: whether its provider keeps it.
    Elsewhere cut() {
        return threaded ? THREADED : NONE;
    }

    private static final Elsewhere THREADED =
            new Elsewhere(false, Optional.empty(), false, false, true, -1, -1);
}
