package dev.switchgear.providers.fault;

import dev.switchgear.core.call.Quota;
import dev.switchgear.core.time.Time;
import dev.switchgear.wire.Headers;
import java.time.Duration;

/// How a provider says what is left of its limits, and how long to wait. Stateless; thread-safe.
public interface Quotas {
    /// What the headers of any answer say is left.
    Quota quota(Headers headers, Time time);

    /// How long to wait after an error; zero where nothing is said.
    ///
    /// @param body the error as it came
    Duration pause(Headers headers, ErrorReply reply, byte[] body, Time time);
}
