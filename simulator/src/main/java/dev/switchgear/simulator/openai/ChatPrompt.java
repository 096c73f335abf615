package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.mind.OfferedModel;
import dev.switchgear.simulator.mind.Tokens;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// What the messages of a chat request say.
///
/// @param last the text of the last user message
/// @param all the text of all messages
/// @param images how many the last message shows
/// @param toolResults what the tools said, where the last messages are theirs
/// @param prefix how the answer is to begin, which it does not repeat; empty for none
/// @param tokens what the prompt costs, as far as the flavour reads it
record ChatPrompt(
        String last, String all, int images, List<String> toolResults, String prefix, int tokens) {
    private static final Set<String> ROLES =
            Set.of("developer", "system", "user", "assistant", "tool", "function");
    private static final Set<String> USER_PARTS =
            Set.of("text", "image_url", "input_audio", "file");
    private static final int MESSAGE_OVERHEAD = 4;
    private static final int IMAGE_TOKENS = 85;

    ChatPrompt {
        toolResults = List.copyOf(toolResults);
    }

    /// Checks every message as the API does.
    ///
    /// @param messages those of `body`, one or more
    static ChatPrompt of(
            JsonNode messages, JsonNode body, OfferedModel model, Flavour flavour, String prefix)
            throws ApiErrorException {
        check(messages, flavour);
        JsonNode last = messages.get(messages.size() - 1);
        int tokens = tokens(messages, body);
        return new ChatPrompt(
                lastOf(messages, "user"),
                allText(messages),
                images(last),
                results(messages),
                prefix,
                flavour.cutsPrompts() ? Math.min(tokens, model.context() / 2) : tokens);
    }

    /// What the tools said, where they spoke last.
    private static List<String> results(JsonNode messages) {
        List<String> results = new ArrayList<>();
        for (int i = messages.size() - 1; i >= 0 && isResult(messages.get(i)); i--) {
            results.addFirst(text(messages.get(i).path("content")));
        }
        return results;
    }

    private static boolean isResult(JsonNode message) {
        return Set.of("tool", "function").contains(message.path("role").asString(""));
    }

    /// The messages of a request, which has one or more.
    static JsonNode messages(JsonNode body) throws ApiErrorException {
        JsonNode messages = body.path("messages");
        if (messages.isMissingNode() || messages.isNull()) {
            throw OpenAiErrorShapes.invalid(
                    "messages",
                    "missing_required_parameter",
                    "Missing required parameter: 'messages'.");
        }
        if (!messages.isArray()) {
            throw OpenAiFields.wrongType("messages", "an array of objects", messages);
        }
        if (messages.isEmpty()) {
            throw OpenAiErrorShapes.invalid(
                    "messages",
                    "empty_array",
                    "Invalid 'messages': empty array. Expected an array with minimum length 1, but"
                            + " got an empty array instead.");
        }
        for (int i = 0; i < messages.size(); i++) {
            if (!messages.get(i).isObject()) {
                throw OpenAiFields.wrongType("messages[" + i + "]", "an object", messages.get(i));
            }
        }
        return messages;
    }

    private static void check(JsonNode messages, Flavour flavour) throws ApiErrorException {
        Set<String> awaited = new LinkedHashSet<>();
        int asked = 0;
        for (int i = 0; i < messages.size(); i++) {
            JsonNode message = messages.get(i);
            String at = "messages[" + i + "]";
            String role = role(message, at);
            if (flavour.lenient()) {
                continue;
            }
            if (role.equals("tool")) {
                checkResult(message, at, awaited);
            } else {
                requireAnswered(awaited, asked);
            }
            checkContent(message, role, at);
            if (role.equals("assistant")) {
                for (JsonNode call : message.path("tool_calls")) {
                    awaited.add(call.path("id").asString(""));
                    asked = i;
                }
            }
        }
        requireAnswered(awaited, asked);
    }

    private static String role(JsonNode message, String at) throws ApiErrorException {
        String role = message.path("role").asString("");
        if (!ROLES.contains(role)) {
            throw OpenAiErrorShapes.invalid(
                    at + ".role",
                    role.isEmpty() ? "missing_required_parameter" : "invalid_value",
                    role.isEmpty()
                            ? "Missing required parameter: '" + at + ".role'."
                            : "Invalid value: '"
                                    + role
                                    + "'. Supported values are: 'system', 'assistant', 'user',"
                                    + " 'function', 'tool', and 'developer'.");
        }
        return role;
    }

    /// Takes what `message` answers out of `awaited`.
    private static void checkResult(JsonNode message, String at, Set<String> awaited)
            throws ApiErrorException {
        String id = message.path("tool_call_id").asString("");
        if (id.isEmpty()) {
            throw OpenAiErrorShapes.invalid(
                    at + ".tool_call_id",
                    "missing_required_parameter",
                    "Missing required parameter: '" + at + ".tool_call_id'.");
        }
        if (!awaited.remove(id)) {
            throw OpenAiErrorShapes.invalid(
                    at + ".role",
                    "",
                    "Invalid parameter: messages with role 'tool' must be a response to a"
                            + " preceeding message with 'tool_calls'.");
        }
    }

    private static void requireAnswered(Set<String> awaited, int asked) throws ApiErrorException {
        if (!awaited.isEmpty()) {
            throw OpenAiErrorShapes.invalid(
                    "messages.[" + (asked + 1) + "].role",
                    "",
                    "An assistant message with 'tool_calls' must be followed by tool messages"
                            + " responding to each 'tool_call_id'. The following tool_call_ids did"
                            + " not have response messages: "
                            + String.join(", ", awaited));
        }
    }

    private static void checkContent(JsonNode message, String role, String at)
            throws ApiErrorException {
        JsonNode content = message.path("content");
        if (content.isString()) {
            return;
        }
        boolean assistant = role.equals("assistant");
        if (content.isArray()) {
            for (int i = 0; i < content.size(); i++) {
                String type = content.get(i).path("type").asString("");
                boolean fits =
                        type.equals("text")
                                || (assistant && type.equals("refusal"))
                                || (role.equals("user") && USER_PARTS.contains(type));
                if (!fits) {
                    throw OpenAiErrorShapes.invalid(
                            at + ".content[" + i + "].type",
                            "invalid_value",
                            "Invalid value: '" + type + "' in a message of role '" + role + "'.");
                }
            }
            return;
        }
        boolean absent = content.isMissingNode() || content.isNull();
        boolean mayBeAbsent =
                assistant
                        && (message.has("tool_calls")
                                || message.has("function_call")
                                || message.has("refusal")
                                || message.has("audio"));
        if (!absent || !mayBeAbsent) {
            throw OpenAiErrorShapes.invalid(
                    at + ".content",
                    "invalid_type",
                    "Invalid type for '"
                            + at
                            + ".content': expected one of a string or array of objects, but got "
                            + (absent ? "null" : OpenAiFields.typeOf(content))
                            + " instead.");
        }
    }

    private static String allText(JsonNode messages) {
        var all = new StringBuilder();
        for (JsonNode message : messages) {
            all.append(text(message.path("content"))).append('\n');
        }
        return all.toString();
    }

    private static String lastOf(JsonNode messages, String role) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (messages.get(i).path("role").asString("").equals(role)) {
                return text(messages.get(i).path("content"));
            }
        }
        return text(messages.get(messages.size() - 1).path("content"));
    }

    private static int images(JsonNode message) {
        int images = 0;
        for (JsonNode part : message.path("content")) {
            images += part.path("type").asString("").equals("image_url") ? 1 : 0;
        }
        return images;
    }

    private static int tokens(JsonNode messages, JsonNode body) {
        int tokens = 3;
        for (JsonNode message : messages) {
            tokens += MESSAGE_OVERHEAD + Tokens.estimate(text(message.path("content")));
            for (JsonNode part : message.path("content")) {
                tokens += part.path("type").asString("").equals("text") ? 0 : IMAGE_TOKENS;
            }
            JsonNode calls = message.path("tool_calls");
            tokens += calls.isEmpty() ? 0 : Tokens.estimate(calls.toString());
        }
        for (String extra : List.of("tools", "functions")) {
            JsonNode given = body.path(extra);
            tokens += given.isEmpty() ? 0 : Tokens.estimate(given.toString());
        }
        JsonNode schema = body.path("response_format").path("json_schema");
        return tokens + (schema.isEmpty() ? 0 : Tokens.estimate(schema.toString()));
    }

    /// The text in a message's content, whether a string or parts.
    static String text(JsonNode content) {
        if (content.isString()) {
            return content.stringValue();
        }
        var text = new StringBuilder();
        for (JsonNode part : content) {
            if (part.path("text").isString()) {
                text.append(text.isEmpty() ? "" : " ").append(part.get("text").stringValue());
            }
        }
        return text.toString();
    }
}
