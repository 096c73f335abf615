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
import dev.switchgear.providers.anthropic.AnthropicProvider;
import dev.switchgear.providers.deepseek.DeepSeekProvider;
import dev.switchgear.providers.gemini.GeminiProvider;
import dev.switchgear.providers.llm.LlmModels;
import dev.switchgear.providers.llm.LlmProvider;
import dev.switchgear.providers.llm.LlmProvider.Credential;
import dev.switchgear.providers.llm.LlmUpstream;
import dev.switchgear.providers.mistral.MistralProvider;
import dev.switchgear.providers.ollama.OllamaProvider;
import dev.switchgear.providers.openai.OpenAiPassing;
import dev.switchgear.providers.openai.OpenAiProvider;
import dev.switchgear.providers.openrouter.OpenRouterProvider;
import dev.switchgear.providers.xai.XAiProvider;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.gateway.CoreSettings;
import dev.switchgear.server.gateway.Probe;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.Headers;
import dev.switchgear.wire.Transport;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// Makes the adapter that speaks to a provider: one line a kind.
public final class LlmUpstreams {
    private final Time time;
    private final Catalogue catalogue;
    private final Supplier<Bookkeeping> books;

    /// @param books those in force when a call is sent
    LlmUpstreams(Catalogue catalogue, Supplier<Bookkeeping> books, Time time) {
        this.catalogue = catalogue;
        this.books = books;
        this.time = time;
    }

    public Upstream<LlmRequest, LlmReply> make(
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
                        CoreSettings.timeouts(provider.timeouts()),
                        time);
        return new BudgetedUpstream(
                upstream, model -> new ModelName(id.provider(), kind.text(), model), books);
    }

    /// A free question to the same server with the same credential.
    public Probe probe(
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
                        CoreSettings.timeouts(provider.timeouts()),
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
                        CatalogueTraits.of(
                                catalogue.find(new ModelName(id.provider(), kind.text(), model)));
        LlmProvider usual =
                switch (kind) {
                    case ANTHROPIC ->
                            AnthropicProvider.anthropic(
                                    at(provider, AnthropicProvider.BASE), headers, traits);
                    case DEEPSEEK ->
                            DeepSeekProvider.deepSeek(
                                    at(provider, DeepSeekProvider.BASE), headers, traits);
                    case GEMINI ->
                            GeminiProvider.google(
                                    at(provider, GeminiProvider.BASE), headers, traits);
                    case OLLAMA ->
                            OllamaProvider.ollama(
                                    at(provider, OllamaProvider.BASE), headers, traits);
                    case MISTRAL ->
                            MistralProvider.mistral(
                                    at(provider, MistralProvider.BASE), headers, traits);
                    case OPENAI ->
                            provider.quirks().chat().orElse(true)
                                    ? OpenAiProvider.openAi(
                                            at(provider, OpenAiProvider.BASE), headers, traits)
                                    : OpenAiProvider.withoutChat(
                                            at(provider, OpenAiProvider.BASE), headers, traits);
                    case OPENAI_COMPATIBLE -> compatible(provider, headers, traits);
                    case OPENROUTER ->
                            OpenRouterProvider.openRouter(
                                    at(provider, OpenRouterProvider.BASE), headers, traits);
                    case XAI -> XAiProvider.xAi(at(provider, XAiProvider.BASE), headers, traits);
                };
        return quirky(usual, provider.quirks());
    }

    private static LlmProvider compatible(
            Config.Provider provider, Headers headers, Function<String, ModelTraits> traits) {
        Config.Quirks quirks = provider.quirks();
        return OpenAiProvider.compatible(
                at(provider, OpenAiProvider.BASE),
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
