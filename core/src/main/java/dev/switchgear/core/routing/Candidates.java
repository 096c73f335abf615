package dev.switchgear.core.routing;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.GuardName;
import dev.switchgear.core.call.HealthStatus;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.health.Rest;
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

    /// Behind every tier that a target may have.
    private static final int RESERVE = Integer.MAX_VALUE - 2;

    /// A favourite may have up to this many times the load of the best.
    private static final double FAVOUR_LOAD = 2;

    /// A favourite may cost up to this many times as much as the cheapest: what it has in its cache
    /// already commonly costs a tenth to a half.
    private static final double FAVOUR_COST = 2;

    /// A favourite may have down to this part of the best score.
    private static final double FAVOUR_SCORE = 0.8;

    private final Route<Q, A> route;
    private final long units;

    /// Indices of targets: first the `ready`, best first, then those that are out.
    private final int[] order;

    private final double[] scores;
    private final List<Optional<GuardName>> out;
    private final int ready;

    private Candidates(
            Route<Q, A> route,
            long units,
            int[] order,
            double[] scores,
            List<Optional<GuardName>> out,
            int ready) {
        this.route = route;
        this.units = units;
        this.order = order;
        this.scores = scores;
        this.out = out;
        this.ready = ready;
    }

    /// What is known of a call that is to be ranked.
    ///
    /// @param units what it will use
    /// @param room the least room a target must have, in units; 0 for any
    /// @param draw who gets the call first where targets have a share
    /// @param favourite who is asked first if it is as good as the others, or nearly
    record Wanted<Q>(
            Q request, long units, long room, double draw, Optional<UpstreamId> favourite) {}

    /// Ranks the targets of `route` for a call that will use `units`.
    public static <Q, A> Candidates<Q, A> rank(
            Route<Q, A> route, Q request, long units, RandomGenerator random) {
        return rank(route, new Wanted<>(request, units, 0, route.draw(), Optional.empty()), random);
    }

    static <Q, A> Candidates<Q, A> rank(
            Route<Q, A> route, Wanted<Q> wanted, RandomGenerator random) {
        long units = wanted.units();
        double[] costs = route.costs(wanted.request());
        double costMax = dearest(costs);
        List<Target<Q, A>> targets = route.targets();
        int count = targets.size();
        var order = new int[count];
        var scores = new double[count];
        var tiers = new int[count];
        var out = new ArrayList<Optional<GuardName>>(count);
        int ready = 0;
        int excluded = count;
        for (int i = 0; i < count; i++) {
            Target<Q, A> target = targets.get(i);
            Optional<GuardName> refusal = target.upstream().wouldRefuse(target.subject(), units);
            out.add(refusal);
            if (refusal.isPresent() || target.room() < wanted.room()) {
                order[--excluded] = i;
                continue;
            }
            scores[i] =
                    switch (route.strategy()) {
                        case PRIORITY -> -i;
                        case WEIGHTED -> weightedDraw(target.weight(), random);
                        // In turn among those who are equal otherwise, which is known only below.
                        case ROUND_ROBIN -> -i;
                        case LEAST_LATENCY -> -target.upstream().history().load();
                        case COST -> -costs[i];
                        case SCORE -> score(route, target, relative(costs[i], costMax));
                    };
            tiers[i] = tier(route, i, wanted.draw());
            int place = ready++;
            while (place > 0 && before(i, order[place - 1], tiers, scores)) {
                order[place] = order[place - 1];
                place--;
            }
            order[place] = i;
        }
        int leading = 0;
        while (leading < ready && tiers[order[leading]] == tiers[order[0]]) {
            leading++;
        }
        if (route.strategy() == Strategy.LEAST_LATENCY && leading > 2) {
            lighterOfTwo(order, scores, leading, random);
        }
        if (route.strategy() == Strategy.ROUND_ROBIN) {
            inTurn(order, tiers, ready, route.nextTurn());
        }
        if (wanted.favourite().isPresent()) {
            favour(route, wanted.favourite().get(), order, scores, ready);
        }
        return new Candidates<>(route, units, order, scores, out, ready);
    }

    /// A target's tier, and within it first who was drawn, last who has a share but was not.
    private static <Q, A> int tier(Route<Q, A> route, int index, double draw) {
        Place place = route.targets().get(index).place();
        int tier = place.reserve() ? RESERVE : 3 * place.tier();
        if (place.share() == 0) {
            return tier + 1;
        }
        return route.drawn(index, draw) ? tier : tier + 2;
    }

    private static boolean before(int one, int other, int[] tiers, double[] scores) {
        return tiers[one] == tiers[other] ? scores[one] > scores[other] : tiers[one] < tiers[other];
    }

    /// Puts `favourite` first if it may be asked, is well, stands in the first tier, and the strategy
    /// does not hold much against it.
    private static <Q, A> void favour(
            Route<Q, A> route, UpstreamId favourite, int[] order, double[] scores, int ready) {
        List<Target<Q, A>> targets = route.targets();
        for (int rank = 1; rank < ready; rank++) {
            int index = order[rank];
            Target<Q, A> target = targets.get(index);
            if (!target.upstream().id().equals(favourite)) {
                continue;
            }
            Place best = targets.get(order[0]).place();
            boolean sameTier =
                    best.tier() == target.place().tier()
                            && best.reserve() == target.place().reserve();
            if (sameTier
                    && target.upstream().health().status() == HealthStatus.HEALTHY
                    && nearly(route, index, order[0], scores)) {
                System.arraycopy(order, 0, order, 1, rank);
                order[0] = index;
            }
            return;
        }
    }

    /// Whether what the strategy orders by is nearly as good at `index` as at `best`.
    private static <Q, A> boolean nearly(Route<Q, A> route, int index, int best, double[] scores) {
        return switch (route.strategy()) {
            case PRIORITY -> false;
            case WEIGHTED -> route.targets().get(index).weight() > 0;
            case ROUND_ROBIN -> true;
            case LEAST_LATENCY ->
                    route.targets().get(best).upstream().history().samples() == 0
                            || scores[index] >= FAVOUR_LOAD * scores[best];
            case COST -> scores[index] >= FAVOUR_COST * scores[best];
            case SCORE -> scores[index] >= FAVOUR_SCORE * scores[best];
        };
    }

    private static <Q, A> double score(
            Route<Q, A> route, Target<Q, A> target, double costRelative) {
        History history = target.upstream().history();
        return Score.of(
                history, costRelative, target.upstream().limiter().headroomThen(), route.weights());
    }

    /// The highest of the costs that are known; 0 without any.
    private static double dearest(double[] costs) {
        double dearest = 0;
        for (double cost : costs) {
            dearest = cost < CallPrice.UNKNOWN ? Math.max(dearest, cost) : dearest;
        }
        return dearest;
    }

    /// A cost beside the dearest of the same route, 0 to 1. What nobody knows is like the dearest.
    private static double relative(double cost, double dearest) {
        return cost == CallPrice.UNKNOWN ? 1 : dearest > 0 ? cost / dearest : 0;
    }

    /// A key whose descending order is a weighted draw without replacement: u^(1/w), as a logarithm
    /// (Efraimidis and Spirakis, "Weighted random sampling with a reservoir", 2006).
    private static double weightedDraw(double weight, RandomGenerator random) {
        return weight == 0 ? Double.NEGATIVE_INFINITY : Math.log(1 - random.nextDouble()) / weight;
    }

    /// In each tier the one whose turn it is comes first, and the others follow in their order. Turns
    /// are taken among those who are ready: who is out, drawn or of another tier leaves its own to no
    /// one neighbour.
    private static void inTurn(int[] order, int[] tiers, int ready, int turn) {
        int from = 0;
        while (from < ready) {
            int to = from + 1;
            while (to < ready && tiers[order[to]] == tiers[order[from]]) {
                to++;
            }
            int first = from + turn % (to - from);
            reverse(order, from, first);
            reverse(order, first, to);
            reverse(order, from, to);
            from = to;
        }
    }

    private static void reverse(int[] order, int from, int to) {
        int last = to - 1;
        for (int i = from; i < last; i++, last--) {
            int moved = order[i];
            order[i] = order[last];
            order[last] = moved;
        }
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

    Route<Q, A> route() {
        return route;
    }

    /// How many may be asked.
    public int ready() {
        return ready;
    }

    /// The candidate at `rank`, 0 being the best.
    Target<Q, A> at(int rank) {
        return route.targets().get(order[rank]);
    }

    /// All of them, those that are out behind the others.
    int size() {
        return order.length;
    }

    /// What the candidate at `rank` was ordered by, higher first; meaningless for one that is out.
    double scoreAt(int rank) {
        return scores[order[rank]];
    }

    /// Whether the call was drawn for the candidate at `rank`.
    boolean drawnAt(int rank, double draw) {
        return route.drawn(order[rank], draw);
    }

    /// The guard that would have refused at `rank`; empty for one that may be asked, or has no room.
    Optional<GuardName> outAt(int rank) {
        return out.get(order[rank]);
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
                    by.map(name -> target.upstream().retryAfter(name, target.subject(), units))
                            .orElse(Duration.ZERO);
            Optional<Cause> resting =
                    by.filter(name -> name == GuardName.REST)
                            .flatMap(_ -> target.upstream().resting(target.subject()))
                            .map(Rest::cause);
            all.add(new Candidate(id, target.subject(), scores[index], by, wait, resting));
        }
        return List.copyOf(all);
    }
}
