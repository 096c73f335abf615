package dev.switchgear.core.routing;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.GuardName;
import dev.switchgear.core.call.UpstreamId;
import java.time.Duration;
import java.util.Optional;

/// An upstream considered for a call: its rank, or why it is out.
///
/// @param score what the strategy ordered by, higher first; meaningless for one that is out
/// @param out the guard that would refuse; empty for one that may be asked
/// @param retryAfter when it may be asked again; zero where unknown or not out
/// @param resting why it rests; empty where it does not
public record Candidate(
        UpstreamId upstream,
        String subject,
        double score,
        Optional<GuardName> out,
        Duration retryAfter,
        Optional<Cause> resting) {}
