package dev.switchgear.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/// Our own lateness is nobody else's fault: see [Starved].
class StarvedTest {
    private static final int SEEDS = 100;

    @Test
    void a_gateway_without_processor_blames_nobody_and_still_notices_who_is_silent() {
        var failures = new ArrayList<String>();
        for (long seed = 0; seed < SEEDS && failures.size() < 5; seed++) {
            try {
                new Starved(seed).live();
            } catch (SimulationFailure failure) {
                failures.add("seed " + seed + ": " + failure.getMessage());
            }
        }

        assertThat(failures).isEmpty();
    }
}
