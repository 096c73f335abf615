package dev.switchgear.families.llm.chat;

import tools.jackson.databind.JsonNode;

/// A field of a request that has no neutral meaning: its dialect keeps it, others drop it by name.
///
/// @param field its path from the top: `logit_bias`, `generationConfig.speechConfig`
public record Extra(String field, JsonNode value) {}
