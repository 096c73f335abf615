package dev.switchgear.core.routing;

import dev.switchgear.core.call.GuardName;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.score.History;
import dev.switchgear.core.score.Score;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// The upstreams of a route as they stand at one moment for one call: who may be asked, in which
/// order, and why the others may not.
///
/// Ranking is on the path of each call, so it works on arrays: one double a target, sorted by
/// insertion (a route has few targets, mostly in order already). What people want to read is put
/// together only when somebody asks.
public final class Candidates<Q, A> {
    /// Targets a route may have.
    static final int MOST = 64;

    private final Route<Q, A> route;
    private final long tokens;

    /// Indices of targets: first the `ready`, best first, then those that are out.
    private final int[] order;

    private final double[] scores;
    private final List<Optional<GuardName>> out;
    private final int ready;

    private Candidates(
            Route<Q, A> route,
            long tokens,
            int[] order,
            double[] scores,
            List<Optional<GuardName>> out,
            int ready) {
        this.route = route;
        this.tokens = tokens;
        this.order = order;
        this.scores = scores;
        this.out = out;
        this.ready = ready;
    }

    /// Ranks the targets of `route` for a call of `tokens` tokens.
    ///
    /// @param room the least room a target must have, in tokens; 0 for any
    public static <Q, A> Candidates<Q, A> rank(
            Route<Q, A> route, long tokens, long room, RandomGenerator random) {
        List<Target<Q, A>> targets = route.targets();
        int count = targets.size();
        var order = new int[count];
        var scores = new double[count];
        var out = new ArrayList<Optional<GuardName>>(count);
        int turn = route.strategy() == Strategy.ROUND_ROBIN ? route.nextTurn() : 0;
        int ready = 0;
        int excluded = count;
        for (int i = 0; i < count; i++) {
            Target<Q, A> target = targets.get(i);
            Optional<GuardName> refusal = target.upstream().wouldRefuse(target.model(), tokens);
            out.add(refusal);
            if (refusal.isPresent() || target.room() < room) {
                order[--excluded] = i;
                continue;
            }
            scores[i] = score(route, target, i, turn, random);
            int place = ready++;
            while (place > 0 && scores[order[place - 1]] < scores[i]) {
                order[place] = order[place - 1];
                place--;
            }
            order[place] = i;
        }
        if (route.strategy() == Strategy.LEAST_LATENCY && ready > 2) {
            lighterOfTwo(order, scores, ready, random);
        }
        return new Candidates<>(route, tokens, order, scores, out, ready);
    }

    private static <Q, A> double score(
            Route<Q, A> route, Target<Q, A> target, int index, int turn, RandomGenerator random) {
        return switch (route.strategy()) {
            case PRIORITY -> -index;
            case WEIGHTED -> weightedDraw(target.weight(), random);
            case ROUND_ROBIN -> -Math.floorMod(index - turn, route.targets().size());
            case LEAST_LATENCY -> -target.upstream().history().load();
            case COST -> -target.cost();
            case SCORE -> {
                History history = target.upstream().history();
                yield Score.of(
                        history,
                        route.relativeCost(target),
                        target.upstream().limiter().headroomThen(),
                        0,
                        route.weights());
            }
        };
    }

    /// A key whose descending order is a weighted draw without replacement: u^(1/w), as a logarithm
    /// (Efraimidis and Spirakis, "Weighted random sampling with a reservoir", 2006).
    private static double weightedDraw(double weight, RandomGenerator random) {
        return weight == 0 ? Double.NEGATIVE_INFINITY : Math.log(1 - random.nextDouble()) / weight;
    }

    /// The power of two choices (Mitzenmacher 2001): always asking the best of all sends every
    /// caller to the same upstream at once; the better of two drawn at random does not.
    private static void lighterOfTwo(
            int[] order, double[] scores, int ready, RandomGenerator random) {
        int one = random.nextInt(ready);
        int other = random.nextInt(ready - 1);
        if (other >= one) {
            other++;
        }
        int best = scores[order[one]] >= scores[order[other]] ? one : other;
        int chosen = order[best];
        System.arraycopy(order, 0, order, 1, best);
        order[0] = chosen;
    }

    /// How many may be asked.
    public int ready() {
        return ready;
    }

    /// The candidate at `rank`, 0 being the best.
    Target<Q, A> at(int rank) {
        return route.targets().get(order[rank]);
    }

    /// The soonest moment at which one that is out may be asked again; zero where nobody knows.
    public Duration soonest() {
        Duration soonest = Duration.ZERO;
        for (Candidate candidate : explain()) {
            Duration wait = candidate.retryAfter();
            if (wait.isPositive() && (soonest.isZero() || wait.compareTo(soonest) < 0)) {
                soonest = wait;
            }
        }
        return soonest;
    }

    /// All targets with their score or the reason they are out, in the order they would be asked.
    public List<Candidate> explain() {
        var all = new ArrayList<Candidate>(order.length);
        for (int index : order) {
            Target<Q, A> target = route.targets().get(index);
            UpstreamId id = target.upstream().id();
            Optional<GuardName> by = out.get(index);
            Duration wait =
                    by.map(name -> target.upstream().retryAfter(name, target.model(), tokens))
                            .orElse(Duration.ZERO);
            all.add(new Candidate(id, target.model(), scores[index], by, wait));
        }
        return List.copyOf(all);
    }
}
