package dev.switchgear.server;

import dev.switchgear.server.ScriptedHouse.Answer;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A provider of each kind that seals thoughts: what it says in an answer, and what of a history it gets.
///
/// A turn is a list of its own pieces: blocks, parts, items, or a message.
enum ThinkingProvider {
    CLAUDE("claude", "claude-opus-4-6"),
    GOOGLE("google", "gemini-3-pro-preview"),
    RESP("resp", "gpt-5"),
    ROUTER("router", "anthropic/claude-opus-4.6"),
    DEEP("deep", "deepseek-reasoner");

    final String upstream;
    final String model;

    ThinkingProvider(String upstream, String model) {
        this.upstream = upstream;
        this.model = model;
    }

    static ThinkingProvider of(String upstream) {
        for (ThinkingProvider provider : values()) {
            if (upstream.startsWith(provider.upstream)) {
                return provider;
            }
        }
        throw new IllegalArgumentException(upstream);
    }

    /// Whether an agent's bytes pass to it in a dialect in which nothing is written here, or without fields
    /// that nobody can put back without wording the request anew.
    boolean speaks(ThinkingAgent agent) {
        boolean responses =
                agent == ThinkingAgent.RESPONSES || agent == ThinkingAgent.RESPONSES_SHOWN;
        return (this == ROUTER || this == DEEP) && (responses || agent == ThinkingAgent.CHAT_PLAIN);
    }

    /// An answer that says this.
    Answer says(String turn, boolean streamed) {
        JsonNode pieces = ThinkingAgent.read(turn);
        return streamed ? Answer.events(events(pieces)) : Answer.json(200, whole(pieces));
    }

    private String whole(JsonNode turn) {
        ObjectNode answer = ThinkingAgent.JSON.createObjectNode();
        switch (this) {
            case CLAUDE -> {
                answer.put("id", "msg_1").put("type", "message").put("role", "assistant");
                answer.put("model", model).put("stop_reason", "tool_use");
                answer.set("content", turn);
                answer.putObject("usage").put("input_tokens", 3).put("output_tokens", 5);
            }
            case GOOGLE -> {
                ObjectNode candidate = answer.putArray("candidates").addObject();
                candidate.putObject("content").put("role", "model").set("parts", turn);
                candidate.put("finishReason", "STOP");
                answer.put("modelVersion", model + "-001").put("responseId", "r1");
            }
            case RESP -> {
                answer.put("id", "resp_1").put("object", "response").put("status", "completed");
                answer.put("model", model).put("created_at", 1).set("output", turn);
            }
            case ROUTER, DEEP -> {
                answer.put("id", "gen-1").put("object", "chat.completion").put("model", model);
                ObjectNode choice = answer.putArray("choices").addObject().put("index", 0);
                choice.put("finish_reason", "tool_calls");
                choice.set("message", turn);
            }
        }
        return answer.toString();
    }

    private String[] events(JsonNode turn) {
        var events = new ArrayList<String>();
        switch (this) {
            case CLAUDE -> claude(turn, events);
            case GOOGLE -> {
                int left = turn.size();
                for (JsonNode part : turn) {
                    ObjectNode event = ThinkingAgent.JSON.createObjectNode();
                    ObjectNode candidate = event.putArray("candidates").addObject();
                    candidate.putObject("content").put("role", "model").putArray("parts").add(part);
                    if (--left == 0) {
                        candidate.put("finishReason", "STOP");
                    }
                    event.put("modelVersion", model + "-001").put("responseId", "r1");
                    events.add("data: " + event + "\r\n\r\n");
                }
            }
            case RESP -> resp(turn, events);
            case ROUTER, DEEP -> chat(turn, events);
        }
        return events.toArray(String[]::new);
    }

    private static String named(String event) {
        String type = ThinkingAgent.read(event).path("type").asString("");
        return "event: " + type + "\ndata: " + event + "\n\n";
    }

    private void claude(JsonNode turn, List<String> events) {
        events.add(
                named(
                        "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\""
                                + model
                                + "\",\"content\":[],\"stop_reason\":null,\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}}"));
        int index = 0;
        for (JsonNode block : turn) {
            ObjectNode start = ((ObjectNode) block).deepCopy();
            var deltas = new ArrayList<ObjectNode>();
            switch (block.path("type").asString("")) {
                case "thinking" -> {
                    delta(deltas, "thinking_delta", "thinking", block.path("thinking"));
                    delta(deltas, "signature_delta", "signature", block.path("signature"));
                    start.put("thinking", "").put("signature", "");
                }
                case "text" -> {
                    delta(deltas, "text_delta", "text", block.path("text"));
                    start.put("text", "");
                }
                case "tool_use" -> {
                    deltas.add(
                            ThinkingAgent.JSON
                                    .createObjectNode()
                                    .put("type", "input_json_delta")
                                    .put("partial_json", block.path("input").toString()));
                    start.putObject("input");
                }
                default -> {}
            }
            ObjectNode began =
                    ThinkingAgent.JSON
                            .createObjectNode()
                            .put("type", "content_block_start")
                            .put("index", index);
            began.set("content_block", start);
            events.add(named(began.toString()));
            for (ObjectNode delta : deltas) {
                ObjectNode event =
                        ThinkingAgent.JSON
                                .createObjectNode()
                                .put("type", "content_block_delta")
                                .put("index", index);
                event.set("delta", delta);
                events.add(named(event.toString()));
            }
            events.add(named("{\"type\":\"content_block_stop\",\"index\":" + index + "}"));
            index++;
        }
        events.add(
                named(
                        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":5}}"));
        events.add(named("{\"type\":\"message_stop\"}"));
    }

    private static void delta(List<ObjectNode> deltas, String type, String field, JsonNode text) {
        if (!text.asString("").isEmpty()) {
            deltas.add(
                    ThinkingAgent.JSON
                            .createObjectNode()
                            .put("type", type)
                            .put(field, text.stringValue()));
        }
    }

    private void resp(JsonNode turn, List<String> events) {
        ObjectNode begun = (ObjectNode) ThinkingAgent.read(whole(ThinkingAgent.list()));
        begun.put("status", "in_progress");
        events.add(
                named(
                        "{\"type\":\"response.created\",\"sequence_number\":0,\"response\":"
                                + begun
                                + "}"));
        int index = 0;
        for (JsonNode item : turn) {
            ObjectNode empty = ((ObjectNode) item).deepCopy().put("status", "in_progress");
            if (empty.has("summary")) {
                empty.putArray("summary");
            }
            if (empty.has("content")) {
                empty.putArray("content");
            }
            if (empty.has("arguments")) {
                empty.put("arguments", "");
            }
            String at = ",\"output_index\":" + index + ",\"item_id\":" + item.get("id");
            events.add(
                    named(
                            "{\"type\":\"response.output_item.added\",\"output_index\":"
                                    + index
                                    + ",\"item\":"
                                    + empty
                                    + "}"));
            int part = 0;
            for (JsonNode summary : item.path("summary")) {
                String here = at + ",\"summary_index\":" + part++;
                events.add(
                        named(
                                "{\"type\":\"response.reasoning_summary_part.added\""
                                        + here
                                        + ",\"part\":{\"type\":\"summary_text\",\"text\":\"\"}}"));
                events.add(
                        named(
                                "{\"type\":\"response.reasoning_summary_text.delta\""
                                        + here
                                        + ",\"delta\":"
                                        + summary.get("text")
                                        + "}"));
            }
            for (JsonNode text : item.path("content")) {
                events.add(
                        named(
                                "{\"type\":\"response.output_text.delta\",\"content_index\":0"
                                        + at
                                        + ",\"delta\":"
                                        + text.get("text")
                                        + "}"));
            }
            if (item.has("arguments")) {
                events.add(
                        named(
                                "{\"type\":\"response.function_call_arguments.delta\""
                                        + at
                                        + ",\"delta\":"
                                        + item.get("arguments")
                                        + "}"));
            }
            events.add(
                    named(
                            "{\"type\":\"response.output_item.done\",\"output_index\":"
                                    + index++
                                    + ",\"item\":"
                                    + item
                                    + "}"));
        }
        events.add(named("{\"type\":\"response.completed\",\"response\":" + whole(turn) + "}"));
    }

    private void chat(JsonNode message, List<String> events) {
        String head =
                "data: {\"id\":\"gen-1\",\"object\":\"chat.completion.chunk\",\"model\":\""
                        + model
                        + "\",\"choices\":[{\"index\":0,\"delta\":";
        String tail = ",\"finish_reason\":null}]}\n\n";
        for (JsonNode entry : message.path("reasoning_details")) {
            events.add(head + "{\"reasoning_details\":[" + entry + "]}" + tail);
        }
        for (String field : List.of("reasoning_content", "content")) {
            if (message.path(field).isString()) {
                events.add(head + "{\"" + field + "\":" + message.get(field) + "}" + tail);
            }
        }
        int index = 0;
        for (JsonNode call : message.path("tool_calls")) {
            ObjectNode piece = ((ObjectNode) call).deepCopy().put("index", index++);
            events.add(head + "{\"tool_calls\":[" + piece + "]}" + tail);
        }
        events.add(head + "{},\"finish_reason\":\"tool_calls\"}]}\n\n");
        events.add("data: [DONE]\n\n");
    }

    /// The turn of the model in what it was asked last, as it says turns itself.
    JsonNode heard(String body) {
        JsonNode asked = ThinkingAgent.read(body);
        return switch (this) {
            case CLAUDE -> {
                for (JsonNode message : asked.path("messages")) {
                    if (message.path("role").asString("").equals("assistant")) {
                        yield message.path("content");
                    }
                }
                yield ThinkingAgent.list();
            }
            case GOOGLE -> {
                for (JsonNode content : asked.path("contents")) {
                    if (content.path("role").asString("").equals("model")) {
                        yield content.path("parts");
                    }
                }
                yield ThinkingAgent.list();
            }
            case RESP -> {
                ArrayNode items = ThinkingAgent.list();
                for (JsonNode item : asked.path("input")) {
                    String type = item.path("type").asString("message");
                    boolean users = !item.path("role").asString("assistant").equals("assistant");
                    if (!users && !type.equals("function_call_output")) {
                        ObjectNode bare = ((ObjectNode) item).deepCopy();
                        bare.remove(List.of("id", "status"));
                        bare.path("content")
                                .forEach(text ->
                                        ((ObjectNode) text)
                                                .remove(List.of("annotations", "logprobs")));
                        items.add(bare);
                    }
                }
                yield items;
            }
            case ROUTER, DEEP -> {
                for (JsonNode message : asked.path("messages")) {
                    if (message.path("role").asString("").equals("assistant")) {
                        yield message;
                    }
                }
                yield ThinkingAgent.list();
            }
        };
    }

    /// A turn as [#heard] tells it.
    JsonNode bare(String turn) {
        JsonNode said = ThinkingAgent.read(turn);
        if (this == RESP) {
            ObjectNode asked = ThinkingAgent.JSON.createObjectNode();
            asked.set("input", said);
            return heard(asked.toString());
        }
        return said;
    }
}
