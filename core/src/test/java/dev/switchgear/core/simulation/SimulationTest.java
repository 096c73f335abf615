package dev.switchgear.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// The engine under everything that can go wrong, one [Scenario] a seed.
final class SimulationTest {
    private static final int SEEDS = 1_000;

    /// Enough to see a pattern; more would only be in the way.
    private static final int FAILURES_SHOWN = 3;

    @Test
    @Timeout(180)
    void a_thousand_seeds_keep_every_promise() {
        assertThat(failures(0, SEEDS)).isEmpty();
    }

    /// `-Dseed=N` runs one seed again, exactly as it was.
    @Test
    @EnabledIfSystemProperty(named = "seed", matches = "\\d+")
    void replay() {
        long seed = Long.getLong("seed", 0);

        Scenario scenario = Scenario.of(seed);

        scenario.live();

        Simulation simulation = scenario.simulation();
        System.out.printf(
                "seed %d kept every promise: %d steps, trace %x%n",
                seed, simulation.steps(), simulation.trace());
    }

    /// `-Dseeds=N` (default 20,000) and `-Dfirst=N` (default 1,000) say which.
    @Test
    @Tag("long")
    void many_more_seeds_keep_every_promise() {
        long first = Long.getLong("first", SEEDS);
        assertThat(failures(first, Long.getLong("seeds", 20_000))).isEmpty();
    }

    private static List<String> failures(long first, long count) {
        var failures = new ArrayList<String>();
        long began = System.nanoTime();
        long steps = 0;
        for (long seed = first; seed < first + count && failures.size() < FAILURES_SHOWN; seed++) {
            Scenario scenario = Scenario.of(seed);
            try {
                scenario.live();
            } catch (SimulationFailure failure) {
                failures.add(
                        "seed %d: %s%n  replay: %s"
                                .formatted(seed, failure.getMessage(), replayCommand(seed)));
            }
            steps += scenario.simulation().steps();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                "%d seeds, %d steps in %.1f s: %.0f steps/s%n",
                count, steps, seconds, steps / seconds);
        return failures;
    }

    static String replayCommand(long seed) {
        return "./mvnw -pl core test -Dtest=SimulationTest#replay -Dseed=" + seed;
    }
}
