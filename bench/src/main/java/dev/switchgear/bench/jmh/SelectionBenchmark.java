package dev.switchgear.bench.jmh;

import dev.switchgear.core.event.Journal;
import dev.switchgear.core.routing.Candidates;
import dev.switchgear.core.routing.Route;
import dev.switchgear.core.routing.Strategy;
import dev.switchgear.core.time.SystemTime;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// Who of ten may be asked, and in which order: what every call does first. Each guard of each
/// candidate is looked at.
@State(Scope.Benchmark)
@BenchmarkMode({Mode.AverageTime, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SelectionBenchmark {
    private final RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
    private Route<String, String> route = route(Strategy.SCORE);

    @Param({"SCORE", "PRIORITY"})
    public String strategy = "SCORE";

    private static Route<String, String> route(Strategy strategy) {
        return TenUpstreams.route(strategy, new Journal(1), new SystemTime());
    }

    @Setup
    public void setUp() {
        route = route(Strategy.valueOf(strategy));
    }

    @Benchmark
    public Candidates<String, String> amongTen() {
        return Candidates.rank(route, "hello", 100, random);
    }
}
