package dev.switchgear.families.llm.dialect;

import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.ChatRequest;

/// How clients ask for a count of tokens, and are answered. Stateless; thread-safe.
public interface ClientCounting {
    /// What is to be counted; without fields that only an answer needs.
    ChatRequest countable(byte[] body, String model) throws InvalidBody;

    /// @param estimated whether it is our estimate; dialects without a place for that leave it out,
    ///     the header tells
    byte[] counted(long tokens, boolean estimated);
}
