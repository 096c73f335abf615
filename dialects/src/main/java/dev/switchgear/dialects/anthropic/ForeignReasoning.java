package dev.switchgear.dialects.anthropic;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.seal.SealNeedles;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

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
        return suspect(body) ? removed(body, _ -> false) : body;
    }

    /// The same, without those blocks too whose signature, or sealed text, is such a one.
    public static byte[] removed(byte[] body, Predicate<String> foreign) {
        JsonNode read;
        try {
            read = Json.read(body, 0, body.length);
        } catch (JacksonException notJson) {
            return body;
        }
        if (!(read instanceof ObjectNode request)) {
            return body;
        }
        boolean changed = false;
        Iterator<JsonNode> messages = request.path("messages").iterator();
        while (messages.hasNext()) {
            if (messages.next().path("content") instanceof ArrayNode blocks) {
                int before = blocks.size();
                blocks.removeIf(block -> foreign(block, foreign));
                changed |= blocks.size() < before;
                if (blocks.isEmpty() && before > 0) {
                    // The API takes no empty message; neighbours of one side are one to it.
                    messages.remove();
                }
            }
        }
        if (!changed) {
            return body;
        }
        thinkNoMore(request);
        return Json.bytes(request);
    }

    /// A model that is given a number of tokens to think demands its own thoughts before the calls whose
    /// results it gets; where these had to go, it is asked not to think.
    private static void thinkNoMore(ObjectNode request) {
        if (request.path("thinking").path("type").asString("").equals("enabled")
                && callsWithoutReasoning(request.path("messages"))) {
            request.putObject("thinking").put("type", "disabled");
            // Thoughts cannot be cleared where there are to be none.
            if (request.path("context_management").path("edits") instanceof ArrayNode edits) {
                edits.removeIf(edit -> edit.path("type").asString("").startsWith("clear_thinking"));
                if (edits.isEmpty()) {
                    request.remove("context_management");
                }
            }
        }
    }

    /// The model thinks before its first call, and perhaps not again until its tools have said all.
    private static boolean callsWithoutReasoning(JsonNode messages) {
        int results = messages.size() - 1;
        if (results < 1 || !has(messages.get(results), "tool_result")) {
            return false;
        }
        while (results >= 3 && has(messages.get(results - 2), "tool_result")) {
            results -= 2;
        }
        String first = messages.get(results - 1).path("content").path(0).path("type").asString("");
        return !first.equals("thinking") && !first.equals("redacted_thinking");
    }

    private static boolean has(JsonNode message, String type) {
        for (JsonNode block : message.path("content")) {
            if (block.path("type").asString("").equals(type)) {
                return true;
            }
        }
        return false;
    }

    private static boolean foreign(JsonNode block, Predicate<String> foreign) {
        return switch (block.path("type").asString("")) {
            case "thinking" -> {
                String signature = block.path("signature").asString("");
                yield signature.isEmpty() || wrapped(signature) || foreign.test(signature);
            }
            case "redacted_thinking" -> {
                String data = block.path("data").asString("");
                yield wrapped(data) || foreign.test(data);
            }
            default -> false;
        };
    }

    private static boolean wrapped(String signature) {
        return Signature.readFrom(Dialect.ANTHROPIC, signature).signer() != Dialect.ANTHROPIC;
    }

    /// Whether there may be any: one look at the bytes, without reading them as JSON.
    private static boolean suspect(byte[] body) {
        if (!SealNeedles.of(Dialect.ANTHROPIC).hit(body, 0, body.length)) {
            return false;
        }
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
