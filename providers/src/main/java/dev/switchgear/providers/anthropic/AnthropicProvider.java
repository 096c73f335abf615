package dev.switchgear.providers.anthropic;

import dev.switchgear.dialects.anthropic.AnthropicProviderDialect;
import dev.switchgear.providers.fault.ErrorTable;
import dev.switchgear.providers.fault.Quotas;
import dev.switchgear.providers.llm.LlmPlace;
import dev.switchgear.providers.llm.LlmProvider;
import dev.switchgear.providers.llm.LlmProvider.Bounds;
import dev.switchgear.providers.llm.LlmProvider.Credential;
import dev.switchgear.providers.llm.LlmProvider.Listing;
import java.util.List;

/// Anthropic, and servers that speak alike.
public final class AnthropicProvider {
    /// Where Anthropic is.
    public static final String BASE = "https://api.anthropic.com";

    /// The version of the API that all of this is about; it has been the only one since 2023.
    public static final String VERSION = "2023-06-01";

    public static final ErrorTable ERRORS = AnthropicErrors.TABLE;

    /// `anthropic-ratelimit-*`.
    public static final Quotas QUOTAS = new AnthropicQuotas();

    /// `x-api-key`.
    public static final Credential KEY = new Credential("x-api-key", "");

    /// One page holds them all, and asking for it costs nothing.
    private static final Listing LISTING = new Listing("/v1/models?limit=1000", "data", "id", "");

    private AnthropicProvider() {}

    /// Anthropic itself.
    ///
    /// @param place with headers besides the API's version: `anthropic-workspace-id` and the like; a
    ///     version given here wins
    public static LlmProvider anthropic(LlmPlace place) {
        return compatible(place, KEY);
    }

    /// A server that speaks alike and may want its credential elsewhere, or Anthropic with a bearer
    /// token.
    public static LlmProvider compatible(LlmPlace place, Credential credential) {
        return new LlmProvider(
                place.sending("anthropic-version", VERSION),
                credential,
                "",
                List.of(new AnthropicPassing()),
                List.of(new AnthropicProviderDialect()),
                ERRORS,
                QUOTAS,
                LISTING,
                Bounds.DEFAULT);
    }
}
