package dev.switchgear.families.llm.dialect;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.ChatRequest;

/// How clients of a dialect ask, and how they are answered. Stateless; thread-safe.
///
/// Bodies have been proved to be well-formed JSON objects in UTF-8 within limits. A field of a wrong
/// type, and a missing one without which nothing can be asked, is an [InvalidBody] that names it; an
/// unknown one becomes an [dev.switchgear.families.llm.chat.Extra].
public interface ClientDialect {
    Dialect dialect();

    /// @param model from the body or the path
    /// @param streamed from the body or the path
    ChatRequest chat(byte[] body, String model, boolean streamed) throws InvalidBody;

    /// @param asked what is answered, for wishes about the answer (usage in streams and the like)
    AnswerWriter answer(ChatRequest asked, AnswerIdentity identity);

    /// What is to be counted; without fields that only an answer needs.
    ChatRequest countable(byte[] body, String model) throws InvalidBody;

    /// The answer to a question for a count.
    ///
    /// @param estimated whether it is our estimate; dialects without a place for that leave it out,
    ///     the header tells
    byte[] counted(long tokens, boolean estimated);

    /// @throws InvalidBody also where the dialect has no embeddings
    EmbeddingsRequest embeddings(byte[] body, String model) throws InvalidBody;

    byte[] embedded(EmbeddingsRequest asked, EmbeddingsAnswer answer);
}
