package dev.switchgear.server.gateway.llm;

import dev.switchgear.families.llm.call.Tab;

/// The tab of a call under way. Thread-safe.
public interface OpenTab extends Tab, AutoCloseable {
    /// The call is over. Once all attempts that began have ended, which the last of them sees to, what
    /// they came to is entered into the books, and what was held back is given back as far as it was
    /// not spent.
    @Override
    void close();
}
