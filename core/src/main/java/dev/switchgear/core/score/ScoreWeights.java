package dev.switchgear.core.score;

/// What counts how much in a [Score]; only the proportions matter.
///
/// @param latency 0 or more (default 0.4)
/// @param availability 0 or more (default 0.3)
/// @param cost 0 or more (default 0.2)
/// @param headroom what is left of the rate limits; 0 or more (default 0.1)
public record ScoreWeights(double latency, double availability, double cost, double headroom) {
    public static final ScoreWeights DEFAULT = new ScoreWeights(0.4, 0.3, 0.2, 0.1);

    public ScoreWeights {
        require(latency, "latency");
        require(availability, "availability");
        require(cost, "cost");
        require(headroom, "headroom");
        if (latency + availability + cost + headroom <= 0) {
            throw new IllegalArgumentException("score: 0 in all (expected: one above 0)");
        }
    }

    private static void require(double weight, String name) {
        if (!(weight >= 0 && weight <= 1000)) {
            throw new IllegalArgumentException(
                    "score." + name + ": " + weight + " (expected: 0 to 1000)");
        }
    }

    double sum() {
        return latency + availability + cost + headroom;
    }
}
