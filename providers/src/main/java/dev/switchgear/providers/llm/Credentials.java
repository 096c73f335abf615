package dev.switchgear.providers.llm;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.wire.Headers;
import java.util.Optional;

/// Where the credential goes.
final class Credentials {
    private Credentials() {}

    /// The configured headers, and the credential where there is one.
    static Headers headers(LlmProvider provider, Optional<Secret> credential) {
        LlmProvider.Credential where = provider.credential();
        Headers configured = provider.place().headers();
        return credential
                .map(secret -> configured.with(where.header(), where.prefix() + secret.reveal()))
                .orElse(configured);
    }
}
