package dev.switchgear.core.patience;

import java.time.Duration;

/// How long one thing is waited for, and why so long.
public record Wait(Duration most, Why why) {
    /// Where the length comes from.
    public sealed interface Why {
        /// The configuration says it.
        record Told() implements Why {}

        /// Too few answers have come to tell; its nature says it.
        record Untaught(Nature nature) implements Why {}

        /// So many answers before tell it.
        ///
        /// @param usual 99 of 100 of them took at most this long
        record Learned(int answers, Duration usual) implements Why {}

        /// The attempts before were ended by patience, so this one gets more.
        ///
        /// @param before how long was waited in vain
        record Stretched(Duration before) implements Why {}
    }

    public Wait {
        if (!most.isPositive()) {
            throw new IllegalArgumentException("wait: " + most + " (expected: more than 0)");
        }
    }

    /// As the configuration says.
    public static Wait told(Duration most) {
        return new Wait(most, new Why.Told());
    }
}
