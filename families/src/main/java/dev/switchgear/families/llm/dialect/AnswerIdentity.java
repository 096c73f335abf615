package dev.switchgear.families.llm.dialect;

import java.util.Optional;

/// What an answer is called where the provider's own name for it does not fit the dialect.
///
/// @param id the call's, letters, digits, `-` and `_`; writers put their dialect's prefix before it
/// @param createdSeconds since 1970
/// @param model the name the client used; shown where the provider names none
/// @param kept what the answer says of being kept; empty where the dialect or the client keeps nothing
///     with us. Then a provider's own name may stand
public record AnswerIdentity(String id, long createdSeconds, String model, Optional<Kept> kept) {
    /// Of an answer that nobody keeps.
    public AnswerIdentity(String id, long createdSeconds, String model) {
        this(id, createdSeconds, model, Optional.empty());
    }

    /// What an answer repeats of what it goes on with, and of where it goes.
    ///
    /// @param stored whether it can be asked for again
    /// @param previous the answer that it follows; empty for none
    /// @param conversation the conversation that it belongs to; empty for none
    /// @param background whether it was not waited for
    public record Kept(boolean stored, String previous, String conversation, boolean background) {}
}
