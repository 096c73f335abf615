package dev.switchgear.server.gateway;

import dev.switchgear.core.call.Upstream;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.server.config.Config;
import dev.switchgear.wire.Transport;
import java.util.Optional;

/// How one family speaks to its providers. Thread-safe.
///
/// @param <Q> what is asked, in the family's words
/// @param <A> what is answered, in the family's words
public interface Adapter<Q, A> {
    /// What one of a provider's credentials gives access to.
    ///
    /// @param secret empty for a server that asks for none
    record Access(
            UpstreamId id,
            Config.Provider provider,
            Optional<Secret> secret,
            Transport transport) {}

    /// The two ways to ask one upstream.
    ///
    /// @param upstream carries calls
    /// @param probe asks whether it is there at all, free of charge, with the same credential
    record Ways<Q, A>(Upstream<Q, A> upstream, Probe probe) {}

    /// Whether a configured provider is one of this family.
    ///
    /// @param id under which it stands in the configuration
    boolean speaksTo(String id, Config.Provider provider);

    /// @throws IllegalArgumentException if what is configured cannot be used
    Ways<Q, A> to(Access access);
}
