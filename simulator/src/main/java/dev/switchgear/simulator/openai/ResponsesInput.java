package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.mind.Tokens;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What the items of a request of the Responses API say.
///
/// @param context all items the answer depends on, those of earlier responses first
/// @param last the text of the last that the user said
/// @param all the text of the instructions and of all items
/// @param images how many the last item shows
/// @param toolResults what the tools said, where the last items are theirs
/// @param tokens what the prompt costs
record ResponsesInput(
        List<JsonNode> context,
        String last,
        String all,
        int images,
        List<String> toolResults,
        int tokens) {
    private static final Set<String> ROLES = Set.of("user", "assistant", "system", "developer");
    private static final Set<String> INPUT_PARTS =
            Set.of("input_text", "input_image", "input_file");
    private static final Set<String> OUTPUT_PARTS = Set.of("output_text", "refusal");
    private static final int ITEM_OVERHEAD = 4;
    private static final int IMAGE_TOKENS = 85;

    ResponsesInput {
        context = List.copyOf(context);
        toolResults = List.copyOf(toolResults);
    }

    /// Checks every item as the API does.
    static ResponsesInput of(JsonNode body, Flavour flavour, StoredResponses stored)
            throws ApiErrorException {
        List<JsonNode> context = new ArrayList<>(earlier(body, flavour, stored));
        List<JsonNode> given = items(body.path("input"));
        for (int i = 0; i < given.size(); i++) {
            context.add(meant(given.get(i), "input[" + i + "]", stored));
        }
        checkCalls(context);
        if (flavour == Flavour.OPENAI) {
            stored.checkReasoning(context);
        }
        return new ResponsesInput(
                context,
                lastOfUser(context),
                allText(body, context),
                images(context),
                results(context),
                tokens(body, context));
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
            ObjectNode message = JsonNodeFactory.instance.objectNode();
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
    private static JsonNode meant(JsonNode item, String at, StoredResponses stored)
            throws ApiErrorException {
        String type = item.path("type").asString(item.has("role") ? "message" : "");
        switch (type) {
            case "message" -> checkMessage(item, at);
            case "function_call" -> {
                OpenAiFields.require(item, at, "call_id");
                OpenAiFields.require(item, at, "name");
                OpenAiFields.require(item, at, "arguments");
            }
            case "custom_tool_call" -> {
                OpenAiFields.require(item, at, "call_id");
                OpenAiFields.require(item, at, "name");
                OpenAiFields.require(item, at, "input");
            }
            case "local_shell_call", "shell_call" -> requireCall(item, at, "action");
            case "apply_patch_call" -> requireCall(item, at, "operation");
            case "local_shell_call_output" -> OpenAiFields.require(item, at, "output");
            case "shell_call_output" -> requireList(item, at, "output");
            case "apply_patch_call_output" -> {
                OpenAiFields.require(item, at, "call_id");
                OpenAiFields.require(item, at, "status");
            }
            case "additional_tools" -> {
                if (!item.path("role").asString("").equals("developer")) {
                    throw OpenAiErrorShapes.invalid(
                            at + ".role",
                            "invalid_value",
                            "Invalid value: '"
                                    + item.path("role").asString("")
                                    + "'. Value must be 'developer'.");
                }
                requireList(item, at, "tools");
            }
            case "tool_search_output" -> requireList(item, at, "tools");
            case "compaction" -> {
                OpenAiFields.require(item, at, "encrypted_content");
                String sealed = item.path("encrypted_content").stringValue();
                if (sealed.isEmpty()) {
                    throw OpenAiFields.missing(at + ".encrypted_content");
                }
                stored.checkSeal(sealed);
            }
            case "function_call_output", "custom_tool_call_output" -> {
                OpenAiFields.require(item, at, "call_id");
                if (!item.path("output").isString() && !item.path("output").isArray()) {
                    throw OpenAiFields.missing(at + ".output");
                }
            }
            case "reasoning" -> {
                if (!item.path("summary").isArray()) {
                    throw OpenAiFields.missing(at + ".summary");
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

    private static void requireCall(JsonNode item, String at, String what)
            throws ApiErrorException {
        OpenAiFields.require(item, at, "call_id");
        if (!item.path(what).isObject()) {
            throw OpenAiFields.missing(at + "." + what);
        }
    }

    private static void requireList(JsonNode item, String at, String what)
            throws ApiErrorException {
        if (!item.path(what).isArray()) {
            throw OpenAiFields.missing(at + "." + what);
        }
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
                                + String.join("', '", new TreeSet<>(fitting))
                                + "'.");
            }
        }
    }

    /// Every call is answered, and every answer was asked for.
    private static void checkCalls(List<JsonNode> context) throws ApiErrorException {
        Set<String> awaited = new LinkedHashSet<>();
        Set<String> known = new HashSet<>();
        for (JsonNode item : context) {
            // A call that the API itself ran has no id, and what a local shell said may bear its
            // call's under either name.
            String id = item.path("call_id").asString(item.path("id").asString(""));
            String type = item.path("type").asString("");
            boolean hosted =
                    type.startsWith("tool_search_")
                            && !item.path("execution").asString("client").equals("client");
            if (CallForm.isCall(type) && !hosted) {
                awaited.add(id);
                known.add(id);
            }
            if (CallForm.isOutput(type) && !hosted) {
                if (!known.contains(id)) {
                    throw OpenAiErrorShapes.invalid(
                            "input",
                            "",
                            "No tool call found for function call output with call_id " + id + ".");
                }
                awaited.remove(id);
            }
        }
        if (!awaited.isEmpty()) {
            throw OpenAiErrorShapes.invalid(
                    "input",
                    "",
                    "No tool output found for function call " + awaited.iterator().next() + ".");
        }
    }

    private static List<String> results(List<JsonNode> context) {
        List<String> results = new ArrayList<>();
        for (int i = context.size() - 1; i >= 0 && isResult(context.get(i)); i--) {
            results.addFirst(said(context.get(i)));
        }
        return results;
    }

    private static boolean isResult(JsonNode item) {
        return CallForm.isOutput(item.path("type").asString(""));
    }

    /// What a tool said, in words.
    private static String said(JsonNode output) {
        JsonNode found = output.path("output");
        if (!output.path("type").asString("").equals("shell_call_output")) {
            return ChatPrompt.text(found);
        }
        var text = new StringBuilder();
        for (JsonNode part : found) {
            text.append(part.path("stdout").asString("")).append(part.path("stderr").asString(""));
        }
        return text.toString();
    }

    /// Whether the model is asked to put what was said so far into one item.
    boolean compacts() {
        return !context.isEmpty()
                && context.getLast().path("type").asString("").equals("compaction_trigger");
    }

    private static String lastOfUser(List<JsonNode> context) {
        for (JsonNode item : context.reversed()) {
            if (item.path("role").asString("").equals("user")) {
                return ChatPrompt.text(item.path("content"));
            }
        }
        return context.isEmpty() ? "" : ChatPrompt.text(context.getLast().path("content"));
    }

    private static int images(List<JsonNode> context) {
        int images = 0;
        if (!context.isEmpty()) {
            for (JsonNode part : context.getLast().path("content")) {
                images += part.path("type").asString("").equals("input_image") ? 1 : 0;
            }
        }
        return images;
    }

    private static String allText(JsonNode body, List<JsonNode> context) {
        var all = new StringBuilder();
        String instructions = body.path("instructions").asString("");
        if (!instructions.isEmpty()) {
            all.append(instructions).append('\n');
        }
        for (JsonNode item : context) {
            all.append(words(item)).append('\n');
        }
        return all.toString();
    }

    private static String words(JsonNode item) {
        if (item.path("type").asString("").equals("compaction")) {
            return StoredResponses.hidden(item.path("encrypted_content").stringValue());
        }
        return isResult(item) ? said(item) : ChatPrompt.text(item.path("content"));
    }

    private static int tokens(JsonNode body, List<JsonNode> context) {
        int tokens = 3 + Tokens.estimate(body.path("instructions").asString(""));
        for (JsonNode item : context) {
            tokens += ITEM_OVERHEAD + Tokens.estimate(words(item));
            tokens += Tokens.estimate(item.path("arguments").asString(""));
            tokens += Tokens.estimate(item.path("input").asString(""));
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
