package dev.switchgear.providers.llm;

import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.Headers;
import dev.switchgear.wire.OutgoingRequest;
import dev.switchgear.wire.Transport;
import dev.switchgear.wire.WireException;
import java.util.Optional;

/// One provider with one credential, and the way to it. Immutable; thread-safe.
///
/// @param credential empty for a local server that wants none
public record LlmAccount(
        UpstreamId id, LlmProvider provider, Optional<Secret> credential, Transport transport) {
    /// The configured headers, and the credential where there is one.
    Headers headers() {
        LlmProvider.Credential where = provider.credential();
        Headers configured = provider.place().headers();
        return credential
                .map(secret -> configured.with(where.header(), where.prefix() + secret.reveal()))
                .orElse(configured);
    }

    Exchange send(OutgoingRequest request, Timeouts timeouts, Deadline deadline)
            throws WireException {
        return transport.send(
                provider.place().endpoint(), id.toString(), request, timeouts, deadline);
    }
}
