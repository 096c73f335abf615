package dev.switchgear.providers.openai;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.wire.Headers;
import java.util.Optional;

/// Where the credential goes.
final class Credentials {
    private Credentials() {}

    /// The configured headers, and the credential where there is one.
    static Headers headers(OpenAiSettings settings, Optional<Secret> credential) {
        return credential
                .map(secret ->
                        settings.headers()
                                .with(settings.keyHeader(), settings.keyPrefix() + secret.reveal()))
                .orElse(settings.headers());
    }
}
