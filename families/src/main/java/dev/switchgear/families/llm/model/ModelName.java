package dev.switchgear.families.llm.model;

/// Names a model at a configured account.
///
/// @param provider the account's id; what an override says under it comes first
/// @param kind what the account speaks to, such as `anthropic`: under this the built-in data stands
/// @param model as the provider knows it
public record ModelName(String provider, String kind, String model) {}
