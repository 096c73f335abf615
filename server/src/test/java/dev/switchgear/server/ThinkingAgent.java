package dev.switchgear.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// An agent of each dialect with one tool, `f`: it keeps what it is told as its SDK would, and sends all of
/// it back with the results of the calls.
enum ThinkingAgent {
    CHAT,
    /// A chat client whose SDK drops what OpenAI's API does not have.
    CHAT_PLAIN,
    RESPONSES,
    /// One that asks to see the thoughts.
    RESPONSES_SHOWN,
    ANTHROPIC,
    ANTHROPIC_SHOWN,
    /// One that gives a number of tokens to think.
    ANTHROPIC_BUDGET,
    GEMINI,
    GEMINI_SHOWN,
    OLLAMA,
    /// One whose SDK drops the ids of calls.
    OLLAMA_PLAIN,
    OWN;

    static final JsonMapper JSON = new JsonMapper();

    private static final String PARAMETERS = "{\"type\":\"object\",\"properties\":{}}";

    static ArrayNode list() {
        return JSON.createArrayNode();
    }

    static JsonNode read(String json) {
        return JSON.readTree(json);
    }

    /// Whether it is shown all thoughts, and sends all of them back.
    boolean keepsAll() {
        return switch (this) {
            case CHAT, RESPONSES_SHOWN, ANTHROPIC_SHOWN, ANTHROPIC_BUDGET, GEMINI, GEMINI_SHOWN ->
                    true;
            case CHAT_PLAIN, RESPONSES, ANTHROPIC, OLLAMA, OLLAMA_PLAIN, OWN -> false;
        };
    }

    ArrayNode begun() {
        ArrayNode history = list();
        switch (this) {
            case GEMINI, GEMINI_SHOWN ->
                    history.addObject()
                            .put("role", "user")
                            .putArray("parts")
                            .addObject()
                            .put("text", "go");
            case CHAT,
                    CHAT_PLAIN,
                    RESPONSES,
                    RESPONSES_SHOWN,
                    ANTHROPIC,
                    ANTHROPIC_SHOWN,
                    ANTHROPIC_BUDGET,
                    OLLAMA,
                    OLLAMA_PLAIN,
                    OWN ->
                    history.addObject().put("role", "user").put("content", "go");
        }
        return history;
    }

    String path(String model, boolean streamed) {
        return switch (this) {
            case CHAT, CHAT_PLAIN -> "/v1/chat/completions";
            case RESPONSES, RESPONSES_SHOWN -> "/v1/responses";
            case ANTHROPIC, ANTHROPIC_SHOWN, ANTHROPIC_BUDGET -> "/v1/messages";
            case GEMINI, GEMINI_SHOWN ->
                    "/v1beta/models/"
                            + model
                            + (streamed ? ":streamGenerateContent?alt=sse" : ":generateContent");
            case OLLAMA, OLLAMA_PLAIN -> "/api/chat";
            case OWN -> streamed ? "/api/llm/stream" : "/api/llm/chat";
        };
    }

    String body(String model, ArrayNode history, boolean streamed) {
        ObjectNode body = JSON.createObjectNode();
        switch (this) {
            case CHAT, CHAT_PLAIN -> {
                body.put("model", model).put("stream", streamed).set("messages", history);
                body.set(
                        "tools",
                        read(
                                "[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":"
                                        + PARAMETERS
                                        + "}}]"));
            }
            case RESPONSES, RESPONSES_SHOWN -> {
                body.put("model", model).put("stream", streamed).put("store", false);
                body.set("input", history);
                body.set(
                        "tools",
                        read(
                                "[{\"type\":\"function\",\"name\":\"f\",\"parameters\":"
                                        + PARAMETERS
                                        + "}]"));
                if (this == RESPONSES_SHOWN) {
                    body.putArray("include").add("reasoning.encrypted_content");
                    body.putObject("reasoning").put("summary", "auto");
                }
            }
            case ANTHROPIC, ANTHROPIC_SHOWN, ANTHROPIC_BUDGET -> {
                body.put("model", model).put("stream", streamed).put("max_tokens", 4096);
                body.set("messages", history);
                body.set("tools", read("[{\"name\":\"f\",\"input_schema\":" + PARAMETERS + "}]"));
                if (this == ANTHROPIC_SHOWN) {
                    body.putObject("thinking").put("type", "adaptive");
                }
                if (this == ANTHROPIC_BUDGET) {
                    body.putObject("thinking").put("type", "enabled").put("budget_tokens", 1024);
                }
            }
            case GEMINI, GEMINI_SHOWN -> {
                body.set("contents", history);
                body.set("tools", read("[{\"functionDeclarations\":[{\"name\":\"f\"}]}]"));
                if (this == GEMINI_SHOWN) {
                    body.putObject("generationConfig")
                            .putObject("thinkingConfig")
                            .put("includeThoughts", true);
                }
            }
            case OLLAMA, OLLAMA_PLAIN -> {
                body.put("model", model).put("stream", streamed).set("messages", history);
                body.set(
                        "tools",
                        read(
                                "[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":"
                                        + PARAMETERS
                                        + "}}]"));
            }
            case OWN -> {
                body.put("model", model).set("messages", history);
                body.set("tools", read("[{\"name\":\"f\",\"parameters\":" + PARAMETERS + "}]"));
            }
        }
        return body.toString();
    }

    /// Takes an answer into the history, with the results of its calls, or the next words where it has
    /// none.
    void take(ArrayNode history, String answer, boolean streamed) {
        switch (this) {
            case CHAT, CHAT_PLAIN -> chat(history, streamed ? chatOf(answer) : message(answer));
            case RESPONSES, RESPONSES_SHOWN -> responses(history, responseOf(answer, streamed));
            case ANTHROPIC, ANTHROPIC_SHOWN, ANTHROPIC_BUDGET ->
                    anthropic(
                            history,
                            streamed ? blocksOf(answer) : (ArrayNode) read(answer).path("content"));
            case GEMINI, GEMINI_SHOWN -> gemini(history, partsOf(answer, streamed));
            case OLLAMA, OLLAMA_PLAIN -> ollama(history, ollamaOf(answer));
            case OWN -> own(history, streamed ? ownOf(answer) : (ObjectNode) read(answer));
        }
    }

    private static List<JsonNode> events(String answer) {
        var events = new ArrayList<JsonNode>();
        for (String line : answer.split("\r?\n", -1)) {
            if (line.startsWith("data: {")) {
                events.add(read(line.substring(6)));
            }
        }
        return events;
    }

    private static ObjectNode message(String answer) {
        return (ObjectNode) read(answer).at("/choices/0/message");
    }

    private static ObjectNode chatOf(String answer) {
        ObjectNode message = JSON.createObjectNode().put("role", "assistant");
        var calls = new TreeMap<Integer, ObjectNode>();
        for (JsonNode event : events(answer)) {
            for (var field : event.at("/choices/0/delta").properties()) {
                JsonNode value = field.getValue();
                switch (field.getKey()) {
                    case "content", "reasoning_content" -> {
                        if (value.isString()) {
                            String before = message.path(field.getKey()).asString("");
                            message.put(field.getKey(), before + value.stringValue());
                        }
                    }
                    case "reasoning_details" ->
                            value.forEach(
                                    entry -> message.withArray("reasoning_details").add(entry));
                    case "extra_content" -> message.set("extra_content", value);
                    case "tool_calls" -> value.forEach(call -> piece(call, calls));
                    default -> {}
                }
            }
        }
        if (!calls.isEmpty()) {
            calls.values().forEach(message.withArray("tool_calls")::add);
        }
        return message;
    }

    private static void piece(JsonNode piece, Map<Integer, ObjectNode> calls) {
        ObjectNode call =
                calls.computeIfAbsent(piece.path("index").asInt(0), _ -> JSON.createObjectNode());
        for (String field : List.of("id", "type", "extra_content")) {
            if (piece.has(field)) {
                call.set(field, piece.get(field));
            }
        }
        ObjectNode function = call.withObject("function");
        for (String field : List.of("name", "arguments")) {
            function.put(
                    field,
                    function.path(field).asString("")
                            + piece.path("function").path(field).asString(""));
        }
    }

    private void chat(ArrayNode history, ObjectNode message) {
        if (this == CHAT_PLAIN) {
            message.retain("role", "content", "tool_calls");
            message.path("tool_calls")
                    .forEach(call -> ((ObjectNode) call).retain("id", "type", "function"));
        }
        history.add(message);
        boolean called = false;
        for (JsonNode call : message.path("tool_calls")) {
            history.addObject()
                    .put("role", "tool")
                    .put("tool_call_id", call.path("id").asString(""))
                    .put("content", "3");
            called = true;
        }
        if (!called) {
            history.addObject().put("role", "user").put("content", "on");
        }
    }

    private static JsonNode responseOf(String answer, boolean streamed) {
        if (!streamed) {
            return read(answer).path("output");
        }
        ArrayNode items = list();
        for (JsonNode event : events(answer)) {
            if (event.path("type").asString("").equals("response.output_item.done")) {
                items.add(event.get("item"));
            }
        }
        return items;
    }

    private static void responses(ArrayNode history, JsonNode items) {
        boolean called = false;
        items.forEach(history::add);
        for (JsonNode item : items) {
            if (item.path("type").asString("").equals("function_call")) {
                history.addObject()
                        .put("type", "function_call_output")
                        .put("call_id", item.path("call_id").asString(""))
                        .put("output", "3");
                called = true;
            }
        }
        if (!called) {
            history.addObject().put("role", "user").put("content", "on");
        }
    }

    private static ArrayNode blocksOf(String answer) {
        ArrayNode blocks = list();
        var arguments = new StringBuilder();
        for (JsonNode event : events(answer)) {
            switch (event.path("type").asString("")) {
                case "content_block_start" -> {
                    blocks.add(event.get("content_block"));
                    arguments.setLength(0);
                }
                case "content_block_delta" -> {
                    var block = (ObjectNode) blocks.get(event.path("index").asInt(0));
                    JsonNode delta = event.get("delta");
                    switch (delta.path("type").asString("")) {
                        case "text_delta" -> add(block, "text", delta);
                        case "thinking_delta" -> add(block, "thinking", delta);
                        case "signature_delta" -> add(block, "signature", delta);
                        case "input_json_delta" -> {
                            arguments.append(delta.path("partial_json").asString(""));
                            block.set(
                                    "input",
                                    arguments.isEmpty()
                                            ? JSON.createObjectNode()
                                            : JSON.stringNode(arguments.toString()));
                        }
                        default -> {}
                    }
                }
                default -> {}
            }
        }
        for (JsonNode block : blocks) {
            if (block.path("input").isString()) {
                ((ObjectNode) block).set("input", read(block.path("input").stringValue()));
            }
        }
        return blocks;
    }

    private static void add(ObjectNode block, String field, JsonNode delta) {
        block.put(field, block.path(field).asString("") + delta.path(field).asString(""));
    }

    private static void anthropic(ArrayNode history, ArrayNode blocks) {
        history.addObject().put("role", "assistant").set("content", blocks);
        ArrayNode results = list();
        for (JsonNode block : blocks) {
            if (block.path("type").asString("").equals("tool_use")) {
                results.addObject()
                        .put("type", "tool_result")
                        .put("tool_use_id", block.path("id").asString(""))
                        .put("content", "3");
            }
        }
        ObjectNode next = history.addObject().put("role", "user");
        if (results.isEmpty()) {
            next.put("content", "on");
        } else {
            next.set("content", results);
        }
    }

    private static ArrayNode partsOf(String answer, boolean streamed) {
        ArrayNode parts = list();
        for (JsonNode event : streamed ? events(answer) : List.of(read(answer))) {
            event.at("/candidates/0/content/parts").forEach(parts::add);
        }
        return parts;
    }

    private static void gemini(ArrayNode history, ArrayNode parts) {
        history.addObject().put("role", "model").set("parts", parts);
        ArrayNode next = history.addObject().put("role", "user").putArray("parts");
        for (JsonNode part : parts) {
            if (part.has("functionCall")) {
                ObjectNode result = next.addObject().putObject("functionResponse");
                result.put("name", "f");
                if (part.at("/functionCall/id").isString()) {
                    result.set("id", part.at("/functionCall/id"));
                }
                result.putObject("response").put("output", "3");
            }
        }
        if (next.isEmpty()) {
            next.addObject().put("text", "on");
        }
    }

    private static ObjectNode ollamaOf(String answer) {
        ObjectNode message = JSON.createObjectNode().put("role", "assistant");
        for (String line : answer.split("\n", -1)) {
            if (line.isBlank()) {
                continue;
            }
            JsonNode piece = read(line).path("message");
            message.put(
                    "content",
                    message.path("content").asString("") + piece.path("content").asString(""));
            if (piece.path("thinking").isString()) {
                add(message, "thinking", piece);
            }
            piece.path("tool_calls").forEach(call -> message.withArray("tool_calls").add(call));
        }
        return message;
    }

    private void ollama(ArrayNode history, ObjectNode message) {
        history.add(message);
        boolean called = false;
        for (JsonNode call : message.path("tool_calls")) {
            if (this == OLLAMA_PLAIN) {
                ((ObjectNode) call).retain("function");
                ((ObjectNode) call.get("function")).retain("name", "arguments");
            }
            history.addObject().put("role", "tool").put("tool_name", "f").put("content", "3");
            called = true;
        }
        if (!called) {
            history.addObject().put("role", "user").put("content", "on");
        }
    }

    private static ObjectNode ownOf(String answer) {
        ObjectNode message = JSON.createObjectNode();
        for (String line : answer.split("\n", -1)) {
            if (line.isBlank()) {
                continue;
            }
            JsonNode piece = read(line);
            switch (piece.path("type").asString("")) {
                case "chunk" -> add(message, "content", piece);
                case "thinking" ->
                        message.put(
                                "thinking",
                                message.path("thinking").asString("")
                                        + piece.path("content").asString(""));
                case "signature" -> message.set("signature", piece.get("signature"));
                case "toolCall" -> {
                    ObjectNode call = ((ObjectNode) piece).deepCopy();
                    call.remove("type");
                    message.withArray("toolCalls").add(call);
                }
                default -> {}
            }
        }
        return message;
    }

    private static void own(ArrayNode history, ObjectNode answer) {
        ObjectNode message = answer.deepCopy();
        message.retain("content", "thinking", "signature", "toolCalls");
        message.put("role", "assistant");
        history.add(message);
        boolean called = false;
        for (JsonNode call : message.path("toolCalls")) {
            history.addObject()
                    .put("role", "tool")
                    .put("toolCallId", call.path("id").asString(""))
                    .put("content", "3");
            called = true;
        }
        if (!called) {
            history.addObject().put("role", "user").put("content", "on");
        }
    }
}
