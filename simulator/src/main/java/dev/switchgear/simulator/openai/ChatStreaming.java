package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.answer.ApiErrorException;
import tools.jackson.databind.JsonNode;

/// Whether a chat request wants its answer in pieces, and what beside them.
///
/// @param includesUsage whether an event tells what it cost
/// @param padded whether events are made of one length, so that it tells nothing
record ChatStreaming(boolean on, boolean includesUsage, boolean padded) {
    static ChatStreaming of(JsonNode body, Flavour flavour) throws ApiErrorException {
        boolean strict = flavour == Flavour.OPENAI;
        boolean on = new OpenAiFields(body).flag("stream", false);
        JsonNode options = body.path("stream_options");
        if (strict && options.isObject() && !on) {
            throw OpenAiErrorShapes.invalid(
                    "stream_options",
                    "",
                    "The 'stream_options' parameter is only allowed when 'stream' is enabled.");
        }
        return new ChatStreaming(
                on,
                options.path("include_usage").asBoolean(false),
                strict && options.path("include_obfuscation").asBoolean(true));
    }
}
