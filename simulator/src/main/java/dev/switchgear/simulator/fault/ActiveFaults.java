package dev.switchgear.simulator.fault;

import dev.switchgear.core.time.Time;
import dev.switchgear.simulator.answer.ApiAnswer;
import dev.switchgear.simulator.answer.ApiOperation;
import dev.switchgear.simulator.answer.Asked;
import dev.switchgear.simulator.limit.Meter;
import dev.switchgear.simulator.mind.Dice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// The faults of one provider, and which of them happen to a request. Thread-safe.
public final class ActiveFaults {
    /// A fault in force.
    ///
    /// @param happened to how many requests so far
    /// @param left until it ends by itself; empty: never
    public record Standing(
            SimulatedFault fault, long happened, boolean ended, Optional<Duration> left) {}

    private static final class Live {
        final SimulatedFault fault;
        final RandomGenerator random;
        final Optional<Meter> meter;
        final long since;
        long happened;

        Live(SimulatedFault fault, RandomGenerator random, Optional<Meter> meter, long since) {
            this.fault = fault;
            this.random = random;
            this.meter = meter;
            this.since = since;
        }
    }

    private final long seed;
    private final Time time;
    private List<Live> faults = List.of();

    public ActiveFaults(long seed, Time time) {
        this.seed = seed;
        this.time = time;
    }

    public synchronized void replace(List<SimulatedFault> wanted) {
        List<Live> begun = new ArrayList<>();
        for (SimulatedFault fault : wanted) {
            Optional<Meter> meter =
                    fault.kind() instanceof FaultKind.RateLimit limit
                            ? Optional.of(new Meter(limit.limits(), time))
                            : Optional.empty();
            RandomGenerator random = Dice.of(seed, "fault", Integer.toString(begun.size()));
            begun.add(new Live(fault, random, meter, time.nanos()));
        }
        faults = List.copyOf(begun);
    }

    public synchronized List<Standing> standing() {
        return faults.stream()
                .map(live ->
                        new Standing(
                                live.fault,
                                live.happened,
                                ended(live),
                                live.fault
                                        .duration()
                                        .map(d -> d.minusNanos(time.nanos() - live.since))
                                        .map(d -> d.isNegative() ? Duration.ZERO : d)))
                .toList();
    }

    /// Whether the connection closes before the body is read.
    public synchronized boolean refuses(ApiOperation operation, String key) {
        for (Live live : faults) {
            if (live.fault.kind() instanceof FaultKind.Refuse
                    && matches(live, operation, key)
                    && strikes(live)) {
                return true;
            }
        }
        return false;
    }

    /// Draws what happens to a request. All delays add up; of the other faults, the first that
    /// happens is the only one.
    ///
    /// @param limit charges the request to a limit: what it answers when there is no room
    public synchronized Disturbance draw(Asked asked, Function<Meter, Optional<ApiAnswer>> limit) {
        var drawn = Disturbance.NONE;
        for (Live live : faults) {
            FaultKind kind = live.fault.kind();
            boolean delay =
                    kind instanceof FaultKind.Latency || kind instanceof FaultKind.SlowFirstToken;
            boolean wanted = delay || drawn.main().isEmpty();
            if (!wanted || kind instanceof FaultKind.Refuse || !matches(live, asked)) {
                continue;
            }
            Optional<ApiAnswer> refusal = live.meter.flatMap(limit);
            boolean roomLeft = live.meter.isPresent() && refusal.isEmpty();
            if (!roomLeft && strikes(live)) {
                drawn = drawn.and(kind, refusal, live.random);
            }
        }
        return drawn;
    }

    private boolean strikes(Live live) {
        if (live.fault.rate() < 1 && live.random.nextDouble() >= live.fault.rate()) {
            return false;
        }
        live.happened++;
        return true;
    }

    private boolean matches(Live live, Asked asked) {
        boolean stream = asked.streamed() && asked.operation() == ApiOperation.CHAT;
        return matches(live, asked.operation(), asked.key())
                && (stream || !live.fault.kind().streamsOnly())
                && live.fault.streamed().map(only -> only == stream).orElse(true)
                && (live.fault.model().isEmpty() || live.fault.model().equals(asked.model()));
    }

    private boolean matches(Live live, ApiOperation operation, String key) {
        return !ended(live)
                && live.fault.operation().map(only -> only == operation).orElse(true)
                && key.endsWith(live.fault.keyEnding());
    }

    private boolean ended(Live live) {
        boolean spent =
                live.fault.times().isPresent() && live.happened >= live.fault.times().getAsInt();
        boolean over =
                live.fault.duration().isPresent()
                        && time.nanos() - live.since >= live.fault.duration().get().toNanos();
        return spent || over;
    }
}
