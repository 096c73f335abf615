package dev.switchgear.families.llm.call;

import java.time.Duration;

/// How much of a stream is kept back before the client gets its first byte, so that an early death can
/// still be answered by another upstream. It ends with whichever bound is reached first.
///
/// @param pieces how many pieces of content must have come; 1 sends the first at once (default 1)
/// @param longest how long after the first piece; zero for no time bound
public record HoldBack(int pieces, Duration longest) {
    /// Nothing is kept back but what carries no content.
    public static final HoldBack NONE = new HoldBack(1, Duration.ZERO);

    /// The answer goes out only once it is whole.
    public static final HoldBack WHOLE = new HoldBack(Integer.MAX_VALUE, Duration.ZERO);

    public HoldBack {
        if (pieces < 1 || longest.isNegative()) {
            throw new IllegalArgumentException(
                    "hold-back: " + pieces + ", " + longest + " (expected: 1 or more, 0 or more)");
        }
    }
}
