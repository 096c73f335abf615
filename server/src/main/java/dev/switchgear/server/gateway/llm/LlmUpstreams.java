package dev.switchgear.server.gateway.llm;

import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.patience.Patience;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.model.Catalogue;
import dev.switchgear.families.llm.model.ModelName;
import dev.switchgear.families.llm.model.ModelTraits;
import dev.switchgear.providers.Kinds;
import dev.switchgear.providers.LlmKind;
import dev.switchgear.providers.llm.LlmAccount;
import dev.switchgear.providers.llm.LlmModels;
import dev.switchgear.providers.llm.LlmPlace;
import dev.switchgear.providers.llm.LlmProvider;
import dev.switchgear.providers.llm.LlmProvider.Bounds;
import dev.switchgear.providers.llm.LlmQuirks;
import dev.switchgear.providers.llm.LlmUpstream;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.gateway.Adapter;
import dev.switchgear.server.gateway.CoreSettings;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.Headers;

/// Makes what speaks to LLM providers. Thread-safe.
final class LlmUpstreams implements Adapter<LlmRequest, LlmReply> {
    private final Kinds kinds;
    private final Time time;
    private final Threads threads;
    private final Catalogue catalogue;
    private final Bookkeeping books;
    private final LearnedHabits habits;
    private final Bounds bounds;

    /// @param kinds among which are all of this family that the configuration names
    /// @param habits what was learned of how long each takes
    /// @param bounds how much is read of an answer
    LlmUpstreams(
            Kinds kinds,
            Catalogue catalogue,
            Bookkeeping books,
            LearnedHabits habits,
            Bounds bounds,
            Time time,
            Threads threads) {
        this.kinds = kinds;
        this.catalogue = catalogue;
        this.books = books;
        this.habits = habits;
        this.bounds = bounds;
        this.time = time;
        this.threads = threads;
    }

    /// How the catalogue knows a model of a configured provider.
    ///
    /// @param id under which the provider stands in the configuration
    static ModelName name(String id, Config.Provider provider, String model) {
        return new ModelName(id, provider.kindOf(id), model);
    }

    @Override
    public boolean speaksTo(String id, Config.Provider provider) {
        return kinds.find(provider.kindOf(id), LlmKind.class).isPresent();
    }

    @Override
    public Ways<LlmRequest, LlmReply> to(Access access) {
        UpstreamId id = access.id();
        Config.Provider provider = access.provider();
        LlmProvider settings = settings(id, provider.kindOf(id.provider()), provider);
        Timeouts timeouts = CoreSettings.timeouts(provider.timeouts());
        var account = new LlmAccount(id, settings, access.secret(), access.transport());
        var patience =
                new Patience(
                        CoreSettings.patience(provider.timeouts()),
                        habits.of(id, settings.place().endpoint().toString()));
        var upstream = new LlmUpstream(account, patience, time, threads);
        var models = new LlmModels(account, timeouts, time);
        return new Ways<>(
                new BudgetedUpstream(
                        upstream, model -> name(id.provider(), provider, model), books),
                models::list);
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
                        new LlmPlace(
                                Endpoint.parse(base), headers, model -> traits(id, kind, model)),
                        quirks(provider.quirks()))
                .within(bounds);
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
