package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.cache.PromptCache.Block;
import dev.switchgear.simulator.mind.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A prompt as a model reads it and a cache remembers it: tools, the schema of the answer, then what
/// was said. How a request words the same, and ids that no model sees, make no difference.
final class PromptWords {
    private static final int OVERHEAD = 4;
    private static final int MEDIUM_TOKENS = 85;
    private static final List<String> MARKS = List.of("cache_control", "prompt_cache_breakpoint");

    private final List<Block> blocks = new ArrayList<>();

    private PromptWords() {}

    /// The prompt of a chat.
    static List<Block> chat(JsonNode body) {
        var words = new PromptWords();
        words.each(body.path("tools"));
        words.each(body.path("functions"));
        words.json(body.path("response_format").path("json_schema"));
        for (JsonNode message : body.path("messages")) {
            words.begins(
                    message.path("role").asString("")
                            + '\n'
                            + message.path("name").asString("")
                            + '\n'
                            + message.path("tool_call_id").asString(""));
            words.text(message.path("reasoning_content"));
            words.text(message.path("reasoning"));
            words.content(message.path("content"));
            for (JsonNode call : message.path("tool_calls")) {
                JsonNode called = call.path(call.has("custom") ? "custom" : "function");
                words.begins(
                        call.path("id").asString("") + '\n' + called.path("name").asString(""));
                words.text(called.path("arguments"));
                words.text(called.path("input"));
                words.mark(call);
            }
            words.mark(message);
        }
        words.mark(body);
        return List.copyOf(words.blocks);
    }

    /// The prompt of a response.
    ///
    /// @param items those of earlier responses first
    static List<Block> responses(JsonNode body, List<JsonNode> items) {
        var words = new PromptWords();
        words.each(body.path("tools"));
        words.json(body.path("text").path("format"));
        words.text(body.path("instructions"));
        for (JsonNode item : items) {
            // A reasoning item is known by its id or by its seal: neither is seen again as it came.
            if (item.path("type").asString("").equals("reasoning")) {
                continue;
            }
            words.begins(
                    item.path("role").asString(item.path("type").asString(""))
                            + '\n'
                            + item.path("call_id").asString("")
                            + '\n'
                            + item.path("name").asString(""));
            words.content(item.path("content"));
            words.text(item.path("arguments"));
            words.text(item.path("input"));
            words.content(item.path("output"));
            words.each(item.path("tools"));
            words.mark(item);
        }
        return List.copyOf(words.blocks);
    }

    private void begins(String what) {
        blocks.add(new Block(what, OVERHEAD, Optional.empty()));
    }

    private void each(JsonNode entries) {
        for (JsonNode entry : entries) {
            json(entry);
        }
    }

    /// Tools and schemas, whose marks are none of their words.
    private void json(JsonNode node) {
        if (node.isObject()) {
            add(unmarked(node).toString());
            mark(node);
            mark(node.path("function"));
        }
    }

    private void content(JsonNode content) {
        if (!content.isArray()) {
            text(content);
            return;
        }
        for (JsonNode part : content) {
            if (part.path("text").isString() || part.path("refusal").isString()) {
                text(part.path("text"));
                text(part.path("refusal"));
            } else {
                blocks.add(new Block(unmarked(part).toString(), MEDIUM_TOKENS, Optional.empty()));
            }
            mark(part);
        }
    }

    private void text(JsonNode text) {
        if (text.isString() && !text.stringValue().isEmpty()) {
            add(text.stringValue());
        }
    }

    private void add(String text) {
        blocks.add(new Block(text, Tokens.estimate(text), Optional.empty()));
    }

    /// Marks what was said last, where `node` does.
    private void mark(JsonNode node) {
        JsonNode control = node.path("cache_control");
        if (!blocks.isEmpty()
                && (control.isObject() || node.path("prompt_cache_breakpoint").isObject())) {
            boolean hour = control.path("ttl").asString("").equals("1h");
            Duration lasting =
                    control.isObject()
                            ? (hour ? Duration.ofHours(1) : Duration.ofMinutes(5))
                            : Duration.ofMinutes(30);
            blocks.set(blocks.size() - 1, blocks.getLast().marked(lasting));
        }
    }

    private static JsonNode unmarked(JsonNode node) {
        ObjectNode copy = (ObjectNode) node.deepCopy();
        copy.remove(MARKS);
        if (copy.get("function") instanceof ObjectNode function) {
            function.remove(MARKS);
        }
        return copy;
    }
}
