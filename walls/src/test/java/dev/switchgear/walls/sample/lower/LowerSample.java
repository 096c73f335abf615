package dev.switchgear.walls.sample.lower;

import java.time.Instant;

/// Knows nobody.
public record LowerSample(Instant at) {}
