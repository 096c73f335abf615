package dev.switchgear.core.routing;

import dev.switchgear.core.retry.RetryBudget;
import dev.switchgear.core.score.ScoreWeights;
import dev.switchgear.core.time.Time;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// Which upstreams may take which calls, and how they are chosen. Thread-safe.
public final class Route<Q, A> {
    private final String id;
    private final Strategy strategy;
    private final List<Target<Q, A>> targets;
    private final RetrySettings retry;
    private final Optional<HedgeSettings> hedge;
    private final ScoreWeights weights;
    private final RetryBudget retryBudget;
    private final RetryBudget hedgeBudget;
    private final double costMax;
    private final AtomicInteger turn = new AtomicInteger();

    /// @param targets in order of preference; 1 to 64
    public Route(
            String id,
            Strategy strategy,
            List<Target<Q, A>> targets,
            RetrySettings retry,
            Optional<HedgeSettings> hedge,
            ScoreWeights weights,
            Time time) {
        if (targets.isEmpty() || targets.size() > Candidates.MOST) {
            throw new IllegalArgumentException(
                    "route " + id + ": " + targets.size() + " targets (expected: 1 to 64)");
        }
        this.id = id;
        this.strategy = strategy;
        this.targets = List.copyOf(targets);
        this.retry = retry;
        this.hedge = hedge;
        this.weights = weights;
        retryBudget = new RetryBudget(retry.budget(), retry.perSecondMin(), BURST, time);
        hedgeBudget = new RetryBudget(hedge.map(HedgeSettings::budget).orElse(0.0), 0, BURST, time);
        costMax = targets.stream().mapToDouble(Target::cost).max().orElse(0);
    }

    public String id() {
        return id;
    }

    public Strategy strategy() {
        return strategy;
    }

    public List<Target<Q, A>> targets() {
        return targets;
    }

    public RetrySettings retry() {
        return retry;
    }

    public Optional<HedgeSettings> hedge() {
        return hedge;
    }

    public ScoreWeights weights() {
        return weights;
    }

    RetryBudget retryBudget() {
        return retryBudget;
    }

    RetryBudget hedgeBudget() {
        return hedgeBudget;
    }

    /// Whose turn it is under [Strategy#ROUND_ROBIN]; moves on with each call.
    int nextTurn() {
        return Math.floorMod(turn.getAndIncrement(), targets.size());
    }

    /// The cost of `target` beside the dearest of this route: 0 to 1.
    double relativeCost(Target<Q, A> target) {
        return costMax > 0 ? target.cost() / costMax : 0;
    }

    /// Retries or hedges that may come at once after a quiet time.
    private static final double BURST = 10;
}
