package dev.switchgear.core.bulkhead;

/// Where an [AdaptiveLimit] begins, and how far it goes.
///
/// @param start 1 or more (default 32)
/// @param min up to `start` (default 1)
/// @param max `start` or more (default 1000)
public record AdaptiveSettings(int start, int min, int max) {
    public static final AdaptiveSettings DEFAULT = new AdaptiveSettings(32, 1, 1000);

    public AdaptiveSettings {
        if (min < 1 || start < min || max < start) {
            throw new IllegalArgumentException(
                    "adaptive: "
                            + min
                            + " to "
                            + max
                            + " from "
                            + start
                            + " (expected: 1 or more, and `start` between them)");
        }
    }

    /// The same, going no higher than `most`.
    public AdaptiveSettings upTo(int most) {
        return new AdaptiveSettings(
                Math.min(start, most), Math.min(min, most), Math.min(max, most));
    }
}
