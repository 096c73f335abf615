package dev.switchgear.wire;

import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Timeouts;

/// Sends one request over the network, once. The connector does it for real; tests of an adapter
/// replay recordings through it. Thread-safe.
@FunctionalInterface
public interface Transport {
    /// Sends `request` and blocks until the response head is in.
    ///
    /// Never sends a second time, except when a pooled connection proves dead before the first byte
    /// was written to it.
    ///
    /// @param poolKey names the credential in use: connections are never shared between two
    /// @throws WireException for everything that goes wrong, saying whether the upstream may have
    ///     acted
    Exchange send(
            Endpoint endpoint,
            String poolKey,
            OutgoingRequest request,
            Timeouts timeouts,
            Deadline deadline)
            throws WireException;
}
