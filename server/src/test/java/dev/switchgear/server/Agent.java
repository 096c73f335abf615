package dev.switchgear.server;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.server.AgentAnswer.BrokenAnswerException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// An agent of one kind, as an SDK of its dialect would hold the conversation: what it hears stands in
/// what it sends next. An answer that is not whole leaves no trace.
abstract class Agent {
    static final JsonMapper JSON = JsonMapper.shared();

    /// Where what only its maker understands stands, in all dialects.
    private static final Set<String> SEALED =
            Set.of(
                    "signature",
                    "thoughtSignature",
                    "thought_signature",
                    "encrypted_content",
                    "data");

    private static final int SEAL_LENGTH_MIN = 40;

    final String model;
    final boolean streamed;

    /// What it tells the model of itself, in each request.
    final String system;

    /// The summary that the next words of the user begin with; empty for none.
    private String summary = "";

    Agent(String model, boolean streamed, String system) {
        this.model = model;
        this.streamed = streamed;
        this.system = system;
    }

    /// Behind the base that clients of its dialect take.
    abstract String path();

    /// What clients of its dialect have in their base behind the host.
    abstract String base();

    /// The request, as the conversation stands.
    ///
    /// @param forced the tool that must be called; empty for none
    abstract ObjectNode request(String forced);

    /// The tools that it offers with what it asks for next.
    List<String> tools() {
        return TOOLS;
    }

    /// Whether its dialect has a word for a call that must be made.
    boolean demands() {
        return true;
    }

    abstract void said(String text, AgentScript.Enclosed enclosed);

    /// @param results one for each call, in their order
    abstract void ran(List<AgentAnswer.Call> calls, List<String> results);

    /// What must be asked before the conversation begins; empty for nothing.
    Optional<Opening> opening() {
        return Optional.empty();
    }

    /// The answer to that.
    void opened(String body) throws BrokenAnswerException {
        throw new IllegalStateException("nothing was asked: " + body);
    }

    /// How it reaches whoever answers.
    ///
    /// @param root what its paths are added to
    AgentLine line(String root) {
        return new AgentByHttp(root);
    }

    /// Whether its conversation is compacted by whoever answers it, and not by the agent itself.
    boolean isCompacted() {
        return false;
    }

    /// What it asks for next is such a compaction.
    void compacting() {
        throw new IllegalStateException("it sums up its conversation itself");
    }

    /// What it asked for came to nothing.
    void failed() {
        // Whoever says all of it each time says the same again.
    }

    /// A request besides the conversation.
    record Opening(String path, ObjectNode body) {}

    /// Takes in an answer that is whole.
    abstract AgentAnswer hear(String body) throws BrokenAnswerException;

    /// Forgets the conversation.
    abstract void forget();

    /// Puts what was said so far into `text`, a summary that the model gave.
    void compacted(String text) {
        forget();
        summary = text;
    }

    /// What the user's words begin with, once.
    final String withSummary(String text) {
        String whole = summary.isEmpty() ? text : "So far: " + summary + "\n" + text;
        summary = "";
        return whole;
    }

    /// The tools that an agent of this kind offers, by name.
    static final List<String> TOOLS = List.of("read_file", "list_dir", "grep", "write_file");

    /// The schema of the arguments of each tool.
    static ObjectNode schema() {
        return object(
                """
                {"type":"object","properties":{"path":{"type":"string"}},"required":["path"],"additionalProperties":false}\
                """);
    }

    static ObjectNode object(String json) {
        return (ObjectNode) JSON.readTree(json);
    }

    static JsonNode whole(String body) throws BrokenAnswerException {
        try {
            return JSON.readTree(body);
        } catch (JacksonException e) {
            throw new BrokenAnswerException("no JSON: " + e.getOriginalMessage());
        }
    }

    /// The JSON of each event of a stream; what it ends with is the caller's to judge.
    static List<JsonNode> events(String body) throws BrokenAnswerException {
        List<JsonNode> events = new ArrayList<>();
        for (String line : body.replace("\r\n", "\n").split("\n", -1)) {
            if (line.startsWith("data:") && !line.strip().equals("data: [DONE]")) {
                events.add(whole(line.substring(5)));
            }
        }
        return events;
    }

    static void unlessError(JsonNode event) throws BrokenAnswerException {
        if (event.hasNonNull("error") || event.path("type").asString("").equals("error")) {
            throw new BrokenAnswerException("error: " + event);
        }
    }

    static void require(boolean holds, String what) throws BrokenAnswerException {
        if (!holds) {
            throw new BrokenAnswerException(what);
        }
    }

    /// Every seal within `node`.
    static List<String> seals(JsonNode node) {
        List<String> found = new ArrayList<>();
        seals(node, found);
        return found;
    }

    private static void seals(JsonNode node, List<String> found) {
        node.properties()
                .forEach(field -> {
                    String text = field.getValue().asString("");
                    if (SEALED.contains(field.getKey()) && text.length() >= SEAL_LENGTH_MIN) {
                        found.add(text);
                    }
                    seals(field.getValue(), found);
                });
        if (node.isArray()) {
            node.forEach(child -> seals(child, found));
        }
    }

    static ArrayNode copy(ArrayNode list) {
        return list.deepCopy();
    }

    static ObjectNode node() {
        return Json.object();
    }

    @Override
    public String toString() {
        return getClass().getSimpleName().toLowerCase(Locale.ROOT) + (streamed ? " streamed" : "");
    }
}
