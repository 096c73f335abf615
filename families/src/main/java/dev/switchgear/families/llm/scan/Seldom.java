package dev.switchgear.families.llm.scan;

/// What a request holds that only few servers take of those that speak OpenAI's dialects.
///
/// @param developer whether a turn is a developer's: OpenAI's newer name for instructions
/// @param customTools whether something is of the type `custom`: a tool of chat that is no function, or a
///     call of one
/// @param clientRunTools whether something is of the type of a tool of Responses that its client runs and
///     that is no function, or of an item of its calls
public record Seldom(boolean developer, boolean customTools, boolean clientRunTools) {}
