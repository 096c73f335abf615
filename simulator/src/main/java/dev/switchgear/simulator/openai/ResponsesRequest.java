package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.mind.OfferedModel;
import dev.switchgear.simulator.mind.OfferedTool;
import dev.switchgear.simulator.mind.Question;
import dev.switchgear.simulator.mind.Tokens;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A request of the Responses API that is accepted (section 5).
///
/// @param body the request as it came
/// @param context all items the answer depends on, those of earlier responses first
/// @param allText their text
/// @param effort how much to think; empty where the model does not
/// @param summary which summary of the thoughts is wanted; empty for none
/// @param encrypted whether thoughts are handed out sealed
/// @param maxTokens the bound on thoughts and answer together
record ResponsesRequest(
        Flavour flavour,
        OfferedModel model,
        JsonNode body,
        List<JsonNode> context,
        String allText,
        String prompt,
        List<String> toolResults,
        List<OfferedTool> tools,
        String forcedTool,
        boolean toolRequired,
        boolean parallel,
        Question.Form form,
        JsonNode schema,
        String effort,
        String summary,
        boolean encrypted,
        boolean store,
        boolean streamed,
        boolean obfuscation,
        int maxTokens,
        int promptTokens) {
    static final Set<String> EFFORTS =
            Set.of("none", "minimal", "low", "medium", "high", "xhigh", "max");

    /// Fields of the chat API that this one does not have.
    private static final List<String> CHAT_ONLY =
            List.of(
                    "messages",
                    "max_tokens",
                    "max_completion_tokens",
                    "response_format",
                    "reasoning_effort",
                    "n",
                    "stop",
                    "functions",
                    "function_call");

    private static final Set<String> ROLES = Set.of("user", "assistant", "system", "developer");
    private static final Set<String> INPUT_PARTS =
            Set.of("input_text", "input_image", "input_file");
    private static final Set<String> OUTPUT_PARTS = Set.of("output_text", "refusal");
    private static final int ITEM_OVERHEAD = 4;
    private static final int IMAGE_TOKENS = 85;
    private static final int TOKENS_LEAST = 16;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    ResponsesRequest {
        context = List.copyOf(context);
        toolResults = List.copyOf(toolResults);
        tools = List.copyOf(tools);
    }

    /// Checks every field as the API does.
    static ResponsesRequest of(
            JsonNode body, OfferedModel model, Flavour flavour, StoredResponses stored)
            throws ApiErrorException {
        boolean reasoning = model.purpose() == OfferedModel.Purpose.REASONING;
        boolean strict = flavour == Flavour.OPENAI;
        var fields = new OpenAiFields(body);
        if (model.purpose() == OfferedModel.Purpose.EMBEDDING) {
            throw OpenAiErrorShapes.invalid(
                    "model",
                    "",
                    "The model '" + model.id() + "' does not support the Responses API.");
        }
        for (String field : CHAT_ONLY) {
            if (strict && body.has(field)) {
                throw OpenAiErrorShapes.invalid(
                        field, "unknown_parameter", "Unknown parameter: '" + field + "'.");
            }
        }
        if (fields.flag("background", false)) {
            throw OpenAiErrorShapes.invalid(
                    "background", "unsupported_value", "Background responses are not simulated.");
        }
        List<JsonNode> context = new ArrayList<>(earlier(body, flavour, stored));
        List<JsonNode> given = items(body.path("input"));
        for (int i = 0; i < given.size(); i++) {
            context.add(check(given.get(i), "input[" + i + "]", stored));
        }
        checkCalls(context);
        if (strict) {
            stored.checkReasoning(context);
        }
        fields.number("temperature", 0, 2);
        fields.number("top_p", 0, 1);
        JsonNode thinking = body.path("reasoning");
        String effort =
                reasoning ? new OpenAiFields(thinking).oneOf("effort", EFFORTS, "medium") : "none";
        String summary =
                new OpenAiFields(thinking)
                        .oneOf("summary", Set.of("auto", "concise", "detailed"), "");
        boolean fixed = strict && reasoning && !effort.equals("none");
        for (String field : List.of("temperature", "top_p")) {
            if (fixed && body.hasNonNull(field) && body.get(field).doubleValue() != 1) {
                throw OpenAiErrorShapes.invalid(
                        field,
                        "",
                        "Unsupported parameter: '" + field + "' is not supported with this model.");
            }
        }
        int maxTokens =
                fields.integer(
                        "max_output_tokens",
                        strict ? TOKENS_LEAST : 1,
                        Integer.MAX_VALUE,
                        Integer.MAX_VALUE);
        List<OfferedTool> tools = tools(body.path("tools"));
        JsonNode choice = body.path("tool_choice");
        String forced = forced(choice, tools);
        String mode = choice.asString(choice.path("mode").asString("auto"));
        if (choice.isString() && !Set.of("none", "auto", "required").contains(mode)) {
            throw OpenAiErrorShapes.invalid(
                    "tool_choice",
                    "invalid_value",
                    "Invalid value: '"
                            + mode
                            + "'. Supported values are: 'none', 'auto', and 'required'.");
        }
        String allText = allText(body, context);
        JsonNode format = body.path("text").path("format");
        Question.Form form = form(format, allText);
        int promptTokens = promptTokens(body, context);
        if (promptTokens >= model.context()) {
            throw OpenAiErrorShapes.invalid(
                    "input",
                    "context_length_exceeded",
                    "Your input exceeds the context window of this model. Please adjust your input"
                            + " and try again.");
        }
        boolean encrypted = false;
        for (JsonNode wish : body.path("include")) {
            encrypted |= wish.asString("").equals("reasoning.encrypted_content");
        }
        List<JsonNode> results = new ArrayList<>();
        for (int i = context.size() - 1; i >= 0 && isResult(context.get(i)); i--) {
            results.addFirst(context.get(i));
        }
        return new ResponsesRequest(
                flavour,
                model,
                body,
                context,
                allText,
                lastOfUser(context),
                results.stream().map(item -> text(item.path("output"))).toList(),
                mode.equals("none") && forced.isEmpty() ? List.of() : allowed(tools, choice),
                forced,
                mode.equals("required") || !forced.isEmpty(),
                fields.flag("parallel_tool_calls", true),
                form,
                format.path("schema"),
                effort,
                summary,
                encrypted,
                flavour.stores() && fields.flag("store", true),
                fields.flag("stream", false),
                strict && body.path("stream_options").path("include_obfuscation").asBoolean(true),
                Math.min(
                        Math.min(maxTokens, Math.max(1, model.maxOutput())),
                        model.context() - promptTokens),
                promptTokens);
    }

    /// The question without thoughts, which differ between flavours.
    Question question(Question.Effort much, int tokensMax) {
        return new Question(
                prompt,
                images(),
                toolResults,
                tools,
                forcedTool,
                toolRequired,
                parallel,
                form,
                schema,
                much,
                Integer.MAX_VALUE,
                List.of(),
                tokensMax);
    }

    private int images() {
        int images = 0;
        if (!context.isEmpty()) {
            for (JsonNode part : context.getLast().path("content")) {
                images += part.path("type").asString("").equals("input_image") ? 1 : 0;
            }
        }
        return images;
    }

    /// What a rate limit is charged before the answer is known.
    long reserve() {
        return promptTokens + (body.hasNonNull("max_output_tokens") ? (long) maxTokens : 16L);
    }

    private static List<JsonNode> earlier(JsonNode body, Flavour flavour, StoredResponses stored)
            throws ApiErrorException {
        String previous = body.path("previous_response_id").asString("");
        if (previous.isEmpty()) {
            return List.of();
        }
        if (body.hasNonNull("conversation")) {
            throw OpenAiErrorShapes.invalid(
                    "previous_response_id",
                    "mutually_exclusive_parameters",
                    "Mutually exclusive parameters: 'previous_response_id' and 'conversation'.");
        }
        if (!flavour.stores()) {
            throw OpenAiErrorShapes.invalid(
                    "previous_response_id",
                    "unsupported_parameter",
                    "Responses are not stored here: 'previous_response_id' is not supported.");
        }
        return stored.find(previous)
                .map(StoredResponses.Stored::items)
                .orElseThrow(() ->
                        OpenAiErrorShapes.invalid(
                                "previous_response_id",
                                "previous_response_not_found",
                                "Previous response with id '" + previous + "' not found."));
    }

    private static List<JsonNode> items(JsonNode input) throws ApiErrorException {
        if (input.isMissingNode() || input.isNull()) {
            throw OpenAiErrorShapes.invalid(
                    "input", "missing_required_parameter", "Missing required parameter: 'input'.");
        }
        if (input.isString()) {
            ObjectNode message = NODES.objectNode();
            message.put("type", "message");
            message.put("role", "user");
            message.put("content", input.stringValue());
            return List.of(message);
        }
        if (!input.isArray()) {
            throw OpenAiFields.wrongType("input", "a string or an array of items", input);
        }
        List<JsonNode> items = new ArrayList<>();
        for (JsonNode item : input) {
            if (!item.isObject()) {
                throw OpenAiFields.wrongType("input[" + items.size() + "]", "an object", item);
            }
            items.add(item);
        }
        return items;
    }

    /// The item that `item` stands for, after a look at its fields.
    private static JsonNode check(JsonNode item, String at, StoredResponses stored)
            throws ApiErrorException {
        String type = item.path("type").asString(item.has("role") ? "message" : "");
        switch (type) {
            case "message" -> checkMessage(item, at);
            case "function_call" -> {
                require(item, at, "call_id");
                require(item, at, "name");
                require(item, at, "arguments");
            }
            case "function_call_output", "custom_tool_call_output" -> {
                require(item, at, "call_id");
                if (!item.path("output").isString() && !item.path("output").isArray()) {
                    throw missing(at + ".output");
                }
            }
            case "reasoning" -> {
                if (!item.path("summary").isArray()) {
                    throw missing(at + ".summary");
                }
                stored.checkSeal(item.path("encrypted_content").asString(""));
            }
            case "item_reference" -> {
                String id = item.path("id").asString("");
                return stored.item(id)
                        .orElseThrow(() ->
                                OpenAiErrorShapes.error(
                                        404,
                                        "invalid_request_error",
                                        "input",
                                        "",
                                        "Item with id '" + id + "' not found."));
            }
            case "" ->
                    throw OpenAiErrorShapes.invalid(
                            at, "invalid_value", "Invalid value: expected an item with a type.");
            default -> {
                // Items of hosted tools are carried along, never looked at.
            }
        }
        return item;
    }

    private static void require(JsonNode item, String at, String field) throws ApiErrorException {
        JsonNode value = item.path(field);
        if (value.isMissingNode() || value.isNull()) {
            throw missing(at + "." + field);
        }
        if (!value.isString()) {
            throw OpenAiFields.wrongType(at + "." + field, "a string", value);
        }
    }

    private static ApiErrorException missing(String field) {
        return OpenAiErrorShapes.invalid(
                field,
                "missing_required_parameter",
                "Missing required parameter: '" + field + "'.");
    }

    private static void checkMessage(JsonNode item, String at) throws ApiErrorException {
        String role = item.path("role").asString("");
        if (!ROLES.contains(role)) {
            throw OpenAiErrorShapes.invalid(
                    at + ".role",
                    "invalid_value",
                    "Invalid value: '"
                            + role
                            + "'. Supported values are: 'assistant', 'system', 'developer', and"
                            + " 'user'.");
        }
        JsonNode content = item.path("content");
        if (content.isString()) {
            return;
        }
        if (!content.isArray()) {
            throw OpenAiFields.wrongType(
                    at + ".content", "one of a string or an array of objects", content);
        }
        Set<String> fitting = role.equals("assistant") ? OUTPUT_PARTS : INPUT_PARTS;
        for (int i = 0; i < content.size(); i++) {
            String type = content.get(i).path("type").asString("");
            if (!fitting.contains(type)) {
                throw OpenAiErrorShapes.invalid(
                        at + ".content[" + i + "]",
                        "invalid_value",
                        "Invalid value: '"
                                + type
                                + "'. Supported values are: '"
                                + String.join("', '", new java.util.TreeSet<>(fitting))
                                + "'.");
            }
        }
    }

    /// Every call is answered, and every answer was asked for.
    private static void checkCalls(List<JsonNode> context) throws ApiErrorException {
        Set<String> awaited = new LinkedHashSet<>();
        Set<String> known = new HashSet<>();
        for (JsonNode item : context) {
            String id = item.path("call_id").asString("");
            switch (item.path("type").asString("")) {
                case "function_call", "custom_tool_call" -> {
                    awaited.add(id);
                    known.add(id);
                }
                case "function_call_output", "custom_tool_call_output" -> {
                    if (!known.contains(id)) {
                        throw OpenAiErrorShapes.invalid(
                                "input",
                                "",
                                "No tool call found for function call output with call_id "
                                        + id
                                        + ".");
                    }
                    awaited.remove(id);
                }
                default -> {
                    // Says nothing about calls.
                }
            }
        }
        if (!awaited.isEmpty()) {
            throw OpenAiErrorShapes.invalid(
                    "input",
                    "",
                    "No tool output found for function call " + awaited.iterator().next() + ".");
        }
    }

    private static List<OfferedTool> tools(JsonNode given) throws ApiErrorException {
        List<OfferedTool> tools = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            JsonNode tool = given.get(i);
            String type = tool.path("type").asString("");
            boolean custom = type.equals("custom");
            if (!type.equals("function") && !custom) {
                // Hosted tools are accepted and never used.
                continue;
            }
            String at = "tools[" + i + "]";
            require(tool, at, "name");
            String name = tool.path("name").stringValue();
            if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
                throw OpenAiErrorShapes.invalid(
                        at + ".name",
                        "invalid_value",
                        "Invalid '"
                                + at
                                + ".name': string does not match pattern. Expected a string that"
                                + " matches the pattern '^[a-zA-Z0-9_-]+$'.");
            }
            JsonNode parameters = custom ? NODES.missingNode() : tool.path("parameters");
            tools.add(
                    new OfferedTool(
                            name, tool.path("description").asString(""), parameters, custom));
        }
        return tools;
    }

    private static String forced(JsonNode choice, List<OfferedTool> tools)
            throws ApiErrorException {
        String name = choice.path("name").asString("");
        if (!name.isEmpty() && tools.stream().noneMatch(tool -> tool.name().equals(name))) {
            throw OpenAiErrorShapes.invalid(
                    "tool_choice",
                    "",
                    "Tool choice '" + name + "' not found in 'tools' parameter.");
        }
        return name;
    }

    private static List<OfferedTool> allowed(List<OfferedTool> tools, JsonNode choice) {
        if (!choice.path("type").asString("").equals("allowed_tools")) {
            return tools;
        }
        Set<String> allowed = new HashSet<>();
        choice.path("tools").forEach(entry -> allowed.add(entry.path("name").asString("")));
        return tools.stream().filter(tool -> allowed.contains(tool.name())).toList();
    }

    private static Question.Form form(JsonNode format, String allText) throws ApiErrorException {
        String type = format.path("type").asString("text");
        return switch (type) {
            case "text" -> Question.Form.PROSE;
            case "json_object" -> {
                if (!allText.toLowerCase(Locale.ROOT).contains("json")) {
                    throw OpenAiErrorShapes.invalid(
                            "input",
                            "",
                            "Response input messages must contain the word 'json' in some form to"
                                    + " use 'text.format' of type 'json_object'.");
                }
                yield Question.Form.JSON;
            }
            case "json_schema" -> {
                require(format, "text.format", "name");
                if (!format.path("schema").isObject()) {
                    throw missing("text.format.schema");
                }
                yield Question.Form.SCHEMA;
            }
            default ->
                    throw OpenAiErrorShapes.invalid(
                            "text.format.type",
                            "invalid_value",
                            "Invalid value: '"
                                    + type
                                    + "'. Supported values are: 'json_object', 'json_schema', and"
                                    + " 'text'.");
        };
    }

    private static boolean isResult(JsonNode item) {
        return item.path("type").asString("").endsWith("_call_output");
    }

    private static String lastOfUser(List<JsonNode> context) {
        for (JsonNode item : context.reversed()) {
            if (item.path("role").asString("").equals("user")) {
                return text(item.path("content"));
            }
        }
        return context.isEmpty() ? "" : text(context.getLast().path("content"));
    }

    private static String text(JsonNode content) {
        return ChatCompletionsRequest.text(content);
    }

    private static String allText(JsonNode body, List<JsonNode> context) {
        var all = new StringBuilder();
        String instructions = body.path("instructions").asString("");
        if (!instructions.isEmpty()) {
            all.append(instructions).append('\n');
        }
        for (JsonNode item : context) {
            String text = text(isResult(item) ? item.path("output") : item.path("content"));
            all.append(text).append('\n');
        }
        return all.toString();
    }

    private static int promptTokens(JsonNode body, List<JsonNode> context) {
        int tokens = 3 + Tokens.estimate(body.path("instructions").asString(""));
        for (JsonNode item : context) {
            tokens += ITEM_OVERHEAD + Tokens.estimate(text(item.path("content")));
            tokens += Tokens.estimate(text(item.path("output")));
            tokens += Tokens.estimate(item.path("arguments").asString(""));
            for (JsonNode part : item.path("content")) {
                boolean seen = !part.path("text").isString() && !part.has("refusal");
                tokens += seen ? IMAGE_TOKENS : 0;
            }
        }
        for (JsonNode extra : List.of(body.path("tools"), body.path("text").path("format"))) {
            tokens += extra.isEmpty() ? 0 : Tokens.estimate(extra.toString());
        }
        return tokens;
    }
}
