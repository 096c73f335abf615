package dev.switchgear.bench.jmh;

import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.routing.Answer;
import dev.switchgear.core.routing.Failover;
import dev.switchgear.core.routing.Route;
import dev.switchgear.core.routing.Strategy;
import dev.switchgear.core.time.SystemTime;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// The whole path of a call around an upstream that does nothing: ranking ten candidates by score,
/// all guards, settling, history, health, two events for the journal. The journal is read as often as
/// it fills, so that recording is measured and not dropping.
@State(Scope.Benchmark)
@BenchmarkMode({Mode.AverageTime, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FailoverBenchmark {
    private static final Duration ALLOWANCE = Duration.ofMinutes(10);
    private static final int JOURNAL = 1024;

    private final Time time = new SystemTime();
    private final Journal journal = new Journal(JOURNAL);
    private final Route<String, String> route = TenUpstreams.route(Strategy.SCORE, journal, time);
    private final Failover failover =
            new Failover(
                    journal, time, Threads.virtual(), () -> ThreadLocalRandom.current().nextLong());
    private int calls;

    @Benchmark
    public Answer<String> wholePath() {
        if (++calls % (JOURNAL / 2) == 0) {
            journal.drain(_ -> {}, JOURNAL);
        }
        var call =
                new Call<>("id", "request", Deadline.in(ALLOWANCE, time), true, Rank.NORMAL, 100);
        return failover.carry(call, route);
    }
}
