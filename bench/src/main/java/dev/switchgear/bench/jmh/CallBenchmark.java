package dev.switchgear.bench.jmh;

import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.time.SystemTime;
import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What every call costs before any policy is asked: a call, one dispatch, its claim of the client.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CallBenchmark {
    private static final UpstreamId UPSTREAM = new UpstreamId("provider", "main");
    private static final Duration ALLOWANCE = Duration.ofMinutes(10);

    private final Time time = new SystemTime();

    @Benchmark
    public boolean callAndCommit() {
        var deadline = Deadline.in(ALLOWANCE, time);
        var call = new Call<>("id", "request", deadline, false, Rank.NORMAL, 100);
        return new Dispatch<>(call, UPSTREAM, "model", 1, time).commit();
    }
}
