package dev.switchgear.bench.jmh;

import dev.switchgear.core.limiter.Limit;
import dev.switchgear.core.limiter.Limiter;
import dev.switchgear.core.time.SystemTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// A limiter of requests a second and a minute and tokens a minute, none of which refuses: take,
/// then settle with other tokens than were reserved.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LimiterBenchmark {
    private static final long ABUNDANT = 1_000_000_000_000L;

    private final Limiter limiter =
            new Limiter(
                    List.of(
                            new Limit(Limit.Measure.REQUESTS, ABUNDANT, Duration.ofSeconds(1)),
                            new Limit(Limit.Measure.REQUESTS, ABUNDANT, Duration.ofMinutes(1)),
                            new Limit(Limit.Measure.UNITS, ABUNDANT, Duration.ofMinutes(1))),
                    new SystemTime());

    @Benchmark
    public long takeAndSettle() {
        long ticket = limiter.tryTake(100);
        limiter.settle(ticket, 100, 80);
        return ticket;
    }
}
