package dev.switchgear.providers.llm;

import dev.switchgear.families.llm.model.ModelTraits;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.Headers;
import java.util.function.Function;

/// Where one provider is, and what is known there that its company does not say. Immutable.
///
/// @param headers sent with every request besides the credential: `OpenAI-Organization` and the like
/// @param traits what is known of a model, by its name at the provider
public record LlmPlace(Endpoint endpoint, Headers headers, Function<String, ModelTraits> traits) {
    /// The same place, where a header of that name is sent unless one is already.
    public LlmPlace sending(String header, String value) {
        return headers.first(header).isPresent()
                ? this
                : new LlmPlace(endpoint, headers.with(header, value), traits);
    }
}
