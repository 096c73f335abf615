package dev.switchgear.families.llm.dialect;

import java.util.Optional;

/// How a request whose bytes pass is fitted to a model that its client could not know, by the same
/// rules as one that is worded anew. Stateless; thread-safe.
public interface ProviderFitting {
    /// The body with its settings as the model takes them, and what of them was left out or changed;
    /// the same array where nothing needs to be.
    ///
    /// @param body of the provider's dialect; known to be well-formed
    /// @return empty where what is asked can only be said by wording the request anew
    /// @throws NotTranslatable if the model is known not to do what is asked
    Optional<Worded> fitted(byte[] body, ModelTarget target) throws NotTranslatable;
}
