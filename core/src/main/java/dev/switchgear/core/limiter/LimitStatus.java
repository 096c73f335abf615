package dev.switchgear.core.limiter;

import java.time.Duration;

/// How one limit stands, as `x-ratelimit-*` headers tell it.
///
/// @param remaining what may be taken at once; 0 or more
/// @param reset until the whole amount is free again if nothing more is taken
public record LimitStatus(Limit limit, long remaining, Duration reset) {}
