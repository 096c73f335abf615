package dev.switchgear.families.llm.dialect;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.chat.ChatRequest;
import java.util.Optional;

/// How providers of a dialect are asked, and how they answer. Differences between providers of the
/// same dialect are data given to its constructor. Stateless; thread-safe.
public interface ProviderDialect {
    Dialect dialect();

    /// How the pieces of a streamed answer are parted.
    Framing framing();

    /// Where to send a request, behind the provider's base URL: path and query. Empty where the
    /// dialect does not offer the operation.
    Optional<String> path(Operation operation, String model, boolean streamed);

    Worded chat(ChatRequest asked, ModelTarget target) throws NotTranslatable;

    /// @param streamed whether events or a plain answer will be read
    AnswerReader answer(ModelTarget target, boolean streamed);

    /// Only where [#path] offers it.
    Worded count(ChatRequest asked, ModelTarget target) throws NotTranslatable;

    /// The number of tokens in the answer to [#count].
    long counted(byte[] body) throws MalformedAnswer;

    /// Only where [#path] offers it.
    Worded embeddings(EmbeddingsRequest asked, ModelTarget target) throws NotTranslatable;

    EmbeddingsAnswer embedded(byte[] body) throws MalformedAnswer;

    /// How the pieces of a streamed answer are parted.
    enum Framing {
        /// Server-sent events.
        EVENTS,
        /// A JSON object a line.
        LINES
    }
}
