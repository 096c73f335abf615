package dev.switchgear.families.llm.dialect;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Part;
import java.util.Optional;

/// How providers of a dialect are asked, and how they answer. Differences between providers of the
/// same dialect are data given to its constructor. Stateless; thread-safe.
public interface ProviderDialect {
    Dialect dialect();

    /// How the pieces of a streamed answer are parted.
    Framing framing();

    /// Whether the provider is given thoughts back that nobody signed, with the calls behind them.
    default boolean wantsThoughtsBack() {
        return false;
    }

    /// Where a chat goes, behind the provider's base URL: path and query.
    String chatPath(String model, boolean streamed);

    Worded chat(ChatRequest asked, ModelTarget target) throws NotTranslatable;

    /// @param streamed whether events or a plain answer will be read
    AnswerReader answer(ModelTarget target, boolean streamed);

    /// How requests of this dialect's clients are fitted to a model.
    ProviderFitting fitting();

    /// The same request with marks of the prompt cache, where the client set none and this model
    /// remembers only what is marked.
    default ChatRequest marked(ChatRequest asked, ModelTarget target, Part.CacheMark mark) {
        return asked;
    }

    /// Empty where the provider does not count tokens.
    Optional<ProviderCounting> counting();

    /// Empty where the provider makes no vectors.
    Optional<ProviderEmbedding> embedding();

    /// Where to send a request, behind the provider's base URL: path and query. Empty where the
    /// provider does not offer the operation.
    default Optional<String> path(Operation operation, String model, boolean streamed) {
        return switch (operation) {
            case CHAT -> Optional.of(chatPath(model, streamed));
            case COUNT_TOKENS -> counting().map(counting -> counting.countPath(model));
            case EMBEDDINGS, BATCH_EMBEDDINGS ->
                    embedding().map(embedding -> embedding.embeddingsPath(model));
        };
    }

    /// How the pieces of a streamed answer are parted.
    enum Framing {
        /// Server-sent events.
        EVENTS,
        /// A JSON object a line.
        LINES
    }
}
