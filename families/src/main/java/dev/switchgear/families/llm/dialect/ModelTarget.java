package dev.switchgear.families.llm.dialect;

import dev.switchgear.families.llm.model.ModelTraits;

/// For whom a request is worded.
///
/// @param model its name at the provider
public record ModelTarget(String model, ModelTraits traits) {}
