package dev.switchgear.families.llm.dialect;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.scan.ScanRules;
import java.util.Optional;

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

    /// Empty where clients have no way to ask for a count of tokens.
    Optional<ClientCounting> counting();

    /// Empty where clients have no way to ask for vectors.
    Optional<ClientEmbedding> embedding();

    /// What is to be found in a body before anybody reads it.
    ScanRules scanRules();
}
