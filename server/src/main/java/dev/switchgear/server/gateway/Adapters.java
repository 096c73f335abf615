package dev.switchgear.server.gateway;

import dev.switchgear.core.call.Upstream;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.time.Time;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.chat.ModelTraits;
import dev.switchgear.families.llm.model.Catalogue;
import dev.switchgear.families.llm.model.ModelName;
import dev.switchgear.providers.anthropic.Anthropic;
import dev.switchgear.providers.deepseek.DeepSeek;
import dev.switchgear.providers.gemini.Gemini;
import dev.switchgear.providers.llm.LlmModels;
import dev.switchgear.providers.llm.LlmProvider;
import dev.switchgear.providers.llm.LlmProvider.Credential;
import dev.switchgear.providers.llm.LlmUpstream;
import dev.switchgear.providers.mistral.Mistral;
import dev.switchgear.providers.ollama.Ollama;
import dev.switchgear.providers.openai.OpenAi;
import dev.switchgear.providers.openai.OpenAiPassing;
import dev.switchgear.providers.openrouter.OpenRouter;
import dev.switchgear.providers.xai.XAi;
import dev.switchgear.server.config.Config;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.Headers;
import dev.switchgear.wire.Transport;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// Makes the adapter that speaks to a provider: one line a kind.
final class Adapters {
    private final Time time;
    private final Catalogue catalogue;
    private final Supplier<Bookkeeping> books;

    /// @param books those in force when a call is sent
    Adapters(Catalogue catalogue, Supplier<Bookkeeping> books, Time time) {
        this.catalogue = catalogue;
        this.books = books;
        this.time = time;
    }

    Upstream<LlmRequest, LlmReply> make(
            UpstreamId id,
            Config.ProviderKind kind,
            Config.Provider provider,
            Optional<Secret> secret,
            Transport transport) {
        var upstream =
                new LlmUpstream(
                        id,
                        settings(id, kind, provider),
                        secret,
                        transport,
                        Mapping.timeouts(provider.timeouts()),
                        time);
        return new BudgetedUpstream(
                upstream, model -> new ModelName(id.provider(), kind.text(), model), books);
    }

    /// A free question to the same server with the same credential.
    Probe probe(
            UpstreamId id,
            Config.ProviderKind kind,
            Config.Provider provider,
            Optional<Secret> secret,
            Transport transport) {
        var models =
                new LlmModels(
                        id,
                        settings(id, kind, provider),
                        secret,
                        transport,
                        Mapping.timeouts(provider.timeouts()),
                        time);
        return models::list;
    }

    private LlmProvider settings(
            UpstreamId id, Config.ProviderKind kind, Config.Provider provider) {
        Headers headers = Headers.NONE;
        for (var header : provider.headers().entrySet()) {
            headers = headers.with(header.getKey(), header.getValue());
        }
        Function<String, ModelTraits> traits =
                model ->
                        Traits.of(catalogue.find(new ModelName(id.provider(), kind.text(), model)));
        LlmProvider usual =
                switch (kind) {
                    case ANTHROPIC ->
                            Anthropic.anthropic(at(provider, Anthropic.BASE), headers, traits);
                    case DEEPSEEK ->
                            DeepSeek.deepSeek(at(provider, DeepSeek.BASE), headers, traits);
                    case GEMINI -> Gemini.google(at(provider, Gemini.BASE), headers, traits);
                    case OLLAMA -> Ollama.ollama(at(provider, Ollama.BASE), headers, traits);
                    case MISTRAL -> Mistral.mistral(at(provider, Mistral.BASE), headers, traits);
                    case OPENAI ->
                            provider.quirks().chat().orElse(true)
                                    ? OpenAi.openAi(at(provider, OpenAi.BASE), headers, traits)
                                    : OpenAi.withoutChat(
                                            at(provider, OpenAi.BASE), headers, traits);
                    case OPENAI_COMPATIBLE -> compatible(provider, headers, traits);
                    case OPENROUTER ->
                            OpenRouter.openRouter(at(provider, OpenRouter.BASE), headers, traits);
                    case XAI -> XAi.xAi(at(provider, XAi.BASE), headers, traits);
                };
        return quirky(usual, provider.quirks());
    }

    private static LlmProvider compatible(
            Config.Provider provider, Headers headers, Function<String, ModelTraits> traits) {
        Config.Quirks quirks = provider.quirks();
        return OpenAi.compatible(
                at(provider, OpenAi.BASE),
                headers,
                Credential.BEARER,
                "",
                new OpenAiPassing(
                        quirks.doneRequired().orElse(false), quirks.streamUsage().orElse(true)),
                traits);
    }

    /// Where the server differs from its kind.
    private static LlmProvider quirky(LlmProvider usual, Config.Quirks quirks) {
        var credential =
                new Credential(
                        quirks.keyHeader().orElse(usual.credential().header()),
                        quirks.keyPrefix().orElse(usual.credential().prefix()));
        return usual.with(credential, quirks.query().orElse(usual.query()));
    }

    private static Endpoint at(Config.Provider provider, String usual) {
        return Endpoint.parse(provider.baseUrl().map(Object::toString).orElse(usual));
    }
}
