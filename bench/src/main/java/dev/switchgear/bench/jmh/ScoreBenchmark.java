package dev.switchgear.bench.jmh;

import dev.switchgear.core.score.History;
import dev.switchgear.core.score.Score;
import dev.switchgear.core.score.ScoreWeights;
import dev.switchgear.core.time.SystemTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// The arithmetic of choosing among ten upstreams with full histories, some of them with failures,
/// and what it costs to keep such a history. Sampled, for the slowest percent counts too.
@State(Scope.Benchmark)
@BenchmarkMode({Mode.AverageTime, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ScoreBenchmark {
    private static final int CANDIDATES = 10;
    private static final int SAMPLES = 100;

    private final List<History> histories = new ArrayList<>();
    private int next;

    public ScoreBenchmark() {
        var random = new Random(25);
        var time = new SystemTime();
        for (int candidate = 0; candidate < CANDIDATES; candidate++) {
            var history = new History(time);
            double failing = candidate / (4.0 * CANDIDATES);
            for (int sample = 0; sample < SAMPLES; sample++) {
                history.record(random.nextDouble() >= failing, random.nextLong(1_000_000_000));
            }
            histories.add(history);
        }
    }

    @Benchmark
    public double bestOfTen() {
        double best = 0;
        for (int i = 0; i < CANDIDATES; i++) {
            double costRelative = i / (double) CANDIDATES;
            best =
                    Math.max(
                            best,
                            Score.of(histories.get(i), costRelative, 0.5, ScoreWeights.DEFAULT));
        }
        return best;
    }

    @Benchmark
    public History record() {
        next = (next + 1) % CANDIDATES;
        var history = histories.get(next);
        history.record(true, 50_000_000 + next);
        return history;
    }
}
