package dev.switchgear.simulator;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Holds a stream of the Responses API against the order in which its events may come, whoever sent
/// it: a recording or the simulator.
final class ResponsesGrammar {
    private final List<JsonNode> events;
    private int at;

    private ResponsesGrammar(List<JsonNode> events) {
        this.events = events;
    }

    /// What `events` breaks; empty for nothing.
    static List<String> faults(List<JsonNode> events) {
        var grammar = new ResponsesGrammar(events);
        List<String> faults = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).path("sequence_number").asInt(-1) != i) {
                faults.add("sequence number of event " + i + " is not " + i);
            }
        }
        try {
            grammar.stream();
        } catch (IllegalStateException e) {
            faults.add(e.getMessage() + " at event " + grammar.at);
        }
        return faults;
    }

    private void stream() {
        JsonNode created = take("response.created").path("response");
        require(created.path("status").asString().equals("in_progress"), "created in progress");
        require(created.path("output").isEmpty(), "created without output");
        take("response.in_progress");
        List<JsonNode> items = new ArrayList<>();
        while (next().equals("response.output_item.added")) {
            items.add(item(items.size()));
        }
        JsonNode end = events.get(at++);
        String type = end.path("type").asString();
        require(
                type.equals("response.completed") || type.equals("response.incomplete"),
                "ends with " + type);
        JsonNode response = end.path("response");
        require(type.equals("response." + response.path("status").asString()), "status");
        require(response.path("id").equals(created.path("id")), "one id");
        require(response.path("output").size() == items.size(), "all items");
        for (int i = 0; i < items.size(); i++) {
            JsonNode last = unsealed(response.path("output").get(i));
            require(last.equals(unsealed(items.get(i))), "item " + i + " as done");
        }
        require(response.path("usage").path("total_tokens").asInt() > 0, "usage");
        require(at == events.size(), "nothing after the end");
    }

    /// The item without what the real API seals anew each time it shows it.
    private static JsonNode unsealed(JsonNode item) {
        return ((ObjectNode) item.deepCopy()).without("encrypted_content");
    }

    private JsonNode item(int index) {
        JsonNode added = take("response.output_item.added");
        require(added.path("output_index").asInt() == index, "output_index of item " + index);
        JsonNode item = added.path("item");
        String id = item.path("id").asString();
        switch (item.path("type").asString()) {
            case "message" -> {
                while (next().equals("response.content_part.added")) {
                    part(id, index, item);
                }
            }
            case "reasoning" -> thoughts(id, index);
            case "function_call" ->
                    text(id, index, "response.function_call_arguments", "arguments");
            case "custom_tool_call" -> text(id, index, "response.custom_tool_call_input", "input");
            case "local_shell_call", "shell_call", "apply_patch_call", "tool_search_call" -> {
                // Come whole.
            }
            case "compaction" -> {
                // Comes whole.
            }
            default -> throw new IllegalStateException("item of type " + item.path("type"));
        }
        JsonNode done = take("response.output_item.done");
        require(done.path("output_index").asInt() == index, "output_index of the done item");
        require(done.path("item").path("id").asString().equals(id), "id of the done item");
        return done.path("item");
    }

    private void part(String id, int index, JsonNode item) {
        JsonNode part = take("response.content_part.added").path("part");
        boolean refusal = part.path("type").asString().equals("refusal");
        String field = refusal ? "refusal" : "text";
        require(part.path(field).asString().isEmpty(), "a part begins empty");
        String said = text(id, index, refusal ? "response.refusal" : "response.output_text", field);
        JsonNode done = take("response.content_part.done");
        require(done.path("part").path(field).asString().equals(said), "part as said");
        require(item.path("content").isEmpty(), "a message begins empty");
    }

    private void thoughts(String id, int index) {
        while (next().equals("response.reasoning_summary_part.added")) {
            take("response.reasoning_summary_part.added");
            String said = text(id, index, "response.reasoning_summary_text", "text");
            JsonNode done = take("response.reasoning_summary_part.done");
            require(done.path("part").path("text").asString().equals(said), "summary as said");
        }
        while (next().equals("response.content_part.added")) {
            take("response.content_part.added");
            text(id, index, "response.reasoning_text", "text");
            take("response.content_part.done");
        }
    }

    private String text(String id, int index, String type, String field) {
        var text = new StringBuilder();
        while (next().equals(type + ".delta")) {
            JsonNode delta = take(type + ".delta");
            place(delta, id, index);
            text.append(delta.path("delta").asString());
        }
        JsonNode done = take(type + ".done");
        place(done, id, index);
        require(done.path(field).asString().equals(text.toString()), type + " as its pieces");
        return text.toString();
    }

    private static void place(JsonNode event, String id, int index) {
        require(event.path("item_id").asString().equals(id), "item_id");
        require(event.path("output_index").asInt() == index, "output_index");
    }

    private String next() {
        require(at < events.size(), "more events");
        return events.get(at).path("type").asString();
    }

    private JsonNode take(String type) {
        require(next().equals(type), type + " expected, not " + next());
        return events.get(at++);
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException(what);
        }
    }
}
