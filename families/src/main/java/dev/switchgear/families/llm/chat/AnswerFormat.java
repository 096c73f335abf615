package dev.switchgear.families.llm.chat;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The form the answer's text must have.
public sealed interface AnswerFormat {
    record Text() implements AnswerFormat {}

    /// Some JSON object.
    record JsonObject() implements AnswerFormat {}

    /// @param name for the provider; empty where not said
    /// @param description empty where not said
    /// @param strict empty where not said
    record JsonSchema(String name, String description, JsonNode schema, Optional<Boolean> strict)
            implements AnswerFormat {}
}
