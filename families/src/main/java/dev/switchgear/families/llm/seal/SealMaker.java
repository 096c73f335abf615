package dev.switchgear.families.llm.seal;

/// Who sealed something.
///
/// @param account the mark of the provider and the key
/// @param model its name at the provider
public record SealMaker(String account, String model) {}
