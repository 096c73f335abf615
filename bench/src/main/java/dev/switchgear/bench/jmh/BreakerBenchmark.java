package dev.switchgear.bench.jmh;

import dev.switchgear.core.breaker.Breaker;
import dev.switchgear.core.breaker.BreakerSettings;
import dev.switchgear.core.time.SystemTime;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// A closed breaker's permit, taken and settled with success. Reach: below 200 ns.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BreakerBenchmark {
    private final Breaker breaker =
            new Breaker(
                    BreakerSettings.DEFAULT,
                    new SystemTime(),
                    RandomGenerator.of("L64X128MixRandom"),
                    (_, _, _, _) -> {});

    @Benchmark
    public long permitAndSettle() {
        long ticket = breaker.tryEnter();
        breaker.settle(ticket, Breaker.Result.SUCCESS, 1_000_000, Duration.ZERO);
        return ticket;
    }
}
