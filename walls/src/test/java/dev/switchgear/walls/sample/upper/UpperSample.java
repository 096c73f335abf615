package dev.switchgear.walls.sample.upper;

import dev.switchgear.walls.sample.lower.LowerSample;
import java.time.Instant;
import java.util.function.Supplier;

/// Knows the room below, and the clock by a method reference.
public final class UpperSample {
    private final Supplier<Instant> clock = Instant::now;

    public LowerSample lower() {
        return new LowerSample(clock.get());
    }
}
