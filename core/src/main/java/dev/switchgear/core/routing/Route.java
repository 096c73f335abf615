package dev.switchgear.core.routing;

import dev.switchgear.core.score.ScoreWeights;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Which upstreams may take which calls, and how they are chosen. Thread-safe.
public final class Route<Q, A> {
    private final String id;
    private final Strategy strategy;
    private final List<Target<Q, A>> targets;
    private final RetrySettings retry;
    private final Optional<HedgeSettings> hedge;
    private final ScoreWeights weights;
    private final Memory memory;

    /// Where each target's share of the draws begins and ends; empty where none has a share.
    private final double[] shares;

    /// What a route remembers from call to call. A route made out of another has the same memory.
    private record Memory(AtomicInteger turn, AtomicLong draws) {}

    /// @param targets in order of preference; 1 to 64
    public Route(
            String id,
            Strategy strategy,
            List<Target<Q, A>> targets,
            RetrySettings retry,
            Optional<HedgeSettings> hedge,
            ScoreWeights weights) {
        this(
                id,
                strategy,
                targets,
                retry,
                hedge,
                weights,
                new Memory(new AtomicInteger(), new AtomicLong()));
    }

    private Route(
            String id,
            Strategy strategy,
            List<Target<Q, A>> targets,
            RetrySettings retry,
            Optional<HedgeSettings> hedge,
            ScoreWeights weights,
            Memory memory) {
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
        this.memory = memory;
        shares = shares(this.targets);
    }

    /// The same route with other targets.
    ///
    /// @param others in order of preference; 1 to 64
    public Route<Q, A> among(List<Target<Q, A>> others) {
        return new Route<>(id, strategy, others, retry, hedge, weights, memory);
    }

    /// The same route with another order of its targets.
    public Route<Q, A> by(Strategy other) {
        return new Route<>(id, other, targets, retry, hedge, weights, memory);
    }

    /// The same route where a call may be tried `attempts` times.
    ///
    /// @param attempts 1 or more
    public Route<Q, A> trying(int attempts) {
        return new Route<>(id, strategy, targets, retry.trying(attempts), hedge, weights, memory);
    }

    /// The shares of one tier lie side by side, so that a call draws at most one of them.
    private static <Q, A> double[] shares(List<Target<Q, A>> targets) {
        if (targets.stream().allMatch(target -> target.place().share() == 0)) {
            return new double[0];
        }
        var shares = new double[2 * targets.size()];
        for (int i = 0; i < targets.size(); i++) {
            Place place = targets.get(i).place();
            double from = 0;
            for (int j = 0; j < i; j++) {
                Place before = targets.get(j).place();
                from += before.tier() == place.tier() ? before.share() : 0;
            }
            shares[2 * i] = from;
            shares[2 * i + 1] = from + place.share();
        }
        return shares;
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

    /// Whose turn it is under [Strategy#ROUND_ROBIN], 0 or more; moves on each time the route is ranked.
    int nextTurn() {
        return memory.turn().getAndIncrement() & Integer.MAX_VALUE;
    }

    /// A number from 0 to 1 that says who gets a call first where targets have a share of the calls.
    /// Not at random: of any 10,000 draws in a row each hundredth of a percent gets exactly one, and
    /// as the step is near the golden ratio of the whole, few draws in a row are spread evenly too.
    double draw() {
        return shares.length == 0
                ? NOBODY
                : Math.floorMod(memory.draws().incrementAndGet() * DRAW_STEP, DRAWS)
                        / (double) DRAWS;
    }

    /// Whether the target at `index` has a share and `draw` fell on it.
    boolean drawn(int index, double draw) {
        return shares.length > 0 && draw >= shares[2 * index] && draw < shares[2 * index + 1];
    }

    /// What `request` is likely to cost at each target, in their order; empty where that decides nothing.
    double[] costs(Q request) {
        return switch (strategy) {
            case PRIORITY, WEIGHTED, ROUND_ROBIN, LEAST_LATENCY -> NO_COSTS;
            case COST, SCORE -> {
                var costs = new double[targets.size()];
                for (int i = 0; i < costs.length; i++) {
                    costs[i] = targets.get(i).price().of(request);
                }
                yield costs;
            }
        };
    }

    private static final double[] NO_COSTS = {};

    /// A draw that falls on nobody.
    static final double NOBODY = 2;

    private static final int DRAWS = 10_000;

    /// Has no divisor in common with `DRAWS`.
    private static final int DRAW_STEP = 6_181;
}
