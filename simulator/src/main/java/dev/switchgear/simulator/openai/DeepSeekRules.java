package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.answer.ApiErrorException;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// What DeepSeek asks of messages beyond OpenAI's rules.
final class DeepSeekRules {
    private static final Set<String> ROLES = Set.of("system", "user", "assistant", "tool");

    private DeepSeekRules() {}

    /// Checks `messages`.
    ///
    /// @return how the answer is to begin; empty for any beginning
    static String check(JsonNode messages, Thinking thinking, boolean beta)
            throws ApiErrorException {
        String prefix = "";
        for (int i = 0; i < messages.size(); i++) {
            JsonNode message = messages.get(i);
            String role = message.path("role").asString("");
            if (!ROLES.contains(role)) {
                throw unreadable(
                        "messages["
                                + i
                                + "]: unknown variant `"
                                + role
                                + "`, expected one of `system`, `user`, `assistant`, `tool`");
            }
            for (JsonNode part : message.path("content")) {
                if (!part.path("type").asString("").equals("text")) {
                    throw unreadable(
                            "messages["
                                    + i
                                    + "]: unknown variant `"
                                    + part.path("type").asString("")
                                    + "`, expected `text`");
                }
            }
            boolean called = role.equals("assistant") && !message.path("tool_calls").isEmpty();
            if (thinking.on() && called && !message.path("reasoning_content").isString()) {
                throw OpenAiErrorShapes.invalid(
                        "",
                        "invalid_request_error",
                        "The reasoning_content in the thinking mode must be passed back to the"
                                + " API.");
            }
            if (message.path("prefix").asBoolean(false)) {
                prefix = prefix(message, role, i == messages.size() - 1, beta);
            }
        }
        return prefix;
    }

    private static String prefix(JsonNode message, String role, boolean last, boolean beta)
            throws ApiErrorException {
        if (!beta) {
            throw OpenAiErrorShapes.invalid(
                    "",
                    "invalid_request_error",
                    "The prefix parameter is only available in the beta API.");
        }
        if (!last || !role.equals("assistant")) {
            throw OpenAiErrorShapes.invalid(
                    "",
                    "invalid_request_error",
                    "The prefix parameter is only supported in the last assistant message.");
        }
        return ChatPrompt.text(message.path("content"));
    }

    private static ApiErrorException unreadable(String reason) {
        return OpenAiErrorShapes.error(
                422,
                "invalid_request_error",
                "",
                "invalid_request_error",
                "Failed to deserialize the JSON body into the target type: " + reason);
    }
}
