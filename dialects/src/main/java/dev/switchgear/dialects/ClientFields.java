package dev.switchgear.dialects;

import dev.switchgear.families.llm.Dialect;
import java.util.Map;

/// What clients of a dialect call the fields that every dialect has, so that they are told of their
/// own words. A field that is not here is told as chat calls it.
final class ClientFields {
    private static final Map<String, String> RESPONSES =
            Map.of(
                    "response_format", "text.format",
                    "response_format.json_schema", "text.format",
                    "reasoning_effort", "reasoning.effort");

    private static final Map<String, String> ANTHROPIC =
            Map.of(
                    "response_format", "output_config.format",
                    "response_format.json_schema", "output_config.format",
                    "stop", "stop_sequences",
                    "user", "metadata.user_id",
                    "parallel_tool_calls", "tool_choice.disable_parallel_tool_use");

    private static final Map<String, String> GEMINI =
            Map.of(
                    "response_format", "generationConfig.responseSchema",
                    "response_format.json_schema", "generationConfig.responseSchema",
                    "stop", "generationConfig.stopSequences",
                    "temperature", "generationConfig.temperature",
                    "top_p", "generationConfig.topP",
                    "top_k", "generationConfig.topK",
                    "seed", "generationConfig.seed",
                    "presence_penalty", "generationConfig.presencePenalty",
                    "frequency_penalty", "generationConfig.frequencyPenalty",
                    "tool_choice", "toolConfig.functionCallingConfig");

    private static final Map<String, String> OLLAMA =
            Map.of(
                    "response_format", "format",
                    "response_format.json_schema", "format",
                    "stop", "options.stop",
                    "temperature", "options.temperature",
                    "top_p", "options.top_p",
                    "top_k", "options.top_k",
                    "seed", "options.seed",
                    "presence_penalty", "options.presence_penalty",
                    "frequency_penalty", "options.frequency_penalty",
                    "reasoning_effort", "think");

    private ClientFields() {}

    /// @param what a field, or one with the reason behind a colon
    static String told(Dialect client, String what) {
        int colon = what.indexOf(':');
        String field = colon < 0 ? what : what.substring(0, colon);
        return named(client).getOrDefault(field, field) + what.substring(field.length());
    }

    private static Map<String, String> named(Dialect client) {
        return switch (client) {
            case RESPONSES -> RESPONSES;
            case ANTHROPIC -> ANTHROPIC;
            case GEMINI -> GEMINI;
            case OLLAMA, OLLAMA_GENERATE -> OLLAMA;
            case OPENAI, COMPLETIONS, OWN -> Map.of();
        };
    }
}
