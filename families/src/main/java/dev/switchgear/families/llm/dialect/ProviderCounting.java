package dev.switchgear.families.llm.dialect;

import dev.switchgear.families.llm.chat.ChatRequest;

/// How a provider is asked for a count of tokens. Stateless; thread-safe.
public interface ProviderCounting {
    /// Behind the provider's base URL.
    String countPath(String model);

    Worded count(ChatRequest asked, ModelTarget target) throws NotTranslatable;

    /// The number of tokens in the answer to [#count].
    long counted(byte[] body) throws MalformedAnswer;
}
