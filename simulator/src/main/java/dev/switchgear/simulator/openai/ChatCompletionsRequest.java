package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.mind.OfferedModel;
import dev.switchgear.simulator.mind.OfferedTool;
import dev.switchgear.simulator.mind.Tokens;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// A chat request that the API accepts (section 2).
///
/// @param prompt the text of the last user message
/// @param allText the text of all messages
/// @param images how many the last user message shows
/// @param toolResult what the tool said, where the last message is a tool's
/// @param tools those that may be called
/// @param forcedTool the one that must be called; empty for none in particular
/// @param toolRequired whether some tool must be called
/// @param schema what a structured answer must satisfy; missing for none
/// @param maxTokens the bound on the answer
/// @param thinks whether the model thinks first
/// @param shown whether the answer shows what it thought
/// @param thoughtsMax bound on the tokens of thoughts
/// @param prefix how the answer is to begin, which it does not repeat; empty for none
record ChatCompletionsRequest(
        Flavour flavour,
        OfferedModel model,
        String prompt,
        String allText,
        int images,
        List<String> toolResult,
        List<OfferedTool> tools,
        String forcedTool,
        boolean toolRequired,
        boolean parallel,
        boolean legacyFunctions,
        String format,
        JsonNode schema,
        int choices,
        int maxTokens,
        List<String> stop,
        String effort,
        boolean thinks,
        boolean shown,
        int thoughtsMax,
        String prefix,
        boolean logprobs,
        int topLogprobs,
        boolean streamed,
        boolean includeUsage,
        boolean obfuscation,
        String serviceTier,
        int promptTokens) {
    private static final Set<String> ROLES =
            Set.of("developer", "system", "user", "assistant", "tool", "function");
    private static final Set<String> USER_PARTS =
            Set.of("text", "image_url", "input_audio", "file");
    private static final int MESSAGE_OVERHEAD = 4;
    private static final int IMAGE_TOKENS = 85;
    private static final JsonNode NONE = JsonNodeFactory.instance.missingNode();

    ChatCompletionsRequest {
        toolResult = List.copyOf(toolResult);
        tools = List.copyOf(tools);
        stop = List.copyOf(stop);
    }

    /// Checks every field as the API does.
    ///
    /// @param beta whether it came to DeepSeek's beta address
    static ChatCompletionsRequest of(
            JsonNode body, OfferedModel model, Flavour flavour, boolean beta)
            throws ApiErrorException {
        boolean reasoning = model.purpose() == OfferedModel.Purpose.REASONING;
        boolean strict = flavour == Flavour.OPENAI;
        var fields = new OpenAiFields(body);
        if (model.purpose() == OfferedModel.Purpose.EMBEDDING) {
            throw OpenAiErrorShapes.error(
                    404,
                    "invalid_request_error",
                    "model",
                    "",
                    "This is not a chat model and thus not supported in the v1/chat/completions"
                            + " endpoint. Did you mean to use v1/embeddings?");
        }
        JsonNode messages = fields.messages();
        Thinking thinking = Thinking.of(body, model, flavour);
        String effort = thinking.effort();
        String prefix = "";
        if (flavour == Flavour.DEEPSEEK) {
            prefix = DeepSeekRules.check(messages, thinking, beta);
        }
        if (flavour == Flavour.XAI && reasoning) {
            checkPenalties(body);
        }
        checkMessages(messages, flavour);
        fields.number("temperature", 0, 2);
        fields.number("top_p", 0, 1);
        fields.number("frequency_penalty", -2, 2);
        fields.number("presence_penalty", -2, 2);
        if (strict && reasoning && !effort.equals("none")) {
            fields.onlyDefault("temperature", 1);
            fields.onlyDefault("top_p", 1);
        }
        int choices = Math.min(fields.integer("n", 1, 128, 1), flavour.choicesMax());
        boolean streamed = fields.flag("stream", false);
        if (strict && body.path("stream_options").isObject() && !streamed) {
            throw OpenAiErrorShapes.invalid(
                    "stream_options",
                    "",
                    "The 'stream_options' parameter is only allowed when 'stream' is enabled.");
        }
        JsonNode options = body.path("stream_options");
        int topLogprobs = fields.integer("top_logprobs", 0, 20, 0);
        boolean logprobs = fields.flag("logprobs", false);
        if (topLogprobs > 0 && !logprobs) {
            throw OpenAiErrorShapes.invalid(
                    "top_logprobs",
                    "",
                    "'top_logprobs' is only allowed when 'logprobs' is enabled.");
        }
        int maxTokens = maxTokens(fields, body, model, flavour);
        boolean legacy = !body.has("tools") && body.path("functions").size() > 0;
        List<OfferedTool> tools =
                tools(legacy ? body.path("functions") : body.path("tools"), legacy, flavour);
        if (strict && tools.isEmpty()) {
            forbidWithoutTools(body);
        }
        JsonNode choice =
                flavour == Flavour.OLLAMA
                        ? NONE
                        : body.path(legacy ? "function_call" : "tool_choice");
        String forced = forced(choice, tools);
        String mode = choice.asString(choice.path("allowed_tools").path("mode").asString("auto"));
        if (choice.isString() && !Set.of("none", "auto", "required").contains(mode)) {
            throw OpenAiErrorShapes.invalid(
                    "tool_choice",
                    "invalid_value",
                    "Invalid value: '"
                            + mode
                            + "'. Supported values are: 'none', 'auto', and 'required'.");
        }
        List<OfferedTool> callable =
                mode.equals("none") && forced.isEmpty() ? List.of() : allowed(tools, choice);
        String allText = allText(messages);
        JsonNode format = body.path("response_format");
        String formatType = format(format, allText, flavour);
        JsonNode last = messages.get(messages.size() - 1);
        String prompt = lastOf(messages, "user");
        int wholePrompt = promptTokens(messages, body);
        int promptTokens =
                flavour.cutsPrompts() ? Math.min(wholePrompt, model.context() / 2) : wholePrompt;
        int room = model.context() - promptTokens;
        boolean unbounded = maxTokens == Integer.MAX_VALUE || flavour.lenient();
        if (room < (unbounded ? 0 : maxTokens)) {
            throw tooLong(model, promptTokens, maxTokens);
        }
        return new ChatCompletionsRequest(
                flavour,
                model,
                prompt,
                allText,
                images(messages),
                Set.of("tool", "function").contains(last.path("role").asString(""))
                        ? List.of(text(last.path("content")))
                        : List.of(),
                callable,
                forced,
                mode.equals("required") || !forced.isEmpty(),
                fields.flag("parallel_tool_calls", flavour != Flavour.LLAMA_CPP),
                legacy,
                formatType,
                formatType.equals("json_schema") ? format.path("json_schema").path("schema") : NONE,
                choices,
                Math.min(Math.min(maxTokens, model.maxOutput()), Math.max(1, room)),
                fields.stop(flavour.stopsMax()),
                effort,
                thinking.on(),
                thinking.shown(),
                thinking.tokensMax(),
                prefix,
                logprobs,
                topLogprobs,
                streamed,
                options.path("include_usage").asBoolean(false),
                strict && options.path("include_obfuscation").asBoolean(true),
                fields.tier(),
                promptTokens);
    }

    private static ApiErrorException tooLong(OfferedModel model, int promptTokens, int maxTokens) {
        String message =
                maxTokens == Integer.MAX_VALUE
                        ? "This model's maximum context length is %d tokens. However, your messages"
                              + " resulted in %d tokens. Please reduce the length of the messages."
                        : "This model's maximum context length is %d tokens. However, you requested"
                                + " %d tokens (%d in the messages, %d in the completion). Please"
                                + " reduce the length of the messages or completion.";
        return OpenAiErrorShapes.invalid(
                "messages",
                "context_length_exceeded",
                maxTokens == Integer.MAX_VALUE
                        ? String.format(Locale.ROOT, message, model.context(), promptTokens)
                        : String.format(
                                Locale.ROOT,
                                message,
                                model.context(),
                                (long) promptTokens + maxTokens,
                                promptTokens,
                                maxTokens));
    }

    private static int maxTokens(
            OpenAiFields fields, JsonNode body, OfferedModel model, Flavour flavour)
            throws ApiErrorException {
        boolean reasoning =
                flavour == Flavour.OPENAI && model.purpose() == OfferedModel.Purpose.REASONING;
        int old = fields.integer("max_tokens", 1, Integer.MAX_VALUE, Integer.MAX_VALUE);
        if (reasoning && body.hasNonNull("max_tokens")) {
            throw OpenAiErrorShapes.invalid(
                    "max_tokens",
                    "unsupported_parameter",
                    "Unsupported parameter: 'max_tokens' is not supported with this model. Use"
                            + " 'max_completion_tokens' instead.");
        }
        int max =
                flavour.readsMaxCompletionTokens()
                        ? fields.integer("max_completion_tokens", 1, Integer.MAX_VALUE, old)
                        : old;
        boolean checked = flavour == Flavour.OPENAI || flavour == Flavour.DEEPSEEK;
        if (checked && max != Integer.MAX_VALUE && max > model.maxOutput()) {
            String field =
                    body.hasNonNull("max_completion_tokens")
                            ? "max_completion_tokens"
                            : "max_tokens";
            throw OpenAiErrorShapes.invalid(
                    field,
                    "invalid_value",
                    field
                            + " is too large: "
                            + max
                            + ". This model supports at most "
                            + model.maxOutput()
                            + " completion tokens, whereas you provided "
                            + max
                            + ".");
        }
        return max;
    }

    /// Models of xAI that think take no penalties and no stops.
    private static void checkPenalties(JsonNode body) throws ApiErrorException {
        for (String field : List.of("presence_penalty", "frequency_penalty", "stop")) {
            if (body.hasNonNull(field)) {
                throw OpenAiErrorShapes.invalid(
                        field,
                        "unsupported_parameter",
                        "Argument not supported on this model: " + field);
            }
        }
    }

    private static void checkMessages(JsonNode messages, Flavour flavour) throws ApiErrorException {
        Set<String> awaited = new LinkedHashSet<>();
        int asked = 0;
        for (int i = 0; i < messages.size(); i++) {
            JsonNode message = messages.get(i);
            String at = "messages[" + i + "]";
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
            if (flavour.lenient()) {
                continue;
            }
            if (role.equals("tool")) {
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

    private static List<OfferedTool> tools(JsonNode given, boolean legacy, Flavour flavour)
            throws ApiErrorException {
        List<OfferedTool> tools = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            JsonNode entry = given.get(i);
            String type = entry.path("type").asString("function");
            boolean custom = type.equals("custom");
            boolean hosted = !legacy && !custom && !type.equals("function");
            if (hosted && flavour == Flavour.OPENROUTER) {
                // Tools that run there are accepted and never used.
                continue;
            }
            JsonNode tool = legacy ? entry : entry.path(custom ? "custom" : "function");
            String at = legacy ? "functions[" + i + "]" : "tools[" + i + "].function";
            String name = tool.path("name").asString("");
            if (name.isEmpty()) {
                throw OpenAiErrorShapes.invalid(
                        at + ".name",
                        "missing_required_parameter",
                        "Missing required parameter: '" + at + ".name'.");
            }
            if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
                throw OpenAiErrorShapes.invalid(
                        at + ".name",
                        "invalid_value",
                        "Invalid '"
                                + at
                                + ".name': string does not match pattern. Expected a string that"
                                + " matches the pattern '^[a-zA-Z0-9_-]+$'.");
            }
            JsonNode parameters = tool.path("parameters");
            if (parameters.isObject()
                    && parameters.has("type")
                    && !parameters.path("type").asString("").equals("object")) {
                throw OpenAiErrorShapes.invalid(
                        at + ".parameters",
                        "invalid_function_parameters",
                        "Invalid schema for function '"
                                + name
                                + "': schema must be a JSON Schema of 'type: \"object\"', got"
                                + " 'type: \""
                                + parameters.path("type").asString("")
                                + "\"'.");
            }
            tools.add(
                    new OfferedTool(
                            name, tool.path("description").asString(""), parameters, custom));
        }
        return tools;
    }

    private static void forbidWithoutTools(JsonNode body) throws ApiErrorException {
        for (String field : List.of("tool_choice", "parallel_tool_calls")) {
            boolean harmless =
                    field.equals("tool_choice") && body.path(field).asString("").equals("none");
            if (body.hasNonNull(field) && !harmless) {
                throw OpenAiErrorShapes.invalid(
                        field,
                        "",
                        "Invalid value for '"
                                + field
                                + "': '"
                                + field
                                + "' is only allowed when 'tools' are specified.");
            }
        }
    }

    private static String forced(JsonNode choice, List<OfferedTool> tools)
            throws ApiErrorException {
        String name =
                choice.path("function")
                        .path("name")
                        .asString(
                                choice.path("custom")
                                        .path("name")
                                        .asString(choice.path("name").asString("")));
        if (!name.isEmpty() && tools.stream().noneMatch(tool -> tool.name().equals(name))) {
            throw OpenAiErrorShapes.invalid(
                    "tool_choice",
                    "",
                    "Invalid value for 'tool_choice': the function '"
                            + name
                            + "' was not found in 'tools'.");
        }
        return name;
    }

    private static List<OfferedTool> allowed(List<OfferedTool> tools, JsonNode choice) {
        JsonNode names = choice.path("allowed_tools").path("tools");
        if (names.isEmpty()) {
            return tools;
        }
        Set<String> allowed = new LinkedHashSet<>();
        for (JsonNode entry : names) {
            allowed.add(
                    entry.path("function")
                            .path("name")
                            .asString(entry.path("custom").path("name").asString("")));
        }
        return tools.stream().filter(tool -> allowed.contains(tool.name())).toList();
    }

    private static String format(JsonNode format, String allText, Flavour flavour)
            throws ApiErrorException {
        String type = format.path("type").asString("text");
        switch (type) {
            case "text" -> {}
            case "json_object" -> {
                boolean told = flavour == Flavour.OPENAI || flavour == Flavour.DEEPSEEK;
                if (told && !allText.toLowerCase(Locale.ROOT).contains("json")) {
                    throw OpenAiErrorShapes.invalid(
                            "messages",
                            "",
                            "'messages' must contain the word 'json' in some form, to use"
                                    + " 'response_format' of type 'json_object'.");
                }
            }
            case "json_schema" -> {
                JsonNode named = format.path("json_schema");
                String name = named.path("name").asString("");
                if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
                    throw OpenAiErrorShapes.invalid(
                            "response_format.json_schema.name",
                            name.isEmpty() ? "missing_required_parameter" : "invalid_value",
                            name.isEmpty()
                                    ? "Missing required parameter:"
                                            + " 'response_format.json_schema.name'."
                                    : "Invalid 'response_format.json_schema.name': string does not"
                                            + " match pattern. Expected a string that matches the"
                                            + " pattern '^[a-zA-Z0-9_-]+$'.");
                }
            }
            default ->
                    throw OpenAiErrorShapes.invalid(
                            "response_format.type",
                            "invalid_value",
                            "Invalid value: '"
                                    + type
                                    + "'. Supported values are: 'json_object', 'json_schema', and"
                                    + " 'text'.");
        }
        return type;
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

    private static int images(JsonNode messages) {
        int images = 0;
        JsonNode last = messages.get(messages.size() - 1);
        for (JsonNode part : last.path("content")) {
            images += part.path("type").asString("").equals("image_url") ? 1 : 0;
        }
        return images;
    }

    private static int promptTokens(JsonNode messages, JsonNode body) {
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

    /// What a rate limit is charged before the answer is known.
    long reserve(JsonNode body) {
        boolean bounded = body.hasNonNull("max_tokens") || body.hasNonNull("max_completion_tokens");
        return promptTokens + (bounded ? (long) maxTokens * choices : 16L * choices);
    }
}
