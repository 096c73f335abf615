package dev.switchgear.simulator.ollama;

import dev.switchgear.simulator.answer.ApiEvent;
import dev.switchgear.simulator.answer.ApiEvent.Part;
import dev.switchgear.simulator.mind.Dice;
import dev.switchgear.simulator.mind.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Iterator;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Renders a reply as JSON lines: thoughts, pieces, the calls of tools in one line, and a last line
/// that says why and counts. Also renders it in one piece.
///
/// Keeps the reply and a place in it, so a stream waiting for its next token holds no rendered bytes.
final class OllamaLines implements Iterator<ApiEvent> {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final long NANOS_PER_TOKEN = 20_000_000;

    private final OllamaRequest request;
    private final Reply reply;
    private final Instant created;
    private final RandomGenerator identity;
    private int thought;
    private int piece;
    private boolean called;
    private boolean done;

    OllamaLines(OllamaRequest request, Reply reply, Instant created, RandomGenerator identity) {
        this.request = request;
        this.reply = reply;
        this.created = created;
        this.identity = identity;
        this.called = reply.calls().isEmpty();
    }

    @Override
    public boolean hasNext() {
        return !done;
    }

    @Override
    public ApiEvent next() {
        if (done) {
            throw new NoSuchElementException("the stream has ended");
        }
        if (thought < reply.thoughts().size()) {
            return line(Part.TOKEN, said("", reply.thoughts().get(thought++)));
        }
        if (piece < reply.pieces().size()) {
            return line(Part.TOKEN, said(reply.pieces().get(piece++), ""));
        }
        if (!called) {
            called = true;
            ObjectNode node = said("", "");
            ((ObjectNode) node.get("message")).set("tool_calls", calls());
            node.put("done", false);
            return line(Part.TOKEN, node);
        }
        done = true;
        return line(Part.END, end(said("", "")));
    }

    private static ApiEvent line(Part part, ObjectNode node) {
        if (!node.has("done")) {
            node.put("done", false);
        }
        return new ApiEvent(part, (node + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /// All in one object.
    byte[] whole() {
        ObjectNode node = said(reply.text(), reply.thought());
        if (!reply.calls().isEmpty()) {
            ((ObjectNode) node.get("message")).set("tool_calls", calls());
        }
        return end(node).toString().getBytes(StandardCharsets.UTF_8);
    }

    private ObjectNode said(String content, String thinking) {
        ObjectNode node = NODES.objectNode();
        node.put("model", request.name());
        node.put("created_at", created.toString());
        if (request.chat()) {
            ObjectNode message = node.putObject("message");
            message.put("role", "assistant").put("content", content);
            if (!thinking.isEmpty()) {
                message.put("thinking", thinking);
            }
        } else {
            node.put("response", content);
            if (!thinking.isEmpty()) {
                node.put("thinking", thinking);
            }
        }
        return node;
    }

    private ArrayNode calls() {
        ArrayNode calls = NODES.arrayNode();
        for (Reply.Call call : reply.calls()) {
            ObjectNode node = calls.addObject();
            node.put("id", "call_" + Dice.letters(identity, 8).toLowerCase(Locale.ROOT));
            JsonNode arguments = JSON.readTree(call.arguments());
            node.putObject("function")
                    .put("index", calls.size() - 1)
                    .put("name", call.tool().name())
                    .set("arguments", arguments);
        }
        return calls;
    }

    private ObjectNode end(ObjectNode node) {
        String reason =
                request.unload()
                        ? "unload"
                        : request.load()
                                ? "load"
                                : reply.end() == Reply.End.LENGTH ? "length" : "stop";
        node.put("done_reason", reason);
        node.put("done", true);
        if (request.load()) {
            return node;
        }
        if (!request.chat()) {
            // Numbers of tokens that nobody should rely on any more.
            ArrayNode context = node.putArray("context");
            for (int i = 0; i < Math.min(reply.tokens(), 64); i++) {
                context.add(100 + identity.nextInt(100_000));
            }
        }
        long load = 1_000_000L + identity.nextInt(1_000_000);
        long prompt = request.promptTokens() * 1_000_000L;
        long said = reply.tokens() * NANOS_PER_TOKEN;
        node.put("total_duration", load + prompt + said);
        node.put("load_duration", load);
        node.put("prompt_eval_count", request.promptTokens());
        node.put("prompt_eval_duration", prompt);
        node.put("eval_count", reply.tokens());
        return node.put("eval_duration", said);
    }
}
