package dev.switchgear.core.health;

/// When an upstream counts as down, and as well again.
///
/// @param failures failures in a row until it is down; 1 to 1000 (default 3)
/// @param recoveries successes in a row until it is healthy again; 1 to 1000 (default 2)
/// @param degradedFrom share of failures among the last 20 observations from which it is degraded;
///     above 0, up to 1 (default 0.2)
public record HealthSettings(int failures, int recoveries, double degradedFrom) {
    public static final HealthSettings DEFAULT = new HealthSettings(3, 2, 0.2);

    public HealthSettings {
        require(failures >= 1 && failures <= 1000, "failures", failures, "1 to 1000");
        require(recoveries >= 1 && recoveries <= 1000, "recoveries", recoveries, "1 to 1000");
        require(
                degradedFrom > 0 && degradedFrom <= 1,
                "degraded-from",
                degradedFrom,
                "above 0, up to 1");
    }

    private static void require(boolean holds, String name, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "health." + name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
