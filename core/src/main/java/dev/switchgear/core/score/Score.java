package dev.switchgear.core.score;

/// An upstream as one number, 0 to 1, higher is better. Pure but for the age of what it reads;
/// allocates nothing.
public final class Score {
    /// An upstream this slow gets half the points for latency.
    private static final double HALF_NANOS = 1e9;

    /// What somebody we know nothing about gets: better than bad, worse than good.
    private static final double LATENCY_UNKNOWN = 0.5;

    /// What a certain prediction of failure takes off.
    private static final double PREDICTION_COSTS = 0.5;

    private Score() {}

    /// The weighted mean of latency (median and 95th percentile alike), availability (errors count
    /// for less as they age), price and headroom, less a penalty for a rising trend.
    ///
    /// @param costRelative 0 for the cheapest of those compared, 1 for the dearest
    /// @param headroom free share of the tightest limit, 0 to 1
    public static double of(History h, double costRelative, double headroom, ScoreWeights w) {
        double latency =
                h.samples() == 0
                        ? LATENCY_UNKNOWN
                        : HALF_NANOS / (HALF_NANOS + (h.p50Nanos() + h.p95Nanos()) / 2.0);
        double points =
                w.latency() * latency
                        + w.availability() * (1 - h.errors())
                        + w.cost() * (1 - costRelative)
                        + w.headroom() * headroom;
        return points / w.sum() * (1 - PREDICTION_COSTS * h.failurePrediction());
    }
}
