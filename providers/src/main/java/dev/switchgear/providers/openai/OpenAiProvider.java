package dev.switchgear.providers.openai;

import dev.switchgear.dialects.openai.OpenAiFlavour;
import dev.switchgear.dialects.openai.OpenAiProviderDialect;
import dev.switchgear.dialects.responses.ResponsesFlavour;
import dev.switchgear.dialects.responses.ResponsesProviderDialect;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ModelTraits;
import dev.switchgear.families.llm.dialect.ProviderDialect;
import dev.switchgear.providers.fault.ErrorTable;
import dev.switchgear.providers.fault.QuotaHeaders;
import dev.switchgear.providers.fault.Quotas;
import dev.switchgear.providers.llm.LlmProvider;
import dev.switchgear.providers.llm.LlmProvider.Bounds;
import dev.switchgear.providers.llm.LlmProvider.Credential;
import dev.switchgear.providers.llm.LlmProvider.Listing;
import dev.switchgear.providers.llm.Passing;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.Headers;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// OpenAI, and servers that speak alike.
public final class OpenAiProvider {
    /// Where OpenAI is.
    public static final String BASE = "https://api.openai.com/v1";

    /// What the errors of OpenAI and of servers that speak alike mean.
    public static final ErrorTable ERRORS = OpenAiErrors.TABLE;

    /// `x-ratelimit-*`.
    public static final Quotas QUOTAS = new QuotaHeaders();

    private static final ProviderDialect COMPATIBLE =
            new OpenAiProviderDialect(OpenAiFlavour.COMPATIBLE);

    private OpenAiProvider() {}

    /// OpenAI itself.
    public static LlmProvider openAi(
            Endpoint endpoint, Headers headers, Function<String, ModelTraits> traits) {
        return andResponses(
                alike(
                        endpoint,
                        headers,
                        OpenAiFlavour.OPENAI,
                        OpenAiPassing.of(OpenAiFlavour.OPENAI),
                        ERRORS,
                        QUOTAS,
                        traits),
                ResponsesFlavour.OPENAI);
    }

    /// OpenAI where chat is not to be had, as with some of its models: everybody is served through
    /// Responses. Embeddings are as ever.
    public static LlmProvider withoutChat(
            Endpoint endpoint, Headers headers, Function<String, ModelTraits> traits) {
        LlmProvider both = openAi(endpoint, headers, traits);
        return new LlmProvider(
                both.endpoint(),
                both.headers(),
                both.credential(),
                both.query(),
                both.passing().stream().filter(one -> one.dialect() == Dialect.RESPONSES).toList(),
                both.words().reversed(),
                both.errors(),
                both.quotas(),
                both.listing(),
                both.traits(),
                both.bounds());
    }

    /// A server that speaks alike: some leave `[DONE]` out, and want their key elsewhere.
    public static LlmProvider compatible(
            Endpoint endpoint,
            Headers headers,
            Credential credential,
            String query,
            OpenAiPassing passing,
            Function<String, ModelTraits> traits) {
        return provider(
                endpoint,
                headers,
                credential,
                query,
                List.of(passing),
                List.of(COMPATIBLE),
                ERRORS,
                QUOTAS,
                traits);
    }

    /// A known provider whose differences from OpenAI are data.
    public static LlmProvider alike(
            Endpoint endpoint,
            Headers headers,
            OpenAiFlavour flavour,
            Passing passing,
            ErrorTable errors,
            Quotas quotas,
            Function<String, ModelTraits> traits) {
        return provider(
                endpoint,
                headers,
                Credential.BEARER,
                "",
                List.of(passing),
                List.of(new OpenAiProviderDialect(flavour)),
                errors,
                quotas,
                traits);
    }

    /// A known provider that no client's bytes reach as they are.
    public static LlmProvider worded(
            Endpoint endpoint,
            Headers headers,
            OpenAiFlavour flavour,
            ErrorTable errors,
            Quotas quotas,
            Function<String, ModelTraits> traits) {
        return provider(
                endpoint,
                headers,
                Credential.BEARER,
                "",
                List.of(),
                List.of(new OpenAiProviderDialect(flavour)),
                errors,
                quotas,
                traits);
    }

    /// The same provider where it speaks Responses too: its clients' bytes pass. Other requests are
    /// worded in it only where it does not offer the operation otherwise.
    public static LlmProvider andResponses(LlmProvider usual, ResponsesFlavour flavour) {
        var responses = new ResponsesProviderDialect(flavour);
        return new LlmProvider(
                usual.endpoint(),
                usual.headers(),
                usual.credential(),
                usual.query(),
                Stream.concat(usual.passing().stream(), Stream.of(Passing.of(responses))).toList(),
                Stream.concat(usual.words().stream(), Stream.of(responses)).toList(),
                usual.errors(),
                usual.quotas(),
                usual.listing(),
                usual.traits(),
                usual.bounds());
    }

    private static LlmProvider provider(
            Endpoint endpoint,
            Headers headers,
            Credential credential,
            String query,
            List<Passing> passing,
            List<ProviderDialect> words,
            ErrorTable errors,
            Quotas quotas,
            Function<String, ModelTraits> traits) {
        return new LlmProvider(
                endpoint,
                headers,
                credential,
                query,
                passing,
                words,
                errors,
                quotas,
                Listing.OPENAI,
                traits,
                Bounds.DEFAULT);
    }
}
