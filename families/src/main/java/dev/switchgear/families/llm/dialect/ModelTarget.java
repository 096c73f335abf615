package dev.switchgear.families.llm.dialect;

import dev.switchgear.families.llm.model.ModelTraits;

/// For whom a request is worded.
///
/// @param model its name at the provider
/// @param account a mark of the provider and the key that will be asked, as signatures bear one; empty
///     where none is known
public record ModelTarget(String model, ModelTraits traits, String account) {
    /// A model of whichever account.
    public ModelTarget(String model, ModelTraits traits) {
        this(model, traits, "");
    }
}
