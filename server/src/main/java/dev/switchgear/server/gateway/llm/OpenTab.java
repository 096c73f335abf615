package dev.switchgear.server.gateway.llm;

import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.Tab;
import dev.switchgear.families.llm.model.Tokenizer;
import dev.switchgear.families.llm.price.Cost;

/// The tab of a call under way. Thread-safe.
public interface OpenTab extends Tab, AutoCloseable {
    /// What an answer cost, by the prices that held when its call came.
    Cost cost(UpstreamId upstream, String model, LlmReply reply);

    /// How a model of an upstream cuts text into tokens.
    Tokenizer tokenizer(UpstreamId upstream, String model);

    /// The call is over. Once all attempts that began have ended, which the last of them sees to, what
    /// they came to is entered into the books, and what was held back is given back as far as it was
    /// not spent.
    @Override
    void close();
}
