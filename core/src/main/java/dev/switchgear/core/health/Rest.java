package dev.switchgear.core.health;

import dev.switchgear.core.call.Cause;
import java.time.Duration;

/// Why an upstream, or one subject there, is left alone.
///
/// @param remaining how much longer; more than 0
public record Rest(Duration remaining, Cause cause) {}
