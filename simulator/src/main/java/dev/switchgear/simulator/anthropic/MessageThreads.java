package dev.switchgear.simulator.anthropic;

import dev.switchgear.simulator.answer.ApiErrorException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The conversations that clients left with one provider (`thread`), as the SDKs' types describe them:
/// one is begun by a `create`, and gone on with by a `continue`, which names the answer before and sends
/// only what is new. The oldest are forgotten where they become too many or too large. Thread-safe.
final class MessageThreads {
    private static final String BETA = "message-threads-";
    private static final int KEPT_MAX = 1000;
    private static final long BYTES_MAX = 32L << 20;
    private static final JsonMapper JSON = JsonMapper.shared();

    /// @param key of the account that keeps it
    /// @param body the request that was answered, in full
    /// @param bytes about how much it holds
    private record Kept(String key, JsonNode body, JsonNode reply, long bytes) {}

    private final Map<String, Kept> byReply = new LinkedHashMap<>();
    private long bytes;

    /// Whether a conversation is to be kept, or gone on with. Without the beta's name the field is unknown.
    static boolean asked(JsonNode body, Set<String> betas) {
        return AnthropicFields.present(body.path("thread"))
                && betas.stream().anyMatch(beta -> beta.startsWith(BETA));
    }

    /// The body in full, without its `thread`.
    synchronized ObjectNode whole(JsonNode body, String key) throws ApiErrorException {
        ObjectNode whole = (ObjectNode) body.deepCopy();
        JsonNode thread = AnthropicFields.object(whole.remove("thread"), "thread");
        String type = AnthropicFields.text(thread, "type", "thread.");
        if (type.equals("create")) {
            return whole;
        }
        if (!type.equals("continue")) {
            throw AnthropicErrorShapes.invalid(
                    "thread: Input tag '"
                            + type
                            + "' found using 'type' does not match any of the"
                            + " expected tags: 'create', 'continue'");
        }
        for (String create : new String[] {"system", "tools"}) {
            if (AnthropicFields.present(whole.path(create))) {
                throw AnthropicErrorShapes.invalid(
                        create + ": may not be given again when a thread is continued");
            }
        }
        String before = AnthropicFields.text(thread, "previous_message_id", "thread.");
        Kept kept = byReply.get(before);
        if (kept == null || !kept.key().equals(key)) {
            throw AnthropicErrorShapes.error(
                    404,
                    "not_found_error",
                    "thread_not_found",
                    "thread: no thread ends with " + before);
        }
        ArrayNode messages = kept.body().path("messages").deepCopy().asArray();
        messages.addObject().put("role", "assistant").set("content", kept.reply().path("content"));
        whole.path("messages").forEach(messages::add);
        whole.set("messages", messages);
        for (String created : new String[] {"system", "tools"}) {
            if (kept.body().has(created)) {
                whole.set(created, kept.body().path(created));
            }
        }
        return whole;
    }

    /// Keeps what was answered.
    synchronized void keep(String key, JsonNode whole, Message message) {
        byte[] reply = MessageAnswer.body(message);
        long size = (long) whole.toString().length() + reply.length;
        byReply.put(message.id(), new Kept(key, whole, JSON.readTree(reply), size));
        bytes += size;
        while (byReply.size() > KEPT_MAX || (bytes > BYTES_MAX && byReply.size() > 1)) {
            Iterator<Kept> eldest = byReply.values().iterator();
            bytes -= eldest.next().bytes();
            eldest.remove();
        }
    }
}
