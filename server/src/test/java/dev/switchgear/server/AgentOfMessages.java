package dev.switchgear.server;

import dev.switchgear.server.AgentAnswer.BrokenAnswerException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// An agent that speaks Anthropic's messages, thinks with a budget, and marks its prompt for the cache
/// as coding agents do: the tools, the system text and the last words.
final class AgentOfMessages extends Agent {
    private ArrayNode messages = JSON.createArrayNode();

    /// Whether the turn that is under way began with a demanded call, beside which nobody may think.
    private boolean demanded;

    AgentOfMessages(String model, boolean streamed, String system) {
        super(model, streamed, system);
    }

    @Override
    String path() {
        return "/v1/messages";
    }

    @Override
    String base() {
        return "";
    }

    @Override
    ObjectNode request(String forced) {
        demanded |= !forced.isEmpty();
        ObjectNode body = node().put("model", model).put("max_tokens", 8000);
        if (!demanded) {
            body.putObject("thinking").put("type", "enabled").put("budget_tokens", 1500);
        }
        ObjectNode told = body.putArray("system").addObject();
        told.put("type", "text").put("text", system);
        mark(told);
        ArrayNode tools = body.putArray("tools");
        for (String tool : TOOLS) {
            tools.addObject().put("name", tool).set("input_schema", schema());
        }
        mark((ObjectNode) tools.get(tools.size() - 1));
        ArrayNode all = copy(messages);
        body.set("messages", all);
        JsonNode last = all.get(all.size() - 1).get("content");
        mark((ObjectNode) last.get(last.size() - 1));
        if (!forced.isEmpty()) {
            body.putObject("tool_choice").put("type", "tool").put("name", forced);
        }
        if (streamed) {
            body.put("stream", true);
        }
        return body;
    }

    private static void mark(ObjectNode block) {
        block.putObject("cache_control").put("type", "ephemeral");
    }

    @Override
    void said(String text, AgentScript.Enclosed enclosed) {
        demanded = false;
        ArrayNode parts = messages.addObject().put("role", "user").putArray("content");
        switch (enclosed) {
            case NOTHING -> {
                // Words alone.
            }
            case PICTURE ->
                    parts.addObject()
                            .put("type", "image")
                            .putObject("source")
                            .put("type", "base64")
                            .put("media_type", "image/png")
                            .put("data", AgentScript.PICTURE);
            case FILE ->
                    parts.addObject()
                            .put("type", "document")
                            .putObject("source")
                            .put("type", "text")
                            .put("media_type", "text/plain")
                            .put("data", AgentScript.FILE);
        }
        parts.addObject().put("type", "text").put("text", withSummary(text));
    }

    @Override
    void ran(List<AgentAnswer.Call> calls, List<String> results) {
        ArrayNode parts = messages.addObject().put("role", "user").putArray("content");
        for (int i = 0; i < calls.size(); i++) {
            parts.addObject()
                    .put("type", "tool_result")
                    .put("tool_use_id", calls.get(i).id())
                    .put("content", results.get(i));
        }
    }

    @Override
    void forget() {
        messages = JSON.createArrayNode();
    }

    @Override
    AgentAnswer hear(String body) throws BrokenAnswerException {
        ArrayNode content = JSON.createArrayNode();
        JsonNode usage;
        if (streamed) {
            usage = gathered(body, content);
        } else {
            JsonNode answer = whole(body);
            unlessError(answer);
            require(!answer.path("stop_reason").asString("").isEmpty(), "no stop_reason");
            answer.path("content").forEach(content::add);
            usage = answer.path("usage");
        }
        var text = new StringBuilder();
        List<AgentAnswer.Call> calls = new ArrayList<>();
        for (JsonNode block : content) {
            text.append(block.path("text").asString(""));
            if (block.path("type").asString("").equals("tool_use")) {
                calls.add(
                        new AgentAnswer.Call(
                                block.path("id").asString(""),
                                block.path("name").asString(""),
                                block.path("input").toString()));
            }
        }
        messages.addObject().put("role", "assistant").set("content", content);
        int read = usage.path("cache_read_input_tokens").asInt(0);
        return new AgentAnswer(
                text.toString(),
                calls,
                seals(content),
                read,
                read
                        + usage.path("input_tokens").asInt(0)
                        + usage.path("cache_creation_input_tokens").asInt(0));
    }

    private static JsonNode gathered(String body, ArrayNode content) throws BrokenAnswerException {
        ObjectNode usage = node();
        boolean stopped = false;
        boolean ended = false;
        List<StringBuilder> inputs = new ArrayList<>();
        for (JsonNode event : events(body)) {
            unlessError(event);
            JsonNode delta = event.path("delta");
            switch (event.path("type").asString("")) {
                case "message_start" -> merge(usage, event.at("/message/usage"));
                case "content_block_start" -> {
                    require(event.path("index").asInt(-1) == content.size(), "blocks in order");
                    content.add(event.path("content_block").deepCopy());
                    inputs.add(new StringBuilder());
                }
                case "content_block_delta" -> {
                    int index = event.path("index").asInt(-1);
                    require(index == content.size() - 1, "a block that is open");
                    ObjectNode block = (ObjectNode) content.get(index);
                    inputs.get(index).append(delta.path("partial_json").asString(""));
                    for (String field : List.of("text", "thinking", "signature")) {
                        if (delta.has(field)) {
                            block.put(
                                    field,
                                    block.path(field).asString("")
                                            + delta.path(field).asString(""));
                        }
                    }
                }
                case "message_delta" -> {
                    stopped |= !delta.path("stop_reason").asString("").isEmpty();
                    merge(usage, event.path("usage"));
                }
                case "message_stop" -> ended = true;
                default -> {
                    // Pings, and that a block is done.
                }
            }
        }
        require(stopped && ended, "not ended");
        for (int i = 0; i < content.size(); i++) {
            if (!inputs.get(i).isEmpty()) {
                ((ObjectNode) content.get(i)).set("input", whole(inputs.get(i).toString()));
            }
        }
        return usage;
    }

    private static void merge(ObjectNode usage, JsonNode more) {
        more.properties().forEach(field -> usage.set(field.getKey(), field.getValue()));
    }
}
