package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.answer.ApiErrorException;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Checks how a chat request wants its words drawn. The simulated model draws them in its own way.
final class ChatSampling {
    private ChatSampling() {}

    /// Models of xAI that think take no penalties and no stops.
    static void checkPenalties(JsonNode body) throws ApiErrorException {
        for (String field : List.of("presence_penalty", "frequency_penalty", "stop")) {
            if (body.hasNonNull(field)) {
                throw OpenAiErrorShapes.invalid(
                        field,
                        "unsupported_parameter",
                        "Argument not supported on this model: " + field);
            }
        }
    }

    /// @param fixed whether the model takes nothing but its defaults
    static void check(OpenAiFields fields, boolean fixed) throws ApiErrorException {
        fields.number("temperature", 0, 2);
        fields.number("top_p", 0, 1);
        fields.number("frequency_penalty", -2, 2);
        fields.number("presence_penalty", -2, 2);
        if (fixed) {
            fields.onlyDefault("temperature", 1);
            fields.onlyDefault("top_p", 1);
        }
    }
}
