package dev.switchgear.server.gateway.llm;

import dev.switchgear.core.call.Upstream;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.time.Time;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.chat.ModelTraits;
import dev.switchgear.families.llm.model.Catalogue;
import dev.switchgear.families.llm.model.ModelName;
import dev.switchgear.providers.Kinds;
import dev.switchgear.providers.LlmKind;
import dev.switchgear.providers.llm.LlmModels;
import dev.switchgear.providers.llm.LlmPlace;
import dev.switchgear.providers.llm.LlmProvider;
import dev.switchgear.providers.llm.LlmQuirks;
import dev.switchgear.providers.llm.LlmUpstream;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.gateway.CoreSettings;
import dev.switchgear.server.gateway.Probe;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.Headers;
import dev.switchgear.wire.Transport;
import java.util.Optional;
import java.util.function.Supplier;

/// Makes the adapter that speaks to a provider, as its kind says.
public final class LlmUpstreams {
    private final Kinds kinds;
    private final Time time;
    private final Catalogue catalogue;
    private final Supplier<Bookkeeping> books;

    /// @param kinds among which are all that the configuration names
    /// @param books those in force when a call is sent
    LlmUpstreams(Kinds kinds, Catalogue catalogue, Supplier<Bookkeeping> books, Time time) {
        this.kinds = kinds;
        this.catalogue = catalogue;
        this.books = books;
        this.time = time;
    }

    public Upstream<LlmRequest, LlmReply> make(
            UpstreamId id,
            String kind,
            Config.Provider provider,
            Optional<Secret> secret,
            Transport transport) {
        var upstream =
                new LlmUpstream(
                        id,
                        settings(id, kind, provider),
                        secret,
                        transport,
                        CoreSettings.timeouts(provider.timeouts()),
                        time);
        return new BudgetedUpstream(
                upstream, model -> new ModelName(id.provider(), kind, model), books);
    }

    /// A free question to the same server with the same credential.
    public Probe probe(
            UpstreamId id,
            String kind,
            Config.Provider provider,
            Optional<Secret> secret,
            Transport transport) {
        var models =
                new LlmModels(
                        id,
                        settings(id, kind, provider),
                        secret,
                        transport,
                        CoreSettings.timeouts(provider.timeouts()),
                        time);
        return models::list;
    }

    private LlmProvider settings(UpstreamId id, String kind, Config.Provider provider) {
        LlmKind adapter =
                kinds.find(kind, LlmKind.class)
                        .orElseThrow(() -> new IllegalStateException("no kind of LLM " + kind));
        Headers headers = Headers.NONE;
        for (var header : provider.headers().entrySet()) {
            headers = headers.with(header.getKey(), header.getValue());
        }
        String base = provider.baseUrl().map(Object::toString).or(adapter::base).orElseThrow();
        return adapter.make(
                new LlmPlace(Endpoint.parse(base), headers, model -> traits(id, kind, model)),
                quirks(provider.quirks()));
    }

    private ModelTraits traits(UpstreamId id, String kind, String model) {
        return CatalogueTraits.of(catalogue.find(new ModelName(id.provider(), kind, model)));
    }

    private static LlmQuirks quirks(Config.Quirks configured) {
        return new LlmQuirks(
                configured.keyHeader(),
                configured.keyPrefix(),
                configured.query(),
                configured.doneRequired(),
                configured.streamUsage(),
                configured.chat());
    }
}
