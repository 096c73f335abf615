package dev.switchgear.simulator.ollama;

import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.mind.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// What a request says, in messages or in one text.
///
/// @param last the text of the last user message
/// @param all the text of all messages
/// @param images how many the last message shows
/// @param toolResults what the tools said, where the last messages are theirs
/// @param tokens what it costs
/// @param empty whether nothing was said
record OllamaPrompt(
        String last, String all, int images, List<String> toolResults, int tokens, boolean empty) {
    private static final Set<String> ROLES = Set.of("system", "user", "assistant", "tool");
    private static final int MESSAGE_OVERHEAD = 4;
    private static final int IMAGE_TOKENS = 85;

    OllamaPrompt {
        toolResults = List.copyOf(toolResults);
    }

    /// What `/api/chat` takes.
    static OllamaPrompt ofMessages(JsonNode body) throws ApiErrorException {
        JsonNode messages = body.path("messages");
        check(messages);
        var all = new StringBuilder();
        int tokens = 0;
        for (JsonNode message : messages) {
            String text = message.path("content").asString("");
            all.append(text).append('\n');
            tokens += MESSAGE_OVERHEAD + Tokens.estimate(text);
            tokens += IMAGE_TOKENS * message.path("images").size();
            JsonNode calls = message.path("tool_calls");
            tokens += calls.isEmpty() ? 0 : Tokens.estimate(calls.toString());
        }
        List<String> results = new ArrayList<>();
        for (int i = messages.size() - 1; i >= 0 && isTool(messages.get(i)); i--) {
            results.addFirst(messages.get(i).path("content").asString(""));
        }
        int images =
                messages.isEmpty() ? 0 : messages.get(messages.size() - 1).path("images").size();
        return new OllamaPrompt(
                lastOfUser(messages), all.toString(), images, results, tokens, messages.isEmpty());
    }

    /// What `/api/generate` takes.
    static OllamaPrompt ofText(JsonNode body) {
        String prompt = body.path("prompt").asString("");
        String all = body.path("system").asString("") + "\n" + prompt + "\n";
        int images = body.path("images").size();
        int tokens = MESSAGE_OVERHEAD + Tokens.estimate(all) + IMAGE_TOKENS * images;
        return new OllamaPrompt(prompt, all, images, List.of(), tokens, prompt.isEmpty());
    }

    private static boolean isTool(JsonNode message) {
        return message.path("role").asString("").equals("tool");
    }

    private static void check(JsonNode messages) throws ApiErrorException {
        if (!messages.isMissingNode() && !messages.isArray()) {
            throw OllamaErrorShapes.invalid(
                    "json: cannot unmarshal "
                            + messages.getNodeType().name().toLowerCase(java.util.Locale.ROOT)
                            + " into Go struct field ChatRequest.messages of type []api.Message");
        }
        for (JsonNode message : messages) {
            String role = message.path("role").asString("");
            if (!ROLES.contains(role)) {
                throw OllamaErrorShapes.invalid(
                        "invalid role: \""
                                + role
                                + "\", role must be one of [\"system\", \"user\", \"assistant\","
                                + " \"tool\"]");
            }
            if (message.path("content").isArray()) {
                throw OllamaErrorShapes.invalid(
                        "json: cannot unmarshal array into Go struct field"
                                + " ChatRequest.messages.content of type string");
            }
            for (JsonNode image : message.path("images")) {
                if (!image.asString("").matches("[A-Za-z0-9+/=\\s]+")) {
                    throw OllamaErrorShapes.invalid("illegal base64 data at input byte 4");
                }
            }
            for (JsonNode call : message.path("tool_calls")) {
                if (!call.path("function").path("arguments").isObject()) {
                    throw OllamaErrorShapes.invalid(
                            "json: cannot unmarshal string into Go struct field"
                                    + " ChatRequest.messages.tool_calls.function.arguments of type"
                                    + " api.ToolCallFunctionArguments");
                }
            }
        }
    }

    private static String lastOfUser(JsonNode messages) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (messages.get(i).path("role").asString("").equals("user")) {
                return messages.get(i).path("content").asString("");
            }
        }
        return messages.isEmpty()
                ? ""
                : messages.get(messages.size() - 1).path("content").asString("");
    }
}
