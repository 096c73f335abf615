package dev.switchgear.core.score;

import java.time.Duration;

/// That an upstream begins its answers later than it usually does.
///
/// @param now how long the last late answer took to begin
/// @param usual half of the answers before began within this
public record Slowness(Duration now, Duration usual) {}
