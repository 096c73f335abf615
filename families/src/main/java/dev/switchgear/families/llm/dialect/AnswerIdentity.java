package dev.switchgear.families.llm.dialect;

/// What an answer is called where the provider's own name for it does not fit the dialect.
///
/// @param id the call's, letters, digits, `-` and `_`; writers put their dialect's prefix before it
/// @param createdSeconds since 1970
/// @param model the name the client used; shown where the provider names none
public record AnswerIdentity(String id, long createdSeconds, String model) {}
