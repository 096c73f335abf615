package dev.switchgear.core.simulation;

import dev.switchgear.core.breaker.BreakerSettings;
import dev.switchgear.core.bulkhead.AdaptiveSettings;
import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Quota;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import dev.switchgear.core.call.Upstream;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.event.Event.Verdict;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.guard.GuardSettings;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.health.HealthSettings;
import dev.switchgear.core.health.RestSettings;
import dev.switchgear.core.health.Rests;
import dev.switchgear.core.routing.Failover;
import dev.switchgear.core.routing.RetrySettings;
import dev.switchgear.core.routing.Route;
import dev.switchgear.core.routing.Strategy;
import dev.switchgear.core.routing.Target;
import dev.switchgear.core.score.ScoreWeights;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.IntFunction;
import java.util.function.LongUnaryOperator;
import java.util.random.RandomGenerator;

/// A load on a few upstreams of which each carries so many calls at once and lets the others wait, on
/// simulated time: what the figures in `docs/routing.md` are measured with.
final class Measured {
    /// How the world of one measurement is made.
    ///
    /// @param upstreams how many there are
    /// @param places how many calls each carries at once
    /// @param service how long it works on the call that begins at a moment, by upstream
    /// @param everyNanos between two calls at a moment, on average
    record Plan(
            Strategy strategy,
            int upstreams,
            int places,
            IntFunction<LongUnaryOperator> service,
            LongUnaryOperator everyNanos,
            Duration length,
            Optional<AdaptiveSettings> adaptive,
            BreakerSettings breaker) {}

    /// One call as its client saw it; moments in simulated nanoseconds.
    record Seen(long asked, long answered, Rank rank, boolean served, int upstream) {
        long nanos() {
            return answered - asked;
        }
    }

    private static final Duration HEAD = Duration.ofSeconds(2);

    private final Plan plan;
    private final Simulation simulation;
    private final RandomGenerator chance;
    private final Failover failover;
    private final Route<Rank, Integer> route;
    private final List<Seen> seen = new ArrayList<>();

    Measured(Plan plan, long seed) {
        this.plan = plan;
        simulation = new Simulation(seed);
        chance = simulation.random("measured");
        var journal = new Journal(16);
        failover =
                new Failover(
                        journal,
                        simulation.time(),
                        simulation.threads(),
                        simulation.random("failover"));
        var settings =
                new GuardSettings(
                        plan.breaker(),
                        BulkheadSettings.DEFAULT,
                        plan.adaptive(),
                        List.of(),
                        HealthSettings.DEFAULT,
                        RestSettings.DEFAULT);
        var targets = new ArrayList<Target<Rank, Integer>>();
        for (int i = 0; i < plan.upstreams(); i++) {
            var guarded =
                    new GuardedUpstream<>(
                            new Counter(i),
                            settings,
                            new Rests(simulation.time()),
                            journal,
                            simulation.time(),
                            simulation.random("guards " + i));
            targets.add(new Target<>(guarded, "m", 1, 1, Long.MAX_VALUE));
        }
        route =
                new Route<>(
                        "measured",
                        plan.strategy(),
                        targets,
                        RetrySettings.DEFAULT,
                        Optional.empty(),
                        ScoreWeights.DEFAULT);
    }

    /// A counter with so many clerks and one line before it. Whoever has been given up by its caller is
    /// served all the same, for nothing.
    private final class Counter implements Upstream<Rank, Integer> {
        private final int index;
        private final PriorityQueue<Long> freeAt = new PriorityQueue<>();
        private final LongUnaryOperator service;

        private Counter(int index) {
            this.index = index;
            this.service = plan.service().apply(index);
            for (int i = 0; i < plan.places(); i++) {
                freeAt.add(0L);
            }
        }

        @Override
        public UpstreamId id() {
            return new UpstreamId("u" + index, "key");
        }

        @Override
        public Outcome<Integer> send(Dispatch<Rank> dispatch) {
            long now = simulation.nanos();
            Long free = freeAt.poll();
            long begins = Math.max(now, free == null ? now : free);
            long took = (long) (service.applyAsLong(begins) * (0.7 + 0.6 * chance.nextDouble()));
            freeAt.add(begins + took);
            long wait = begins + took - now;
            long left = dispatch.call().deadline().remaining(simulation.time()).toNanos();
            long most = Math.min(HEAD.toNanos(), left);
            try {
                simulation.time().sleep(Duration.ofNanos(Math.min(wait, most)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Outcome.Failure.of(Fault.cancelled(true));
            }
            if (wait <= most) {
                return new Outcome.Success<>(index, 1, Quota.UNKNOWN);
            }
            boolean over = left <= HEAD.toNanos();
            return Outcome.Failure.of(
                    Fault.of(
                            over ? Cause.DEADLINE : Cause.HEAD_TIMEOUT,
                            Scope.PROVIDER,
                            over ? Recovery.RETURN : Recovery.FAIL_OVER,
                            true,
                            "too late"));
        }
    }

    List<Seen> run() {
        simulation.start(
                "clients",
                () -> {
                    while (simulation.nanos() < plan.length().toNanos()) {
                        simulation.start("call", this::carry);
                        try {
                            simulation
                                    .time()
                                    .sleep(
                                            Duration.ofNanos(
                                                    (long)
                                                            (plan.everyNanos()
                                                                            .applyAsLong(
                                                                                    simulation
                                                                                            .nanos())
                                                                    * 2
                                                                    * chance.nextDouble())));
                        } catch (InterruptedException e) {
                            throw new IllegalStateException("nobody interrupts the clients", e);
                        }
                    }
                });
        simulation.run(20_000_000, Duration.ofMinutes(10));
        return seen;
    }

    private void carry() {
        long asked = simulation.nanos();
        int draw = chance.nextInt(10);
        Rank rank = draw < 2 ? Rank.HIGH : draw < 7 ? Rank.NORMAL : Rank.LOW;
        var call =
                new Call<>(
                        "c",
                        rank,
                        new Deadline(asked + Duration.ofSeconds(5).toNanos()),
                        true,
                        rank,
                        1);
        var answer = failover.carry(call, route);
        boolean served =
                answer.verdict() == Verdict.SERVED || answer.verdict() == Verdict.FAILED_OVER;
        int by =
                answer.deciding()
                        .map(attempt -> attempt.upstream().provider().charAt(1) - '0')
                        .orElse(-1);
        seen.add(new Seen(asked, simulation.nanos(), rank, served, by));
    }

    /// The latency that 99 of 100 calls kept to that were asked from then to then.
    static double p99Millis(List<Seen> seen, double fromSeconds, double untilSeconds) {
        long[] took =
                between(seen, fromSeconds, untilSeconds).stream()
                        .filter(Seen::served)
                        .mapToLong(Seen::nanos)
                        .sorted()
                        .toArray();
        return took.length == 0 ? Double.NaN : took[(int) (took.length * 0.99)] / 1e6;
    }

    /// Answers a second to calls that were asked from then to then.
    static double goodput(List<Seen> seen, double fromSeconds, double untilSeconds) {
        return between(seen, fromSeconds, untilSeconds).stream().filter(Seen::served).count()
                / (untilSeconds - fromSeconds);
    }

    static List<Seen> between(List<Seen> seen, double fromSeconds, double untilSeconds) {
        return seen.stream()
                .filter(one -> one.asked() >= fromSeconds * 1e9 && one.asked() < untilSeconds * 1e9)
                .toList();
    }

    /// How the calls of a stretch fell on the upstreams.
    static double[] shares(List<Seen> seen, int upstreams, double from, double until) {
        var shares = new double[upstreams];
        List<Seen> some = between(seen, from, until);
        some.stream()
                .filter(one -> one.upstream() >= 0)
                .forEach(one -> shares[one.upstream()] += 1.0 / some.size());
        return Arrays.stream(shares).map(share -> Math.round(share * 1000) / 1000.0).toArray();
    }
}
