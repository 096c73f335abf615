package dev.switchgear.server.api.limit;

import dev.switchgear.core.bulkhead.Bulkhead;
import dev.switchgear.core.limiter.LimitStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/// What the limits said to a request.
public sealed interface ClientAdmission {
    /// How the client's limits stand now.
    List<LimitStatus> status();

    /// @param settle owed exactly once, when the request is over: how many tokens were used, -1 where
    ///     unknown. Also gives the request's place to the next
    record Granted(List<LimitStatus> status, LongConsumer settle) implements ClientAdmission {}

    /// @param tight the limit that is used up; empty where it has room again by now
    /// @param whose for people: whose limit it is
    /// @param retryAfter when asking again may help; empty where no wait helps, because the request
    ///     needs more tokens than a whole limit
    record Refused(
            List<LimitStatus> status,
            Optional<LimitStatus> tight,
            String whose,
            Optional<Duration> retryAfter)
            implements ClientAdmission {}

    /// Too many requests are under way.
    ///
    /// @param whose for people: whose limit it is
    /// @param concurrent how many may be under way at once
    /// @param entry why no place was given; never `ENTERED`
    record Crowded(List<LimitStatus> status, String whose, int concurrent, Bulkhead.Entry entry)
            implements ClientAdmission {}
}
