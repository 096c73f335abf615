package dev.switchgear.server.gateway;

import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Upstream;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.time.Time;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.providers.openai.OpenAiModels;
import dev.switchgear.providers.openai.OpenAiSettings;
import dev.switchgear.providers.openai.OpenAiUpstream;
import dev.switchgear.server.config.Config;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.Headers;
import dev.switchgear.wire.Transport;
import java.util.Optional;

/// Makes the adapter that speaks to a provider: one line a kind.
final class Adapters {
    private static final String OPENAI = "https://api.openai.com/v1";

    private final Time time;

    Adapters(Time time) {
        this.time = time;
    }

    Upstream<LlmRequest, LlmReply> make(
            UpstreamId id,
            Config.ProviderKind kind,
            Config.Provider provider,
            Optional<Secret> secret,
            Transport transport) {
        return switch (kind) {
            case OPENAI, OPENAI_COMPATIBLE ->
                    new OpenAiUpstream(
                            id,
                            openAi(kind, provider),
                            secret,
                            transport,
                            Mapping.timeouts(provider.timeouts()),
                            time);
        };
    }

    /// A free question to the same server with the same credential.
    Probe probe(
            UpstreamId id,
            Config.ProviderKind kind,
            Config.Provider provider,
            Optional<Secret> secret,
            Transport transport) {
        return switch (kind) {
            case OPENAI, OPENAI_COMPATIBLE -> {
                var models =
                        new OpenAiModels(
                                id,
                                openAi(kind, provider),
                                secret,
                                transport,
                                Mapping.timeouts(provider.timeouts()),
                                time);
                yield deadline -> models.list(deadline) instanceof Outcome.Success;
            }
        };
    }

    private static OpenAiSettings openAi(Config.ProviderKind kind, Config.Provider provider) {
        String base = provider.baseUrl().map(Object::toString).orElse(OPENAI);
        Headers headers = Headers.NONE;
        for (var header : provider.headers().entrySet()) {
            headers = headers.with(header.getKey(), header.getValue());
        }
        Endpoint endpoint = Endpoint.parse(base);
        OpenAiSettings usual =
                switch (kind) {
                    case OPENAI -> OpenAiSettings.openAi(endpoint);
                    case OPENAI_COMPATIBLE -> OpenAiSettings.compatible(endpoint, headers);
                };
        Config.Quirks quirks = provider.quirks();
        return new OpenAiSettings(
                endpoint,
                headers,
                quirks.keyHeader().orElse(usual.keyHeader()),
                quirks.keyPrefix().orElse(usual.keyPrefix()),
                quirks.query().orElse(usual.query()),
                quirks.doneRequired().orElse(usual.doneRequired()),
                usual.errors(),
                usual.replyBytesMax(),
                usual.events(),
                usual.heldBytesMax());
    }
}
