package dev.switchgear.simulator.mind;

import tools.jackson.databind.JsonNode;

/// A tool that a model may call.
///
/// @param parameters the schema of its arguments; missing where it has none, or takes text
/// @param freeText whether it takes text instead of JSON
public record OfferedTool(String name, String description, JsonNode parameters, boolean freeText) {}
