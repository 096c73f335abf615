package dev.switchgear.dialects.anthropic;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.Signature;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// Reasoning of other providers in a client's history, where its bytes would pass to Anthropic.
///
/// [AnthropicAnswerWriter] shows such reasoning with an empty or a wrapped signature, and clients send it
/// back; the API would answer 400 to the whole request. Nobody else makes such blocks, so requests
/// that had no other provider's answer in them pass byte for byte.
public final class ForeignReasoning {
    private static final byte[] SIGNATURE = "\"signature\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] WRAPPED = "\"sg1.".getBytes(StandardCharsets.US_ASCII);

    private ForeignReasoning() {}

    /// The body without blocks of reasoning that Anthropic did not sign; the same array where there
    /// are none, or where the body is not as the API wants it.
    public static byte[] removed(byte[] body) {
        if (!suspect(body)) {
            return body;
        }
        JsonNode request;
        try {
            request = Json.read(body, 0, body.length);
        } catch (JacksonException notJson) {
            return body;
        }
        boolean changed = false;
        Iterator<JsonNode> messages = request.path("messages").iterator();
        while (messages.hasNext()) {
            if (messages.next().path("content") instanceof ArrayNode blocks) {
                int before = blocks.size();
                blocks.removeIf(ForeignReasoning::foreign);
                changed |= blocks.size() < before;
                if (blocks.isEmpty() && before > 0) {
                    // The API takes no empty message; neighbours of one side are one to it.
                    messages.remove();
                }
            }
        }
        return changed ? Json.bytes(request) : body;
    }

    private static boolean foreign(JsonNode block) {
        return switch (block.path("type").asString("")) {
            case "thinking" -> {
                String signature = block.path("signature").asString("");
                yield signature.isEmpty() || wrapped(signature);
            }
            case "redacted_thinking" -> wrapped(block.path("data").asString(""));
            default -> false;
        };
    }

    private static boolean wrapped(String signature) {
        return Signature.readFrom(Dialect.ANTHROPIC, signature).signer() != Dialect.ANTHROPIC;
    }

    /// Whether there may be any: one look at the bytes, without reading them as JSON.
    private static boolean suspect(byte[] body) {
        for (int i = 0; i < body.length; i++) {
            if (body[i] != '"') {
                continue;
            }
            if (at(body, i, WRAPPED)) {
                return true;
            }
            if (at(body, i, SIGNATURE) && emptyValue(body, i + SIGNATURE.length)) {
                return true;
            }
        }
        return false;
    }

    private static boolean at(byte[] body, int from, byte[] word) {
        if (from + word.length > body.length) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            if (body[from + i] != word[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean emptyValue(byte[] body, int from) {
        int at = from;
        while (at < body.length && (body[at] == ':' || body[at] <= ' ')) {
            at++;
        }
        return at + 1 < body.length && body[at] == '"' && body[at + 1] == '"';
    }
}
