package dev.switchgear.server;

import dev.switchgear.server.AgentAnswer.BrokenAnswerException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// An agent that speaks OpenAI's Responses. The ways to hold a conversation in it are its subclasses;
/// this one sends all of it each time and has nothing stored.
class AgentOfResponses extends Agent {
    /// All items of the conversation.
    private ArrayNode items = JSON.createArrayNode();

    /// How many of them the last answer that was heard had seen or brought.
    private int settled;

    /// Whether the next answer is a compaction.
    private boolean compacting;

    AgentOfResponses(String model, boolean streamed, String system) {
        super(model, streamed, system);
        begin(items);
    }

    /// Says what stands before the conversation.
    void begin(ArrayNode items) {
        // Instructions are a field of their own.
    }

    @Override
    void compacting() {
        compacting = true;
    }

    final boolean isCompacting() {
        return compacting;
    }

    final int settled() {
        return settled;
    }

    @Override
    String path() {
        return "/responses";
    }

    @Override
    String base() {
        return "/v1";
    }

    /// A copy of all items.
    final ArrayNode items() {
        return copy(items);
    }

    /// Those that nobody answered yet.
    final ArrayNode unsettled() {
        ArrayNode fresh = JSON.createArrayNode();
        for (int i = settled; i < items.size(); i++) {
            fresh.add(items.get(i).deepCopy());
        }
        return fresh;
    }

    @Override
    ObjectNode request(String forced) {
        ObjectNode body = node().put("model", model).put("instructions", system);
        body.putObject("reasoning").put("effort", "low").put("summary", "auto");
        offer(body.putArray("tools"));
        if (!forced.isEmpty()) {
            body.set("tool_choice", choice(forced));
        }
        remember(body);
        if (compacting && body.path("input") instanceof ArrayNode input) {
            compact(input);
        }
        if (streamed) {
            body.put("stream", true);
        }
        return body;
    }

    /// Puts what was said so far into `body`.
    void remember(ObjectNode body) {
        body.set("input", copy(items));
        body.put("store", false).putArray("include").add("reasoning.encrypted_content");
    }

    /// Asks for a compaction in place of an answer.
    void compact(ArrayNode input) {
        input.addObject().put("type", "compaction_trigger");
    }

    void offer(ArrayNode tools) {
        for (String tool : TOOLS) {
            tools.addObject()
                    .put("type", "function")
                    .put("name", tool)
                    .put("strict", true)
                    .set("parameters", schema());
        }
    }

    ObjectNode choice(String forced) {
        return node().put("type", "function").put("name", forced);
    }

    @Override
    void said(String text, AgentScript.Enclosed enclosed) {
        ObjectNode message = items.addObject().put("type", "message").put("role", "user");
        ArrayNode parts = message.putArray("content");
        switch (enclosed) {
            case NOTHING -> {
                // Words alone.
            }
            case PICTURE ->
                    parts.addObject()
                            .put("type", "input_image")
                            .put("detail", "auto")
                            .put("image_url", "data:image/png;base64," + AgentScript.PICTURE);
            case FILE ->
                    parts.addObject()
                            .put("type", "input_file")
                            .put("filename", "paper.txt")
                            .put(
                                    "file_data",
                                    "data:text/plain;base64,"
                                            + AgentOfChat.base64(AgentScript.FILE));
        }
        parts.addObject().put("type", "input_text").put("text", withSummary(text));
    }

    @Override
    void ran(List<AgentAnswer.Call> calls, List<String> results) {
        for (int i = 0; i < calls.size(); i++) {
            said("function_call_output", calls.get(i).id(), results.get(i));
        }
    }

    /// Adds what a tool said.
    final void said(String type, String call, String output) {
        items.addObject().put("type", type).put("call_id", call).put("output", output);
    }

    @Override
    void forget() {
        items = JSON.createArrayNode();
        settled = 0;
        begin(items);
    }

    @Override
    AgentAnswer hear(String body) throws BrokenAnswerException {
        JsonNode response = isStreaming() ? ended(body) : whole(body);
        unlessError(response);
        if (compacting) {
            JsonNode last = response.path("output").path(response.path("output").size() - 1);
            require(last.path("type").asString("").equals("compaction"), "no compaction");
        }
        require(isEnded(response), "not completed");
        var text = new StringBuilder();
        List<AgentAnswer.Call> calls = new ArrayList<>();
        for (JsonNode item : response.path("output")) {
            switch (item.path("type").asString("")) {
                case "message" ->
                        item.path("content")
                                .forEach(part -> text.append(part.path("text").asString("")));
                case "function_call" -> calls.add(call(item, "arguments"));
                case "custom_tool_call" -> calls.add(call(item, "input"));
                default -> {
                    // Thoughts.
                }
            }
        }
        List<JsonNode> output = new ArrayList<>();
        response.path("output").forEach(output::add);
        heard(response);
        return new AgentAnswer(
                text.toString(),
                calls,
                seals(response.path("output")),
                response.path("id").asString(""),
                output,
                response.at("/usage/input_tokens_details/cached_tokens").asInt(0),
                response.at("/usage/input_tokens").asInt(0));
    }

    /// Whether what it asks for next comes as a stream.
    boolean isStreaming() {
        return streamed;
    }

    boolean isEnded(JsonNode response) {
        return response.path("status").asString("").equals("completed");
    }

    private static AgentAnswer.Call call(JsonNode item, String field) {
        return new AgentAnswer.Call(
                item.path("call_id").asString(""),
                item.path("name").asString(""),
                item.path(field).asString(""));
    }

    /// Takes a whole answer into the conversation.
    void heard(JsonNode response) {
        if (compacting) {
            cut(response.path("output"));
            return;
        }
        response.path("output").forEach(item -> items.add(item.deepCopy()));
        settled = items.size();
    }

    /// Goes on from a compaction, and what the user said before it.
    private void cut(JsonNode output) {
        ArrayNode before = items;
        compacting = false;
        forget();
        List<JsonNode> said = new ArrayList<>();
        (output.size() > 1 ? output : before).forEach(said::add);
        said.stream()
                .filter(item -> item.path("role").asString("").equals("user"))
                .forEach(items::add);
        items.add(output.get(output.size() - 1).deepCopy());
    }

    /// The response that a stream ended with, which must be what its events told before.
    private static JsonNode ended(String body) throws BrokenAnswerException {
        ArrayNode done = JSON.createArrayNode();
        JsonNode response = node();
        for (JsonNode event : events(body)) {
            unlessError(event);
            switch (event.path("type").asString("")) {
                case "response.output_item.done" -> done.add(event.path("item"));
                case "response.completed" -> response = event.path("response");
                case "response.failed", "response.incomplete" ->
                        throw new BrokenAnswerException(event.toString());
                default -> {
                    // On the way.
                }
            }
        }
        require(response.has("output"), "never completed");
        require(done.size() == response.path("output").size(), "items told and items kept");
        return response;
    }
}
